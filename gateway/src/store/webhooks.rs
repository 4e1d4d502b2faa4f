//! Addresses of programs that are told what happens, and what is on its way.
//!
//! A delivery is written in the commit of its fact; of one request only the
//! first that is unsent can be claimed for an address, so that its order holds
//! for any number of processes. What is told is `crate::webhooks`'.

use super::sql::{Sql, pair, sql};
use super::step::{Step, add};
use super::{Db, Result, on};
use serde::Serialize;

/// An address from now on.
#[derive(Clone, Debug, Serialize)]
pub struct WebhookRow {
    pub id: String,
    /// Id of the program.
    pub client: String,
    /// Codes, separated by spaces.
    pub kinds: String,
    /// Sealed.
    pub body: String,
    pub at: i64,
}

/// Something named, and when.
#[derive(Clone, Debug, Serialize)]
pub struct NamedRow {
    pub id: String,
    pub at: i64,
}

/// A fact to tell.
#[derive(Clone, Debug, Serialize)]
pub struct DeliveryRow {
    pub id: String,
    pub webhook: String,
    pub request: String,
    pub seq: i64,
    pub kind: String,
    pub at: i64,
    pub body: String,
}

/// What is written about them, in the order it is applied.
#[derive(Clone, Debug, Default)]
pub struct WebhookRows {
    pub added: Vec<WebhookRow>,
    /// Addresses that end; one that ended before is a conflict.
    pub ended: Vec<NamedRow>,
    /// Facts to tell; one that is told already is a conflict.
    pub deliveries: Vec<DeliveryRow>,
    /// Deliveries to make again; one that still waits is a conflict.
    pub again: Vec<NamedRow>,
}

impl WebhookRows {
    /// Adds all of another.
    pub fn absorb(&mut self, other: Self) {
        self.added.extend(other.added);
        self.ended.extend(other.ended);
        self.deliveries.extend(other.deliveries);
        self.again.extend(other.again);
    }

    pub(super) fn steps(&self, s: &mut Vec<Step>) {
        add(s, "webhooks", WEBHOOKS, &self.added, true);
        add(s, "webhooks_ended", ENDED, &self.ended, true);
        add(s, "webhooks_dropped", DROPPED, &self.ended, false);
        add(s, "webhook_deliveries", DELIVERIES, &self.deliveries, true);
        add(s, "webhook_again", AGAIN, &self.again, true);
    }
}

/// An address with its program.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredWebhook {
    pub id: String,
    pub client: String,
    pub name: String,
    /// "worker:<id>" or "admin".
    pub subject: String,
    pub kinds: String,
    pub body_sealed: String,
    pub made_at: i64,
    /// When it ended, or its program's token did.
    pub ended_at: Option<i64>,
    pub expires_at: i64,
}

/// A delivery as the log shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredDelivery {
    pub id: String,
    pub name: String,
    pub reference: String,
    pub kind: String,
    pub at: i64,
    pub state: i64,
    pub next_at: i64,
    pub attempts: i64,
    pub status: Option<i64>,
    pub answer_sealed: Option<String>,
    pub done_at: Option<i64>,
}

/// A delivery to make now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Waiting {
    pub id: String,
    pub at: i64,
    pub body: String,
    /// Attempts before this one.
    pub attempts: i64,
}

/// What became of an attempt.
#[derive(Clone, Debug)]
pub struct Settled<'a> {
    pub id: &'a str,
    /// The claim it was made under.
    pub lease: i64,
    /// 0 waiting again, 1 taken, 2 given up.
    pub state: i64,
    pub next: i64,
    pub status: Option<i64>,
    /// Sealed.
    pub answer: &'a str,
    /// When it was over; nothing while it waits again.
    pub over: Option<i64>,
}

const WEBHOOKS: Sql = sql!(
    "INSERT INTO webhooks (id, client, kinds, body_sealed, made_at)
     SELECT j.value->>'id', j.value->>'client', j.value->>'kinds', j.value->>'body', CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE true ON CONFLICT (id) DO NOTHING"
);
const ENDED: Sql = sql!(
    "UPDATE webhooks SET ended_at = CAST(j.value->>'at' AS BIGINT) FROM",
    rows,
    "WHERE webhooks.id = j.value->>'id' AND webhooks.ended_at IS NULL"
);
const DROPPED: Sql = sql!(
    "UPDATE webhook_deliveries SET state = 3, done_at = CAST(j.value->>'at' AS BIGINT) FROM",
    rows,
    "WHERE webhook_deliveries.webhook = j.value->>'id' AND webhook_deliveries.state = 0"
);
// An address that ended since it was read is told nothing; the fact stays.
const DELIVERIES: Sql = sql!(
    "INSERT INTO webhook_deliveries (id, webhook, request, seq, kind, at, body, state, next_at, attempts, done_at)
     SELECT j.value->>'id', w.id, j.value->>'request', CAST(j.value->>'seq' AS BIGINT), j.value->>'kind',
            CAST(j.value->>'at' AS BIGINT), j.value->>'body', CASE WHEN w.ended_at IS NULL THEN 0 ELSE 3 END,
            CAST(j.value->>'at' AS BIGINT), 0, w.ended_at
     FROM",
    rows,
    "JOIN webhooks w ON w.id = j.value->>'webhook' WHERE true ON CONFLICT (webhook, request, seq) DO NOTHING"
);
const AGAIN: Sql = sql!(
    "UPDATE webhook_deliveries SET state = 0, next_at = CAST(j.value->>'at' AS BIGINT), attempts = 0, done_at = NULL
     FROM",
    rows,
    "WHERE webhook_deliveries.id = j.value->>'id' AND webhook_deliveries.state IN (1, 2)
       AND EXISTS (SELECT 1 FROM webhooks w WHERE w.id = webhook_deliveries.webhook AND w.ended_at IS NULL)"
);
const ALL: Sql = sql!(
    "SELECT w.id, w.client, COALESCE(c.name, w.client) AS name, COALESCE(c.subject, '') AS subject, w.kinds,
            w.body_sealed, w.made_at, COALESCE(w.ended_at, c.revoked_at) AS ended_at,
            COALESCE(c.expires_at, 0) AS expires_at
     FROM webhooks w LEFT JOIN clients c ON c.id = w.client ORDER BY w.id"
);
const LOG: Sql = sql!(
    "SELECT d.id, COALESCE(c.name, w.client) AS name, r.reference, d.kind, d.at, d.state, d.next_at, d.attempts, d.status,
            d.answer_sealed, d.done_at
     FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook LEFT JOIN clients c ON c.id = w.client
     JOIN requests r ON r.id = d.request
     WHERE (CAST($1 AS TEXT) = '' OR w.client = $1) AND (CAST($2 AS TEXT) = '' OR d.id < $2)
     ORDER BY d.id DESC LIMIT $3"
);
const IS_OF: Sql = sql!(
    "SELECT COUNT(*) FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook
     WHERE d.id = $1 AND w.client = $2"
);
// Of one request only the first that waits; those behind it are not due before.
macro_rules! firsts {
    () => {
        " FROM webhook_deliveries d WHERE d.state = 0 AND NOT EXISTS (SELECT 1 FROM webhook_deliveries b
           WHERE b.webhook = d.webhook AND b.request = d.request AND b.state = 0 AND b.seq < d.seq)"
    };
}
macro_rules! mine {
    () => {
        concat!(
            "SELECT d.id",
            firsts!(),
            " AND d.webhook = $2 AND d.next_at <= $3 ORDER BY d.next_at, d.id LIMIT $4"
        )
    };
}
const NEXT: Sql = sql!(concat!("SELECT MIN(d.next_at)", firsts!()));
const DUE: Sql = sql!(concat!(
    "SELECT DISTINCT d.webhook",
    firsts!(),
    " AND d.next_at <= $1"
));
const CLAIM: Sql = pair!(
    sqlite: concat!("UPDATE webhook_deliveries SET next_at = $1, attempts = attempts + 1 WHERE id IN (", mine!(),
        ") RETURNING id, at, body, attempts - 1 AS attempts"),
    postgres: concat!("UPDATE webhook_deliveries SET next_at = $1, attempts = attempts + 1 WHERE id IN (", mine!(),
        " FOR UPDATE OF d SKIP LOCKED) RETURNING id, at, body, attempts - 1 AS attempts"),
);
// What was claimed by somebody else meanwhile is theirs to put back.
const SETTLE: Sql = sql!(
    "UPDATE webhook_deliveries SET state = $3, next_at = $4, status = $5, answer_sealed = $6,
            done_at = $7
     WHERE id = $1 AND state = 0 AND next_at = $2"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("webhooks", WEBHOOKS),
    ("webhooks_ended", ENDED),
    ("webhooks_dropped", DROPPED),
    ("webhook_deliveries", DELIVERIES),
    ("webhook_again", AGAIN),
    ("webhooks_all", ALL),
    ("webhook_log", LOG),
    ("webhook_is_of", IS_OF),
    ("webhooks_next", NEXT),
    ("webhooks_due", DUE),
    ("webhooks_claim", CLAIM),
    ("webhooks_settle", SETTLE),
];

/// All addresses, oldest first, those that are over as well.
pub async fn all(db: &Db) -> Result<Vec<StoredWebhook>> {
    Ok(on!(read db, pool, sql => ALL, sqlx::query_as(sql).fetch_all(pool).await?))
}

/// Deliveries of a program ("" for any), newest first, before the one with
/// this id ("" for the newest).
pub async fn log(db: &Db, client: &str, before: &str, most: i64) -> Result<Vec<StoredDelivery>> {
    Ok(on!(read db, pool, sql => LOG,
        sqlx::query_as(sql).bind(client).bind(before).bind(most).fetch_all(pool).await?))
}

/// Whether a delivery goes to an address of this program.
pub async fn is_of(db: &Db, id: &str, client: &str) -> Result<bool> {
    let (count,): (i64,) = on!(read db, pool, sql => IS_OF,
        sqlx::query_as(sql).bind(id).bind(client).fetch_one(pool).await?);
    Ok(count == 1)
}

/// When the next delivery is to be tried, claimed ones included.
pub async fn next(db: &Db) -> Result<Option<i64>> {
    let (at,): (Option<i64>,) =
        on!(read db, pool, sql => NEXT, sqlx::query_as(sql).fetch_one(pool).await?);
    Ok(at)
}

/// Addresses for which something is due.
pub async fn due(db: &Db, now: i64) -> Result<Vec<String>> {
    let rows: Vec<(String,)> =
        on!(read db, pool, sql => DUE, sqlx::query_as(sql).bind(now).fetch_all(pool).await?);
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes what is due for an address, holding it until `lease`: of each request
/// the first that is unsent.
pub async fn claim(
    db: &Db,
    webhook: &str,
    now: i64,
    lease: i64,
    most: i64,
) -> Result<Vec<Waiting>> {
    Ok(on!(write db, pool, sql => CLAIM,
        sqlx::query_as(sql).bind(lease).bind(webhook).bind(now).bind(most).fetch_all(pool).await?))
}

/// Records it; `false` if somebody else claimed it meanwhile.
pub async fn settle(db: &Db, done: &Settled<'_>) -> Result<bool> {
    let rows = on!(write db, pool, sql => SETTLE, {
        let query = sqlx::query(sql).bind(done.id).bind(done.lease).bind(done.state).bind(done.next);
        let query = query.bind(done.status).bind(done.answer).bind(done.over);
        query.execute(pool).await?.rows_affected()
    });
    Ok(rows == 1)
}
