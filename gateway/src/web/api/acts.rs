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
    /// The person was met, and is who they say.
    Vouch {
        /// Where.
        #[schema(min_length = 1, max_length = 200)]
        place: String,
    },
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
    /// Ask somebody above for more time, before it runs out.
    Extend {
        /// Working days.
        #[schema(minimum = 1, maximum = 255)]
        days: u8,
        #[schema(min_length = 1, max_length = 2000)]
        note: String,
    },
    /// Give the time that was asked for.
    Grant {},
    /// Do not give it.
    Refuse {
        #[schema(min_length = 1, max_length = 2000)]
        note: String,
    },
    /// Open a second request for another need that was told in this one.
    Split {
        service: String,
        #[schema(min_length = 1, max_length = 2000)]
        text: String,
    },
    /// About the same thing as another one, which leads from now on.
    Link {
        /// Public reference of the other.
        leader: String,
    },
    /// Not the same thing after all.
    Unlink {},
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
            rarer => return rarer.rarer(),
        })
    }

    /// What is done less often.
    fn rarer(&self) -> Option<Act> {
        Some(match self {
            Self::Vouch { place } => Act::Vouch {
                place: needed(place)?,
            },
            Self::Extend { days, note } => Act::Extend {
                days: *days,
                note: needed(note)?,
            },
            Self::Grant {} => Act::Grant,
            Self::Refuse { note } => Act::Refuse {
                note: needed(note)?,
            },
            Self::Split { service, text } => Act::Split {
                service: needed(service)?,
                text: needed(text)?,
            },
            Self::Link { leader } => Act::Link {
                leader: needed(leader)?,
            },
            Self::Unlink {} => Act::Unlink,
            _ => return None,
        })
    }
}

/// A text that must not be empty.
fn needed(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The answer to an act that was done.
pub(super) fn done(reference: &str, act: &Act, version: Option<u32>) -> ActDone {
    ActDone {
        reference: reference.to_owned(),
        act: act.name().to_owned(),
        version,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is offered in `acts` can be done here too.
    #[test]
    fn every_act_of_a_worker_is_taken_as_the_pages_send_it() {
        for act in Act::samples() {
            let mut sent = serde_json::to_value(&act).expect("plain data");
            let fields = sent.as_object_mut().expect("an object");
            fields.remove("worker");
            if let Act::Contact { .. } = act {
                fields.insert("how".into(), "phone".into());
            }
            let order: ActOrder =
                serde_json::from_value(sent.clone()).unwrap_or_else(|why| panic!("{sent}: {why}"));
            let taken = order.act().expect("no text is empty");
            assert_eq!(taken.name(), act.name());
        }
    }
}
