//! What the clocks need to know of a log: the present cycle's starts, stops,
//! pauses and extensions, and the times of its rungs.
//!
//! Shared by the views, the plan and the audit. One rule per question:
//!
//! - *Start*: the opening, or the reopening of the cycle. Statutory clocks may
//!   start at the first acceptance. A rise of class keeps the start, and its
//!   limits apply from then on; a rise to crisis alone starts accept and
//!   contact anew, since somebody has to answer for the danger now.
//! - *Stop*: accept at the first acceptance or conversation (a hand-over does
//!   not take it back), contact at the conversation, all at the decision, the
//!   withdrawal or the close.
//! - *Pause*: moves the due moment by the time the clock would have counted
//!   between pause and resumption, no longer than the reason allows. While a
//!   pause runs it is taken to last until its limit.
//! - *Extension*: counts only if recorded before the due moment.
//! - *Rungs*: never earlier than the rise of class that brought them, nor, for
//!   clocks that wait for it, than the acceptance.

use super::clocks::Limits;
use super::policy::{ClockRule, Limit, Notices, Policy, Rung, Start, When};
use crate::calendar::{Calendar, Span};
use crate::clock::Moment;
use crate::requests::event::{Class, ClockName, Entry, Fact};
use crate::requests::status::{Projection, project};
use crate::requests::stays::Handed;
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// A pause of the cycle, as the log tells it.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub(super) seq: u32,
    pub(super) reason: String,
    pub(super) from: Moment,
    /// The agreed limit, or the end if that came first.
    pub(super) to: Moment,
    pub(super) running: bool,
}

/// The present cycle of a request.
#[derive(Clone, Debug)]
pub(super) struct Track {
    pub(super) now: Projection,
    pub(super) pauses: Vec<Stretch>,
    extensions: Vec<(ClockName, Span, Moment)>,
    /// Rungs of this cycle that have fired.
    pub(super) fired: BTreeSet<(ClockName, String)>,
    /// Hand-overs, and whether one waits to be taken.
    pub(super) handed: Handed,
}

impl Track {
    /// `None` when the log does not begin with an opening.
    pub(super) fn of(entries: &[Entry]) -> Option<Self> {
        let (first, rest) = entries.split_first()?;
        let mut track = Self {
            now: project(std::slice::from_ref(first))?,
            pauses: Vec::new(),
            extensions: Vec::new(),
            fired: BTreeSet::new(),
            handed: Handed::default(),
        };
        for entry in rest {
            track.take(entry);
        }
        Some(track)
    }

    fn take(&mut self, entry: &Entry) {
        let cycle = self.now.cycle;
        if !self.now.take(entry) {
            return;
        }
        let at = self.now.last_at;
        self.handed.take(entry);
        if self.now.cycle != cycle {
            self.pauses.clear();
            self.extensions.clear();
            self.fired.clear();
        }
        match &entry.fact {
            Fact::Paused { reason, until } => self.pauses.push(Stretch {
                seq: entry.seq,
                reason: reason.clone(),
                from: at,
                to: *until,
                running: true,
            }),
            Fact::Extended { clock, span } => self.extensions.push((*clock, *span, at)),
            Fact::Fired { clock, rung, cycle } if *cycle == self.now.cycle => {
                self.fired.insert((*clock, rung.clone()));
            }
            _ => {}
        }
        if self.now.paused.is_none()
            && let Some(last) = self.pauses.last_mut().filter(|p| p.running)
        {
            last.running = false;
            last.to = last.to.min(at);
        }
    }

    /// When the pause ends by the policy: its own limit, cut to the reason's.
    pub(super) fn pause_end(pause: &Stretch, calendar: &Calendar, policy: &Policy) -> Moment {
        match policy.pause(&pause.reason) {
            Some(reason) => pause.to.min(calendar.due(pause.from, &reason.max)),
            None => pause.to,
        }
    }

    /// When everything ended: decided, withdrawn or closed.
    pub(super) fn ended_at(&self) -> Option<Moment> {
        earliest(self.now.decided_at, self.now.closed_at)
    }

    fn start(&self, rule: &ClockRule) -> Option<Moment> {
        let opened = self.now.cycle_at;
        let human = matches!(rule.clock, ClockName::Accept | ClockName::Contact);
        match rule.from {
            Start::Opened if human && self.now.class == Class::Crisis => {
                Some(opened.max(self.now.class_since))
            }
            Start::Opened => Some(opened),
            Start::Accepted => self.accepted(),
        }
    }

    /// First acceptance, or the conversation that took its place.
    fn accepted(&self) -> Option<Moment> {
        earliest(self.now.first_accepted_at, self.now.contacted_at)
    }

    fn stop(&self, clock: ClockName) -> Option<Moment> {
        match clock {
            ClockName::Accept => earliest(self.accepted(), self.ended_at()),
            ClockName::Contact => earliest(self.now.contacted_at, self.ended_at()),
            ClockName::Resolve | ClockName::House => self.ended_at(),
        }
    }

    /// The clocks of the request's class, timed.
    pub(super) fn timings<'a>(
        &self,
        calendar: &'a Calendar,
        policy: &'a Policy,
        limits: &Limits,
    ) -> Vec<Timing<'a>> {
        let class = policy.class(self.now.class);
        let rules = class.clocks.iter();
        rules
            .filter_map(|rule| self.timing(rule, class.notices, calendar, policy, limits))
            .collect()
    }

    fn timing<'a>(
        &self,
        rule: &'a ClockRule,
        notices: Notices,
        calendar: &'a Calendar,
        policy: &Policy,
        limits: &Limits,
    ) -> Option<Timing<'a>> {
        let span = match rule.limit {
            Limit::Fixed(span) => span,
            Limit::FirstContact => limits.first_contact.or(rule.otherwise)?,
            Limit::Outcome => limits.outcome.or(rule.otherwise)?,
        };
        let start = self.start(rule)?;
        let stop = self.stop(rule.clock);
        let accepted = self.accepted();
        let wait = if rule.after_accept { accepted } else { None };
        let pauses = self.pauses.iter().filter_map(|pause| {
            let stops = policy.pause_stops(&pause.reason, rule.clock, self.now.class);
            let end = Self::pause_end(pause, calendar, policy);
            let to = stop.map_or(end, |stop| end.min(stop));
            (stops && pause.from < to).then(|| Halt {
                reason: pause.reason.clone(),
                from: pause.from,
                to,
            })
        });
        let mut timing = Timing {
            rule,
            calendar,
            notices,
            span,
            start,
            due: start,
            stop,
            pauses: pauses.collect(),
            extended: Vec::new(),
            floor: wait.map_or(self.now.class_since, |at| at.max(self.now.class_since)),
            waits: rule.after_accept && accepted.is_none(),
        };
        timing.find_due(&self.extensions);
        Some(timing)
    }
}

fn earliest(a: Option<Moment>, b: Option<Moment>) -> Option<Moment> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// A pause as one clock sees it.
#[derive(Clone, Debug)]
pub(super) struct Halt {
    pub(super) reason: String,
    pub(super) from: Moment,
    pub(super) to: Moment,
}

/// One clock with its moments.
pub(super) struct Timing<'a> {
    pub(super) rule: &'a ClockRule,
    pub(super) calendar: &'a Calendar,
    notices: Notices,
    pub(super) span: Span,
    pub(super) start: Moment,
    pub(super) due: Moment,
    pub(super) stop: Option<Moment>,
    /// In order, apart from each other.
    pub(super) pauses: Vec<Halt>,
    /// The extensions that count.
    pub(super) extended: Vec<Span>,
    floor: Moment,
    waits: bool,
}

impl Timing<'_> {
    fn find_due(&mut self, extensions: &[(ClockName, Span, Moment)]) {
        let calendar = self.calendar;
        let counting = calendar.counting_from(self.start, &self.span);
        let mut due = calendar.due(self.start, &self.span);
        let mut pauses = self.pauses.iter().peekable();
        let mine = extensions.iter().filter(|(c, ..)| *c == self.rule.clock);
        for (_, span, at) in mine {
            while let Some(pause) = pauses.next_if(|p| p.from <= *at) {
                due = self.shift(due, counting, pause);
            }
            if *at <= due {
                due = calendar.due(due, span);
                self.extended.push(*span);
            }
        }
        for pause in pauses {
            due = self.shift(due, counting, pause);
        }
        self.due = due;
    }

    /// Where `at` moves by a pause that began before it; only time from `from`
    /// on was ever counted.
    fn shift(&self, at: Moment, from: Moment, pause: &Halt) -> Moment {
        let begin = pause.from.max(from);
        if begin < at && begin < pause.to {
            self.after(at, self.between(begin, pause.to))
        } else {
            at
        }
    }

    /// Time the clock counts between two moments, pauses aside.
    fn between(&self, a: Moment, b: Moment) -> TimeDelta {
        if self.span.working {
            self.calendar.working_between(a, b)
        } else {
            (b - a).max(TimeDelta::zero())
        }
    }

    fn after(&self, at: Moment, counted: TimeDelta) -> Moment {
        if self.span.working {
            self.calendar.add_working(at, counted)
        } else {
            at + counted
        }
    }

    /// The moment of every rung, in policy order; none once the clock stopped
    /// or while its ladder waits for the acceptance.
    pub(super) fn rungs(&self) -> impl Iterator<Item = (&Rung, Moment)> {
        let silent = self.stop.is_some() || self.waits;
        let rungs = self.rule.rungs.iter().filter(move |_| !silent);
        rungs.map(|rung| (rung, self.rung_at(rung.at)))
    }

    fn rung_at(&self, when: When) -> Moment {
        let at = match when {
            When::Percent(percent) => self.percent(percent).max(self.floor),
            When::After(span) => self.span_after(self.start.max(self.floor), span),
            When::Overdue(span) => self.span_after(self.due.max(self.floor), span),
        };
        match self.notices {
            Notices::Anytime => at,
            Notices::Working => self.calendar.next_open(at),
        }
    }

    /// The moment at which this share of the time to the due moment has passed.
    fn percent(&self, percent: u8) -> Moment {
        let stood: TimeDelta = self
            .pauses
            .iter()
            .map(|p| self.between(p.from.max(self.start), p.to.min(self.due)))
            .sum();
        let total = self.between(self.start, self.due) - stood;
        let share = TimeDelta::microseconds(
            total.num_microseconds().unwrap_or(i64::MAX / 100) / 100 * i64::from(percent),
        );
        let mut at = self.after(self.start, share);
        for pause in &self.pauses {
            at = self.shift(at, self.start, pause);
        }
        at.min(self.due)
    }

    /// A span from `base`, moved by the pauses after it.
    fn span_after(&self, base: Moment, span: Span) -> Moment {
        let mut at = self.calendar.due(base, &span);
        for pause in &self.pauses {
            let begin = pause.from.max(base);
            if begin < at && begin < pause.to {
                at = if span.working {
                    let stood = self.calendar.working_between(begin, pause.to);
                    self.calendar.add_working(at, stood)
                } else {
                    at + (pause.to - begin)
                };
            }
        }
        at
    }
}
