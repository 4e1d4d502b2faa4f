//! The duty desk: danger, restricted cases and complaints.
//!
//! Only roles that may see restricted cases are ever chosen here, whatever is
//! missing; a desk without a worker is an honest answer, a community queue is not.

use super::desk::Found;
use super::{Desk, Note, Scene};
use crate::ids::UnitId;
use crate::territory::{Role, Roster, Tree, Unit, UnitKind, Worker};

/// The duty desk for a place: who is on duty there, else the duty chief, else
/// the same one level up, else a bureau leader, else another district's desk.
/// `None` for an empty tree.
pub(super) fn desk(
    place: Option<&UnitId>,
    scene: &Scene,
    tree: &Tree,
    roster: &Roster,
) -> Option<Found> {
    let home = tree.duty_desk(place)?;
    let path = tree.path(&home.code);
    let up = |roles: &'static [Role]| {
        path.iter()
            .flat_map(move |unit| roles.iter().map(move |role| (*unit, *role)))
    };
    let elsewhere = tree
        .units()
        .filter(|unit| unit.kind <= UnitKind::District)
        .map(|unit| (unit, Role::Duty));
    let steps = up(&[Role::Duty, Role::DutyChief])
        .chain(up(&[Role::BureauLeader]))
        .chain(elsewhere);
    for (unit, role) in steps {
        let on_duty = roster.on_duty(&unit.code, role, scene.at, scene.open);
        if let Some(worker) = on_duty.iter().find(|w| !scene.bars(w)) {
            let usual = unit.code == home.code && role == Role::Duty;
            return Some(Found {
                desk: taken(unit, role, worker, scene),
                notes: if usual {
                    vec![]
                } else {
                    vec![Note::FellUpward]
                },
            });
        }
    }
    Some(empty(home, Role::Duty))
}

/// The one who keeps cases of this kind for the district, if somebody of them is
/// there: the data-protection officer has the requests about personal data.
pub(super) fn keeper(
    place: Option<&UnitId>,
    scene: &Scene,
    tree: &Tree,
    roster: &Roster,
) -> Option<Found> {
    let role = scene.keeper?;
    let home = tree.duty_desk(place)?;
    tree.path(&home.code).into_iter().find_map(|unit| {
        let present = roster.present(&unit.code, role, scene.at);
        let worker = present.into_iter().find(|w| !scene.bars(w))?;
        Some(Found {
            desk: taken(unit, role, worker, scene),
            notes: vec![],
        })
    })
}

/// One level above the person complained of, and at least the district's duty
/// desk. Colleagues of the same desk are not asked.
pub(super) fn above(
    complained_of: &Worker,
    scene: &Scene,
    tree: &Tree,
    roster: &Roster,
) -> Option<Found> {
    let unit = tree.current(&complained_of.unit);
    let low = unit.filter(|unit| unit.kind > UnitKind::District);
    let Some(unit) = unit.filter(|_| low.is_none()) else {
        return desk(low.map(|unit| &unit.code), scene, tree, roster);
    };
    let higher = tree.ancestors(&unit.code);
    let leads = [Role::DutyChief, Role::DistrictLeader, Role::BureauLeader];
    let own_roles: &[Role] = if complained_of.roles.contains(&Role::BureauLeader) {
        &[]
    } else if complained_of.roles.iter().any(|r| leads.contains(r)) {
        &[Role::BureauLeader]
    } else {
        &[Role::DutyChief, Role::BureauLeader]
    };
    let steps = own_roles
        .iter()
        .map(|role| (unit, *role))
        .chain(higher.iter().flat_map(|unit| {
            [Role::Duty, Role::DutyChief, Role::BureauLeader].map(|role| (*unit, role))
        }));
    for (unit, role) in steps {
        let present = roster.present(&unit.code, role, scene.at);
        if let Some(worker) = present.iter().find(|w| !scene.bars(w)) {
            return Some(Found {
                desk: taken(unit, role, worker, scene),
                notes: vec![],
            });
        }
    }
    Some(empty(
        higher.first().copied().unwrap_or(unit),
        Role::BureauLeader,
    ))
}

fn taken(unit: &Unit, role: Role, worker: &Worker, scene: &Scene) -> Desk {
    Desk {
        unit: unit.code.clone(),
        role,
        worker: Some(worker.id.clone()),
        on_duty: worker.on_duty(scene.at, scene.open),
    }
}

fn empty(unit: &Unit, role: Role) -> Found {
    Found {
        desk: Desk {
            unit: unit.code.clone(),
            role,
            worker: None,
            on_duty: false,
        },
        notes: vec![Note::NobodyOnDuty],
    }
}
