//! Messages that came in: read back for threads, pages and the parked list.

use super::sql::{Sql, sql};
use super::{Db, Result, on};
use serde::Serialize;

/// A stored message.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    /// "channel/account/key".
    pub key: String,
    /// Time-ordered id.
    pub id: String,
    /// "channel/account/chat".
    pub address: String,
    /// When it was received, microseconds.
    pub at: i64,
    /// Sealed message.
    pub body_sealed: String,
    /// Why it is parked.
    pub cause: Option<String>,
}

/// Words put in the place of a parked message's.
#[derive(Clone, Debug, Serialize)]
pub struct MendedRow {
    /// Key of the message.
    pub key: String,
    /// When.
    pub at: i64,
    /// "worker:<id>".
    pub actor: String,
    /// Sealed.
    pub words: String,
}

const OF_REQUEST: Sql = sql!(
    "SELECT key, id, address, at, body_sealed, cause FROM inbound WHERE request = $1
     ORDER BY id DESC LIMIT $2"
);
const COUNT_OF_REQUEST: Sql = sql!("SELECT COUNT(*) FROM inbound WHERE request = $1");
const OF_PAGE: Sql = sql!(
    "SELECT key, id, address, at, body_sealed, cause FROM inbound
     WHERE address = $1 AND page = 1 ORDER BY id DESC LIMIT $2"
);
const PARKED: Sql = sql!(
    "SELECT key, id, address, at, body_sealed, cause FROM inbound WHERE state = 1 ORDER BY id LIMIT $1"
);
const PARKED_ONE: Sql = sql!(
    "SELECT key, id, address, at, body_sealed, cause FROM inbound WHERE state = 1 AND key = $1"
);
// Mended again, the last words count.
pub(super) const MENDED: Sql = sql!(
    "INSERT INTO mended (key, at, actor, words_sealed)
     SELECT j.value->>'key', CAST(j.value->>'at' AS BIGINT), j.value->>'actor', j.value->>'words' FROM",
    rows,
    "WHERE true ON CONFLICT (key) DO UPDATE SET at = excluded.at, actor = excluded.actor,
         words_sealed = excluded.words_sealed"
);
const PARKED_COUNT: Sql = sql!("SELECT COUNT(*), MIN(at) FROM inbound WHERE state = 1");

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("inbound_of_request", OF_REQUEST),
    ("inbound_count_of_request", COUNT_OF_REQUEST),
    ("inbound_of_page", OF_PAGE),
    ("parked", PARKED),
    ("parked_one", PARKED_ONE),
    ("parked_count", PARKED_COUNT),
    ("mended", MENDED),
];

/// The newest messages that belong to a request, oldest first.
pub async fn of_request(db: &Db, request: &str, most: i64) -> Result<Vec<Stored>> {
    let mut rows: Vec<Stored> = on!(read db, pool, sql => OF_REQUEST,
        sqlx::query_as(sql).bind(request).bind(most).fetch_all(pool).await?);
    rows.reverse();
    Ok(rows)
}

/// How many messages belong to a request.
pub async fn count_of_request(db: &Db, request: &str) -> Result<i64> {
    let (count,): (i64,) = on!(read db, pool, sql => COUNT_OF_REQUEST,
        sqlx::query_as(sql).bind(request).fetch_one(pool).await?);
    Ok(count)
}

/// The latest messages of a page conversation, newest first.
pub async fn of_page(db: &Db, address: &str, most: i64) -> Result<Vec<Stored>> {
    Ok(
        on!(read db, pool, sql => OF_PAGE, sqlx::query_as(sql).bind(address).bind(most).fetch_all(pool).await?),
    )
}

/// Messages that could not be handled, oldest first.
pub async fn parked(db: &Db, most: i64) -> Result<Vec<Stored>> {
    Ok(on!(read db, pool, sql => PARKED, sqlx::query_as(sql).bind(most).fetch_all(pool).await?))
}

/// One parked message.
pub async fn parked_one(db: &Db, key: &str) -> Result<Option<Stored>> {
    Ok(
        on!(read db, pool, sql => PARKED_ONE, sqlx::query_as(sql).bind(key).fetch_optional(pool).await?),
    )
}

/// How many are parked, and when the oldest came in.
pub async fn parked_count(db: &Db) -> Result<(i64, Option<i64>)> {
    Ok(on!(read db, pool, sql => PARKED_COUNT, sqlx::query_as(sql).fetch_one(pool).await?))
}
