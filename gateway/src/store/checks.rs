//! What is to be asked of a provider about who somebody is, and links that were
//! told. A row ends in the change that says what came of it, by a step that is
//! guarded by its claim, so that this happens once.

use super::sql::{Sql, pair, sql};
use super::step::{Step, add};
use super::{Db, Result, on};
use serde::Serialize;

/// Something to ask; void while one of its kind is open for the chat.
#[derive(Clone, Debug, Serialize)]
pub struct CheckRow {
    pub id: String,
    pub address: String,
    pub verifier: String,
    pub request: String,
    pub at: i64,
    pub until: i64,
    /// Sealed.
    pub body: String,
}

/// A step of a claimed row; one that was claimed by somebody else meanwhile, or
/// is gone, is a conflict.
#[derive(Clone, Debug, Serialize)]
pub struct CheckStep {
    pub id: String,
    /// The claim it was asked under.
    pub lease: i64,
    /// 0 not begun, 1 the person has a link, 2 over.
    pub state: i64,
    pub next: i64,
    pub until: i64,
    /// Sealed.
    pub body: String,
    pub outcome: Option<&'static str>,
}

/// Open rows of a chat that are over because the person wants it so.
#[derive(Clone, Debug, Serialize)]
pub struct CheckEnd {
    pub address: String,
    pub verifier: &'static str,
}

/// A claimed row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Due {
    pub id: String,
    pub address: String,
    pub verifier: String,
    pub request: String,
    pub state: i64,
    pub until_at: i64,
    /// Attempts before this one.
    pub attempts: i64,
    pub body_sealed: String,
}

const NEW: Sql = sql!(
    "INSERT INTO checks (id, address, verifier, request, at, state, next_at, until_at, attempts, body_sealed)
     SELECT j.value->>'id', j.value->>'address', j.value->>'verifier', j.value->>'request',
            CAST(j.value->>'at' AS BIGINT), 0, CAST(j.value->>'at' AS BIGINT), CAST(j.value->>'until' AS BIGINT), 0,
            j.value->>'body'
     FROM",
    rows,
    "WHERE true ON CONFLICT DO NOTHING"
);
const STEPPED: Sql = sql!(
    "UPDATE checks SET state = CAST(j.value->>'state' AS BIGINT), next_at = CAST(j.value->>'next' AS BIGINT),
            until_at = CAST(j.value->>'until' AS BIGINT), body_sealed = j.value->>'body',
            outcome = j.value->>'outcome' FROM",
    rows,
    "WHERE checks.id = j.value->>'id' AND checks.state < 2 AND checks.next_at = CAST(j.value->>'lease' AS BIGINT)"
);
const ENDED: Sql = sql!(
    "DELETE FROM checks WHERE state < 2 AND id IN (SELECT c.id FROM",
    rows,
    "JOIN checks c ON c.address = j.value->>'address' AND c.verifier = j.value->>'verifier')"
);
pub(super) const MOVED: Sql = sql!(
    "UPDATE checks SET address = j.value->>'to' FROM",
    rows,
    "WHERE checks.address = j.value->>'from' AND NOT EXISTS (SELECT 1 FROM checks o
         WHERE o.address = j.value->>'to' AND o.verifier = checks.verifier AND o.state < 2)"
);
const NEXT: Sql = sql!("SELECT MIN(next_at) FROM checks WHERE state < 2");
const CLAIM: Sql = pair!(
    sqlite: "UPDATE checks SET next_at = $1, attempts = attempts + 1 WHERE id IN
               (SELECT id FROM checks WHERE state < 2 AND next_at <= $2 ORDER BY next_at LIMIT $3)
             RETURNING id, address, verifier, request, state, until_at, attempts - 1 AS attempts, body_sealed",
    postgres: "UPDATE checks SET next_at = $1, attempts = attempts + 1 WHERE id IN
                 (SELECT id FROM checks WHERE state < 2 AND next_at <= $2 ORDER BY next_at LIMIT $3
                  FOR UPDATE SKIP LOCKED)
               RETURNING id, address, verifier, request, state, until_at, attempts - 1 AS attempts, body_sealed",
);
const OPEN: Sql =
    sql!("SELECT verifier FROM checks WHERE request = $1 AND state < 2 ORDER BY at, id");
const ERASE: Sql = sql!("DELETE FROM checks WHERE address = $1");

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("checks", NEW),
    ("checks_stepped", STEPPED),
    ("checks_ended", ENDED),
    ("moved_checks", MOVED),
    ("checks_next", NEXT),
    ("checks_claim", CLAIM),
    ("checks_open", OPEN),
    ("erase_checks", ERASE),
];

pub(super) fn steps(
    steps: &mut Vec<Step>,
    (new, stepped, ended): (&[CheckRow], &[CheckStep], &[CheckEnd]),
) {
    add(steps, "checks_ended", ENDED, ended, false);
    add(steps, "checks", NEW, new, false);
    add(steps, "checks_stepped", STEPPED, stepped, true);
}

/// When the next one is to be asked about, claimed ones included.
pub async fn next(db: &Db) -> Result<Option<i64>> {
    let (at,): (Option<i64>,) =
        on!(read db, pool, sql => NEXT, sqlx::query_as(sql).fetch_one(pool).await?);
    Ok(at)
}

/// Takes what is due, holding it until `lease`.
pub async fn claim(db: &Db, now: i64, lease: i64, most: i64) -> Result<Vec<Due>> {
    Ok(on!(write db, pool, sql => CLAIM,
        sqlx::query_as(sql).bind(lease).bind(now).bind(most).fetch_all(pool).await?))
}

/// Verifiers that are still at work for a request.
pub async fn open(db: &Db, request: &str) -> Result<Vec<String>> {
    let found: Vec<(String,)> = on!(read db, pool, sql => OPEN,
        sqlx::query_as(sql).bind(request).fetch_all(pool).await?);
    Ok(found.into_iter().map(|f| f.0).collect())
}

/// Forgets everything asked about the person of a chat.
pub async fn erase(db: &Db, address: &str) -> Result<u64> {
    Ok(on!(write db, pool, sql => ERASE,
        sqlx::query(sql).bind(address).execute(pool).await?.rows_affected()))
}
