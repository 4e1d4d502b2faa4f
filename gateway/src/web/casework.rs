//! What the workers' console asks for beyond reading and acting.
//!
//! Part of the backend, apart only for its size.

use super::Unavailable;
use async_trait::async_trait;

/// The console of a worker.
#[async_trait]
pub trait Casework: Send + Sync + 'static {
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
}
