//! A request while it is being put together: the person's words, verbatim, and
//! what was asked and found.
//!
//! Plain data; part of the stored snapshot.

use crate::conversation::accord::Accord;
use crate::conversation::snapshot::Snapshot;
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
    /// What was agreed to, and for whom they speak.
    #[serde(default, skip_serializing_if = "Accord::is_empty")]
    pub accord: Accord,
    /// The unit of the place where help is needed, when exactly one fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<(UnitId, String)>,
    /// Nobody knows its place: the person was asked once which street it is in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lost: bool,
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
    /// What came of asking for a proof; it is asked for once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proving: Option<Proving>,
    /// Services the words ask for, while nothing was begun: several to confirm or
    /// to strike out, or the one that waits for its turn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// The first draft of the same message, when that held several needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub related: Option<DraftId>,
}

/// What came of asking who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proving {
    /// The number was proved along the way.
    Phone,
    /// The person puts it off: a worker finishes it.
    Later,
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
            accord: Accord::default(),
            unit: None,
            lost: false,
            hukou: None,
            pin: None,
            evidence: Vec::new(),
            guesses: Vec::new(),
            urgent: false,
            proving: None,
            needs: Vec::new(),
            related: None,
        }
    }

    /// Whether losing it would lose nothing.
    pub fn is_blank(&self) -> bool {
        !self.stands() && self.words.is_empty() && self.attachments.is_empty()
    }

    /// Whether it is known what it is about, so that it can be gone on with.
    pub fn stands(&self) -> bool {
        self.service.is_some() || !self.needs.is_empty()
    }

    /// The one service it is about, begun or waiting for its turn.
    pub(crate) fn subject(&self) -> Option<&str> {
        let waiting = match self.needs.as_slice() {
            [one] => Some(one.as_str()),
            _ => None,
        };
        self.service.as_deref().or(waiting)
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
        self.accord.anonymous |= other.accord.anonymous;
        if self.accord.others.is_empty() {
            self.accord.others = other.accord.others;
        }
        self.urgent |= other.urgent;
        if self.service.is_none() {
            self.ask_for(other.needs);
        }
    }

    /// Adds services to those the words ask for.
    pub(crate) fn ask_for(&mut self, needs: Vec<String>) {
        for need in needs {
            if !self.needs.contains(&need) {
                self.needs.push(need);
            }
        }
    }
}
impl Snapshot {
    /// Where help is needed as far as it is known: the draft's place, else where
    /// the person lives.
    pub fn lives(&self) -> Option<&UnitId> {
        let draft = self.draft.as_ref().and_then(|draft| draft.unit.as_ref());
        draft.or(self.known.place.as_ref()).map(|(unit, _)| unit)
    }
}
