//! What a change of the menu may name: codes that were never another service's, and
//! places that there are.

use super::edits::Edits;
use super::paper::Kind;
use crate::app::Core;
use crate::ids::UnitId;
use crate::territory::{Unit, UnitKind};
use menus::edit::Edit;
use menus::{Localized, ServiceCode, document};

/// Why these edits of a draft are not made; `live` is the version in force.
pub(super) fn refused(core: &Core, live: u32, draft: &str, edits: &Edits) -> Option<Localized> {
    let Edits::Menu(edits) = edits else {
        return None;
    };
    edits.iter().find_map(|edit| match edit {
        Edit::Add { code, .. } => reused(core, live, draft, code),
        Edit::Override { unit, .. } => nowhere(core, unit),
        _ => None,
    })
}

/// Code and name of the units that may have a service otherwise.
pub(super) fn places(core: &Core, kind: Kind) -> Vec<(String, String)> {
    if kind != Kind::Menu {
        return Vec::new();
    }
    let world = core.world();
    let below = |unit: &&Unit| unit.kind != UnitKind::City;
    let named = |unit: &Unit| (unit.code.0.clone(), world.tree.full_name(&unit.code));
    let mut places: Vec<_> = world.tree.units().filter(below).map(named).collect();
    places.sort();
    places
}

/// The code of a service is never given to another one.
fn reused(core: &Core, live: u32, draft: &str, code: &ServiceCode) -> Option<Localized> {
    let (world, draft) = (core.world(), document::from_json(draft).ok()?);
    let used = (1..=live).any(|v| world.catalogue(v).catalogue.service(code).is_some());
    (used && draft.service(code).is_none()).then(|| {
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
