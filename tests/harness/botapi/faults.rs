//! Trouble on demand: floods, server errors, silence, and the real rates.

use super::constants::FACTS;
use super::wire::Refusal;
use gateway::clock::Moment;
use std::collections::{HashMap, VecDeque};

/// What befalls a call that would put something into a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429 with this many seconds; nothing is sent.
    Flood(i64),
    /// This 5xx; nothing is sent.
    Error(u16),
    /// Sent, but the answer never comes.
    SentButSilent,
    /// Neither sent nor answered.
    Silent,
    /// Sent, and the connection breaks within the answer.
    SentButCut,
}

#[derive(Default)]
pub(super) struct Faults {
    queue: VecDeque<Fault>,
    rates: Option<Rates>,
}

/// Buckets of the customary rates.
#[derive(Default)]
struct Rates {
    chats: HashMap<i64, Bucket>,
    all: Option<Bucket>,
}

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Moment,
}

impl Faults {
    pub(super) fn add(&mut self, count: usize, fault: Fault) {
        self.queue.extend(std::iter::repeat_n(fault, count));
    }

    pub(super) fn clear(&mut self) {
        self.queue.clear();
    }

    pub(super) fn next(&mut self) -> Option<Fault> {
        self.queue.pop_front()
    }

    pub(super) fn keep_rates(&mut self) {
        self.rates = Some(Rates::default());
    }

    /// Whether the rates allow one more message to `chat` now.
    pub(super) fn allow(&mut self, chat: i64, now: Moment) -> Result<(), Refusal> {
        let Some(rates) = &mut self.rates else {
            return Ok(());
        };
        let facts = &FACTS.rates;
        let one = rates.chats.entry(chat).or_insert(Bucket {
            tokens: facts.chat_burst,
            at: now,
        });
        let wait_one = one.wait(facts.chat_per_s, facts.chat_burst, now);
        let all = rates.all.get_or_insert(Bucket {
            tokens: facts.all_per_s,
            at: now,
        });
        let wait_all = all.wait(facts.all_per_s, facts.all_per_s, now);
        let wait = wait_one.max(wait_all);
        if wait > 0.0 {
            return Err(Refusal::too_fast(wait.ceil().max(1.0) as i64));
        }
        one.tokens -= 1.0;
        all.tokens -= 1.0;
        Ok(())
    }
}

impl Bucket {
    /// Seconds until a token is there; 0 if one is.
    fn wait(&mut self, per_second: f64, burst: f64, now: Moment) -> f64 {
        let passed = (now - self.at).num_microseconds().unwrap_or(0).max(0) as f64 / 1e6;
        self.tokens = (self.tokens + passed * per_second).min(burst);
        self.at = now;
        // Half a microsecond of rounding must not cost a second.
        ((1.0 - self.tokens - 1e-6) / per_second).max(0.0)
    }
}
