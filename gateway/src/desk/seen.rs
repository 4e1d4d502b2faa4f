//! Somebody opens a request: that goes on record, and the first look of whoever
//! can take it is a fact of the request, which its resident is told.
//!
//! A look moves nothing: no clock stops and no button goes stale. Who may look
//! is decided before.

use super::looks::Live;
use super::{Access, access};
use crate::app::Core;
use crate::audit;
use crate::bus::Hint;
use crate::clock::{Moment, micros};
use crate::requests::case::Case;
use crate::requests::event::{Actor, Fact};
use crate::requests::status::Status;
use crate::store::{Changes, StoreError};
use crate::territory::Worker;
use crate::world::World;

/// Puts the reading on record; returns the case as it is then. `shown`: whether
/// the full number is, and the look behind the mask, if there is one.
pub(super) async fn opened(
    core: &Core,
    world: &World,
    worker: &Worker,
    case: &Case,
    (phone, full): (bool, Option<Live>),
    now: Moment,
) -> Result<Case, StoreError> {
    let read = || {
        let mut changes = Changes::at(micros(now));
        changes.audit.push(audit::detailed(
            now,
            &format!("worker:{}", worker.id),
            "read.sheet",
            &format!("request:{}", case.id),
            &serde_json::json!({
                "phone": phone,
                "full": full.is_some(),
                "glass": full.is_some_and(|look| look.glass),
            }),
        ));
        changes
    };
    if let Some(mut seen) = first_look(worker, case, world, now) {
        let mut changes = read();
        seen.write(&mut changes, world, &core.seal);
        match core.db.commit(&changes).await {
            Ok(_) => {
                core.bus
                    .hint(Hint::Page(format!("chat:{}", case.address.chat)));
                core.bus
                    .hint(Hint::Page(format!("request:{}", case.reference)));
                return Ok(seen);
            }
            // Something happened to it meanwhile, which says more than a look.
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    core.db.commit(&read()).await?;
    Ok(case.clone())
}

/// The case with this look, if nobody took it yet and this worker, who could,
/// had not opened it since it came to where it lies.
fn first_look(worker: &Worker, case: &Case, world: &World, now: Moment) -> Option<Case> {
    let waits = case.status() < Status::Acknowledged;
    if !waits || access(worker, case, world, now) < Access::Act {
        return None;
    }
    let arrived = |fact: &Fact| matches!(fact, Fact::Assigned { .. } | Fact::Transferred { .. });
    let own = |fact: &Fact| matches!(fact, Fact::Seen { worker: by } if *by == worker.id);
    let mut since = case.log.iter().rev().take_while(|e| !arrived(&e.fact));
    if since.any(|e| own(&e.fact)) {
        return None;
    }
    let mut seen = case.clone();
    let fact = Fact::Seen {
        worker: worker.id.clone(),
    };
    let by = Actor::Worker(worker.id.clone());
    seen.record(by, fact, now, None).ok()?;
    Some(seen)
}
