//! What the editor's pages ask of the rest of the gateway.

use super::Unavailable;
use crate::editing::{Asked, Moved, Preview, Previewed, Try, Trying, Workbench};
use async_trait::async_trait;

/// Drafts, checks and releases, behind the same reference as the rest.
#[async_trait]
pub trait Editor: Send + Sync {
    /// Does what is ordered, on record under `actor`, and shows all of it.
    async fn edit(&self, actor: &str, asked: Asked) -> Result<Workbench, Unavailable>;

    /// What the draft of the calendar would mean for the open requests; `None`
    /// without a readable draft.
    async fn moved(&self) -> Result<Option<Moved>, Unavailable>;

    /// The draft of the menu as a resident would meet it; `None` if it cannot be
    /// played.
    async fn preview(&self, asked: Preview) -> Result<Option<Previewed>, Unavailable>;

    /// What would happen if, and the scenarios that hold such answers fast.
    async fn suppose(&self, actor: &str, order: Try) -> Result<Trying, Unavailable>;
}
