//! What reaches the conversation: messages as they were understood, and the
//! meaning of buttons.
//!
//! Only data. How raw content becomes one of these is `understand`.

use crate::conversation::accord::Consent;
use crate::conversation::snapshot::Purpose;
use crate::conversation::tongue::language;
use crate::ids::{DraftId, RequestId, UnitId};
use bots::Attachment;
use intents::Verdict;
use menus::Lang;
use serde::{Deserialize, Serialize};

/// One message of the person, understood.
#[derive(Clone, Debug)]
pub enum Understood {
    /// A button, a number or a label of the choices offered last.
    Key(Key),
    /// A button nobody knows any more.
    Stale,
    Words(Words),
    /// A contact card; `own` if it is the sender's.
    Contact {
        phone: String,
        own: bool,
    },
    /// Degrees, WGS 84.
    Place {
        lat: f64,
        lon: f64,
    },
    /// A file; its caption, if any, as words.
    File {
        file: Attachment,
        caption: Option<Words>,
    },
    /// An earlier message now reads so.
    Edited(Words),
    /// The conversation was opened, perhaps by a link with a payload.
    Start {
        payload: Option<String>,
    },
    /// Something we cannot read: the kind's name ("sticker", "group").
    Unsupported(String),
    /// Nothing to answer: the chat was blocked or has moved.
    Nothing,
}

impl Understood {
    /// The words in it, wherever they were.
    pub fn words(&self) -> Option<&Words> {
        match self {
            Self::Words(words) | Self::Edited(words) => Some(words),
            Self::File { caption, .. } => caption.as_ref(),
            _ => None,
        }
    }
}

/// Free words with what they seem to mean.
#[derive(Clone, Debug)]
pub struct Words {
    /// Verbatim.
    pub text: String,
    pub verdict: Verdict,
    pub escape: Option<Escape>,
}

/// A word that works in every state and language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escape {
    Menu,
    Back,
    Cancel,
    Human,
    Progress,
    /// Takes what was said off the screen.
    Hide,
    /// Brings it back.
    Show,
}

impl Escape {
    pub const ALL: [Self; 7] = [
        Self::Menu,
        Self::Back,
        Self::Cancel,
        Self::Human,
        Self::Progress,
        Self::Hide,
        Self::Show,
    ];
}

/// The meaning of a button. Stored with the message that carried it, never on
/// the wire. What belongs to a draft names it, so that a stale button is known
/// for one and changes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    Escape(Escape),
    /// A screen of the menu.
    Screen(String),
    /// A service picked from the menu.
    Service(String),
    #[serde(with = "language")]
    Language(Lang),

    /// A service picked for the words of a draft.
    Pick {
        draft: DraftId,
        service: String,
    },
    /// None of the services offered.
    Other {
        draft: DraftId,
    },
    Answer {
        draft: DraftId,
        question: String,
        choice: String,
    },
    Skip {
        draft: DraftId,
        question: String,
    },
    Spot {
        draft: DraftId,
        unit: UnitId,
    },
    /// Send another one-time code.
    Resend {
        draft: DraftId,
    },
    /// Prove it later.
    Later {
        draft: DraftId,
    },
    /// Agree to something, or not.
    Consent {
        draft: DraftId,
        consent: Consent,
        yes: bool,
    },
    /// Ask no more about the person.
    Less {
        draft: DraftId,
    },
    /// For whom it is; `None` asks.
    Whom {
        draft: DraftId,
        relation: Option<String>,
    },
    /// What is to be done with one's data.
    Data {
        draft: DraftId,
        choice: String,
    },
    /// Which of one's data is wrong.
    Correct {
        draft: DraftId,
        what: String,
    },
    Confirm {
        draft: DraftId,
    },
    Change {
        draft: DraftId,
    },
    Edit {
        draft: DraftId,
        question: String,
    },
    /// It is about another service after all.
    Elsewhere {
        draft: DraftId,
    },
    Drop {
        draft: DraftId,
    },
    /// Go on with this draft, open or put aside.
    Continue {
        draft: DraftId,
    },
    /// Put the open draft aside and begin the new one.
    Begin {
        draft: DraftId,
    },
    /// All needs of the list.
    All {
        draft: DraftId,
    },
    Strike {
        draft: DraftId,
        service: String,
    },

    /// The wording that can be read out.
    Aloud(Consent),
    /// Take an agreement back.
    Revoke(Consent),

    List {
        purpose: Purpose,
        page: u32,
    },
    Show(RequestId),
    Add(RequestId),
    Urge(RequestId),
    Withdraw(RequestId),
    WithdrawNow(RequestId),
    Keep(RequestId),
    Solved {
        request: RequestId,
        solved: bool,
    },
    Stars {
        request: RequestId,
        stars: u8,
    },
    Reopen(RequestId),
    /// What was sent without a service belongs to this request.
    Attach {
        draft: DraftId,
        request: RequestId,
    },

    /// Answer to the one kind question: is there danger?
    Danger {
        draft: DraftId,
        yes: bool,
    },
    /// May we call?
    Call {
        draft: DraftId,
        yes: bool,
    },
}

impl Key {
    /// The draft it belongs to.
    pub fn draft(&self) -> Option<&DraftId> {
        match self {
            Self::Pick { draft, .. }
            | Self::Other { draft }
            | Self::Answer { draft, .. }
            | Self::Skip { draft, .. }
            | Self::Spot { draft, .. }
            | Self::Resend { draft }
            | Self::Later { draft }
            | Self::Consent { draft, .. }
            | Self::Less { draft }
            | Self::Whom { draft, .. }
            | Self::Data { draft, .. }
            | Self::Correct { draft, .. }
            | Self::Confirm { draft }
            | Self::Change { draft }
            | Self::Edit { draft, .. }
            | Self::Elsewhere { draft }
            | Self::Drop { draft }
            | Self::Continue { draft }
            | Self::Begin { draft }
            | Self::All { draft }
            | Self::Strike { draft, .. }
            | Self::Attach { draft, .. } => Some(draft),
            _ => None,
        }
    }
}

/// A choice as it was offered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub label: String,
    pub key: Key,
    /// A bare number may pick it; not beside an open question, whose answer may
    /// be a number.
    pub numbered: bool,
}
