//! What is in the database, table by table, for the checker of the kill tests.
//!
//! Only in builds with the feature `testing`. Reads everything; nothing of the
//! product may need it.

use super::sql::{Sql, sql};
use super::{Db, Result};

/// A message that came in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct InboundFact {
    pub key: String,
    pub id: String,
    pub address: String,
    pub at: i64,
    pub request: Option<String>,
    pub state: i64,
    pub cause: Option<String>,
}

/// A message that went out, or should.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OutboxFact {
    pub id: String,
    pub address: String,
    pub at: i64,
    pub state: i64,
    pub lane: i64,
    pub attempts: i64,
    pub body_sealed: String,
    pub request: Option<String>,
    pub cause: Option<String>,
}

/// A request.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RequestFact {
    pub id: String,
    pub reference: String,
    pub draft: String,
    pub service: String,
    pub address: String,
    pub status: String,
    pub version: i64,
    pub class: i64,
}

/// A line of history.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EventFact {
    pub request: String,
    pub seq: i64,
    pub at: i64,
    pub actor: String,
    pub kind: String,
    pub detail: String,
}

/// A conversation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ConversationFact {
    pub address: String,
    pub version: i64,
    pub requests: i64,
}

/// A timer.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TimerFact {
    pub request: String,
    pub rung: String,
    pub due_at: i64,
    pub cause: Option<String>,
}

const INBOUND: Sql =
    sql!("SELECT key, id, address, at, request, state, cause FROM inbound ORDER BY id");
const OUTBOX: Sql = sql!(
    "SELECT id, address, at, state, lane, attempts, body_sealed, request, cause FROM outbox ORDER BY id"
);
const REQUESTS: Sql = sql!(
    "SELECT id, reference, draft, service, address, status, version, class FROM requests ORDER BY id"
);
const EVENTS: Sql =
    sql!("SELECT request, seq, at, actor, kind, detail FROM events ORDER BY request, seq");
const CONVERSATIONS: Sql =
    sql!("SELECT address, version, requests FROM conversations ORDER BY address");
const TIMERS: Sql = sql!("SELECT request, rung, due_at, cause FROM timers ORDER BY request");

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("inspect_inbound", INBOUND),
    ("inspect_outbox", OUTBOX),
    ("inspect_requests", REQUESTS),
    ("inspect_events", EVENTS),
    ("inspect_conversations", CONVERSATIONS),
    ("inspect_timers", TIMERS),
];

/// Everything the checker compares.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    pub inbound: Vec<InboundFact>,
    pub outbox: Vec<OutboxFact>,
    pub requests: Vec<RequestFact>,
    pub events: Vec<EventFact>,
    pub conversations: Vec<ConversationFact>,
    pub timers: Vec<TimerFact>,
}

/// Reads all of it as of one moment, while others write.
pub async fn tables(db: &Db) -> Result<Tables> {
    macro_rules! all {
        ($tx:expr, $engine:ident) => {
            Ok(Tables {
                inbound: sqlx::query_as(INBOUND.$engine).fetch_all(&mut *$tx).await?,
                outbox: sqlx::query_as(OUTBOX.$engine).fetch_all(&mut *$tx).await?,
                requests: sqlx::query_as(REQUESTS.$engine)
                    .fetch_all(&mut *$tx)
                    .await?,
                events: sqlx::query_as(EVENTS.$engine).fetch_all(&mut *$tx).await?,
                conversations: sqlx::query_as(CONVERSATIONS.$engine)
                    .fetch_all(&mut *$tx)
                    .await?,
                timers: sqlx::query_as(TIMERS.$engine).fetch_all(&mut *$tx).await?,
            })
        };
    }
    match db {
        Db::Sqlite { read, .. } => {
            let mut tx = read.begin().await?;
            all!(tx, sqlite)
        }
        Db::Postgres(pool) => {
            let mut tx = pool
                .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                .await?;
            all!(tx, postgres)
        }
    }
}
