//! How fast messages may leave: a token bucket per chat and one per bot.
//!
//! Replies are not held back by the bot's own rate (a provider allows answers
//! at the pace of the questions); pushes and bulk notices are. A chat that the
//! provider asked us to leave alone is left alone; other chats are not.

use super::run::Loop;
use crate::clock::moment;
use std::collections::HashMap;

/// A token bucket; times in microseconds.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: i64,
}

impl Bucket {
    /// Takes one token, or says when there will be one.
    fn take(&mut self, now: i64, per_second: f64, burst: f64) -> Result<(), i64> {
        // A clock that jumped back must not empty the bucket for an hour.
        let passed = (now - self.at).max(0) as f64 / 1e6;
        self.tokens = (self.tokens + passed * per_second).min(burst.max(1.0));
        self.at = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(now + ((1.0 - self.tokens) / per_second * 1e6).ceil() as i64)
    }
}

/// How fast messages may leave; 0 is no limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Answers to people who just wrote, a second and account.
    pub reply_per_second: f64,
    /// Pushes and notices, a second and account.
    pub bulk_per_second: f64,
    /// Messages a second to one chat, sustained.
    pub chat_per_second: f64,
    /// Messages to one chat at once after a rest.
    pub chat_burst: f64,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            reply_per_second: 0.0,
            bulk_per_second: 30.0,
            chat_per_second: 1.0,
            chat_burst: 20.0,
        }
    }
}

/// All rates of one process.
#[derive(Debug, Default)]
pub(super) struct Pace {
    chats: HashMap<String, Bucket>,
    bots: HashMap<String, Bucket>,
}

impl Pace {
    /// Whether a message may leave now; if not, when to ask again.
    pub(super) fn may_send(
        &mut self,
        chat: &str,
        bot: &str,
        lane: i64,
        rates: &Rates,
        now: i64,
    ) -> Result<(), i64> {
        // Crisis cards wait for nobody.
        if lane == 0 {
            return Ok(());
        }
        if rates.chat_per_second > 0.0 {
            let fresh = Bucket {
                tokens: rates.chat_burst.max(1.0),
                at: now,
            };
            let bucket = match self.chats.get_mut(chat) {
                Some(bucket) => bucket,
                None => self.chats.entry(chat.to_owned()).or_insert(fresh),
            };
            bucket.take(now, rates.chat_per_second, rates.chat_burst)?;
        }
        let (kind, rate) = match lane {
            1 => ("reply", rates.reply_per_second),
            _ => ("bulk", rates.bulk_per_second),
        };
        if rate > 0.0 {
            let fresh = Bucket {
                tokens: rate,
                at: now,
            };
            let bucket = self.bots.entry(format!("{bot}/{kind}")).or_insert(fresh);
            bucket.take(now, rate, rate)?;
        }
        Ok(())
    }

    /// Forgets chats that have rested long enough to be at full burst.
    pub(super) fn sweep(&mut self, now: i64) {
        self.chats.retain(|_, bucket| now - bucket.at < 120_000_000);
    }
}

impl Loop {
    /// Whether this process and, for what nobody waits for, all processes
    /// together are within the rates; else when to ask again.
    pub(super) async fn may_send(
        &mut self,
        chat: &str,
        bot: &str,
        lane: i64,
        now: i64,
    ) -> Result<(), i64> {
        let rates = self.settings.rates;
        self.pace.may_send(chat, bot, lane, &rates, now)?;
        if lane < 2 || rates.bulk_per_second <= 0.0 {
            return Ok(());
        }
        let used = self.parts.bus.count(bot, 1, moment(now)).await.unwrap_or(0);
        if used as f64 > rates.bulk_per_second.max(1.0) {
            return Err((now / 1_000_000 + 1) * 1_000_000);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Rates = Rates {
        reply_per_second: 0.0,
        bulk_per_second: 2.0,
        chat_per_second: 1.0,
        chat_burst: 3.0,
    };

    #[test]
    fn a_chat_may_burst_and_then_waits_its_second() {
        let mut pace = Pace::default();
        let mut send = |now| pace.may_send("a", "bot", 1, &RATES, now);
        assert_eq!([send(0), send(0), send(0)], [Ok(()); 3]);
        assert_eq!(send(0), Err(1_000_000));
        assert_eq!(send(1_000_000), Ok(()));
    }

    #[test]
    fn replies_do_not_wait_for_the_bots_own_rate_but_pushes_do() {
        let mut pace = Pace::default();
        for chat in 0..10 {
            assert_eq!(
                pace.may_send(&chat.to_string(), "bot", 1, &RATES, 0),
                Ok(())
            );
        }
        let pushed = (0..10)
            .filter(|c| pace.may_send(&format!("w{c}"), "bot", 2, &RATES, 0).is_ok())
            .count();
        assert_eq!(pushed, 2);
    }

    #[test]
    fn a_clock_that_jumps_back_an_hour_does_not_silence_a_chat() {
        let mut pace = Pace::default();
        let hour = 3_600_000_000;
        for _ in 0..3 {
            assert_eq!(pace.may_send("a", "bot", 1, &RATES, hour), Ok(()));
        }
        assert_eq!(pace.may_send("a", "bot", 1, &RATES, 0), Err(1_000_000));
        assert_eq!(pace.may_send("a", "bot", 1, &RATES, 1_000_000), Ok(()));
    }

    #[test]
    fn crisis_cards_wait_for_nobody() {
        let mut pace = Pace::default();
        for _ in 0..100 {
            assert_eq!(pace.may_send("a", "bot", 0, &RATES, 0), Ok(()));
        }
    }
}
