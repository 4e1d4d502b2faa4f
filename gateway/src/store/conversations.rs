//! Reading what a message needs, for a whole group at once.

use super::proofs::of_person;
use super::sql::{Sql, sql};
use super::{Db, Result, on};
use serde::Serialize;

/// What to look up for one incoming message.
#[derive(Clone, Debug, Serialize)]
pub struct Wanted {
    /// "channel/account/chat".
    pub address: String,
    /// "channel/account/key" of the message.
    pub key: String,
    /// Now, microseconds: what was proved counts until its end.
    pub at: i64,
}

/// What is known about it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Found {
    /// As asked.
    pub address: String,
    /// As asked.
    pub key: String,
    /// 1 if the message was received before.
    pub seen: i64,
    /// Version of the conversation; `None` if there is none yet.
    pub version: Option<i64>,
    /// Sealed snapshot.
    pub state_sealed: Option<String>,
    /// Requests opened from this chat so far.
    pub requests: Option<i64>,
    /// The worker this chat belongs to, if any.
    pub worker: Option<String>,
    /// The highest level proved about its person.
    pub proved: Option<i64>,
}

/// One conversation, for those who write into it from outside (a worker's act).
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Conversation {
    /// Version.
    pub version: i64,
    /// Sealed snapshot.
    pub state_sealed: String,
    /// Requests opened from this chat so far.
    pub requests: i64,
}

const LOOK_UP: Sql = sql!(
    concat!("SELECT j.value->>'address' AS address, j.value->>'key' AS key,
            CASE WHEN i.key IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END AS seen,
            c.version AS version, c.state_sealed AS state_sealed, c.requests AS requests, w.worker AS worker,
            (SELECT MAX(l.level) FROM (", of_person!(
        "p.level",
        "j.value->>'address'",
        "p.ended_at IS NULL AND p.until_at > CAST(j.value->>'at' AS BIGINT)"
    ), ") AS l) AS proved
     FROM"), rows, "LEFT JOIN inbound i ON i.key = j.value->>'key'
     LEFT JOIN conversations c ON c.address = j.value->>'address'
     LEFT JOIN worker_chats w ON w.address = j.value->>'address' AND w.ended_at IS NULL");
const ONE: Sql =
    sql!("SELECT version, state_sealed, requests FROM conversations WHERE address = $1");

pub(super) const STATEMENTS: &[(&str, Sql)] = &[("look_up", LOOK_UP), ("conversation", ONE)];

/// Looks up a group of messages, in one statement. The answers keep no order.
pub async fn look_up(db: &Db, wanted: &[Wanted]) -> Result<Vec<Found>> {
    let rows = serde_json::to_string(wanted).expect("plain data");
    Ok(on!(read db, pool, sql => LOOK_UP, sqlx::query_as(sql).bind(rows).fetch_all(pool).await?))
}

/// One conversation.
pub async fn one(db: &Db, address: &str) -> Result<Option<Conversation>> {
    Ok(
        on!(read db, pool, sql => ONE, sqlx::query_as(sql).bind(address).fetch_optional(pool).await?),
    )
}
