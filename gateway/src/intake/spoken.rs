//! Notices to whoever spoke for another and may not any more: they are not
//! written. What a worker says to them in words of their own is not touched.

use crate::app::Core;
use crate::clock::{Moment, micros};
use crate::outbox::Letter;
use crate::requests::case::Case;
use crate::store::{StoreError, persons};
use bots::Address;

/// A request that somebody told for another: its id, and the chat it came from.
pub(crate) type Spoken = (String, Address);

/// The request as one that was told for another; `None` for the writer's own.
pub(crate) fn spoken(case: &Case) -> Option<Spoken> {
    let other = case.story.for_other.is_some();
    other.then(|| (case.id.0.clone(), case.address.clone()))
}

/// Whether whoever told this request for another may not speak for them any more.
///
/// # Errors
/// Of the store.
pub(crate) async fn silenced(core: &Core, case: &Case, now: Moment) -> Result<bool, StoreError> {
    let Some((id, _)) = spoken(case) else {
        return Ok(false);
    };
    let over = persons::silenced(&core.db, &[id], micros(now)).await?;
    Ok(!over.is_empty())
}

/// Drops the notices of these requests to those who may not speak any more.
///
/// # Errors
/// Of the store.
pub(crate) async fn hush(
    core: &Core,
    letters: &mut Vec<Letter>,
    spoken: &[Spoken],
    now: Moment,
) -> Result<(), StoreError> {
    let to = |letter: &Letter| {
        let about = |of: &&Spoken| letter.request.as_ref() == Some(&of.0) && letter.to == of.1;
        spoken.iter().find(about).map(|of| of.0.clone())
    };
    let ids: Vec<String> = letters.iter().filter_map(to).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let over = persons::silenced(&core.db, &ids, micros(now)).await?;
    letters.retain(|letter| !to(letter).is_some_and(|id| over.contains(&id)));
    Ok(())
}
