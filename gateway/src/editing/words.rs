//! What a draft changes, in words a clerk reads before publishing.
//!
//! The catalogue has its own words in `menus`. A policy and a calendar are laid
//! out as named lines first, and the lines are compared.

use super::Paper;
use crate::calendar::{Calendar, Span, Unit};
use crate::escalation::policy::{
    Class, ClockName, ClockRule, Limit, Notices, PauseReason, Rung, When,
};
use crate::escalation::{Policy, why};
use chrono::{Datelike, NaiveDate};
use menus::diff::{Change, diff};
use menus::{Lang, Localized};
use std::collections::BTreeSet;

/// Every difference in words; empty when both say the same.
pub(super) fn changes(live: &Paper, draft: &Paper) -> Vec<Change> {
    match (live, draft) {
        (Paper::Menu(before), Paper::Menu(after)) => diff(before, after),
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
struct Line {
    /// The same in both documents if it is the same thing.
    key: String,
    name: Localized,
    value: Localized,
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

fn both(words: impl Fn(Lang) -> String) -> Localized {
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

/// The moment of a rung: "超时 1 个工作日".
pub fn when(at: When, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    match at {
        When::Percent(p) if zh => format!("时限过了 {p}%"),
        When::Percent(p) => format!("{p}% of the time"),
        When::After(s) if zh => format!("开始后 {}", span(s, lang)),
        When::After(s) => format!("{} after the start", span(s, lang)),
        When::Overdue(s) if s.is_zero() => if zh { "到期时" } else { "when due" }.to_owned(),
        When::Overdue(s) if zh => format!("超时 {}", span(s, lang)),
        When::Overdue(s) => format!("{} overdue", span(s, lang)),
    }
}

/// Everything a rung does.
pub fn deeds(rung: &Rung, lang: Lang) -> String {
    let deeds = rung.actions.iter().map(|action| {
        let words = why::action(action);
        if lang == Lang::Zh { words.zh } else { words.en }
    });
    let deeds: Vec<String> = deeds.collect();
    deeds.join(if lang == Lang::Zh { "；" } else { "; " })
}

/// How long a clock runs.
pub fn limit(rule: &ClockRule, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    match rule.limit {
        Limit::Fixed(s) => span(s, lang),
        Limit::FirstContact => if zh {
            "按事项的首次联系时限"
        } else {
            "the service's first contact"
        }
        .into(),
        Limit::Outcome => if zh {
            "按事项的办结时限"
        } else {
            "the service's outcome"
        }
        .into(),
    }
}

fn policy_lines(policy: &Policy) -> Vec<Line> {
    let mut lines = Vec::new();
    for of in Class::ALL {
        let ladder = policy.class(of);
        let anytime = ladder.notices == Notices::Anytime;
        lines.push(Line {
            key: of.code().to_owned(),
            name: both(|lang| {
                format!(
                    "{}{}",
                    class(of, lang),
                    if lang == Lang::Zh {
                        "：提醒时间"
                    } else {
                        ": notices"
                    }
                )
            }),
            value: if anytime {
                Localized::fixed("随时，夜里也提醒", "anytime, at night too")
            } else {
                Localized::fixed("上班时间", "in working hours")
            },
        });
        for rule in &ladder.clocks {
            clock_lines(of, rule, &mut lines);
        }
    }
    lines.extend(policy.pauses.iter().map(pause_line));
    lines.extend(house_lines(policy));
    lines
}

fn pause_line(pause: &PauseReason) -> Line {
    let code = &pause.code;
    Line {
        key: format!("pauses.{code}"),
        name: both(|lang| {
            format!(
                "{} {code}",
                if lang == Lang::Zh {
                    "暂停理由"
                } else {
                    "Pause reason"
                }
            )
        }),
        value: both(|lang| {
            let label = if lang == Lang::Zh {
                &pause.zh
            } else {
                &pause.en
            };
            let stops: Vec<_> = pause.stops.iter().map(|c| clock(*c, lang)).collect();
            let classes: Vec<_> = pause.classes.iter().map(|c| class(*c, lang)).collect();
            format!(
                "{label} · ≤ {} · {} · {}",
                span(pause.max, lang),
                stops.join("/"),
                classes.join("/")
            )
        }),
    }
}

fn house_lines(policy: &Policy) -> Vec<Line> {
    let mut lines = Vec::new();
    let house = &policy.house;
    let mut add = |key: &str, zh: &'static str, en: &'static str, value: Localized| {
        lines.push(Line {
            key: format!("house.{key}"),
            name: Localized::fixed(zh, en),
            value,
        });
    };
    let spans = |s: Span| both(|lang| span(s, lang));
    let tries = house.close_tries.to_string();
    add(
        "close_tries",
        "自动办结前要联系几次",
        "Tries before closing by itself",
        Localized::new(tries.clone(), tries),
    );
    add(
        "close_after",
        "没有回音多久自动办结",
        "Silence before closing by itself",
        spans(house.close_after),
    );
    add(
        "reopen_within",
        "办结后多久内可以重新打开",
        "Reopening is possible for",
        spans(house.reopen_within),
    );
    add(
        "transfer_within",
        "转办多久没人接就上交",
        "A hand-over waits at most",
        spans(house.transfer_within),
    );
    add(
        "transfer_urgent",
        "紧急转办多久没人接就上交",
        "An urgent hand-over waits at most",
        spans(house.transfer_urgent),
    );
    lines
}

fn clock_lines(of: Class, rule: &ClockRule, lines: &mut Vec<Line>) {
    let key = format!("{}.{}", of.code(), rule.clock.code());
    let named = |lang: Lang| format!("{}·{}", class(of, lang), clock(rule.clock, lang));
    lines.push(Line {
        key: key.clone(),
        name: both(|lang| {
            format!(
                "{}{}",
                named(lang),
                if lang == Lang::Zh { "时限" } else { " limit" }
            )
        }),
        value: both(|lang| {
            let otherwise = rule.otherwise.map(|s| format!(" ({})", span(s, lang)));
            limit(rule, lang) + &otherwise.unwrap_or_default()
        }),
    });
    for rung in &rule.rungs {
        lines.push(Line {
            key: format!("{key}.{}", rung.key),
            name: both(|lang| format!("{}·{}", named(lang), rung.key)),
            value: both(|lang| format!("{} → {}", when(rung.at, lang), deeds(rung, lang))),
        });
    }
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
