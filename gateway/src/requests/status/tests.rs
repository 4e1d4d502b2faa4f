//! Tests of the status table and the projection.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::clock::{Moment, moment};
use crate::requests::event::Entry;
use proptest::prelude::*;

const T: i64 = 1_770_000_000_000_000;

fn worker() -> Actor {
    Actor::Worker("w1".into())
}

fn when(minute: i64) -> Moment {
    moment(T + minute * 60_000_000)
}

fn log(class: Class, facts: &[(Actor, Fact)]) -> Vec<Entry> {
    let opened = Fact::Opened {
        class,
        service: "TEST".into(),
    };
    let all = std::iter::once((Actor::Resident, opened)).chain(facts.iter().cloned());
    (1..)
        .zip(all)
        .map(|(seq, (actor, fact))| Entry {
            seq,
            at: when(i64::from(seq)),
            actor,
            fact,
        })
        .collect()
}

fn after(class: Class, facts: &[(Actor, Fact)]) -> Projection {
    let entries = log(class, facts);
    let projection = project(&entries).unwrap();
    assert_eq!(projection.refused, 0, "{facts:?}");
    projection
}

fn refusal(class: Class, facts: &[(Actor, Fact)], actor: &Actor, fact: &Fact) -> &'static str {
    after(class, facts).check(actor, fact).unwrap_err().why
}

fn accepted() -> (Actor, Fact) {
    (
        worker(),
        Fact::Accepted {
            worker: "w1".into(),
        },
    )
}

fn contacted() -> (Actor, Fact) {
    (worker(), Fact::Contacted { how: "call".into() })
}

fn decided(outcome: Outcome) -> (Actor, Fact) {
    (worker(), Fact::Decided { outcome })
}

fn assigned() -> (Actor, Fact) {
    (
        Actor::System,
        Fact::Assigned {
            unit: "u".into(),
            worker: Some("w1".into()),
            level: 0,
        },
    )
}

#[test]
fn the_usual_path_goes_through_every_status() {
    let path = [
        (
            (
                worker(),
                Fact::Recategorised {
                    service: "S2".into(),
                },
            ),
            Status::Triaged,
        ),
        (assigned(), Status::Assigned),
        (accepted(), Status::Acknowledged),
        (contacted(), Status::Contacted),
        ((worker(), Fact::Visiting), Status::Visiting),
        (decided(Outcome::Granted), Status::Decided),
        ((worker(), Fact::Delivered), Status::Delivered),
        ((Actor::Resident, Fact::Confirmed), Status::Confirmed),
        (
            (
                Actor::System,
                Fact::Closed {
                    why: "confirmed".into(),
                },
            ),
            Status::Closed,
        ),
    ];
    for n in 1..=path.len() {
        let facts: Vec<_> = path[..n].iter().map(|(f, _)| f.clone()).collect();
        assert_eq!(after(Class::Normal, &facts).status, path[n - 1].1);
    }
}

#[test]
fn the_bot_and_the_machine_never_decide() {
    let reached = [accepted(), contacted()];
    for actor in [Actor::Bot, Actor::System, Actor::Resident] {
        for outcome in Outcome::ALL {
            let why = refusal(Class::Normal, &reached, &actor, &Fact::Decided { outcome });
            assert_eq!(why, "only_authority");
        }
        if actor != Actor::Resident {
            let why = refusal(Class::Normal, &reached, &actor, &Fact::Withdrawn);
            assert_eq!(why, "only_resident");
        }
        let closing = Fact::Closed { why: "done".into() };
        assert_eq!(
            refusal(Class::Normal, &reached, &actor, &closing),
            "not_decided"
        );
    }
}

#[test]
fn a_crisis_ends_only_with_an_outcome_of_somebody_who_reached_the_person() {
    let crisis = |facts: &[(Actor, Fact)], outcome| {
        after(Class::Crisis, facts).check(&worker(), &Fact::Decided { outcome })
    };
    let closed = Outcome::CrisisClosed;
    assert_eq!(
        crisis(&[accepted()], closed).unwrap_err().why,
        "crisis_not_reached"
    );
    let reached = [accepted(), contacted()];
    assert_eq!(crisis(&reached, closed), Ok(Status::Decided));
    for outcome in [Outcome::Withdrawn, Outcome::RefusedInWriting] {
        assert_eq!(
            crisis(&reached, outcome).unwrap_err().why,
            "crisis_needs_outcome"
        );
    }
    let withdrawn = refusal(Class::Crisis, &reached, &Actor::Resident, &Fact::Withdrawn);
    assert_eq!(withdrawn, "crisis_needs_outcome");
    let pause = Fact::Paused {
        reason: "resident".into(),
        until: when(9),
    };
    assert_eq!(
        refusal(Class::Crisis, &reached, &worker(), &pause),
        "crisis_never_waits"
    );
    let done = [
        accepted(),
        contacted(),
        decided(closed),
        (worker(), Fact::Attempted),
        (worker(), Fact::Attempted),
    ];
    let silence = Fact::Closed {
        why: UNANSWERED.into(),
    };
    assert_eq!(
        refusal(Class::Crisis, &done, &Actor::System, &silence),
        "only_resident_or_authority"
    );
    assert_eq!(
        after(Class::Crisis, &done).check(&worker(), &silence),
        Ok(Status::Closed)
    );
}

#[test]
fn silence_closes_only_after_two_call_tries_since_the_decision() {
    let try_ = || (worker(), Fact::Attempted);
    let silence = Fact::Closed {
        why: UNANSWERED.into(),
    };
    // Tries before the decision were about something else.
    let early = [
        accepted(),
        try_(),
        try_(),
        decided(Outcome::Granted),
        try_(),
    ];
    assert_eq!(
        refusal(Class::Normal, &early, &Actor::System, &silence),
        "only_resident_or_authority"
    );
    let late = [accepted(), decided(Outcome::Granted), try_(), try_()];
    assert_eq!(
        after(Class::Normal, &late).check(&Actor::System, &silence),
        Ok(Status::Closed)
    );
}

#[test]
fn the_second_worker_to_press_accept_is_told() {
    let second = Fact::Accepted {
        worker: "w2".into(),
    };
    let why = refusal(
        Class::Normal,
        &[assigned(), accepted()],
        &Actor::Worker("w2".into()),
        &second,
    );
    assert_eq!(why, "already_accepted");
}

#[test]
fn not_solved_reopens_one_level_up_and_not_above_the_top() {
    let done = [accepted(), decided(Outcome::Granted)];
    let disputed = (Actor::Resident, Fact::Disputed);
    let mut facts = done.to_vec();
    for (cycle, level) in [(1, 1), (2, 2), (3, 2)] {
        facts.push(disputed.clone());
        let projection = after(Class::Normal, &facts);
        assert_eq!(
            (projection.status, projection.cycle, projection.level),
            (Status::Assigned, cycle, level)
        );
        assert_eq!(
            (
                projection.worker,
                projection.outcome,
                projection.accepted_at
            ),
            (None, None, None)
        );
        facts.extend(done.clone());
    }
    let open = refusal(
        Class::Normal,
        &[accepted()],
        &Actor::Resident,
        &Fact::Disputed,
    );
    assert_eq!(open, "not_decided");
}

#[test]
fn a_class_only_rises_and_a_rise_to_crisis_asks_for_a_human_anew() {
    let pause = (
        worker(),
        Fact::Paused {
            reason: "resident".into(),
            until: when(900),
        },
    );
    let raised = (
        worker(),
        Fact::Raised {
            class: Class::Crisis,
        },
    );
    let projection = after(
        Class::Normal,
        &[assigned(), accepted(), contacted(), pause, raised],
    );
    assert_eq!(projection.status, Status::Assigned);
    assert_eq!(
        (
            projection.accepted_at,
            projection.contacted_at,
            projection.paused
        ),
        (None, None, None)
    );
    let lower = Fact::Raised {
        class: Class::Urgent,
    };
    assert_eq!(
        refusal(Class::Hunger, &[], &worker(), &lower),
        "class_only_rises"
    );
}

#[test]
fn a_pause_is_taken_once_and_resumed_once() {
    let pause = (
        worker(),
        Fact::Paused {
            reason: "resident".into(),
            until: when(900),
        },
    );
    let resume = Fact::Resumed {
        limit_reached: false,
    };
    assert_eq!(
        refusal(
            Class::Normal,
            std::slice::from_ref(&pause),
            &worker(),
            &pause.1
        ),
        "already_paused"
    );
    assert_eq!(
        refusal(Class::Normal, &[], &worker(), &resume),
        "not_paused"
    );
    let resumed = after(Class::Normal, &[pause, (Actor::System, resume)]);
    assert_eq!(resumed.paused, None);
}

#[test]
fn a_hand_over_changes_the_owner_and_needs_a_new_acceptance() {
    let moved = (
        worker(),
        Fact::Transferred {
            unit: "v".into(),
            worker: Some("w2".into()),
        },
    );
    let projection = after(Class::Normal, &[assigned(), accepted(), contacted(), moved]);
    assert_eq!(projection.status, Status::Assigned);
    assert_eq!(projection.worker, Some("w2".into()));
    assert!(projection.accepted_at.is_none() && projection.first_accepted_at.is_some());
    assert!(projection.contacted_at.is_some());
}

#[test]
fn a_log_without_an_opening_is_nothing() {
    assert_eq!(project(&[]), None);
    let mut entries = log(Class::Normal, &[accepted()]);
    entries.remove(0);
    assert_eq!(project(&entries), None);
}

fn facts() -> impl Strategy<Value = Vec<(Actor, Fact)>> {
    let fact = prop_oneof![
        Just(Fact::Assigned {
            unit: "u".into(),
            worker: None,
            level: 0
        }),
        Just(Fact::Transferred {
            unit: "v".into(),
            worker: None
        }),
        Just(Fact::Accepted {
            worker: "w1".into()
        }),
        Just(Fact::Declined {
            worker: "w1".into()
        }),
        Just(Fact::Contacted { how: "call".into() }),
        Just(Fact::Visiting),
        Just(Fact::Attempted),
        Just(Fact::Resumed {
            limit_reached: true
        }),
        Just(Fact::Delivered),
        Just(Fact::Confirmed),
        Just(Fact::Disputed),
        Just(Fact::Withdrawn),
        Just(Fact::Reopened { level: 1 }),
        Just(Fact::Said),
        Just(Fact::Opened {
            class: Class::Urgent,
            service: "X".into()
        }),
        Just(Fact::Closed {
            why: UNANSWERED.into()
        }),
        Just(Fact::Rated {
            solved: true,
            stars: Some(5)
        }),
        (0_usize..4).prop_map(|i| Fact::Raised {
            class: Class::ALL[i]
        }),
        (0_usize..9).prop_map(|i| Fact::Decided {
            outcome: Outcome::ALL[i]
        }),
        (0_i64..90).prop_map(|m| Fact::Paused {
            reason: "r".into(),
            until: when(m)
        }),
    ];
    let actor = prop_oneof![4 => Just(worker()), 2 => Just(Actor::Resident), 1 => Just(Actor::Bot), 1 => Just(Actor::System)];
    proptest::collection::vec((actor, fact), 0..40)
}

proptest! {
    #[test]
    fn no_sequence_of_facts_reaches_an_undefined_state(class in 0_usize..4, facts in facts()) {
        let entries = log(Class::ALL[class], &facts);
        let mut running = project(&entries[..1]).unwrap();
        for (n, entry) in entries.iter().enumerate().skip(1) {
            let before = running.clone();
            let taken = running.take(entry);
            // Projecting a prefix and going on gives the same as projecting all.
            prop_assert_eq!(&running, &project(&entries[..=n]).unwrap());
            if !taken {
                let unchanged = Projection { refused: before.refused + 1, last_at: running.last_at, ..before.clone() };
                prop_assert_eq!(&running, &unchanged);
            }
            let p = &running;
            prop_assert_eq!(p.outcome.is_some(), !p.status.is_active());
            prop_assert_eq!(p.decided_at.is_some(), !p.status.is_active());
            prop_assert_eq!(p.closed_at.is_some(), p.status == Status::Closed);
            prop_assert!(p.paused.is_none() || p.status.is_active());
            prop_assert!(p.paused.is_none() || p.class != Class::Crisis);
            prop_assert!(p.class >= before.class && p.cycle >= before.cycle);
            prop_assert!(p.status != Status::Acknowledged || p.accepted_at.is_some());
            if p.status == Status::Closed && before.status != Status::Closed {
                prop_assert!(entry.actor != Actor::Bot);
                prop_assert!(entry.actor != Actor::System || p.class != Class::Crisis);
            }
            if p.class == Class::Crisis && p.status == Status::Decided && before.status != Status::Decided {
                prop_assert!(p.contacted_at.is_some() || before.status == Status::Visiting || p.outcome == Some(Outcome::Duplicate));
            }
        }
    }
}
