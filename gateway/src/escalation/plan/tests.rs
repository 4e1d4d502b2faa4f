//! Tests of the plan: the ladder of each class as it would climb.
#![allow(clippy::unwrap_used)]

use super::super::cases::{Log, at, limits, logs, shipped, worker};
use super::*;
use crate::requests::event::{Actor, Fact, Outcome};
use chrono::TimeDelta;
use proptest::prelude::*;

fn planned(log: &Log) -> Vec<Planned> {
    let (calendar, policy) = shipped();
    plan(&log.0, &calendar, &policy, &limits())
}

fn steps(log: &Log) -> Vec<(String, Moment)> {
    planned(log).into_iter().map(|p| (p.rung, p.at)).collect()
}

fn is(log: &Log, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(k, t)| ((*k).to_owned(), at(t)))
        .collect();
    assert_eq!(steps(log), expected);
}

#[test]
fn a_normal_request_nobody_takes_climbs_in_working_time() {
    is(
        &Log::opened(Class::Normal, at("2026-03-02 10:00")),
        &[
            ("normal_half", "2026-03-03 09:30"),
            ("normal_soon", "2026-03-03 15:06"),
            // Due at closing time: told at the next opening.
            ("normal_street", "2026-03-04 09:00"),
            ("normal_ask_copy", "2026-03-05 09:00"),
            ("normal_district", "2026-03-05 09:00"),
            ("normal_bureau", "2026-03-09 09:00"),
        ],
    );
}

#[test]
fn a_crisis_climbs_by_the_minute_at_night() {
    is(
        &Log::opened(Class::Crisis, at("2026-02-17 03:00")),
        &[
            ("crisis_call_again", "2026-02-17 03:02"),
            ("crisis_second_duty", "2026-02-17 03:05"),
            ("crisis_duty_chief", "2026-02-17 03:10"),
            ("crisis_bureau_leader", "2026-02-17 03:15"),
            ("crisis_everyone_again", "2026-02-17 03:30"),
        ],
    );
}

#[test]
fn accepting_stops_the_ladder_and_silence_afterwards_starts_the_next() {
    let log = Log::opened(Class::Normal, at("2026-03-02 10:00")).accepted("2026-03-02 11:00");
    let keys: Vec<String> = steps(&log).into_iter().map(|(k, _)| k).collect();
    assert_eq!(
        keys,
        [
            "normal_not_reached",
            "normal_not_reached_street",
            "normal_not_reached_district",
            "normal_resolve_soon",
            "normal_resolve_late",
            "normal_resolve_district",
            "normal_resolve_bureau"
        ]
    );
    let reached = log.contacted("2026-03-02 15:00");
    assert!(
        steps(&reached)
            .iter()
            .all(|(k, _)| k.starts_with("normal_resolve"))
    );
}

#[test]
fn somebody_who_accepts_late_has_the_time_of_the_rung() {
    // Due Tuesday 17:30, accepted Thursday 10:00: an hour from then.
    let log = Log::opened(Class::Normal, at("2026-03-02 10:00")).accepted("2026-03-05 10:00");
    assert_eq!(
        steps(&log)[0],
        ("normal_not_reached".into(), at("2026-03-05 11:00"))
    );
}

#[test]
fn unassigned_work_climbs_like_any_other() {
    let open = Log::opened(Class::Urgent, at("2026-03-02 22:00"));
    let assigned = open.clone().by(
        Actor::System,
        at("2026-03-02 22:00"),
        Fact::Assigned {
            unit: "u".into(),
            worker: Some(worker()),
            level: 0,
        },
    );
    assert!(!steps(&open).is_empty());
    assert_eq!(steps(&open), steps(&assigned));
}

#[test]
fn a_rung_fires_once_per_cycle() {
    let (calendar, policy) = shipped();
    let log = Log::opened(Class::Normal, at("2026-03-02 10:00"));
    let log = log.fired(at("2026-03-03 09:30"), ClockName::Accept, "normal_half", 0);
    assert_eq!(
        next(&log.0, &calendar, &policy, &limits()).unwrap().rung,
        "normal_soon"
    );
    let again = log
        .accepted("2026-03-03 10:00")
        .decided("2026-03-03 10:20", Outcome::Granted)
        .resident("2026-03-04 10:00", Fact::Disputed);
    let first = next(&again.0, &calendar, &policy, &limits()).unwrap();
    assert_eq!((first.rung.as_str(), first.cycle), ("normal_half", 1));
}

#[test]
fn a_raised_request_climbs_from_the_moment_of_raising() {
    let log = Log::opened(Class::Normal, at("2026-03-02 10:00")).worker(
        "2026-03-05 10:00",
        Fact::Raised {
            class: Class::Hunger,
        },
    );
    is(
        &log,
        &[
            // The due moments lie in the past, the people are told from now on.
            ("hunger_duty_desk", "2026-03-05 10:00"),
            ("hunger_remind", "2026-03-05 10:10"),
            ("hunger_street_leader", "2026-03-05 10:45"),
            ("hunger_district", "2026-03-05 13:45"),
        ],
    );
}

#[test]
fn a_share_of_the_limit_that_had_passed_is_told_at_the_raising() {
    let log = Log::opened(Class::Normal, at("2026-03-02 10:00")).worker(
        "2026-03-05 10:00",
        Fact::Raised {
            class: Class::Urgent,
        },
    );
    let first = &steps(&log)[0];
    assert_eq!(*first, ("urgent_remind".into(), at("2026-03-05 10:00")));
}

#[test]
fn a_pause_is_ended_by_the_house_at_its_limit() {
    let log = Log::opened(Class::Normal, at("2026-03-02 10:00"))
        .contacted("2026-03-02 11:00")
        .paused("2026-03-02 11:05", "resident", "2026-03-04 10:00");
    let first = &planned(&log)[0];
    assert_eq!(
        (first.clock, first.rung.as_str()),
        (ClockName::House, "resume-3")
    );
    assert_eq!(first.at, at("2026-03-04 10:00"));
    let resumed = log.worker(
        "2026-03-03 10:00",
        Fact::Resumed {
            limit_reached: false,
        },
    );
    assert!(
        planned(&resumed)
            .iter()
            .all(|p| p.clock != ClockName::House)
    );
}

#[test]
fn silence_after_two_call_tries_closes_a_week_later_but_never_a_crisis() {
    let done = |class, outcome| {
        Log::opened(class, at("2026-03-02 10:00"))
            .contacted("2026-03-02 10:02")
            .decided("2026-03-02 11:00", outcome)
            .worker("2026-03-03 10:00", Fact::Attempted)
    };
    let tried = |log: Log| log.worker("2026-03-04 10:00", Fact::Attempted);
    let normal = done(Class::Normal, Outcome::Granted);
    assert_eq!(planned(&normal), []);
    is(&tried(normal), &[(CLOSE, "2026-03-11 10:00")]);
    assert_eq!(
        planned(&tried(done(Class::Crisis, Outcome::CrisisClosed))),
        []
    );
}

#[test]
fn no_timer_closes_a_crisis() {
    for log in [
        Log::opened(Class::Crisis, at("2026-03-02 10:00")),
        Log::opened(Class::Crisis, at("2026-03-02 10:00")).accepted("2026-03-02 10:01"),
        Log::opened(Class::Crisis, at("2026-03-02 10:00")).contacted("2026-03-02 10:01"),
    ] {
        let closing = |p: &Planned| p.actions.iter().any(|a| a.name == "close");
        assert!(!planned(&log).iter().any(closing));
    }
}

#[test]
fn what_came_due_during_an_outage_is_still_planned() {
    let (calendar, policy) = shipped();
    let log = Log::opened(Class::Crisis, at("2026-03-02 10:00"));
    let late = overdue(
        &log.0,
        &calendar,
        &policy,
        &limits(),
        at("2026-03-02 10:12"),
    );
    let keys: Vec<&str> = late.iter().map(|p| p.rung.as_str()).collect();
    assert_eq!(
        keys,
        [
            "crisis_call_again",
            "crisis_second_duty",
            "crisis_duty_chief"
        ]
    );
}

#[test]
fn a_log_without_an_opening_has_no_plan() {
    assert_eq!(planned(&Log(Vec::new())), []);
}

proptest! {
    #[test]
    fn a_plan_is_in_order_and_each_rung_stands_once(log in logs()) {
        let (calendar, policy) = shipped();
        let plan = planned(&log);
        prop_assert!(plan.windows(2).all(|p| p[0].at <= p[1].at));
        let mut keys: Vec<_> = plan.iter().map(|p| (p.clock, &p.rung)).collect();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), plan.len());
        for p in &plan {
            // Normal requests disturb nobody outside working time.
            let class = crate::requests::status::project(&log.0).unwrap().class;
            let house = p.clock == ClockName::House;
            prop_assert!(house || class != Class::Normal || calendar.is_open(p.at));
            prop_assert!(house || policy.rung(&p.rung).unwrap().0 == class);
        }
    }

    #[test]
    fn firing_a_rung_removes_it_and_nothing_else(log in logs()) {
        let plan = planned(&log);
        prop_assume!(!plan.is_empty());
        let first = &plan[0];
        let now = log.0.last().unwrap().at.max(first.at);
        let after = planned(&log.clone().fired(now + TimeDelta::seconds(1), first.clock, &first.rung, first.cycle));
        prop_assert_eq!(&after[..], &plan[1..]);
    }
}
