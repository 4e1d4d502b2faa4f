//! Tests of the calendar: the shipped years, Chinese working days, a slow
//! minute-by-minute reference over random calendars, and bad documents.
#![allow(clippy::unwrap_used)]

use super::*;
use chrono::DateTime;
use proptest::prelude::*;
use serde_json::json;

fn at(text: &str) -> Moment {
    DateTime::parse_from_str(&format!("{text} +0800"), "%Y-%m-%d %H:%M %z")
        .unwrap()
        .to_utc()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The State Council's days of 2025 and 2026, written down a second time.
const OFF: &[(&str, &str)] = &[
    ("2025-01-01", "2025-01-01"),
    ("2025-01-28", "2025-02-04"),
    ("2025-04-04", "2025-04-06"),
    ("2025-05-01", "2025-05-05"),
    ("2025-05-31", "2025-06-02"),
    ("2025-10-01", "2025-10-08"),
    ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
];
const WORKED: &[&str] = &[
    "2025-01-26",
    "2025-02-08",
    "2025-04-27",
    "2025-09-28",
    "2025-10-11",
    "2026-01-04",
    "2026-02-14",
    "2026-02-28",
    "2026-05-09",
    "2026-09-20",
    "2026-10-10",
];

#[test]
fn every_day_of_2025_and_2026_is_as_announced() {
    let calendar = Calendar::builtin();
    for year in [2025, 2026] {
        let days = NaiveDate::from_ymd_opt(year, 1, 1)
            .unwrap()
            .iter_days()
            .take_while(|d| d.year() == year);
        let mut worked = 0;
        for day in days {
            let off = OFF.iter().any(|(a, b)| date(a) <= day && day <= date(b));
            let makeup = WORKED.iter().any(|w| date(w) == day);
            let weekday = day.weekday().num_days_from_monday() < 5;
            let expected = !off && (weekday || makeup);
            let found = calendar.day(day);
            assert_eq!(found.working, expected, "{day}");
            assert_eq!(found.name.is_some(), off || makeup, "{day}");
            assert!(found.known);
            worked += u32::from(found.working);
        }
        assert_eq!(worked, 248, "working days of {year}");
    }
}

#[test]
fn one_working_day_from_the_worked_saturday_ends_after_spring_festival() {
    let calendar = Calendar::builtin();
    let due = calendar.add(at("2026-02-14 10:00"), &Span::working_days(1));
    assert_eq!(due.at, at("2026-02-24 17:30"));
    assert_eq!(due.unknown_years, Vec::<i32>::new());
    let kinds: Vec<&Kind> = due.segments.iter().map(|s| &s.kind).collect();
    assert_eq!(
        kinds,
        [
            &Kind::StartDay,
            &Kind::Off("春节".into()),
            &Kind::Closed,
            &Kind::Counted,
            &Kind::Closed,
            &Kind::Counted
        ]
    );
}

#[test]
fn working_hours_count_open_windows_only() {
    let calendar = Calendar::builtin();
    // Friday afternoon, over the weekend.
    let due = calendar.add(at("2026-03-06 16:30"), &Span::working_hours(4));
    assert_eq!(due.at, at("2026-03-09 12:00"));
    // Before opening, and in the lunch break.
    assert_eq!(
        calendar.due(at("2026-03-09 05:00"), &Span::working_hours(1)),
        at("2026-03-09 10:00")
    );
    assert_eq!(
        calendar.due(at("2026-03-09 12:30"), &Span::working_hours(1)),
        at("2026-03-09 15:00")
    );
}

#[test]
fn windows_are_half_open() {
    let calendar = Calendar::builtin();
    assert!(calendar.is_open(at("2026-03-09 09:00")));
    assert!(!calendar.is_open(at("2026-03-09 12:00")));
    assert!(!calendar.is_open(at("2026-03-09 17:30")));
    assert_eq!(
        calendar.next_open(at("2026-03-06 17:30")),
        at("2026-03-09 09:00")
    );
    let open = at("2026-03-09 09:15");
    assert_eq!(calendar.next_open(open), open);
}

#[test]
fn plain_spans_know_no_weekend_and_an_always_open_desk_no_holiday() {
    let builtin = Calendar::builtin();
    assert_eq!(
        builtin.due(at("2026-02-14 10:00"), &Span::days(2)),
        at("2026-02-16 10:00")
    );
    let always = Calendar::always();
    let due = always.add(at("2031-02-14 10:00"), &Span::working_hours(30));
    assert_eq!(due.at, at("2031-02-15 16:00"));
    assert!(due.unknown_years.is_empty());
    assert_eq!(
        always.due(at("2031-02-14 10:00"), &Span::working_days(1)),
        at("2031-02-16 00:00")
    );
}

#[test]
fn an_unknown_year_falls_back_to_weekdays_and_is_said() {
    let calendar = Calendar::builtin();
    let day = calendar.day(date("2027-01-01"));
    assert!(day.working && !day.known && day.name.is_none());
    let due = calendar.add(at("2026-12-31 10:00"), &Span::working_days(1));
    assert_eq!(due.at, at("2027-01-01 17:30"));
    assert_eq!(due.unknown_years, [2027]);
    let plain = calendar.add(at("2026-12-31 10:00"), &Span::days(3));
    assert!(plain.unknown_years.is_empty());
}

#[test]
fn spans_read_back_and_nonsense_is_refused() {
    for text in ["0m", "5m", "30mw", "4h", "4hw", "1d", "10dw"] {
        assert_eq!(Span::parse(text).unwrap().to_string(), text);
    }
    for text in [
        "",
        "w",
        "m",
        "5",
        "5x",
        "-5m",
        "+5m",
        "5 m",
        "99999999999d",
        "4000d",
        "天",
        "5天",
    ] {
        assert_eq!(Span::parse(text), None, "{text}");
    }
}

#[test]
fn an_absurd_span_is_cut_and_ends() {
    let calendar = Calendar::builtin();
    let start = at("2026-03-06 16:30");
    for unit in [Unit::Minutes, Unit::Hours, Unit::Days] {
        for working in [true, false] {
            let span = Span {
                amount: u32::MAX,
                unit,
                working,
            };
            assert!(calendar.due(start, &span) > start);
        }
    }
}

fn document() -> serde_json::Value {
    serde_json::from_str(BUILTIN).unwrap()
}

/// The findings of a changed copy of the shipped calendar, as one text.
fn findings(change: impl FnOnce(&mut serde_json::Value)) -> String {
    let mut changed = document();
    change(&mut changed);
    let found = Calendar::from_json(&changed.to_string()).unwrap_err();
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

#[test]
fn every_contradiction_of_a_document_is_named() {
    let off = |v: serde_json::Value| findings(move |d| d["years"]["2026"]["off"][0] = v);
    let work = |v: serde_json::Value| findings(move |d| d["years"]["2026"]["work"][0] = v);
    let monday = |v: serde_json::Value| findings(move |d| d["weekly"]["mon"] = v);
    assert!(work(json!({"on": "2026-02-15", "name": "x"})).contains("both off and worked"));
    assert!(
        work(json!({"on": "2026-03-02", "name": "x"}))
            .contains("2026-03-02 is a mon, which is worked anyway")
    );
    assert!(work(json!({"on": "2027-03-06", "name": "x"})).contains("not in 2026"));
    assert!(work(json!({"on": "2026-03-07", "name": " "})).contains("no name"));
    assert!(work(json!({"on": "2026-03-07", "name": "x", "windows": []})).contains("no window"));
    assert!(
        off(json!({"from": "2026-01-03", "to": "2026-01-01", "name": "x"})).contains("reversed")
    );
    assert!(
        off(json!({"from": "2026-01-01", "to": "2026-03-01", "name": "x"}))
            .contains("60 days long")
    );
    assert!(off(json!({"from": "2026-02-15", "name": "x"})).contains("listed twice"));
    assert!(off(json!({"from": "2026-02-30", "name": "x"})).contains("not a date"));
    assert!(monday(json!(["14:00-12:00"])).contains("ends before it starts"));
    assert!(monday(json!(["09:00-12:00", "11:00-13:00"])).contains("overlap"));
    assert!(monday(json!(["14:00-15:00", "09:00-12:00"])).contains("not in order"));
    assert!(monday(json!(["9-12"])).contains("not a window"));
    assert!(monday(json!(["22:00-25:00"])).contains("not a window"));
    assert!(findings(|d| d["weekly"] = json!({})).contains("no weekday"));
    assert!(findings(|d| d["weekly"]["montag"] = json!([])).contains("not a weekday"));
    assert!(findings(|d| d["offset"] = json!("8")).contains("like +08:00"));
    assert!(findings(|d| d["version"] = json!(0)).contains("counts from 1"));
    assert!(findings(|d| d["years"]["2027"] = json!({"off": []})).contains("leave the year out"));
    assert!(findings(|d| d["years"]["soon"] = json!({"off": []})).contains("not a year"));
    assert!(findings(|d| d["every_year"] = json!(true)).contains("contradicts"));
    assert!(findings(|d| d["colour"] = json!("red")).contains("colour"));
    assert!(Calendar::from_json("{").unwrap_err()[0].place == "document");
    assert!(Calendar::from_toml("version = ").is_err());
}

#[test]
fn all_contradictions_are_found_at_once() {
    let found = findings(|d| {
        d["version"] = json!(0);
        d["weekly"]["mon"] = json!(["14:00-12:00"]);
        d["years"]["2026"]["work"][0] = json!({"on": "2026-02-15", "name": "x"});
    });
    assert!(found.lines().count() >= 3, "{found}");
}

#[test]
fn the_same_calendar_reads_from_toml() {
    let text = toml::to_string(&document()).unwrap();
    assert_eq!(Calendar::from_toml(&text), Ok(Calendar::builtin()));
}

#[test]
fn new_years_eve_may_belong_to_the_next_years_notice() {
    let mut changed = document();
    changed["years"]["2026"]["off"][0] =
        json!({"from": "2025-12-31", "to": "2026-01-03", "name": "元旦"});
    let calendar = Calendar::from_json(&changed.to_string()).unwrap();
    assert!(!calendar.day(date("2025-12-31")).working);
}

/// Random calendars of one week with several windows, days off and make-up
/// days around the start, some with their own windows.
pub(crate) fn calendars() -> impl Strategy<Value = Calendar> {
    let windows = || {
        proptest::collection::btree_set(0_u16..48, 0..=3).prop_map(|starts| {
            let starts: Vec<u16> = starts.into_iter().collect();
            let ends = starts.iter().skip(1).copied().chain([48]);
            starts
                .iter()
                .zip(ends)
                .map(|(from, next)| Window {
                    from: from * 30,
                    to: from * 30 + (next - from) * 15,
                })
                .collect::<Vec<_>>()
        })
    };
    let exception = (0_u64..60, windows());
    (
        proptest::array::uniform7(windows()),
        proptest::collection::vec(exception, 0..12),
        any::<bool>(),
    )
        .prop_map(|(mut weekly, exceptions, known)| {
            if weekly.iter().all(Vec::is_empty) {
                weekly[2] = vec![Window { from: 600, to: 660 }];
            }
            let start = date("2026-02-01");
            Calendar {
                version: 1,
                title: String::new(),
                offset: FixedOffset::east_opt(8 * 3600).unwrap(),
                weekly,
                exceptions: exceptions
                    .into_iter()
                    .map(|(day, windows)| {
                        let name = format!("day {day}");
                        (start + Days::new(day), Exception { windows, name })
                    })
                    .collect(),
                years: known.then(|| BTreeSet::from([2026])),
            }
        })
}

/// A moment of February 2026, to the minute.
pub(crate) fn starts() -> impl Strategy<Value = Moment> {
    (0_i64..28 * 1440).prop_map(|m| at("2026-02-01 00:00") + TimeDelta::minutes(m))
}

/// Whether the minute from `at` on is open, by looking only at that minute.
pub(crate) fn minute_is_open(calendar: &Calendar, at: Moment) -> bool {
    let local = calendar.local(at);
    let minute = (local.time() - NaiveTime::MIN).num_minutes() as u16;
    let mut windows = match calendar.exceptions.get(&local.date()) {
        Some(e) => e.windows.iter(),
        None => calendar.weekly[local.date().weekday() as usize].iter(),
    };
    windows.any(|w| w.from <= minute && minute < w.to)
}

fn slow_between(calendar: &Calendar, a: Moment, b: Moment) -> TimeDelta {
    let mut at = a;
    let mut open = 0;
    while at < b {
        open += i64::from(minute_is_open(calendar, at));
        at += TimeDelta::minutes(1);
    }
    TimeDelta::minutes(open)
}

fn slow_add(calendar: &Calendar, start: Moment, minutes: u32) -> Moment {
    let mut at = start;
    let mut left = minutes;
    while left > 0 {
        left -= u32::from(minute_is_open(calendar, at));
        at += TimeDelta::minutes(1);
    }
    at
}

/// End of the n-th day with an open minute after the day of the start.
fn slow_days(calendar: &Calendar, start: Moment, n: u32) -> Moment {
    let mut left = n;
    let mut day = calendar.date(start);
    loop {
        day = day.succ_opt().unwrap();
        let midnight = day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(8);
        let mut minutes = (0..1440).rev().map(|m| midnight + TimeDelta::minutes(m));
        let last = minutes.find(|m| minute_is_open(calendar, *m));
        if let Some(last) = last {
            left -= 1;
            if left == 0 {
                return last + TimeDelta::minutes(1);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn counting_agrees_with_a_walk_over_minutes(calendar in calendars(), a in starts(), b in starts()) {
        prop_assert_eq!(calendar.working_between(a, b), slow_between(&calendar, a, b));
        prop_assert_eq!(calendar.is_open(a), minute_is_open(&calendar, a));
        let next = calendar.next_open(a);
        prop_assert!(next == a || slow_between(&calendar, a, next).is_zero());
        prop_assert!(minute_is_open(&calendar, next));
    }

    #[test]
    fn adding_agrees_with_a_walk_over_minutes(calendar in calendars(), start in starts(), minutes in 0_u32..3000) {
        let span = Span { amount: minutes, unit: Unit::Minutes, working: true };
        prop_assert_eq!(calendar.due(start, &span), slow_add(&calendar, start, minutes));
    }

    #[test]
    fn working_days_agree_with_a_walk_over_minutes(calendar in calendars(), start in starts(), n in 1_u32..12) {
        prop_assert_eq!(calendar.due(start, &Span::working_days(n)), slow_days(&calendar, start, n));
    }

    #[test]
    fn what_was_added_is_what_is_counted(calendar in calendars(), start in starts(), micros in 0_i64..400_000_000_000) {
        let length = TimeDelta::microseconds(micros);
        let end = calendar.add_working(start, length);
        prop_assert_eq!(calendar.working_between(start, end), length);
    }

    #[test]
    fn starting_later_or_longer_is_never_due_earlier(
        calendar in calendars(), a in starts(), b in starts(), n in 0_u32..40, more in 0_u32..40, unit in 0_usize..3, working: bool,
    ) {
        let unit = [Unit::Minutes, Unit::Hours, Unit::Days][unit];
        let span = |amount| Span { amount, unit, working };
        let (a, b) = (a.min(b), a.max(b));
        prop_assert!(calendar.due(a, &span(n)) <= calendar.due(b, &span(n)));
        prop_assert!(calendar.due(a, &span(n)) <= calendar.due(a, &span(n + more)));
        prop_assert!(calendar.due(a, &span(n)) >= a);
    }

    #[test]
    fn segments_have_no_gaps_and_count_what_they_say(
        calendar in calendars(), start in starts(), n in 1_u32..10, unit in 0_usize..3, working: bool,
    ) {
        let span = Span { amount: n, unit: [Unit::Minutes, Unit::Hours, Unit::Days][unit], working };
        let due = calendar.add(start, &span);
        prop_assert_eq!(due.segments.first().unwrap().from, start);
        prop_assert_eq!(due.segments.last().unwrap().to, due.at);
        for pair in due.segments.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
            prop_assert_ne!(&pair[0].kind, &pair[1].kind);
        }
        let counted: TimeDelta = due.segments.iter().filter(|s| s.kind == Kind::Counted).map(|s| s.to - s.from).sum();
        if span.working {
            prop_assert_eq!(counted, calendar.working_between(calendar.counting_from(start, &span), due.at));
        } else {
            prop_assert_eq!(counted, due.at - start);
        }
        prop_assert_eq!(due.unknown_years, if working && calendar.years.is_none() { vec![] } else { calendar.unknown_years(start, due.at, &span) });
    }

    #[test]
    fn any_text_as_a_calendar_gets_an_answer(text in ".{0,60}") {
        prop_assert!(Calendar::from_json(&text).is_err());
        let _ = Calendar::from_toml(&text);
        let _ = Span::parse(&text);
    }
}
