//! What can go wrong at the border, as a closed set.
//!
//! Variants are named for what the caller can do about them. Texts never carry
//! a URL (it holds the bot's token), a chat id or a person's words.

use std::time::Duration;
use thiserror::Error;

/// Why a message was not delivered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SendError {
    /// Too fast: the provider names the wait.
    #[error("the provider asks to wait {0:?}")]
    RetryAfter(Duration),
    /// Not delivered, may work later.
    #[error("not delivered for now: {0}")]
    Temporary(String),
    /// Sent, but no answer came: it may have been delivered.
    #[error("perhaps delivered: {0}")]
    Unknown(String),
    /// Nobody is there: mark the binding dead.
    #[error("nobody is there: {0:?}")]
    Gone(GoneReason),
    /// The chat has another id now: store it and send there.
    #[error("the chat has moved")]
    Moved { to: String },
    /// This message or this configuration is wrong; sending it again is vain.
    #[error("refused: {0}")]
    Rejected(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoneReason {
    Blocked,
    Deactivated,
    NotFound,
}

/// What the outbox does with a failed message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Park it.
    Never,
    /// Wait exactly this long.
    After(Duration),
    /// Wait longer each time.
    Backoff,
}

impl SendError {
    /// When to try again. A message that was perhaps delivered is tried again:
    /// reading a hotline number twice does no harm, not reading it does.
    /// `Moved` is not retried as it stands; it goes to the new address.
    pub fn retry(&self) -> Retry {
        match self {
            Self::RetryAfter(wait) => Retry::After(*wait),
            Self::Temporary(_) | Self::Unknown(_) => Retry::Backoff,
            Self::Gone(_) | Self::Moved { .. } | Self::Rejected(_) => Retry::Never,
        }
    }
}

/// Why a webhook request was not taken. Only `Unsupported` is acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReceiveError {
    /// Secret or signature wrong, missing or repeated: answer 401.
    #[error("the request is not from the provider")]
    Unauthorized,
    /// Answer 413.
    #[error("the request body is too large")]
    TooLarge,
    /// Not the provider's format at all: answer 400.
    #[error("the request cannot be read: {0}")]
    Malformed(String),
    /// Genuine but of no use to us: answer 200, or it will come for ever.
    #[error("not supported here: {0}")]
    Unsupported(String),
}

/// Why a channel cannot begin.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StartError {
    /// The token is wrong; nobody can help but the operator.
    #[error("the provider does not accept the token")]
    Unauthorized,
    /// Try again later.
    #[error("the provider cannot be reached: {0}")]
    Unreachable(String),
    /// The provider answers no.
    #[error("the provider refuses: {0}")]
    Refused(String),
}

/// Why a poll brought nothing. All but `Rejected` go away by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PollError {
    #[error("the provider asks to wait {0:?}")]
    RetryAfter(Duration),
    #[error("no updates for now: {0}")]
    Temporary(String),
    /// Somebody else fetches this account's updates.
    #[error("updates go elsewhere: {0}")]
    Conflict(String),
    #[error("refused: {0}")]
    Rejected(String),
}

/// Why a file did not come.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FetchError {
    #[error("the file is larger than {0} bytes")]
    TooLarge(u64),
    /// The provider no longer has it.
    #[error("the file is gone")]
    Gone,
    #[error("the provider asks to wait {0:?}")]
    RetryAfter(Duration),
    #[error("the file cannot be fetched for now: {0}")]
    Temporary(String),
    #[error("refused: {0}")]
    Rejected(String),
}

/// Everything that is wrong with a channel's settings, at once.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", problems.join("; "))]
pub struct SettingsError {
    /// One sentence each, naming the key.
    pub problems: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_send_error_knows_whether_to_try_again() {
        let wait = Duration::from_secs(3);
        for (error, retry) in [
            (SendError::RetryAfter(wait), Retry::After(wait)),
            (SendError::Temporary(String::new()), Retry::Backoff),
            (SendError::Unknown(String::new()), Retry::Backoff),
            (SendError::Gone(GoneReason::Blocked), Retry::Never),
            (SendError::Moved { to: "1".into() }, Retry::Never),
            (SendError::Rejected(String::new()), Retry::Never),
        ] {
            assert_eq!(error.retry(), retry, "{error}");
        }
    }
}
