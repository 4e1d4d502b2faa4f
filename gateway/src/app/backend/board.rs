//! The supervisors' board, dressed for a reader who looks at one unit.

use crate::app::{App, survey, watch};
use crate::clock::Moment;
use crate::desk::board::{Backlog, Board, Late};
use crate::desk::view::{BoardRow, BoardView, LateRow};
use crate::desk::{Access, access};
use crate::ids::UnitId;
use crate::intake::load_cases;
use crate::store::StoreError;
use crate::territory::lint::Finding;
use crate::territory::{Role, Unit, Worker};
use crate::world::World;
use menus::Lang;
use std::sync::Arc;

/// Late requests on the board of somebody who sees not all of them.
const OWN_LATE: usize = 100;

impl App {
    /// The board of a worker's own unit or of one below it, with what is theirs
    /// to see among the late ones; `None` for any other unit.
    pub(super) async fn read_own_board(
        &self,
        worker: &Worker,
        unit: Option<&str>,
        lang: Lang,
    ) -> Result<Option<BoardView>, StoreError> {
        let (world, now) = (self.core.world(), self.core.clock.now());
        let unit = unit.map_or_else(|| worker.unit.clone(), UnitId::from);
        if !world.tree.within(&unit, &worker.unit) {
            return Ok(None);
        }
        let Some((mut view, board)) = self.viewed(&world, Some(&unit), lang).await? else {
            return Ok(None);
        };
        let late = board.late_in(&world.tree, Some(&unit));
        for part in late.chunks(OWN_LATE) {
            let ids: Vec<String> = part.iter().map(|late| late.request.0.clone()).collect();
            let cases = load_cases(&self.core, &ids).await?;
            let theirs = |late: &&&Late| {
                let case = cases.get(&late.request.0);
                case.is_some_and(|case| access(worker, case, &world, now) > Access::None)
            };
            let theirs = part.iter().filter(theirs);
            let rows = theirs.map(|late| late_row(late, &world, lang));
            view.late.extend(rows.take(OWN_LATE - view.late.len()));
            if view.late.len() == OWN_LATE {
                break;
            }
        }
        let own = |(code, _): &(String, String)| {
            let unit = UnitId::from(code.as_str());
            world.tree.within(&unit, &worker.unit)
        };
        view.path.retain(own);
        // What the auditor found is about all units.
        view.findings.clear();
        Ok(Some(view))
    }

    /// `None` for a unit that is not on the map.
    pub(super) async fn read_board(
        &self,
        unit: Option<&str>,
        lang: Lang,
    ) -> Result<Option<BoardView>, StoreError> {
        let world = self.core.world();
        let unit = unit.map(UnitId::from);
        let viewed = self.viewed(&world, unit.as_ref(), lang).await?;
        Ok(viewed.map(|(view, board)| {
            let late = board.late_in(&world.tree, unit.as_ref()).into_iter();
            BoardView {
                late: late.map(|late| late_row(late, &world, lang)).collect(),
                ..view
            }
        }))
    }

    /// A board without its late ones, and what it was made of.
    async fn viewed(
        &self,
        world: &World,
        unit: Option<&UnitId>,
        lang: Lang,
    ) -> Result<Option<(BoardView, Arc<Board>)>, StoreError> {
        let known = |code: &UnitId| world.tree.get(code).is_some();
        if !unit.is_none_or(known) {
            return Ok(None);
        }
        let now = self.core.clock.now();
        let board = survey::board(&self.core).await?;
        let at = board.as_ref().map(|board| board.at);
        let board = board.unwrap_or_else(|| Arc::new(Board::new(now)));
        let here = |lack: &Finding| {
            let at = lack.unit();
            let within = |unit| at.is_some_and(|at| world.tree.within(at, unit));
            unit.is_none_or(within)
        };
        let lacks = watch::lacks(world, now).into_iter().filter(here);
        let zh = lang != Lang::En;
        let gaps = lacks.map(|lack| lack.words(&world.tree, &world.roster, zh));
        let view = BoardView {
            at,
            gaps: gaps.collect(),
            on_duty: on_duty(world, unit, now),
            ..view(&board, world, unit, lang)
        };
        Ok(Some((view, board)))
    }
}

/// People at the duty desk of a unit, or of all of them.
fn on_duty(world: &World, unit: Option<&UnitId>, now: Moment) -> usize {
    let open = world.calendar(world.versions().2).is_open(now);
    let desk = world.tree.duty_desk(unit);
    let there = desk.map(|desk| {
        let roster = &world.roster;
        roster.on_duty(&desk.code, Role::Duty, now, open).len()
    });
    there.unwrap_or_default()
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
        late: Vec::new(),
        findings: board.findings.clone(),
        gaps: Vec::new(),
        on_duty: 0,
    }
}

fn late_row(late: &Late, world: &World, lang: Lang) -> LateRow {
    let service = world.newest().catalogue.service(&late.service);
    let why = if lang == Lang::En {
        &late.why.en
    } else {
        &late.why.zh
    };
    LateRow {
        reference: late.reference.clone(),
        service: service.map_or_else(|| late.service.clone(), |s| s.name.get(lang).to_owned()),
        class: late.class.code(),
        place: world.unit_name(&late.unit).to_owned(),
        clock: late.clock,
        due: late.due,
        why: why.clone(),
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
