//! The supervisors' board, dressed for a reader who looks at one unit.

use crate::app::{App, survey, watch};
use crate::desk::board::{Backlog, Board};
use crate::desk::view::{BoardRow, BoardView, LateRow};
use crate::ids::UnitId;
use crate::store::StoreError;
use crate::territory::Unit;
use crate::territory::lint::Finding;
use crate::world::World;
use menus::Lang;
use std::sync::Arc;

impl App {
    /// `None` for a unit that is not on the map.
    pub(super) async fn read_board(
        &self,
        unit: Option<&str>,
        lang: Lang,
    ) -> Result<Option<BoardView>, StoreError> {
        let world = self.core.world();
        let unit = unit.map(UnitId::from);
        let known = |code: &UnitId| world.tree.get(code).is_some();
        if !unit.as_ref().is_none_or(known) {
            return Ok(None);
        }
        let now = self.core.clock.now();
        let board = survey::board(&self.core).await?;
        let at = board.as_ref().map(|board| board.at);
        let board = board.unwrap_or_else(|| Arc::new(Board::new(now)));
        let here = |lack: &Finding| {
            let at = lack.unit();
            let within = |unit| at.is_some_and(|at| world.tree.within(at, unit));
            unit.as_ref().is_none_or(within)
        };
        let lacks = watch::lacks(&world, now).into_iter().filter(here);
        let zh = lang != Lang::En;
        let gaps = lacks.map(|lack| lack.words(&world.tree, &world.roster, zh));
        Ok(Some(BoardView {
            at,
            gaps: gaps.collect(),
            ..view(&board, &world, unit.as_ref(), lang)
        }))
    }
}

fn view(board: &Board, world: &World, unit: Option<&UnitId>, lang: Lang) -> BoardView {
    let tree = &world.tree;
    let mut path: Vec<(String, String)> = unit
        .map(|unit| tree.path(unit))
        .unwrap_or_default()
        .into_iter()
        .map(|u| (u.code.0.clone(), u.name.clone()))
        .collect();
    path.reverse();
    BoardView {
        at: None,
        path,
        total: board.of(tree, unit),
        rows: rows(board, world, unit, lang),
        late: board
            .late_in(tree, unit)
            .map(|late| LateRow {
                reference: late.reference.clone(),
                service: world
                    .newest()
                    .catalogue
                    .service(&late.service)
                    .map_or_else(|| late.service.clone(), |s| s.name.get(lang).to_owned()),
                class: late.class.code(),
                place: world.unit_name(&late.unit).to_owned(),
                clock: late.clock,
                due: late.due,
                why: if lang == Lang::En {
                    late.why.en.clone()
                } else {
                    late.why.zh.clone()
                },
            })
            .collect(),
        findings: board.findings.clone(),
        gaps: Vec::new(),
    }
}

/// The parts of a unit: those below it, what lies at its own desk, and, at the
/// top, what lies at no unit of the map.
fn rows(board: &Board, world: &World, unit: Option<&UnitId>, lang: Lang) -> Vec<BoardRow> {
    let tree = &world.tree;
    let part = |u: &Unit| BoardRow {
        code: u.code.0.clone(),
        name: u.name.clone(),
        deeper: tree.children(&u.code).next().is_some(),
        backlog: board.of(tree, Some(&u.code)),
    };
    let own = |code: String, name: String, backlog: Option<&Backlog>| BoardRow {
        code,
        name,
        deeper: false,
        backlog: backlog.copied().unwrap_or_default(),
    };
    let words = |zh: &'static str, en| if lang == Lang::En { en } else { zh };
    let mut rows: Vec<BoardRow>;
    if let Some(unit) = unit {
        rows = tree.children(unit).map(part).collect();
        let desk = words("本级", "own desk");
        let name = format!("{} · {desk}", world.unit_name(unit));
        rows.push(own(String::new(), name, board.units.get(unit)));
    } else {
        let top = |u: &&Unit| tree.parent(&u.code).is_none();
        rows = tree.units().filter(top).map(part).collect();
        let lost = board.units.iter().filter(|(u, _)| tree.get(u).is_none());
        for (_, backlog) in lost {
            let nowhere = words("还不清楚属于哪里", "no known unit").to_owned();
            rows.push(own(String::new(), nowhere, Some(backlog)));
        }
    }
    rows.retain(|row| !row.code.is_empty() || row.backlog.open() > 0);
    rows
}
