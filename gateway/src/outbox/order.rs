//! The order of one chat, whichever processes send to it.
//!
//! Each message has its turn from the commit that wrote it. What this process
//! holds leaves by turn; a message that comes after one which another process
//! still holds (perhaps a dead one, whose lease must run out first) waits here
//! under its own lease until that one is sent. Danger has no turn: it waits for
//! nobody. Which of several waiting messages may be claimed is the statement's
//! business, see `store::outbox`.

use super::Held;
use super::run::{Chat, Loop};
use crate::clock::micros;
use crate::store::outbox as table;
use std::time::Duration;

/// How soon to ask whether a chat may go on; twice as long after each time.
pub(super) const SOON: Duration = Duration::from_millis(10);
/// The longest wait between two such questions.
const SELDOM: Duration = Duration::from_millis(250);
/// Chats asked for at once.
const MOST: usize = 256;

impl Chat {
    /// Puts a message in its place; whether it is the first now.
    pub(super) fn insert(&mut self, held: Held) -> bool {
        let later = |h: &Held| (h.turn, &h.id) > (held.turn, &held.id);
        let place = self.queue.iter().rposition(|h| !later(h));
        let place = place.map_or(0, |p| p + 1);
        self.queue.insert(place, held);
        place == 0
    }
}

impl Loop {
    /// Forgets, for a message that comes in, what this process has sent already.
    pub(super) fn forget_sent(&self, held: &mut Held) {
        let sent = |id: &String| self.unrecorded.get(id).is_some_and(|state| *state > 0);
        held.behind.retain(|id| !sent(id));
    }

    /// A message is sent, or never will be: those behind it wait no longer.
    pub(super) fn over(&mut self, chat: &str, id: &str) {
        if let Some(chat) = self.chats.get_mut(chat) {
            for held in &mut chat.queue {
                held.behind.retain(|before| before != id);
            }
        }
    }

    /// Leaves a chat alone until whoever holds its turn has sent.
    pub(super) fn stuck(&mut self, name: String) {
        if self.stuck.insert(name) {
            self.ask_again = SOON;
            self.ask_soon();
        }
    }

    fn ask_soon(&mut self) {
        let at = self.parts.clock.stopwatch() + self.ask_again;
        self.ask_at = Some(self.ask_at.map_or(at, |other| other.min(at)));
    }

    /// Asks which chats may go on.
    pub(super) async fn ask(&mut self) {
        self.ask_at = None;
        let now = micros(self.parts.clock.now());
        let names: Vec<String> = self.stuck.iter().take(MOST).cloned().collect();
        let mut asked = Vec::with_capacity(names.len());
        for name in names {
            let first = self.chats.get(&name).and_then(|c| c.queue.front());
            match first {
                Some(first) if !first.behind.is_empty() && first.lease > now => {
                    asked.push((name, first.id.clone()));
                }
                // Free meanwhile, or too late: the sender sees to it.
                _ => self.goes_on(name),
            }
        }
        let ids: Vec<String> = asked.iter().map(|(_, id)| id.clone()).collect();
        let still = match table::behind(&self.parts.db, &ids).await {
            Ok(still) => Some(still),
            Err(error) => {
                tracing::debug!(%error, "the outbox cannot be read");
                None
            }
        };
        for (name, id) in asked {
            if still.as_ref().is_some_and(|still| !still.contains(&id)) {
                if let Some(first) = self.chats.get_mut(&name).and_then(|c| c.queue.front_mut()) {
                    first.behind.clear();
                }
                self.goes_on(name);
            }
        }
        if !self.stuck.is_empty() {
            self.ask_again = (self.ask_again * 2).min(SELDOM);
            self.ask_soon();
        }
    }

    fn goes_on(&mut self, name: String) {
        self.stuck.remove(&name);
        let sending = |chat: &Chat| chat.sending.is_some();
        // What is on its way calls the next one when it is over.
        if !self.chats.get(&name).is_some_and(sending) {
            self.go_on(name);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::clock::{Moment, moment};
    use crate::outbox::{Held, Lane, Letter, Parcel, placed, write};
    use crate::seal::Seal;
    use crate::store::rows::ReceiptRow;
    use crate::store::{Changes, Db, outbox as table};
    use bots::Address;
    use std::time::Duration;

    const SECOND: i64 = 1_000_000;

    /// Both engines, where a server is given.
    async fn stores(folder: &std::path::Path) -> Vec<Db> {
        let mut urls = vec![format!("sqlite:{}/x.db", folder.display())];
        urls.extend(std::env::var("LINLI_TEST_POSTGRES"));
        let mut stores = Vec::new();
        for url in urls {
            let db = Db::open(&url, 4, Duration::from_secs(3)).await.unwrap();
            db.migrate().await.unwrap();
            stores.push(db);
        }
        stores
    }

    /// Commits messages to a chat, held until `lease` seconds if given.
    async fn says(db: &Db, chat: &str, lanes: &[Lane], now: i64, lease: Option<i64>) -> Vec<Held> {
        let at = |seconds: i64| -> Moment { moment(seconds * SECOND) };
        let mut changes = Changes::at(now * SECOND);
        let mut all = Vec::new();
        for lane in lanes {
            let letter = Letter {
                to: Address::new("telegram", "main", chat),
                lane: *lane,
                request: None,
                parcel: Parcel::text("x"),
                not_before: None,
            };
            let (row, held) = write(letter, at(now), lease.map(at), &Seal::new(b"k"));
            changes.outbox.push(row);
            all.extend(held);
        }
        let committed = db.commit(&changes).await.unwrap();
        placed(all, &committed)
    }

    async fn claim(db: &Db, now: i64, most: i64) -> Vec<String> {
        let rows = table::claim(db, now * SECOND, (now + 20) * SECOND, most).await;
        let mut rows = rows.unwrap();
        rows.sort_by(|a, b| (a.turn, &a.id).cmp(&(b.turn, &b.id)));
        rows.into_iter().map(|row| row.id).collect()
    }

    async fn sent(db: &Db, id: &str) {
        let mut changes = Changes::at(0);
        changes.receipts.push(ReceiptRow {
            id: id.into(),
            state: 1,
            lease: 0,
            next_at: 0,
            at: 0,
            tried: 1,
            receipt: None,
            cause: None,
        });
        db.commit(&changes).await.unwrap();
    }

    async fn nobody_passes_over_what_a_dead_process_still_holds(db: &Db) {
        let chat = format!("order-{}", rand::random::<u32>());
        let first = says(db, &chat, &[Lane::Reply, Lane::Reply], 100, Some(120)).await;
        assert!(first.iter().all(|h| h.turn == 1 && h.behind.is_empty()));
        // Another process answers the next message; its lease ends earlier.
        let second = says(db, &chat, &[Lane::Reply], 101, Some(110)).await;
        assert_eq!(second[0].turn, 2);
        assert_eq!(second[0].behind, [first[0].id.clone(), first[1].id.clone()]);
        let danger = says(db, &chat, &[Lane::Crisis], 102, None).await;
        assert!(danger.is_empty(), "not held: free at once");
        let ids = [second[0].id.clone()];
        assert_eq!(table::behind(db, &ids).await.unwrap().len(), 1);
        // Danger waits for nobody, the second for the first.
        let claimed = claim(db, 115, 100).await;
        assert_eq!(claimed.len(), 1);
        assert!(!claimed.contains(&ids[0]));
        sent(db, &claimed[0]).await;
        let all = [&first[0].id, &first[1].id, &second[0].id].map(Clone::clone);
        assert_eq!(claim(db, 121, 2).await, all[..2], "no more than asked for");
        assert_eq!(claim(db, 122, 9).await, [""; 0], "all of it is held");
        for id in &all[..2] {
            sent(db, id).await;
        }
        assert!(table::behind(db, &ids).await.unwrap().is_empty());
        assert_eq!(claim(db, 123, 9).await, all[2..]);
        sent(db, &all[2]).await;
        // A dead process held the first and the third, one that lives the second.
        let mut mixed = says(db, &chat, &[Lane::Reply], 124, Some(125)).await;
        mixed.extend(says(db, &chat, &[Lane::Reply], 124, Some(140)).await);
        mixed.extend(says(db, &chat, &[Lane::Reply], 124, Some(125)).await);
        assert_eq!(claim(db, 126, 9).await, [mixed[0].id.clone()]);
        for held in &mixed {
            sent(db, &held.id).await;
        }
        let again = says(db, &chat, &[Lane::Reply], 124, Some(140)).await;
        assert_eq!((again[0].turn, again[0].behind.len()), (1, 0));
        sent(db, &again[0].id).await;
    }

    /// A claim takes of all chats: these two may not run at once on one server.
    #[tokio::test]
    async fn claims_keep_to_the_turns() {
        let folder = tempfile::tempdir().unwrap();
        for db in stores(folder.path()).await {
            for id in claim(&db, 1 << 30, 1 << 20).await {
                sent(&db, &id).await;
            }
            nobody_passes_over_what_a_dead_process_still_holds(&db).await;
            what_another_claimed_meanwhile_is_not_put_back(&db).await;
        }
    }

    async fn what_another_claimed_meanwhile_is_not_put_back(db: &Db) {
        let chat = format!("order-{}", rand::random::<u32>());
        let held = says(db, &chat, &[Lane::Reply], 200, Some(201)).await;
        assert_eq!(claim(db, 202, 9).await, [held[0].id.clone()]);
        let mut changes = Changes::at(203 * SECOND);
        changes.receipts.push(ReceiptRow {
            id: held[0].id.clone(),
            state: 0,
            lease: held[0].lease,
            next_at: held[0].lease,
            at: 203 * SECOND,
            tried: 0,
            receipt: None,
            cause: None,
        });
        db.commit(&changes).await.unwrap();
        assert_eq!(claim(db, 204, 9).await, [""; 0], "still the other's");
        sent(db, &held[0].id).await;
    }
}
