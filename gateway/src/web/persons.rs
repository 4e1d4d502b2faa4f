//! What the pages about persons ask of the rest of the gateway.
//!
//! Apart from [`Backend`](super::Backend) because it is about who somebody is,
//! and not about what becomes of a request.

use super::{Lang, Unavailable};
use crate::desk::view::Merge;
use crate::requests::act::ActRefused;
use crate::staff::Known;
use async_trait::async_trait;

/// Everything about persons, behind the same reference as the rest.
#[async_trait]
pub trait Persons: Send + Sync {
    /// Settles a task of a request that is this worker's to act on.
    async fn settle(
        &self,
        worker: &str,
        reference: &str,
        task: &str,
        answer: &str,
    ) -> Result<(), ActRefused>;

    /// Persons who may be one, and those who were found to be.
    async fn merges(&self, lang: Lang) -> Result<Vec<Merge>, Unavailable>;

    /// Decides about two of them; `false` if there is nothing to decide.
    async fn decide_merge(&self, me: &Known, id: &str, answer: &str) -> Result<bool, Unavailable>;

    /// What is kept of a resident as a file, behind a one-time link; `None` for
    /// one that is not good.
    async fn own_copy(&self, secret: &str, lang: Lang) -> Result<Option<String>, Unavailable>;
}
