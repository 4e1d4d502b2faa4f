//! What the workers' console asks for beyond reading and acting.
//!
//! Part of the backend, apart only for its size.

use super::{Lang, Part, Unavailable};
use crate::desk::looks::Wish;
use crate::desk::place::Place;
use crate::desk::reviews::Review;
use crate::desk::visits::House;
use crate::requests::act::ActRefused;
use crate::rights::Right;
use async_trait::async_trait;

/// The console of a worker.
#[async_trait]
pub trait Casework: Send + Sync + 'static {
    /// A part of the requests a worker may see, most pressing first, from the
    /// beginning or after a place.
    async fn queue(
        &self,
        worker: &str,
        after: Option<&Place>,
        lang: Lang,
    ) -> Result<Part, Unavailable>;

    /// What a worker's queue amounts to: another mark as soon as anything in it
    /// changed, the same from every process and after a restart.
    async fn queue_mark(&self, worker: &str) -> Result<String, Unavailable>;

    /// The same for one request; `None` when it is not this worker's to see.
    /// Reading a sheet goes on record, looking for news does not.
    async fn sheet_mark(
        &self,
        worker: &str,
        reference: &str,
    ) -> Result<Option<String>, Unavailable>;

    /// Shows a request that is theirs in full for a while, on record.
    async fn show(&self, worker: &str, reference: &str, wish: Wish<'_>) -> Result<(), ActRefused>;

    /// Shows a request that is not theirs, because somebody is in danger; tells
    /// those who have to know. Gives the reference as it is written.
    async fn break_glass(
        &self,
        worker: &str,
        reference: &str,
        wish: Wish<'_>,
    ) -> Result<String, ActRefused>;

    /// A part of what a worker has to review and of what was reviewed, newest
    /// first, from the beginning or after a place; and where the next one begins.
    async fn reviews(
        &self,
        worker: &str,
        after: Option<&Place>,
    ) -> Result<(Vec<Review>, Option<Place>), Unavailable>;

    /// Signs one off: it was right, or it was not and why.
    async fn sign_review(
        &self,
        worker: &str,
        id: &str,
        right: bool,
        note: &str,
    ) -> Result<(), ActRefused>;

    /// Whether a request about personal data is this worker's to use a right on.
    async fn about_rights(
        &self,
        worker: &str,
        reference: &str,
        right: Right,
    ) -> Result<bool, Unavailable>;

    /// What is kept of the person of such a request, as a file, on record.
    async fn take_copy(
        &self,
        worker: &str,
        reference: &str,
        lang: Lang,
    ) -> Result<Option<String>, Unavailable>;

    /// Erases what is kept of them and tells them; the receipt.
    async fn erase(
        &self,
        worker: &str,
        reference: &str,
        lang: Lang,
    ) -> Result<Option<String>, Unavailable>;

    /// Whom a worker may visit today, house by house. Reading it goes on record.
    async fn visits(&self, worker: &str, lang: Lang) -> Result<Vec<House>, Unavailable>;
}
