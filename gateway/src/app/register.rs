//! Putting imported units, workers, residents and the roster into the database.
//!
//! Everything of one file in one transaction, in pieces, so that a large file
//! is never held as a whole; replaced by code, so that a file can be imported
//! again. Parsing and checking are `import`'s.

use super::Core;
use crate::audit;
use crate::bus::Hint;
use crate::clock::{Moment, micros};
use crate::import::{Existing, Report, Source, read_residents};
use crate::people::Resident;
use crate::seal::Seal;
use crate::store::roster::BookingRow;
use crate::store::rows::{AuditRow, ResidentRow, UnitRow, WorkerRow};
use crate::store::{Bulk, Changes, Db, StoreError};
use crate::territory::{Booking, Unit, Worker, document};
use std::collections::BTreeSet;
use std::path::PathBuf;
use tokio::sync::mpsc;

/// Rows written at a time.
const PIECE: usize = 2_000;

/// What was imported.
#[derive(Default)]
pub struct Imported {
    /// Units.
    pub units: Vec<Unit>,
    /// Workers.
    pub workers: Vec<Worker>,
    /// Residents.
    pub residents: Vec<Resident>,
    /// The roster; it replaces what earlier files said of the same workers.
    pub roster: Vec<Booking>,
}

/// Why a file of residents was not imported. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NotImported {
    /// It has errors; the report names them.
    #[error("the file has errors")]
    Errors(Box<Report>),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Stores an import.
pub async fn store(db: &Db, seal: &Seal, import: &Imported, now: Moment) -> Result<(), StoreError> {
    store_with(db, seal, import, now, Vec::new()).await
}

async fn store_with(
    db: &Db,
    seal: &Seal,
    import: &Imported,
    now: Moment,
    record: Vec<AuditRow>,
) -> Result<(), StoreError> {
    let at = micros(now);
    let mut bulk = db.bulk().await?;
    let mut changes = Changes::at(at);
    for units in import.units.chunks(PIECE) {
        changes.units = units.iter().map(|u| unit(u, at)).collect();
        bulk.write(&changes).await?;
    }
    changes = Changes::at(at);
    for workers in import.workers.chunks(PIECE) {
        changes.workers = workers.iter().map(|w| worker(w, seal, at)).collect();
        bulk.write(&changes).await?;
    }
    changes = Changes::at(at);
    let named: BTreeSet<&str> = import.roster.iter().map(|b| b.worker.as_str()).collect();
    changes.rosters_cleared = named.into_iter().map(str::to_owned).collect();
    bulk.write(&changes).await?;
    changes = Changes::at(at);
    for bookings in import.roster.chunks(PIECE) {
        let rows = bookings.iter().map(|b| booking(b, "file", seal, at));
        changes.bookings = rows.collect();
        bulk.write(&changes).await?;
    }
    changes = Changes::at(at);
    for residents in import.residents.chunks(PIECE) {
        changes.residents = residents.iter().map(|r| resident(r, seal, at)).collect();
        bulk.write(&changes).await?;
    }
    changes = Changes::at(at);
    changes.audit = record;
    for (what, count) in [
        ("units", import.units.len()),
        ("workers", import.workers.len()),
        ("roster", import.roster.len()),
        ("residents", import.residents.len()),
    ] {
        if count > 0 {
            changes.audit.push(taken(what, count as u64, now));
        }
    }
    bulk.write(&changes).await?;
    bulk.commit().await
}

/// Stores an import and lets every process know. Who got other roles or another
/// desk is put on record.
pub async fn publish(core: &Core, import: &Imported) -> Result<(), StoreError> {
    let (world, now) = (core.world(), core.clock.now());
    let mut record = Vec::new();
    for worker in &import.workers {
        let before = world.worker(&worker.id);
        let same = before.is_some_and(|b| {
            b.roles == worker.roles && b.unit == worker.unit && b.active == worker.active
        });
        if !same {
            let roles: Vec<&str> = worker.roles.iter().map(|r| r.as_str()).collect();
            let detail = serde_json::json!({
                "roles": roles, "unit": worker.unit.as_str(), "active": worker.active
            });
            let about = format!("worker:{}", worker.id);
            let line = audit::detailed(now, audit::OPERATOR, "worker.roles", &about, &detail);
            record.push(line);
        }
    }
    store_with(&core.db, &core.seal, import, now, record).await?;
    core.bus.hint(Hint::Reference);
    Ok(())
}

/// The line about a file that was taken.
fn taken(what: &str, lines: u64, now: Moment) -> AuditRow {
    let lines = serde_json::json!({ "lines": lines });
    audit::detailed(now, audit::OPERATOR, "import", what, &lines)
}

/// Stores a file of residents of any length that was checked before. It is
/// read a second time here; should it have changed for the worse, nothing of it
/// is kept. `read` hears of the bytes as they are taken, `written` of the rows.
///
/// # Errors
/// [`NotImported::Errors`] with the report of the second reading.
pub async fn store_residents(
    core: &Core,
    path: PathBuf,
    existing: Existing,
    written: &(dyn Fn(u64) + Sync),
) -> Result<Report, NotImported> {
    let (seal, at) = (core.seal.clone(), micros(core.clock.now()));
    let (give, mut take) = mpsc::channel::<Vec<ResidentRow>>(4);
    let reading = tokio::task::spawn_blocking(move || {
        let mut piece = Vec::with_capacity(PIECE);
        let source = Source::File {
            path: &path,
            read: &|_| (),
        };
        let report = read_residents(source, &existing, &mut |found, clean| {
            piece.push(resident(&found, &seal, at));
            if clean && piece.len() == PIECE {
                let full = std::mem::replace(&mut piece, Vec::with_capacity(PIECE));
                // Nobody takes any more when writing failed; the rest is only read.
                let _ = give.blocking_send(full);
            } else if !clean {
                piece.clear();
            }
        });
        if report.is_clean() {
            let _ = give.blocking_send(piece);
        }
        report
    });
    let mut bulk: Bulk = core.db.bulk().await?;
    let mut changes = Changes::at(at);
    let mut all = 0;
    while let Some(rows) = take.recv().await {
        let count = rows.len() as u64;
        changes.residents = rows;
        bulk.write(&changes).await?;
        written(count);
        all += count;
    }
    let report = reading.await.expect("reading a table does not panic");
    if !report.is_clean() {
        return Err(NotImported::Errors(Box::new(report)));
    }
    changes = Changes::at(at);
    changes
        .audit
        .push(taken("residents", all, core.clock.now()));
    bulk.write(&changes).await?;
    bulk.commit().await?;
    core.bus.hint(Hint::Reference);
    Ok(report)
}

/// The row of a booking. The same booking is the same row.
pub fn booking(booking: &Booking, source: &str, seal: &Seal, at: i64) -> BookingRow {
    let body = document::plan_to_json(&booking.plan);
    BookingRow {
        id: seal.name("booking", &format!("{source}/{}/{body}", booking.worker)),
        worker: booking.worker.0.clone(),
        source: source.to_owned(),
        body,
        at,
    }
}

fn unit(unit: &Unit, at: i64) -> UnitRow {
    UnitRow {
        code: unit.code.0.clone(),
        kind: unit.kind.as_str().into(),
        name: unit.name.clone(),
        parent: unit.parent.as_ref().map(|p| p.0.clone()),
        body: document::unit_to_json(unit),
        at,
    }
}

fn worker(worker: &Worker, seal: &Seal, at: i64) -> WorkerRow {
    WorkerRow {
        id: worker.id.0.clone(),
        unit: worker.unit.0.clone(),
        body: seal.seal(document::worker_to_json(worker).as_bytes()),
        active: i64::from(worker.active),
        at,
    }
}

fn resident(resident: &Resident, seal: &Seal, at: i64) -> ResidentRow {
    let tags = resident.tags(seal);
    ResidentRow {
        id: tags.id,
        id_tag: tags.document,
        phone_tag: tags.phone,
        hukou: resident.hukou.as_ref().map(|u| u.0.clone()),
        residence: resident.residence.as_ref().map(|u| u.0.clone()),
        body: seal.seal(resident.to_json().as_bytes()),
        at,
    }
}
