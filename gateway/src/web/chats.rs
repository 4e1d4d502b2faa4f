//! What the residents' pages ask of the rest of the gateway, besides the chat
//! itself.
//!
//! Apart from [`Backend`](super::Backend) because nothing here is a worker's or
//! an administrator's. A session is the only way to anything.

use super::{Lang, Unavailable};
use crate::app::resume::Resumed;
use crate::conversation::Reply;
use crate::desk::view::Matter;
use async_trait::async_trait;
use axum::body::Bytes;

/// Everything about a resident's own things, behind the same reference as the
/// rest.
#[async_trait]
pub trait Chats: Send + Sync {
    /// What only this gateway can add to the beginning of a chat's secret, so
    /// that nobody else makes one up: 32 hexadecimal characters.
    fn chat_mark(&self, beginning: &str) -> String;

    /// Whether anything was ever said in this chat.
    async fn chat_began(&self, session: &str) -> Result<bool, Unavailable>;

    /// The card for words of danger, whatever else works now; `None` for others.
    fn danger_card(&self, text: &str, lang: Lang) -> Option<Reply>;

    /// The requests of whoever holds this chat, newest first; none while what
    /// was said is off the screen.
    async fn matters(&self, session: &str, lang: Lang) -> Result<Vec<Matter>, Unavailable>;

    /// Pictures from this chat, with a few words. The click's name is beside
    /// the session; `address` is where they come from.
    async fn chat_photos(
        &self,
        click: (&str, &str),
        address: &str,
        lang: Lang,
        files: Vec<Bytes>,
        caption: Option<String>,
    ) -> Result<Taken, Unavailable>;

    /// A picture of this chat, a JPEG; `None` if it is not theirs.
    async fn chat_photo(&self, session: &str, id: &str) -> Result<Option<Vec<u8>>, Unavailable>;

    /// A picture of a request, for a worker who may read its story.
    async fn request_photo(
        &self,
        worker: &str,
        reference: &str,
        id: &str,
    ) -> Result<Option<Vec<u8>>, Unavailable>;

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

/// What became of pictures that were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// They are stored and said; the same click again changes nothing.
    Stored,
    /// One of them is no picture.
    Unreadable,
    /// One of them has too many bytes or pixels.
    TooLarge,
    /// Enough for one day.
    TooMany,
}
