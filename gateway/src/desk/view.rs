//! What workers and administrators are shown: plain structs, ready to draw.
//!
//! Filled by `desk` from the store after the owner check; drawn by `web`. No
//! field here holds more than the reader may see: masking is done before.

use super::board::Backlog;
use crate::clock::Moment;

/// The state of a clock, as a chip on a card.
#[derive(Clone, Debug)]
pub struct Chip {
    /// "accept", "contact", "resolve".
    pub clock: &'static str,
    /// When it is due.
    pub due: Moment,
    /// Past due.
    pub late: bool,
    /// Stands still because of a pause.
    pub paused: bool,
}

/// A request in a queue.
#[derive(Clone, Debug)]
pub struct Card {
    /// Public reference.
    pub reference: String,
    /// Service name in the reader's language.
    pub service: String,
    /// "crisis", "hunger", "urgent", "normal".
    pub class: &'static str,
    /// Status name.
    pub status: String,
    /// The resident's own words, shortened to one or two lines.
    pub words: String,
    /// Place in words: community, estate.
    pub place: String,
    /// Masked name of who asks, if known.
    pub who: Option<String>,
    /// The clock that is due next.
    pub chip: Option<Chip>,
    /// Name of the worker who leads, if one does.
    pub lead: Option<String>,
    /// Whether that is the reader.
    pub mine: bool,
    /// Whether the reader's unit has only a copy.
    pub copy: bool,
    /// When it was opened.
    pub opened: Moment,
    /// Whether the reader may call: they lead, and a number was given that may
    /// be called.
    pub call: bool,
    /// Acts the reader may do now, in order of likelihood.
    pub acts: Vec<&'static str>,
    /// Version for guarded acts.
    pub version: u32,
}

/// A line of the timeline.
#[derive(Clone, Debug)]
pub struct Line {
    /// When.
    pub at: Moment,
    /// "resident", "worker", "bot", "system", "future".
    pub side: &'static str,
    /// Sentence in the reader's language.
    pub text: String,
    /// Free text that goes with it (a message, a note), already masked.
    pub quote: Option<String>,
}

/// Everything about one request that the reader may see.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The card's facts.
    pub card: Card,
    /// The resident's words in full.
    pub words: Vec<String>,
    /// Answers: label and value, masked where sensitive.
    pub answers: Vec<(String, String)>,
    /// Words that spoke for the choice of service.
    pub evidence: Vec<String>,
    /// Why it came to this desk.
    pub reason: String,
    /// Telephone of the resident, masked unless `phone_shown`.
    pub phone: Option<String>,
    /// Whether the full number is shown (the reader leads; reading was logged).
    pub phone_shown: bool,
    /// Until when everything is shown in full, for a reason on record.
    pub full_until: Option<Moment>,
    /// Whether the reader may ask for that.
    pub may_show: bool,
    /// Whether the reader may give the person a copy of their data, or erase it.
    pub may_erase: bool,
    /// All clocks.
    pub chips: Vec<Chip>,
    /// Each clock explained, line by line.
    pub explained: Vec<(String, Vec<String>)>,
    /// What happened, oldest first, then what will happen (`side == "future"`).
    pub timeline: Vec<Line>,
    /// Ids of the pictures the resident sent.
    pub photos: Vec<String>,
    /// The conversation: messages of resident and worker about this request.
    pub thread: Vec<Line>,
    /// Time spent at wrong desks, in a sentence.
    pub astray: Option<String>,
    /// Why it has not escalated, for an overdue request.
    pub why: Option<String>,
    /// Reason codes and labels for a pause.
    pub pauses: Vec<(String, String)>,
    /// Outcome codes and labels for "done".
    pub outcomes: Vec<(String, String)>,
    /// Desks it may be handed to: unit code and label.
    pub desks: Vec<(String, String)>,
    /// How many of `services`, from the first, the classifier also thought of.
    pub likely: usize,
    /// Requests it belongs to: how, in words, their reference, and whether the
    /// reader may open them.
    pub ties: Vec<(String, String, bool)>,
    /// Services it may be re-categorised to: code and name.
    pub services: Vec<(String, String)>,
    /// Whether the bot is silent because a worker holds the conversation.
    pub held: bool,
    /// What it amounts to: another mark as soon as anything on it changed.
    pub mark: String,
    /// What is to be looked into with its persons.
    pub people: People,
}

/// What is to be looked into with the persons of a request.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Tasks and proposed merges.
    pub tasks: Vec<Task>,
    /// The household's other requests that are the reader's to see.
    pub household: Vec<Other>,
}

/// Something to look into.
#[derive(Clone, Debug)]
pub struct Task {
    /// Id, opaque.
    pub id: String,
    /// A sentence.
    pub text: String,
    /// What speaks for it.
    pub why: Vec<String>,
    /// Codes and labels of what may come of it; empty if it is not the reader's.
    pub answers: Vec<(String, String)>,
    /// What came of it.
    pub done: Option<String>,
}

/// Another request of the household.
#[derive(Clone, Debug)]
pub struct Other {
    /// Public reference.
    pub reference: String,
    /// Service in words.
    pub service: String,
    /// Status code.
    pub status: String,
}

/// Two persons who may be one, or were found to be.
#[derive(Clone, Debug)]
pub struct Merge {
    /// Id, opaque.
    pub id: String,
    /// The one known longer, masked.
    pub one: String,
    /// The other, masked.
    pub other: String,
    /// Reasons in words.
    pub why: Vec<String>,
    /// Codes and labels of what may be decided.
    pub answers: Vec<(String, String)>,
    /// Whether they count as one now.
    pub done: bool,
}

/// A line of the web chat.
#[derive(Clone, Debug)]
pub struct Bubble {
    /// Id, rising with time; the page's cursor.
    pub id: String,
    /// Written by the resident (else by the bot or a worker).
    pub mine: bool,
    /// When.
    pub at: Moment,
    /// Text; paragraphs are separated by line breaks.
    pub text: String,
    /// "plain", "card", "crisis", "notice".
    pub kind: &'static str,
    /// Id of the picture that was sent.
    pub photo: Option<String>,
    /// Buttons: token and label. Only the last bubble's are offered.
    pub choices: Vec<(String, String)>,
}

/// One of a resident's own requests.
#[derive(Clone, Debug)]
pub struct Matter {
    /// Public reference.
    pub reference: String,
    /// What it is about, where that may stand on a screen.
    pub title: String,
    /// Where it stands, from recorded facts.
    pub status: String,
    /// Who leads.
    pub who: String,
    /// What is promised, and by when.
    pub promise: Option<String>,
    /// Whether it is under way.
    pub open: bool,
    /// What happened, oldest first.
    pub steps: Vec<(Moment, String)>,
    /// Until when it cannot be urged again.
    pub urged_until: Option<String>,
    /// What its resident can do: token and label.
    pub deeds: Vec<(String, String)>,
}

/// A message that could not be handled.
#[derive(Clone, Debug)]
pub struct Parked {
    /// Key, opaque.
    pub key: String,
    /// When it came in.
    pub at: Moment,
    /// Channel and account.
    pub channel: String,
    /// Why it is parked.
    pub cause: String,
}

/// The administrators' first page.
#[derive(Clone, Debug, Default)]
pub struct Overview {
    /// Open requests: class name and number.
    pub open: Vec<(&'static str, i64)>,
    /// Units, workers, residents.
    pub people: (i64, i64, i64),
    /// Waiting messages and age of the oldest in seconds.
    pub outbox: (i64, i64),
    /// Timers due now, timers set aside.
    pub timers: (i64, i64),
    /// Parked messages.
    pub parked: i64,
    /// Spooled messages.
    pub spooled: u64,
    /// Channels: name, state in words, in order.
    pub channels: Vec<(String, String)>,
    /// What the auditor found missing or surplus, empty is good; `None` before its
    /// first look.
    pub audit: Option<Vec<String>>,
    /// Things an administrator should know (unknown calendar year, key in the database, nobody on duty …).
    pub alarms: Vec<String>,
    /// Versions of catalogue, policy, calendar.
    pub versions: (i64, i64, i64),
}

/// The supervisors' board for one unit and everything below it.
#[derive(Clone, Debug)]
pub struct BoardView {
    /// When it was counted; `None` before the first time.
    pub at: Option<Moment>,
    /// The units above and the unit itself, widest first: code and name.
    pub path: Vec<(String, String)>,
    /// All of it.
    pub total: Backlog,
    /// Its parts.
    pub rows: Vec<BoardRow>,
    /// Late requests, most dangerous first, then longest overdue.
    pub late: Vec<LateRow>,
    /// What the auditor found; empty is good.
    pub findings: Vec<String>,
    /// Desks that nobody holds.
    pub gaps: Vec<String>,
    /// People at the duty desk now, who answer the crisis line.
    pub on_duty: usize,
}

/// A part of a board.
#[derive(Clone, Debug)]
pub struct BoardRow {
    /// Unit code; empty for requests of no known unit.
    pub code: String,
    /// Name of the unit.
    pub name: String,
    /// Whether it has parts of its own.
    pub deeper: bool,
    /// Its figures.
    pub backlog: Backlog,
}

/// A late request on a board.
#[derive(Clone, Debug)]
pub struct LateRow {
    /// Public reference.
    pub reference: String,
    /// Service name in the reader's language.
    pub service: String,
    /// "crisis", "hunger", "urgent", "normal".
    pub class: &'static str,
    /// Name of the unit where it lies.
    pub place: String,
    /// "accept", "contact", "resolve".
    pub clock: &'static str,
    /// When it ran out.
    pub due: Moment,
    /// Why it has not gone further up, or what comes next.
    pub why: String,
}
