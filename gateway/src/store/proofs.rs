//! What was proved about people, one-time codes, and text messages going out.
//!
//! Whether a guess may be looked at is decided by the row count of one
//! statement, so that any number of guesses side by side cannot get past the
//! limit.

use super::checks::{self, CheckEnd, CheckRow, CheckStep};
use super::sql::{Sql, pair, sql};
use super::step::{Step, add};
use super::{Db, Result, on};
use serde::Serialize;

/// Guesses at one code that are looked at.
pub const TRIES: i64 = 5;

/// Something proved.
#[derive(Clone, Debug, Serialize)]
pub struct ProofRow {
    pub id: String,
    pub address: String,
    pub verifier: String,
    pub level: i64,
    pub actor: String,
    pub request: Option<String>,
    pub at: i64,
    pub until: i64,
    /// Sealed.
    pub body: String,
}

/// A one-time code; codes sent to the same chat before end with it.
#[derive(Clone, Debug, Serialize)]
pub struct CodeRow {
    pub id: String,
    pub address: String,
    pub tag: String,
    pub at: i64,
    pub expires: i64,
}

/// A code that is used up; one that ended before is a conflict.
#[derive(Clone, Debug, Serialize)]
pub struct UsedRow {
    pub id: String,
    pub at: i64,
}

/// A text message to send.
#[derive(Clone, Debug, Serialize)]
pub struct TextRow {
    pub id: String,
    pub at: i64,
    pub until: i64,
    /// Sealed.
    pub body: String,
}

/// What identity adds to a change.
#[derive(Clone, Debug, Default)]
pub struct Proving {
    pub proofs: Vec<ProofRow>,
    pub codes: Vec<CodeRow>,
    pub codes_used: Vec<UsedRow>,
    pub texts: Vec<TextRow>,
    /// Things to ask of a provider.
    pub checks: Vec<CheckRow>,
    pub check_steps: Vec<CheckStep>,
    /// Open ones that nobody wants any more.
    pub checks_ended: Vec<CheckEnd>,
}

/// A stored proof.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredProof {
    pub verifier: String,
    pub level: i64,
    pub actor: String,
    pub at: i64,
    pub until_at: i64,
    pub body_sealed: String,
}

/// A code after a guess at it was counted.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Counted {
    pub tag: String,
    /// This guess included.
    pub tries: i64,
}

/// A text message to send now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Waiting {
    pub id: String,
    pub until_at: i64,
    /// Attempts before this one.
    pub attempts: i64,
    pub body_sealed: String,
}

const PROOFS: Sql = sql!(
    "INSERT INTO proofs (id, address, verifier, level, actor, request, at, until_at, body_sealed)
     SELECT j.value->>'id', j.value->>'address', j.value->>'verifier', CAST(j.value->>'level' AS BIGINT),
            j.value->>'actor', j.value->>'request', CAST(j.value->>'at' AS BIGINT),
            CAST(j.value->>'until' AS BIGINT), j.value->>'body'
     FROM",
    rows,
    "WHERE true ON CONFLICT (id) DO NOTHING"
);
const CODES_VOID: Sql = sql!(
    "UPDATE codes SET ended_at = CAST(j.value->>'at' AS BIGINT) FROM",
    rows,
    "WHERE codes.address = j.value->>'address' AND codes.ended_at IS NULL"
);
const CODES: Sql = sql!(
    "INSERT INTO codes (id, address, tag, at, expires_at, tries)
     SELECT j.value->>'id', j.value->>'address', j.value->>'tag', CAST(j.value->>'at' AS BIGINT),
            CAST(j.value->>'expires' AS BIGINT), 0
     FROM",
    rows,
    "WHERE true ON CONFLICT (id) DO NOTHING"
);
const CODES_USED: Sql = sql!(
    "UPDATE codes SET ended_at = CAST(j.value->>'at' AS BIGINT) FROM",
    rows,
    "WHERE codes.id = j.value->>'id' AND codes.ended_at IS NULL"
);
const TEXTS: Sql = sql!(
    "INSERT INTO texts (id, at, state, next_at, until_at, attempts, body_sealed)
     SELECT j.value->>'id', CAST(j.value->>'at' AS BIGINT), 0, CAST(j.value->>'at' AS BIGINT),
            CAST(j.value->>'until' AS BIGINT), 0, j.value->>'body'
     FROM",
    rows,
    "WHERE true ON CONFLICT (id) DO NOTHING"
);
pub(super) const MOVED: Sql = sql!(
    "UPDATE proofs SET address = j.value->>'to' FROM",
    rows,
    "WHERE proofs.address = j.value->>'from'"
);
// The guard and the count in one: whoever comes sixth changes no row.
const COUNT: Sql = sql!(
    "UPDATE codes SET tries = tries + CASE WHEN last_try = $2 THEN 0 ELSE 1 END, last_try = $2
     WHERE id = $1 AND address = $3 AND ended_at IS NULL AND expires_at > $4
       AND (tries < $5 OR last_try = $2)
     RETURNING tag, tries"
);
/// What was proved about the person of a chat: in this chat, in every other chat
/// of everybody who counts as the same person, and at visits to them about which
/// another wrote. Who counts as whom is looked up each time, so that a merge, and
/// taking it back, need no further step.
macro_rules! of_person {
    ($columns:literal, $address:literal, $holds:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM proofs p WHERE p.address = ",
            $address,
            " AND ",
            $holds,
            " UNION SELECT ",
            $columns,
            " FROM person_chats c JOIN persons a ON a.id = c.person
                 JOIN persons b ON b.root = a.root
                 JOIN person_chats o ON o.person = b.id AND o.ended_at IS NULL
                 JOIN proofs p ON p.address = o.address
                 WHERE c.address = ",
            $address,
            " AND c.ended_at IS NULL AND ",
            $holds,
            " UNION SELECT ",
            $columns,
            " FROM person_chats c JOIN persons a ON a.id = c.person
                 JOIN persons b ON b.root = a.root
                 JOIN parties q ON q.person = b.id AND q.role = 'subject'
                 JOIN proofs p ON p.request = q.request AND p.address = '-'
                 WHERE c.address = ",
            $address,
            " AND c.ended_at IS NULL AND ",
            $holds
        )
    };
}
pub(super) use of_person;

const OF_CHAT: Sql = sql!(concat!(
    of_person!(
        "p.id, p.verifier, p.level, p.actor, p.at, p.until_at, p.body_sealed",
        "$1",
        "p.ended_at IS NULL"
    ),
    " UNION SELECT p.id, p.verifier, p.level, p.actor, p.at, p.until_at, p.body_sealed FROM proofs p
      WHERE p.request = $2 AND p.address = '-' AND p.ended_at IS NULL ORDER BY 5, 1"
));
const AT: Sql = sql!(
    "SELECT id, verifier, level, actor, at, until_at, body_sealed FROM proofs
     WHERE address = $1 AND at > $2 AND level > 0 AND actor = 'system' AND ended_at IS NULL ORDER BY at, id"
);
const NEXT: Sql = sql!("SELECT MIN(next_at) FROM texts WHERE state = 0");
const CLAIM: Sql = pair!(
    sqlite: "UPDATE texts SET next_at = $1, attempts = attempts + 1 WHERE id IN
               (SELECT id FROM texts WHERE state = 0 AND next_at <= $2 ORDER BY next_at LIMIT $3)
             RETURNING id, until_at, attempts - 1 AS attempts, body_sealed",
    postgres: "UPDATE texts SET next_at = $1, attempts = attempts + 1 WHERE id IN
                 (SELECT id FROM texts WHERE state = 0 AND next_at <= $2 ORDER BY next_at LIMIT $3
                  FOR UPDATE SKIP LOCKED)
               RETURNING id, until_at, attempts - 1 AS attempts, body_sealed",
);
// What was claimed by somebody else meanwhile is theirs to put back.
const SETTLE: Sql = sql!(
    "UPDATE texts SET state = $3, next_at = $4, receipt = $5, cause = $6
     WHERE id = $1 AND state = 0 AND next_at = $2"
);
const ERASE: Sql = sql!("DELETE FROM proofs WHERE address = $1");

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("proofs", PROOFS),
    ("codes_void", CODES_VOID),
    ("codes", CODES),
    ("codes_used", CODES_USED),
    ("texts", TEXTS),
    ("moved_proofs", MOVED),
    ("code_counted", COUNT),
    ("proofs_of_chat", OF_CHAT),
    ("proofs_at", AT),
    ("texts_next", NEXT),
    ("texts_claim", CLAIM),
    ("texts_settle", SETTLE),
    ("erase_proofs", ERASE),
];

impl Proving {
    pub(super) fn absorb(&mut self, other: Self) {
        self.proofs.extend(other.proofs);
        self.codes.extend(other.codes);
        self.codes_used.extend(other.codes_used);
        self.texts.extend(other.texts);
        self.checks.extend(other.checks);
        self.check_steps.extend(other.check_steps);
        self.checks_ended.extend(other.checks_ended);
    }

    pub(super) fn steps(&self, steps: &mut Vec<Step>) {
        add(steps, "codes_used", CODES_USED, &self.codes_used, true);
        add(steps, "codes_void", CODES_VOID, &self.codes, false);
        add(steps, "codes", CODES, &self.codes, true);
        add(steps, "proofs", PROOFS, &self.proofs, true);
        add(steps, "texts", TEXTS, &self.texts, true);
        let checks = (&*self.checks, &*self.check_steps, &*self.checks_ended);
        checks::steps(steps, checks);
    }
}

/// Counts a guess at a code of this chat before it is looked at. `None`: there
/// is no such code any more, or it was guessed at too often. `message` names
/// the guess, so that handling it again counts nothing.
pub async fn count(
    db: &Db,
    id: &str,
    message: &str,
    address: &str,
    now: i64,
) -> Result<Option<Counted>> {
    Ok(on!(write db, pool, sql => COUNT, {
        let query = sqlx::query_as(sql).bind(id).bind(message).bind(address).bind(now).bind(TRIES);
        query.fetch_optional(pool).await?
    }))
}

/// What was proved in this very chat since a moment, by no worker's word, oldest
/// first.
pub async fn at(db: &Db, address: &str, since: i64) -> Result<Vec<StoredProof>> {
    Ok(on!(read db, pool, sql => AT,
        sqlx::query_as(sql).bind(address).bind(since).fetch_all(pool).await?))
}

/// Everything proved about the person of a chat, or for a request, that was not
/// taken back, oldest first; expired proofs included.
pub async fn of_chat(db: &Db, address: &str, request: &str) -> Result<Vec<StoredProof>> {
    Ok(on!(read db, pool, sql => OF_CHAT,
        sqlx::query_as(sql).bind(address).bind(request).fetch_all(pool).await?))
}

/// When the next text message is to be sent, claimed ones included.
pub async fn next(db: &Db) -> Result<Option<i64>> {
    let (at,): (Option<i64>,) =
        on!(read db, pool, sql => NEXT, sqlx::query_as(sql).fetch_one(pool).await?);
    Ok(at)
}

/// Takes text messages that are due, holding them until `lease`.
pub async fn claim(db: &Db, now: i64, lease: i64, most: i64) -> Result<Vec<Waiting>> {
    Ok(on!(write db, pool, sql => CLAIM,
        sqlx::query_as(sql).bind(lease).bind(now).bind(most).fetch_all(pool).await?))
}

/// What became of a claimed text message.
#[derive(Clone, Debug)]
pub struct Settled<'a> {
    pub id: &'a str,
    /// The claim it was sent under.
    pub lease: i64,
    /// 0 waiting again, 1 handed over, 2 given up.
    pub state: i64,
    pub next: i64,
    pub receipt: Option<&'a str>,
    pub cause: Option<&'a str>,
}

/// Records it; `false` if somebody else claimed it meanwhile.
pub async fn settle(db: &Db, done: &Settled<'_>) -> Result<bool> {
    let rows = on!(write db, pool, sql => SETTLE, {
        let query = sqlx::query(sql).bind(done.id).bind(done.lease).bind(done.state).bind(done.next);
        query.bind(done.receipt).bind(done.cause).execute(pool).await?.rows_affected()
    });
    Ok(rows == 1)
}

/// Forgets what was proved about the person of a chat.
pub async fn erase(db: &Db, address: &str) -> Result<u64> {
    Ok(on!(write db, pool, sql => ERASE,
        sqlx::query(sql).bind(address).execute(pool).await?.rows_affected()))
}
