//! Messages that go out: claiming by lease, reading back, counting.

use super::sql::{Sql, list, pair, sql};
use super::{Db, Result, on};
use crate::clock::Moment;
use crate::ids::OutboxId;
use std::collections::HashSet;

/// A message of the outbox.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Waiting {
    /// Time-ordered id.
    pub id: String,
    /// Where to.
    pub address: String,
    /// When it was written.
    pub at: i64,
    /// 0 crisis, 1 reply, 2 push, 3 bulk.
    pub lane: i64,
    /// Until when the claim holds (after claiming), microseconds.
    pub next_at: i64,
    /// Its turn in its chat.
    pub turn: i64,
    /// Attempts so far.
    pub attempts: i64,
    /// Sealed message.
    pub body_sealed: String,
    /// The request it speaks of.
    pub request: Option<String>,
}

/// A message as read back.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Written {
    /// Time-ordered id.
    pub id: String,
    /// Where it went.
    pub address: String,
    /// When it was written.
    pub at: i64,
    /// 0 waiting, 1 sent, 2 given up.
    pub state: i64,
    /// Sealed message.
    pub body_sealed: String,
    /// The request it speaks of.
    pub request: Option<String>,
    /// The channel's message id.
    pub receipt: Option<String>,
    /// Why it failed.
    pub cause: Option<String>,
}

/// State of the outbox as a whole.
#[derive(Clone, Copy, Debug, Default, sqlx::FromRow)]
pub struct Backlog {
    /// Waiting messages.
    pub waiting: i64,
    /// When the oldest of them was written.
    pub oldest: Option<i64>,
    /// Given up.
    pub dead: i64,
}

// Only the first of a chat may be claimed, and with it what stands behind it, up
// to what somebody else holds: who holds the first decides what is heard next. The last condition is
// looked at again if the row changed while the claim waited for it.
const CLAIM: Sql = pair!(
    sqlite: "WITH heads AS (
               SELECT o.id, o.address, o.lane, o.turn FROM outbox o
               WHERE o.state = 0 AND o.next_at <= $2 AND (o.lane = 0 OR NOT EXISTS (
                   SELECT 1 FROM outbox e WHERE e.address = o.address AND e.state = 0 AND e.lane > 0
                       AND (e.turn, e.id) < (o.turn, o.id)))
               ORDER BY o.next_at LIMIT $3),
             chats AS MATERIALIZED (
               SELECT h.address, COALESCE((SELECT g.turn FROM outbox g WHERE g.address = h.address AND g.state = 0
                   AND g.lane > 0 AND g.next_at > $2 ORDER BY g.turn LIMIT 1), 9223372036854775807) AS stop
               FROM heads h WHERE h.lane > 0)
             UPDATE outbox SET next_at = $1 WHERE state = 0 AND next_at <= $2 AND id IN (
               SELECT id FROM (
                 SELECT id, turn FROM heads UNION
                 SELECT f.id, f.turn FROM chats c JOIN outbox f ON f.address = c.address AND f.state = 0
                     AND f.lane > 0 AND f.turn < c.stop AND f.next_at <= $2
                 ORDER BY turn, id LIMIT $3) AS due)
             RETURNING id, address, at, lane, next_at, turn, attempts, body_sealed, request",
    postgres: "WITH heads AS MATERIALIZED (
                 SELECT o.id, o.address, o.lane, o.turn FROM outbox o
                 WHERE o.state = 0 AND o.next_at <= $2 AND (o.lane = 0 OR NOT EXISTS (
                     SELECT 1 FROM outbox e WHERE e.address = o.address AND e.state = 0 AND e.lane > 0
                         AND (e.turn, e.id) < (o.turn, o.id)))
                 ORDER BY o.next_at LIMIT $3 FOR UPDATE OF o SKIP LOCKED),
               chats AS MATERIALIZED (
                 SELECT h.address, COALESCE((SELECT g.turn FROM outbox g WHERE g.address = h.address AND g.state = 0
                     AND g.lane > 0 AND g.next_at > $2 ORDER BY g.turn LIMIT 1), 9223372036854775807) AS stop
                 FROM heads h WHERE h.lane > 0)
               UPDATE outbox SET next_at = $1 WHERE state = 0 AND next_at <= $2 AND id IN (
                 SELECT id FROM (
                   SELECT id, turn FROM heads UNION
                   SELECT f.id, f.turn FROM chats c CROSS JOIN LATERAL (
                       SELECT n.id, n.turn FROM outbox n WHERE n.address = c.address AND n.state = 0 AND n.lane > 0
                           AND n.turn < c.stop AND n.next_at <= $2 ORDER BY n.turn, n.id LIMIT 64) AS f
                   ORDER BY turn, id LIMIT $3) AS due)
               RETURNING id, address, at, lane, next_at, turn, attempts, body_sealed, request",
);
const BEHIND: Sql = sql!(
    "SELECT o.id FROM",
    rows,
    "JOIN outbox o ON o.id = j.value->>0 WHERE o.state = 0 AND EXISTS (
         SELECT 1 FROM outbox e WHERE e.address = o.address AND e.state = 0 AND e.lane > 0
             AND (e.turn, e.id) < (o.turn, o.id))"
);
const RELEASE: Sql =
    sql!("UPDATE outbox SET next_at = $1 WHERE state = 0 AND next_at > $1 AND next_at <= $2");
const NEXT: Sql = sql!("SELECT MIN(next_at) FROM outbox WHERE state = 0");
const BY_IDS: Sql = sql!(
    "SELECT o.id, o.address, o.at, o.state, o.body_sealed, o.request, o.receipt, o.cause
     FROM",
    rows,
    "JOIN outbox o ON o.id = j.value->>0"
);
const OF_PAGE: Sql = sql!(
    "SELECT id, address, at, state, body_sealed, request, receipt, cause FROM outbox
     WHERE address = $1 AND page = 1 ORDER BY id DESC LIMIT $2"
);
const OF_REQUEST: Sql = sql!(
    "SELECT id, address, at, state, body_sealed, request, receipt, cause FROM outbox
     WHERE request = $1 ORDER BY id LIMIT $2"
);
// Ids rise with time. By the index `outbox_heard`.
const RECEIPTS: Sql = sql!(
    "SELECT receipt FROM outbox
     WHERE id >= $1 AND address = $2 AND state = 1 AND receipt IS NOT NULL ORDER BY id DESC LIMIT 300"
);
const BACKLOG: Sql = sql!(
    "SELECT CAST((SELECT COUNT(*) FROM outbox WHERE state = 0) AS BIGINT) AS waiting,
            (SELECT MIN(at) FROM outbox WHERE state = 0) AS oldest,
            CAST((SELECT COUNT(*) FROM outbox WHERE state = 2 AND at > $1) AS BIGINT) AS dead"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("outbox_claim", CLAIM),
    ("outbox_behind", BEHIND),
    ("outbox_release", RELEASE),
    ("outbox_next", NEXT),
    ("outbox_by_ids", BY_IDS),
    ("outbox_of_page", OF_PAGE),
    ("outbox_of_request", OF_REQUEST),
    ("outbox_receipts", RECEIPTS),
    ("outbox_backlog", BACKLOG),
];

/// Which of these messages still stand behind an unsent one of their chat.
pub async fn behind(db: &Db, ids: &[String]) -> Result<HashSet<String>> {
    let found: Vec<(String,)> = on!(read db, pool, sql => BEHIND,
        sqlx::query_as(sql).bind(list(ids)).fetch_all(pool).await?);
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Takes messages that are due, holding them until `lease`: of each chat the
/// first that is unsent and what follows it, in order.
pub async fn claim(db: &Db, now: i64, lease: i64, most: i64) -> Result<Vec<Waiting>> {
    Ok(on!(write db, pool, sql => CLAIM,
        sqlx::query_as(sql).bind(lease).bind(now).bind(most).fetch_all(pool).await?))
}

/// Takes claims that would hold until `lease` at most from whoever has them. Only
/// for a process that knows to be the only one: those who claimed are dead.
pub async fn release(db: &Db, now: i64, lease: i64) -> Result<u64> {
    Ok(on!(write db, pool, sql => RELEASE,
        sqlx::query(sql).bind(now).bind(lease).execute(pool).await?.rows_affected()))
}

/// When the next message becomes due, held ones included.
pub async fn next(db: &Db) -> Result<Option<i64>> {
    let (at,): (Option<i64>,) =
        on!(read db, pool, sql => NEXT, sqlx::query_as(sql).fetch_one(pool).await?);
    Ok(at)
}

/// Messages by id, for resolving buttons.
pub async fn by_ids(db: &Db, ids: &[String]) -> Result<Vec<Written>> {
    Ok(
        on!(read db, pool, sql => BY_IDS, sqlx::query_as(sql).bind(list(ids)).fetch_all(pool).await?),
    )
}

/// The latest messages of a page conversation, newest first.
pub async fn of_page(db: &Db, address: &str, most: i64) -> Result<Vec<Written>> {
    Ok(
        on!(read db, pool, sql => OF_PAGE, sqlx::query_as(sql).bind(address).bind(most).fetch_all(pool).await?),
    )
}

/// Messages about a request, oldest first.
pub async fn of_request(db: &Db, request: &str, most: i64) -> Result<Vec<Written>> {
    Ok(
        on!(read db, pool, sql => OF_REQUEST, sqlx::query_as(sql).bind(request).bind(most).fetch_all(pool).await?),
    )
}

/// The channel's ids of the messages sent to an address since a moment, newest
/// first.
pub async fn receipts(db: &Db, address: &str, since: Moment) -> Result<Vec<String>> {
    let first = OutboxId::lowest(since).0;
    let rows: Vec<(String,)> = on!(read db, pool, sql => RECEIPTS,
        sqlx::query_as(sql).bind(first).bind(address).fetch_all(pool).await?);
    Ok(rows.into_iter().map(|(receipt,)| receipt).collect())
}

/// How much waits, since when, and how much was given up after `since`.
pub async fn backlog(db: &Db, since: i64) -> Result<Backlog> {
    Ok(on!(read db, pool, sql => BACKLOG, sqlx::query_as(sql).bind(since).fetch_one(pool).await?))
}
