//! Programs with a token, and the answers kept for writes that are repeated.
//!
//! Whether a write is the first under its key is decided by the row count of
//! one statement, so that any number of them side by side agree.

use super::sql::{Sql, sql};
use super::step::{Step, add};
use super::{Db, Result, on};
use serde::Serialize;

/// A stored program.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredClient {
    pub id: String,
    pub name: String,
    pub token_tag: String,
    /// "worker:<id>" or "admin".
    pub subject: String,
    /// Codes, separated by spaces.
    pub scopes: String,
    pub made_at: i64,
    pub expires_at: i64,
    pub revoked_at: Option<i64>,
}

/// A program from now on. A name is free again when its program is over.
#[derive(Clone, Debug, Serialize)]
pub struct ClientRow {
    pub id: String,
    pub name: String,
    pub tag: String,
    pub subject: String,
    pub scopes: String,
    pub at: i64,
    pub expires: i64,
}

/// A program whose token ends now.
#[derive(Clone, Debug, Serialize)]
pub struct RevokedRow {
    pub id: String,
    pub at: i64,
}

/// The answer to a write; only the first one counts.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerRow {
    pub tag: String,
    pub status: i64,
    pub answer: String,
}

/// What is written about programs, in the order it is applied.
#[derive(Clone, Debug, Default)]
pub struct ClientRows {
    /// New ones; a name in use is a conflict.
    pub added: Vec<ClientRow>,
    /// Those whose token ends; one that ended is a conflict.
    pub revoked: Vec<RevokedRow>,
    /// Answers to writes; a second one is a conflict.
    pub answers: Vec<AnswerRow>,
}

impl ClientRows {
    /// Adds all of another.
    pub fn absorb(&mut self, other: Self) {
        self.added.extend(other.added);
        self.revoked.extend(other.revoked);
        self.answers.extend(other.answers);
    }

    pub(super) fn steps(&self, s: &mut Vec<Step>) {
        add(s, "clients", CLIENTS, &self.added, true);
        add(s, "clients_revoked", REVOKED, &self.revoked, true);
        add(s, "client_answers", ANSWERS, &self.answers, true);
    }
}

/// A write under its key.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredWrite {
    pub digest: String,
    pub status: Option<i64>,
    pub answer: Option<String>,
}

macro_rules! columns {
    () => {
        "id, name, token_tag, subject, scopes, made_at, expires_at, revoked_at"
    };
}

const CLIENTS: Sql = sql!(
    "INSERT INTO clients (id, name, token_tag, subject, scopes, made_at, expires_at)
     SELECT j.value->>'id', j.value->>'name', j.value->>'tag', j.value->>'subject', j.value->>'scopes',
            CAST(j.value->>'at' AS BIGINT), CAST(j.value->>'expires' AS BIGINT)
     FROM", rows, "WHERE true ON CONFLICT (name) DO UPDATE
     SET id = excluded.id, token_tag = excluded.token_tag, subject = excluded.subject, scopes = excluded.scopes,
         made_at = excluded.made_at, expires_at = excluded.expires_at, revoked_at = NULL
     WHERE clients.revoked_at IS NOT NULL OR clients.expires_at <= excluded.made_at");
const REVOKED: Sql = sql!(
    "UPDATE clients SET revoked_at = CAST(j.value->>'at' AS BIGINT) FROM",
    rows,
    "WHERE clients.id = j.value->>'id' AND clients.revoked_at IS NULL"
);
const ANSWERS: Sql = sql!(
    "UPDATE client_writes SET status = CAST(j.value->>'status' AS BIGINT), answer = j.value->>'answer' FROM",
    rows,
    "WHERE client_writes.tag = j.value->>'tag' AND client_writes.status IS NULL"
);
const BY_ID: Sql = sql!(concat!(
    "SELECT ",
    columns!(),
    " FROM clients WHERE id = $1"
));
const ALL: Sql = sql!(concat!(
    "SELECT ",
    columns!(),
    " FROM clients ORDER BY name"
));
const RESERVE: Sql = sql!(
    "INSERT INTO client_writes (tag, digest, at) VALUES ($1, $2, $3) ON CONFLICT (tag) DO NOTHING"
);
const WRITE: Sql = sql!("SELECT digest, status, answer FROM client_writes WHERE tag = $1");

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("clients", CLIENTS),
    ("clients_revoked", REVOKED),
    ("client_answers", ANSWERS),
    ("client_by_id", BY_ID),
    ("clients_all", ALL),
    ("client_write_reserved", RESERVE),
    ("client_write", WRITE),
];

/// The program with this id.
pub async fn by_id(db: &Db, id: &str) -> Result<Option<StoredClient>> {
    Ok(on!(read db, pool, sql => BY_ID, sqlx::query_as(sql).bind(id).fetch_optional(pool).await?))
}

/// All programs by name, those that are over as well.
pub async fn all(db: &Db) -> Result<Vec<StoredClient>> {
    Ok(on!(read db, pool, sql => ALL, sqlx::query_as(sql).fetch_all(pool).await?))
}

/// Takes the place of a write, unless it is taken; what is there now.
pub async fn reserve(db: &Db, tag: &str, digest: &str, now: i64) -> Result<Option<StoredWrite>> {
    on!(write db, pool, sql => RESERVE, {
        sqlx::query(sql).bind(tag).bind(digest).bind(now).execute(pool).await?;
    });
    write(db, tag).await
}

/// What is kept of a write.
pub async fn write(db: &Db, tag: &str) -> Result<Option<StoredWrite>> {
    Ok(on!(write db, pool, sql => WRITE, sqlx::query_as(sql).bind(tag).fetch_optional(pool).await?))
}
