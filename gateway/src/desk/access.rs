//! Who may see a request, and who may act on it. The only place that decides.
//!
//! Called for every read and every act, whatever page or button it came from.
//! What may be done with a request that is theirs stands in `crate::rights`.

use crate::clock::Moment;
use crate::escalation::policy::Target;
use crate::ids::UnitId;
use crate::requests::case::Case;
use crate::requests::event::{Class, Fact};
use crate::requests::open::{UNASSIGNED, scene_of};
use crate::rights::{Group, Holder, Right};
use crate::routing::GRID_TOLD;
use crate::territory::{Role, Worker};
use crate::world::World;

/// What a worker may do with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Not even know that it exists.
    None,
    /// See it, add a note.
    Look,
    /// Act on it.
    Act,
}

/// Whether a role handles only what is given to it: no standing in for others.
fn by_name_only(group: Option<Group>) -> bool {
    !matches!(group, Some(Group::Community | Group::Authority))
}

/// Roles that oversee everything below their unit.
fn oversees(role: Role) -> bool {
    role.takes_over()
}

/// The access of `worker` to `case` at this moment.
pub fn access(worker: &Worker, case: &Case, world: &World, now: Moment) -> Access {
    let scene = scene_of(case, world, now);
    if !worker.active || scene.bars(worker) {
        return Access::None;
    }
    if case.place.unit.as_str() == UNASSIGNED {
        return unassigned(worker, case);
    }
    if case.restricted {
        return if scene.suits_one_of(worker) && world.tree.within(&case.place.unit, &worker.unit) {
            Access::Act
        } else {
            Access::None
        };
    }
    if case.place.worker.as_ref() == Some(&worker.id) && still_there(worker, case, world) {
        return Access::Act;
    }
    let mut best = Access::None;
    for role in &worker.roles {
        best = best.max(through(*role, worker, case, world));
    }
    best
}

/// Whether a worker may use a right on a request: theirs to see, to act on if
/// the right is an act, and held in one of their roles.
pub fn may(worker: &Worker, case: &Case, world: &World, now: Moment, right: Right) -> bool {
    let needed = match right {
        Right::Read | Right::Story | Right::Note => Access::Look,
        _ => Access::Act,
    };
    access(worker, case, world, now) >= needed && right.allows_worker(worker)
}

/// A worker who moved elsewhere leaves the requests of the former desk behind.
fn still_there(worker: &Worker, case: &Case, world: &World) -> bool {
    let (desk, home) = (&case.place.unit, &worker.unit);
    // Whoever stood in for somebody there keeps what came meanwhile.
    let stood_in = || world.roster.stands_in(&worker.id, desk);
    world.tree.within(desk, home) || world.tree.within(home, desk) || stood_in()
}

/// Nobody's yet: the duty desk sees it, the district what is not restricted.
fn unassigned(worker: &Worker, case: &Case) -> Access {
    let duty = worker.roles.iter().any(|r| r.sees_restricted());
    let district = worker.roles.contains(&Role::District) && !case.restricted;
    if duty || district {
        Access::Act
    } else {
        Access::None
    }
}

/// Whether the desk with the copy was asked because the lead stayed silent.
fn asked(case: &Case, world: &World) -> bool {
    let policy = world.policy(case.versions.1);
    let to_copy = |key: &str| {
        let rung = policy.rung(key);
        rung.is_some_and(|(_, _, r)| r.actions.iter().any(|a| a.to == Target::Copy))
    };
    case.has(|fact| matches!(fact, Fact::Fired { rung, .. } if to_copy(rung)))
}

fn through(role: Role, worker: &Worker, case: &Case, world: &World) -> Access {
    let here = case.place.unit == worker.unit;
    let below = world.tree.within(&case.place.unit, &worker.unit);
    let group = Group::of(Holder::Worker(role));
    if group.is_none() {
        return Access::None;
    }
    if by_name_only(group) {
        if here && case.place.role == role {
            return Access::Act;
        }
        let copied = |copy: &(UnitId, Role)| copy.0 == worker.unit && copy.1 == role;
        if case.place.copy.as_ref().is_some_and(copied) {
            return Access::Look;
        }
        let mine = case
            .story
            .unit
            .as_ref()
            .is_some_and(|u| world.tree.within(u, &worker.unit));
        let told = role == Role::Grid && GRID_TOLD.contains(&case.service.as_str());
        return if told && mine {
            Access::Look
        } else {
            Access::None
        };
    }
    if (here && (case.place.role == role || oversees(role))) || (below && oversees(role)) {
        return Access::Act;
    }
    if role == Role::Duty && matches!(case.class(), Class::Crisis | Class::Hunger) && below {
        return Access::Act;
    }
    // Colleagues of the same desk see its queue and can stand in.
    if here && case.place.worker.is_none() {
        return Access::Act;
    }
    let copied = case.place.copy.as_ref();
    if copied.is_some_and(|c| c.0 == worker.unit && c.1 == role) && asked(case, world) {
        return Access::Act;
    }
    if here || copied.is_some_and(|c| c.0 == worker.unit) {
        return Access::Look;
    }
    Access::None
}
