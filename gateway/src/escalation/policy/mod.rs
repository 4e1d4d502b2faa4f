//! The ladder as data: which clocks a class of requests has, and what happens
//! at which moment when nobody stops them.
//!
//! A policy is read from one TOML document, checked as a whole, and pinned to a
//! request by its version. How rungs become moments is `plan`; how actions act
//! is the engine's.

mod document;
pub mod edit;
mod when;
mod written;

pub use crate::requests::event::{Class, ClockName};
pub use when::When;

use crate::calendar::Span;
use crate::finding::Finding;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The shipped ladder; it is also its own documentation.
pub const DEFAULT: &str = include_str!("../policy.default.toml");

/// The actions a ladder may name. `resume` and `close` are reserved for the
/// automatic steps of the house.
pub const ACTIONS: [&str; 5] = [
    "remind",
    "reassign",
    "tell_supervisor",
    "tell_resident",
    "raise",
];

/// A checked ladder of all classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub version: u32,
    classes: BTreeMap<Class, ClassPolicy>,
    pub pauses: Vec<PauseReason>,
    pub house: House,
}

/// The ladder of one class.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassPolicy {
    pub notices: Notices,
    pub clocks: Vec<ClockRule>,
}

/// When the rungs of a class may fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notices {
    /// At their moment, at night too.
    Anytime,
    /// At their moment or when the calendar next opens.
    Working,
}

/// A clock of a class.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockRule {
    /// Accept, Contact or Resolve.
    pub clock: ClockName,
    pub limit: Limit,
    /// The limit when the service states none; without it there is no clock.
    pub otherwise: Option<Span>,
    pub from: Start,
    /// The rungs wait until somebody accepted and count from then if that is
    /// later: until then the accept ladder speaks. The due moment stays.
    pub after_accept: bool,
    /// In order of time.
    pub rungs: Vec<Rung>,
}

/// How long a clock may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The service's limit for the first contact.
    FirstContact,
    /// The service's limit for the outcome.
    Outcome,
    Fixed(Span),
}

/// Where a clock starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// When the request was opened (or reopened).
    Opened,
    /// When somebody accepted: statutory limits run from acceptance.
    Accepted,
}

/// A step of the ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// Unique in the whole policy; what has fired is remembered by it.
    pub key: String,
    pub at: When,
    pub actions: Arc<[Action]>,
}

/// Something to do, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// A name of [`ACTIONS`], or `resume` / `close` for the house.
    pub name: String,
    pub to: Target,
}

/// Whom an action is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Lead,
    Deputy,
    Street,
    DutyDesk,
    DutyChief,
    StreetLeader,
    DistrictLeader,
    BureauLeader,
    /// The desk with the copy, if there is one.
    Copy,
    /// Only of `tell_resident` and of the house.
    Resident,
}

impl Target {
    pub const ALL: [Self; 10] = [
        Self::Lead,
        Self::Deputy,
        Self::Street,
        Self::DutyDesk,
        Self::DutyChief,
        Self::StreetLeader,
        Self::DistrictLeader,
        Self::BureauLeader,
        Self::Copy,
        Self::Resident,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Deputy => "deputy",
            Self::Street => "street",
            Self::DutyDesk => "duty_desk",
            Self::DutyChief => "duty_chief",
            Self::StreetLeader => "street_leader",
            Self::DistrictLeader => "district_leader",
            Self::BureauLeader => "bureau_leader",
            Self::Copy => "copy",
            Self::Resident => "resident",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.code() == code)
    }
}

/// A reason for which clocks may stand still. Shown to the resident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PauseReason {
    pub code: String,
    pub zh: String,
    pub en: String,
    /// No pause of this reason lasts longer.
    pub max: Span,
    pub stops: Vec<ClockName>,
    /// Classes that may use it; never crisis.
    pub classes: Vec<Class>,
}

/// Automatic steps. None of them ever touches a crisis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    /// Silence after this many call tries since the decision …
    pub close_tries: u32,
    /// … closes the request this long after the last of them.
    pub close_after: Span,
    /// How long a closed request may be reopened.
    pub reopen_within: Span,
    /// How long a hand-over may wait to be taken before the street gets it,
    /// and the same where waiting is dangerous.
    pub transfer_within: Span,
    pub transfer_urgent: Span,
}

impl Policy {
    /// The shipped ladder.
    pub fn builtin() -> Self {
        Self::parse(DEFAULT).expect("the shipped policy is checked by a test")
    }

    /// Reads a policy document that uses the actions in [`ACTIONS`]. Every
    /// contradiction is a finding, and nothing is applied while one is left.
    pub fn parse(text: &str) -> Result<Self, Vec<Finding>> {
        document::parse(text, &ACTIONS)
    }

    /// As [`Policy::parse`], with the names of the actions that exist.
    pub fn parse_with(text: &str, actions: &[&str]) -> Result<Self, Vec<Finding>> {
        document::parse(text, actions)
    }

    /// The ladder of a class.
    pub fn class(&self, class: Class) -> &ClassPolicy {
        self.classes
            .get(&class)
            .expect("a policy without all classes is refused")
    }

    /// The pause reason of a code.
    pub fn pause(&self, code: &str) -> Option<&PauseReason> {
        self.pauses.iter().find(|p| p.code == code)
    }

    /// The reasons that stop a clock of this class.
    pub fn pauses_of(&self, class: Class) -> impl Iterator<Item = &PauseReason> {
        self.pauses
            .iter()
            .filter(move |p| p.classes.contains(&class))
    }

    /// Whether a pause of this reason stops a clock in this class. A reason
    /// the policy does not know stops nothing.
    pub fn pause_stops(&self, code: &str, clock: ClockName, class: Class) -> bool {
        self.pause(code)
            .is_some_and(|p| p.stops.contains(&clock) && p.classes.contains(&class))
    }

    /// The rung of a key.
    pub fn rung(&self, key: &str) -> Option<(Class, ClockName, &Rung)> {
        self.classes.iter().find_map(|(class, policy)| {
            policy.clocks.iter().find_map(|rule| {
                let rung = rule.rungs.iter().find(|r| r.key == key)?;
                Some((*class, rule.clock, rung))
            })
        })
    }
}

#[cfg(test)]
mod tests;
