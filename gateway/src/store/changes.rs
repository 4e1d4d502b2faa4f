//! The one way to write: everything that belongs together, in one transaction.
//!
//! A [`Changes`] is computed first, from what was read; committing it either
//! does all of it or nothing. Guards (versions, unique keys) are checked by
//! counting rows, never by provoking errors, so a lost race comes back as
//! [`StoreError::Conflict`] and the caller reads again. Several messages or
//! rungs may share one `Changes`: that is the group commit.

use super::rows::{
    AuditRow, ChatRow, ConversationRow, DocumentRow, EventRow, GrantRow, InboundRow, OutboxRow,
    ReceiptRow, RequestChange, RequestRow, ResidentRow, TimerRow, UnitRow, UnparkRow, WorkerRow,
};
use super::sql::{Sql, sql};
use super::{Db, Result, StoreError, fault};
use serde::Serialize;

/// What is to be written, table by table, in the order it is applied.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Messages received; a key that exists already is a conflict.
    pub inbound: Vec<InboundRow>,
    /// Parked messages that were dealt with.
    pub unparked: Vec<UnparkRow>,
    /// Next states of conversations, guarded by version.
    pub conversations: Vec<ConversationRow>,
    /// New requests; reference and draft are unique.
    pub requests: Vec<RequestRow>,
    /// Changes of requests, guarded by version.
    pub request_changes: Vec<RequestChange>,
    /// History.
    pub events: Vec<EventRow>,
    /// Timers set anew.
    pub timers: Vec<TimerRow>,
    /// Requests whose timer is gone.
    pub timers_cleared: Vec<String>,
    /// Messages to send.
    pub outbox: Vec<OutboxRow>,
    /// Results of sending.
    pub receipts: Vec<ReceiptRow>,
    /// Codes, links, sessions handed out.
    pub grants: Vec<GrantRow>,
    /// Tags of one-time grants used up now; a used or unknown one is a conflict.
    pub grants_used: Vec<String>,
    /// Chats bound to workers.
    pub chats: Vec<ChatRow>,
    /// Addresses of worker chats that ended.
    pub chats_ended: Vec<String>,
    /// Documents; an existing version is a conflict.
    pub documents: Vec<DocumentRow>,
    /// Units, replaced by code.
    pub units: Vec<UnitRow>,
    /// Workers, replaced by id.
    pub workers: Vec<WorkerRow>,
    /// Residents, replaced by id.
    pub residents: Vec<ResidentRow>,
    /// Audit lines.
    pub audit: Vec<AuditRow>,
    /// When all this happens; used where a row has no time of its own.
    pub at: i64,
}

/// Proof that a [`Changes`] is in the database.
#[derive(Clone, Copy, Debug)]
pub struct Committed {
    /// Rows written.
    pub rows: u64,
}

const INBOUND: Sql = sql!(
    "INSERT INTO inbound (key, id, address, at, body_sealed, request, state, cause, page)
     SELECT j.value->>'key', j.value->>'id', j.value->>'address', CAST(j.value->>'at' AS BIGINT), j.value->>'body',
            j.value->>'request', CAST(j.value->>'state' AS BIGINT), j.value->>'cause', CAST(j.value->>'page' AS BIGINT)
     FROM", rows, "WHERE true ON CONFLICT (key) DO NOTHING");
const UNPARKED: Sql = sql!(
    "UPDATE inbound SET state = CAST(j.value->>'state' AS BIGINT), cause = NULL,
            request = COALESCE(j.value->>'request', request)
     FROM",
    rows,
    "WHERE inbound.key = j.value->>'key' AND inbound.state = 1"
);
const CONVERSATIONS: Sql = sql!(
    "INSERT INTO conversations (address, version, state_sealed, requests, updated_at, ended_at)
     SELECT j.value->>'address', CAST(j.value->>'before' AS BIGINT) + 1, j.value->>'state',
            CAST(j.value->>'requests' AS BIGINT), CAST(j.value->>'at' AS BIGINT), CAST(j.value->>'ended' AS BIGINT)
     FROM", rows, "WHERE true ON CONFLICT (address) DO UPDATE
     SET version = excluded.version, state_sealed = excluded.state_sealed, requests = excluded.requests,
         updated_at = excluded.updated_at, ended_at = excluded.ended_at
     WHERE conversations.version = excluded.version - 1");
const REQUESTS: Sql = sql!(
    "INSERT INTO requests (id, reference, draft, address, service, class, status, version, lead_unit, lead_role,
            lead_worker, copy_unit, copy_role, level, restricted, catalogue, policy, calendar, story_sealed,
            opened_at, updated_at, closed_at)
     SELECT j.value->>'id', j.value->>'reference', j.value->>'draft', j.value->>'address', j.value->>'service',
            CAST(j.value->>'class' AS BIGINT), j.value->>'status', CAST(j.value->>'version' AS BIGINT),
            j.value->>'lead_unit', j.value->>'lead_role', j.value->>'lead_worker', j.value->>'copy_unit',
            j.value->>'copy_role', CAST(j.value->>'level' AS BIGINT), CAST(j.value->>'restricted' AS BIGINT),
            CAST(j.value->>'catalogue' AS BIGINT), CAST(j.value->>'policy' AS BIGINT),
            CAST(j.value->>'calendar' AS BIGINT), j.value->>'story', CAST(j.value->>'opened' AS BIGINT),
            CAST(j.value->>'updated' AS BIGINT), CAST(j.value->>'closed' AS BIGINT)
     FROM", rows, "WHERE true ON CONFLICT DO NOTHING");
const REQUEST_CHANGES: Sql = sql!(
    "UPDATE requests SET service = j.value->>'service', class = CAST(j.value->>'class' AS BIGINT),
            status = j.value->>'status', version = CAST(j.value->>'version' AS BIGINT),
            lead_unit = j.value->>'lead_unit', lead_role = j.value->>'lead_role',
            lead_worker = j.value->>'lead_worker', copy_unit = j.value->>'copy_unit',
            copy_role = j.value->>'copy_role', level = CAST(j.value->>'level' AS BIGINT),
            restricted = CAST(j.value->>'restricted' AS BIGINT), updated_at = CAST(j.value->>'updated' AS BIGINT),
            closed_at = CAST(j.value->>'closed' AS BIGINT), story_sealed = COALESCE(j.value->>'story', story_sealed)
     FROM", rows, "WHERE requests.id = j.value->>'id' AND requests.version = CAST(j.value->>'before' AS BIGINT)");
const EVENTS: Sql = sql!(
    "INSERT INTO events (request, seq, at, actor, kind, detail, note_sealed)
     SELECT j.value->>'request', CAST(j.value->>'seq' AS BIGINT), CAST(j.value->>'at' AS BIGINT), j.value->>'actor',
            j.value->>'kind', j.value->>'detail', j.value->>'note'
     FROM", rows, "WHERE true ON CONFLICT (request, seq) DO NOTHING");
const TIMERS: Sql = sql!(
    "INSERT INTO timers (request, rung, due_at, danger, lease_until, attempts, cause)
     SELECT j.value->>'request', j.value->>'rung', CAST(j.value->>'due' AS BIGINT),
            CAST(j.value->>'danger' AS BIGINT), 0, 0, NULL
     FROM", rows, "WHERE true ON CONFLICT (request) DO UPDATE
     SET rung = excluded.rung, due_at = excluded.due_at, danger = excluded.danger, lease_until = 0, attempts = 0,
         cause = NULL");
const TIMERS_CLEARED: Sql = sql!(
    "DELETE FROM timers WHERE request IN (SELECT j.value->>0 FROM",
    rows,
    ")"
);
const OUTBOX: Sql = sql!(
    "INSERT INTO outbox (id, address, at, state, lane, next_at, attempts, body_sealed, request, sent_at, page)
     SELECT j.value->>'id', j.value->>'address', CAST(j.value->>'at' AS BIGINT), CAST(j.value->>'state' AS BIGINT),
            CAST(j.value->>'lane' AS BIGINT), CAST(j.value->>'next_at' AS BIGINT), 0, j.value->>'body',
            j.value->>'request',
            CASE WHEN CAST(j.value->>'state' AS BIGINT) = 1 THEN CAST(j.value->>'at' AS BIGINT) END,
            CAST(j.value->>'page' AS BIGINT)
     FROM", rows, "WHERE true ON CONFLICT (id) DO NOTHING");
const RECEIPTS: Sql = sql!(
    "UPDATE outbox SET state = CAST(j.value->>'state' AS BIGINT), next_at = CAST(j.value->>'next_at' AS BIGINT),
            attempts = attempts + 1, receipt = COALESCE(j.value->>'receipt', receipt), cause = j.value->>'cause',
            sent_at = CASE WHEN CAST(j.value->>'state' AS BIGINT) = 1 THEN CAST(j.value->>'at' AS BIGINT) END
     FROM", rows, "WHERE outbox.id = j.value->>'id' AND outbox.state = 0");
const GRANTS: Sql = sql!(
    "INSERT INTO grants (tag, kind, subject, created_at, expires_at)
     SELECT j.value->>'tag', j.value->>'kind', j.value->>'subject', CAST(j.value->>'at' AS BIGINT),
            CAST(j.value->>'expires' AS BIGINT)
     FROM",
    rows,
    "WHERE true ON CONFLICT (tag) DO NOTHING"
);
const GRANTS_USED: Sql = sql!(
    "UPDATE grants SET used_at = CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE grants.tag = j.value->>'tag' AND grants.used_at IS NULL
       AND grants.expires_at > CAST(j.value->>'at' AS BIGINT)"
);
const CHATS: Sql = sql!(
    "INSERT INTO worker_chats (address, worker, bound_at, ended_at)
     SELECT j.value->>'address', j.value->>'worker', CAST(j.value->>'at' AS BIGINT), NULL
     FROM",
    rows,
    "WHERE true ON CONFLICT (address) DO UPDATE
     SET worker = excluded.worker, bound_at = excluded.bound_at, ended_at = NULL"
);
const CHATS_ENDED: Sql = sql!(
    "UPDATE worker_chats SET ended_at = CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE worker_chats.address = j.value->>'tag'"
);
const DOCUMENTS: Sql = sql!(
    "INSERT INTO documents (kind, version, body, published_at)
     SELECT j.value->>'kind', CAST(j.value->>'version' AS BIGINT), j.value->>'body', CAST(j.value->>'at' AS BIGINT)
     FROM", rows, "WHERE true ON CONFLICT (kind, version) DO NOTHING");
const UNITS: Sql = sql!(
    "INSERT INTO units (code, kind, name, parent, body, updated_at)
     SELECT j.value->>'code', j.value->>'kind', j.value->>'name', j.value->>'parent', j.value->>'body',
            CAST(j.value->>'at' AS BIGINT)
     FROM", rows, "WHERE true ON CONFLICT (code) DO UPDATE
     SET kind = excluded.kind, name = excluded.name, parent = excluded.parent, body = excluded.body,
         updated_at = excluded.updated_at");
const WORKERS: Sql = sql!(
    "INSERT INTO workers (id, unit, body_sealed, active, updated_at)
     SELECT j.value->>'id', j.value->>'unit', j.value->>'body', CAST(j.value->>'active' AS BIGINT),
            CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE true ON CONFLICT (id) DO UPDATE
     SET unit = excluded.unit, body_sealed = excluded.body_sealed, active = excluded.active,
         updated_at = excluded.updated_at"
);
const RESIDENTS: Sql = sql!(
    "INSERT INTO residents (id, id_tag, phone_tag, hukou, residence, body_sealed, updated_at)
     SELECT j.value->>'id', j.value->>'id_tag', j.value->>'phone_tag', j.value->>'hukou', j.value->>'residence',
            j.value->>'body', CAST(j.value->>'at' AS BIGINT)
     FROM", rows, "WHERE true ON CONFLICT (id) DO UPDATE
     SET id_tag = excluded.id_tag, phone_tag = excluded.phone_tag, hukou = excluded.hukou,
         residence = excluded.residence, body_sealed = excluded.body_sealed, updated_at = excluded.updated_at");
const AUDIT: Sql = sql!(
    "INSERT INTO audit (id, at, actor, act, subject, detail)
     SELECT j.value->>'id', CAST(j.value->>'at' AS BIGINT), j.value->>'actor', j.value->>'act', j.value->>'subject',
            j.value->>'detail'
     FROM", rows, "WHERE true ON CONFLICT (id) DO NOTHING");

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("inbound", INBOUND),
    ("unparked", UNPARKED),
    ("conversations", CONVERSATIONS),
    ("requests", REQUESTS),
    ("request_changes", REQUEST_CHANGES),
    ("events", EVENTS),
    ("timers", TIMERS),
    ("timers_cleared", TIMERS_CLEARED),
    ("outbox", OUTBOX),
    ("receipts", RECEIPTS),
    ("grants", GRANTS),
    ("grants_used", GRANTS_USED),
    ("chats", CHATS),
    ("chats_ended", CHATS_ENDED),
    ("documents", DOCUMENTS),
    ("units", UNITS),
    ("workers", WORKERS),
    ("residents", RESIDENTS),
    ("audit", AUDIT),
];

/// One statement ready to run: its rows as JSON and how many must be touched.
struct Step {
    name: &'static str,
    sql: Sql,
    rows: String,
    /// `None`: any number will do.
    exactly: Option<u64>,
}

/// A tag or address with the time, for statements that need both.
#[derive(Serialize)]
struct Stamped<'a> {
    tag: &'a str,
    at: i64,
}

impl Changes {
    /// No changes yet, at this time.
    pub fn at(at: i64) -> Self {
        Self {
            at,
            ..Self::default()
        }
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.steps().is_empty()
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::with_capacity(8);
        fn add<T: Serialize>(
            steps: &mut Vec<Step>,
            name: &'static str,
            sql: Sql,
            rows: &[T],
            guarded: bool,
        ) {
            if !rows.is_empty() {
                steps.push(Step {
                    name,
                    sql,
                    rows: serde_json::to_string(rows).expect("rows are plain data"),
                    exactly: guarded.then_some(rows.len() as u64),
                });
            }
        }
        fn stamped(tag: &str, at: i64) -> Stamped<'_> {
            Stamped { tag, at }
        }
        let used: Vec<_> = self
            .grants_used
            .iter()
            .map(|t| stamped(t, self.at))
            .collect();
        let ended: Vec<_> = self
            .chats_ended
            .iter()
            .map(|t| stamped(t, self.at))
            .collect();
        let s = &mut steps;
        add(s, "inbound", INBOUND, &self.inbound, true);
        add(s, "unparked", UNPARKED, &self.unparked, true);
        add(s, "conversations", CONVERSATIONS, &self.conversations, true);
        add(s, "requests", REQUESTS, &self.requests, true);
        add(
            s,
            "request_changes",
            REQUEST_CHANGES,
            &self.request_changes,
            true,
        );
        add(s, "events", EVENTS, &self.events, true);
        add(
            s,
            "timers_cleared",
            TIMERS_CLEARED,
            &self.timers_cleared.iter().map(|t| [t]).collect::<Vec<_>>(),
            false,
        );
        add(s, "timers", TIMERS, &self.timers, false);
        add(s, "outbox", OUTBOX, &self.outbox, true);
        add(s, "receipts", RECEIPTS, &self.receipts, false);
        add(s, "grants", GRANTS, &self.grants, true);
        add(s, "grants_used", GRANTS_USED, &used, true);
        add(s, "chats", CHATS, &self.chats, true);
        add(s, "chats_ended", CHATS_ENDED, &ended, false);
        add(s, "documents", DOCUMENTS, &self.documents, true);
        add(s, "units", UNITS, &self.units, true);
        add(s, "workers", WORKERS, &self.workers, true);
        add(s, "residents", RESIDENTS, &self.residents, true);
        add(s, "audit", AUDIT, &self.audit, true);
        steps
    }
}

/// The body of a commit, written once for both drivers.
macro_rules! apply {
    ($tx:ident, $steps:expr, $engine:ident) => {{
        let mut rows = 0;
        for step in $steps {
            let done = sqlx::query(step.sql.$engine)
                .bind(&step.rows)
                .execute(&mut *$tx)
                .await?
                .rows_affected();
            if step.exactly.is_some_and(|wanted| wanted != done) {
                $tx.rollback().await?;
                tracing::debug!(table = step.name, "guard refused a change");
                return Err(StoreError::Conflict);
            }
            rows += done;
            fault(step.name);
        }
        fault("commit.before");
        $tx.commit().await?;
        fault("commit.after");
        Ok(Committed { rows })
    }};
}

impl Db {
    /// Writes everything in one transaction, or nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if a guard refused: nothing was written.
    pub async fn commit(&self, changes: &Changes) -> Result<Committed> {
        let steps = changes.steps();
        if steps.is_empty() {
            return Ok(Committed { rows: 0 });
        }
        fault("commit.begin");
        match self {
            Self::Sqlite { write, .. } => {
                let mut tx = write.begin_with("BEGIN IMMEDIATE").await?;
                apply!(tx, &steps, sqlite)
            }
            Self::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                apply!(tx, &steps, postgres)
            }
        }
    }
}
