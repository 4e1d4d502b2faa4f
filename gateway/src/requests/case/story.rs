//! What a request is about, as it is kept, sealed, with the request.
//!
//! A stored form: fields may be added with a default, none may change its meaning.

use crate::conversation::Known;
use crate::conversation::accord::Accord;
use crate::ids::UnitId;
use bots::Attachment;
use menus::question::Answer;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the request is about; personal, stored sealed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Story {
    /// The resident's own words, verbatim.
    pub words: Vec<String>,
    /// Answers by question key.
    pub answers: BTreeMap<String, Answer>,
    /// Files by reference.
    pub attachments: Vec<Attachment>,
    /// Words that spoke for the service.
    pub evidence: Vec<String>,
    /// Other services it could be.
    pub guesses: Vec<String>,
    /// Words that named a danger.
    pub crisis_words: Vec<String>,
    /// Where help is needed.
    pub unit: Option<UnitId>,
    /// Where the household is registered.
    pub hukou: Option<UnitId>,
    /// What was known of the person from before.
    pub known: Known,
    /// Degrees.
    pub pin: Option<(f64, f64)>,
    /// Who the help is for.
    pub for_other: Option<String>,
    /// What was agreed to, and for whom they spoke.
    pub accord: Accord,
    /// Tag of the resident's language.
    pub lang: String,
    /// Opened because danger was possible, not certain.
    pub silent: bool,
    /// Whether a call is welcome; `None` if nobody asked.
    pub call_allowed: Option<bool>,
    /// The draft it was opened from.
    pub draft: String,
    /// Why it lies at this desk: a sentence per language.
    pub reason: (String, String),
    /// Name of the sender as their app gives it; nothing verified.
    pub sender: Option<String>,
    /// First draft of the same message.
    pub related: Option<String>,
    /// Household of the person, as the register had it: its members among the
    /// workers are kept out.
    pub household: Option<String>,
    /// The worker a complaint is about.
    pub complained_of: Option<String>,
}
