//! What a worker has to look into with the person, and what may come of it.
//!
//! A stored form: variants and fields may be added, none may change its
//! meaning. What an answer changes is `desk::tasks`'.

use serde::{Deserialize, Serialize};

/// One of two facts that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The row.
    pub id: String,
    /// The value in clear: this is stored sealed.
    pub value: String,
}

/// Something to look into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Two facts contradict each other: which is right?
    Which {
        /// Code of the kind of fact.
        kind: String,
        old: Side,
        new: Side,
    },
    /// Somebody asked for another: does that person agree?
    SubjectAgrees { relation: String },
}

impl Task {
    /// The stored kind.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Which { .. } => "which",
            Self::SubjectAgrees { .. } => "subject_agrees",
        }
    }

    /// Codes of what may come of it.
    pub const fn answers(&self) -> &'static [&'static str] {
        match self {
            Self::Which { .. } => &["old", "new", "both"],
            Self::SubjectAgrees { .. } => &["agrees", "guardian", "refuses"],
        }
    }
}
