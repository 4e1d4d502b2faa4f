//! What is written: one struct per kind of row, as it travels to the database.
//!
//! These are wire forms of this layer, not domain types: times are already
//! microseconds, sensitive text is already sealed.

use serde::Serialize;

/// A message that came in.
#[derive(Clone, Debug, Serialize)]
pub struct InboundRow {
    /// "channel/account/key": unique for ever.
    pub key: String,
    /// Time-ordered id, for reading back in order.
    pub id: String,
    /// "channel/account/chat".
    pub address: String,
    /// When it was received.
    pub at: i64,
    /// Sealed message.
    pub body: String,
    /// The request it was added to.
    pub request: Option<String>,
    /// 0 handled, 1 parked.
    pub state: i64,
    /// Why parked.
    pub cause: Option<String>,
    /// 1 if pages read it back.
    pub page: i64,
}

/// A conversation's next state.
#[derive(Clone, Debug, Serialize)]
pub struct ConversationRow {
    /// "channel/account/chat".
    pub address: String,
    /// Version that was read; 0 = the row does not exist yet.
    pub before: i64,
    /// Sealed snapshot.
    pub state: String,
    /// Requests opened from here so far.
    pub requests: i64,
    /// Now.
    pub at: i64,
    /// When the person left, if they did.
    pub ended: Option<i64>,
    /// The catalogue they are in the middle of; `None` when nothing is under way.
    pub menu: Option<i64>,
    /// Their language, while something is under way.
    pub lang: Option<String>,
}

/// A message to send.
#[derive(Clone, Debug, Serialize)]
pub struct OutboxRow {
    /// Time-ordered id.
    pub id: String,
    /// Where to.
    pub address: String,
    /// Now.
    pub at: i64,
    /// 0 waiting, 1 already delivered (pages read the store).
    pub state: i64,
    /// 0 crisis, 1 reply, 2 push, 3 bulk.
    pub lane: i64,
    /// When it may be claimed.
    pub next_at: i64,
    /// Sealed message.
    pub body: String,
    /// The request it speaks of.
    pub request: Option<String>,
    /// 1 if pages read it back.
    pub page: i64,
}

/// Where a message that was just written stands in its chat.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TurnRow {
    /// Outbox id.
    pub id: String,
    /// Rising within the chat while anything of it is unsent; 0: waits for nobody.
    pub turn: i64,
    /// JSON list of the unsent messages it comes after, the first 8 of them.
    pub behind: Option<String>,
}

impl TurnRow {
    /// Ids of the unsent messages it comes after; one that nobody has stands for
    /// more than are listed.
    pub fn before(&self) -> Vec<String> {
        let listed = self.behind.as_deref().map(serde_json::from_str);
        let mut ids: Vec<String> = listed.and_then(Result::ok).unwrap_or_default();
        if ids.len() >= 8 {
            ids.push(String::new());
        }
        ids
    }
}

/// A new request.
#[derive(Clone, Debug, Serialize)]
pub struct RequestRow {
    /// Id.
    pub id: String,
    /// Public reference.
    pub reference: String,
    /// Draft it came from.
    pub draft: String,
    /// Conversation.
    pub address: String,
    /// When it was opened.
    pub opened: i64,
    /// Versions its clocks follow.
    pub catalogue: i64,
    /// Policy version.
    pub policy: i64,
    /// Calendar version.
    pub calendar: i64,
    /// The part that events change.
    #[serde(flatten)]
    pub state: RequestState,
    /// Sealed story.
    pub story: String,
}

/// The part of a request that its events change.
#[derive(Clone, Debug, Serialize)]
pub struct RequestState {
    /// Service code.
    pub service: String,
    /// 0 crisis … 3 normal.
    pub class: i64,
    /// Status name.
    pub status: String,
    /// Number of the last event.
    pub version: i64,
    /// Lead unit.
    pub lead_unit: String,
    /// Lead role code.
    pub lead_role: String,
    /// Lead worker, if one is named.
    pub lead_worker: Option<String>,
    /// Copy unit.
    pub copy_unit: Option<String>,
    /// Copy role code.
    pub copy_role: Option<String>,
    /// Level on the ladder.
    pub level: i64,
    /// 1 = restricted.
    pub restricted: i64,
    /// Now.
    pub updated: i64,
    /// When it was closed.
    pub closed: Option<i64>,
    /// JSON for showing progress.
    pub summary: String,
}

/// A guarded change of a request.
#[derive(Clone, Debug, Serialize)]
pub struct RequestChange {
    /// Which.
    pub id: String,
    /// Version that was read.
    pub before: i64,
    /// New sealed story, when it changed.
    pub story: Option<String>,
    /// New state.
    #[serde(flatten)]
    pub state: RequestState,
}

/// A line of history.
#[derive(Clone, Debug, Serialize)]
pub struct EventRow {
    /// Request.
    pub request: String,
    /// Position, from 1.
    pub seq: i64,
    /// When.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// Kind of fact.
    pub kind: String,
    /// JSON of the fact.
    pub detail: String,
    /// Sealed free text.
    pub note: Option<String>,
}

/// The next thing that happens to a request by itself.
#[derive(Clone, Debug, Serialize)]
pub struct TimerRow {
    /// Request.
    pub request: String,
    /// Name of the rung.
    pub rung: String,
    /// When.
    pub due: i64,
    /// 0 crisis … 3 normal.
    pub danger: i64,
    /// Version of the request it was computed from; another one now: not set.
    pub version: i64,
}

/// A timer that is gone.
#[derive(Clone, Debug, Serialize)]
pub struct TimerGone {
    /// Request.
    pub request: String,
    /// Version of the request it was computed from.
    pub version: i64,
}

/// A line of the audit log.
#[derive(Clone, Debug, Serialize)]
pub struct AuditRow {
    /// Time-ordered id.
    pub id: String,
    /// When.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// Did what.
    pub act: String,
    /// To what.
    pub subject: String,
    /// JSON, without personal data.
    pub detail: String,
}

/// What became of a message that was sent.
#[derive(Clone, Debug, Serialize)]
pub struct ReceiptRow {
    /// Outbox id.
    pub id: String,
    /// 0 try again at `next_at`, 1 sent, 2 given up.
    pub state: i64,
    /// The claim under which it was held; it goes back only if it still stands.
    pub lease: i64,
    /// When to try again.
    pub next_at: i64,
    /// Now.
    pub at: i64,
    /// 1 if this was an attempt, 0 if it only waits longer.
    pub tried: i64,
    /// The channel's message id.
    pub receipt: Option<String>,
    /// Why it failed, without personal data.
    pub cause: Option<String>,
}

/// A chat that goes on under another id.
#[derive(Clone, Debug, Serialize)]
pub struct MoveRow {
    /// Old address.
    pub from: String,
    /// New address.
    pub to: String,
}

/// A one-time code, link or session.
#[derive(Clone, Debug, Serialize)]
pub struct GrantRow {
    /// Keyed hash of the secret.
    pub tag: String,
    /// "bind", "link" or "session".
    pub kind: String,
    /// "worker:<id>" or "admin".
    pub subject: String,
    /// Now.
    pub at: i64,
    /// Until when.
    pub expires: i64,
}

/// A worker's chat.
#[derive(Clone, Debug, Serialize)]
pub struct ChatRow {
    /// "channel/account/chat".
    pub address: String,
    /// Worker id.
    pub worker: String,
    /// Now.
    pub at: i64,
}

/// A versioned document.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentRow {
    /// "catalogue", "policy", "calendar".
    pub kind: String,
    /// From 1.
    pub version: i64,
    /// Text of the document.
    pub body: String,
    /// Now.
    pub at: i64,
}

/// A unit of the territory.
#[derive(Clone, Debug, Serialize)]
pub struct UnitRow {
    /// Code.
    pub code: String,
    /// Kind name.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Parent's code.
    pub parent: Option<String>,
    /// Stored form.
    pub body: String,
    /// Now.
    pub at: i64,
}

/// A worker.
#[derive(Clone, Debug, Serialize)]
pub struct WorkerRow {
    /// Id.
    pub id: String,
    /// Unit code.
    pub unit: String,
    /// Sealed stored form.
    pub body: String,
    /// 1 = active.
    pub active: i64,
    /// Now.
    pub at: i64,
}

/// A resident of the register.
#[derive(Clone, Debug, Serialize)]
pub struct ResidentRow {
    /// Stable id (keyed hash of the document number, else of name and phone).
    pub id: String,
    /// Keyed hash of the document number.
    pub id_tag: Option<String>,
    /// Keyed hash of the phone number.
    pub phone_tag: Option<String>,
    /// Unit codes.
    pub hukou: Option<String>,
    /// Unit codes.
    pub residence: Option<String>,
    /// Sealed stored form.
    pub body: String,
    /// Now.
    pub at: i64,
}

/// A proposed example.
#[derive(Clone, Debug, Serialize)]
pub struct CorrectionRow {
    /// The request it comes from.
    pub request: String,
    /// Now.
    pub at: i64,
    /// What it had been taken for.
    pub was: String,
    /// What it is.
    pub service: String,
    /// Sealed masked words.
    pub words: String,
}

/// A decision about a proposed example, guarded by version.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionRow {
    /// The request it comes from.
    pub request: String,
    /// Version that was read.
    pub before: i64,
    /// 1 accepted, 2 rejected.
    pub state: i64,
    /// What it is.
    pub service: String,
    /// Sealed words.
    pub words: String,
    /// Now.
    pub at: i64,
}

/// A parked message that was dealt with.
#[derive(Clone, Debug, Serialize)]
pub struct UnparkRow {
    /// Key of the inbound row.
    pub key: String,
    /// 0 handled now, 2 discarded.
    pub state: i64,
    /// The request it was added to.
    pub request: Option<String>,
}
