//! Typed questions: how each kind is asked, how a reply is read, how an answer
//! is shown.
//!
//! To add a kind: one file here with a `SPEC`, and its line in [`KINDS`].
//! Reading is forgiving about form (width, Chinese numerals, politeness) and
//! strict about length; every [`Complaint`] says what would be accepted.
//! Which questions are asked, and in what order, is [`crate::form`]'s business.

mod address;
mod amount;
mod answer;
mod attachment;
mod boolean;
mod choice;
mod community;
mod date;
mod dates;
mod datetime;
mod id_number;
mod integer;
mod location;
mod multichoice;
mod name;
pub(crate) mod numeral;
mod phone;
mod relation;
mod text;

use std::borrow::Cow;
use std::fmt;

use chrono::NaiveDate;

use crate::localized::{Lang, Localized};

pub use answer::{Answer, Complaint, Point, Reply};
pub use id_number::valid as is_valid_id_number;

/// The longest reply that is kept, in characters.
pub const TEXT_LIMIT: usize = 2000;

/// Every kind of question. One line a kind.
pub static KINDS: [Spec; 16] = [
    text::SPEC,
    name::SPEC,
    phone::SPEC,
    id_number::SPEC,
    integer::SPEC,
    amount::SPEC,
    boolean::SPEC,
    choice::SPEC,
    multichoice::SPEC,
    relation::SPEC,
    date::SPEC,
    datetime::SPEC,
    address::SPEC,
    community::SPEC,
    location::SPEC,
    attachment::SPEC,
];

/// What a kind of question can do.
pub struct Spec {
    /// The stable key used in stored catalogues.
    pub key: &'static str,
    /// The kind's name for editors.
    pub name: Localized,
    pub(crate) prompt: for<'q> fn(&'q Question, Lang) -> Prompt<'q>,
    pub(crate) parse: fn(&Question, &Reply, NaiveDate) -> Result<Answer, Complaint>,
    pub(crate) describe: fn(&Question, &Answer, Lang) -> String,
    pub(crate) mask: fn(&Question, &Answer, Lang) -> String,
}

/// A kind of question: a row of [`KINDS`].
#[derive(Clone, Copy)]
pub struct Kind(&'static Spec);

impl Kind {
    /// The kind with a key, if there is one.
    pub fn named(key: &str) -> Option<Self> {
        KINDS.iter().find(|spec| spec.key == key).map(Self)
    }

    pub fn key(self) -> &'static str {
        self.0.key
    }

    pub fn name(self) -> &'static Localized {
        &self.0.name
    }

    /// Whether the resident picks from the question's own options.
    pub fn has_options(self) -> bool {
        matches!(self.0.key, "choice" | "multichoice")
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.0.key == other.0.key
    }
}

impl Eq for Kind {}

impl fmt::Debug for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Kind({})", self.0.key)
    }
}

/// One option of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Stored in answers; stable.
    pub key: String,
    pub label: Localized,
}

/// The least and the most a number may be, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub least: i64,
    pub most: i64,
}

/// How long an answer is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// As long as the request.
    Request,
    /// Until the request closes.
    Closing,
}

/// Stored words of [`Keep`], and what they say to people.
pub const KEEPS: [(&str, Keep, Localized); 2] = [
    (
        "request",
        Keep::Request,
        Localized::fixed("随事项保存", "kept with the request"),
    ),
    (
        "closing",
        Keep::Closing,
        Localized::fixed("办结就删", "deleted when it closes"),
    ),
];

impl Keep {
    pub fn named(word: &str) -> Option<Self> {
        let row = KEEPS.into_iter().find(|(known, ..)| *known == word)?;
        Some(row.1)
    }

    /// The stored word.
    pub fn word(self) -> &'static str {
        KEEPS[self as usize].0
    }

    pub fn name(self) -> Localized {
        KEEPS[self as usize].2.clone()
    }
}

/// A question of a service, of an identity check or of an option form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Stable; answers are stored under it.
    pub key: String,
    /// Short, for lists and confirmations.
    pub label: Localized,
    /// The sentence a resident reads; made from the label when absent.
    pub ask: Option<Localized>,
    pub kind: Kind,
    pub required: bool,
    /// Encrypted at rest, masked on screens, needs a purpose.
    pub sensitive: bool,
    /// Why it is asked, for the resident.
    pub purpose: Option<Localized>,
    /// How long the answer is kept; as long as the request where nobody said.
    pub keep: Option<Keep>,
    /// For the kinds that choose.
    pub options: Vec<Choice>,
    /// For integers.
    pub range: Option<Range>,
}

impl Question {
    /// A plain question: not required, not sensitive, without options.
    pub fn new(key: &str, label: Localized, kind: Kind) -> Self {
        Self {
            key: key.to_owned(),
            label,
            ask: None,
            kind,
            required: false,
            sensitive: false,
            purpose: None,
            keep: None,
            options: Vec::new(),
            range: None,
        }
    }

    /// The sentence to ask it with.
    pub fn asked(&self, lang: Lang) -> Cow<'_, str> {
        match &self.ask {
            Some(ask) if !ask.get(lang).is_empty() => Cow::Borrowed(ask.get(lang)),
            _ if lang == Lang::Zh => Cow::Owned(format!("请告诉我们：{}", self.label.zh)),
            _ => Cow::Owned(format!("Please tell us: {}", self.label.en)),
        }
    }
}

/// What a channel needs to ask a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt<'q> {
    pub text: Cow<'q, str>,
    /// At most a handful; empty for open questions.
    pub choices: Vec<PromptChoice<'q>>,
    /// An example or a help line.
    pub hint: Option<&'q str>,
    /// The channel may offer "share my phone number".
    pub accepts_contact: bool,
    /// The channel may offer "share my location".
    pub accepts_location: bool,
    pub accepts_attachment: bool,
    /// More than one choice may be picked.
    pub many: bool,
}

impl<'q> Prompt<'q> {
    fn open(question: &'q Question, lang: Lang, hint: Option<&'static Localized>) -> Self {
        Self {
            text: question.asked(lang),
            choices: Vec::new(),
            hint: hint.map(|hint| hint.get(lang)),
            accepts_contact: false,
            accepts_location: false,
            accepts_attachment: false,
            many: false,
        }
    }

    fn of(question: &'q Question, lang: Lang, choices: &'q [Choice]) -> Self {
        let choices = choices.iter().map(|choice| PromptChoice {
            key: &choice.key,
            label: choice.label.get(lang),
        });
        Self {
            choices: choices.collect(),
            ..Self::open(question, lang, None)
        }
    }
}

/// A button under a question; its key comes back in [`Reply::Choice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromptChoice<'q> {
    pub key: &'q str,
    pub label: &'q str,
}

/// How to ask a question in one language.
pub fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    (question.kind.0.prompt)(question, lang)
}

/// Reads a reply. `today` is the date where the resident is, for words such
/// as 昨天.
pub fn parse(question: &Question, reply: &Reply, today: NaiveDate) -> Result<Answer, Complaint> {
    (question.kind.0.parse)(question, reply, today)
}

/// An answer in full, for those who may read it.
pub fn describe(question: &Question, answer: &Answer, lang: Lang) -> String {
    (question.kind.0.describe)(question, answer, lang)
}

/// An answer with its private part covered, whatever the question's flag says.
pub fn mask(question: &Question, answer: &Answer, lang: Lang) -> String {
    (question.kind.0.mask)(question, answer, lang)
}

/// An answer as lists and confirmations show it: masked where sensitive.
pub fn shown(question: &Question, answer: &Answer, lang: Lang) -> String {
    if question.sensitive {
        mask(question, answer, lang)
    } else {
        describe(question, answer, lang)
    }
}

/// The words of a reply with control characters removed, full-width forms
/// narrowed and blanks trimmed; `None` for anything but text, and for blank or
/// overlong text.
fn words(reply: &Reply, limit: usize) -> Option<String> {
    let Reply::Text(text) = reply else {
        return None;
    };
    let narrowed = narrow(text);
    let trimmed = narrowed.trim();
    (!trimmed.is_empty() && trimmed.chars().count() <= limit).then(|| trimmed.to_owned())
}

/// The resident's own words for keeping: only control and invisible characters
/// are removed.
fn own_words(text: &str) -> String {
    let kept = text.chars().filter(|c| !is_invisible(*c) || *c == '\n');
    kept.collect::<String>().trim().to_owned()
}

pub(crate) fn narrow(text: &str) -> String {
    text.chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| match c {
            '\u{3000}' => ' ',
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .collect()
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// How kinds without a form of their own describe whatever is stored.
fn describe_plain(question: &Question, answer: &Answer, lang: Lang) -> String {
    match answer {
        Answer::Text(text) => text.clone(),
        Answer::Number(number) => number.to_string(),
        Answer::Money(fen) => amount::in_words(*fen, lang),
        Answer::Yes(yes) => boolean::in_words(*yes, lang).to_owned(),
        Answer::Choice(keys) => choice::in_words(&question.options, keys, lang),
        Answer::Date(date) => dates::in_words(*date, lang),
        Answer::Moment { said, .. } => said.clone(),
        Answer::Place { point, text } => location::in_words(*point, text, lang),
        Answer::Attachment(ids) => attachment::in_words(ids.len(), lang),
    }
}

/// Masks everything: for kinds in which any part may tell something.
fn mask_all(_: &Question, _: &Answer, lang: Lang) -> String {
    match lang {
        Lang::Zh => "已填写（不显示）".to_owned(),
        Lang::En => "given (hidden)".to_owned(),
    }
}

/// Keeps `head` characters at the start and `tail` at the end, stars between;
/// short texts become stars only.
fn starred(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    let covered = count.saturating_sub(head + tail);
    if covered < 2 {
        return "*".repeat(count.max(2));
    }
    let stars = std::iter::repeat_n('*', covered);
    text.chars()
        .take(head)
        .chain(stars)
        .chain(text.chars().skip(count - tail))
        .collect()
}

#[cfg(test)]
mod tests;
