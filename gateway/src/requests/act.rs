//! What a worker can do to a request, from the messenger or the console.
//!
//! The names are the ones on the buttons. An act is turned into facts and
//! messages by `act`; whether it is allowed is decided there, on the server,
//! from who the worker is and what state the request is in.

use serde::{Deserialize, Serialize};

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
        /// Unit code.
        unit: String,
        /// Why.
        note: String,
    },
    /// Put under another service; history and clocks stay.
    Recategorise {
        /// Service code.
        service: String,
    },
    /// Done, with what came of it.
    Finish {
        /// Outcome code.
        outcome: String,
        /// What was done, shown to the resident unless restricted.
        note: String,
    },
}

impl Act {
    /// Its stable name, as stored in the audit log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline { .. } => "decline",
            Self::Attempt => "attempt",
            Self::Contact { .. } => "contact",
            Self::Visit => "visit",
            Self::Ask { .. } => "ask",
            Self::Release => "release",
            Self::Note { .. } => "note",
            Self::Pause { .. } => "pause",
            Self::Resume => "resume",
            Self::Transfer { .. } => "transfer",
            Self::Recategorise { .. } => "recategorise",
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
    /// The database is away.
    #[error("the database is away")]
    Away,
}
