//! Proposed examples, and the versions of what was learnt.

use super::sql::{Sql, sql};
use super::{Db, Result, on};

/// A proposed example.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Correction {
    /// The request it comes from.
    pub request: String,
    /// When the worker corrected it.
    pub at: i64,
    /// What it had been taken for.
    pub was: String,
    /// What it is.
    pub service: String,
    /// Sealed masked words.
    pub words_sealed: String,
    /// 0 proposed, 1 accepted.
    pub state: i64,
    /// Guard.
    pub version: i64,
}

const IN_STATE: Sql = sql!(
    "SELECT request, at, was, service, words_sealed, state, version FROM corrections
     WHERE state = $1 ORDER BY request LIMIT $2"
);
const ONE: Sql = sql!(
    "SELECT request, at, was, service, words_sealed, state, version FROM corrections WHERE request = $1"
);
const COUNTS: Sql = sql!(
    "SELECT (SELECT COUNT(*) FROM corrections WHERE state = 0), (SELECT COUNT(*) FROM corrections WHERE state = 1)"
);
const NEWEST: Sql = sql!(
    "SELECT version, body, published_at FROM documents WHERE kind = $1 ORDER BY version DESC LIMIT $2"
);
const VERSION: Sql =
    sql!("SELECT version, body, published_at FROM documents WHERE kind = $1 AND version = $2");

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("corrections_in_state", IN_STATE),
    ("correction", ONE),
    ("corrections_counts", COUNTS),
    ("documents_last", NEWEST),
    ("document", VERSION),
];

/// Version, text and time of publication of a document.
pub type Written = (i64, String, i64);

/// Proposed (0) or accepted (1) examples, oldest first.
pub async fn in_state(db: &Db, state: i64, most: i64) -> Result<Vec<Correction>> {
    Ok(
        on!(read db, pool, sql => IN_STATE, sqlx::query_as(sql).bind(state).bind(most).fetch_all(pool).await?),
    )
}

/// The example of a request.
pub async fn one(db: &Db, request: &str) -> Result<Option<Correction>> {
    Ok(
        on!(read db, pool, sql => ONE, sqlx::query_as(sql).bind(request).fetch_optional(pool).await?),
    )
}

/// Number of proposed and of accepted ones.
pub async fn counts(db: &Db) -> Result<(i64, i64)> {
    Ok(on!(read db, pool, sql => COUNTS, sqlx::query_as(sql).fetch_one(pool).await?))
}

/// The newest versions of a kind of document, newest first.
pub async fn newest(db: &Db, kind: &str, most: i64) -> Result<Vec<Written>> {
    Ok(
        on!(read db, pool, sql => NEWEST, sqlx::query_as(sql).bind(kind).bind(most).fetch_all(pool).await?),
    )
}

/// One version of a kind of document.
pub async fn version(db: &Db, kind: &str, version: i64) -> Result<Option<Written>> {
    Ok(
        on!(read db, pool, sql => VERSION, sqlx::query_as(sql).bind(kind).bind(version).fetch_optional(pool).await?),
    )
}
