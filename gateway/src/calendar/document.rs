//! What a written calendar means, and its checks.
//!
//! Windows are `09:00-12:00`, days off are ranges with a name, make-up working
//! days are single dates. Everything wrong is found at once. What a calendar
//! computes is not known here.

use super::written::{Document, Off, WEEK, Work, Year};
use super::{Calendar, Exception, Window};
use crate::finding::{Finding, Findings, Problem};
use chrono::{Datelike, FixedOffset, NaiveDate, Weekday};
use std::collections::{BTreeMap, BTreeSet};

/// A holiday longer than this is a typing mistake.
const LONGEST_HOLIDAY: i64 = 31;

/// The calendar a document describes, or everything that is wrong with it.
pub(super) fn build(document: &Document) -> Result<Calendar, Vec<Finding>> {
    let mut findings = Findings::default();
    if document.version == 0 {
        findings.add("version", Problem::CountsFromOne {});
    }
    let offset = offset(&document.offset).unwrap_or_else(|| {
        let given = document.offset.clone();
        findings.add("offset", Problem::NotAnOffset { given });
        FixedOffset::east_opt(0).expect("zero is an offset")
    });
    let weekly = weekly(&document.weekly, &mut findings);
    let usual = weekly.iter().find(|day| !day.is_empty()).cloned();
    let makeup = match &document.makeup {
        Some(given) => windows(given, "makeup", &mut findings),
        None => usual.unwrap_or_default(),
    };
    if document.every_year && !document.years.is_empty() {
        findings.add("every_year", Problem::EveryYearAndYears {});
    }
    let mut days = Days {
        weekly: &weekly,
        makeup: &makeup,
        exceptions: BTreeMap::new(),
        findings: &mut findings,
    };
    let mut years = BTreeSet::new();
    for (key, year) in &document.years {
        years.extend(days.year(key, year));
    }
    let exceptions = days.exceptions;
    findings.verdict(Calendar {
        version: document.version,
        title: document.title.clone(),
        offset,
        weekly,
        exceptions,
        years: (!document.every_year).then_some(years),
    })
}

fn weekly(given: &BTreeMap<String, Vec<String>>, findings: &mut Findings) -> [Vec<Window>; 7] {
    for key in given.keys().filter(|key| !WEEK.contains(&key.as_str())) {
        let known = WEEK.join(", ");
        findings.add(
            "weekly",
            Problem::NotAWeekday {
                given: key.clone(),
                known,
            },
        );
    }
    let weekly: [Vec<Window>; 7] = std::array::from_fn(|i| {
        let place = format!("weekly.{}", WEEK[i]);
        given
            .get(WEEK[i])
            .map(|texts| windows(texts, &place, findings))
            .unwrap_or_default()
    });
    if weekly.iter().all(Vec::is_empty) {
        findings.add("weekly", Problem::NoOpenWeekday {});
    }
    weekly
}

fn windows(texts: &[String], place: &str, findings: &mut Findings) -> Vec<Window> {
    let mut found: Vec<Window> = Vec::with_capacity(texts.len());
    for text in texts {
        match window(text) {
            None => findings.add(
                place,
                Problem::NotAWindow {
                    given: text.clone(),
                },
            ),
            Some(w) if w.to <= w.from => {
                findings.add(
                    place,
                    Problem::EndsBeforeItStarts {
                        given: text.clone(),
                    },
                );
            }
            Some(w) => found.push(w),
        }
    }
    let ordered = found.clone();
    found.sort_by_key(|w| w.from);
    if found != ordered {
        findings.add(place, Problem::WindowsOutOfOrder {});
    }
    for pair in found.windows(2) {
        if pair[1].from < pair[0].to {
            let (one, other) = (show(pair[0]), show(pair[1]));
            findings.add(place, Problem::WindowsOverlap { one, other });
        }
    }
    found
}

pub(super) fn show(w: Window) -> String {
    let clock = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
    format!("{}-{}", clock(w.from), clock(w.to))
}

fn window(text: &str) -> Option<Window> {
    let (from, to) = text.split_once('-')?;
    Some(Window {
        from: minute(from)?,
        to: minute(to)?,
    })
}

/// `HH:MM` up to 24:00.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let digits = |s: &str| s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= 1440).then_some(total)
}

fn offset(text: &str) -> Option<FixedOffset> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    FixedOffset::east_opt(sign * i32::from(minute(rest)?) * 60)
}

/// Collects the exceptions of all years.
struct Days<'a> {
    weekly: &'a [Vec<Window>; 7],
    makeup: &'a [Window],
    exceptions: BTreeMap<NaiveDate, Exception>,
    findings: &'a mut Findings,
}

impl Days<'_> {
    fn year(&mut self, key: &str, year: &Year) -> Option<i32> {
        let place = format!("years.{key}");
        let number: Option<i32> = key.parse().ok().filter(|y| (1990..=2200).contains(y));
        let Some(number) = number else {
            let given = key.to_owned();
            self.findings.add(place, Problem::NotAYear { given });
            return None;
        };
        if year.off.is_empty() {
            // An empty list means "not announced", never "no holidays".
            self.findings.add(&place, Problem::NoDayOff {});
        }
        for off in &year.off {
            self.off(number, &format!("{place}.off"), off);
        }
        for work in &year.work {
            self.work(number, &format!("{place}.work"), work);
        }
        Some(number)
    }

    fn off(&mut self, year: i32, place: &str, off: &Off) {
        let last = off.to.as_ref().unwrap_or(&off.from);
        let (Some(from), Some(to)) = (
            self.date(year, place, &off.from),
            self.date(year, place, last),
        ) else {
            return;
        };
        let length = (to - from).num_days() + 1;
        if length < 1 {
            self.findings.add(place, Problem::Reversed { from, to });
        } else if length > LONGEST_HOLIDAY {
            let days = length;
            self.findings
                .add(place, Problem::TooLong { from, to, days });
        } else {
            for date in from.iter_days().take(length as usize) {
                self.put(place, date, Vec::new(), &off.name);
            }
        }
    }

    fn work(&mut self, year: i32, place: &str, work: &Work) {
        let Some(date) = self.date(year, place, &work.on) else {
            return;
        };
        let hours = match &work.windows {
            Some(given) => windows(given, &format!("{place}.{date}"), self.findings),
            None => self.makeup.to_vec(),
        };
        let usual = &self.weekly[date.weekday().num_days_from_monday() as usize];
        // A day that is worked anyway may have other hours than usual.
        if !usual.is_empty() && work.windows.is_none() {
            let weekday = name(date.weekday()).to_owned();
            self.findings
                .add(place, Problem::WorkedAnyway { date, weekday });
        }
        if hours.is_empty() {
            self.findings
                .add(place, Problem::WorkedWithoutWindow { date });
        }
        self.put(place, date, hours, &work.name);
    }

    fn put(&mut self, place: &str, date: NaiveDate, windows: Vec<Window>, name: &str) {
        if name.trim().is_empty() {
            self.findings.add(place, Problem::NoName { date });
        }
        let works = !windows.is_empty();
        let exception = Exception {
            windows,
            name: name.trim().to_owned(),
        };
        match self.exceptions.insert(date, exception) {
            Some(other) if other.windows.is_empty() == works => {
                self.findings.add(place, Problem::OffAndWorked { date });
            }
            Some(_) => self.findings.add(place, Problem::DateTwice { date }),
            None => {}
        }
    }

    /// A date of its year. A notice may give the last week of the year before
    /// to its New Year holiday.
    fn date(&mut self, year: i32, place: &str, text: &str) -> Option<NaiveDate> {
        let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") else {
            let given = text.to_owned();
            self.findings.add(place, Problem::NotADate { given });
            return None;
        };
        let eve = date.year() == year - 1 && date.month() == 12 && date.day() >= 25;
        if date.year() != year && !eve {
            self.findings.add(place, Problem::NotInYear { date, year });
            return None;
        }
        Some(date)
    }
}

fn name(day: Weekday) -> &'static str {
    WEEK[day.num_days_from_monday() as usize]
}
