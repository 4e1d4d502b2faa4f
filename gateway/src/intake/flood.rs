//! How much one chat may send before it is slowed.
//!
//! Beyond the limit messages are still stored, but not answered one by one; the
//! person is told once a minute. Danger is never slowed: whoever calls this
//! looks for danger first.

use crate::clock::{Moment, micros};
use std::collections::HashMap;

/// What one chat may send.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Messages a minute, sustained.
    pub per_minute: f64,
    /// Messages at once after a rest.
    pub burst: f64,
}

#[derive(Clone, Copy, Debug)]
struct Chat {
    tokens: f64,
    at: i64,
    told_at: i64,
}

/// What to do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Handle it.
    Go,
    /// Store it and say that it is too fast.
    Tell,
    /// Store it, nothing else.
    Hush,
}

/// All chats of one process.
#[derive(Debug, Default)]
pub(super) struct Flood {
    chats: HashMap<String, Chat>,
    swept_at: i64,
}

impl Flood {
    /// Counts a message of a chat.
    pub(super) fn count(&mut self, chat: &str, now: Moment, limits: Limits) -> Verdict {
        let now = micros(now);
        if now - self.swept_at > 60_000_000 {
            self.swept_at = now;
            let rested = (limits.burst / limits.per_minute.max(0.001) * 60e6) as i64;
            self.chats
                .retain(|_, c| now - c.at < rested.max(60_000_000));
        }
        let fresh = Chat {
            tokens: limits.burst,
            at: now,
            told_at: i64::MIN,
        };
        let chat = match self.chats.get_mut(chat) {
            Some(chat) => chat,
            None => self.chats.entry(chat.to_owned()).or_insert(fresh),
        };
        // A clock that jumped back must not silence the chat.
        let passed = (now - chat.at).max(0) as f64 / 60e6;
        chat.tokens = (chat.tokens + passed * limits.per_minute).min(limits.burst);
        chat.at = now;
        if chat.tokens >= 1.0 {
            chat.tokens -= 1.0;
            return Verdict::Go;
        }
        if chat.told_at == i64::MIN || now - chat.told_at >= 60_000_000 || now < chat.told_at {
            chat.told_at = now;
            return Verdict::Tell;
        }
        Verdict::Hush
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::moment;

    const LIMITS: Limits = Limits {
        per_minute: 60.0,
        burst: 3.0,
    };

    #[test]
    fn a_flood_is_explained_once_a_minute_and_ends_with_a_rest() {
        let mut flood = Flood::default();
        let mut send = |second: i64| flood.count("a", moment(second * 1_000_000), LIMITS);
        assert_eq!([send(0), send(0), send(0)], [Verdict::Go; 3]);
        assert_eq!(
            [send(0), send(0), send(0)],
            [Verdict::Tell, Verdict::Hush, Verdict::Hush]
        );
        assert_eq!(send(1), Verdict::Go);
        assert_eq!(send(1), Verdict::Hush);
        assert_eq!(send(120), Verdict::Go);
    }

    #[test]
    fn one_noisy_chat_does_not_slow_another() {
        let mut flood = Flood::default();
        for _ in 0..10_000 {
            flood.count("noisy", moment(0), LIMITS);
        }
        assert_eq!(flood.count("quiet", moment(0), LIMITS), Verdict::Go);
    }

    #[test]
    fn a_clock_that_jumps_back_an_hour_silences_nobody_for_an_hour() {
        let mut flood = Flood::default();
        let hour = 3_600_000_000;
        for _ in 0..5 {
            flood.count("a", moment(hour), LIMITS);
        }
        assert_eq!(flood.count("a", moment(0), LIMITS), Verdict::Tell);
        assert_eq!(flood.count("a", moment(2_000_000), LIMITS), Verdict::Go);
    }
}
