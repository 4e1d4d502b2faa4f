//! The desks a request may be handed to: a unit, or one of several desks of a
//! unit, told apart by what their people are there as.
//!
//! The one list for the page, the messenger and the interface, and the check of
//! what was chosen from it. Giving it to a colleague by name is `mine`'s.

use crate::clock::Moment;
use crate::ids::UnitId;
use crate::requests::case::Case;
use crate::requests::notify;
use crate::requests::open::scene_of;
use crate::routing::Scene;
use crate::territory::{Role, UnitKind, Worker};
use crate::world::World;
use menus::Lang;

/// Between the unit and the role in the code of a desk.
const APART: char = '/';

/// A desk by its code: the unit, and the role where it is one of several.
/// `None` for a role that does not exist.
pub fn parse(code: &str) -> Option<(UnitId, Option<Role>)> {
    match code.split_once(APART) {
        None => Some((UnitId::from(code), None)),
        Some((unit, role)) => {
            let role = Role::ALL.iter().find(|known| known.as_str() == role)?;
            Some((UnitId::from(unit), Some(*role)))
        }
    }
}

/// What a desk is called.
pub fn name(code: &str, world: &World, lang: Lang) -> String {
    match parse(code) {
        Some((unit, Some(role))) => notify::who_at(world, &unit, role, None, lang),
        Some((unit, None)) => world.unit_name(&unit).to_owned(),
        None => code.to_owned(),
    }
}

/// Code and name of every desk that may take a request: the offices above and
/// the neighbours, then whoever else works there or where it lies now.
pub fn desks(case: &Case, world: &World, lang: Lang, now: Moment) -> Vec<(String, String)> {
    let scene = scene_of(case, world, now);
    let here = &case.place.unit;
    let (mut offices, mut others) = (Vec::new(), Vec::new());
    for unit in near(case, world) {
        // A community is one desk; whoever leads there decides.
        let one = world.tree.get(&unit);
        let one = one.is_some_and(|u| matches!(u.kind, UnitKind::Community | UnitKind::Grid));
        if one && unit != *here {
            if takers(&unit, &scene, world).next().is_some() {
                offices.push(unit.0.clone());
            }
            continue;
        }
        for role in roles(&unit, &scene, world) {
            if unit == *here && role == case.place.role {
                continue;
            }
            let code = format!("{unit}{APART}{}", role.as_str());
            let office = matches!(role, Role::Street | Role::District);
            if office { &mut offices } else { &mut others }.push(code);
        }
    }
    let all = offices.into_iter().chain(others);
    all.map(|code| (code.clone(), name(&code, world, lang)))
        .collect()
}

/// Whether somebody at this desk may be given it.
pub fn takes(case: &Case, world: &World, desk: &(UnitId, Option<Role>), now: Moment) -> bool {
    let (unit, role) = desk;
    match role {
        None => *unit != case.place.unit && world.tree.get(unit).is_some(),
        Some(role) => {
            let elsewhere = *unit != case.place.unit || *role != case.place.role;
            let scene = scene_of(case, world, now);
            elsewhere && roles(unit, &scene, world).contains(role)
        }
    }
}

/// Where it lies and everything above; where the person is and everything
/// above; the neighbours of both, and the streets of its district.
fn near(case: &Case, world: &World) -> Vec<UnitId> {
    let here = &case.place.unit;
    let mut units: Vec<UnitId> = Vec::new();
    let mut add = |unit: &UnitId| {
        if !units.contains(unit) {
            units.push(unit.clone());
        }
    };
    let home = case.story.unit.as_ref();
    for start in [Some(here), home].into_iter().flatten() {
        for unit in world.tree.ancestors(start) {
            add(&unit.code);
        }
        add(start);
        if let Some(street) = world.tree.street_of(start) {
            for unit in world.tree.below(&street.code, UnitKind::Community) {
                add(&unit.code);
            }
        }
    }
    for unit in world.tree.below(here, UnitKind::Street) {
        add(&unit.code);
    }
    units
}

/// Active people of a unit who may be given a request of this kind.
fn takers<'w>(
    unit: &UnitId,
    scene: &'w Scene,
    world: &'w World,
) -> impl Iterator<Item = &'w Worker> + use<'w> {
    let there = world.roster.at(unit);
    there.filter(|w| w.active && !scene.bars(w) && scene.suits_one_of(w))
}

/// As what they are there, in the order of the roles; whoever only watches or
/// takes over is no desk.
fn roles(unit: &UnitId, scene: &Scene, world: &World) -> Vec<Role> {
    let held = |role: &Role| takers(unit, scene, world).any(|w| w.roles.contains(role));
    let desk = |role: &Role| {
        let watches = matches!(role, Role::Privacy | Role::Bot) && scene.keeper != Some(*role);
        let leads = matches!(
            role,
            Role::DutyChief | Role::StreetLeader | Role::DistrictLeader | Role::BureauLeader
        );
        !watches && !leads && scene.suits(*role)
    };
    let all = Role::ALL.iter().copied();
    all.filter(desk).filter(held).collect()
}
