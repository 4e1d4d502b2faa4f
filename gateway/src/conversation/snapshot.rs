//! What is kept of a conversation between two messages.
//!
//! Plain data and its stored form. The `format` field says which shape it has;
//! a row of another shape becomes a fresh conversation that keeps the words of
//! the draft. Nothing is decided here.

use crate::clock::{Moment, micros};
use crate::conversation::accord::{Consent, Given};
use crate::conversation::draft::Draft;
use crate::conversation::input::Key;
pub use crate::conversation::input::Offer;
use crate::conversation::output::Reply;
use crate::conversation::state::prove::Wait;
use crate::conversation::tongue::language;
use crate::ids::{DraftId, RequestId, UnitId};
use menus::Lang;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The shape written by this version.
pub const FORMAT: u32 = 1;

/// One chat's conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub format: u32,
    pub state: State,
    #[serde(with = "language")]
    pub lang: Lang,
    /// The person chose the language; their words no longer change it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lang_fixed: bool,
    /// Catalogue version this conversation runs on until it is idle again.
    pub catalogue: u32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub greeted: bool,
    #[serde(default, skip_serializing_if = "Known::is_empty")]
    pub known: Known,
    /// What the person was told and agreed to in this chat.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub consents: BTreeMap<Consent, Given>,
    /// Last message of the person, microseconds since 1970; 0 before the first.
    pub last_at: i64,
    /// A worker is talking to the person: the bot is silent. Set by who takes
    /// the conversation, ended by the worker or by the person's 「菜单」.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// The request being put together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<Draft>,
    /// Drafts put aside for another one, newest last; at most [`Snapshot::ASIDE`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aside: Vec<Draft>,
    /// Dangers told in this chat whose case is not known to be closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub danger: Vec<Danger>,
    /// What was said up to this moment is off the person's screen, microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<i64>,
    /// The channel's ids of the person's own messages since danger was told, with
    /// their moments in microseconds, newest last: to be taken back when asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traces: Vec<(i64, String)>,
    /// Drafts that became requests, newest last; a button of theirs opens nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<DraftId>,
    /// The choices offered last: a bare number or a label picks one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offered: Vec<Offer>,
}

impl Snapshot {
    /// Drafts kept aside.
    pub const ASIDE: usize = 6;
    /// Own messages remembered.
    pub const TRACES: usize = 100;
    /// Finished drafts remembered.
    pub const DONE: usize = 8;

    /// A conversation that has not begun.
    pub fn fresh(catalogue: u32, lang: Lang) -> Self {
        Self {
            format: FORMAT,
            state: State::Idle,
            lang,
            lang_fixed: false,
            catalogue,
            greeted: false,
            known: Known::default(),
            consents: BTreeMap::new(),
            last_at: 0,
            held: None,
            draft: None,
            aside: Vec::new(),
            danger: Vec::new(),
            hidden: None,
            traces: Vec::new(),
            done: Vec::new(),
            offered: Vec::new(),
        }
    }

    /// Whether nothing is under way, so that the newest catalogue may be used.
    /// Drafts put aside do not hold it back: a question or service they miss
    /// there is simply asked anew.
    pub fn may_move(&self) -> bool {
        matches!(self.state, State::Idle) && self.draft.is_none()
    }

    /// Whether free words would now be taken for a new need: not for an answer,
    /// and not while a person or a danger is being talked to.
    pub fn hears_needs(&self) -> bool {
        matches!(self.state, State::Idle | State::Menu { .. } | State::Sort)
            && self.held.is_none()
            && self.hidden.is_none()
            && self.danger.is_empty()
    }

    /// The stored form.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a snapshot is plain data with text keys")
    }

    /// Reads the stored form. A form that this version does not know gives a
    /// fresh conversation whose draft still holds the person's words.
    pub fn from_json(stored: &str, catalogue: u32) -> Self {
        if let Ok(snapshot) = serde_json::from_str::<Self>(stored)
            && snapshot.format == FORMAT
        {
            return snapshot;
        }
        Self::salvage(stored, catalogue)
    }

    fn salvage(stored: &str, catalogue: u32) -> Self {
        let value: serde_json::Value = serde_json::from_str(stored).unwrap_or_default();
        let lang = value["lang"]
            .as_str()
            .and_then(Lang::parse)
            .unwrap_or_default();
        let mut fresh = Self::fresh(catalogue, lang);
        fresh.greeted = value["greeted"].as_bool().unwrap_or(false);
        fresh.last_at = value["last_at"].as_i64().unwrap_or(0);
        let words: Vec<String> = value["draft"]["words"]
            .as_array()
            .map(|words| {
                words
                    .iter()
                    .filter_map(|word| word.as_str().map(str::to_owned))
                    .collect()
            })
            .unwrap_or_default();
        if let (Some(id), false) = (value["draft"]["id"].as_str(), words.is_empty()) {
            let mut draft = Draft::new(DraftId::from(id));
            draft.words = words;
            fresh.draft = Some(draft);
        }
        fresh
    }

    /// Notes that a draft became a request.
    pub(crate) fn finish(&mut self, draft: DraftId) {
        self.done.push(draft);
        let surplus = self.done.len().saturating_sub(Self::DONE);
        self.done.drain(..surplus);
    }

    /// Puts the open draft, if it holds anything, aside.
    pub(crate) fn put_aside(&mut self) {
        if let Some(draft) = self.draft.take() {
            self.lay_aside(draft);
        }
    }

    /// Keeps a draft, if it holds anything, for later.
    pub(crate) fn lay_aside(&mut self, draft: Draft) {
        if !draft.is_blank() {
            self.aside.push(draft);
            let surplus = self.aside.len().saturating_sub(Self::ASIDE);
            self.aside.drain(..surplus);
        }
    }

    /// Remembers the choices of a reply, so that a number or a label picks one.
    /// For replies that are sent outside a step, too.
    pub fn offer(&mut self, reply: &Reply) {
        self.offered = reply
            .keys
            .iter()
            .map(|(label, key)| Offer {
                label: label.clone(),
                key: key.clone(),
                numbered: !reply.open,
            })
            .collect();
    }

    /// Remembers a message of the person in danger by the channel's id of it.
    pub fn trace(&mut self, at: i64, message: String) {
        if self.danger.is_empty() {
            return;
        }
        self.traces.push((at, message));
        let surplus = self.traces.len().saturating_sub(Self::TRACES);
        self.traces.drain(..surplus);
    }

    /// Remembers choices that only their labels pick, beside those offered.
    pub(crate) fn offer_beside(&mut self, keys: &[(String, Key)]) {
        self.offered.extend(keys.iter().map(|(label, key)| Offer {
            label: label.clone(),
            key: key.clone(),
            numbered: false,
        }));
    }

    /// Remembers the choices of a message that came by itself. Numbers pick them,
    /// unless the person is in the middle of something whose answer may be a
    /// number: then only labels do. Says whether numbers do.
    pub fn offer_news(&mut self, keys: &[(String, Key)]) -> bool {
        let resting = matches!(
            self.state,
            State::Idle | State::Menu { .. } | State::Choose { .. }
        );
        if resting && self.draft.is_none() {
            self.offered.clear();
        }
        let numbered = self.offered.is_empty() && resting;
        self.offer_beside(keys);
        for offer in &mut self.offered {
            offer.numbered |= numbered;
        }
        numbered
    }

    pub(crate) fn touch(&mut self, now: Moment) {
        self.last_at = micros(now);
    }
}

/// Where the conversation stands. The draft itself is in [`Snapshot::draft`],
/// so that looking at the menu or at one's requests loses nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum State {
    Idle,
    Menu {
        screen: String,
    },
    /// One question was asked to tell services apart.
    Clarify {
        choices: Vec<String>,
    },
    Form,
    /// Which of several places did the person mean?
    Place {
        question: String,
        spots: Vec<(UnitId, String)>,
    },
    /// A code was sent, to prove who somebody is.
    Prove(Wait),
    /// Does the person agree?
    Consent {
        consent: Consent,
    },
    /// Which grown-up is with them?
    Guardian,
    /// For whom is it?
    Whom,
    /// What is to be done with their data?
    MyData,
    /// The right value of something that is known.
    Correct {
        what: String,
    },
    Confirm,
    /// Which part of the draft is to be changed?
    Change,
    /// Several needs in one message: service codes, to confirm or strike out.
    Several {
        needs: Vec<String>,
    },
    /// A new matter came up while another was open: which first?
    Switch {
        fresh: Box<Draft>,
    },
    /// Something was sent that no service is known for (a voice note, a photo).
    Sort,
    /// Danger: every message goes to the case, live.
    Crisis(Live),
    Choose {
        purpose: Purpose,
        page: u32,
    },
    Withdraw {
        request: RequestId,
    },
    Adding {
        request: RequestId,
    },
    /// Solved or not; then, if solved, how well.
    Rating {
        request: RequestId,
        solved: bool,
    },
    /// A person was asked for; what is written goes to them.
    /// `told`: the person knows that their words arrive.
    Human {
        draft: DraftId,
        told: bool,
    },
}

/// What a request is being chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Progress,
    Add,
    Withdraw,
    Urge,
    Rate,
    Reopen,
}

/// The live part of a danger: what the bot still waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// The draft of the case that the words go to.
    pub draft: DraftId,
    /// The service of the danger named last.
    pub service: String,
    pub awaits: Awaits,
    /// Messages answered so far.
    #[serde(default)]
    pub heard: u8,
    /// The place was told or asked for.
    #[serde(default)]
    pub placed: bool,
    /// A phone number was told or asked for.
    #[serde(default)]
    pub phoned: bool,
    /// The person asked not to be called and not to be questioned.
    #[serde(default)]
    pub hushed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Awaits {
    Nothing,
    /// Yes or no to the one kind question: is there danger?
    Danger,
    /// 1 or 0: may we call?
    Call,
}

/// A danger told in this chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Danger {
    pub draft: DraftId,
    pub service: String,
    /// Microseconds.
    pub at: i64,
}

/// The worker who talks to the person now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub request: RequestId,
    /// The worker's public name.
    pub by: String,
    /// The person was told that their words go straight to the worker.
    #[serde(default)]
    pub told: bool,
}

/// What earlier messages told about the person; offered for confirmation,
/// never used silently.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where the person lives: unit and its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<(UnitId, String)>,
    /// Where the household is registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hukou: Option<(UnitId, String)>,
}

impl Known {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
