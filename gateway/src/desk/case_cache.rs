//! Requests that were read a moment ago: a queue is looked at again and again, and
//! unsealing and reading two hundred histories is most of what that takes.
//!
//! Nothing in it can be out of date or somebody else's: a request is known by
//! everything its row says now, down to the nonce its story was sealed with, and its
//! history is as long as that row's version. Who may see it is asked every time.
//! In memory only, and for minutes: what nobody asks for goes, and so does a story
//! that is erased, for its row is not the same after.

use super::place::Place;
use crate::app::Core;
use crate::clock::Moment;
use crate::requests::case::Case;
use crate::store::StoreError;
use crate::store::requests::{self, Stored};
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Requests in each of the two halves.
const HALF: usize = 1024;
/// How long a half is filled; what nobody asks for is kept twice as long at most.
const TURN: TimeDelta = TimeDelta::minutes(2);

/// The requests that were asked for last, by id: the row each was made of, with the
/// beginning of its sealed story.
#[derive(Default)]
pub struct CaseCache(Mutex<Halves<(Stored, Arc<Case>)>>);

impl CaseCache {
    /// The request of this row, if it was made of the same one.
    fn get(&self, row: &Stored, now: Moment) -> Option<Arc<Case>> {
        let mut halves = self.halves(now);
        // One that was made of another row is of no use to anybody any more.
        let known = halves.take(&row.id).filter(|known| known.0 == *row)?;
        let case = Arc::clone(&known.1);
        halves.put(&row.id, known);
        Some(case)
    }

    fn put(&self, row: Stored, case: Arc<Case>, now: Moment) {
        let id = row.id.clone();
        self.halves(now).put(&id, (row, case));
    }

    /// Drops what nobody asked for in time. To be called again and again, or the
    /// last ones stay where nobody asks for anything.
    pub fn forget(&self, now: Moment) {
        drop(self.halves(now));
    }

    fn halves(&self, now: Moment) -> MutexGuard<'_, Halves<(Stored, Arc<Case>)>> {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        halves.turn(now);
        halves
    }
}

/// What was put in lately; what was asked for lately is in the newer half.
struct Halves<T> {
    new: HashMap<String, T>,
    old: HashMap<String, T>,
    /// Since when the newer half is filled.
    since: Option<Moment>,
}

impl<T> Default for Halves<T> {
    fn default() -> Self {
        Self {
            new: HashMap::new(),
            old: HashMap::new(),
            since: None,
        }
    }
}

impl<T> Halves<T> {
    /// The older half makes room when its time is over.
    fn turn(&mut self, now: Moment) {
        let age = now - *self.since.get_or_insert(now);
        // A clock that was set back says nothing about how old they are.
        if age >= TURN * 2 || age < TimeDelta::zero() {
            self.new = HashMap::new();
        }
        if age >= TURN || age < TimeDelta::zero() {
            self.old = std::mem::take(&mut self.new);
            self.since = Some(now);
        }
    }

    fn take(&mut self, id: &str) -> Option<T> {
        let old = self.old.remove(id);
        self.new.remove(id).or(old)
    }

    /// A full half makes room for the next as well.
    fn put(&mut self, id: &str, known: T) {
        self.old.remove(id);
        if self.new.len() >= HALF && !self.new.contains_key(id) {
            self.old = std::mem::take(&mut self.new);
        }
        self.new.insert(id.to_owned(), known);
    }
}

/// The requests of these rows with their histories, in the same order; one that
/// cannot be read is left out. Only what changed since it was read last is read.
pub(crate) async fn opened(
    core: &Core,
    rows: Vec<Stored>,
) -> Result<Vec<(Place, Arc<Case>)>, StoreError> {
    let now = core.clock.now();
    let known = rows.iter().map(|row| core.cases.get(row, now));
    let mut known: Vec<Option<Arc<Case>>> = known.collect();
    let unknown = rows.iter().zip(&known).filter(|(_, case)| case.is_none());
    let unknown: Vec<String> = unknown.map(|(row, _)| row.id.clone()).collect();
    let mut read = read(core, &unknown).await?;
    for (row, case) in rows.iter().zip(&mut known) {
        if case.is_none() {
            *case = read.remove(&row.id);
            if let Some(case) = &case {
                core.cases.put(row.clone(), Arc::clone(case), now);
            }
        }
    }
    let cases = rows.iter().map(Place::of).zip(known);
    Ok(cases
        .filter_map(|(place, case)| Some((place, case?)))
        .collect())
}

async fn read(core: &Core, ids: &[String]) -> Result<HashMap<String, Arc<Case>>, StoreError> {
    let mut cases = HashMap::with_capacity(ids.len());
    for (row, log) in requests::with_logs(&core.db, ids).await? {
        let id = row.id.clone();
        match Case::load(row, &log, &core.seal) {
            Ok(case) => {
                cases.insert(id, Arc::new(case));
            }
            Err(error) => {
                tracing::error!(%error, request = id, "a request cannot be shown");
            }
        }
    }
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::moment;

    #[test]
    fn what_nobody_asks_for_is_gone_after_minutes_and_a_crowd_takes_no_more_room() {
        let mut halves = Halves::default();
        let at = |minutes: i64| moment(0) + TimeDelta::minutes(minutes);
        halves.turn(at(0));
        halves.put("quiet", 1);
        halves.put("asked", 2);
        halves.turn(at(2));
        let asked = halves.take("asked").expect("two minutes are no time");
        halves.put("asked", asked);
        assert!(halves.old.contains_key("quiet"));
        halves.turn(at(4));
        assert_eq!((halves.take("quiet"), halves.old.len()), (None, 1));
        halves.turn(at(6));
        assert_eq!(halves.take("asked"), None);
        halves.put("later", 3);
        halves.turn(at(5));
        assert_eq!(halves.take("later"), None, "a clock that was set back");
        halves.put("long ago", 4);
        halves.turn(at(50));
        assert_eq!(halves.take("long ago"), None);
        for n in 0..5 * HALF {
            halves.put(&n.to_string(), n);
            assert!(halves.new.len() + halves.old.len() <= 2 * HALF);
        }
    }
}
