//! Staff accounts, their sessions, and the counting of tries.
//!
//! Whether a try is allowed is decided by the row count of one statement, so
//! that any number of tries side by side cannot get past the limit.

use super::sql::{Sql, sql};
use super::{Db, Result, on};
use serde::Serialize;

/// A stored account.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredAccount {
    pub id: String,
    /// "worker:<id>" or "admin".
    pub subject: String,
    pub body_sealed: String,
    pub last_step: i64,
    pub version: i64,
}

/// A stored account in the list of all.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredMember {
    pub id: String,
    pub subject: String,
    pub body_sealed: String,
    /// When it was bound to somebody at the single sign-on.
    pub bound_at: Option<i64>,
}

/// A stored session that has not ended.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredSession {
    pub tag: String,
    pub id: String,
    pub subject: String,
    pub account: Option<String>,
    pub way: String,
    pub begun_at: i64,
    pub seen_at: i64,
    pub expires_at: i64,
    pub proved_at: i64,
    pub device_sealed: String,
}

/// Unused links of one kind and subject that end now.
#[derive(Clone, Debug, Serialize)]
pub struct VoidRow {
    pub kind: String,
    pub subject: String,
    pub at: i64,
}

/// A staff account, written when its stored version is `before` (0: new).
#[derive(Clone, Debug, Serialize)]
pub struct StaffRow {
    pub id: String,
    pub name_tag: String,
    /// "worker:<id>" or "admin".
    pub subject: String,
    pub body: String,
    /// Newest used time step, where the second factor is another one now.
    pub step: Option<i64>,
    pub before: i64,
    pub at: i64,
}

/// Whom an account belongs to at the single sign-on; a name that another account
/// has is refused.
#[derive(Clone, Debug, Serialize)]
pub struct OutsideRow {
    pub account: String,
    pub tag: String,
    pub at: i64,
}

/// A second factor's time step that is used up now.
#[derive(Clone, Debug, Serialize)]
pub struct StepRow {
    pub id: String,
    pub step: i64,
}

/// A browser that is signed in from now on.
#[derive(Clone, Debug, Serialize)]
pub struct SessionRow {
    pub tag: String,
    pub id: String,
    pub subject: String,
    pub account: Option<String>,
    pub way: String,
    pub at: i64,
    pub expires: i64,
    pub proved: i64,
    pub device: String,
}

/// A session that was used, or proved again; times only rise.
#[derive(Clone, Debug, Serialize)]
pub struct SeenRow {
    pub tag: String,
    pub seen: i64,
    pub proved: i64,
}

/// Sessions that end: one by its id, or all of an account. `keep` is the tag of
/// one that stays.
#[derive(Clone, Debug, Serialize)]
pub struct EndedRow {
    pub subject: String,
    /// Empty: those of one-time links.
    pub account: String,
    /// `None`: every session.
    pub id: Option<String>,
    pub keep: Option<String>,
    pub at: i64,
}

const BY_NAME: Sql =
    sql!("SELECT id, subject, body_sealed, last_step, version FROM staff WHERE name_tag = $1");
const BY_ID: Sql =
    sql!("SELECT id, subject, body_sealed, last_step, version FROM staff WHERE id = $1");
const BY_OUTSIDE: Sql = sql!(
    "SELECT s.id, s.subject, s.body_sealed, s.last_step, s.version
     FROM staff_outside AS o JOIN staff AS s ON s.id = o.account WHERE o.tag = $1"
);
const MEMBERS: Sql = sql!(
    "SELECT s.id, s.subject, s.body_sealed, o.bound_at
     FROM staff AS s LEFT JOIN staff_outside AS o ON o.account = s.id ORDER BY s.id LIMIT $1"
);
const OF_SUBJECT: Sql = sql!("SELECT id FROM staff WHERE subject = $1 LIMIT 1");
const HAS_OUTSIDE: Sql = sql!("SELECT bound_at FROM staff_outside WHERE account = $1");
pub(super) const OUTSIDE: Sql = sql!(
    "INSERT INTO staff_outside (account, tag, bound_at)
     SELECT j.value->>'account', j.value->>'tag', CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE NOT EXISTS (SELECT 1 FROM staff_outside AS o
                       WHERE o.tag = j.value->>'tag' AND o.account <> j.value->>'account')
     ON CONFLICT (account) DO UPDATE SET tag = excluded.tag, bound_at = excluded.bound_at"
);
pub(super) const UNBOUND: Sql = sql!(
    "DELETE FROM staff_outside WHERE account IN (SELECT j.value->>'tag' FROM",
    rows,
    ")"
);
const SESSION: Sql = sql!(
    "SELECT tag, id, subject, account, way, begun_at, seen_at, expires_at, proved_at, device_sealed
     FROM sessions WHERE tag = $1 AND ended_at IS NULL AND expires_at > $2"
);
const SESSIONS: Sql = sql!(
    "SELECT tag, id, subject, account, way, begun_at, seen_at, expires_at, proved_at, device_sealed
     FROM sessions WHERE subject = $1 AND COALESCE(account, '') = $2 AND ended_at IS NULL
       AND expires_at > $3 AND seen_at > $4
     ORDER BY seen_at DESC, id LIMIT 50"
);
// A window that begins later than one from now was written under a clock that
// ran ahead: it must lock nobody out until then.
macro_rules! over {
    () => {
        "(attempts.since_at <= $3 OR attempts.since_at > CAST($2 AS BIGINT) + ($2 - $3))"
    };
}
const TRY: Sql = sql!(concat!(
    "INSERT INTO attempts (tag, since_at, tries) VALUES ($1, $2, 1)
     ON CONFLICT (tag) DO UPDATE
     SET tries = CASE WHEN ",
    over!(),
    " THEN 1 ELSE attempts.tries + 1 END,
         since_at = CASE WHEN ",
    over!(),
    " THEN excluded.since_at ELSE attempts.since_at END
     WHERE ",
    over!(),
    " OR attempts.tries < $4"
));
const SINCE: Sql = sql!("SELECT since_at FROM attempts WHERE tag = $1");
const FORGIVE: Sql = sql!(
    "UPDATE attempts SET tries = CASE WHEN CAST($2 AS BIGINT) = 0 THEN 0 ELSE tries - 1 END WHERE tag = $1 AND tries > 0"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("staff_by_name", BY_NAME),
    ("staff_by_id", BY_ID),
    ("staff_by_outside", BY_OUTSIDE),
    ("staff_of_subject", OF_SUBJECT),
    ("staff_has_outside", HAS_OUTSIDE),
    ("staff_outside", OUTSIDE),
    ("staff_unbound", UNBOUND),
    ("staff_members", MEMBERS),
    ("session", SESSION),
    ("sessions_of", SESSIONS),
    ("attempt", TRY),
    ("attempt_since", SINCE),
    ("attempt_forgiven", FORGIVE),
];

/// The account of a sign-in name.
pub async fn by_name(db: &Db, name_tag: &str) -> Result<Option<StoredAccount>> {
    Ok(
        on!(write db, pool, sql => BY_NAME, sqlx::query_as(sql).bind(name_tag).fetch_optional(pool).await?),
    )
}

/// An account.
pub async fn by_id(db: &Db, id: &str) -> Result<Option<StoredAccount>> {
    Ok(on!(write db, pool, sql => BY_ID, sqlx::query_as(sql).bind(id).fetch_optional(pool).await?))
}

/// The account that is bound to somebody at the single sign-on.
pub async fn by_outside(db: &Db, tag: &str) -> Result<Option<StoredAccount>> {
    Ok(
        on!(write db, pool, sql => BY_OUTSIDE, sqlx::query_as(sql).bind(tag).fetch_optional(pool).await?),
    )
}

/// The accounts, those made first first, at most so many.
pub async fn members(db: &Db, most: i64) -> Result<Vec<StoredMember>> {
    Ok(on!(read db, pool, sql => MEMBERS, sqlx::query_as(sql).bind(most).fetch_all(pool).await?))
}

/// Whether a worker ("worker:<id>") has an account.
pub async fn has_account(db: &Db, subject: &str) -> Result<bool> {
    let row: Option<(String,)> = on!(read db, pool, sql => OF_SUBJECT, sqlx::query_as(sql).bind(subject).fetch_optional(pool).await?);
    Ok(row.is_some())
}

/// Whether an account is bound to somebody there.
pub async fn has_outside(db: &Db, account: &str) -> Result<bool> {
    let row: Option<(i64,)> = on!(read db, pool, sql => HAS_OUTSIDE, sqlx::query_as(sql).bind(account).fetch_optional(pool).await?);
    Ok(row.is_some())
}

/// The session behind a tag, if it neither ended nor expired.
pub async fn session(db: &Db, tag: &str, now: i64) -> Result<Option<StoredSession>> {
    Ok(
        on!(read db, pool, sql => SESSION, sqlx::query_as(sql).bind(tag).bind(now).fetch_optional(pool).await?),
    )
}

/// The sessions of one account (empty: of links) that were used after `idle`.
pub async fn sessions(
    db: &Db,
    subject: &str,
    account: &str,
    now: i64,
    idle: i64,
) -> Result<Vec<StoredSession>> {
    Ok(
        on!(read db, pool, sql => SESSIONS, sqlx::query_as(sql).bind(subject).bind(account).bind(now).bind(idle).fetch_all(pool).await?),
    )
}

/// Counts a try before it is looked at. `false`: there were `most` since
/// `window` began, this one must not be looked at.
pub async fn try_once(db: &Db, tag: &str, now: i64, window: i64, most: i64) -> Result<bool> {
    let rows = on!(write db, pool, sql => TRY, {
        let query = sqlx::query(sql).bind(tag).bind(now).bind(window).bind(most);
        query.execute(pool).await?.rows_affected()
    });
    Ok(rows > 0)
}

/// When the present window of a tag began.
pub async fn since(db: &Db, tag: &str) -> Result<Option<i64>> {
    let row: Option<(i64,)> = on!(write db, pool, sql => SINCE, sqlx::query_as(sql).bind(tag).fetch_optional(pool).await?);
    Ok(row.map(|r| r.0))
}

/// Takes tries back after a success: all of them, or only the last one.
pub async fn forgive(db: &Db, tag: &str, all: bool) -> Result<()> {
    let only = i64::from(!all);
    on!(write db, pool, sql => FORGIVE, { sqlx::query(sql).bind(tag).bind(only).execute(pool).await?; });
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn tries_counted_by_a_clock_that_ran_ahead_lock_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/x.db", folder.path().display());
        let db = Db::open(&url, 2, Duration::from_secs(3)).await.unwrap();
        db.migrate().await.unwrap();
        let (minute, year) = (60_000_000_i64, 31_536_000_000_000_i64);
        let tries = async |now: i64| {
            let window = now - 15 * minute;
            try_once(&db, "somebody", now, window, 2).await.unwrap()
        };
        let now = 3 * year;
        assert!(tries(now + year).await && tries(now + year).await);
        assert!(!tries(now + year).await);
        // The clock was set right: the count begins anew, and holds.
        assert!(tries(now).await && tries(now).await && !tries(now).await);
        // A process that is a little behind forgets nothing.
        assert!(!tries(now - minute).await);
        assert!(tries(now + 15 * minute).await);
    }
}
