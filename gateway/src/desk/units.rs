//! The territory for administrators: a unit with what lies below it, who works
//! there and who of them is there now; units found by their names.
//!
//! Reading only. Who would get a request is `routing::trial`'s.

use crate::clock::Moment;
use crate::ids::UnitId;
use crate::territory::{Role, Unit, UnitKind, Worker};
use crate::world::World;
use menus::Lang;

/// Units found at most.
const MOST: usize = 100;

/// A unit in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitRow {
    /// Code.
    pub code: String,
    /// Name; with those above it where units of many places stand together.
    pub name: String,
    /// "街道", "street".
    pub kind: String,
    /// Workers of this very unit.
    pub workers: usize,
    /// Whether there is something below it.
    pub deeper: bool,
}

/// Somebody who works there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Account.
    pub id: String,
    /// Name.
    pub name: String,
    /// Roles, in Chinese as they are called.
    pub roles: Vec<&'static str>,
    /// On duty now, in one of the roles.
    pub on_duty: bool,
}

/// A unit as it is shown.
#[derive(Clone, Debug, Default)]
pub struct UnitView {
    /// The unit itself; `None` above all of them.
    pub unit: Option<UnitRow>,
    /// Code and name of those above it, highest first.
    pub path: Vec<(String, String)>,
    /// Other names it is found by.
    pub aliases: Vec<String>,
    /// Telephone and hours.
    pub phone: Option<String>,
    /// When somebody answers it.
    pub hours: Option<String>,
    /// Who works there.
    pub people: Vec<Colleague>,
    /// What lies right below it.
    pub below: Vec<UnitRow>,
}

/// A unit and what is below it; all that stand highest without a code. `None` for
/// a code that is not on the map.
pub fn unit(world: &World, code: Option<&str>, lang: Lang, now: Moment) -> Option<UnitView> {
    let Some(code) = code else {
        let highest = world.tree.units().filter(|u| u.parent.is_none());
        return Some(UnitView {
            below: sorted(
                highest
                    .map(|u| row(world, u, u.name.clone(), lang))
                    .collect(),
            ),
            ..UnitView::default()
        });
    };
    let unit = world.tree.get(&UnitId::from(code))?;
    let above = world.tree.path(&unit.code).into_iter().rev();
    let path = above.map(|u| (u.code.0.clone(), u.name.clone()));
    let open = world.calendar(world.versions().2).is_open(now);
    let workers = world.roster.at(&unit.code).filter(|w| w.active);
    let below = world.tree.children(&unit.code);
    Some(UnitView {
        path: path.filter(|(above, _)| above != code).collect(),
        aliases: unit.aliases.clone(),
        phone: unit.phone.clone(),
        hours: unit.hours.clone(),
        people: workers.map(|w| colleague(world, w, now, open)).collect(),
        below: sorted(below.map(|u| row(world, u, u.name.clone(), lang)).collect()),
        unit: Some(row(world, unit, unit.name.clone(), lang)),
    })
}

/// Units whose code begins so, or with a name that has these words in it.
pub fn find(world: &World, words: &str, lang: Lang) -> Vec<UnitRow> {
    let words = words.trim();
    let fits = |unit: &&Unit| {
        unit.code.as_str().starts_with(words)
            || unit.name.contains(words)
            || unit.aliases.iter().any(|alias| alias.contains(words))
    };
    let mut found: Vec<&Unit> = world.tree.units().filter(fits).collect();
    found.sort_by(|a, b| (a.kind, &a.code).cmp(&(b.kind, &b.code)));
    found.truncate(MOST);
    let full = |unit: &&Unit| row(world, unit, world.tree.full_name(&unit.code), lang);
    found.iter().map(full).collect()
}

fn sorted(mut rows: Vec<UnitRow>) -> Vec<UnitRow> {
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}

fn row(world: &World, unit: &Unit, name: String, lang: Lang) -> UnitRow {
    UnitRow {
        code: unit.code.0.clone(),
        name,
        kind: kind(unit.kind, lang).to_owned(),
        workers: world.roster.at(&unit.code).filter(|w| w.active).count(),
        deeper: world.tree.children(&unit.code).next().is_some(),
    }
}

fn kind(kind: UnitKind, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => kind.zh(),
        Lang::En => kind.as_str(),
    }
}

fn colleague(world: &World, worker: &Worker, now: Moment, open: bool) -> Colleague {
    let holds = |role: &Role| {
        let there = world.roster.on_duty(&worker.unit, *role, now, open);
        there.iter().any(|w| w.id == worker.id)
    };
    Colleague {
        id: worker.id.0.clone(),
        name: worker.name.clone(),
        roles: worker.roles.iter().map(|role| role.zh()).collect(),
        on_duty: worker.roles.iter().any(holds),
    }
}
