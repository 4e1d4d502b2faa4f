//! The status of a request: one table of what may follow what. The
//! projection of a whole log through it stands beside.
//!
//! Pure. Guarding against two people at once is the store's work; whether a
//! worker may act on this request at all is decided elsewhere.
//!
//! Principles the table keeps: the bot and the machine never decide; a crisis
//! ends only with an outcome somebody who reached the person recorded; a class
//! only rises; "not solved" reopens one level up.

mod projection;

pub use projection::{Pause, Projection, project};

use super::event::{Actor, Class, Fact, Outcome};

/// The highest level a dispute can lift a request to (the district).
pub const TOP_LEVEL: u8 = 2;
/// Call tries after a decision before silence may close a request.
pub const TRIES_BEFORE_SILENCE: usize = 2;
/// The `why` of the automatic close.
pub const UNANSWERED: &str = "unanswered";

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    Submitted,
    Triaged,
    Assigned,
    Acknowledged,
    Contacted,
    Visiting,
    Decided,
    Delivered,
    Confirmed,
    Closed,
}

impl Status {
    pub const ALL: [Self; 10] = [
        Self::Submitted,
        Self::Triaged,
        Self::Assigned,
        Self::Acknowledged,
        Self::Contacted,
        Self::Visiting,
        Self::Decided,
        Self::Delivered,
        Self::Confirmed,
        Self::Closed,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Triaged => "triaged",
            Self::Assigned => "assigned",
            Self::Acknowledged => "acknowledged",
            Self::Contacted => "contacted",
            Self::Visiting => "visiting",
            Self::Decided => "decided",
            Self::Delivered => "delivered",
            Self::Confirmed => "confirmed",
            Self::Closed => "closed",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Before the decision: somebody still has to act.
    pub fn is_active(self) -> bool {
        self < Self::Decided
    }
}

/// What the table looks at besides status and fact.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub actor: &'a Actor,
    pub class: Class,
    pub paused: bool,
    /// Call tries since the decision.
    pub tries_since_decision: usize,
}

/// Why a fact may not follow. `why` is a stable code; the texts are the web's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not possible now: {why}")]
pub struct Refused {
    pub why: &'static str,
}

/// The status after `fact`, or why it may not happen in `from`.
#[allow(clippy::match_same_arms, reason = "a table is read by its rows")]
pub fn apply(from: Status, fact: &Fact, ctx: &Context<'_>) -> Result<Status, Refused> {
    use Status as S;
    let refuse = |why| Err(Refused { why });
    let active = |to| {
        if from.is_active() {
            Ok(to)
        } else {
            refuse("already_decided")
        }
    };
    let person = matches!(ctx.actor, Actor::Resident) || ctx.actor.is_authority();
    let authority = ctx.actor.is_authority();
    let crisis = ctx.class == Class::Crisis;
    match fact {
        // Facts that record without moving.
        Fact::Seen { .. }
        | Fact::Attempted
        | Fact::Said
        | Fact::Answered
        | Fact::Noted
        | Fact::Fired { .. }
        | Fact::Policy { .. }
        | Fact::Tied { .. }
        | Fact::Other(_) => Ok(from),
        Fact::Opened { .. } => refuse("already_open"),

        // Finding the right desk and person.
        Fact::Recategorised { .. } if from == S::Submitted => Ok(S::Triaged),
        Fact::Recategorised { .. } => active(from),
        Fact::Assigned { .. } | Fact::Transferred { .. } => active(S::Assigned),
        Fact::Accepted { .. } if (S::Acknowledged..S::Decided).contains(&from) => {
            refuse("already_accepted")
        }
        Fact::Accepted { .. } => active(S::Acknowledged),
        Fact::Declined { .. } if from < S::Assigned => refuse("not_assigned"),
        Fact::Declined { .. } => active(S::Assigned),
        Fact::Raised { class } if *class <= ctx.class => refuse("class_only_rises"),
        // A danger to life needs a new acceptance and a new contact.
        Fact::Raised {
            class: Class::Crisis,
        } => active(from.min(S::Assigned)),
        Fact::Raised { .. } => active(from),

        // Working on it.
        Fact::Contacted { .. } if !authority => refuse("only_authority"),
        Fact::Contacted { .. } if from < S::Contacted => Ok(S::Contacted),
        Fact::Contacted { .. } if from == S::Closed => refuse("closed"),
        Fact::Contacted { .. } => Ok(from),
        Fact::Visiting if from < S::Assigned => refuse("not_assigned"),
        Fact::Visiting => active(S::Visiting),
        Fact::ExtensionAsked { .. } | Fact::ExtensionRefused if !authority => {
            refuse("only_authority")
        }
        Fact::Paused { .. } | Fact::Extended { .. } | Fact::ExtensionAsked { .. } if crisis => {
            refuse("crisis_never_waits")
        }
        Fact::Paused { .. } if ctx.paused => refuse("already_paused"),
        Fact::Paused { .. }
        | Fact::Extended { .. }
        | Fact::ExtensionAsked { .. }
        | Fact::ExtensionRefused => active(from),
        Fact::Resumed { .. } if !ctx.paused => refuse("not_paused"),
        Fact::Resumed { .. } => active(from),

        // The decision.
        Fact::Decided { outcome } => {
            if !authority {
                refuse("only_authority")
            } else if crisis {
                active(S::Decided).and_then(|to| crisis_outcome(from, *outcome).map(|()| to))
            } else if *outcome == Outcome::CrisisClosed {
                refuse("not_a_crisis")
            } else {
                active(S::Decided)
            }
        }
        Fact::Withdrawn if !person => refuse("only_resident"),
        Fact::Withdrawn if crisis => refuse("crisis_needs_outcome"),
        Fact::Withdrawn => active(S::Closed),

        // After the decision.
        _ if from.is_active() => refuse("not_decided"),
        Fact::Rated { .. } => Ok(from),
        Fact::Delivered if !authority => refuse("only_authority"),
        Fact::Delivered if from == S::Decided => Ok(S::Delivered),
        Fact::Delivered => refuse("already_delivered"),
        Fact::Confirmed if !person => refuse("only_resident"),
        Fact::Confirmed if from < S::Confirmed => Ok(S::Confirmed),
        Fact::Confirmed => refuse("already_confirmed"),
        Fact::Closed { .. } if from == S::Closed => refuse("closed"),
        Fact::Closed { why } => close(from, why, ctx),
        Fact::Disputed if !person => refuse("only_resident"),
        Fact::Disputed | Fact::Reopened { .. } => Ok(S::Assigned),
    }
}

/// A crisis is decided by somebody who reached the person, and neither refused
/// nor withdrawn. A duplicate is decided where its twin is.
fn crisis_outcome(from: Status, outcome: Outcome) -> Result<(), Refused> {
    let reached = matches!(from, Status::Contacted | Status::Visiting);
    match outcome {
        Outcome::Duplicate => Ok(()),
        Outcome::RefusedInWriting | Outcome::Withdrawn => Err(Refused {
            why: "crisis_needs_outcome",
        }),
        _ if reached => Ok(()),
        _ => Err(Refused {
            why: "crisis_not_reached",
        }),
    }
}

/// Who may close a decided request: its people; the machine only after the
/// resident confirmed, or stayed silent after two call tries, and no crisis.
fn close(from: Status, why: &str, ctx: &Context<'_>) -> Result<Status, Refused> {
    let silent = why == UNANSWERED && ctx.tries_since_decision >= TRIES_BEFORE_SILENCE;
    let machine_may = ctx.class != Class::Crisis && (from == Status::Confirmed || silent);
    match ctx.actor {
        Actor::Resident if ctx.class == Class::Crisis => Err(Refused {
            why: "crisis_needs_outcome",
        }),
        Actor::Resident | Actor::Worker(_) | Actor::Admin(_) => Ok(Status::Closed),
        Actor::System if machine_may => Ok(Status::Closed),
        Actor::System | Actor::Bot => Err(Refused {
            why: "only_resident_or_authority",
        }),
    }
}

#[cfg(test)]
mod tests;
