//! Reading cases back, each with its whole log. Nothing is decided here.

use crate::app::Core;
use crate::requests::case::Case;
use crate::store::StoreError;
use crate::store::requests::{self, StoredEvent};
use std::collections::HashMap;

/// Reads cases with their whole logs.
pub(crate) async fn load(core: &Core, ids: &[String]) -> Result<HashMap<String, Case>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = requests::by_ids(&core.db, ids).await?;
    let mut logs: HashMap<String, Vec<StoredEvent>> = HashMap::new();
    for event in requests::events(&core.db, ids).await? {
        logs.entry(event.request.clone()).or_default().push(event);
    }
    let mut cases = HashMap::new();
    for row in rows {
        let log = logs.remove(&row.id).unwrap_or_default();
        cases.insert(row.id.clone(), Case::load(row, &log, &core.seal)?);
    }
    Ok(cases)
}
