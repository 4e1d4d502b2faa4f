//! What the pages about running the gateway ask of the rest of it: the log of
//! who did what, and what would be deleted.

use super::{Lang, Unavailable};
use crate::clock::Moment;
use crate::desk::equity::Equity;
use crate::desk::mending::{Mended, Words};
use crate::desk::units::{UnitRow, UnitView};
use crate::probing::Probe;
use crate::retention::Deleted;
use crate::store::audit::{Line, Verified};
use crate::telemetry::Figure;
use async_trait::async_trait;
use std::time::Duration;

/// Everything about running it, behind the same reference as the rest.
#[async_trait]
pub trait Operation: Send + Sync {
    /// Counts an answer: method, pattern of the address, status and time.
    fn served(&self, method: &str, route: &str, status: u16, took: Duration);

    /// Lines of the log that fit, newest first.
    async fn search_log(&self, asked: LogAsked) -> Result<Vec<Line>, Unavailable>;

    /// Reads the whole log and says whether it is what was written.
    async fn verify_log(&self) -> Result<Verified, Unavailable>;

    /// How channels are, by name.
    async fn channels(&self) -> Result<Vec<Channel>, Unavailable>;

    /// Messages that could not be handled, with their words, put on record as
    /// read; `None` for a worker who may not see them.
    async fn parked_words(&self, worker: &str) -> Result<Option<Vec<Words>>, Unavailable>;

    /// Whether something is parked that this worker may put into other words.
    async fn may_mend(&self, worker: &str) -> Result<bool, Unavailable>;

    /// Handles a parked message as if it said something else; `None` for a worker
    /// who may not.
    async fn mend_parked(
        &self,
        worker: &str,
        key: &str,
        text: &str,
    ) -> Result<Option<Mended>, Unavailable>;

    /// A unit with what is below it, or all that stand highest; `None` for one that
    /// is not on the map.
    async fn unit(&self, code: Option<&str>, lang: Lang) -> Result<Option<UnitView>, Unavailable>;

    /// Units found by words of their names, or by their codes.
    async fn find_units(&self, words: &str, lang: Lang) -> Result<Vec<UnitRow>, Unavailable>;

    /// Who is served and how in a unit, or everywhere; `None` for a unit that is
    /// not on the map.
    async fn equity(&self, unit: Option<&str>) -> Result<Option<Equity>, Unavailable>;

    /// The last minutes of what this process did, figure by figure.
    fn figures(&self) -> Vec<(Figure, Vec<f64>)>;

    /// The last probes, newest first.
    async fn probes(&self) -> Result<Vec<Probe>, Unavailable>;

    /// Sends a probe now; how it went.
    async fn send_probe(&self) -> Result<Probe, Unavailable>;

    /// How much the next run would delete, class by class; deletes nothing.
    async fn would_delete(&self) -> Result<Vec<Deleted>, Unavailable>;
}

/// How a channel is.
#[derive(Clone, Debug)]
pub struct Channel {
    /// "kind/account".
    pub name: String,
    /// A message came in.
    pub last_in: Option<Moment>,
    /// A message went out.
    pub last_out: Option<Moment>,
    /// An attempt failed.
    pub failed: Option<Moment>,
    /// Messages to send.
    pub waiting: i64,
    /// Of them, those that may not go out yet.
    pub held: i64,
    /// Until when the first of these is held.
    pub until: Option<Moment>,
    /// Given up within a week.
    pub given_up: i64,
    /// Why the last one was.
    pub cause: Option<String>,
    /// Messages that could not be handled.
    pub parked: i64,
}

/// Which lines of the log; what is empty does not matter.
#[derive(Clone, Debug, Default)]
pub struct LogAsked {
    /// Who: a worker's number or name, or whole as in the log: "worker:YX001".
    pub actor: String,
    /// The beginning of what was done: "act.", "refused.read".
    pub act: String,
    /// To what: a reference, a worker's number, or whole: "request:…".
    pub subject: String,
    /// Not before.
    pub from: Option<Moment>,
    /// Before.
    pub to: Option<Moment>,
    /// Only lines before the one with this number.
    pub before: Option<i64>,
    /// Lines at most.
    pub most: usize,
}
