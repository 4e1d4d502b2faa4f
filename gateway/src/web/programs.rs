//! What the JSON interface asks of the rest of the gateway, besides what the
//! pages ask: who a token stands for, writes that are repeated, lists in pages.

use super::{Lang, Subject, Unavailable};
use crate::clients::Client;
use crate::clients::writes::{Answer, Begun};
use crate::desk::view::Card;
use async_trait::async_trait;

/// Everything about programs, behind the same reference as the rest.
#[async_trait]
pub trait Programs: Send + Sync {
    /// The program a token belongs to, and as whom it acts; `None` for a token
    /// that does not count, and for a worker who is not there any more.
    async fn client(&self, token: &str) -> Result<Option<(Client, Subject)>, Unavailable>;

    /// Counts a call of this program over all processes; how many there were in
    /// this minute. `None` where each process counts for itself.
    async fn calls(&self, client: &Client) -> Option<u64>;

    /// Takes the place of a write.
    async fn begin_write(
        &self,
        client: &Client,
        key: &str,
        digest: &str,
    ) -> Result<Begun, Unavailable>;

    /// Keeps the answer of a write; returns the one that counts.
    async fn keep_write(
        &self,
        client: &Client,
        key: &str,
        about: &str,
        answer: Answer,
    ) -> Result<Answer, Unavailable>;

    /// Open requests this subject may see after a place in the order of their
    /// opening ("" for the beginning), at most so many.
    async fn requests_after(
        &self,
        who: &Subject,
        after: &str,
        most: usize,
        lang: Lang,
    ) -> Result<Part, Unavailable>;

    /// All units of the territory, by code.
    async fn units(&self) -> Result<Vec<UnitLine>, Unavailable>;
}

/// A part of a list.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Its lines.
    pub cards: Vec<Card>,
    /// Where the next part begins; `None` after the last one.
    pub next: Option<String>,
}

/// A unit, as programs see it.
#[derive(Clone, Debug)]
pub struct UnitLine {
    /// Code.
    pub code: String,
    /// "city", "district", "street", "community", "grid".
    pub kind: &'static str,
    /// Name.
    pub name: String,
    /// Code of the unit above.
    pub parent: Option<String>,
}
