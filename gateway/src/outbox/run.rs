//! The sending loop: one queue per chat, many chats at once.
//!
//! Within a chat messages leave in the order they were committed (`order`). When the first
//! of a chat has to wait (the provider asked for it, or it failed), all of that
//! chat go back to the database with the same time and come again together; the
//! memory never holds a message longer than its lease. Results are recorded in
//! batches. Nothing here decides what is said.

use super::order;
use super::pace::{Pace, Rates};
use super::results::until;
use super::{Held, is_page};
use crate::bus::{Bus, Hint};
use crate::clock::{Clock, Moment, micros};
use crate::seal::Seal;
use crate::store::rows::{MoveRow, ReceiptRow};
use crate::store::{Changes, Db, StoreError, broken};
use crate::telemetry::Metrics;
use bots::{Channel, Receipt, SendError};
use chrono::TimeDelta;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How the outbox behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Messages on their way at once.
    pub senders: usize,
    /// How long a claim holds. Must exceed the longest wait plus the longest send.
    pub lease: TimeDelta,
    /// How long one send may take before it counts as unknown.
    pub longest_send: TimeDelta,
    /// After this age a failing message is given up.
    pub give_up_after: TimeDelta,
    /// How often to look for messages nobody holds.
    pub poll: TimeDelta,
    /// Most messages held in memory.
    pub room: usize,
    /// How fast messages may leave; 0 is no limit.
    pub rates: Rates,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            senders: 64,
            lease: TimeDelta::seconds(20),
            longest_send: TimeDelta::seconds(10),
            give_up_after: TimeDelta::hours(24),
            poll: TimeDelta::seconds(1),
            room: 8192,
            rates: Rates::default(),
        }
    }
}

/// The front of the sending loop; cheap to clone.
#[derive(Clone, Debug)]
pub struct Outbox {
    inbox: mpsc::UnboundedSender<Held>,
    held: Arc<AtomicUsize>,
    room: usize,
    lease: TimeDelta,
    clock: Clock,
}

/// What the loop works with.
pub struct Parts {
    /// Where rows are.
    pub db: Db,
    /// How they are opened.
    pub seal: Seal,
    /// What time it is.
    pub clock: Clock,
    /// Who says that rows wait.
    pub bus: Bus,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Accounts, by "channel/account".
    pub channels: HashMap<String, Arc<dyn Channel>>,
}

pub(super) struct Done {
    pub(super) held: Held,
    pub(super) result: Result<Receipt, SendError>,
}

#[derive(Default)]
pub(super) struct Chat {
    pub(super) queue: VecDeque<Held>,
    /// The message on its way.
    pub(super) sending: Option<String>,
}

pub(super) struct Loop {
    pub(super) parts: Parts,
    pub(super) settings: Settings,
    pub(super) held: Arc<AtomicUsize>,
    pub(super) chats: HashMap<String, Chat>,
    /// Chats that wait for a free sender, most urgent lane first.
    pub(super) ready: [VecDeque<String>; 4],
    /// Chats to be left alone until a moment (microseconds).
    pub(super) quiet: HashMap<String, i64>,
    pub(super) pace: Pace,
    pub(super) on_the_way: usize,
    pub(super) receipts: Vec<ReceiptRow>,
    pub(super) ended: Vec<String>,
    pub(super) moved: Vec<MoveRow>,
    pub(super) done: mpsc::UnboundedSender<Done>,
    /// Messages whose result is not in the database yet: nobody may take them
    /// again from there, however long the writing takes. With the new state.
    pub(super) unrecorded: HashMap<String, i64>,
    /// Chats whose first message here comes after one that another process holds.
    pub(super) stuck: HashSet<String>,
    /// When to ask whether those may go on, and how long to wait after.
    pub(super) ask_at: Option<Instant>,
    pub(super) ask_again: Duration,
    /// When the results gathered so far are to be written.
    pub(super) record_at: Option<Instant>,
    /// Some are being written now.
    pub(super) recording: bool,
    /// The database did not answer when it was last asked.
    pub(super) away: bool,
    /// Nothing is claimed before.
    pub(super) claim_from: Option<Instant>,
    /// Gets an empty change when they are, or what could not be written.
    pub(super) recorded: mpsc::UnboundedSender<Changes>,
}

impl Outbox {
    /// Makes the loop; run the future until the token is cancelled.
    pub fn new(
        parts: Parts,
        settings: Settings,
        stop: CancellationToken,
    ) -> (Self, impl Future<Output = Result<(), StoreError>> + Send) {
        let (inbox, rows) = mpsc::unbounded_channel();
        let held = Arc::new(AtomicUsize::new(0));
        let front = Self {
            inbox,
            held: Arc::clone(&held),
            room: settings.room,
            lease: settings.lease,
            clock: parts.clock.clone(),
        };
        let (done, finished) = mpsc::unbounded_channel();
        let (recorded, results) = mpsc::unbounded_channel();
        let work = Loop {
            parts,
            settings,
            held,
            chats: HashMap::new(),
            ready: Default::default(),
            quiet: HashMap::new(),
            pace: Pace::default(),
            on_the_way: 0,
            receipts: Vec::new(),
            ended: Vec::new(),
            moved: Vec::new(),
            done,
            unrecorded: HashMap::new(),
            stuck: HashSet::new(),
            ask_at: None,
            ask_again: order::SOON,
            record_at: None,
            recording: false,
            away: false,
            claim_from: None,
            recorded,
        };
        (front, work.run(rows, finished, results, stop))
    }

    /// The lease a new row may be born with, if there is room to send it at once.
    pub fn lease(&self) -> Option<Moment> {
        (self.held.load(Ordering::Relaxed) < self.room).then(|| self.clock.now() + self.lease)
    }

    /// Sends what was just committed.
    pub fn send(&self, held: impl IntoIterator<Item = Held>) {
        for message in held {
            self.held.fetch_add(1, Ordering::Relaxed);
            // The loop is gone only at the end; the lease then runs out.
            let _ = self.inbox.send(message);
        }
    }

    /// How many messages this process holds.
    pub fn holding(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }
}

impl Loop {
    async fn run(
        mut self,
        mut rows: mpsc::UnboundedReceiver<Held>,
        mut finished: mpsc::UnboundedReceiver<Done>,
        mut results: mpsc::UnboundedReceiver<Changes>,
        stop: CancellationToken,
    ) -> Result<(), StoreError> {
        let clock = self.parts.clock.clone();
        let mut hints = self.parts.bus.listen();
        let (mut arrived, mut over) = (Vec::new(), Vec::new());
        let mut look_at = clock.now();
        loop {
            let draining = stop.is_cancelled();
            if draining {
                // What is not on its way yet belongs to whoever comes next.
                while let Ok(held) = rows.try_recv() {
                    self.give_back(&held, micros(clock.now()));
                }
                self.give_back_all();
            }
            let recorded = self.receipts.is_empty() && !self.recording;
            if draining && self.on_the_way == 0 && recorded {
                return Ok(());
            }
            tokio::select! {
                biased;
                _ = finished.recv_many(&mut over, 512) => {
                    for done in over.drain(..) {
                        self.finish(done);
                    }
                }
                count = rows.recv_many(&mut arrived, 512), if !draining => {
                    if count == 0 {
                        return Ok(());
                    }
                    for held in arrived.drain(..) {
                        self.enqueue(held);
                    }
                }
                () = stop.cancelled(), if !draining => {}
                Some(left) = results.recv() => self.recorded(left),
                () = until(self.record_at), if self.record_at.is_some() && !self.recording => {}
                () = until(self.ask_at), if self.ask_at.is_some() && !draining => {
                    self.ask().await;
                }
                hint = hints.recv() => {
                    if matches!(hint, Ok(Hint::Outbox) | Err(_)) {
                        look_at = clock.now();
                    }
                }
                () = clock.sleep_until(look_at), if !draining => {
                    look_at = self.look().await;
                }
            }
            if !draining {
                self.start_sending().await;
            }
            self.record(draining);
        }
    }

    pub(super) fn enqueue(&mut self, mut held: Held) {
        self.forget_sent(&mut held);
        let now = micros(self.parts.clock.now());
        if let Some(until) = self.quiet.get(&held.chat).copied()
            && until > now
            && held.lane > 0
        {
            self.give_back(&held, until);
            return;
        }
        let (name, lane) = (held.chat.clone(), held.lane.clamp(0, 3) as usize);
        let chat = self.chats.entry(name.clone()).or_default();
        // A lease taken again replaces the older copy of the same message.
        if let Some(old) = chat.queue.iter_mut().find(|h| h.id == held.id) {
            *old = held;
            self.held.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        if chat.insert(held) && chat.sending.is_none() {
            self.ready[lane].push_back(name);
        }
    }

    async fn start_sending(&mut self) {
        while self.on_the_way < self.settings.senders {
            let Some(name) = self.ready.iter_mut().find_map(VecDeque::pop_front) else {
                return;
            };
            let Some(chat) = self.chats.get_mut(&name) else {
                continue;
            };
            if chat.sending.is_some() {
                continue;
            }
            let Some(first) = chat.queue.front() else {
                self.chats.remove(&name);
                continue;
            };
            let lane = first.lane;
            let now = micros(self.parts.clock.now());
            let left = self
                .settings
                .longest_send
                .num_microseconds()
                .unwrap_or(i64::MAX);
            if first.lease < now.saturating_add(left) {
                // Too late to be sure that nobody else sends it: let it come back.
                self.put_back(&name, None);
                continue;
            }
            let bot = format!("{}/{}", first.to.channel, first.to.account);
            let Some(channel) = self.parts.channels.get(&bot).cloned() else {
                let held = chat.queue.pop_front().expect("looked at above");
                self.held.fetch_sub(1, Ordering::Relaxed);
                let state = if is_page(&held.to) { 1 } else { 2 };
                let (id, why) = (
                    (held.id.as_str(), held.lease),
                    "this channel is not configured",
                );
                self.receipt(id, state, held.lease, 0, None, Some(why));
                self.over(&name, &held.id);
                self.ready[held.lane.clamp(0, 3) as usize].push_back(name);
                continue;
            };
            if !first.behind.is_empty() {
                self.stuck(name);
                continue;
            }
            if let Err(at) = self.may_send(&name, &bot, lane, now).await {
                self.quiet.insert(name.clone(), at);
                self.put_back(&name, Some(at));
                continue;
            }
            let Some(chat) = self.chats.get_mut(&name) else {
                continue;
            };
            let held = chat.queue.pop_front().expect("looked at above");
            chat.sending = Some(held.id.clone());
            self.on_the_way += 1;
            self.deliver(channel, held);
        }
    }

    fn deliver(&self, channel: Arc<dyn Channel>, held: Held) {
        let done = self.done.clone();
        let longest = self.settings.longest_send.to_std().unwrap_or_default();
        let metrics = Arc::clone(&self.parts.metrics);
        let clock = self.parts.clock.clone();
        tokio::spawn(async move {
            let watch = clock.stopwatch();
            let send = || tokio::time::timeout(longest, channel.send(&held.to, &held.message));
            // Promises that the tests may have broken for some messages.
            let hit = held.id.ends_with('7');
            let result = if hit && broken("lose-replies") {
                Ok(Ok(Receipt::default()))
            } else if broken("any-order") && held.id.ends_with(['1', '5', '9', 'd', '3', 'b']) {
                let (channel, held) = (Arc::clone(&channel), held.clone());
                tokio::spawn(async move {
                    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                    channel.send(&held.to, &held.message).await
                });
                Ok(Ok(Receipt::default()))
            } else {
                send().await
            };
            if hit && broken("send-twice") {
                let _ = send().await;
            }
            let result =
                result.unwrap_or_else(|_| Err(SendError::Unknown("no answer in time".into())));
            let kind = channel.name();
            metrics
                .outbox_send_seconds
                .with_label_values(&[kind])
                .observe(watch.elapsed().as_secs_f64());
            let outcome = if result.is_ok() { "sent" } else { "failed" };
            metrics
                .outbox_sent
                .with_label_values(&[kind, outcome])
                .inc();
            let _ = done.send(Done { held, result });
        });
    }
}
