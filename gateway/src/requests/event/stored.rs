//! The stored form of a fact: a stable kind name and a flat JSON detail.
//!
//! Kinds and fields are never renamed; a kind of a newer version survives
//! reading without effect. What facts mean is not known here.

use super::{Class, ClockName, Fact, Outcome, Tie};
use crate::calendar::Span;
use crate::clock::{micros, moment};
use crate::ids::{RequestId, UnitId, WorkerId};
use serde_json::{Value, json};

/// A stored fact of a known kind whose detail is damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored fact {kind:?} lacks a usable {field:?}")]
pub struct Malformed {
    pub kind: String,
    pub field: &'static str,
}

impl Fact {
    /// The stable stored name.
    pub fn kind(&self) -> &str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Assigned { .. } => "assigned",
            Self::Seen { .. } => "seen",
            Self::Accepted { .. } => "accepted",
            Self::Declined { .. } => "declined",
            Self::Attempted => "attempted",
            Self::Contacted { .. } => "contacted",
            Self::Visiting => "visiting",
            Self::Paused { .. } => "paused",
            Self::Resumed { .. } => "resumed",
            Self::Extended { .. } => "extended",
            Self::ExtensionAsked { .. } => "extension_asked",
            Self::ExtensionRefused => "extension_refused",
            Self::Tied { .. } => "tied",
            Self::Decided { .. } => "decided",
            Self::Delivered => "delivered",
            Self::Confirmed => "confirmed",
            Self::Disputed => "disputed",
            Self::Closed { .. } => "closed",
            Self::Reopened { .. } => "reopened",
            Self::Withdrawn => "withdrawn",
            Self::Raised { .. } => "raised",
            Self::Transferred { .. } => "transferred",
            Self::Recategorised { .. } => "recategorised",
            Self::Fired { .. } => "fired",
            Self::Said => "said",
            Self::Answered => "answered",
            Self::Noted => "noted",
            Self::Rated { .. } => "rated",
            Self::Policy { .. } => "policy",
            Self::Other(kind) => kind,
        }
    }

    /// The stored detail: a flat object.
    pub fn to_detail(&self) -> Value {
        match self {
            Self::Opened { class, service } => json!({"class": class.code(), "service": service}),
            Self::Assigned {
                unit,
                worker,
                level,
            } => {
                json!({"unit": unit.as_str(), "worker": text(worker.as_ref()), "level": level})
            }
            Self::Seen { worker } | Self::Accepted { worker } | Self::Declined { worker } => {
                json!({"worker": worker.as_str()})
            }
            Self::Contacted { how } => json!({"how": how}),
            Self::Paused { reason, until } => json!({"reason": reason, "until": micros(*until)}),
            Self::Resumed { limit_reached } => json!({"limit_reached": limit_reached}),
            Self::Extended { clock, span } | Self::ExtensionAsked { clock, span } => {
                json!({"clock": clock.code(), "span": span.to_string()})
            }
            Self::Tied { how, to } => json!({"how": how.code(), "to": to.as_str()}),
            Self::Decided { outcome } => json!({"outcome": outcome.code()}),
            Self::Closed { why } => json!({"why": why}),
            Self::Reopened { level } => json!({"level": level}),
            Self::Raised { class } => json!({"class": class.code()}),
            Self::Transferred { unit, worker } => {
                json!({"unit": unit.as_str(), "worker": text(worker.as_ref())})
            }
            Self::Recategorised { service } => json!({"service": service}),
            Self::Fired { clock, rung, cycle } => {
                json!({"clock": clock.code(), "rung": rung, "cycle": cycle})
            }
            Self::Rated { solved, stars } => json!({"solved": solved, "stars": stars}),
            Self::Policy { version } => json!({"version": version}),
            Self::Attempted
            | Self::ExtensionRefused
            | Self::Visiting
            | Self::Delivered
            | Self::Confirmed
            | Self::Disputed
            | Self::Withdrawn
            | Self::Said
            | Self::Answered
            | Self::Noted
            | Self::Other(_) => json!({}),
        }
    }

    /// Back from the stored form. Unknown kinds survive as [`Fact::Other`].
    pub fn from_detail(kind: &str, detail: &Value) -> Result<Self, Malformed> {
        let d = Detail { kind, detail };
        Ok(match kind {
            "opened" => Self::Opened {
                class: d.class()?,
                service: d.string("service")?,
            },
            "assigned" => Self::Assigned {
                unit: UnitId(d.string("unit")?),
                worker: d.maybe_worker(),
                level: d.number("level")?,
            },
            "seen" => Self::Seen {
                worker: d.worker()?,
            },
            "accepted" => Self::Accepted {
                worker: d.worker()?,
            },
            "declined" => Self::Declined {
                worker: d.worker()?,
            },
            "attempted" => Self::Attempted,
            "contacted" => Self::Contacted {
                how: d.string("how")?,
            },
            "visiting" => Self::Visiting,
            "paused" => Self::Paused {
                reason: d.string("reason")?,
                until: moment(d.number("until")?),
            },
            "resumed" => Self::Resumed {
                limit_reached: d.boolean("limit_reached")?,
            },
            "extended" => Self::Extended {
                clock: d.clock()?,
                span: d.span()?,
            },
            "extension_asked" => Self::ExtensionAsked {
                clock: d.clock()?,
                span: d.span()?,
            },
            "extension_refused" => Self::ExtensionRefused,
            "tied" => Self::Tied {
                how: Tie::from_code(&d.string("how")?).ok_or_else(|| d.bad("how"))?,
                to: RequestId(d.string("to")?),
            },
            "decided" => Self::Decided {
                outcome: Outcome::from_code(&d.string("outcome")?)
                    .ok_or_else(|| d.bad("outcome"))?,
            },
            "delivered" => Self::Delivered,
            "confirmed" => Self::Confirmed,
            "disputed" => Self::Disputed,
            "closed" => Self::Closed {
                why: d.string("why")?,
            },
            "reopened" => Self::Reopened {
                level: d.number("level")?,
            },
            "withdrawn" => Self::Withdrawn,
            "raised" => Self::Raised { class: d.class()? },
            "transferred" => Self::Transferred {
                unit: UnitId(d.string("unit")?),
                worker: d.maybe_worker(),
            },
            "recategorised" => Self::Recategorised {
                service: d.string("service")?,
            },
            "fired" => Self::Fired {
                clock: d.clock()?,
                rung: d.string("rung")?,
                cycle: d.number("cycle")?,
            },
            "said" => Self::Said,
            "answered" => Self::Answered,
            "noted" => Self::Noted,
            "rated" => Self::Rated {
                solved: d.boolean("solved")?,
                stars: d.number("stars").ok(),
            },
            "policy" => Self::Policy {
                version: d.number("version")?,
            },
            other => Self::Other(other.to_owned()),
        })
    }
}

fn text(worker: Option<&WorkerId>) -> Option<&str> {
    worker.map(WorkerId::as_str)
}

struct Detail<'a> {
    kind: &'a str,
    detail: &'a Value,
}

impl Detail<'_> {
    fn bad(&self, field: &'static str) -> Malformed {
        Malformed {
            kind: self.kind.to_owned(),
            field,
        }
    }

    fn string(&self, field: &'static str) -> Result<String, Malformed> {
        let text = self.detail.get(field).and_then(Value::as_str);
        text.map(str::to_owned).ok_or_else(|| self.bad(field))
    }

    fn number<N: TryFrom<i64>>(&self, field: &'static str) -> Result<N, Malformed> {
        let number = self.detail.get(field).and_then(Value::as_i64);
        number
            .and_then(|n| N::try_from(n).ok())
            .ok_or_else(|| self.bad(field))
    }

    fn boolean(&self, field: &'static str) -> Result<bool, Malformed> {
        self.detail
            .get(field)
            .and_then(Value::as_bool)
            .ok_or_else(|| self.bad(field))
    }

    fn worker(&self) -> Result<WorkerId, Malformed> {
        Ok(WorkerId(self.string("worker")?))
    }

    fn maybe_worker(&self) -> Option<WorkerId> {
        self.worker().ok()
    }

    fn span(&self) -> Result<Span, Malformed> {
        Span::parse(&self.string("span")?).ok_or_else(|| self.bad("span"))
    }

    fn class(&self) -> Result<Class, Malformed> {
        Class::from_code(&self.string("class")?).ok_or_else(|| self.bad("class"))
    }

    fn clock(&self) -> Result<ClockName, Malformed> {
        ClockName::from_code(&self.string("clock")?).ok_or_else(|| self.bad("clock"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn one_of_each() -> Vec<Fact> {
        let worker = WorkerId::from("w1");
        let unit = UnitId::from("u1");
        vec![
            Fact::Opened {
                class: Class::Hunger,
                service: "CRI-HUNGER".into(),
            },
            Fact::Assigned {
                unit: unit.clone(),
                worker: Some(worker.clone()),
                level: 1,
            },
            Fact::Assigned {
                unit: unit.clone(),
                worker: None,
                level: 0,
            },
            Fact::Seen {
                worker: worker.clone(),
            },
            Fact::Accepted {
                worker: worker.clone(),
            },
            Fact::Declined {
                worker: worker.clone(),
            },
            Fact::Attempted,
            Fact::Contacted { how: "call".into() },
            Fact::Visiting,
            Fact::Paused {
                reason: "resident".into(),
                until: moment(1_770_000_000_123_456),
            },
            Fact::Resumed {
                limit_reached: true,
            },
            Fact::Extended {
                clock: ClockName::Resolve,
                span: Span::working_days(5),
            },
            Fact::ExtensionAsked {
                clock: ClockName::Contact,
                span: Span::working_days(3),
            },
            Fact::ExtensionRefused,
            Fact::Tied {
                how: Tie::Follows,
                to: "r2".into(),
            },
            Fact::Decided {
                outcome: Outcome::GrantedOnCommitment,
            },
            Fact::Delivered,
            Fact::Confirmed,
            Fact::Disputed,
            Fact::Closed { why: "done".into() },
            Fact::Reopened { level: 2 },
            Fact::Withdrawn,
            Fact::Raised {
                class: Class::Crisis,
            },
            Fact::Transferred {
                unit,
                worker: Some(worker),
            },
            Fact::Recategorised {
                service: "BAS-DIBAO".into(),
            },
            Fact::Fired {
                clock: ClockName::House,
                rung: "resume-7".into(),
                cycle: 3,
            },
            Fact::Said,
            Fact::Answered,
            Fact::Noted,
            Fact::Rated {
                solved: true,
                stars: Some(4),
            },
            Fact::Rated {
                solved: false,
                stars: None,
            },
            Fact::Policy { version: 9 },
        ]
    }

    #[test]
    fn every_fact_reads_back_from_its_stored_form() {
        for fact in one_of_each() {
            let back = Fact::from_detail(fact.kind(), &fact.to_detail());
            assert_eq!(back.as_ref(), Ok(&fact));
        }
    }

    #[test]
    fn a_kind_from_the_future_survives_and_a_damaged_detail_is_named() {
        let future = Fact::from_detail("teleported", &json!({"to": "moon"})).unwrap();
        assert_eq!(future, Fact::Other("teleported".into()));
        assert_eq!(future.kind(), "teleported");
        let damaged = Fact::from_detail("paused", &json!({"reason": "x", "until": "soon"}));
        assert_eq!(damaged.unwrap_err().field, "until");
        assert!(Fact::from_detail("assigned", &json!({"unit": "u", "level": 900})).is_err());
    }
}
