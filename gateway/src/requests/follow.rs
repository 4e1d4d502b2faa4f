//! What a resident does to a request of theirs, after it was opened.
//!
//! Pure, like `perform`. A move that the status table refuses changes nothing:
//! the conversation already said what is possible, and the world may have moved
//! since.

use super::case::Case;
use super::event::{Actor, Class, Fact};
use super::status::{Status, TOP_LEVEL};
use super::{notify, open, summary};
use crate::clock::Moment;
use crate::ids::WorkerId;
use crate::outbox::Letter;
use crate::routing::{self, Rank};
use crate::texts;
use crate::world::World;
use menus::Lang;

/// A move of the resident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move {
    /// Takes the request back.
    Withdraw,
    /// Says whether it is solved.
    Rate {
        /// Not solved reopens it one level up.
        solved: bool,
        /// 1 to 5.
        stars: Option<u8>,
    },
    /// Opens it again.
    Reopen,
    /// Asks to hurry.
    Urge,
    /// Says whether a call is welcome.
    Call {
        /// It is.
        allowed: bool,
    },
    /// Says that there is no danger.
    Calmed,
    /// Told of another danger; whoever is responsible is alerted.
    Alarm,
    /// Answered a worker in the conversation: that is a contact.
    Answered,
}

/// Applies a move; returns the messages to workers.
pub fn follow(case: &mut Case, step: &Move, world: &World, now: Moment) -> Vec<Letter> {
    let mut draft = case.clone();
    match apply(&mut draft, step, world, now) {
        Some(letters) => {
            *case = draft;
            letters
        }
        None => Vec::new(),
    }
}

fn apply(case: &mut Case, step: &Move, world: &World, now: Moment) -> Option<Vec<Letter>> {
    let record = |case: &mut Case, fact| case.record(Actor::Resident, fact, now, None).ok();
    let lead = case.place.worker.clone();
    let tell = |case: &Case, key: &str, more: &[(&str, &str)]| -> Vec<Letter> {
        lead.iter()
            .flat_map(|w| notify::push_with(case, w, key, more, world, now))
            .collect()
    };
    Some(match step {
        Move::Withdraw => {
            record(case, Fact::Withdrawn)?;
            tell(case, "desk.push.withdrawn", &[])
        }
        Move::Rate { solved, stars } => rate(case, *solved, *stars, world, now)?,
        Move::Reopen => {
            if case.status() == Status::Closed && !summary::may_reopen(case, world, now) {
                return None;
            }
            let level = (case.level + 1).min(TOP_LEVEL);
            record(case, Fact::Reopened { level })?;
            lift(case, level, "desk.push.reopened", world, now)
        }
        Move::Urge => {
            record(case, Fact::Other("urged".into()))?;
            tell(case, "desk.push.urged", &[])
        }
        Move::Call { allowed } => {
            case.story_mut().call_allowed = Some(*allowed);
            record(case, Fact::Said)?;
            Vec::new()
        }
        Move::Calmed => {
            record(case, Fact::Other("calmed".into()))?;
            Vec::new()
        }
        Move::Alarm => {
            record(case, Fact::Said)?;
            if case.class() == Class::Crisis && !case.status().is_active() {
                // Decided and not closed: its clocks and its ladder begin again.
                let level = case.level;
                record(case, Fact::Reopened { level })?;
            }
            let workers = awake(case, lead.as_ref(), world, now);
            workers
                .iter()
                .flat_map(|w| notify::push(case, w, "desk.push.danger", world, now))
                .collect()
        }
        Move::Answered => {
            let worker = case.place.worker.clone()?;
            let fact = Fact::Contacted { how: "chat".into() };
            case.record(Actor::Worker(worker), fact, now, None).ok()?;
            Vec::new()
        }
    })
}

/// Who hears of danger now: the lead, and whoever is on duty where the lead is not.
fn awake(case: &Case, lead: Option<&WorkerId>, world: &World, now: Moment) -> Vec<WorkerId> {
    let scene = open::scene_of(case, world, now);
    let mut people: Vec<WorkerId> = lead.into_iter().cloned().collect();
    let known = lead.and_then(|id| world.worker(id));
    if !known.is_some_and(|worker| worker.on_duty(now, scene.open)) {
        let rank = if lead.is_some() {
            Rank::DutyDesk
        } else {
            Rank::Lead
        };
        let (unit, role) = (&case.place.unit, case.place.role);
        let others = routing::target(rank, unit, role, &scene, &world.tree, &world.roster);
        people.extend(others.into_iter().filter(|id| Some(id) != lead));
    }
    people
}

fn rate(
    case: &mut Case,
    solved: bool,
    stars: Option<u8>,
    world: &World,
    now: Moment,
) -> Option<Vec<Letter>> {
    let record = |case: &mut Case, fact| case.record(Actor::Resident, fact, now, None).ok();
    record(case, Fact::Rated { solved, stars })?;
    if !solved {
        record(case, Fact::Disputed)?;
        let level = (case.level + 1).min(TOP_LEVEL);
        return Some(lift(case, level, "desk.push.disputed", world, now));
    }
    if case.status() < Status::Confirmed {
        record(case, Fact::Confirmed)?;
        // A crisis is closed by the authority, whatever was confirmed.
        let _ = record(
            case,
            Fact::Closed {
                why: "confirmed".into(),
            },
        );
    }
    let words = texts::text(Lang::Zh, "desk.fact.solved_yes");
    let lead = case.place.worker.clone();
    Some(
        lead.iter()
            .flat_map(|w| {
                notify::push_with(case, w, "desk.push.rated", &[("solved", words)], world, now)
            })
            .collect(),
    )
}

/// Gives the case to the next level: street, then district. Never back to the
/// same desk.
fn lift(case: &mut Case, level: u8, key: &str, world: &World, now: Moment) -> Vec<Letter> {
    let scene = open::scene_of(case, world, now);
    let rank = match (case.restricted, level) {
        (true, _) => Rank::DutyChief,
        (false, 0 | 1) => Rank::Street,
        (false, _) => Rank::DistrictLeader,
    };
    let place = case.place.clone();
    let up = routing::target(
        rank,
        &place.unit,
        place.role,
        &scene,
        &world.tree,
        &world.roster,
    );
    let old = place.worker.clone();
    if let Some(worker) = up.iter().find_map(|id| world.worker(id)) {
        let fact = Fact::Assigned {
            unit: worker.unit.clone(),
            worker: Some(worker.id.clone()),
            level,
        };
        let why = notify::passed_over(&up, &scene, world);
        if case.record(Actor::System, fact, now, why).is_ok() {
            case.place.role = routing::role_of(worker, rank).unwrap_or(place.role);
            case.place
                .copy
                .get_or_insert((place.unit.clone(), place.role));
        }
    }
    let mut told: Vec<&WorkerId> = up.iter().take(1).collect();
    told.extend(old.iter().filter(|w| !up.contains(w)));
    told.into_iter()
        .flat_map(|w| notify::push(case, w, key, world, now))
        .collect()
}
