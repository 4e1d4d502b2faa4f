//! The working calendar: weekly windows, days off and make-up working days.
//!
//! Pure arithmetic over a fixed offset (China keeps no summer time). Exceptions
//! go both ways, since a Saturday can be worked. A year whose days off are not
//! announced falls back to the weekly pattern and is named in every deadline
//! that touches it. Windows are half open, so 17:30 belongs to the evening.
//! This file reads no clock and no disk; the shipped dates are embedded data.
//!
//! Rules of counting:
//! - working days follow the law: the day of the start is not counted, and the
//!   span ends with the last window of its n-th working day;
//! - working hours and minutes count open windows only;
//! - other spans are plain time.

mod document;
pub mod edit;
mod notice;
mod span;
mod written;

pub use span::{Deadline, Kind, LONGEST_DAYS, Segment, Span, Unit};

use crate::clock::Moment;
use crate::finding::{Finding, Findings, Problem};
use chrono::{Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};

/// The State Council's days of 2025 and 2026.
/// The shipped calendar.
pub const BUILTIN: &str = include_str!("cn-2025-2026.json");

/// How many days a walk looks ahead before it gives up. No span is longer than
/// [`LONGEST_DAYS`] of open time, and every calendar opens at least once a week
/// apart from its exceptions.
const HORIZON_DAYS: u32 = LONGEST_DAYS * 25;

/// Days off by law in a year, since 2025.
const STATUTORY: i64 = 13;

/// An open stretch of a day, in minutes since local midnight; `to` ≤ 1440.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: u16,
    pub to: u16,
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day<'a> {
    /// At least one window is open.
    pub working: bool,
    /// The holiday it belongs to; a make-up working day carries the name too.
    pub name: Option<&'a str>,
    /// The days off of its year are announced.
    pub known: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Exception {
    /// Empty on a day off.
    windows: Vec<Window>,
    name: String,
}

/// A working calendar. Made by [`Calendar::builtin`] or read from a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Version of the document, kept with every deadline.
    pub version: u32,
    pub title: String,
    offset: FixedOffset,
    /// Monday first.
    weekly: [Vec<Window>; 7],
    exceptions: BTreeMap<NaiveDate, Exception>,
    /// `None`: the weekly pattern holds in every year and nothing is unknown.
    years: Option<BTreeSet<i32>>,
}

impl Calendar {
    /// Mon–Fri 09:00–12:00 and 14:00–17:30 at +08:00 with the days off and
    /// make-up working days of 2025 and 2026.
    pub fn builtin() -> Self {
        Self::from_json(BUILTIN).expect("the shipped calendar is checked by a test")
    }

    /// Open day and night, for desks that never close.
    pub fn always() -> Self {
        let all = vec![Window { from: 0, to: 1440 }];
        Self {
            version: 1,
            title: "7×24".to_owned(),
            offset: FixedOffset::east_opt(8 * 3600).expect("within a day"),
            weekly: std::array::from_fn(|_| all.clone()),
            exceptions: BTreeMap::new(),
            years: None,
        }
    }

    /// Reads the document form in JSON; every contradiction is a finding.
    pub fn from_json(text: &str) -> Result<Self, Vec<Finding>> {
        document::build(&written::from_json(text)?)
    }

    /// Reads the document form in TOML; every contradiction is a finding.
    pub fn from_toml(text: &str) -> Result<Self, Vec<Finding>> {
        document::build(&written::from_toml(text)?)
    }

    /// Reads either form.
    pub fn from_text(text: &str) -> Result<Self, Vec<Finding>> {
        document::build(&written::read(text)?)
    }

    /// The usual windows of a weekday counted from Monday, as they are written.
    pub fn weekly_hours(&self, day: usize) -> String {
        let shown: Vec<String> = self.weekly[day]
            .iter()
            .map(|w| document::show(*w))
            .collect();
        shown.join(", ")
    }

    /// What is doubtful about it, though it can be used: years that list fewer days
    /// off than the law gives, as when somebody began to enter them.
    pub fn doubts(&self) -> Vec<Finding> {
        let mut findings = Findings::default();
        for year in self.years.iter().flatten() {
            let of_year = |date: &&NaiveDate| date.year() == *year;
            let off = self.exceptions.iter().filter(|(_, e)| e.windows.is_empty());
            let days = off.map(|(date, _)| date).filter(of_year).count() as i64;
            if days < STATUTORY {
                findings.add(format!("years.{year}"), Problem::FewDaysOff { days });
            }
        }
        findings.into_vec()
    }

    /// The local time the windows are in.
    pub fn offset(&self) -> FixedOffset {
        self.offset
    }

    /// Years whose days off are announced; `None` when that does not matter.
    pub fn known_years(&self) -> Option<Vec<i32>> {
        self.years.as_ref().map(|y| y.iter().copied().collect())
    }

    /// The local date of a moment.
    pub fn date(&self, at: Moment) -> NaiveDate {
        self.local(at).date()
    }

    /// The wall clock of a moment, for showing it.
    pub fn local(&self, at: Moment) -> NaiveDateTime {
        at.naive_utc() + TimeDelta::seconds(i64::from(self.offset.local_minus_utc()))
    }

    /// What kind of day it is.
    pub fn day(&self, date: NaiveDate) -> Day<'_> {
        Day {
            working: !self.windows(date).is_empty(),
            name: self.exceptions.get(&date).map(|e| e.name.as_str()),
            known: self.knows(date.year()),
        }
    }

    /// The open windows of a day, in order.
    pub fn windows(&self, date: NaiveDate) -> &[Window] {
        match self.exceptions.get(&date) {
            Some(exception) => &exception.windows,
            None => &self.weekly[date.weekday().num_days_from_monday() as usize],
        }
    }

    /// Whether a window is open.
    pub fn is_open(&self, at: Moment) -> bool {
        self.stretches(self.date(at))
            .any(|(from, to)| from <= at && at < to)
    }

    /// The first open moment at or after `at`; `at` itself while open.
    pub fn next_open(&self, at: Moment) -> Moment {
        self.open_from(at).next().map_or(at, |(from, _)| from)
    }

    /// Open time between two moments; zero when `b` is not after `a`.
    pub fn working_between(&self, a: Moment, b: Moment) -> TimeDelta {
        self.open_from(a)
            .take_while(|(from, _)| *from < b)
            .map(|(from, to)| to.min(b) - from)
            .sum()
    }

    /// The moment at which `length` of open time has passed since `start`. The
    /// end of a window rather than the start of the next; `start` itself for
    /// nothing and for negative lengths.
    pub fn add_working(&self, start: Moment, length: TimeDelta) -> Moment {
        let mut left = length;
        if left <= TimeDelta::zero() {
            return start;
        }
        let mut last = start;
        for (from, to) in self.open_from(start) {
            if left <= to - from {
                return from + left;
            }
            left -= to - from;
            last = to;
        }
        last
    }

    /// The end of a span, with its segments.
    pub fn add(&self, start: Moment, span: &Span) -> Deadline {
        let at = self.due(start, span);
        Deadline {
            at,
            segments: self.segments(start, at, span),
            unknown_years: self.unknown_years(start, at, span),
        }
    }

    /// The end of a span. As [`Calendar::add`] without the account of it.
    pub fn due(&self, start: Moment, span: &Span) -> Moment {
        if span.is_zero() {
            return start;
        }
        match (span.working, span.unit) {
            (false, _) => start + span.length(),
            (true, Unit::Minutes | Unit::Hours) => self.add_working(start, span.length()),
            (true, Unit::Days) => self.end_of_working_day(start, span.amount.min(LONGEST_DAYS)),
        }
    }

    /// When counting begins: for working days the midnight after the start,
    /// otherwise the start.
    pub fn counting_from(&self, start: Moment, span: &Span) -> Moment {
        if span.working && span.unit == Unit::Days {
            self.midnight(self.date(start) + Days::new(1))
        } else {
            start
        }
    }

    /// The years a working span touched whose days off are unknown.
    pub fn unknown_years(&self, start: Moment, end: Moment, span: &Span) -> Vec<i32> {
        if !span.working {
            return Vec::new();
        }
        (self.date(start).year()..=self.date(end).year())
            .filter(|year| !self.knows(*year))
            .collect()
    }

    /// What every stretch from `start` to `end` was for a clock counting
    /// `span`: in order, without gaps, neighbours of one kind joined.
    pub fn segments(&self, start: Moment, end: Moment, span: &Span) -> Vec<Segment> {
        let mut joined = Joined::default();
        if !span.working {
            joined.push(start, end, Kind::Counted);
            return joined.0;
        }
        let counting = self.counting_from(start, span).min(end);
        if counting > start {
            joined.push(start, counting, Kind::StartDay);
        }
        let mut at = counting;
        while at < end {
            let date = self.date(at);
            let midnight = self.midnight(date + Days::new(1)).min(end);
            match self.exceptions.get(&date) {
                Some(off) if off.windows.is_empty() => {
                    joined.push(at, midnight, Kind::Off(off.name.clone()));
                }
                _ => {
                    for (from, to) in self.stretches(date) {
                        joined.push(at, from.min(end), Kind::Closed);
                        joined.push(from.max(at), to.min(end), Kind::Counted);
                        at = at.max(to.min(end));
                    }
                    joined.push(at, midnight, Kind::Closed);
                }
            }
            at = midnight;
        }
        joined.0
    }

    fn knows(&self, year: i32) -> bool {
        self.years
            .as_ref()
            .is_none_or(|years| years.contains(&year))
    }

    fn midnight(&self, date: NaiveDate) -> Moment {
        let local = date.and_time(NaiveTime::MIN);
        (local - TimeDelta::seconds(i64::from(self.offset.local_minus_utc()))).and_utc()
    }

    /// The open stretches of a day as moments.
    fn stretches(&self, date: NaiveDate) -> impl Iterator<Item = (Moment, Moment)> + '_ {
        let midnight = self.midnight(date);
        self.windows(date).iter().map(move |w| {
            (
                midnight + TimeDelta::minutes(i64::from(w.from)),
                midnight + TimeDelta::minutes(i64::from(w.to)),
            )
        })
    }

    /// Open stretches from `start` on, the first cut to begin no earlier.
    fn open_from(&self, start: Moment) -> impl Iterator<Item = (Moment, Moment)> + '_ {
        self.date(start)
            .iter_days()
            .take(HORIZON_DAYS as usize)
            .flat_map(|date| self.stretches(date))
            .filter(move |(_, to)| *to > start)
            .map(move |(from, to)| (from.max(start), to))
    }

    fn end_of_working_day(&self, start: Moment, n: u32) -> Moment {
        self.date(start)
            .iter_days()
            .skip(1)
            .take(HORIZON_DAYS as usize)
            .filter(|date| !self.windows(*date).is_empty())
            .nth(n.saturating_sub(1) as usize)
            .and_then(|date| self.stretches(date).last())
            .map_or(start, |(_, end)| end)
    }
}

/// Segments under construction: empty ones vanish, equal neighbours join.
#[derive(Default)]
pub(crate) struct Joined(pub(crate) Vec<Segment>);

impl Joined {
    pub(crate) fn push(&mut self, from: Moment, to: Moment, kind: Kind) {
        if to <= from {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.kind == kind && last.to == from => last.to = to,
            _ => self.0.push(Segment { from, to, kind }),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
