//! What the pages and the interface ask about programs that are told what
//! happens: their addresses, and what became of each message.

use super::Unavailable;
use crate::clock::Moment;
use crate::webhooks::New;
use async_trait::async_trait;

/// Everything about them, behind the same reference as the rest.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Programs whose token counts: id and name.
    async fn programs(&self) -> Result<Vec<(String, String)>, Unavailable>;

    /// Addresses, oldest first; of one program, or of all.
    async fn webhooks(&self, of: Option<&str>) -> Result<Vec<Address>, Unavailable>;

    /// Registers an address: its id and its secret, or why not.
    async fn add_webhook(&self, actor: &str, new: New) -> Result<Added, Unavailable>;

    /// Ends an address; `false` if it is over or not this program's.
    async fn end_webhook(
        &self,
        actor: &str,
        id: &str,
        of: Option<&str>,
    ) -> Result<bool, Unavailable>;

    /// What was told or is to be, newest first.
    async fn deliveries(&self, asked: Told<'_>) -> Result<Vec<Delivery>, Unavailable>;

    /// Tells something once more; `false` if it waits, is over, or is not this
    /// program's.
    async fn tell_again(
        &self,
        actor: &str,
        id: &str,
        of: Option<&str>,
    ) -> Result<bool, Unavailable>;
}

/// Id and secret of a new address, or what is wrong with it.
pub type Added = Result<(String, String), Wrong>;

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It may not be called.
    Url,
    /// Nothing, or something unknown, is to be told.
    Kinds,
    /// There is no such program.
    Client,
    /// The program has enough of them.
    Many,
    /// The secret is too short or too long.
    Secret,
}

/// An address of a program.
#[derive(Clone, Debug)]
pub struct Address {
    /// Id.
    pub id: String,
    /// The program's name.
    pub program: String,
    /// Host; the rest may be a secret of theirs.
    pub host: String,
    /// What it is told.
    pub kinds: Vec<String>,
    /// Since when.
    pub made: Moment,
    /// Whether it is told anything still.
    pub live: bool,
}

/// Which deliveries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told<'a> {
    /// Of this program only.
    pub of: Option<&'a str>,
    /// Only those before the one with this id; "" for the newest.
    pub before: &'a str,
    /// At most so many.
    pub most: usize,
}

/// One fact on its way to one address.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Id, the same at every attempt.
    pub id: String,
    /// The program's name.
    pub program: String,
    /// Reference of the request.
    pub reference: String,
    /// Kind of fact.
    pub kind: String,
    /// When it happened.
    pub at: Moment,
    /// "waiting", "taken", "given_up" or "over".
    pub state: &'static str,
    /// Attempts so far.
    pub attempts: i64,
    /// The next attempt, while it waits.
    pub next: Option<Moment>,
    /// HTTP status of the last answer.
    pub status: Option<i64>,
    /// The beginning of that answer, or what was in the way.
    pub answer: String,
}
