//! How channels are: when they last did something, and what waits.
//!
//! Every process tells what it saw; the latest counts.

use super::sql::{Sql, sql};
use super::{Db, Result, on};
use serde::Serialize;

/// When a channel last did something, as far as a process knows; 0 never.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Beat {
    /// "kind/account".
    pub name: String,
    pub in_at: i64,
    pub out_at: i64,
    pub failed_at: i64,
}

/// What waits in a channel.
#[derive(Clone, Copy, Debug, Default, sqlx::FromRow)]
pub struct Standing {
    /// Messages to send.
    pub waiting: i64,
    /// Of them, those that may not go out before a moment.
    pub held: i64,
    /// The earliest of these moments.
    pub until: Option<i64>,
    /// Given up since the moment asked for.
    pub dead: i64,
    /// Messages that could not be handled.
    pub parked: i64,
}

const BEAT: Sql = sql!(
    "INSERT INTO channels (name, in_at, out_at, failed_at)
     SELECT j.value->>'name', CAST(j.value->>'in_at' AS BIGINT), CAST(j.value->>'out_at' AS BIGINT),
            CAST(j.value->>'failed_at' AS BIGINT)
     FROM",
    rows,
    "WHERE true ON CONFLICT (name) DO UPDATE SET
         in_at = CASE WHEN excluded.in_at > channels.in_at THEN excluded.in_at ELSE channels.in_at END,
         out_at = CASE WHEN excluded.out_at > channels.out_at THEN excluded.out_at ELSE channels.out_at END,
         failed_at = CASE WHEN excluded.failed_at > channels.failed_at THEN excluded.failed_at
             ELSE channels.failed_at END"
);
const ALL: Sql = sql!("SELECT name, in_at, out_at, failed_at FROM channels ORDER BY name");
// $1 the beginning of the channel's addresses, $2 what is later than any claim,
// $3 since when.
const STANDING: Sql = sql!(
    "SELECT CAST((SELECT COUNT(*) FROM outbox WHERE state = 0 AND substr(address, 1, length($1)) = $1)
                AS BIGINT) AS waiting,
            CAST((SELECT COUNT(*) FROM outbox WHERE state = 0 AND next_at > $2
                AND substr(address, 1, length($1)) = $1) AS BIGINT) AS held,
            (SELECT MIN(next_at) FROM outbox WHERE state = 0 AND next_at > $2
                AND substr(address, 1, length($1)) = $1) AS until,
            CAST((SELECT COUNT(*) FROM outbox WHERE state = 2 AND at > $3
                AND substr(address, 1, length($1)) = $1) AS BIGINT) AS dead,
            CAST((SELECT COUNT(*) FROM inbound WHERE state = 1 AND substr(address, 1, length($1)) = $1)
                AS BIGINT) AS parked"
);
const CAUSE: Sql = sql!(
    "SELECT cause FROM outbox WHERE state = 2 AND at > $2 AND cause IS NOT NULL
       AND substr(address, 1, length($1)) = $1 ORDER BY at DESC LIMIT 1"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("channel_beat", BEAT),
    ("channels", ALL),
    ("channel_standing", STANDING),
    ("channel_cause", CAUSE),
];

/// Tells when channels last did something.
pub async fn beat(db: &Db, beats: &[Beat]) -> Result<()> {
    let rows = serde_json::to_string(beats).expect("plain data");
    on!(write db, pool, sql => BEAT, { sqlx::query(sql).bind(rows).execute(pool).await?; });
    Ok(())
}

/// All channels that ever did something.
pub async fn all(db: &Db) -> Result<Vec<Beat>> {
    Ok(on!(read db, pool, sql => ALL, sqlx::query_as(sql).fetch_all(pool).await?))
}

/// What waits in a channel. `held` is what may not go out before `later`, dead
/// what was given up after `since`; microseconds.
pub async fn standing(db: &Db, name: &str, later: i64, since: i64) -> Result<Standing> {
    let begins = format!("{name}/");
    Ok(on!(read db, pool, sql => STANDING,
        sqlx::query_as(sql).bind(begins).bind(later).bind(since).fetch_one(pool).await?))
}

/// Why the newest message of a channel was given up, of those since a moment.
pub async fn cause(db: &Db, name: &str, since: i64) -> Result<Option<String>> {
    let begins = format!("{name}/");
    let row: Option<(String,)> = on!(read db, pool, sql => CAUSE,
        sqlx::query_as(sql).bind(begins).bind(since).fetch_optional(pool).await?);
    Ok(row.map(|(cause,)| cause))
}
