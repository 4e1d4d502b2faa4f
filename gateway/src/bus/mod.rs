//! Hints between tasks and processes: "look again". Never the truth.
//!
//! Losing any of them, or Redis as a whole, only delays a look to the next
//! poll. Inside a process a hint is a broadcast; with Redis it is also published
//! to the other processes. What changed is always read from the database.

mod redis;

use crate::clock::Moment;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc};

/// What to look at again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// Messages wait in the outbox that no process holds.
    Outbox,
    /// A timer was set, perhaps earlier than the one waited for.
    Timers,
    /// Text messages wait to be sent.
    Texts,
    /// Somebody is to be asked whether a person is who they say.
    Checks,
    /// Units, workers, chats or documents changed.
    Reference,
    /// Something a page may show changed: "chat:ID", "desk", "request:REFERENCE".
    Page(String),
}

/// The hint line of one process; cheap to clone.
#[derive(Clone, Debug)]
pub struct Bus {
    local: Local,
    out: Option<mpsc::UnboundedSender<Hint>>,
    /// Says whether the other processes can be reached.
    state: Arc<redis::State>,
}

/// Two lines: pages change with every message, and the loops that wait for
/// work must not be woken by each of them.
#[derive(Clone, Debug)]
struct Local {
    work: broadcast::Sender<Hint>,
    pages: broadcast::Sender<Hint>,
}

impl Local {
    fn new() -> Self {
        Self {
            work: broadcast::channel(1024).0,
            pages: broadcast::channel(4096).0,
        }
    }

    fn send(&self, hint: Hint) {
        let line = match hint {
            Hint::Page(_) => &self.pages,
            Hint::Outbox | Hint::Timers | Hint::Texts | Hint::Checks | Hint::Reference => {
                &self.work
            }
        };
        // Nobody listens: nobody misses it.
        let _ = line.send(hint);
    }
}

impl Bus {
    /// A line within this process only.
    pub fn local() -> Self {
        Self {
            local: Local::new(),
            out: None,
            state: Arc::default(),
        }
    }

    /// A line to all processes on the same Redis. Redis may be away, now or
    /// later: it is tried again and again in the background.
    ///
    /// # Errors
    /// Only for a URL that cannot be read.
    pub fn shared(url: &str) -> Result<(Self, impl Future<Output = ()> + use<>), String> {
        let client = redis::client(url)?;
        let (out, queue) = mpsc::unbounded_channel();
        let bus = Self {
            local: Local::new(),
            out: Some(out),
            state: Arc::default(),
        };
        let work = redis::run(client, queue, bus.local.clone(), Arc::clone(&bus.state));
        Ok((bus, work))
    }

    /// Tells everybody. Never waits, never fails.
    pub fn hint(&self, hint: Hint) {
        if let Some(out) = &self.out {
            let _ = out.send(hint.clone());
        }
        self.local.send(hint);
    }

    /// Listens from now on for work, not for pages. A listener that is too slow
    /// misses hints, not facts.
    pub fn listen(&self) -> broadcast::Receiver<Hint> {
        self.local.work.subscribe()
    }

    /// Listens from now on for pages that may show something new.
    pub fn pages(&self) -> broadcast::Receiver<Hint> {
        self.local.pages.subscribe()
    }

    /// Counts one use of a rate that all processes share, in the span of so many
    /// seconds that holds `at`; how many were used so far. `None`: there is no
    /// Redis, or it is away, and each process counts for itself.
    pub async fn count(&self, name: &str, seconds: u32, at: Moment) -> Option<u64> {
        let span = at.timestamp().div_euclid(i64::from(seconds));
        self.state.count(name, seconds, span).await
    }

    /// `None` without Redis, else whether it is reached now.
    pub fn reaches_others(&self) -> Option<bool> {
        self.out.as_ref().map(|_| self.state.connected())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::clock::moment;

    #[tokio::test]
    async fn without_redis_each_process_counts_for_itself() {
        assert_eq!(Bus::local().count("bot", 1, moment(0)).await, None);
        let (bus, work) = Bus::shared("redis://127.0.0.1:1/").unwrap();
        let work = tokio::spawn(work);
        assert_eq!(bus.count("bot", 1, moment(0)).await, None);
        assert_eq!(bus.reaches_others(), Some(false));
        work.abort();
    }

    #[tokio::test]
    async fn two_processes_on_one_redis_share_hints_and_counters() {
        let Ok(url) = std::env::var("LINLI_TEST_REDIS") else {
            return; // `tests/run` sets it; a lone `cargo test` has no server.
        };
        let (one, work_one) = Bus::shared(&url).unwrap();
        let (two, work_two) = Bus::shared(&url).unwrap();
        let tasks = [tokio::spawn(work_one), tokio::spawn(work_two)];
        while !(one.reaches_others() == Some(true) && two.reaches_others() == Some(true)) {
            tokio::task::yield_now().await;
        }
        let name = format!("test-{:016x}", rand::random::<u64>());
        assert_eq!(one.count(&name, 1, moment(5_000_000)).await, Some(1));
        assert_eq!(two.count(&name, 1, moment(5_400_000)).await, Some(2));
        assert_eq!(
            two.count(&name, 1, moment(6_000_000)).await,
            Some(1),
            "another second"
        );
        let mut heard = two.pages();
        one.hint(Hint::Page(name.clone()));
        while heard.recv().await.unwrap() != Hint::Page(name.clone()) {}
        tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
}
