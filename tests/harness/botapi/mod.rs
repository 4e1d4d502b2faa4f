//! A strict fake of Telegram's Bot API on loopback.
//!
//! Built from the facts in `constants.json`: what it refuses, how it retries a
//! webhook, what it holds back. Unmodified clients of other people prove it
//! (`tests/peers`). Formatting, groups and media beyond photo, voice and
//! document are not imitated, and it speaks plain HTTP on any port.
//!
//! ```text
//! let fake = BotApi::start(&clock).await;
//! fake.user(42).says("水管坏了");
//! let card = fake.wait_for(|sent| sent.text.contains("编号")).await;
//! fake.user(42).taps("我来处理");
//! ```

mod constants;
mod control;
mod delivery;
mod faults;
mod methods;
mod people;
mod rules;
mod server;
mod state;
mod wire;

pub use faults::Fault;
pub use people::Person;
pub use state::{Delivery, Sent};

use gateway::clock::Clock;
use state::State;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};

/// The token of the one bot a fake knows.
pub const TOKEN: &str = "700100200:fake-token_for-the-tests";
/// How long a `wait_for` waits before it gives up, in real time.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running fake; it stops when dropped.
pub struct BotApi {
    shared: Arc<Shared>,
    address: SocketAddr,
    server: tokio::task::JoinHandle<()>,
}

/// What server, deliveries and people share.
pub(crate) struct Shared {
    state: Mutex<State>,
    /// Rung after every change.
    wake: Notify,
    clock: Clock,
    client: reqwest::Client,
    /// A hundred, of which a post takes its share of `max_connections`.
    places: Arc<Semaphore>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A failed expectation of one test thread must not hide behind another.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.wake.notify_waiters();
    }

    /// Longest pause between two attempts; the facts bound it further.
    fn longest_retry_s(&self) -> i64 {
        self.lock().longest_retry_s
    }
}

impl BotApi {
    /// Starts on a free loopback port. Retries, expiry and rates follow `clock`.
    pub async fn start(clock: &Clock) -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::start_at(any, clock).await
    }

    /// Starts on this address.
    ///
    /// # Panics
    /// If the address is taken.
    pub async fn start_at(address: SocketAddr, clock: &Clock) -> Self {
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .expect("the address is free");
        let address = listener.local_addr().expect("a bound socket has one");
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("constant options");
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new(TOKEN)),
            wake: Notify::new(),
            clock: clock.clone(),
            client,
            places: Arc::new(Semaphore::new(100)),
        });
        let app = axum::Router::new()
            .nest("/control", control::routes())
            .fallback(server::handle)
            .with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, app).await;
        });
        Self {
            shared,
            address,
            server,
        }
    }

    /// What goes into `api_url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A person; the chat with the bot exists from now on.
    pub fn user(&self, id: i64) -> Person<'_> {
        self.shared.lock().person(id);
        Person {
            shared: &self.shared,
            id,
        }
    }

    /// Everything the bot sent and edited, in order.
    pub fn sent(&self) -> Vec<Sent> {
        self.shared.lock().sent.clone()
    }

    /// The part of it that went to this chat.
    pub fn sent_to(&self, chat: i64) -> Vec<Sent> {
        let mut sent = self.sent();
        sent.retain(|one| one.chat == chat);
        sent
    }

    /// The first message the bot sent that fits; waits for it.
    ///
    /// # Panics
    /// If none comes within 20 seconds of real time; says what came instead.
    pub async fn wait_for(&self, fits: impl Fn(&Sent) -> bool) -> Sent {
        self.wait(|state| state.sent.iter().find(|one| fits(one)).cloned())
            .await
    }

    /// Waits until the webhook has taken every update, or expiry has.
    ///
    /// # Panics
    /// If that takes more than 20 seconds of real time.
    pub async fn wait_until_delivered(&self) {
        self.wait(|state| state.pending.is_empty().then_some(()))
            .await;
    }

    /// Waits until `count` calls of `method` (lower case) were answered.
    ///
    /// # Panics
    /// If that takes more than 20 seconds of real time.
    pub async fn wait_for_calls(&self, method: &str, count: usize) {
        let enough = |state: &State| {
            let calls = state.calls.iter().filter(|(name, _)| name == method);
            (calls.count() >= count).then_some(())
        };
        self.wait(enough).await;
    }

    async fn wait<T>(&self, look: impl Fn(&State) -> Option<T>) -> T {
        let search = async {
            loop {
                let changed = self.shared.wake.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if let Some(found) = look(&self.shared.lock()) {
                    return found;
                }
                changed.await;
            }
        };
        if let Ok(found) = tokio::time::timeout(PATIENCE, search).await {
            return found;
        }
        let sent: Vec<_> = self.sent().into_iter().map(|s| (s.chat, s.text)).collect();
        panic!(
            "nothing of the kind within {PATIENCE:?}. Sent: {sent:#?}\nWaiting: {:?}\nCalls: {:?}",
            self.waiting(),
            self.calls()
        );
    }

    /// Every attempt to post an update, in order.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.lock().deliveries.clone()
    }

    /// Updates nobody has taken yet.
    pub fn waiting(&self) -> Vec<i64> {
        self.shared.lock().pending.keys().copied().collect()
    }

    /// Method (lower case) and error code, 0 for success, of every call.
    pub fn calls(&self) -> Vec<(String, u16)> {
        self.shared.lock().calls.clone()
    }

    /// The toast each answered tap got, by its id.
    pub fn answered_taps(&self) -> Vec<(String, String)> {
        let state = self.shared.lock();
        state
            .taps
            .iter()
            .filter_map(|(id, tap)| Some((id.clone(), tap.answered.clone()?)))
            .collect()
    }

    /// Posts an update once more, as when an acknowledgement was lost.
    pub fn redelivers(&self, update: i64) {
        let now = self.shared.clock.now();
        self.shared.lock().enqueue_again(update, now);
        delivery::kick(&self.shared);
    }

    /// The next `count` calls that would send or edit meet this fault.
    pub fn injects(&self, count: usize, fault: Fault) {
        self.shared.lock().faults.add(count, fault);
    }

    /// No more faults.
    pub fn recovers(&self) {
        self.shared.lock().faults.clear();
    }

    /// Enforces the customary rates from now on: 1/s a chat after a burst of
    /// five, 30/s in all.
    pub fn keeps_rates(&self) {
        self.shared.lock().faults.keep_rates();
    }

    /// Bounds the pause between two attempts at the webhook, for tests in which
    /// the other side is away for longer than they want to wait.
    pub fn retries_at_least_every(&self, seconds: i64) {
        self.shared.lock().longest_retry_s = seconds;
    }
}

impl Drop for BotApi {
    fn drop(&mut self) {
        self.server.abort();
        let mut state = self.shared.lock();
        // Ends the deliveries.
        state.hook = None;
        state.hook_version += 1;
        drop(state);
        self.shared.changed();
    }
}

#[cfg(test)]
mod tests;
