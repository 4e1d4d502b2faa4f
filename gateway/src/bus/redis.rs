//! Hints across processes, over Redis publish and subscribe, and counters of
//! rates that processes share.
//!
//! Publishing is batched; a lost connection is made again with a growing pause.
//! Nothing waits for it and nothing is kept for it.

use super::{Hint, Local};
use arc_swap::ArcSwapOption;
use futures::StreamExt;
use redis::aio::MultiplexedConnection;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;

const CHANNEL: &str = "linli:hints";
/// How long counting may take before a process counts for itself.
const PATIENCE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Whether Redis is reached, and the connection for counting if it is.
#[derive(Default)]
pub(super) struct State {
    connected: AtomicBool,
    counter: ArcSwapOption<MultiplexedConnection>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "State({})", self.connected())
    }
}

impl State {
    pub(super) fn connected(&self) -> bool {
        self.connected.load(Ordering::Relaxed)
    }

    fn up(&self, connection: &MultiplexedConnection) {
        self.counter.store(Some(Arc::new(connection.clone())));
        self.connected.store(true, Ordering::Relaxed);
    }

    /// Whether it was up until now.
    fn down(&self) -> bool {
        self.counter.store(None);
        self.connected.swap(false, Ordering::Relaxed)
    }

    /// Counts one use of `name` over all processes, in the span of this
    /// number; how many there were so far. `None` when Redis is away or slow: count for yourself.
    pub(super) async fn count(&self, name: &str, seconds: u32, span: i64) -> Option<u64> {
        let mut connection = self.counter.load_full()?.as_ref().clone();
        let key = format!("linli:rate:{name}:{seconds}:{span}");
        let mut pipe = redis::pipe();
        pipe.incr(&key, 1)
            .expire(&key, i64::from(seconds) + 4)
            .ignore();
        let counted = pipe.query_async::<(u64,)>(&mut connection);
        let counted = tokio::time::timeout(PATIENCE, counted).await;
        counted.ok()?.ok().map(|(uses,)| uses)
    }
}

/// A batch of hints from one process.
#[derive(Serialize, Deserialize)]
struct Envelope {
    from: u64,
    hints: Vec<Hint>,
}

pub(super) fn client(url: &str) -> Result<redis::Client, String> {
    redis::Client::open(url).map_err(|e| format!("redis.url cannot be read: {:?}", e.kind()))
}

/// Publishes and subscribes until the bus is gone.
pub(super) async fn run(
    client: redis::Client,
    mut queue: mpsc::UnboundedReceiver<Hint>,
    local: Local,
    state: Arc<State>,
) {
    let me: u64 = rand::random();
    let mut pause = Duration::from_millis(100);
    loop {
        match serve(&client, &mut queue, &local, &state, me).await {
            Ok(()) => return,
            Err(error) => {
                if state.down() {
                    tracing::warn!(kind = ?error.kind(), "redis is away; hints stay within the process");
                    pause = Duration::from_millis(100);
                }
            }
        }
        // Hints written meanwhile are worthless later.
        while queue.try_recv().is_ok() {}
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// One connection's life. `Ok` when the bus is gone.
async fn serve(
    client: &redis::Client,
    queue: &mut mpsc::UnboundedReceiver<Hint>,
    local: &Local,
    state: &State,
    me: u64,
) -> redis::RedisResult<()> {
    let mut publish = client.get_multiplexed_async_connection().await?;
    let mut subscription = client.get_async_pubsub().await?;
    subscription.subscribe(CHANNEL).await?;
    state.up(&publish);
    tracing::info!("redis is reached; hints go to all processes");
    let mut incoming = subscription.into_on_message();
    let mut batch = Vec::new();
    loop {
        tokio::select! {
            count = queue.recv_many(&mut batch, 256) => {
                if count == 0 {
                    return Ok(());
                }
                let mut hints: Vec<Hint> = Vec::with_capacity(batch.len());
                for hint in batch.drain(..) {
                    if !hints.contains(&hint) {
                        hints.push(hint);
                    }
                }
                let text = serde_json::to_string(&Envelope { from: me, hints }).expect("plain data");
                let _: i64 = redis::cmd("PUBLISH").arg(CHANNEL).arg(text).query_async(&mut publish).await?;
            }
            message = incoming.next() => {
                let Some(message) = message else {
                    return Err(redis::RedisError::from((redis::ErrorKind::Io, "subscription ended")));
                };
                let payload = message.get_payload_bytes();
                if let Ok(envelope) = serde_json::from_slice::<Envelope>(payload)
                    && envelope.from != me
                {
                    for hint in envelope.hints {
                        local.send(hint);
                    }
                }
            }
        }
    }
}
