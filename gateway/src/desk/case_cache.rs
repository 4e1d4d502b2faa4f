//! Requests that were read a moment ago: a queue is looked at again and again, and
//! unsealing and reading two hundred histories is most of what that takes.
//!
//! Nothing in it can be out of date or somebody else's: a request is known by
//! everything its row says now, down to the nonce its story was sealed with, and its
//! history is as long as that row's version. Who may see it is asked every time.
//! In memory only, and what nobody asks for goes.

use super::place::Place;
use crate::app::Core;
use crate::requests::case::Case;
use crate::store::StoreError;
use crate::store::requests::{self, Stored};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Requests in each of the two halves.
const HALF: usize = 1024;

/// By id: the row it was made of, with the beginning of its sealed story.
type Known = HashMap<String, (Stored, Arc<Case>)>;

/// The requests that were asked for last.
#[derive(Default)]
pub struct CaseCache(Mutex<(Known, Known)>);

impl CaseCache {
    /// The request of this row, if it was made of the same one.
    fn get(&self, row: &Stored) -> Option<Arc<Case>> {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (new, old) = &mut *halves;
        let known = match new.get(&row.id) {
            Some(known) => known.clone(),
            None => old.remove(&row.id)?,
        };
        let case = (known.0 == *row).then(|| Arc::clone(&known.1))?;
        add(&mut halves, known);
        Some(case)
    }

    fn put(&self, row: Stored, case: Arc<Case>) {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        add(&mut halves, (row, case));
    }
}

/// The half nobody asked for since the other one was filled makes room.
fn add((new, old): &mut (Known, Known), known: (Stored, Arc<Case>)) {
    if new.len() >= HALF && !new.contains_key(&known.0.id) {
        *old = std::mem::take(new);
    }
    new.insert(known.0.id.clone(), known);
}

/// The requests of these rows with their histories, in the same order; one that
/// cannot be read is left out. Only what changed since it was read last is read.
pub(crate) async fn opened(
    core: &Core,
    rows: Vec<Stored>,
) -> Result<Vec<(Place, Arc<Case>)>, StoreError> {
    let mut known: Vec<Option<Arc<Case>>> = rows.iter().map(|r| core.cases.get(r)).collect();
    let unknown = rows.iter().zip(&known).filter(|(_, case)| case.is_none());
    let unknown: Vec<String> = unknown.map(|(row, _)| row.id.clone()).collect();
    let mut read = read(core, &unknown).await?;
    for (row, case) in rows.iter().zip(&mut known) {
        if case.is_none() {
            *case = read.remove(&row.id);
            if let Some(case) = &case {
                core.cases.put(row.clone(), Arc::clone(case));
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
