//! Tests of the auditor: a sound engine passes, each kind of fault is seen.
#![allow(clippy::unwrap_used)]

use super::super::cases::{Log, acts, at, limits, shipped};
use super::super::plan::{next, overdue};
use super::*;
use crate::calendar::Span;
use crate::requests::event::{Actor, Class};
use proptest::prelude::*;

/// How late a rung may be here.
const GRACE: TimeDelta = TimeDelta::seconds(2);

fn checked(log: &Log, now: Moment) -> Audit {
    let (calendar, policy) = shipped();
    audit(&log.0, &calendar, &policy, &limits(), now, GRACE)
}

/// Lets an engine that is never late run over the log until `now`.
fn run(mut log: Log, now: Moment) -> Log {
    let (calendar, policy) = shipped();
    while let Some(due) = next(&log.0, &calendar, &policy, &limits()).filter(|p| p.at <= now) {
        let last = log.0.last().unwrap().at;
        log = log.fired(due.at.max(last), due.clock, &due.rung, due.cycle);
        if let Some(rest) = due.rung.strip_prefix("resume-") {
            assert!(!rest.is_empty());
            log = log.by(
                Actor::System,
                due.at.max(last),
                Fact::Resumed {
                    limit_reached: true,
                },
            );
        }
    }
    log
}

#[test]
fn a_missing_a_doubled_an_early_and_a_late_rung_are_seen() {
    let opened = at("2026-03-02 10:00");
    let now = at("2026-03-02 10:11");
    let sound = run(Log::opened(Class::Crisis, opened), now);
    assert_eq!(sound.0.len(), 4);
    assert!(checked(&sound, now).is_clean());

    let mut lost = sound.clone();
    lost.0.remove(2);
    let found = checked(&lost, now);
    assert_eq!(found.missing.len(), 1);
    assert_eq!(found.missing[0].0.rung, "crisis_second_duty");
    assert!(found.surplus.is_empty());

    let doubled = sound
        .clone()
        .fired(now, ClockName::Accept, "crisis_duty_chief", 0);
    assert_eq!(checked(&doubled, now).surplus.len(), 1);

    let early = sound
        .clone()
        .fired(now, ClockName::Accept, "crisis_bureau_leader", 0);
    assert_eq!(checked(&early, now).surplus.len(), 1);

    let stopped = sound.accepted("2026-03-02 10:12");
    let after = at("2026-03-02 10:20");
    let stale = stopped
        .clone()
        .fired(after, ClockName::Accept, "crisis_bureau_leader", 0);
    assert_eq!(checked(&stale, after).surplus.len(), 1);
    assert!(checked(&stopped, at("2026-03-02 10:12")).is_clean());
}

#[test]
fn a_rung_lost_to_an_act_at_the_same_moment_is_not_missing() {
    let log = Log::opened(Class::Crisis, at("2026-03-02 10:00")).accepted("2026-03-02 10:02");
    let now = at("2026-03-02 10:04");
    assert!(checked(&log, now).is_clean());
    let later = Log::opened(Class::Crisis, at("2026-03-02 10:00")).accepted("2026-03-02 10:03");
    assert_eq!(checked(&later, now).missing.len(), 1);
}

#[test]
fn a_rung_moved_by_an_extension_waits_anew() {
    let span = Span::working_days(1);
    let clock = ClockName::Accept;
    let log = Log::opened(Class::Normal, at("2026-03-02 10:00"))
        .worker("2026-03-03 09:30", Fact::Extended { clock, span })
        .accepted("2026-03-03 14:45");
    let found = checked(&log, at("2026-03-03 15:00"));
    assert!(found.is_clean(), "{found:?}");
    let late = Log(log.0[..2].to_vec()).accepted("2026-03-03 14:46");
    assert_eq!(checked(&late, at("2026-03-03 15:00")).missing.len(), 1);
}

#[test]
fn what_was_never_fired_is_expected_in_order() {
    let (calendar, policy) = shipped();
    let log = Log::opened(Class::Crisis, at("2026-03-02 10:00"));
    let now = at("2026-03-02 11:00");
    let expected = expected(
        &log.0,
        &calendar,
        &policy,
        &limits(),
        now,
        TimeDelta::zero(),
    );
    let late = overdue(&log.0, &calendar, &policy, &limits(), now);
    let keys: Vec<_> = late.iter().map(|p| (key(p), p.at)).collect();
    assert_eq!(expected, keys);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_sound_engine_is_clean_whatever_people_do(
        class in 0_usize..4, steps in proptest::collection::vec((0_i64..3000, acts()), 0..10), rest in 0_i64..20_000,
    ) {
        let mut now = at("2026-02-09 08:00");
        let mut log = Log::opened(Class::ALL[class], now);
        for (minutes, (actor, fact)) in steps {
            now += TimeDelta::minutes(minutes);
            log = run(log, now).by(actor, now, fact);
        }
        now += TimeDelta::minutes(rest);
        log = run(log, now);
        let found = checked(&log, now);
        prop_assert!(found.is_clean(), "{:?}\n{:#?}", found, log);
    }

    #[test]
    fn a_forgotten_rung_never_goes_unseen(class in 0_usize..4, hours in 100_i64..2000, which: prop::sample::Index) {
        let opened = at("2026-02-09 08:00");
        let now = opened + TimeDelta::hours(hours);
        let mut log = run(Log::opened(Class::ALL[class], opened), now);
        let fired: Vec<usize> = (1..log.0.len()).collect();
        let lost = log.0.remove(*which.get(&fired));
        // One that was due this very moment is only late so far.
        let found = checked(&log, now + GRACE);
        prop_assert_eq!(found.missing.len(), 1);
        let is_it = matches!(&lost.fact, Fact::Fired { rung, .. } if *rung == found.missing[0].0.rung);
        prop_assert!(is_it);
    }
}
