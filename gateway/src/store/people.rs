//! Units, workers, their chats and the register of residents.

use super::sql::{Sql, sql};
use super::{Db, Result, on};
use crate::ids::UnitId;

/// A stored worker.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredWorker {
    /// Id.
    pub id: String,
    /// Sealed stored form.
    pub body_sealed: String,
}

/// A resident of the register.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredResident {
    /// Where registered.
    pub hukou: Option<String>,
    /// Where living.
    pub residence: Option<String>,
    /// Sealed stored form.
    pub body_sealed: String,
}

/// A chat bound to a worker.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Chat {
    /// "channel/account/chat".
    pub address: String,
    /// Worker id.
    pub worker: String,
}

const UNITS: Sql = sql!("SELECT body FROM units ORDER BY code");
const WORKERS: Sql = sql!("SELECT id, body_sealed FROM workers WHERE active = 1 ORDER BY id");
const CHATS: Sql =
    sql!("SELECT address, worker FROM worker_chats WHERE ended_at IS NULL ORDER BY bound_at");
const STAMP: Sql = sql!(
    "SELECT COALESCE((SELECT MAX(updated_at) FROM units), 0),
            COALESCE((SELECT MAX(t) FROM (SELECT MAX(updated_at) AS t FROM workers UNION ALL
                SELECT MAX(updated_at) AS t FROM bookings) AS changed), 0),
            COALESCE((SELECT MAX(bound_at) FROM worker_chats), 0),
            COALESCE((SELECT MAX(ended_at) FROM worker_chats), 0),
            COALESCE((SELECT MAX(published_at) FROM documents), 0) + (SELECT COUNT(*) FROM webhooks)
                + (SELECT COUNT(*) FROM webhooks WHERE ended_at IS NOT NULL)
                + (SELECT COUNT(*) FROM clients WHERE revoked_at IS NOT NULL)"
);
const RESIDENT: Sql = sql!(
    "SELECT r.hukou, r.residence, r.body_sealed FROM",
    rows,
    "JOIN residents r ON r.phone_tag = j.value->>0"
);
const BY_DOCUMENT: Sql = sql!(
    "SELECT r.hukou, r.residence, r.body_sealed FROM",
    rows,
    "JOIN residents r ON r.id_tag = j.value->>0"
);
const PAST: Sql = sql!("SELECT DISTINCT code, name FROM unit_past ORDER BY code, name");
// Only what is different; the first change of a moment counts.
pub(super) const UNIT_PAST: Sql = sql!(
    "INSERT INTO unit_past (code, until_at, name, body)
     SELECT u.code, CAST(j.value->>'at' AS BIGINT), u.name, u.body FROM",
    rows,
    "JOIN units u ON u.code = j.value->>'code' AND u.body <> j.value->>'body'
     WHERE true ON CONFLICT (code, until_at) DO NOTHING"
);
const COUNTS: Sql = sql!(
    "SELECT (SELECT COUNT(*) FROM units), (SELECT COUNT(*) FROM workers WHERE active = 1),
            (SELECT COUNT(*) FROM residents)"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("units", UNITS),
    ("unit_past", UNIT_PAST),
    ("past_names", PAST),
    ("workers", WORKERS),
    ("worker_chats", CHATS),
    ("stamp", STAMP),
    ("resident_by_phone", RESIDENT),
    ("resident_by_document", BY_DOCUMENT),
    ("people_counts", COUNTS),
];

/// Stored forms of all units.
pub async fn units(db: &Db) -> Result<Vec<String>> {
    let rows: Vec<(String,)> =
        on!(read db, pool, sql => UNITS, sqlx::query_as(sql).fetch_all(pool).await?);
    Ok(rows.into_iter().map(|r| r.0).collect())
}

/// Codes of units with names they had before.
pub async fn past_names(db: &Db) -> Result<Vec<(UnitId, String)>> {
    let rows: Vec<(String, String)> =
        on!(read db, pool, sql => PAST, sqlx::query_as(sql).fetch_all(pool).await?);
    Ok(rows.into_iter().map(|(c, n)| (UnitId(c), n)).collect())
}

/// All active workers.
pub async fn workers(db: &Db) -> Result<Vec<StoredWorker>> {
    Ok(on!(read db, pool, sql => WORKERS, sqlx::query_as(sql).fetch_all(pool).await?))
}

/// All chats that belong to workers now.
pub async fn chats(db: &Db) -> Result<Vec<Chat>> {
    Ok(on!(read db, pool, sql => CHATS, sqlx::query_as(sql).fetch_all(pool).await?))
}

/// When reference data last changed; equal stamps mean nothing to reload.
pub async fn stamp(db: &Db) -> Result<(i64, i64, i64, i64, i64)> {
    Ok(on!(read db, pool, sql => STAMP, sqlx::query_as(sql).fetch_one(pool).await?))
}

/// The residents with one of these phone tags.
pub async fn residents_by_phone(db: &Db, phone_tags: &[String]) -> Result<Vec<StoredResident>> {
    let rows: Vec<[&String; 1]> = phone_tags.iter().map(|t| [t]).collect();
    let rows = serde_json::to_string(&rows).expect("plain data");
    Ok(on!(read db, pool, sql => RESIDENT, sqlx::query_as(sql).bind(rows).fetch_all(pool).await?))
}

/// The residents with one of these tags of a document number.
pub async fn residents_by_document(db: &Db, tags: &[String]) -> Result<Vec<StoredResident>> {
    let rows: Vec<[&String; 1]> = tags.iter().map(|t| [t]).collect();
    let rows = serde_json::to_string(&rows).expect("plain data");
    Ok(
        on!(read db, pool, sql => BY_DOCUMENT, sqlx::query_as(sql).bind(rows).fetch_all(pool).await?),
    )
}

/// Number of units, active workers and residents.
pub async fn counts(db: &Db) -> Result<(i64, i64, i64)> {
    Ok(on!(read db, pool, sql => COUNTS, sqlx::query_as(sql).fetch_one(pool).await?))
}
