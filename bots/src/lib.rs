//! Channels: how residents and workers reach Linli and how it answers them.
//!
//! HTTP in, HTTP out. A channel turns what a messenger posts into [`Inbound`]
//! and delivers [`Outbound`]. It knows no database, no menu and no person; it
//! keeps no queue, counts no rates and retries nothing: the gateway's outbox
//! does, on what [`SendError::retry`] says.
//!
//! To add a channel: write `src/<name>.rs` (settings that refuse unknown keys,
//! `receive` with its verify step, `send`, `redactions`), a `mod` line here and
//! an entry in [`CHANNELS`].

#[cfg(any(test, feature = "testing"))]
pub mod cases;
mod channel;
mod error;
mod message;
pub mod render;
mod settings;
pub mod telegram;
pub mod webchat;
pub mod webhook;

pub use channel::{Built, CHANNELS, Channel, Kind, Limits, Poller};
pub use error::{
    FetchError, GoneReason, PollError, ReceiveError, Retry, SendError, SettingsError, StartError,
};
pub use message::{
    Address, AddressError, Ask, Attachment, AttachmentKind, Choice, Content, Inbound, Outbound,
    Receipt, Sender,
};

/// Bytes of a downloaded file.
pub use axum::body::Bytes;
/// Headers of a webhook request.
pub use axum::http::HeaderMap;
