//! One-time codes, sign-in links and sessions. Only keyed hashes are stored.

use super::sql::{Sql, sql};
use super::{Db, Result, on};

/// A grant that is valid now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Grant {
    /// "bind", "link" or "session".
    pub kind: String,
    /// "worker:<id>" or "admin".
    pub subject: String,
    /// Until when.
    pub expires_at: i64,
}

const VALID: Sql = sql!(
    "SELECT kind, subject, expires_at FROM grants WHERE tag = $1 AND expires_at > $2 AND used_at IS NULL"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[("grant", VALID)];

/// The grant behind a tag, if it is neither used nor expired.
pub async fn valid(db: &Db, tag: &str, now: i64) -> Result<Option<Grant>> {
    Ok(
        on!(read db, pool, sql => VALID, sqlx::query_as(sql).bind(tag).bind(now).fetch_optional(pool).await?),
    )
}
