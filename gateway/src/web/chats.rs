//! What the residents' pages ask of the rest of the gateway, besides the chat
//! itself.
//!
//! Apart from [`Backend`](super::Backend) because nothing here is a worker's or
//! an administrator's. A session is the only way to anything.

use super::{Lang, Unavailable};
use crate::app::resume::Resumed;
use crate::desk::view::Matter;
use async_trait::async_trait;

/// Everything about a resident's own things, behind the same reference as the
/// rest.
#[async_trait]
pub trait Chats: Send + Sync {
    /// The requests of whoever holds this chat, newest first; none while what
    /// was said is off the screen.
    async fn matters(&self, session: &str, lang: Lang) -> Result<Vec<Matter>, Unavailable>;

    /// A short code by which another browser goes on with this chat.
    async fn resume_code(&self, session: &str) -> Result<String, Unavailable>;

    /// Takes a code as typed; the session is a new one of this browser, made by
    /// [`resume::FURTHER`](crate::app::resume::FURTHER). `address`: where the
    /// try comes from.
    async fn resume(
        &self,
        code: &str,
        session: &str,
        address: &str,
    ) -> Result<Resumed, Unavailable>;

    /// Ends all browsers that came to this chat by a code.
    async fn end_others(&self, session: &str) -> Result<(), Unavailable>;
}
