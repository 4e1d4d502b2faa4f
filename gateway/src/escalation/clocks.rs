//! When a request is due: accept, contact, resolve.
//!
//! A pure function of (event log, calendar, policy, limits of the service).
//! The clock belongs to the request: nothing but what `track` names moves it.
//! What happens at which moment is `plan`.

use super::policy::{ClockName, Policy};
use super::track::{Halt, Timing, Track};
use crate::calendar::{Calendar, Deadline, Joined, Kind, Segment, Span};
use crate::clock::Moment;
use crate::requests::event::Entry;

/// What the service promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    pub first_contact: Option<Span>,
    pub outcome: Option<Span>,
}

/// One clock of the present cycle.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockView {
    pub clock: ClockName,
    pub started_at: Moment,
    /// The limit it counts, before pauses and extensions.
    pub limit: Span,
    /// Extensions that count, in order.
    pub extended: Vec<Span>,
    /// The due moment; its segments run from the start to it and include the
    /// pauses. While a pause runs it is taken to last until its limit.
    pub due: Deadline,
    pub stopped_at: Option<Moment>,
    /// The due moment passed before the clock stopped.
    pub breached: bool,
    /// Standing still now.
    pub paused: bool,
}

impl ClockView {
    /// Still running and past its due moment.
    pub fn is_overdue(&self) -> bool {
        self.breached && self.stopped_at.is_none()
    }
}

/// The clocks of the request's class in the present cycle, in policy order;
/// none for a log without an opening. A clock without a limit is left out, and
/// so is one that starts at the acceptance before that.
pub fn clocks(
    entries: &[Entry],
    calendar: &Calendar,
    policy: &Policy,
    limits: &Limits,
    now: Moment,
) -> Vec<ClockView> {
    let Some(track) = Track::of(entries) else {
        return Vec::new();
    };
    let timings = track.timings(calendar, policy, limits);
    timings.iter().map(|t| view(t, now)).collect()
}

fn view(timing: &Timing<'_>, now: Moment) -> ClockView {
    let (start, due) = (timing.start, timing.due);
    let base = timing.calendar.segments(start, due, &timing.span);
    ClockView {
        clock: timing.rule.clock,
        started_at: start,
        limit: timing.span,
        extended: timing.extended.clone(),
        due: Deadline {
            at: due,
            segments: with_pauses(base, &timing.pauses),
            unknown_years: timing.calendar.unknown_years(start, due, &timing.span),
        },
        stopped_at: timing.stop,
        breached: timing.stop.unwrap_or(now) > due,
        paused: timing.stop.is_none() && timing.pauses.iter().any(|p| p.from <= now && now < p.to),
    }
}

/// Lays the pauses over the segments.
fn with_pauses(base: Vec<Segment>, pauses: &[Halt]) -> Vec<Segment> {
    if pauses.is_empty() {
        return base;
    }
    let mut joined = Joined::default();
    for segment in base {
        let mut at = segment.from;
        for pause in pauses {
            let (from, to) = (pause.from.max(at), pause.to.min(segment.to));
            if from < to {
                joined.push(at, from, segment.kind.clone());
                joined.push(from, to, Kind::Paused(pause.reason.clone()));
                at = to;
            }
        }
        joined.push(at, segment.to, segment.kind);
    }
    joined.0
}

#[cfg(test)]
mod tests;
