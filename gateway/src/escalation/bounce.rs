//! A hand-over that nobody took: the street gets it, binding.
//!
//! Pure. The resident hears who has it now; their clocks were never stopped.

use crate::clock::Moment;
use crate::conversation::notices;
use crate::ids::WorkerId;
use crate::outbox::Letter;
use crate::requests::case::Case;
use crate::requests::event::{Actor, Class, Fact};
use crate::requests::status::TOP_LEVEL;
use crate::requests::{notify, open};
use crate::routing::{self, Rank};
use crate::territory::UnitKind;
use crate::texts;
use crate::world::World;

/// What the street reads.
pub(super) const TOLD: &str = "desk.push.bounced";

/// Gives it to the street of the desk that did not take it; from a street, to
/// the district. Returns who has it now and what the resident reads.
pub(super) fn bounce(case: &mut Case, world: &World, now: Moment) -> Option<(WorkerId, Letter)> {
    let scene = open::scene_of(case, world, now);
    let place = case.place.clone();
    let unit = world.tree.current(&place.unit);
    let rank = match unit.map(|u| u.kind) {
        _ if case.restricted || case.class() == Class::Crisis => Rank::DutyChief,
        Some(UnitKind::Community | UnitKind::Grid) => Rank::Street,
        _ => Rank::DistrictLeader,
    };
    let up = routing::target(
        rank,
        &place.unit,
        place.role,
        &scene,
        &world.tree,
        &world.roster,
    );
    let worker = up.iter().find_map(|id| world.worker(id))?;
    let role = routing::role_of(worker, rank).unwrap_or(place.role);
    let fact = Fact::Assigned {
        unit: worker.unit.clone(),
        worker: Some(worker.id.clone()),
        level: (case.level + 1).min(TOP_LEVEL),
    };
    let why = notify::passed_over(&up, &scene, world);
    case.record(Actor::System, fact, now, why).ok()?;
    case.place.role = role;
    let lang = case.lang();
    let who = notify::who(case, world, lang);
    let reason = texts::text(lang, "notice.bounced");
    let reference = notify::shown(&case.reference);
    let reply = notices::transferred(lang, &reference, &who, reason);
    let letter = notify::resident(case, reply, false);
    Some((worker.id.clone(), letter))
}

/// The same with the message to whoever has it now.
pub fn give_back(case: &mut Case, world: &World, now: Moment) -> Vec<Letter> {
    let Some((worker, letter)) = bounce(case, world, now) else {
        return Vec::new();
    };
    let mut letters = notify::push(case, &worker, TOLD, world, now);
    letters.push(letter);
    letters
}
