//! Reading cases back, each with its whole log, and what workers carry. Nothing
//! is decided here.

use crate::app::Core;
use crate::ids::WorkerId;
use crate::requests::case::Case;
use crate::routing::Loads;
use crate::store::StoreError;
use crate::store::requests;
use std::collections::HashMap;
use std::sync::Arc;

/// Reads cases with their whole logs.
pub(crate) async fn load(core: &Core, ids: &[String]) -> Result<HashMap<String, Case>, StoreError> {
    let mut cases = HashMap::new();
    for (row, log) in requests::with_logs(&core.db, ids).await? {
        cases.insert(row.id.clone(), Case::load(row, &log, &core.seal)?);
    }
    Ok(cases)
}

/// The same for cases that may change hands: with what their workers carry.
pub(super) async fn load_to_move(
    core: &Core,
    ids: &[String],
) -> Result<HashMap<String, Case>, StoreError> {
    let mut cases = load(core, ids).await?;
    if !cases.is_empty() {
        let loads = loads(core).await?;
        for case in cases.values_mut() {
            case.loads = Arc::clone(&loads);
        }
    }
    Ok(cases)
}

/// Open requests by worker. Where nobody has a limit, nobody counts.
pub(crate) async fn loads(core: &Core) -> Result<Loads, StoreError> {
    let world = core.world();
    if world.roster.workers().iter().all(|w| w.capacity.is_none()) {
        return Ok(Loads::default());
    }
    let rows = requests::loads(&core.db).await?;
    let counted = rows.into_iter().map(|(w, n)| (WorkerId(w), n as u32));
    Ok(Arc::new(counted.collect()))
}
