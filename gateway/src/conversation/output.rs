//! What a step answers: the next snapshot, replies to say and effects to apply
//! in the same transaction.
//!
//! Only data. The gateway turns replies into outgoing messages and applies the
//! effects in order.

use crate::conversation::accord::{Accord, Consent};
use crate::conversation::input::Key;
use crate::conversation::snapshot::{Known, Snapshot};
use crate::conversation::state::prove::Wait;
use crate::ids::{DraftId, RequestId, UnitId};
use bots::Attachment;
use menus::question::Answer;
use menus::{Lang, Urgency};
use std::collections::BTreeMap;

/// The result of one step.
#[derive(Clone, Debug)]
pub struct Step {
    pub snapshot: Snapshot,
    /// In the order to be said. Replies that effects cause (the promise card)
    /// go after those of kind `Crisis` and before the rest.
    pub replies: Vec<Reply>,
    pub effects: Vec<Effect>,
}

/// Something to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub text: String,
    /// Buttons: label and meaning, in order.
    pub keys: Vec<(String, Key)>,
    /// Something the person's app can give with one tap.
    pub ask: Option<Ask>,
    pub kind: ReplyKind,
    /// The answer is free and may itself be a number: where there are no buttons,
    /// the choices are named but not numbered.
    pub open: bool,
}

impl Reply {
    /// Words alone.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            keys: Vec::new(),
            ask: None,
            kind: ReplyKind::Plain,
            open: false,
        }
    }

    /// Words of a kind.
    pub fn of(kind: ReplyKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            ..Self::plain(text)
        }
    }

    /// With one more button.
    #[must_use]
    pub fn key(mut self, label: impl Into<String>, key: Key) -> Self {
        self.keys.push((label.into(), key));
        self
    }
}

/// What the person's app is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Contact,
    Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyKind {
    Plain,
    /// Words that come before the cards which effects cause.
    Preface,
    /// A promise card.
    Card,
    /// Said first, never delayed, never slowed.
    Crisis,
    /// News about a request.
    Notice,
}

/// A request meant by an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Case {
    Request(RequestId),
    /// The request opened from this draft, perhaps in this very step.
    Draft(DraftId),
}

/// What happens besides talking. Applied in order, in the message's own
/// transaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Open a request. Idempotent on the draft's id.
    Open(Box<Opening>),
    /// A person is wanted: open `SVC-HUMAN` with what is known. Idempotent on
    /// the draft's id.
    AskHuman(Box<Opening>),
    /// Append to a request's thread, shown live.
    Say(Box<Said>),
    Withdraw {
        request: RequestId,
    },
    /// `solved: false` reopens one level up.
    Rate {
        request: RequestId,
        solved: bool,
        stars: Option<u8>,
    },
    Reopen {
        request: RequestId,
    },
    Urge {
        request: RequestId,
    },
    Remember(Known),
    /// Send a one-time code. What is said to it is said by who knows whether it
    /// may be sent.
    SendCode {
        draft: DraftId,
        wait: Wait,
    },
    /// Something was proved: by which verifier, about what, with which code.
    Proved {
        verifier: &'static str,
        subject: String,
        code: Option<String>,
    },
    /// Something was told, agreed to or refused.
    Consent {
        consent: Consent,
        yes: bool,
        draft: Option<DraftId>,
    },
    /// An agreement is taken back.
    Revoke(Consent),
    /// The person is given what was filed under this number, which they have just
    /// proved. What is said to it is said by who reads it.
    Copy {
        number: String,
    },
    /// The person takes the conversation back from the worker.
    Release {
        request: RequestId,
    },
    /// What was said is taken off the person's screen, as far as the channel can.
    /// The store keeps it.
    Hide,
    /// Whether the person in danger allows a call.
    Call {
        case: Case,
        allowed: bool,
    },
    /// The person says that there is no danger; the case stays open for a
    /// human.
    Calmed {
        case: Case,
    },
}

/// Something said into a request's thread.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub to: Case,
    pub text: String,
    pub attachments: Vec<Attachment>,
    /// Degrees.
    pub pin: Option<(f64, f64)>,
    /// It replaces something said before.
    pub edited: bool,
    /// It names danger: alert whoever is responsible now. The service of the
    /// danger.
    pub danger: Option<String>,
}

/// Everything a new request starts with. A crisis opening is answered by its
/// card alone: no promise card, and no service name in any notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    pub draft: DraftId,
    pub service: String,
    /// Verbatim, in order.
    pub words: Vec<String>,
    pub answers: BTreeMap<String, Answer>,
    pub attachments: Vec<Attachment>,
    /// The service's class, raised where the words sounded urgent.
    pub class_hint: Urgency,
    /// The words that spoke for the service.
    pub evidence: Vec<String>,
    /// Other services it could be, best first; codes.
    pub guesses: Vec<String>,
    /// Opened because danger is possible, not certain; the person was only asked
    /// a kind question.
    pub silent: bool,
    /// The words that named the danger.
    pub crisis_words: Vec<String>,
    /// The unit where help is needed, when exactly one fits.
    pub unit: Option<UnitId>,
    /// The unit of the household's registration, likewise.
    pub hukou: Option<UnitId>,
    /// Where the person lives or is registered as told earlier, when the draft
    /// names no place; to be confirmed by the worker.
    pub known: Known,
    /// Degrees.
    pub pin: Option<(f64, f64)>,
    /// Who the help is for: a relation key.
    pub for_other: Option<String>,
    /// What was agreed to, and for whom they speak.
    pub accord: Accord,
    pub lang: Lang,
    /// The first draft of the same message, when it held several needs.
    pub related: Option<DraftId>,
}
