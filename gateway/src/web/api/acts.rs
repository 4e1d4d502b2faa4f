//! Acts, as the interface takes them.

use super::shapes::ActDone;
use crate::requests::act::Act;
use serde::Deserialize;
use utoipa::ToSchema;

/// How a conversation took place.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Way {
    Phone,
    Visit,
    Chat,
}

/// An act on a request, as the buttons of the console.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "act", deny_unknown_fields)]
pub(super) enum ActOrder {
    /// Take it.
    Accept {},
    /// Give it back.
    Decline {
        #[schema(min_length = 1, max_length = 2000)]
        note: String,
    },
    /// A try that reached nobody.
    Attempt {},
    /// A conversation took place.
    Contact {
        how: Way,
        #[serde(default)]
        #[schema(max_length = 2000, required = false)]
        note: String,
    },
    /// Going there.
    Visit {},
    /// Write to the resident.
    Ask {
        #[schema(min_length = 1, max_length = 2000)]
        text: String,
    },
    /// Give the conversation back to the bot.
    Release {},
    /// A note that nobody sends.
    Note {
        #[schema(min_length = 1, max_length = 2000)]
        text: String,
    },
    /// Stop its clocks, for a reason of `pauses`.
    Pause { reason: String },
    /// Let its clocks run.
    Resume {},
    /// Hand it to a desk of `desks`.
    Transfer {
        unit: String,
        #[schema(min_length = 1, max_length = 2000)]
        note: String,
    },
    /// Put it under another service.
    Recategorise { service: String },
    /// End it with an outcome of `outcomes`.
    Finish {
        outcome: String,
        #[serde(default)]
        #[schema(max_length = 2000, required = false)]
        note: String,
        /// What shows it: a receipt, a picture by its number. For the file only.
        #[serde(default)]
        #[schema(max_length = 2000, required = false)]
        evidence: String,
    },
}

impl ActOrder {
    /// The act. `None` where a text that it needs is empty.
    pub(super) fn act(&self) -> Option<Act> {
        let needed = |text: &String| {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        Some(match self {
            Self::Accept {} => Act::Accept,
            Self::Decline { note } => Act::Decline {
                note: needed(note)?,
            },
            Self::Attempt {} => Act::Attempt,
            Self::Contact { how, note } => Act::Contact {
                how: match how {
                    Way::Phone => "phone",
                    Way::Visit => "visit",
                    Way::Chat => "chat",
                }
                .to_owned(),
                note: note.trim().to_owned(),
            },
            Self::Visit {} => Act::Visit,
            Self::Ask { text } => Act::Ask {
                text: needed(text)?,
            },
            Self::Release {} => Act::Release,
            Self::Note { text } => Act::Note {
                text: needed(text)?,
            },
            Self::Pause { reason } => Act::Pause {
                reason: needed(reason)?,
            },
            Self::Resume {} => Act::Resume,
            Self::Transfer { unit, note } => Act::Transfer {
                unit: needed(unit)?,
                note: needed(note)?,
                worker: None,
            },
            Self::Recategorise { service } => Act::Recategorise {
                service: needed(service)?,
            },
            Self::Finish {
                outcome,
                note,
                evidence,
            } => Act::Finish {
                outcome: needed(outcome)?,
                note: note.trim().to_owned(),
                evidence: evidence.trim().to_owned(),
            },
        })
    }
}

/// The answer to an act that was done.
pub(super) fn done(reference: &str, act: &Act, version: Option<u32>) -> ActDone {
    ActDone {
        reference: reference.to_owned(),
        act: act.name().to_owned(),
        version,
    }
}
