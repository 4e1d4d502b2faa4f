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
    /// one whose result is still being written is left to that.
    fn take(&mut self, row: table::Waiting) {
        // Put back only moments ago: this newer claim holds, or what follows it in
        // its chat would go first.
        let over = self.unrecorded.get(&row.id).is_some_and(|state| *state > 0);
        if over {
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
