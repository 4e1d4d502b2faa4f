//! Timers: the next thing that happens to each open request by itself.

use super::sql::{Sql, pair, sql};
use super::{Db, Result, on};

/// A claimed timer.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Due {
    /// Request.
    pub request: String,
    /// The rung it was set for.
    pub rung: String,
    /// When it was due.
    pub due_at: i64,
    /// Failed attempts so far.
    pub attempts: i64,
}

/// State of the timers as a whole.
#[derive(Clone, Copy, Debug, Default, sqlx::FromRow)]
pub struct Load {
    /// Due and not fired.
    pub due: i64,
    /// Set aside because firing failed.
    pub set_aside: i64,
}

/// The classes of danger, most urgent first.
pub const DANGERS: std::ops::RangeInclusive<i64> = 0..=3;

const CLAIM: Sql = pair!(
    sqlite: "UPDATE timers SET lease_until = $1 WHERE request IN
               (SELECT request FROM timers WHERE cause IS NULL AND danger = $2 AND due_at <= $3 AND lease_until <= $3
                ORDER BY due_at LIMIT $4)
             RETURNING request, rung, due_at, attempts",
    postgres: "UPDATE timers SET lease_until = $1 WHERE request IN
                 (SELECT request FROM timers WHERE cause IS NULL AND danger = $2 AND due_at <= $3 AND lease_until <= $3
                  ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED)
               RETURNING request, rung, due_at, attempts",
);
// MIN over each class walks one step of the index, however many timers stand.
const NEXT: Sql = sql!(
    "SELECT MIN(due_at) FROM (
        SELECT MIN(due_at) AS due_at FROM timers WHERE cause IS NULL AND danger = 0
        UNION ALL SELECT MIN(due_at) FROM timers WHERE cause IS NULL AND danger = 1
        UNION ALL SELECT MIN(due_at) FROM timers WHERE cause IS NULL AND danger = 2
        UNION ALL SELECT MIN(due_at) FROM timers WHERE cause IS NULL AND danger = 3) AS firsts"
);
const RELEASE: Sql = sql!("UPDATE timers SET lease_until = 0 WHERE lease_until > 0");
const NEXT_LEASE: Sql = sql!(
    "SELECT MIN(lease_until) FROM timers WHERE cause IS NULL AND due_at <= $1 AND lease_until > $1"
);
const FAILED: Sql = sql!(
    "UPDATE timers SET attempts = attempts + 1, lease_until = $2, cause = $3 WHERE request = $1"
);
const LOAD: Sql = sql!(
    "SELECT CAST((SELECT COUNT(*) FROM timers WHERE cause IS NULL AND danger IN (0, 1, 2, 3) AND due_at <= $1)
                 AS BIGINT) AS due,
            CAST((SELECT COUNT(*) FROM timers WHERE cause IS NOT NULL) AS BIGINT) AS set_aside");
const ONE: Sql = sql!("SELECT request, rung, due_at, attempts FROM timers WHERE request = $1");

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("timers_claim", CLAIM),
    ("timers_next", NEXT),
    ("timers_release", RELEASE),
    ("timers_next_lease", NEXT_LEASE),
    ("timers_failed", FAILED),
    ("timers_load", LOAD),
    ("timer", ONE),
];

/// Takes timers of one class of danger that are due, holding them until `lease`.
pub async fn claim(db: &Db, danger: i64, now: i64, lease: i64, most: i64) -> Result<Vec<Due>> {
    Ok(on!(write db, pool, sql => CLAIM,
        sqlx::query_as(sql).bind(lease).bind(danger).bind(now).bind(most).fetch_all(pool).await?))
}

/// When the earliest timer is due, held ones included.
pub async fn next(db: &Db) -> Result<Option<i64>> {
    let (at,): (Option<i64>,) =
        on!(read db, pool, sql => NEXT, sqlx::query_as(sql).fetch_one(pool).await?);
    Ok(at)
}

/// When the first lease on a due timer runs out.
pub async fn next_lease(db: &Db, now: i64) -> Result<Option<i64>> {
    let (at,): (Option<i64>,) =
        on!(read db, pool, sql => NEXT_LEASE, sqlx::query_as(sql).bind(now).fetch_one(pool).await?);
    Ok(at)
}

/// Takes all claims from whoever has them. Only for a process that knows to be
/// the only one: those who claimed are dead.
pub async fn release(db: &Db) -> Result<u64> {
    Ok(on!(write db, pool, sql => RELEASE,
        sqlx::query(sql).execute(pool).await?.rows_affected()))
}

/// Records that firing failed: tried again after `until`, or set aside with a cause.
pub async fn failed(db: &Db, request: &str, until: i64, cause: Option<&str>) -> Result<()> {
    on!(write db, pool, sql => FAILED, { sqlx::query(sql).bind(request).bind(until).bind(cause).execute(pool).await?; });
    Ok(())
}

/// How many are due, and how many were set aside.
pub async fn load(db: &Db, now: i64) -> Result<Load> {
    Ok(on!(read db, pool, sql => LOAD, sqlx::query_as(sql).bind(now).fetch_one(pool).await?))
}

/// The timer of one request.
pub async fn one(db: &Db, request: &str) -> Result<Option<Due>> {
    Ok(
        on!(read db, pool, sql => ONE, sqlx::query_as(sql).bind(request).fetch_optional(pool).await?),
    )
}
