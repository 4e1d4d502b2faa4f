//! What a draft changes, in words a clerk reads before publishing.
//!
//! The catalogue has its own words in `menus`. A policy and a calendar are laid
//! out as named lines first, and the lines are compared.

use super::Paper;
use super::places;
use super::sentences::policy_lines;
use crate::calendar::{Calendar, Span, Unit};
use crate::escalation::policy::{Class, ClockName};
use crate::territory::Tree;
use chrono::{Datelike, NaiveDate};
use menus::diff::{Change, diff};
use menus::{Lang, Localized};
use std::collections::BTreeSet;

/// Every difference in words; empty when both say the same. Places go by the names
/// they have in `tree`.
pub(super) fn changes(live: &Paper, draft: &Paper, tree: &Tree) -> Vec<Change> {
    match (live, draft) {
        (Paper::Menu(before), Paper::Menu(after)) => {
            diff(before, after, |unit| places::name(unit, tree))
        }
        (Paper::Policy(before), Paper::Policy(after)) => {
            compare(&policy_lines(before), &policy_lines(after))
        }
        (Paper::Calendar(before), Paper::Calendar(after)) => compare(
            &calendar_lines(before, after),
            &calendar_lines(after, before),
        ),
        _ => Vec::new(),
    }
}

/// One thing a document says.
pub(super) struct Line {
    /// The same in both documents if it is the same thing.
    pub(super) key: String,
    pub(super) name: Localized,
    pub(super) value: Localized,
}

fn compare(before: &[Line], after: &[Line]) -> Vec<Change> {
    let find = |lines: &'_ [Line], key: &str| lines.iter().position(|l| l.key == key);
    let mut changes = Vec::new();
    let mut add = |line: &Line, zh: String, en: String| {
        changes.push(Change {
            place: line.key.clone(),
            text: Localized::new(zh, en),
        });
    };
    for old in before.iter().filter(|l| find(after, &l.key).is_none()) {
        let (name, value) = (&old.name, &old.value);
        let zh = format!("{}：去掉“{}”", name.zh, value.zh);
        add(old, zh, format!("{}: removed \"{}\"", name.en, value.en));
    }
    for new in after {
        let (name, value) = (&new.name, &new.value);
        let Some(at) = find(before, &new.key) else {
            let zh = format!("{}：新增“{}”", name.zh, value.zh);
            add(new, zh, format!("{}: added \"{}\"", name.en, value.en));
            continue;
        };
        let old = &before[at].value;
        if old != value {
            let zh = format!("{}：由“{}”改为“{}”", name.zh, old.zh, value.zh);
            let en = format!(
                "{}: changed from \"{}\" to \"{}\"",
                name.en, old.en, value.en
            );
            add(new, zh, en);
        }
    }
    changes
}

pub(super) fn both(words: impl Fn(Lang) -> String) -> Localized {
    Localized::new(words(Lang::Zh), words(Lang::En))
}

/// A span for people: "4 个工作小时".
pub fn span(span: Span, lang: Lang) -> String {
    let (zh, en) = match (span.unit, span.working) {
        (Unit::Minutes, false) => ("分钟", "min"),
        (Unit::Minutes, true) => ("个工作分钟", "working min"),
        (Unit::Hours, false) => ("小时", "h"),
        (Unit::Hours, true) => ("个工作小时", "working h"),
        (Unit::Days, false) => ("天", "days"),
        (Unit::Days, true) => ("个工作日", "working days"),
    };
    let unit = if lang == Lang::Zh { zh } else { en };
    format!("{} {unit}", span.amount)
}

/// A class of danger.
pub fn class(class: Class, lang: Lang) -> &'static str {
    let (zh, en) = match class {
        Class::Normal => ("普通", "Normal"),
        Class::Urgent => ("紧急", "Urgent"),
        Class::Hunger => ("断粮", "No food"),
        Class::Crisis => ("危急", "Crisis"),
    };
    if lang == Lang::Zh { zh } else { en }
}

/// What a clock waits for.
pub fn clock(clock: ClockName, lang: Lang) -> &'static str {
    let (zh, en) = match clock {
        ClockName::Accept => ("接手", "accept"),
        ClockName::Contact => ("联系", "contact"),
        ClockName::Resolve => ("办结", "resolve"),
        ClockName::House => ("自动", "by itself"),
    };
    if lang == Lang::Zh { zh } else { en }
}

const WEEK: [(&str, &str); 7] = [
    ("周一", "Mondays"),
    ("周二", "Tuesdays"),
    ("周三", "Wednesdays"),
    ("周四", "Thursdays"),
    ("周五", "Fridays"),
    ("周六", "Saturdays"),
    ("周日", "Sundays"),
];

/// The weekly hours, and every stretch of days that is an exception.
fn calendar_lines(calendar: &Calendar, other: &Calendar) -> Vec<Line> {
    let mut lines = Vec::new();
    for (day, (zh, en)) in WEEK.into_iter().enumerate() {
        let hours = calendar.weekly_hours(day);
        let closed = hours.is_empty();
        lines.push(Line {
            key: format!("weekly.{day}"),
            name: Localized::fixed(zh, en),
            value: if closed {
                Localized::fixed("不上班", "closed")
            } else {
                Localized::new(hours.clone(), hours)
            },
        });
    }
    let years = |c: &Calendar| c.known_years().unwrap_or_default();
    let all: BTreeSet<i32> = years(calendar).into_iter().chain(years(other)).collect();
    for year in all {
        let known = years(calendar).contains(&year);
        lines.push(Line {
            key: format!("years.{year}"),
            name: both(|lang| {
                if lang == Lang::Zh {
                    format!("{year} 年")
                } else {
                    format!("Year {year}")
                }
            }),
            value: if known {
                Localized::fixed("放假安排已公布", "days off announced")
            } else {
                Localized::fixed("还没有放假安排", "days off not announced")
            },
        });
        if known {
            lines.extend(year_lines(calendar, year));
        }
    }
    lines
}

fn year_lines(calendar: &Calendar, year: i32) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut run: Option<(NaiveDate, NaiveDate, String, bool)> = None;
    let mut end = |run: Option<(NaiveDate, NaiveDate, String, bool)>| {
        let Some((from, to, name, works)) = run else {
            return;
        };
        let days = (to - from).num_days() + 1;
        lines.push(Line {
            key: format!("days.{from}"),
            name: both(|_| {
                if days == 1 {
                    from.to_string()
                } else {
                    format!("{from} – {to}")
                }
            }),
            value: both(|lang| match (lang, works) {
                (Lang::Zh, true) => format!("{name}调休上班"),
                (Lang::Zh, false) => format!("{name}放假 {days} 天"),
                (Lang::En, true) => format!("worked for {name}"),
                (Lang::En, false) => format!("{days} days off for {name}"),
            }),
        });
    };
    let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a year begins");
    for date in first.iter_days().take_while(|d| d.year() == year) {
        let day = calendar.day(date);
        run = match (run.take(), day.name) {
            (Some((from, _, name, works)), Some(now)) if name == now && works == day.working => {
                Some((from, date, name, works))
            }
            (former, now) => {
                end(former);
                now.map(|now| (date, date, now.to_owned(), day.working))
            }
        };
    }
    end(run);
    lines
}
