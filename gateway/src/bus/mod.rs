//! Hints between tasks and processes: "look again". Never the truth.
//!
//! Losing any of them, or Redis as a whole, only delays a look to the next
//! poll. Inside a process a hint is a broadcast; with Redis it is also published
//! to the other processes. What changed is always read from the database.

mod redis;

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
    /// Units, workers, chats or documents changed.
    Reference,
    /// Something a page may show changed: "chat:ID", "desk", "request:REFERENCE".
    Page(String),
}

/// The hint line of one process; cheap to clone.
#[derive(Clone, Debug)]
pub struct Bus {
    local: broadcast::Sender<Hint>,
    out: Option<mpsc::UnboundedSender<Hint>>,
    /// Says whether the other processes can be reached.
    state: Arc<redis::State>,
}

impl Bus {
    /// A line within this process only.
    pub fn local() -> Self {
        Self {
            local: broadcast::channel(4096).0,
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
            local: broadcast::channel(4096).0,
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
        let _ = self.local.send(hint);
    }

    /// Listens from now on. A listener that is too slow misses hints, not facts.
    pub fn listen(&self) -> broadcast::Receiver<Hint> {
        self.local.subscribe()
    }

    /// `None` without Redis, else whether it is reached now.
    pub fn reaches_others(&self) -> Option<bool> {
        self.out.as_ref().map(|_| self.state.connected())
    }
}
