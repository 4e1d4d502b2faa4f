//! The auditor: which rungs should have fired by now, compared with those that
//! did.
//!
//! A deliberately slow second path. It trusts neither stored timers nor the
//! bookkeeping of what has fired, but replays the log entry by entry and asks
//! at every point what was planned with what was known then. It changes
//! nothing; an empty finding is the proof that the ladder works.

use super::clocks::Limits;
use super::plan::{Planned, standing};
use super::policy::{ClockName, Policy};
use super::track::Track;
use crate::calendar::Calendar;
use crate::clock::Moment;
use crate::requests::event::{Entry, Fact};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};

/// A rung by its identity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RungKey {
    pub clock: ClockName,
    pub rung: String,
    pub cycle: u32,
}

/// What is wrong between should and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Should have fired and did not, with the moment it was due.
    pub missing: Vec<(RungKey, Moment)>,
    /// Fired twice, too early or after its clock had stopped.
    pub surplus: Vec<(RungKey, Moment)>,
}

impl Audit {
    pub fn is_clean(&self) -> bool {
        self.missing.is_empty() && self.surplus.is_empty()
    }
}

/// The rungs that should have fired by `now`, with the moment of each, in that
/// order. A rung counts when it stood planned for at least `grace` after its
/// moment: one that came due while somebody was acting may be lost to the act.
pub fn expected(
    entries: &[Entry],
    calendar: &Calendar,
    policy: &Policy,
    limits: &Limits,
    now: Moment,
    grace: TimeDelta,
) -> Vec<(RungKey, Moment)> {
    let mut found: BTreeMap<RungKey, Moment> = BTreeMap::new();
    let mut since: BTreeMap<RungKey, (Moment, Moment)> = BTreeMap::new();
    for end in 1..=entries.len() {
        let Some(track) = Track::of(&entries[..end]) else {
            break;
        };
        let from = track.now.last_at;
        let to = entries.get(end).map_or(now, |e| e.at.max(from));
        let plan = standing(&track, calendar, policy, limits);
        let due = plan.iter().filter(|p| p.at <= to);
        let moments: BTreeMap<RungKey, Moment> = due.map(|p| (key(p), p.at)).collect();
        // A rung that left the plan, or moved, waits anew.
        since.retain(|key, (_, at)| moments.get(key) == Some(at));
        for (key, at) in moments {
            let (first, _) = *since.entry(key.clone()).or_insert((at.max(from), at));
            if to - first >= grace {
                found.entry(key).or_insert(at);
            }
        }
    }
    let mut found: Vec<(RungKey, Moment)> = found.into_iter().collect();
    found.sort_by_key(|(_, at)| *at);
    found
}

/// Compares what should have fired with what did. `grace` is how late a rung
/// may be before it is missing, and how far two machines' clocks may differ.
pub fn audit(
    entries: &[Entry],
    calendar: &Calendar,
    policy: &Policy,
    limits: &Limits,
    now: Moment,
    grace: TimeDelta,
) -> Audit {
    let mut audit = Audit::default();
    let mut fired = BTreeSet::new();
    for (i, entry) in entries.iter().enumerate() {
        let Fact::Fired { clock, rung, cycle } = &entry.fact else {
            continue;
        };
        let key = RungKey {
            clock: *clock,
            rung: rung.clone(),
            cycle: *cycle,
        };
        let before = Track::of(&entries[..i]);
        let due = before.is_some_and(|track| {
            let plan = standing(&track, calendar, policy, limits);
            plan.iter().any(|p| {
                p.clock == *clock
                    && p.rung == *rung
                    && p.cycle == *cycle
                    && p.at <= entry.at + grace
            })
        });
        if !due || fired.contains(&key) {
            audit.surplus.push((key.clone(), entry.at));
        }
        fired.insert(key);
    }
    let expected = expected(entries, calendar, policy, limits, now, grace);
    let missing = expected.into_iter().filter(|(key, _)| !fired.contains(key));
    audit.missing.extend(missing);
    audit
}

fn key(planned: &Planned) -> RungKey {
    RungKey {
        clock: planned.clock,
        rung: planned.rung.clone(),
        cycle: planned.cycle,
    }
}

#[cfg(test)]
mod tests;
