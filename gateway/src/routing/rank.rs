//! Whom a step of the escalation ladder reaches.
//!
//! Names people only; what they are told, and when, is the policy's.

use super::Scene;
use crate::escalation::policy::Target;
use crate::ids::{UnitId, WorkerId};
use crate::territory::{Role, Roster, Tree, UnitKind, Worker};

/// A step of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rank {
    Lead,
    Deputy,
    Street,
    DutyDesk,
    DutyChief,
    StreetLeader,
    DistrictLeader,
    BureauLeader,
}

impl Rank {
    /// The rank a policy names; `None` for the resident and the copy.
    pub fn of(target: Target) -> Option<Self> {
        Some(match target {
            Target::Lead => Self::Lead,
            Target::Deputy => Self::Deputy,
            Target::Street => Self::Street,
            Target::DutyDesk => Self::DutyDesk,
            Target::DutyChief => Self::DutyChief,
            Target::StreetLeader => Self::StreetLeader,
            Target::DistrictLeader => Self::DistrictLeader,
            Target::BureauLeader => Self::BureauLeader,
            Target::Resident | Target::Copy => return None,
        })
    }
}

/// The people of a step for a case that lies at `unit` with `role`: those on
/// duty, or everybody present when nobody is; whoever has room before the others. A step nobody holds falls to the
/// next wider one, so the answer is empty only when nobody of the authority is
/// left. Restricted cases reach the duty desk and its leaders only.
pub fn target(
    rank: Rank,
    unit: &UnitId,
    role: Role,
    scene: &Scene,
    tree: &Tree,
    roster: &Roster,
) -> Vec<WorkerId> {
    let path = tree.path(unit);
    let mut rank = Some(rank);
    while let Some(step) = rank {
        for wanted in roles(step, role) {
            if !scene.suits(*wanted) {
                continue;
            }
            for at in &path {
                // The lead and the deputy are people of this very desk.
                let own_desk = matches!(step, Rank::Lead | Rank::Deputy);
                if own_desk && at.code != path[0].code {
                    continue;
                }
                let holders: Vec<&Worker> = roster
                    .present(&at.code, *wanted, scene.at)
                    .into_iter()
                    .filter(|w| !scene.bars(w) && (step != Rank::Deputy || w.deputy))
                    .collect();
                if !holders.is_empty() {
                    return on_duty_first(&holders, scene);
                }
            }
        }
        rank = wider(step);
    }
    last_resort(unit, scene, tree, roster)
}

/// Whether the first of these people comes first only because a colleague before
/// them carries as much as they can.
pub fn passed_over(people: &[WorkerId], scene: &Scene, roster: &Roster) -> bool {
    let mut people = people.iter().filter_map(|id| roster.get(id));
    let Some(first) = people.next().filter(|w| scene.has_room(w)) else {
        return false;
    };
    let usually = |w: &Worker| (w.deputy, w.id.clone());
    people.any(|w| !scene.has_room(w) && usually(w) < usually(first))
}

/// The role in which a worker holds a step.
pub fn role_of(worker: &Worker, rank: Rank) -> Option<Role> {
    let wanted = roles(rank, Role::Coord).into_iter().copied();
    let mut held = wanted.filter(|role| worker.roles.contains(role));
    held.next().or_else(|| worker.roles.first().copied())
}

/// Roles that make up a step, most fitting first.
fn roles(rank: Rank, lead: Role) -> Vec<&'static Role> {
    let own = Role::ALL.iter().find(|r| **r == lead);
    match rank {
        Rank::Lead | Rank::Deputy => own.into_iter().collect(),
        Rank::Street => vec![&Role::Street],
        Rank::DutyDesk => vec![&Role::Duty],
        Rank::DutyChief => vec![&Role::DutyChief],
        Rank::StreetLeader => vec![&Role::StreetLeader],
        Rank::DistrictLeader => vec![&Role::DistrictLeader, &Role::District],
        Rank::BureauLeader => vec![&Role::BureauLeader],
    }
}

/// Where a step goes that nobody holds.
fn wider(rank: Rank) -> Option<Rank> {
    match rank {
        Rank::Lead => Some(Rank::Deputy),
        Rank::Deputy => Some(Rank::Street),
        Rank::Street | Rank::StreetLeader => Some(Rank::DistrictLeader),
        Rank::DistrictLeader => Some(Rank::DutyDesk),
        Rank::DutyDesk => Some(Rank::DutyChief),
        Rank::DutyChief => Some(Rank::BureauLeader),
        Rank::BureauLeader => None,
    }
}

/// The highest desk left when the ladder ends in the air: the duty chief or
/// duty desk on the way up, then of any district.
fn last_resort(unit: &UnitId, scene: &Scene, tree: &Tree, roster: &Roster) -> Vec<WorkerId> {
    let mut units = tree.path(unit);
    units.extend(tree.units().filter(|u| u.kind <= UnitKind::District));
    for role in [
        Role::DutyChief,
        Role::Duty,
        Role::BureauLeader,
        Role::District,
    ] {
        if !scene.suits(role) {
            continue;
        }
        for at in &units {
            let holders: Vec<&Worker> = roster
                .present(&at.code, role, scene.at)
                .into_iter()
                .filter(|w| !scene.bars(w))
                .collect();
            if !holders.is_empty() {
                return on_duty_first(&holders, scene);
            }
        }
    }
    Vec::new()
}

fn on_duty_first(holders: &[&Worker], scene: &Scene) -> Vec<WorkerId> {
    let mut there: Vec<&Worker> = holders.to_vec();
    there.retain(|w| w.on_duty(scene.at, scene.open));
    if there.is_empty() {
        there = holders.to_vec();
    }
    // The first is given the case: whoever is full stands behind.
    there.sort_by_key(|w| !scene.has_room(w));
    there.into_iter().map(|w| w.id.clone()).collect()
}
