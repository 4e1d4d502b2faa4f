//! What comes back for a question, before and after it is read.
//!
//! The form in which answers are stored with a request is
//! `document/answers.rs`.

use chrono::{NaiveDate, NaiveTime};
use thiserror::Error;

use crate::localized::{Lang, Localized};

/// What came back from the channel.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    Text(String),
    /// The key of a button.
    Choice(String),
    /// A shared contact card's number, already known to be the sender's own.
    Phone(String),
    /// Degrees, WGS 84.
    Location {
        lat: f64,
        lon: f64,
    },
    /// An id in the attachment store and a kind such as `photo`.
    Attachment {
        id: String,
        kind: String,
    },
}

/// A read answer. Serialisable, by `document/answers.rs`.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Also phones (digits, or `+` and digits), ID numbers (18 characters where
    /// they can be made so) and names.
    Text(String),
    Number(i64),
    /// In fen.
    Money(i64),
    Yes(bool),
    /// Keys of options; exactly one for single choices and relations.
    Choice(Vec<String>),
    Date(NaiveDate),
    /// What was understood of a moment, and the resident's own words.
    Moment {
        date: Option<NaiveDate>,
        time: Option<NaiveTime>,
        said: String,
    },
    /// A place as a map pin in degrees, as words, or both.
    Place {
        point: Option<Point>,
        text: String,
    },
    /// Ids in the attachment store.
    Attachment(Vec<String>),
}

/// A point in degrees, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub lat: f64,
    pub lon: f64,
}

/// Why a reply could not be read, and what would be accepted. Said to the
/// resident as it is.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", .0.en)]
pub struct Complaint(pub Localized);

impl Complaint {
    pub(super) const fn fixed(zh: &'static str, en: &'static str) -> Self {
        Self(Localized::fixed(zh, en))
    }

    pub fn say(&self, lang: Lang) -> &str {
        self.0.get(lang)
    }
}
