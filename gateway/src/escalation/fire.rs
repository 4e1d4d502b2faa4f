//! What a rung does when it is due: facts on the case, messages to people.
//!
//! Pure. Every rung that is due fires exactly once and is on record; when
//! several are due at the same moment (after an outage) all are recorded, and
//! each person is told once, by the highest of them. One action per function;
//! which exist is the policy's list [`ACTIONS`](super::policy::ACTIONS).

use super::bounce::{TOLD, bounce};
use super::plan::{BOUNCE, CLOSE, Planned, RESUME};
use super::policy::{Action, Target};
use crate::clock::Moment;
use crate::conversation::notices;
use crate::ids::WorkerId;
use crate::outbox::Letter;
use crate::requests::case::Case;
use crate::requests::event::{Actor, Class, ClockName, Fact};
use crate::requests::status::{TOP_LEVEL, UNANSWERED};
use crate::requests::{notify, open};
use crate::routing::{self, Rank, Scene};
use crate::store::broken;
use crate::texts;
use crate::world::World;
use menus::Lang;
use std::collections::BTreeMap;

/// Rungs fired at once for one request at most; a policy has far fewer.
const MOST: usize = 64;

/// What firing did.
#[derive(Default)]
pub struct Fired {
    /// The rungs, in order.
    pub rungs: Vec<Planned>,
    /// Messages to send.
    pub letters: Vec<Letter>,
}

/// A message planned for one person; a later one replaces it.
struct Word {
    key: &'static str,
    clock: ClockName,
}

/// Fires everything that is due at `now`.
pub fn fire(case: &mut Case, world: &World, now: Moment) -> Fired {
    let mut fired = Fired::default();
    let mut words: BTreeMap<WorkerId, Word> = BTreeMap::new();
    let mut late: Option<String> = None;
    while fired.rungs.len() < MOST {
        let Some(next) = case.next(world).filter(|p| p.at <= now) else {
            break;
        };
        let fact = Fact::Fired {
            clock: next.clock,
            rung: next.rung.clone(),
            cycle: next.cycle,
        };
        if broken("fire-twice") {
            let _ = case.record(Actor::System, fact.clone(), now, None);
        }
        if case.record(Actor::System, fact, now, None).is_err() {
            break;
        }
        house(case, &next, now);
        if next.rung.starts_with(BOUNCE) {
            let clock = ClockName::Accept;
            if let Some((worker, letter)) = bounce(case, world, now) {
                words.insert(worker, Word { key: TOLD, clock });
                fired.letters.push(letter);
            }
        }
        for action in next.actions.iter() {
            act(case, action, &next, world, now, &mut words, &mut late);
        }
        fired.rungs.push(next);
    }
    for (worker, word) in words {
        let what = texts::text(Lang::Zh, &format!("desk.what.{}", word.clock.code()));
        let unit = world.unit_name(&case.place.unit).to_owned();
        let class = texts::text(Lang::Zh, &format!("desk.class.{}", case.class().code()));
        let more = [("what", what), ("unit", unit.as_str()), ("class", class)];
        fired.letters.extend(notify::push_with(
            case, &worker, word.key, &more, world, now,
        ));
    }
    if let Some(told) = late {
        let reply = notices::late(case.lang(), &notify::shown(&case.reference), &told);
        fired.letters.push(notify::resident(case, reply, false));
    }
    fired
}

/// Automatic steps that are no rungs of a ladder.
fn house(case: &mut Case, planned: &Planned, now: Moment) {
    if planned.clock != ClockName::House {
        return;
    }
    let fact = if planned.rung.starts_with(RESUME) {
        Fact::Resumed {
            limit_reached: true,
        }
    } else if planned.rung == CLOSE {
        Fact::Closed {
            why: UNANSWERED.into(),
        }
    } else {
        return;
    };
    let _ = case.record(Actor::System, fact, now, None);
}

fn act(
    case: &mut Case,
    action: &Action,
    planned: &Planned,
    world: &World,
    now: Moment,
    words: &mut BTreeMap<WorkerId, Word>,
    late: &mut Option<String>,
) {
    let scene = open::scene_of(case, world, now);
    let rank = Rank::of(told(action, planned)).unwrap_or(Rank::Street);
    let place = case.place.clone();
    let mut people = routing::target(
        rank,
        &place.unit,
        place.role,
        &scene,
        &world.tree,
        &world.roster,
    );
    if action.to == Target::Copy {
        people = place.copy.as_ref().map_or_else(Vec::new, |(unit, role)| {
            routing::target(Rank::Lead, unit, *role, &scene, &world.tree, &world.roster)
        });
    }
    let lead = place
        .worker
        .clone()
        .filter(|_| action.to != Target::Copy)
        .filter(|w| rank == Rank::Lead && world.worker(w).is_some_and(|w| w.present(now)));
    if let Some(lead) = lead {
        people = vec![lead];
    }
    let mut tell = |people: &[WorkerId], key| {
        for worker in people {
            words.insert(
                worker.clone(),
                Word {
                    key,
                    clock: planned.clock,
                },
            );
        }
    };
    match action.name.as_str() {
        "remind" if action.to == Target::Copy => tell(&people, "desk.push.ask_copy"),
        "remind" => tell(&people, "desk.push.remind"),
        "tell_supervisor" => tell(&people, "desk.push.supervisor"),
        "reassign" => {
            reassign(case, (&people, rank), &scene, world, now);
            tell(&people[..people.len().min(1)], "desk.push.reassigned");
        }
        "raise" => {
            let raised = Class::ALL.into_iter().find(|c| *c > case.class());
            if let Some(class) = raised.filter(|c| *c < Class::Crisis)
                && case
                    .record(Actor::System, Fact::Raised { class }, now, None)
                    .is_ok()
            {
                tell(&people, "desk.push.raised");
            }
        }
        "tell_resident" => {
            let told = people.first().and_then(|w| world.worker(w));
            let told = told.map(|w| {
                let role = routing::role_of(w, rank).unwrap_or(place.role);
                notify::who_at(world, &w.unit, role, None, case.lang())
            });
            *late = told.or_else(|| Some(world.unit_name(&place.unit).to_owned()));
        }
        _ => {}
    }
}

/// Whom an action is for. The resident hears of those whom the same rung tells.
fn told(action: &Action, planned: &Planned) -> Target {
    if action.name != "tell_resident" {
        return action.to;
    }
    let others = |name: &str| planned.actions.iter().find(|a| a.name == name);
    let other = others("tell_supervisor").or_else(|| others("reassign"));
    other.map_or(action.to, |other| other.to)
}

/// The first of `people`, who hold this rank, leads from now on; the former desk
/// keeps a copy.
fn reassign(
    case: &mut Case,
    (people, rank): (&[WorkerId], Rank),
    scene: &Scene,
    world: &World,
    now: Moment,
) {
    let Some(worker) = people.iter().find_map(|w| world.worker(w)) else {
        return;
    };
    if case.place.worker.as_ref() == Some(&worker.id) {
        return;
    }
    let before = (case.place.unit.clone(), case.place.role);
    let level = if worker.unit == before.0 {
        case.level
    } else {
        (case.level + 1).min(TOP_LEVEL)
    };
    let fact = Fact::Assigned {
        unit: worker.unit.clone(),
        worker: Some(worker.id.clone()),
        level,
    };
    let why = notify::passed_over(people, scene, world);
    if case.record(Actor::System, fact, now, why).is_err() {
        return;
    }
    // Who holds the same desk leads in the same role.
    if !worker.roles.contains(&before.1) {
        case.place.role = routing::role_of(worker, rank).unwrap_or(before.1);
    }
    if worker.unit != before.0 && !case.restricted {
        case.place.copy.get_or_insert(before);
    }
}
