//! What a worker can do to a request, from the messenger or the console.
//!
//! The names are the ones on the buttons. An act is turned into facts and
//! messages by `act`; whether it is allowed is decided there, on the server,
//! from who the worker is and what state the request is in.

use super::event::Outcome;
use crate::rights::Right;
use serde::{Deserialize, Serialize};

/// The rights that are acts.
const ACTS: [Right; 18] = [
    Right::Accept,
    Right::Decline,
    Right::Attempt,
    Right::Contact,
    Right::Visiting,
    Right::Vouch,
    Right::Ask,
    Right::Release,
    Right::Note,
    Right::Pause,
    Right::Resume,
    Right::Transfer,
    Right::Recategorise,
    Right::Extend,
    Right::Grant,
    Right::Split,
    Right::Link,
    Right::Finish,
];

/// An act of a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum Act {
    /// 我来处理: a named person takes it.
    Accept,
    /// Not able to take it; it stays with the desk.
    Decline {
        /// Reason in the worker's words.
        note: String,
    },
    /// A try that did not reach the resident.
    Attempt,
    /// A real conversation took place.
    Contact {
        /// "phone", "visit" or "chat".
        how: String,
        /// Note for the file.
        note: String,
    },
    /// On the way, or a visit is planned.
    Visit,
    /// The person was met, and is who they say.
    Vouch {
        /// Where.
        place: String,
    },
    /// Write to the resident; the bot falls silent until `Release`.
    Ask {
        /// What the resident will read.
        text: String,
    },
    /// Give the conversation back to the bot.
    Release,
    /// Note for the file that nobody sends.
    Note {
        /// Text.
        text: String,
    },
    /// Stop the clocks the policy allows, for a stated reason.
    Pause {
        /// Reason code of the policy.
        reason: String,
    },
    /// Let them run again.
    Resume,
    /// Hand over to another desk.
    Transfer {
        /// Code of a unit, or of one of its desks: the unit, a slash, the role.
        unit: String,
        /// Why.
        note: String,
        /// To this person, and not to whoever leads there.
        #[serde(default)]
        worker: Option<String>,
    },
    /// Put under another service; history and clocks stay.
    Recategorise {
        /// Service code.
        service: String,
    },
    /// Ask somebody above for more time, before it runs out.
    Extend {
        /// Working days.
        days: u8,
        /// Why.
        note: String,
    },
    /// Give the time that was asked for.
    Grant,
    /// Do not give it.
    Refuse {
        /// Why not.
        note: String,
    },
    /// Open a second request for another need that was told in this one.
    Split {
        /// Service code of the second.
        service: String,
        /// What it is about.
        text: String,
    },
    /// About the same thing as another one, which leads from now on.
    Link {
        /// Public reference of the other.
        leader: String,
    },
    /// Not the same thing after all.
    Unlink,
    /// Done, with what came of it.
    Finish {
        /// Outcome code.
        outcome: String,
        /// What was done, shown to the resident unless restricted.
        note: String,
        /// What shows it: a receipt, a picture by its number. For the file only.
        #[serde(default)]
        evidence: String,
    },
}

impl Act {
    /// Whether it may give the request, or another one, to somebody.
    pub fn moves(&self) -> bool {
        matches!(
            self,
            Self::Transfer { .. }
                | Self::Recategorise { .. }
                | Self::Decline { .. }
                | Self::Split { .. }
        )
    }

    /// One of each, for tests that go through all of them.
    #[cfg(any(test, feature = "testing"))]
    pub fn samples() -> Vec<Self> {
        let text = || "字".to_owned();
        let mut all = vec![
            Self::Accept,
            Self::Decline { note: text() },
            Self::Attempt,
            Self::Contact {
                how: "phone".into(),
                note: text(),
            },
            Self::Visit,
            Self::Vouch { place: text() },
            Self::Ask { text: text() },
            Self::Release,
            Self::Note { text: text() },
            Self::Pause { reason: text() },
            Self::Resume,
            Self::Transfer {
                unit: text(),
                note: text(),
                worker: None,
            },
            Self::Recategorise { service: text() },
            Self::Extend {
                days: 3,
                note: text(),
            },
            Self::Grant,
            Self::Refuse { note: text() },
            Self::Split {
                service: text(),
                text: text(),
            },
            Self::Link { leader: text() },
            Self::Unlink,
        ];
        all.extend(Outcome::ALL.iter().map(|outcome| Self::Finish {
            outcome: outcome.code().into(),
            note: text(),
            evidence: String::new(),
        }));
        all
    }

    /// What a worker needs to do it, besides access to the request.
    pub fn right(&self) -> Right {
        match self {
            Self::Accept => Right::Accept,
            Self::Decline { .. } => Right::Decline,
            Self::Attempt => Right::Attempt,
            Self::Contact { .. } => Right::Contact,
            Self::Visit => Right::Visiting,
            Self::Vouch { .. } => Right::Vouch,
            Self::Ask { .. } => Right::Ask,
            Self::Release => Right::Release,
            Self::Note { .. } => Right::Note,
            Self::Pause { .. } => Right::Pause,
            Self::Resume => Right::Resume,
            Self::Transfer { .. } => Right::Transfer,
            Self::Recategorise { .. } => Right::Recategorise,
            Self::Extend { .. } => Right::Extend,
            Self::Grant | Self::Refuse { .. } => Right::Grant,
            Self::Split { .. } => Right::Split,
            Self::Link { .. } | Self::Unlink => Right::Link,
            Self::Finish { outcome, .. } => {
                Outcome::from_code(outcome).map_or(Right::Finish, Outcome::right)
            }
        }
    }

    /// The right of the act of this name, as it stands on a button; `None` for
    /// a name that is no act.
    pub fn right_of(name: &str) -> Option<Right> {
        let right = match name {
            "visit" => Right::Visiting,
            "refuse" => Right::Grant,
            "unlink" => Right::Link,
            name => *Right::ALL.iter().find(|right| right.code() == name)?,
        };
        ACTS.contains(&right).then_some(right)
    }

    /// Its stable name, as stored in the audit log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline { .. } => "decline",
            Self::Attempt => "attempt",
            Self::Contact { .. } => "contact",
            Self::Visit => "visit",
            Self::Vouch { .. } => "vouch",
            Self::Ask { .. } => "ask",
            Self::Release => "release",
            Self::Note { .. } => "note",
            Self::Pause { .. } => "pause",
            Self::Resume => "resume",
            Self::Transfer { .. } => "transfer",
            Self::Recategorise { .. } => "recategorise",
            Self::Extend { .. } => "extend",
            Self::Grant => "grant",
            Self::Refuse { .. } => "refuse",
            Self::Split { .. } => "split",
            Self::Link { .. } => "link",
            Self::Unlink => "unlink",
            Self::Finish { .. } => "finish",
        }
    }
}

/// Why an act was not done. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActRefused {
    /// There is no such request for this worker.
    #[error("no such request")]
    Unknown,
    /// It is theirs to see, but not to do this.
    #[error("not allowed: {0}")]
    NotYours(String),
    /// The state of the request does not allow it any more.
    #[error("not possible now: {0}")]
    NotNow(String),
    /// Somebody else did something first; the page was stale.
    #[error("changed meanwhile")]
    Stale,
    /// The act's own data are wrong.
    #[error("{0}")]
    Invalid(String),
    /// Tried too often in a short time; nothing was looked at.
    #[error("too many tries")]
    TooOften,
    /// The database is away.
    #[error("the database is away")]
    Away,
}

impl ActRefused {
    /// Whether somebody reached for what is not theirs: that goes on record.
    pub(crate) fn is_about_whose(&self) -> bool {
        matches!(self, Self::Unknown | Self::NotYours(_) | Self::TooOften)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_on_a_button_leads_to_the_right_of_its_act() {
        for act in Act::samples() {
            let right = act.right();
            let named = Act::right_of(act.name());
            if right == Right::Decide {
                assert_eq!(named, Some(Right::Finish));
            } else {
                assert_eq!(named, Some(right), "{}", act.name());
            }
        }
        for other in ["queue", "overview", "visiting", "", "drop"] {
            assert!(
                Act::right_of(other).is_none() || other == "visiting",
                "{other}"
            );
        }
    }
}
