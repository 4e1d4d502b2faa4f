//! Taking over messages that nobody holds: those that waited for their time,
//! and those of a process that died.

use super::run::Loop;
use super::{Held, open};
use crate::clock::{Moment, micros, moment};
use crate::store::{StoreError, outbox as table};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long every process writes down what it sent before any takes over what
/// others held, once the database is back. Longer than a connection is waited
/// for and a failed result rests, together.
const SETTLE: Duration = Duration::from_secs(10);
/// An answer this late means that the database was away for a while, even if the
/// question outlived that.
const LATE: Duration = Duration::from_secs(2);

impl Loop {
    /// Claims what is due and nobody holds; says when to look again.
    pub(super) async fn look(&mut self) -> Moment {
        let clock = self.parts.clock.clone();
        let now = clock.now();
        let again = now + self.settings.poll;
        self.pace.sweep(micros(now));
        self.quiet.retain(|_, until| *until > micros(now));
        let room = self
            .settings
            .room
            .saturating_sub(self.held.load(Ordering::Relaxed));
        if room == 0 {
            return again;
        }
        let next = match self.soonest().await {
            Ok(_) if !self.may_claim() => return again,
            Ok(Some(next)) if next <= micros(now) => next,
            Ok(next) => return next.map_or(again, |n| moment(n).min(again)),
            Err(error) => {
                tracing::debug!(%error, "the outbox cannot be read");
                return again;
            }
        };
        let lease = micros(now + self.settings.lease);
        let claimed = table::claim(&self.parts.db, micros(now), lease, room.min(512) as i64).await;
        let mut claimed = match claimed {
            Ok(rows) => rows,
            Err(error) => {
                tracing::debug!(%error, next, "the outbox cannot be claimed");
                return again;
            }
        };
        let more = claimed.len() == room.min(512);
        claimed.sort_by(|a, b| a.id.cmp(&b.id));
        for row in claimed {
            self.take(row);
        }
        if more { now } else { again }
    }

    /// When the next message becomes due; notes whether the database was away.
    async fn soonest(&mut self) -> Result<Option<i64>, StoreError> {
        let asked = self.parts.clock.stopwatch();
        let next = table::next(&self.parts.db).await;
        self.away |= next.is_err() || asked.elapsed() > LATE;
        next
    }

    /// Leases ran out while the database was away, but whoever held them may have
    /// sent: the others wait until those results had time to be written.
    fn may_claim(&mut self) -> bool {
        let now = self.parts.clock.stopwatch();
        if std::mem::take(&mut self.away) {
            self.claim_from = Some(now + SETTLE);
        }
        self.claim_from = self.claim_from.filter(|from| *from > now);
        self.claim_from.is_none()
    }

    /// Takes a claimed row into memory; one that cannot be read is given up,
    /// one that is on its way from here, or whose result is still being written,
    /// is left to that.
    fn take(&mut self, row: table::Waiting) {
        // Put back only moments ago: this newer claim holds, or what follows it in
        // its chat would go first.
        let over = self.unrecorded.get(&row.id).is_some_and(|state| *state > 0);
        // Its lease ran out all the same: the clock jumped, or this machine stood still.
        let sending = self
            .chats
            .get(&row.address)
            .and_then(|c| c.sending.as_ref());
        if over || sending == Some(&row.id) {
            return;
        }
        let to = row.address.parse::<bots::Address>();
        let (Ok(to), Ok(parcel)) = (to, open(&row.body_sealed, &self.parts.seal)) else {
            let why = Some("the stored message cannot be read");
            self.receipt((&row.id, row.next_at), 2, row.next_at, 0, None, why);
            return;
        };
        self.held.fetch_add(1, Ordering::Relaxed);
        self.enqueue(Held {
            id: row.id,
            chat: row.address,
            lane: row.lane,
            message: parcel.message,
            lease: row.next_at,
            turn: row.turn,
            behind: Vec::new(),
            attempts: row.attempts,
            at: row.at,
            to,
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::bus::Bus;
    use crate::clock::{Clock, micros, moment};
    use crate::outbox::{Lane, Letter, Outbox, Parcel, Parts, Settings, write};
    use crate::seal::Seal;
    use crate::store::{Changes, Db, outbox as table};
    use crate::telemetry::Metrics;
    use async_trait::async_trait;
    use axum::body::Bytes;
    use axum::http::HeaderMap;
    use bots::{
        Address, Channel, FetchError, Inbound, Limits, Outbound, Poller, Receipt, ReceiveError,
        SendError, StartError,
    };
    use chrono::TimeDelta;
    use std::collections::HashMap;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::{Semaphore, mpsc};
    use tokio_util::sync::CancellationToken;

    /// A provider that says what arrives and answers when it is let.
    struct Slow {
        came: mpsc::UnboundedSender<String>,
        answers: Semaphore,
    }

    #[async_trait]
    impl Channel for Slow {
        fn name(&self) -> &'static str {
            "telegram"
        }
        fn account(&self) -> &'static str {
            "main"
        }
        fn receive(&self, _: &HeaderMap, _: &str, _: &[u8]) -> Result<Vec<Inbound>, ReceiveError> {
            Err(ReceiveError::Unauthorized)
        }
        async fn send(&self, _: &Address, message: &Outbound) -> Result<Receipt, SendError> {
            self.came.send(message.text.clone()).unwrap();
            self.answers.acquire().await.unwrap().forget();
            Ok(Receipt::default())
        }
        async fn start(&self) -> Result<(), StartError> {
            Ok(())
        }
        fn poller(&self) -> Option<Box<dyn Poller>> {
            None
        }
        fn limits(&self) -> Limits {
            bots::Kind::named("telegram").unwrap().limits
        }
        fn redactions(&self) -> Vec<String> {
            Vec::new()
        }
        async fn fetch(&self, _: &str) -> Result<Bytes, FetchError> {
            Err(FetchError::Gone)
        }
    }

    /// The clock jumps while a message is on its way: its lease is over, but this
    /// process knows that it sends.
    #[tokio::test]
    async fn what_is_on_its_way_is_not_sent_again_by_the_same_process() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/x.db", folder.path().display());
        let db = Db::open(&url, 4, Duration::from_secs(3)).await.unwrap();
        db.migrate().await.unwrap();
        let clock = Clock::manual(moment(1_000_000_000_000_000));
        let (came, mut arrivals) = mpsc::unbounded_channel();
        let answers = Semaphore::new(0);
        let slow = Arc::new(Slow { came, answers });
        let channel: Arc<dyn Channel> = Arc::clone(&slow) as _;
        let parts = Parts {
            db: db.clone(),
            seal: Seal::new(b"k"),
            clock: clock.clone(),
            bus: Bus::local(),
            metrics: Arc::new(Metrics::new()),
            channels: HashMap::from([("telegram/main".to_owned(), channel)]),
        };
        let stop = CancellationToken::new();
        let (outbox, sending) = Outbox::new(parts, Settings::default(), stop.clone());
        let sending = tokio::spawn(sending);
        let says = async |text: &str, lease| {
            let letter = Letter {
                to: Address::new("telegram", "main", "7"),
                lane: Lane::Reply,
                request: None,
                parcel: Parcel::text(text),
                not_before: None,
            };
            let (row, held) = write(letter, clock.now(), lease, &Seal::new(b"k"));
            let mut changes = Changes::at(micros(clock.now()));
            changes.outbox.push(row);
            db.commit(&changes).await.unwrap();
            held
        };
        let held = says("first", outbox.lease()).await;
        outbox.send(held);
        assert_eq!(arrivals.recv().await.unwrap(), "first");
        clock.advance(TimeDelta::hours(1));
        // The loop claims it anew: nothing is due any more.
        while table::next(&db).await.unwrap() <= Some(micros(clock.now())) {
            tokio::task::yield_now().await;
        }
        let held = says("second", outbox.lease()).await;
        outbox.send(held);
        slow.answers.add_permits(9);
        assert_eq!(arrivals.recv().await.unwrap(), "second");
        stop.cancel();
        sending.await.unwrap().unwrap();
        assert!(arrivals.try_recv().is_err(), "each of them once");
    }
}
