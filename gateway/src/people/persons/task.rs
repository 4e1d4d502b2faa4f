//! What a worker has to look into with the person, and what may come of it.
//!
//! A stored form: variants and fields may be added, none may change its
//! meaning. What an answer changes is `desk::tasks`'.

use crate::conversation::accord::Consent;
use crate::requests::case::Story;
use menus::question::Answer;
use serde::{Deserialize, Serialize};

/// In a larger household people are asked one after the other.
const HOUSEHOLD: i64 = 12;

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
    /// Every other grown-up of the household is asked before anything is looked
    /// up: one task for each of the others (`which`, from 2), where it was told how
    /// many `people` live there, else one after the other.
    AdultsAgree {
        people: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        which: Option<i64>,
    },
    /// Income and property may not be looked up yet.
    MeansOpen,
    /// A promise stands instead of papers.
    SpotCheck,
    /// Somebody under fourteen: who looks after them agrees.
    Guardian { told: Option<String> },
    /// An agreement was taken back.
    Withdrawn { consent: Consent },
    /// Something that is known is wrong, says the person.
    Correct {
        /// Code of the kind of fact.
        kind: String,
        old: String,
        new: String,
    },
}

/// What a fresh request gives to look into. `means`: what its household has is
/// looked up.
pub fn tasks(story: &Story, means: bool) -> Vec<Task> {
    let accord = &story.accord;
    let agreed = |consent| accord.agreed.get(&consent) == Some(&true);
    let mut tasks = Vec::new();
    if means && agreed(Consent::Means) {
        let people = match story.answers.get("household_size") {
            Some(Answer::Number(people)) => Some(*people),
            _ => None,
        };
        match people {
            Some(n) if n <= HOUSEHOLD => {
                let each = |which| Task::AdultsAgree {
                    people,
                    which: Some(which),
                };
                tasks.extend((2..=n).map(each));
            }
            _ => tasks.push(Task::AdultsAgree {
                people,
                which: None,
            }),
        }
    } else if means {
        tasks.push(Task::MeansOpen);
    }
    if agreed(Consent::Commitment) {
        tasks.push(Task::SpotCheck);
    }
    // A parent who asks for their child is the guardian.
    if accord.minor && story.for_other.as_deref() != Some("child") {
        let told = accord.guardian.clone();
        tasks.push(Task::Guardian { told });
    }
    if let Some(wrong) = &accord.correction {
        let kind = wrong.what.clone();
        let (old, new) = (wrong.old.clone(), wrong.new.clone());
        tasks.push(Task::Correct { kind, old, new });
    }
    tasks
}

impl Task {
    /// The stored kind.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Which { .. } => "which",
            Self::SubjectAgrees { .. } => "subject_agrees",
            Self::AdultsAgree { .. } => "adults_agree",
            Self::MeansOpen => "means_open",
            Self::SpotCheck => "spot_check",
            Self::Guardian { .. } => "guardian",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Correct { .. } => "correct",
        }
    }

    /// Codes of what may come of it.
    pub const fn answers(&self) -> &'static [&'static str] {
        match self {
            Self::Which { .. } => &["old", "new", "both"],
            Self::SubjectAgrees { .. } => &["agrees", "guardian", "refuses"],
            Self::AdultsAgree { which: Some(_), .. } => &["yes", "no", "child"],
            Self::AdultsAgree { which: None, .. } => &["one", "agrees", "refuses"],
            Self::MeansOpen | Self::Guardian { .. } => &["agrees", "refuses"],
            Self::SpotCheck => &["right", "wrong"],
            Self::Withdrawn { .. } => &["seen"],
            Self::Correct { .. } => &["changed", "kept"],
        }
    }
}
