//! Lines of the audit log: who did or read what, and when.
//!
//! Every reading of a person's data, unmasking, copy, sign-in, change of roles
//! and publication writes one, in the transaction that does it. A line holds
//! ids and codes, nothing personal. Its place in the chain is given by the
//! store; what the ladder should have done is `escalation::audit`'s.

use crate::clock::{Moment, micros};
use crate::ids::OutboxId;
use crate::store::rows::AuditRow;

/// The actor where nobody signed in: a command of those who run the gateway.
pub const OPERATOR: &str = "operator";
/// The actor of what goes on by itself.
pub const SYSTEM: &str = "system";

/// A line. `act` is "area.verb", `subject` "kind:id".
pub fn line(now: Moment, actor: &str, act: &str, subject: &str) -> AuditRow {
    AuditRow {
        id: OutboxId::new(now).0,
        at: micros(now),
        actor: actor.into(),
        act: act.into(),
        subject: subject.into(),
        detail: "{}".into(),
    }
}

/// A line with further facts, none of them personal.
pub fn detailed(
    now: Moment,
    actor: &str,
    act: &str,
    subject: &str,
    detail: &serde_json::Value,
) -> AuditRow {
    AuditRow {
        detail: detail.to_string(),
        ..line(now, actor, act, subject)
    }
}
