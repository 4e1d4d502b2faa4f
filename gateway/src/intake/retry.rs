//! Messages that were put aside: shown, tried again, discarded.

use super::group::{Item, attempt_parked};
use crate::app::Core;
use crate::clock::{Moment, moment};
use crate::store::rows::UnparkRow;
use crate::store::{Changes, StoreError, inbound};
use bots::Inbound;
use tokio::sync::oneshot;

/// Tries a parked message again; `false` if there is none of this key. It stays
/// parked, with an error, if it still cannot be handled.
pub async fn retry(core: &Core, key: &str) -> Result<bool, StoreError> {
    let Some(stored) = inbound::parked_one(&core.db, key).await? else {
        return Ok(false);
    };
    let damaged = |why: String| StoreError::Damaged {
        table: "inbound",
        why,
    };
    let message = core
        .seal
        .open_json(&stored.body_sealed)
        .map_err(|e| damaged(e.to_string()))?;
    handle(core, message, moment(stored.at)).await?;
    Ok(true)
}

/// Handles a message that is parked under its key as what it is now. It stays
/// parked, with an error, if it cannot be handled.
pub async fn handle(core: &Core, message: Inbound, at: Moment) -> Result<(), StoreError> {
    let (answer, _) = oneshot::channel();
    let item = Item {
        inbound: Box::new(message),
        at,
        words: None,
        hurried: true,
        answer,
    };
    attempt_parked(core, item).await
}

/// Sets a parked message aside for good; `false` if there is none of this key.
pub async fn discard(core: &Core, key: &str) -> Result<bool, StoreError> {
    let mut changes = Changes::at(super::stamp(core.clock.now()));
    changes.unparked.push(UnparkRow {
        key: key.into(),
        state: 2,
        request: None,
    });
    match core.db.commit(&changes).await {
        Ok(_) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Turns the inbound row of an effect into the end of its parking.
pub(super) fn unpark(changes: &mut Changes) {
    for row in changes.inbound.drain(..) {
        changes.unparked.push(UnparkRow {
            key: row.key,
            state: 0,
            request: row.request,
        });
    }
}
