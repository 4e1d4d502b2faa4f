//! Tests of the clocks: a minute-by-minute reference, and one sentence each
//! for what moves a due moment and what does not.
#![allow(clippy::unwrap_used)]

use super::super::cases::{Log, at, limits, logs, shipped, worker};
use super::super::plan::plan;
use super::*;
use crate::calendar::Unit;
use crate::calendar::tests::{calendars, minute_is_open};
use crate::requests::event::{Actor, Class, Fact, Outcome};
use chrono::TimeDelta;
use proptest::prelude::*;

fn view(log: &Log, clock: ClockName, now: &str) -> ClockView {
    let (calendar, policy) = shipped();
    clocks(&log.0, &calendar, &policy, &limits(), at(now))
        .into_iter()
        .find(|v| v.clock == clock)
        .unwrap()
}

fn due(log: &Log, clock: ClockName) -> Moment {
    view(log, clock, "2026-03-02 09:00").due.at
}

use ClockName::{Accept, Contact, Resolve};

fn monday() -> Log {
    Log::opened(Class::Normal, at("2026-03-02 10:00"))
}

#[test]
fn a_request_of_the_worked_saturday_is_due_after_spring_festival() {
    let log = Log::opened(Class::Normal, at("2026-02-14 10:00"));
    for clock in [Accept, Contact] {
        let view = view(&log, clock, "2026-02-24 17:30");
        assert_eq!(view.due.at, at("2026-02-24 17:30"));
        assert!(!view.breached, "due means by then");
    }
    assert!(self::view(&log, Accept, "2026-02-24 17:31").is_overdue());
}

#[test]
fn the_statutory_clock_starts_at_acceptance() {
    let (calendar, policy) = shipped();
    let names = |log: &Log| -> Vec<ClockName> {
        let views = clocks(
            &log.0,
            &calendar,
            &policy,
            &limits(),
            at("2026-03-02 12:00"),
        );
        views.iter().map(|v| v.clock).collect()
    };
    assert_eq!(names(&monday()), [Accept, Contact]);
    let log = monday().accepted("2026-03-03 09:30");
    assert_eq!(names(&log), [Accept, Contact, Resolve]);
    assert_eq!(
        view(&log, Resolve, "2026-03-03 10:00").started_at,
        at("2026-03-03 09:30")
    );
    assert_eq!(due(&log, Resolve), at("2026-03-17 17:30"));
}

#[test]
fn a_comment_an_edit_or_a_transfer_never_moves_a_due_moment() {
    let log = monday().accepted("2026-03-02 11:00");
    let (calendar, policy) = shipped();
    let moments = |log: &Log| -> Vec<(ClockName, Moment, Moment)> {
        let views = clocks(
            &log.0,
            &calendar,
            &policy,
            &limits(),
            at("2026-03-02 12:00"),
        );
        views
            .iter()
            .map(|v| (v.clock, v.started_at, v.due.at))
            .collect()
    };
    let before = moments(&log);
    let planned = plan(&log.0, &calendar, &policy, &limits());
    for fact in [
        Fact::Said,
        Fact::Answered,
        Fact::Noted,
        Fact::Attempted,
        Fact::Seen { worker: worker() },
        Fact::Assigned {
            unit: "u".into(),
            worker: None,
            level: 1,
        },
        Fact::Transferred {
            unit: "v".into(),
            worker: Some("w2".into()),
        },
        Fact::Declined { worker: worker() },
        Fact::Recategorised {
            service: "OTHER".into(),
        },
        Fact::Visiting,
        Fact::Policy { version: 3 },
        Fact::Other("later".into()),
    ] {
        let after = log.clone().worker("2026-03-02 15:00", fact.clone());
        assert_eq!(moments(&after), before, "{fact:?}");
        let mut still = plan(&after.0, &calendar, &policy, &limits());
        // A hand-over brings a step of its own: somebody has to take it.
        still.retain(|p| p.clock != ClockName::House);
        assert_eq!(still, planned, "{fact:?}");
    }
}

#[test]
fn stop_means_stop_for_every_end() {
    let (calendar, policy) = shipped();
    let reached = monday().accepted("2026-03-02 11:00");
    let mut ends: Vec<Log> = Outcome::ALL
        .into_iter()
        .filter(|o| *o != Outcome::CrisisClosed)
        .map(|outcome| reached.clone().decided("2026-03-02 15:00", outcome))
        .collect();
    ends.push(
        reached
            .clone()
            .resident("2026-03-02 15:00", Fact::Withdrawn),
    );
    ends.push(monday().resident("2026-03-02 15:00", Fact::Withdrawn));
    let closed = ends[0]
        .clone()
        .worker("2026-03-02 15:00", Fact::Closed { why: "done".into() });
    ends.push(closed);
    for log in ends {
        assert_eq!(plan(&log.0, &calendar, &policy, &limits()), []);
        for view in clocks(
            &log.0,
            &calendar,
            &policy,
            &limits(),
            at("2027-01-01 00:00"),
        ) {
            assert!(
                view.stopped_at
                    .is_some_and(|at| at <= self::at("2026-03-02 15:00"))
            );
            assert!(!view.breached && !view.paused);
        }
    }
}

#[test]
fn a_conversation_stops_accept_and_contact_and_a_hand_over_takes_neither_back() {
    let log = monday().contacted("2026-03-02 11:00").worker(
        "2026-03-02 15:00",
        Fact::Transferred {
            unit: "v".into(),
            worker: None,
        },
    );
    for clock in [Accept, Contact] {
        let view = view(&log, clock, "2026-03-09 09:00");
        assert_eq!(view.stopped_at, Some(at("2026-03-02 11:00")));
        assert!(!view.breached);
    }
}

#[test]
fn a_pause_over_a_weekend_adds_working_time_only() {
    // Resolve: accepted Monday 2 March, ten working days, due Monday 16th.
    let log = monday().accepted("2026-03-02 11:00");
    assert_eq!(due(&log, Resolve), at("2026-03-16 17:30"));
    let log = log
        .paused("2026-03-06 16:30", "check", "2026-03-20 17:30")
        .worker(
            "2026-03-09 10:00",
            Fact::Resumed {
                limit_reached: false,
            },
        );
    // One hour on Friday and one on Monday, not the weekend between.
    assert_eq!(due(&log, Resolve), at("2026-03-17 11:00"));
    // The reason does not stop the contact clock.
    assert_eq!(due(&log, Contact), at("2026-03-03 17:30"));
    let view = view(&log, Resolve, "2026-03-07 12:00");
    let paused: Vec<_> = view
        .due
        .segments
        .iter()
        .filter(|s| matches!(s.kind, Kind::Paused(_)))
        .collect();
    assert_eq!(paused.len(), 1);
    assert_eq!(
        (paused[0].from, paused[0].to),
        (at("2026-03-06 16:30"), at("2026-03-09 10:00"))
    );
    assert!(view.paused);
}

#[test]
fn a_pause_ends_at_its_limit_even_when_nobody_resumes() {
    let start = monday().accepted("2026-03-02 11:00");
    let until = start
        .clone()
        .paused("2026-03-03 09:00", "resident", "2026-03-05 09:00");
    assert_eq!(due(&until, Resolve), at("2026-03-18 17:30"));
    assert!(view(&until, Resolve, "2026-03-05 08:59").paused);
    assert!(!view(&until, Resolve, "2026-03-05 09:00").paused);
    // Resumed too late by an engine that was away: nothing more is given.
    let late = until.by(
        Actor::System,
        at("2026-03-10 09:00"),
        Fact::Resumed {
            limit_reached: true,
        },
    );
    assert_eq!(due(&late, Resolve), at("2026-03-18 17:30"));
    // Longer than the reason allows: cut to ten working days.
    let greedy = start
        .clone()
        .paused("2026-03-03 09:00", "resident", "2027-03-05 09:00");
    let full = start.paused("2026-03-03 09:00", "resident", "2026-03-17 17:30");
    assert_eq!(due(&greedy, Resolve), due(&full, Resolve));
}

#[test]
fn a_conversation_ends_the_pause_of_the_contact_clock() {
    let log = monday().accepted("2026-03-02 11:00").paused(
        "2026-03-03 09:00",
        "appointment",
        "2026-03-06 09:00",
    );
    assert_eq!(due(&log, Contact), at("2026-03-06 17:30"));
    let called = log.contacted("2026-03-04 09:00");
    assert_eq!(due(&called, Contact), at("2026-03-04 17:30"));
    assert_eq!(due(&called, Resolve), at("2026-03-19 17:30"));
}

#[test]
fn an_unknown_reason_and_a_class_it_is_not_for_stop_nothing() {
    let log = monday().accepted("2026-03-02 11:00");
    let before = due(&log, Resolve);
    let whim = log.paused("2026-03-03 09:00", "whim", "2026-03-05 09:00");
    assert_eq!(due(&whim, Resolve), before);
    let urgent = Log::opened(Class::Urgent, at("2026-03-02 10:00"));
    let before = due(&urgent, Resolve);
    let paused = urgent.paused("2026-03-02 11:00", "check", "2026-03-05 09:00");
    assert_eq!(due(&paused, Resolve), before);
}

#[test]
fn an_extension_counts_only_before_the_due_moment() {
    let log = monday().accepted("2026-03-02 11:00");
    let extend = || Fact::Extended {
        clock: Resolve,
        span: Span::working_days(5),
    };
    let before = log.clone().worker("2026-03-16 17:30", extend());
    assert_eq!(due(&before, Resolve), at("2026-03-23 17:30"));
    assert_eq!(due(&before, Contact), due(&log, Contact));
    let after = log.clone().worker("2026-03-16 17:31", extend());
    assert_eq!(due(&after, Resolve), due(&log, Resolve));
    assert!(
        view(&after, Resolve, "2026-03-17 09:00")
            .extended
            .is_empty()
    );
}

#[test]
fn a_reopened_request_has_a_new_cycle_of_clocks() {
    let log = monday()
        .accepted("2026-03-02 11:00")
        .decided("2026-03-02 15:00", Outcome::Granted)
        .resident("2026-03-05 10:00", Fact::Disputed);
    let view = view(&log, Accept, "2026-03-05 11:00");
    assert_eq!(view.started_at, at("2026-03-05 10:00"));
    assert_eq!(view.due.at, at("2026-03-06 17:30"));
    assert_eq!(view.stopped_at, None);
}

#[test]
fn a_rise_of_class_keeps_the_start_and_brings_its_limits() {
    let log = monday().worker(
        "2026-03-02 15:00",
        Fact::Raised {
            class: Class::Hunger,
        },
    );
    let view = view(&log, Accept, "2026-03-02 15:01");
    assert_eq!(view.started_at, at("2026-03-02 10:00"));
    assert_eq!(view.due.at, at("2026-03-02 10:15"));
    assert!(view.is_overdue());
}

#[test]
fn a_rise_to_crisis_starts_accept_and_contact_anew() {
    let log = monday().contacted("2026-03-02 11:00").resident(
        "2026-03-02 15:00",
        Fact::Raised {
            class: Class::Crisis,
        },
    );
    for (clock, minutes) in [(Accept, 5), (Contact, 10)] {
        let view = view(&log, clock, "2026-03-02 15:01");
        assert_eq!(view.stopped_at, None);
        assert_eq!(
            view.due.at,
            at("2026-03-02 15:00") + TimeDelta::minutes(minutes)
        );
    }
}

#[test]
fn an_unknown_year_travels_into_the_deadline() {
    let log = Log::opened(Class::Normal, at("2026-12-31 10:00"));
    assert_eq!(
        view(&log, Accept, "2026-12-31 10:00").due.unknown_years,
        [2027]
    );
    assert_eq!(
        view(&monday(), Accept, "2026-03-02 10:00")
            .due
            .unknown_years,
        [] as [i32; 0]
    );
}

#[test]
fn a_service_without_a_limit_falls_back_or_has_no_clock() {
    let (calendar, policy) = shipped();
    let log = monday().accepted("2026-03-02 11:00");
    let views = clocks(
        &log.0,
        &calendar,
        &policy,
        &Limits::default(),
        at("2026-03-02 12:00"),
    );
    let found: Vec<_> = views.iter().map(|v| (v.clock, v.limit)).collect();
    assert_eq!(
        found,
        [
            (Accept, Span::working_days(1)),
            (Contact, Span::working_days(1))
        ]
    );
}

/// One clock walked minute by minute, as a person with a stopwatch would.
struct Stopwatch {
    due: Moment,
    /// The end of every minute that counted.
    ticks: Vec<Moment>,
}

/// A pause, or more time, `minutes` after the start.
#[derive(Clone, Debug)]
enum Turn {
    Pause(i64),
    Resume,
    More(u32),
}

fn stopwatch(
    calendar: &Calendar,
    start: Moment,
    span: Span,
    turns: &[(Moment, Turn)],
) -> Stopwatch {
    let open = |at| !span.working || minute_is_open(calendar, at);
    let counting = calendar.counting_from(start, &span);
    let plain_due = calendar.due(start, &span);
    // How many counting minutes the limit is worth.
    let mut budget = 0;
    let mut at = counting;
    while at < plain_due {
        budget += u64::from(open(at));
        at += TimeDelta::minutes(1);
    }
    let (mut at, mut counted, mut until) = (start, 0, None::<Moment>);
    let mut ticks = Vec::new();
    let mut turns = turns.iter().peekable();
    loop {
        while let Some((_, turn)) = turns.next_if(|(when, _)| *when <= at) {
            match turn {
                Turn::Pause(minutes) => until = Some(at + TimeDelta::minutes(*minutes)),
                Turn::Resume => until = None,
                Turn::More(minutes) => budget += u64::from(*minutes),
            }
        }
        // A limit of nothing but the walk to the plain due moment is over too.
        if counted == budget && at >= counting {
            return Stopwatch { due: at, ticks };
        }
        if open(at) && until.is_none_or(|u| at >= u) {
            ticks.push(at + TimeDelta::minutes(1));
            counted += u64::from(at >= counting);
        }
        at += TimeDelta::minutes(1);
    }
}

const SMALL: &str = r#"
version = 1
house = { close_tries = 2, close_after = "7d", reopen_within = "30d" }
[[pauses]]
code = "wait"
zh = "等"
en = "wait"
max = "3000d"
stops = ["contact"]
classes = ["normal"]
[classes.normal]
notices = "anytime"
[[classes.normal.clocks]]
clock = "accept"
limit = "1d"
rungs = [{ key = "a", at = "due", do = ["raise lead"] }]
[[classes.normal.clocks]]
clock = "contact"
limit = "first_contact"
rungs = [
  { key = "q1", at = "25%", do = ["remind lead"] },
  { key = "q2", at = "50%", do = ["remind lead"] },
  { key = "q3", at = "75%", do = ["remind lead"] },
  { key = "due", at = "due", do = ["remind lead"] },
]
"#;

fn small() -> Policy {
    let others = ["urgent", "hunger", "crisis"].map(|class| {
        format!(
            r#"
[classes.{class}]
notices = "anytime"
[[classes.{class}.clocks]]
clock = "accept"
limit = "5m"
rungs = [{{ key = "{class}", at = "due", do = ["raise lead"] }}]
"#
        )
    });
    let text = SMALL.to_owned() + &others.concat();
    Policy::parse(&text).unwrap()
}

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![
        (1_u32..300).prop_map(|n| Span {
            amount: n * 4,
            unit: Unit::Minutes,
            working: true
        }),
        (1_u32..40).prop_map(Span::working_hours),
        (1_u32..5).prop_map(Span::working_days),
        (1_u32..800).prop_map(|n| Span::minutes(n * 4)),
    ]
}

fn turns() -> impl Strategy<Value = Vec<(i64, u8, i64)>> {
    proptest::collection::vec((0_i64..2500, 0_u8..5, 1_i64..4000), 0..6)
}

/// The turns as a stopwatch and as a log see them.
fn told(start: Moment, span: Span, turns: &[(i64, u8, i64)]) -> (Vec<(Moment, Turn)>, Log) {
    let mut log = Log::opened(Class::Normal, start);
    let mut seen = Vec::new();
    let mut when = start;
    let mut paused = false;
    let by = Actor::Worker(worker());
    for (gap, kind, minutes) in turns {
        when += TimeDelta::minutes(*gap);
        match kind {
            0 | 1 if !paused => {
                let until = when + TimeDelta::minutes(*minutes);
                log = log.by(
                    by.clone(),
                    when,
                    Fact::Paused {
                        reason: "wait".into(),
                        until,
                    },
                );
                seen.push((when, Turn::Pause(*minutes)));
                paused = true;
            }
            2 if paused => {
                log = log.by(
                    by.clone(),
                    when,
                    Fact::Resumed {
                        limit_reached: false,
                    },
                );
                seen.push((when, Turn::Resume));
                paused = false;
            }
            3 => {
                // In whole hundreds of minutes, so that shares stay whole.
                let more = Span {
                    amount: 100,
                    unit: Unit::Minutes,
                    working: span.working,
                };
                log = log.by(
                    by.clone(),
                    when,
                    Fact::Extended {
                        clock: Contact,
                        span: more,
                    },
                );
                seen.push((when, Turn::More(100)));
            }
            _ => {
                let fact = Fact::Transferred {
                    unit: "v".into(),
                    worker: None,
                };
                log = log.by(by.clone(), when, fact);
            }
        }
    }
    (seen, log)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn due_moments_and_rungs_agree_with_a_stopwatch(
        calendar in calendars(), minute in 0_i64..20_000, span in span(), turns in turns(),
    ) {
        let start = at("2026-02-02 00:00") + TimeDelta::minutes(minute);
        let (seen, log) = told(start, span, &turns);
        let policy = small();
        let limits = Limits { first_contact: Some(span), outcome: None };
        let slow = stopwatch(&calendar, start, span, &seen);
        let views = clocks(&log.0, &calendar, &policy, &limits, start);
        let view = views.iter().find(|v| v.clock == Contact).unwrap();
        prop_assert_eq!(view.due.at, slow.due);

        let planned = plan(&log.0, &calendar, &policy, &limits);
        let total = slow.ticks.len();
        for (key, share) in [("q1", 1), ("q2", 2), ("q3", 3), ("due", 4)] {
            let rung = planned.iter().find(|p| p.rung == key).unwrap();
            prop_assert_eq!(rung.due_of_clock, slow.due);
            if (total * share).is_multiple_of(4) {
                prop_assert_eq!(rung.at, slow.ticks[total * share / 4 - 1], "{}", key);
            }
        }

        // The account of the deadline: no gaps, and what counted is what ticked.
        let segments = &view.due.segments;
        prop_assert_eq!((segments[0].from, segments[segments.len() - 1].to), (start, slow.due));
        let gapless = segments.windows(2).all(|p| p[0].to == p[1].from);
        prop_assert!(gapless);
        let counted: TimeDelta = segments.iter().filter(|s| s.kind == Kind::Counted).map(|s| s.to - s.from).sum();
        let counting = calendar.counting_from(start, &span);
        let ticked = slow.ticks.iter().filter(|t| **t > counting).count() as i64;
        prop_assert_eq!(counted, TimeDelta::minutes(ticked));
    }

    #[test]
    fn whatever_happened_the_clocks_make_sense(log in logs(), later in 0_i64..40_000) {
        let (calendar, policy) = shipped();
        let now = log.0.last().unwrap().at + TimeDelta::minutes(later);
        for view in clocks(&log.0, &calendar, &policy, &limits(), now) {
            prop_assert!(view.due.at >= view.started_at);
            prop_assert!(view.stopped_at.is_none_or(|at| at >= view.started_at || view.clock == Resolve));
            prop_assert!(!view.paused || view.stopped_at.is_none());
            prop_assert!(view.due.segments.windows(2).all(|p| p[0].to == p[1].from));
        }
        for planned in plan(&log.0, &calendar, &policy, &limits()) {
            prop_assert!(policy.rung(&planned.rung).is_some() || planned.clock == ClockName::House);
        }
    }
}
