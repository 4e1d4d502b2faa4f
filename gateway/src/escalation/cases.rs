//! Logs, times and a small policy for the tests of this folder.

use super::clocks::Limits;
use super::policy::Policy;
use crate::calendar::{Calendar, Span};
use crate::clock::Moment;
use crate::ids::WorkerId;
use crate::requests::event::{Actor, Class, ClockName, Entry, Fact, Outcome};
use chrono::DateTime;
use proptest::prelude::*;

/// Chinese local time.
pub(super) fn at(text: &str) -> Moment {
    DateTime::parse_from_str(&format!("{text} +0800"), "%Y-%m-%d %H:%M %z")
        .expect("a time of a test")
        .to_utc()
}

pub(super) fn worker() -> WorkerId {
    WorkerId::from("w1")
}

/// A log under construction.
#[derive(Clone, Debug)]
pub(super) struct Log(pub(super) Vec<Entry>);

impl Log {
    pub(super) fn opened(class: Class, when: Moment) -> Self {
        let service = "TEST".to_owned();
        Self(Vec::new()).by(Actor::Resident, when, Fact::Opened { class, service })
    }

    pub(super) fn by(mut self, actor: Actor, at: Moment, fact: Fact) -> Self {
        let seq = self.0.len() as u32 + 1;
        self.0.push(Entry {
            seq,
            at,
            actor,
            fact,
        });
        self
    }

    pub(super) fn worker(self, when: &str, fact: Fact) -> Self {
        self.by(Actor::Worker(worker()), at(when), fact)
    }

    pub(super) fn resident(self, when: &str, fact: Fact) -> Self {
        self.by(Actor::Resident, at(when), fact)
    }

    pub(super) fn accepted(self, when: &str) -> Self {
        self.worker(when, Fact::Accepted { worker: worker() })
    }

    pub(super) fn contacted(self, when: &str) -> Self {
        self.worker(when, Fact::Contacted { how: "call".into() })
    }

    pub(super) fn decided(self, when: &str, outcome: Outcome) -> Self {
        self.worker(when, Fact::Decided { outcome })
    }

    pub(super) fn paused(self, when: &str, reason: &str, until: &str) -> Self {
        let (reason, until) = (reason.to_owned(), at(until));
        self.worker(when, Fact::Paused { reason, until })
    }

    pub(super) fn fired(self, when: Moment, clock: ClockName, rung: &str, cycle: u32) -> Self {
        let rung = rung.to_owned();
        self.by(Actor::System, when, Fact::Fired { clock, rung, cycle })
    }
}

/// One working day to the first contact, ten to the outcome.
pub(super) fn limits() -> Limits {
    Limits {
        first_contact: Some(Span::working_days(1)),
        outcome: Some(Span::working_days(10)),
    }
}

/// The shipped ladder and calendar.
pub(super) fn shipped() -> (Calendar, Policy) {
    (Calendar::builtin(), Policy::builtin())
}

/// Facts that may come in any order, with who does them.
pub(super) fn acts() -> impl Strategy<Value = (Actor, Fact)> {
    let authority = || Actor::Worker(worker());
    let fact = prop_oneof![
        Just(Fact::Said),
        Just(Fact::Answered),
        Just(Fact::Noted),
        Just(Fact::Attempted),
        Just(Fact::Seen { worker: worker() }),
        Just(Fact::Accepted { worker: worker() }),
        Just(Fact::Declined { worker: worker() }),
        Just(Fact::Contacted { how: "call".into() }),
        Just(Fact::Visiting),
        Just(Fact::Assigned {
            unit: "u".into(),
            worker: None,
            level: 0
        }),
        Just(Fact::Transferred {
            unit: "v".into(),
            worker: Some(worker())
        }),
        Just(Fact::Recategorised {
            service: "OTHER".into()
        }),
        Just(Fact::Resumed {
            limit_reached: false
        }),
        Just(Fact::Delivered),
        Just(Fact::Confirmed),
        Just(Fact::Disputed),
        Just(Fact::Withdrawn),
        Just(Fact::Closed { why: "done".into() }),
        Just(Fact::Closed {
            why: "unanswered".into()
        }),
        Just(Fact::Reopened { level: 1 }),
        Just(Fact::Rated {
            solved: false,
            stars: None
        }),
        Just(Fact::Policy { version: 2 }),
        Just(Fact::Other("later".into())),
        Just(Fact::Opened {
            class: Class::Normal,
            service: "AGAIN".into()
        }),
        (0_usize..4).prop_map(|i| Fact::Raised {
            class: Class::ALL[i]
        }),
        (0_usize..9).prop_map(|i| Fact::Decided {
            outcome: Outcome::ALL[i]
        }),
        (0_usize..3, 1_u32..600).prop_map(|(c, minutes)| Fact::Extended {
            clock: ClockName::ALL[c],
            span: Span::minutes(minutes),
        }),
        (0_usize..5, -600_i64..9000).prop_map(|(r, minutes)| Fact::Paused {
            reason: ["resident", "appointment", "check", "outside", "whim"][r].to_owned(),
            until: at("2026-02-10 09:00") + chrono::TimeDelta::minutes(minutes),
        }),
    ];
    let actor = prop_oneof![
        5 => Just(authority()),
        2 => Just(Actor::Resident),
        1 => Just(Actor::System),
        1 => Just(Actor::Bot),
        1 => Just(Actor::Admin(worker())),
    ];
    (actor, fact)
}

/// Random logs from 2026-02-09 on, gaps from none to days, and a clock that
/// sometimes steps back.
pub(super) fn logs() -> impl Strategy<Value = Log> {
    let step = prop_oneof![3 => 0_i64..60, 3 => 0_i64..2000, 1 => -60_i64..0];
    let steps = proptest::collection::vec((step, acts()), 0..14);
    (0_usize..4, steps).prop_map(|(class, steps)| {
        let mut when = at("2026-02-09 08:00");
        let mut log = Log::opened(Class::ALL[class], when);
        for (minutes, (actor, fact)) in steps {
            when += chrono::TimeDelta::minutes(minutes);
            log = log.by(actor, when, fact);
        }
        log
    })
}
