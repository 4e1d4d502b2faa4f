//! Bookings of the roster.

use super::sql::{Sql, sql};
use super::{Db, Result, StoreError, on};
use crate::ids::WorkerId;
use crate::territory::Booking;
use crate::territory::document::plan_from_json;
use serde::Serialize;

/// A booking to be written.
#[derive(Clone, Debug, Serialize)]
pub struct BookingRow {
    /// Names it by worker and content.
    pub id: String,
    /// Worker id.
    pub worker: String,
    /// "file" or "desk".
    pub source: String,
    /// Stored form.
    pub body: String,
    /// When.
    pub at: i64,
}

/// A stored booking in force.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredBooking {
    /// Id.
    pub id: String,
    /// Worker id.
    pub worker: String,
    /// "file" or "desk".
    pub source: String,
    /// Stored form.
    pub body: String,
}

const ALL: Sql = sql!(
    "SELECT id, worker, source, body FROM bookings WHERE ended_at IS NULL ORDER BY worker, id"
);
pub(super) const CLEARED: Sql = sql!(
    "UPDATE bookings SET ended_at = CAST(j.value->>'at' AS BIGINT), updated_at = CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE bookings.worker = j.value->>'tag' AND bookings.source = 'file' AND bookings.ended_at IS NULL"
);
pub(super) const ENDED: Sql = sql!(
    "UPDATE bookings SET ended_at = CAST(j.value->>'at' AS BIGINT), updated_at = CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE bookings.id = j.value->>'tag' AND bookings.ended_at IS NULL"
);
pub(super) const BOOKINGS: Sql = sql!(
    "INSERT INTO bookings (id, worker, source, body, updated_at, ended_at)
     SELECT j.value->>'id', j.value->>'worker', j.value->>'source', j.value->>'body',
            CAST(j.value->>'at' AS BIGINT), NULL
     FROM",
    rows,
    "WHERE true ON CONFLICT (id) DO UPDATE
     SET source = excluded.source, body = excluded.body, updated_at = excluded.updated_at, ended_at = NULL"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("bookings_all", ALL),
    ("rosters_cleared", CLEARED),
    ("bookings_ended", ENDED),
    ("bookings", BOOKINGS),
];

/// Every booking in force, ready for a roster.
pub async fn bookings(db: &Db) -> Result<Vec<Booking>> {
    let mut bookings = Vec::new();
    for row in all(db).await? {
        let damaged = |why: String| StoreError::Damaged {
            table: "bookings",
            why,
        };
        let plan = plan_from_json(&row.body).map_err(|e| damaged(e.to_string()))?;
        let worker = WorkerId(row.worker);
        bookings.push(Booking { worker, plan });
    }
    Ok(bookings)
}

/// Every booking in force.
pub async fn all(db: &Db) -> Result<Vec<StoredBooking>> {
    Ok(on!(read db, pool, sql => ALL, sqlx::query_as(sql).fetch_all(pool).await?))
}
