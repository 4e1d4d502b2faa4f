//! What a person is told is kept of them, besides their requests and facts: what
//! they agreed to, and who opened what.

use super::sql::{Sql, sql};
use super::{Db, Result, on};

/// Something that was told, agreed to or refused.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Said {
    pub kind: String,
    /// What was under way then.
    pub draft: Option<String>,
    /// 1 agreed or was told, 0 refused.
    pub given: i64,
    pub at: i64,
    pub ended_at: Option<i64>,
}

/// Somebody opened a request.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Opened {
    pub at: i64,
    /// "worker:<id>".
    pub actor: String,
    /// "request:<id>".
    pub subject: String,
}

/// A fact that holds, with where it comes from.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredKnown {
    pub value_sealed: String,
    /// 'request:<id>', 'worker:<id>', 'register'.
    pub source: String,
    /// 0 claimed, 1 verified.
    pub basis: i64,
}

const KNOWN: Sql = sql!(
    "SELECT value_sealed, source, basis FROM facts WHERE person = $1 AND ended_at IS NULL ORDER BY id LIMIT 200"
);
const CONSENTS: Sql = sql!(
    "SELECT kind, draft, given, at, ended_at FROM consents WHERE address = $1 ORDER BY at DESC, id DESC LIMIT $2"
);
const OPENED: Sql = sql!(
    "SELECT a.at, a.actor, a.subject FROM",
    rows,
    "JOIN audit a ON a.subject = j.value->>0 WHERE a.act = 'read.sheet' ORDER BY a.at DESC, a.id DESC LIMIT $2"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("known_of_person", KNOWN),
    ("consents_of_chat", CONSENTS),
    ("opened_by", OPENED),
];

/// What is known of a person and still holds, oldest first.
pub async fn known(db: &Db, person: &str) -> Result<Vec<StoredKnown>> {
    Ok(on!(read db, pool, sql => KNOWN,
        sqlx::query_as(sql).bind(person).fetch_all(pool).await?))
}

/// What was said in a chat, newest first.
pub async fn consents(db: &Db, address: &str, most: i64) -> Result<Vec<Said>> {
    Ok(on!(read db, pool, sql => CONSENTS,
        sqlx::query_as(sql).bind(address).bind(most).fetch_all(pool).await?))
}

/// Who opened these requests ("request:<id>"), newest first.
pub async fn opened(db: &Db, subjects: &[String], most: i64) -> Result<Vec<Opened>> {
    let rows: Vec<[&String; 1]> = subjects.iter().map(|s| [s]).collect();
    let rows = serde_json::to_string(&rows).expect("plain data");
    Ok(on!(read db, pool, sql => OPENED,
        sqlx::query_as(sql).bind(rows).bind(most).fetch_all(pool).await?))
}
