//! Looks behind the mask, and the reviews of those that broke the glass.

use super::sql::{Sql, sql};
use super::{Db, Result, on};
use serde::Serialize;

/// A look to be written.
#[derive(Clone, Debug, Serialize)]
pub struct LookRow {
    /// Names the press.
    pub id: String,
    /// Request id.
    pub request: String,
    /// Worker id.
    pub worker: String,
    /// "show" or "glass".
    pub kind: &'static str,
    /// Code of the reason.
    pub reason: String,
    /// The worker's words, sealed.
    pub note: Option<String>,
    /// When.
    pub at: i64,
    /// Until when.
    pub until: i64,
}

/// A review signed off.
#[derive(Clone, Debug, Serialize)]
pub struct SignedRow {
    /// Look.
    pub id: String,
    /// Worker id of who signs.
    pub by: String,
    /// "right" or "wrong".
    pub verdict: &'static str,
    /// Why, sealed.
    pub note: Option<String>,
    /// When.
    pub at: i64,
}

/// A stored look.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    /// Id.
    pub id: String,
    /// Request id.
    pub request: String,
    /// Worker id.
    pub worker: String,
    /// "show" or "glass".
    pub kind: String,
    /// Code of the reason.
    pub reason: String,
    /// The worker's words, sealed.
    pub note_sealed: Option<String>,
    /// When.
    pub at: i64,
    /// Until when.
    pub until_at: i64,
    /// When it was signed off.
    pub signed_at: Option<i64>,
    /// By whom.
    pub signed_by: Option<String>,
    /// "right" or "wrong".
    pub verdict: Option<String>,
}

const LIVE: Sql = sql!(
    "SELECT id, request, worker, kind, reason, note_sealed, at, until_at, signed_at, signed_by, verdict
     FROM looks WHERE request = $1 AND worker = $2 AND until_at > $3 ORDER BY until_at DESC LIMIT 1"
);
const GLASS: Sql = sql!(
    "SELECT id, request, worker, kind, reason, note_sealed, at, until_at, signed_at, signed_by, verdict
     FROM looks WHERE kind = 'glass'
       AND (CASE WHEN signed_at IS NULL THEN 0 ELSE 1 END, -at, id) > ($1, $2, $3)
     ORDER BY CASE WHEN signed_at IS NULL THEN 0 ELSE 1 END, -at, id LIMIT $4"
);
const ONE: Sql = sql!(
    "SELECT id, request, worker, kind, reason, note_sealed, at, until_at, signed_at, signed_by, verdict
     FROM looks WHERE id = $1"
);
const UNSIGNED: Sql =
    sql!("SELECT COUNT(*) FROM looks WHERE kind = 'glass' AND signed_at IS NULL AND at < $1");
pub(super) const LOOKS: Sql = sql!(
    "INSERT INTO looks (id, request, worker, kind, reason, note_sealed, at, until_at)
     SELECT j.value->>'id', j.value->>'request', j.value->>'worker', j.value->>'kind', j.value->>'reason',
            j.value->>'note', CAST(j.value->>'at' AS BIGINT), CAST(j.value->>'until' AS BIGINT)
     FROM",
    rows,
    "WHERE true ON CONFLICT (id) DO NOTHING"
);
pub(super) const SIGNED: Sql = sql!(
    "UPDATE looks SET signed_at = CAST(j.value->>'at' AS BIGINT), signed_by = j.value->>'by',
            verdict = j.value->>'verdict', verdict_sealed = j.value->>'note'
     FROM",
    rows,
    "WHERE looks.id = j.value->>'id' AND looks.kind = 'glass' AND looks.signed_at IS NULL"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("look_live", LIVE),
    ("looks_of_glass", GLASS),
    ("look", ONE),
    ("looks_unsigned", UNSIGNED),
    ("looks", LOOKS),
    ("looks_signed", SIGNED),
];

/// The look of a worker at a request that lasts longest, if one still lasts.
pub async fn live(db: &Db, request: &str, worker: &str, now: i64) -> Result<Option<Stored>> {
    Ok(on!(read db, pool, sql => LIVE,
        sqlx::query_as(sql).bind(request).bind(worker).bind(now).fetch_optional(pool).await?))
}

/// Looks that broke the glass: those nobody signed off first, then newest first,
/// so that what waits is not pushed off the page by what is done. After a place in
/// that order: 1 if signed off, the moment with its sign turned, id.
pub async fn of_glass(
    db: &Db,
    (signed, at, id): (i64, i64, &str),
    most: i64,
) -> Result<Vec<Stored>> {
    Ok(on!(read db, pool, sql => GLASS,
        sqlx::query_as(sql).bind(signed).bind(at).bind(id).bind(most).fetch_all(pool).await?))
}

/// One look.
pub async fn one(db: &Db, id: &str) -> Result<Option<Stored>> {
    Ok(on!(read db, pool, sql => ONE, sqlx::query_as(sql).bind(id).fetch_optional(pool).await?))
}

/// How many of them from before a moment nobody has signed off.
pub async fn unsigned(db: &Db, before: i64) -> Result<i64> {
    let (count,): (i64,) = on!(read db, pool, sql => UNSIGNED,
        sqlx::query_as(sql).bind(before).fetch_one(pool).await?);
    Ok(count)
}
