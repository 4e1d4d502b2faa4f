//! What the pages ask of the rest of the gateway: one object-safe trait.
//!
//! Nothing is drawn here and nothing of HTTP is known, apart from the webhooks
//! that are handed on as they came. Whoever implements [`Backend`] decides what
//! a reader may see: `None` is the answer for things that are not theirs.

use super::{
    Accounts, Casework, Chats, Editor, Lang, Operation, Part, Persons, Programs, Webhooks,
};
use crate::desk::mine::{Mine, Order};
use crate::desk::place::Place;
use crate::desk::view::{BoardView, Bubble, Overview, Parked, Sheet};
use crate::intake::Kept;
use crate::learning::{Learning, Order as Learn};
use crate::requests::act::{Act, ActRefused};
use crate::rights::{Holder, Right};
use crate::routing::trial::Trial;
use crate::staff::{From, Known};
use crate::territory::Role;
use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::HeaderMap;
use futures::stream::BoxStream;

/// Everything the pages need, behind one reference.
#[async_trait]
pub trait Backend:
    Accounts
    + Casework
    + Chats
    + Editor
    + Operation
    + Persons
    + Programs
    + Webhooks
    + Send
    + Sync
    + 'static
{
    /// Something the resident of this chat session did. `key` names the click:
    /// the same key again changes nothing. A conversation begins in `lang`, the
    /// language of the page. `from`: the network address it came from, `None`
    /// where somebody speaks for others. `Ok` means kept: stored, or on disk.
    async fn chat_receive(
        &self,
        (session, from): (&str, Option<&str>),
        key: &str,
        lang: Lang,
        content: bots::Content,
    ) -> Result<Kept, Unavailable>;

    /// The newest `most` lines of a chat, oldest first.
    async fn chat_bubbles(&self, session: &str, most: usize) -> Result<Vec<Bubble>, Unavailable>;

    /// Exchanges a one-time sign-in link for a session. `None`: used, expired or
    /// never given out. The link is spent by this call and by nothing else.
    async fn open_link(&self, secret: &str, from: From<'_>)
    -> Result<Option<Session>, Unavailable>;

    /// Who a session secret stands for. With `used` it counts as use: what a
    /// page does by itself does not keep anybody signed in.
    async fn session(
        &self,
        secret: &str,
        used: bool,
    ) -> Result<Option<(Subject, Known)>, Unavailable>;

    /// Ends a session. Ending an unknown one is fine.
    async fn sign_out(&self, secret: &str) -> Result<(), Unavailable>;

    /// Puts on record that somebody asked for what is not theirs. `subject`
    /// names the thing, without personal data.
    async fn refused(&self, actor: &str, right: Right, subject: &str) -> Result<(), Unavailable>;

    /// One request; `None` when it is not this worker's to see.
    async fn sheet(
        &self,
        worker: &str,
        reference: &str,
        lang: Lang,
    ) -> Result<Option<Sheet>, Unavailable>;

    /// The version of a request, without reading it; `None` when it is not this
    /// worker's to see. Reading a sheet goes on record, looking for news does not.
    async fn version(&self, worker: &str, reference: &str) -> Result<Option<u32>, Unavailable>;

    /// Does an act. With `version` it is refused as stale when the request has
    /// changed since; `once` names the click.
    async fn act(
        &self,
        worker: &str,
        reference: &str,
        version: Option<u32>,
        act: Act,
        once: &str,
    ) -> Result<(), ActRefused>;

    /// A one-time code that binds a messenger chat to the worker.
    async fn bind_code(&self, worker: &str) -> Result<String, Unavailable>;

    /// Figures and alarms for administrators.
    async fn overview(&self, lang: Lang) -> Result<Overview, Unavailable>;

    /// The supervisors' board for a unit and everything below it, or for all;
    /// `None` for a unit that is not on the map.
    async fn board(&self, unit: Option<&str>, lang: Lang)
    -> Result<Option<BoardView>, Unavailable>;

    /// The same for a worker's own unit, or a unit below it: `None` for any
    /// other. Late requests that are not theirs to see are left out.
    async fn own_board(
        &self,
        worker: &str,
        unit: Option<&str>,
        lang: Lang,
    ) -> Result<Option<BoardView>, Unavailable>;

    /// A part of the open requests for administrators, most pressing first,
    /// without words or names of residents: from the beginning, or after a place.
    async fn admin_requests(&self, after: Option<&Place>, lang: Lang) -> Result<Part, Unavailable>;

    /// One request for administrators: clocks, timeline and reasons, without
    /// words, answers, telephone or thread.
    async fn admin_sheet(&self, reference: &str, lang: Lang) -> Result<Option<Sheet>, Unavailable>;

    /// Messages that could not be handled, oldest first.
    async fn parked(&self) -> Result<Vec<Parked>, Unavailable>;

    /// Tries a parked message again; `false` when there is no such message.
    async fn retry_parked(&self, key: &str) -> Result<bool, Unavailable>;

    /// Sets a parked message aside for good; `false` when there is no such message.
    async fn discard_parked(&self, key: &str) -> Result<bool, Unavailable>;

    /// Workers' corrections and what is learnt from them: does what is ordered,
    /// on record, and shows all of it.
    async fn learn(&self, order: Learn, lang: Lang) -> Result<Learning, Unavailable>;

    /// Who would get a request for a service, and why: label and text of every
    /// line; `None` for an unknown service. Nothing is kept.
    async fn try_route(
        &self,
        service: &str,
        trial: Trial,
        lang: Lang,
    ) -> Result<Option<Lines>, Unavailable>;

    /// A worker's own roster, after an order was carried out.
    async fn my_roster(&self, worker: &str, order: Order, lang: Lang) -> Result<Mine, Unavailable>;

    /// What is wrong with the roster of the next two weeks, a sentence each.
    async fn roster_findings(&self, lang: Lang) -> Result<Vec<String>, Unavailable>;

    /// Code and name of every service.
    async fn services(&self, lang: Lang) -> Result<Lines, Unavailable>;

    /// Every worker account.
    async fn workers(&self) -> Result<Vec<Worker>, Unavailable>;

    /// The secret of a new one-time sign-in link; `None` for an unknown worker and
    /// for one who has an account to sign in with.
    async fn worker_link(&self, me: &Known, id: &str) -> Result<Option<String>, Unavailable>;

    /// Hints that a topic has something new. The stream ends when the process
    /// shuts down; hints may repeat and may come too often, never too seldom.
    fn hints(&self, topic: Topic) -> BoxStream<'static, Hint>;

    /// Whether the process can take work; the text is for operators, but everybody
    /// can read it: no host and no secret.
    async fn ready(&self) -> Result<(), String>;

    /// All metrics in the Prometheus text format.
    fn metrics(&self) -> String;

    /// A provider's webhook as it came. It is answered when it is stored.
    async fn hook(&self, hook: Hook) -> HookAnswer;
}

/// Pairs of a label or code and a text.
pub type Lines = Vec<(String, String)>;

/// The store cannot be reached at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store cannot be reached")]
pub struct Unavailable;

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A worker, with the name and unit to show.
    Worker {
        /// Account.
        id: String,
        /// Name.
        name: String,
        /// Name of the unit.
        unit: String,
        /// What they are there as; their rights follow from it.
        roles: Vec<Role>,
    },
    /// An administrator.
    Admin,
}

impl Subject {
    /// As whom they may ask.
    pub fn holders(&self) -> Vec<Holder> {
        match self {
            Self::Worker { roles, .. } => roles.iter().map(|r| Holder::Worker(*r)).collect(),
            Self::Admin => vec![Holder::Admin],
        }
    }

    /// Their name in the audit log.
    pub fn actor(&self) -> String {
        match self {
            Self::Worker { id, .. } => format!("worker:{id}"),
            Self::Admin => "admin".to_owned(),
        }
    }
}

/// A fresh session.
#[derive(Clone)]
pub struct Session {
    /// For the cookie; only its hash is stored.
    pub secret: String,
    /// Whose it is.
    pub subject: Subject,
}

/// A worker account in the administrators' list.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Account.
    pub id: String,
    /// Name.
    pub name: String,
    /// Name of the unit.
    pub unit: String,
    /// Roles in words.
    pub roles: Vec<String>,
}

/// What a page is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// A resident's chat, by session.
    Chat(String),
    /// A worker's queue, by account.
    Worker(String),
    /// One request, by reference.
    Request(String),
    /// The administrators' pages.
    Admin,
    /// Figures that change all the time.
    Live,
}

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// A durable, ordered cursor; becomes the event's id.
    pub cursor: String,
}

/// A webhook call as it arrived.
#[derive(Clone, Debug)]
pub struct Hook {
    /// Kind of channel, from the path.
    pub channel: String,
    /// Our account there, from the path.
    pub account: String,
    /// Whether it is a GET, which some providers use to prove an address.
    pub get: bool,
    /// All headers.
    pub headers: HeaderMap,
    /// The query as sent, undecoded.
    pub query: String,
    /// The body, at most [`bots::webhook::MAX_BODY`].
    pub body: Bytes,
}

/// What to answer a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookAnswer {
    /// HTTP status.
    pub status: u16,
    /// Seconds for `Retry-After`.
    pub retry_after: Option<u64>,
    /// Body; its type is `text/plain` unless it starts with `{` or `<`.
    pub body: Bytes,
}
