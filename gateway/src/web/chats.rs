//! What the residents' pages ask of the rest of the gateway, besides the chat
//! itself.
//!
//! Apart from [`Backend`](super::Backend) because nothing here is a worker's or
//! an administrator's. A session is the only way to anything.

use super::{Lang, Unavailable};
use crate::desk::view::Matter;
use async_trait::async_trait;

/// Everything about a resident's own things, behind the same reference as the
/// rest.
#[async_trait]
pub trait Chats: Send + Sync {
    /// The requests of whoever holds this chat, newest first; none while what
    /// was said is off the screen.
    async fn matters(&self, session: &str, lang: Lang) -> Result<Vec<Matter>, Unavailable>;
}
