//! Putting imported units, workers and residents into the database.
//!
//! Everything of one file in one transaction; replaced by code, so that a file
//! can be imported again. Parsing and checking are `import`'s.

use super::Core;
use crate::bus::Hint;
use crate::clock::{Moment, micros};
use crate::people::Resident;
use crate::seal::Seal;
use crate::store::rows::{ResidentRow, UnitRow, WorkerRow};
use crate::store::{Changes, Db, StoreError};
use crate::territory::{Unit, Worker, document};

/// What was imported.
#[derive(Default)]
pub struct Imported {
    /// Units.
    pub units: Vec<Unit>,
    /// Workers.
    pub workers: Vec<Worker>,
    /// Residents.
    pub residents: Vec<Resident>,
}

/// Stores an import.
pub async fn store(db: &Db, seal: &Seal, import: &Imported, now: Moment) -> Result<(), StoreError> {
    let at = micros(now);
    let mut changes = Changes::at(at);
    changes.units = import
        .units
        .iter()
        .map(|u| UnitRow {
            code: u.code.0.clone(),
            kind: u.kind.as_str().into(),
            name: u.name.clone(),
            parent: u.parent.as_ref().map(|p| p.0.clone()),
            body: document::unit_to_json(u),
            at,
        })
        .collect();
    changes.workers = import
        .workers
        .iter()
        .map(|w| WorkerRow {
            id: w.id.0.clone(),
            unit: w.unit.0.clone(),
            body: seal.seal(document::worker_to_json(w).as_bytes()),
            active: i64::from(w.active),
            at,
        })
        .collect();
    changes.residents = import
        .residents
        .iter()
        .map(|r| resident(r, seal, at))
        .collect();
    db.commit(&changes).await.map(|_| ())
}

/// Stores an import and lets every process know.
pub async fn publish(core: &Core, import: &Imported) -> Result<(), StoreError> {
    store(&core.db, &core.seal, import, core.clock.now()).await?;
    core.bus.hint(Hint::Reference);
    Ok(())
}

fn resident(resident: &Resident, seal: &Seal, at: i64) -> ResidentRow {
    let phone = resident
        .phone
        .as_ref()
        .map(|p| seal.tag("phone", p.expose()));
    let document = resident
        .id_number
        .as_ref()
        .map(|p| seal.tag("document", p.expose()));
    // The same person in a later file: the document number says so, else name and telephone.
    let id = document.clone().unwrap_or_else(|| {
        let phone = resident.phone.as_ref().map_or("", |p| p.expose().as_str());
        seal.tag("resident", &format!("{}/{phone}", resident.name.expose()))
    });
    ResidentRow {
        id,
        id_tag: document,
        phone_tag: phone,
        hukou: resident.hukou.as_ref().map(|u| u.0.clone()),
        residence: resident.residence.as_ref().map(|u| u.0.clone()),
        body: seal.seal(resident.to_json().as_bytes()),
        at,
    }
}
