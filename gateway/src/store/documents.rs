//! Versioned documents: the catalogue, the escalation policy, the calendar.

use super::sql::{Sql, sql};
use super::{Db, Result, on};

const ALL: Sql = sql!("SELECT version, body FROM documents WHERE kind = $1 ORDER BY version");
const NEWEST: Sql = sql!("SELECT MAX(version) FROM documents WHERE kind = $1");
const HISTORY: Sql = sql!(
    "SELECT version, published_at FROM documents WHERE kind = $1 ORDER BY version DESC LIMIT $2"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("documents", ALL),
    ("documents_newest", NEWEST),
    ("documents_history", HISTORY),
];

/// All versions of one kind, oldest first.
pub async fn all(db: &Db, kind: &str) -> Result<Vec<(i64, String)>> {
    Ok(on!(read db, pool, sql => ALL, sqlx::query_as(sql).bind(kind).fetch_all(pool).await?))
}

/// Number of the newest version; 0 if there is none.
pub async fn newest(db: &Db, kind: &str) -> Result<i64> {
    let (version,): (Option<i64>,) =
        on!(read db, pool, sql => NEWEST, sqlx::query_as(sql).bind(kind).fetch_one(pool).await?);
    Ok(version.unwrap_or(0))
}

/// Number and time of the last versions, newest first.
pub async fn history(db: &Db, kind: &str, most: i64) -> Result<Vec<(i64, i64)>> {
    Ok(
        on!(read db, pool, sql => HISTORY, sqlx::query_as(sql).bind(kind).bind(most).fetch_all(pool).await?),
    )
}
