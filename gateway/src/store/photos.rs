//! Pictures from the web chat, sealed. Written through `Changes`, deleted by
//! `expired`.

use super::sql::{Sql, sql};
use super::{Db, Result, on};
use serde::Serialize;

/// A picture to be kept; the same one again changes nothing.
#[derive(Clone, Debug, Serialize)]
pub struct PhotoRow {
    /// Id.
    pub id: String,
    /// Whose chat.
    pub address: String,
    /// When.
    pub at: i64,
    /// Sealed JPEG.
    pub picture: String,
}

const ONE: Sql = sql!("SELECT address, picture_sealed FROM photos WHERE id = $1");
const SINCE: Sql = sql!("SELECT COUNT(*) FROM photos WHERE address = $1 AND at > $2");

pub(super) const STATEMENTS: &[(&str, Sql)] = &[("photo", ONE), ("photos_since", SINCE)];

/// Chat and sealed picture behind an id.
pub async fn one(db: &Db, id: &str) -> Result<Option<(String, String)>> {
    Ok(on!(read db, pool, sql => ONE, sqlx::query_as(sql).bind(id).fetch_optional(pool).await?))
}

/// How many came from a chat after a moment.
pub async fn since(db: &Db, address: &str, at: i64) -> Result<i64> {
    let (count,): (i64,) = on!(read db, pool, sql => SINCE,
        sqlx::query_as(sql).bind(address).bind(at).fetch_one(pool).await?);
    Ok(count)
}
