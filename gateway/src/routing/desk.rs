//! The desk of a role for a place, falling upward until somebody is there.
//!
//! For ordinary cases only; restricted and crisis cases are `duty`.

use super::{Class, Desk, Note, Question};
use crate::territory::{Role, Roster, Tree, Unit, Worker};

/// A desk with what has to be said about the choice.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) desk: Desk,
    pub(super) notes: Vec<Note>,
}

/// The desk for a role at a place: the role itself on the way up, else the
/// street, the district, the duty desk, anybody of the authority. `place`
/// unknown asks the duty desk before the bureau. `None` for an empty tree.
pub(super) fn find(
    role: Role,
    place: Option<&Unit>,
    q: &Question,
    tree: &Tree,
    roster: &Roster,
) -> Option<Found> {
    let start = match place {
        Some(unit) => unit,
        None => tree.duty_desk(None)?,
    };
    // Nobody can be an automatic answer: a request that was opened needs a person.
    let role = if role == Role::Bot { Role::Coord } else { role };
    let path = tree.path(&start.code);
    let stand_ins = if place.is_some() {
        [Role::Street, Role::District, Role::Duty]
    } else {
        [Role::Duty, Role::Street, Role::District]
    };
    for asked in std::iter::once(role).chain(stand_ins) {
        for unit in &path {
            if let Some(mut found) = pick(asked, unit, q, roster) {
                if asked != role {
                    found.notes.push(Note::FellUpward);
                }
                return Some(found);
            }
        }
    }
    Some(anybody(&path, q, tree, roster).unwrap_or_else(|| nobody(role, start, &path)))
}

/// The worker of this very desk who is asked, if anybody is there.
fn pick(role: Role, unit: &Unit, q: &Question, roster: &Roster) -> Option<Found> {
    let scene = &q.scene;
    let present = roster.present(&unit.code, role, scene.at);
    let allowed: Vec<&Worker> = present.iter().copied().filter(|w| !scene.bars(w)).collect();
    let on_duty = |w: &&&Worker| w.on_duty(scene.at, scene.open);
    let known = |w: &&&Worker| Some(&w.id) == q.known_worker.as_ref();
    let urgent = q.class != Class::Normal;
    let prefer = |free: bool| {
        let from = || allowed.iter().filter(|w| !free || scene.has_room(w));
        from()
            .find(|w| known(w) && (!urgent || on_duty(w)))
            .or_else(|| from().find(|w| urgent && on_duty(w)))
            .or_else(|| from().next())
    };
    // Whoever is full is passed over while somebody of the desk is not.
    let chosen = prefer(true).or_else(|| prefer(false))?;
    let mut found = named(role, unit, chosen, q);
    let main = |w: &Worker| w.roles.contains(&role) && !w.deputy;
    if chosen.deputy && roster.at(&unit.code).any(main) {
        found.notes.push(Note::Deputy);
    }
    let full = allowed.iter().take_while(|w| w.id != chosen.id);
    if full.into_iter().any(|w| !scene.has_room(w)) {
        found.notes.push(Note::Full);
    }
    if allowed.len() < present.len() {
        found.notes.push(Note::Recused);
    }
    Some(found)
}

/// Any office of the authority on the way up, else anywhere.
fn anybody(path: &[&Unit], q: &Question, tree: &Tree, roster: &Roster) -> Option<Found> {
    let takes = |w: &Worker| w.roles.iter().copied().find(|r| r.takes_over());
    let near = path.iter().flat_map(|unit| roster.at(&unit.code));
    // A worker whose unit is gone has no desk to send anybody to.
    let worker = near
        .chain(roster.workers())
        .find(|w| q.scene.allows(w) && takes(w).is_some() && tree.current(&w.unit).is_some())?;
    let unit = tree.current(&worker.unit)?;
    let role = takes(worker)?;
    let mut found = Found {
        desk: Desk {
            unit: unit.code.clone(),
            role,
            worker: Some(worker.id.clone()),
            on_duty: worker.on_duty(q.scene.at, q.scene.open),
        },
        notes: vec![Note::FellUpward],
    };
    after_hours(&mut found);
    Some(found)
}

/// The desk that ought to have somebody.
fn nobody(role: Role, start: &Unit, path: &[&Unit]) -> Found {
    let home = path
        .iter()
        .find(|unit| unit.kind <= role.level())
        .map_or(start, |unit| *unit);
    Found {
        desk: Desk {
            unit: home.code.clone(),
            role,
            worker: None,
            on_duty: false,
        },
        notes: vec![Note::Nobody],
    }
}

fn named(role: Role, unit: &Unit, worker: &Worker, q: &Question) -> Found {
    let mut found = Found {
        desk: Desk {
            unit: unit.code.clone(),
            role,
            worker: Some(worker.id.clone()),
            on_duty: worker.on_duty(q.scene.at, q.scene.open),
        },
        notes: Vec::new(),
    };
    after_hours(&mut found);
    found
}

fn after_hours(found: &mut Found) {
    if !found.desk.on_duty {
        found.notes.push(Note::AfterHours);
    }
}
