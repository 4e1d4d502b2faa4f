//! What the pages about running the gateway ask of the rest of it: the log of
//! who did what, and what would be deleted.

use super::Unavailable;
use crate::clock::Moment;
use crate::retention::Deleted;
use crate::store::audit::{Line, Verified};
use async_trait::async_trait;

/// Everything about running it, behind the same reference as the rest.
#[async_trait]
pub trait Operation: Send + Sync {
    /// Lines of the log that fit, newest first.
    async fn search_log(&self, asked: LogAsked) -> Result<Vec<Line>, Unavailable>;

    /// Reads the whole log and says whether it is what was written.
    async fn verify_log(&self) -> Result<Verified, Unavailable>;

    /// How much the next run would delete, class by class; deletes nothing.
    async fn would_delete(&self) -> Result<Vec<Deleted>, Unavailable>;
}

/// Which lines of the log; what is empty does not matter.
#[derive(Clone, Debug, Default)]
pub struct LogAsked {
    /// Who, whole: "worker:YX001".
    pub actor: String,
    /// The beginning of what was done: "act.", "refused.read".
    pub act: String,
    /// To what, whole: "request:…".
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
