//! A request while it is being put together: the person's words, verbatim, and
//! what was asked and found.
//!
//! Plain data; part of the stored snapshot.

use crate::ids::{DraftId, UnitId};
use bots::Attachment;
use menus::question::Answer;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A request being put together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub id: DraftId,
    /// The service's code once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The person's own words, verbatim, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Facts named in the words, by question key, as written.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Answer>,
    /// Answers that were filled in and not yet confirmed by the person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
    /// Questions asked, in order, for going back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trail: Vec<String>,
    /// The question waiting for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Replies to it that could not be read.
    #[serde(default)]
    pub asked: u8,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Who the help is for, when it is not the writer: a relation key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_other: Option<String>,
    /// The unit of the place where help is needed, when exactly one fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<(UnitId, String)>,
    /// The unit of the household's registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hukou: Option<(UnitId, String)>,
    /// A map pin: degrees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<(f64, f64)>,
    /// The words that spoke for the service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// Best guesses of the classifier, for the worker.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guesses: Vec<String>,
    /// The words sounded urgent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// Further needs of the same message, opened together with this one: the
    /// draft's id and the service of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<(DraftId, String)>,
}

impl Draft {
    /// An empty draft.
    pub fn new(id: DraftId) -> Self {
        Self {
            id,
            service: None,
            words: Vec::new(),
            facts: BTreeMap::new(),
            answers: BTreeMap::new(),
            given: Vec::new(),
            skipped: Vec::new(),
            trail: Vec::new(),
            question: None,
            asked: 0,
            attachments: Vec::new(),
            for_other: None,
            unit: None,
            hukou: None,
            pin: None,
            evidence: Vec::new(),
            guesses: Vec::new(),
            urgent: false,
            others: Vec::new(),
        }
    }

    /// Whether losing it would lose nothing.
    pub fn is_blank(&self) -> bool {
        self.service.is_none() && self.words.is_empty() && self.attachments.is_empty()
    }

    /// Keeps words verbatim. Past forty entries the newest are joined to the
    /// last one, so that a flood stays one bounded list.
    pub(crate) fn say(&mut self, text: &str) {
        const ENTRIES: usize = 40;
        const BYTES: usize = 16_000;
        if self.words.len() < ENTRIES {
            self.words.push(text.to_owned());
        } else if let Some(last) = self.words.last_mut()
            && last.len() + text.len() < BYTES
        {
            last.push('\n');
            last.push_str(text);
        }
    }

    /// Takes over what another draft collected.
    pub(crate) fn absorb(&mut self, other: Self) {
        for words in &other.words {
            self.say(words);
        }
        for (key, fact) in other.facts {
            self.facts.entry(key).or_insert(fact);
        }
        self.attachments.extend(other.attachments);
        self.evidence.extend(other.evidence);
        self.pin = self.pin.or(other.pin);
        self.unit = self.unit.take().or(other.unit);
        self.for_other = self.for_other.take().or(other.for_other);
        self.urgent |= other.urgent;
    }
}
