//! What a change of the menu may name: codes that were never another service's, and
//! places that there are.

use super::edits::Edits;
use super::paper::{Kind, Paper};
use crate::app::Core;
use crate::ids::UnitId;
use crate::territory::{Unit, UnitKind};
use menus::edit::Edit;
use menus::{Catalogue, Localized, ServiceCode, document};

/// Why these edits of a draft are not made; `live` is the version in force.
pub(super) fn refused(core: &Core, live: u32, draft: &str, edits: &Edits) -> Option<Localized> {
    let Edits::Menu(edits) = edits else {
        return None;
    };
    let draft = document::from_json(draft).ok()?;
    edits.iter().find_map(|edit| match edit {
        Edit::Add { code, .. } => reused(core, live, &draft, code),
        // Taking back is possible where there is no such place any more.
        Edit::Override {
            unit,
            value: Some(_),
            ..
        } => nowhere(core, unit),
        _ => None,
    })
}

/// Why a whole text is not taken in the place of a draft: what it names anew is
/// looked at like what a form names.
pub(super) fn refused_text(
    core: &Core,
    live: u32,
    draft: &str,
    after: &Paper,
) -> Option<Localized> {
    let Paper::Menu(after) = after else {
        return None;
    };
    let world = core.world();
    let published = world.catalogue(live);
    // One that cannot be read names nothing; what is in force does.
    let draft = document::from_json(draft);
    let draft = draft.as_ref().unwrap_or(&published.catalogue);
    // What is in force comes back as what it is.
    let in_force = |code: &ServiceCode| published.catalogue.service(code).is_some();
    let mut services = after.services().iter().filter(|s| !in_force(&s.code));
    let reused = services.find_map(|service| reused(core, live, draft, &service.code));
    let known = |unit: &str| draft.overrides().iter().any(|one| one.unit == unit);
    let mut places = after.overrides().iter().filter(|one| !known(&one.unit));
    reused.or_else(|| places.find_map(|one| nowhere(core, &one.unit)))
}

/// A unit that may have a service otherwise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub code: String,
    pub name: String,
    /// Codes of the units around it and its own, wide to narrow.
    pub around: Vec<String>,
}

/// The units that may have a service otherwise.
pub(super) fn places(core: &Core, kind: Kind) -> Vec<Spot> {
    if kind != Kind::Menu {
        return Vec::new();
    }
    let world = core.world();
    let below = |unit: &&Unit| unit.kind != UnitKind::City;
    let tree = &world.tree;
    let spot = |unit: &Unit| Spot {
        code: unit.code.0.clone(),
        name: tree.full_name(&unit.code),
        around: tree
            .around(&unit.code)
            .into_iter()
            .map(str::to_owned)
            .collect(),
    };
    let mut places: Vec<_> = tree.units().filter(below).map(spot).collect();
    places.sort();
    places
}

/// The code of a service is never given to another one.
fn reused(core: &Core, live: u32, draft: &Catalogue, code: &ServiceCode) -> Option<Localized> {
    if draft.service(code).is_some() {
        return None;
    }
    let world = core.world();
    let used = (1..=live).any(|v| world.catalogue(v).catalogue.service(code).is_some());
    used.then(|| {
        Localized::new(
            format!("代码 {code} 以前用过，不能再给别的服务"),
            format!("The code {code} belonged to a service before and is never given again"),
        )
    })
}

fn nowhere(core: &Core, unit: &str) -> Option<Localized> {
    let known = core.world().tree.get(&UnitId::from(unit)).is_some();
    (!known).then(|| {
        Localized::new(
            format!("没有单位 {unit}"),
            format!("There is no unit {unit}"),
        )
    })
}
