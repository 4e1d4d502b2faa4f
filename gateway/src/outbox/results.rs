//! What becomes of a message: recorded, tried again, returned, given up.

use super::Held;
use super::run::{Chat, Done, Loop};
use crate::clock::{micros, moment};
use crate::store::Changes;
use crate::store::rows::{MoveRow, ReceiptRow};
use bots::{Retry, SendError};
use chrono::TimeDelta;
use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long results are gathered before they are written: a commit for each
/// would cost as much as the message itself.
const GATHER: Duration = Duration::from_millis(20);
/// Pause after results could not be written.
const FAILED: Duration = Duration::from_millis(200);

impl Loop {
    /// Records what became of a message and lets its chat go on.
    pub(super) fn finish(&mut self, done: Done) {
        self.on_the_way -= 1;
        let Done { held, result } = done;
        let now = self.parts.clock.now();
        let name = held.chat.clone();
        let channel = format!("{}/{}", held.to.channel, held.to.account);
        let way = if result.is_ok() { "out" } else { "failed" };
        self.parts.metrics.channel_did(&channel, way, now);
        if let Some(chat) = self.chats.get_mut(&name) {
            chat.sending = None;
        }
        match result {
            Ok(receipt) => self.receipt(
                (&held.id, held.lease),
                1,
                held.lease,
                1,
                receipt.message,
                None,
            ),
            Err(error) => {
                let old = now - moment(held.at) > self.settings.give_up_after;
                let wait = match error.retry() {
                    Retry::After(wait) => TimeDelta::from_std(wait).ok(),
                    Retry::Backoff if !old => Some(backoff(held.attempts)),
                    Retry::Backoff | Retry::Never => None,
                };
                self.failed(held, &error, wait.map(|w| micros(now + w)));
                return;
            }
        }
        self.held.fetch_sub(1, Ordering::Relaxed);
        self.over(&name, &held.id);
        self.go_on(name);
    }

    fn failed(&mut self, held: Held, error: &SendError, again: Option<i64>) {
        self.held.fetch_sub(1, Ordering::Relaxed);
        let cause = error.to_string();
        let name = held.chat.clone();
        match (error, again) {
            (SendError::Moved { to }, _) => {
                let mut target = held.to.clone();
                target.chat.clone_from(to);
                let now = micros(self.parts.clock.now());
                self.receipt((&held.id, held.lease), 0, now, 1, None, Some(&cause));
                self.moved.push(MoveRow {
                    from: held.chat,
                    to: target.to_string(),
                });
                // All of them now, so that they come again together and in order.
                self.put_back(&name, Some(now));
            }
            (_, Some(at)) => {
                self.receipt((&held.id, held.lease), 0, at, 1, None, Some(&cause));
                self.quiet.insert(name.clone(), at);
                self.put_back(&name, Some(at));
            }
            (SendError::Gone(_), None) => {
                self.receipt((&held.id, held.lease), 2, held.lease, 1, None, Some(&cause));
                self.ended.push(held.chat);
                self.over(&name, &held.id);
                self.go_on(name);
            }
            (_, None) => {
                tracing::warn!(channel = held.to.channel, cause, "a message was given up");
                self.receipt((&held.id, held.lease), 2, held.lease, 1, None, Some(&cause));
                self.over(&name, &held.id);
                self.go_on(name);
            }
        }
    }

    pub(super) fn go_on(&mut self, name: String) {
        let Some(chat) = self.chats.get(&name) else {
            return;
        };
        match chat.queue.front() {
            Some(next) => self.ready[next.lane.clamp(0, 3) as usize].push_back(name),
            None => {
                self.chats.remove(&name);
            }
        }
    }

    /// Returns all waiting messages of a chat to the database.
    pub(super) fn put_back(&mut self, name: &str, until: Option<i64>) {
        let Some(chat) = self.chats.remove(name) else {
            return;
        };
        let sending = chat.sending;
        self.stuck.remove(name);
        for held in chat.queue {
            self.held.fetch_sub(1, Ordering::Relaxed);
            let at = until.unwrap_or(held.lease);
            self.receipt((&held.id, held.lease), 0, at, 0, None, None);
        }
        if sending.is_some() {
            self.chats.insert(
                name.to_owned(),
                Chat {
                    queue: VecDeque::new(),
                    sending,
                },
            );
        }
    }

    /// Returns everything that is not on its way to the database, due now.
    pub(super) fn give_back_all(&mut self) {
        let now = micros(self.parts.clock.now());
        let names: Vec<String> = self.chats.keys().cloned().collect();
        for name in names {
            self.put_back(&name, Some(now));
        }
    }

    pub(super) fn give_back(&mut self, held: &Held, until: i64) {
        self.held.fetch_sub(1, Ordering::Relaxed);
        self.receipt((&held.id, held.lease), 0, until, 0, None, None);
    }

    /// What became of a message (its id and the lease it was held under).
    pub(super) fn receipt(
        &mut self,
        (id, lease): (&str, i64),
        state: i64,
        next_at: i64,
        tried: i64,
        receipt: Option<String>,
        cause: Option<&str>,
    ) {
        if self.record_at.is_none() {
            self.record_at = Some(self.parts.clock.stopwatch() + GATHER);
        }
        self.unrecorded.insert(id.to_owned(), state);
        self.receipts.push(ReceiptRow {
            id: id.to_owned(),
            state,
            lease,
            next_at,
            at: micros(self.parts.clock.now()),
            tried,
            receipt,
            cause: cause.map(str::to_owned),
        });
    }

    /// Writes the results gathered so far, many at once and beside the sending.
    pub(super) fn record(&mut self, draining: bool) {
        let now = self.parts.clock.stopwatch();
        let due = self.record_at.is_some_and(|at| at <= now);
        if self.recording || self.receipts.is_empty() || !(due || draining) {
            return;
        }
        let mut changes = Changes::at(micros(self.parts.clock.now()));
        changes.receipts = std::mem::take(&mut self.receipts);
        changes.chats_ended = std::mem::take(&mut self.ended);
        changes.moved = std::mem::take(&mut self.moved);
        self.record_at = None;
        self.recording = true;
        let (db, recorded) = (self.parts.db.clone(), self.recorded.clone());
        tokio::spawn(async move {
            let left = match db.commit(&changes).await {
                Ok(_) => Changes::default(),
                Err(error) => {
                    // Leases run out by themselves: at worst a message is repeated.
                    tracing::warn!(%error, count = changes.receipts.len(), "results of sending are not recorded yet");
                    tokio::time::sleep(FAILED).await;
                    changes
                }
            };
            let _ = recorded.send(left);
        });
    }

    /// Takes back what could not be written.
    pub(super) fn recorded(&mut self, left: Changes) {
        self.recording = false;
        if left.receipts.is_empty() {
            let unrecorded = self.receipts.iter().map(|r| (r.id.clone(), r.state));
            self.unrecorded = unrecorded.collect();
            return;
        }
        // Older results first: a newer one of the same message has the last word.
        self.receipts.splice(0..0, left.receipts);
        self.ended.splice(0..0, left.chats_ended);
        self.moved.splice(0..0, left.moved);
        self.record_at = Some(self.parts.clock.stopwatch());
    }
}

/// Waits until a moment of real time.
pub(super) async fn until(at: Option<Instant>) {
    if let Some(at) = at {
        tokio::time::sleep_until(at.into()).await;
    }
}

/// 1, 2, 4 … up to 300 seconds.
fn backoff(attempts: i64) -> TimeDelta {
    TimeDelta::seconds((1_i64 << attempts.clamp(0, 9)).min(300))
}
