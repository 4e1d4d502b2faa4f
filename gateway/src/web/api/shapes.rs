//! Requests as the interface sends them, and what all lists have in common:
//! forms of its own, so that neither a page nor the store can change it by
//! accident. Everything else is in `figures`.

use super::super::Lang;
use crate::desk::view::{Card, Chip, Line, Sheet};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The language of texts in the answer.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Tongue {
    #[default]
    Zh,
    En,
}

impl Tongue {
    pub(super) fn lang(self) -> Lang {
        match self {
            Self::Zh => Lang::Zh,
            Self::En => Lang::En,
        }
    }
}

/// The language.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Spoken {
    /// Language of texts.
    #[serde(default)]
    #[param(inline, required = false)]
    pub(super) lang: Tongue,
}

/// A part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Paging {
    /// `next` of the part before; without it, the first part.
    pub(super) cursor: Option<String>,
    /// Lines in a part at most.
    #[serde(default = "most")]
    #[param(minimum = 1, maximum = 200, default = 50, required = false)]
    pub(super) limit: u16,
    /// Language of texts.
    #[serde(default)]
    #[param(inline, required = false)]
    pub(super) lang: Tongue,
}

fn most() -> u16 {
    50
}

/// A label or code with a text.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Named {
    pub(super) code: String,
    pub(super) name: String,
}

pub(super) fn named(pairs: Vec<(String, String)>) -> Vec<Named> {
    let named = |(code, name)| Named { code, name };
    pairs.into_iter().map(named).collect()
}

/// A clock of a request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClockState {
    /// "accept", "contact" or "resolve".
    pub(super) clock: &'static str,
    pub(super) due: DateTime<Utc>,
    pub(super) late: bool,
    pub(super) paused: bool,
}

impl From<Chip> for ClockState {
    fn from(chip: Chip) -> Self {
        Self {
            clock: chip.clock,
            due: chip.due,
            late: chip.late,
            paused: chip.paused,
        }
    }
}

/// A request in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RequestSummary {
    /// Public reference.
    pub(super) reference: String,
    /// Name of the service.
    pub(super) service: String,
    /// "crisis", "hunger", "urgent" or "normal".
    pub(super) class: &'static str,
    pub(super) status: String,
    /// The resident's words, shortened; empty where they are not the reader's.
    pub(super) words: String,
    pub(super) place: String,
    /// Masked name.
    pub(super) who: Option<String>,
    /// The clock that is due next.
    pub(super) next: Option<ClockState>,
    /// Name of the worker who leads.
    pub(super) lead: Option<String>,
    /// Whether that is the worker of the token.
    pub(super) mine: bool,
    /// Whether the reader's unit has a copy only.
    pub(super) copy: bool,
    pub(super) opened_at: DateTime<Utc>,
    /// Acts that fit now.
    pub(super) acts: Vec<&'static str>,
    /// For `If-Match`.
    pub(super) version: u32,
}

impl From<Card> for RequestSummary {
    fn from(card: Card) -> Self {
        Self {
            reference: card.reference,
            service: card.service,
            class: card.class,
            status: card.status,
            words: card.words,
            place: card.place,
            who: card.who,
            next: card.chip.map(Into::into),
            lead: card.lead,
            mine: card.mine,
            copy: card.copy,
            opened_at: card.opened,
            acts: card.acts,
            version: card.version,
        }
    }
}

/// A part of the open requests, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RequestPage {
    pub(super) items: Vec<RequestSummary>,
    /// Where the next part begins; absent after the last.
    pub(super) next: Option<String>,
}

/// Something that happened or will happen, or was said.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TimelineLine {
    pub(super) at: DateTime<Utc>,
    /// "resident", "worker", "bot", "system" or "future".
    pub(super) side: &'static str,
    pub(super) text: String,
    /// Free text that goes with it, masked.
    pub(super) quote: Option<String>,
}

fn lines(lines: Vec<Line>) -> Vec<TimelineLine> {
    let line = |line: Line| TimelineLine {
        at: line.at,
        side: line.side,
        text: line.text,
        quote: line.quote,
    };
    lines.into_iter().map(line).collect()
}

/// Everything about one request that the reader may see.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RequestDetail {
    pub(super) summary: RequestSummary,
    /// The resident's words in full.
    pub(super) words: Vec<String>,
    /// Label and value, masked where sensitive.
    pub(super) answers: Vec<Named>,
    /// Why it came to this desk.
    pub(super) reason: String,
    /// Masked unless the reader leads.
    pub(super) phone: Option<String>,
    pub(super) clocks: Vec<ClockState>,
    /// Past, then future.
    pub(super) timeline: Vec<TimelineLine>,
    /// Messages of resident and worker.
    pub(super) thread: Vec<TimelineLine>,
    /// Why it has not escalated, where it is late.
    pub(super) why: Option<String>,
    /// Reasons for a pause.
    pub(super) pauses: Vec<Named>,
    /// Outcomes to finish with.
    pub(super) outcomes: Vec<Named>,
    /// Desks it may be handed to.
    pub(super) desks: Vec<Named>,
    /// Services it may be put under.
    pub(super) services: Vec<Named>,
    /// Whether a worker holds the conversation.
    pub(super) held: bool,
}

impl From<Sheet> for RequestDetail {
    fn from(sheet: Sheet) -> Self {
        Self {
            summary: sheet.card.into(),
            words: sheet.words,
            answers: named(sheet.answers),
            reason: sheet.reason,
            phone: sheet.phone,
            clocks: sheet.chips.into_iter().map(Into::into).collect(),
            timeline: lines(sheet.timeline),
            thread: lines(sheet.thread),
            why: sheet.why,
            pauses: named(sheet.pauses),
            outcomes: named(sheet.outcomes),
            desks: named(sheet.desks),
            services: named(sheet.services),
            held: sheet.held,
        }
    }
}

/// What an act led to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ActDone {
    pub(super) reference: String,
    pub(super) act: String,
    /// The version now; absent where it is the reader's no more.
    pub(super) version: Option<u32>,
}
