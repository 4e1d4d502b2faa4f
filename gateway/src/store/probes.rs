//! Probes: how each went, and the traces of the former ones.

use super::sql::{Sql, sql};
use super::{Db, Result, on};

/// How a probe went.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ProbeRow {
    pub id: String,
    pub at: i64,
    /// JSON: part of the way and microseconds.
    pub hops: String,
    pub stuck: Option<String>,
}

const KEEP: Sql = sql!(
    "INSERT INTO probes (id, at, hops, stuck) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING"
);
const LAST: Sql = sql!("SELECT id, at, hops, stuck FROM probes ORDER BY id DESC LIMIT $1");
const SWEEP_IN: Sql =
    sql!("DELETE FROM inbound WHERE key > $2 AND key < $3 AND address = $1 AND state <> 1");
const SWEEP_OUT: Sql =
    sql!("DELETE FROM outbox WHERE address = $1 AND receipt IS NOT NULL AND state = 1");

const FORGET: Sql = sql!("DELETE FROM probes WHERE at < $1");

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("probe_kept", KEEP),
    ("probes_last", LAST),
    ("probe_swept_in", SWEEP_IN),
    ("probe_swept_out", SWEEP_OUT),
    ("probes_forgotten", FORGET),
];

/// Keeps how a probe went, and none from before `since`.
pub async fn keep(db: &Db, row: &ProbeRow, since: i64) -> Result<()> {
    on!(write db, pool, sql => FORGET, { sqlx::query(sql).bind(since).execute(pool).await?; });
    on!(write db, pool, sql => KEEP, {
        let query = sqlx::query(sql).bind(&row.id).bind(row.at).bind(&row.hops).bind(row.stuck.as_deref());
        query.execute(pool).await?;
    });
    Ok(())
}

/// The last of them, newest first.
pub async fn last(db: &Db, most: i64) -> Result<Vec<ProbeRow>> {
    Ok(on!(read db, pool, sql => LAST, sqlx::query_as(sql).bind(most).fetch_all(pool).await?))
}

/// Deletes the messages that probes before this one left: those of this chat,
/// whose keys begin with the name of its channel.
pub async fn sweep(db: &Db, address: &str, channel: &str) -> Result<()> {
    // The character after the slash ends the names.
    let (first, last) = (format!("{channel}/"), format!("{channel}0"));
    on!(write db, pool, sql => SWEEP_IN, {
        sqlx::query(sql).bind(address).bind(&first).bind(&last).execute(pool).await?;
    });
    on!(write db, pool, sql => SWEEP_OUT, { sqlx::query(sql).bind(address).execute(pool).await?; });
    Ok(())
}
