//! What happens when nobody acts: every rung that has not fired and whose
//! clock still runs, and the automatic steps of the house.
//!
//! Pure. The plan is made anew from the log after every entry, so a timer that
//! fires late for a state that is gone finds itself no longer planned. Who is
//! told and how is the engine's work.

use super::clocks::Limits;
use super::policy::{Action, Class, ClockName, Policy, Target};
use super::track::Track;
use crate::calendar::Calendar;
use crate::clock::Moment;
use crate::requests::event::Entry;
use crate::requests::status::Status;
use std::sync::Arc;

/// Prefix of the house's rung that ends a pause at its limit; the sequence
/// number of the pause follows.
pub const RESUME: &str = "resume-";
/// The house's rung that closes a request after silence.
pub const CLOSE: &str = "close_unanswered";
/// Prefix of the house's rung that takes a hand-over back which nobody took;
/// the sequence number of the hand-over follows.
pub const BOUNCE: &str = "bounce-";

/// A rung that will fire. (clock, rung, cycle) is its identity.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    pub clock: ClockName,
    pub rung: String,
    pub cycle: u32,
    /// May lie in the past: then it is late.
    pub at: Moment,
    pub actions: Arc<[Action]>,
    /// The due moment of the clock; for the house the same as `at`.
    pub due_of_clock: Moment,
}

/// Everything still to fire, in order of time.
pub fn plan(
    entries: &[Entry],
    calendar: &Calendar,
    policy: &Policy,
    limits: &Limits,
) -> Vec<Planned> {
    let Some(track) = Track::of(entries) else {
        return Vec::new();
    };
    let mut planned = standing(&track, calendar, policy, limits);
    planned.retain(|p| !track.fired.contains(&(p.clock, p.rung.clone())));
    planned
}

/// The next rung.
pub fn next(
    entries: &[Entry],
    calendar: &Calendar,
    policy: &Policy,
    limits: &Limits,
) -> Option<Planned> {
    plan(entries, calendar, policy, limits).into_iter().next()
}

/// The rungs whose moment has come.
pub fn overdue(
    entries: &[Entry],
    calendar: &Calendar,
    policy: &Policy,
    limits: &Limits,
    now: Moment,
) -> Vec<Planned> {
    let mut due = plan(entries, calendar, policy, limits);
    due.retain(|p| p.at <= now);
    due
}

/// All rungs of running clocks, fired or not, in order of time.
pub(super) fn standing(
    track: &Track,
    calendar: &Calendar,
    policy: &Policy,
    limits: &Limits,
) -> Vec<Planned> {
    let cycle = track.now.cycle;
    let mut planned = house(track, calendar, policy);
    for timing in track.timings(calendar, policy, limits) {
        planned.extend(timing.rungs().map(|(rung, at)| Planned {
            clock: timing.rule.clock,
            rung: rung.key.clone(),
            cycle,
            at,
            actions: Arc::clone(&rung.actions),
            due_of_clock: timing.due,
        }));
    }
    planned.sort_by_key(|p| (p.at, p.clock));
    planned
}

/// Automatic steps: the end of a pause at its limit, the close after two call
/// tries and a week of silence, neither of which ever touches a crisis; and the
/// return of a hand-over that nobody took.
fn house(track: &Track, calendar: &Calendar, policy: &Policy) -> Vec<Planned> {
    let now = &track.now;
    let step = |rung: String, name: &str, at: Moment| Planned {
        clock: ClockName::House,
        rung,
        cycle: now.cycle,
        at,
        actions: Arc::from([Action {
            name: name.to_owned(),
            to: Target::Resident,
        }]),
        due_of_clock: at,
    };
    let mut steps = Vec::new();
    if let Some(offered) = track.handed.waiting.filter(|_| now.status.is_active()) {
        let within = match now.class {
            Class::Normal => &policy.house.transfer_within,
            _ => &policy.house.transfer_urgent,
        };
        let at = calendar.due(offered.at, within);
        steps.push(step(format!("{BOUNCE}{}", offered.seq), "bounce", at));
    }
    if now.class == Class::Crisis {
        return steps;
    }
    if let Some(pause) = track.pauses.last().filter(|p| p.running) {
        let end = Track::pause_end(pause, calendar, policy);
        steps.push(step(format!("{RESUME}{}", pause.seq), "resume", end));
    }
    let tries = &now.tries_since_decision;
    let asked = matches!(now.status, Status::Decided | Status::Delivered);
    if asked
        && tries.len() >= policy.house.close_tries as usize
        && let Some(last) = tries.last()
    {
        let at = calendar.due(*last, &policy.house.close_after);
        steps.push(step(CLOSE.to_owned(), "close", at));
    }
    steps
}

#[cfg(test)]
mod tests;
