//! Requests and their history: reading only; writing goes through `Changes`.

use super::sql::{Sql, list, sql};
use super::{Db, Result, on};
use std::collections::HashMap;

/// A stored request.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Stored {
    /// Id.
    pub id: String,
    /// Public reference.
    pub reference: String,
    /// Conversation it came from.
    pub address: String,
    /// Service code.
    pub service: String,
    /// 0 crisis … 3 normal.
    pub class: i64,
    /// Status name.
    pub status: String,
    /// Number of the last event.
    pub version: i64,
    /// Lead.
    pub lead_unit: String,
    /// Lead role code.
    pub lead_role: String,
    /// Lead worker.
    pub lead_worker: Option<String>,
    /// Copy.
    pub copy_unit: Option<String>,
    /// Copy role code.
    pub copy_role: Option<String>,
    /// Level on the ladder.
    pub level: i64,
    /// 1 = restricted.
    pub restricted: i64,
    /// Versions its clocks follow.
    pub catalogue: i64,
    /// Policy version.
    pub policy: i64,
    /// Calendar version.
    pub calendar: i64,
    /// Sealed story.
    pub story_sealed: String,
    /// When it was opened.
    pub opened_at: i64,
    /// When it was closed.
    pub closed_at: Option<i64>,
}

/// What a person is told about their own request: no story, no log.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Brief {
    /// Id.
    pub id: String,
    /// Public reference.
    pub reference: String,
    /// Conversation it came from.
    pub address: String,
    /// Draft it was opened from.
    pub draft: String,
    /// Service code.
    pub service: String,
    /// Status name.
    pub status: String,
    /// Lead.
    pub lead_unit: String,
    /// Lead role code.
    pub lead_role: String,
    /// Lead worker.
    pub lead_worker: Option<String>,
    /// 0 crisis … 3 normal.
    pub class: i64,
    /// 1 = restricted.
    pub restricted: i64,
    /// JSON for showing progress.
    pub summary: String,
    /// When it was opened.
    pub opened_at: i64,
    /// When it was closed.
    pub closed_at: Option<i64>,
    /// 1 = the writer may not speak for the other any more.
    pub silenced: i64,
}

/// A stored line of history.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredEvent {
    /// Request.
    pub request: String,
    /// Position, from 1.
    pub seq: i64,
    /// When.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// Kind of fact.
    pub kind: String,
    /// JSON of the fact.
    pub detail: String,
    /// Sealed free text.
    pub note_sealed: Option<String>,
}

macro_rules! columns {
    () => {
        columns!("r.story_sealed")
    };
    ($story:literal) => {
        concat!(
            "r.id, r.reference, r.address, r.service, r.class, r.status, r.version, r.lead_unit, r.lead_role,
             r.lead_worker, r.copy_unit, r.copy_role, r.level, r.restricted, r.catalogue, r.policy, r.calendar, ",
            $story,
            ", r.opened_at, r.closed_at"
        )
    };
}
// The nonce a story was sealed with stands at its beginning: another story has
// another one. Lists need no more of what was read before.
macro_rules! glance {
    () => {
        columns!("SUBSTR(r.story_sealed, 1, 64) AS story_sealed")
    };
}

const BY_IDS: Sql = sql!(
    concat!("SELECT ", columns!(), " FROM"),
    rows,
    "JOIN requests r ON r.id = j.value->>0"
);
const NEWEST: Sql = sql!("SELECT id FROM requests ORDER BY id DESC LIMIT 1");
const BY_REFERENCE: Sql = sql!(concat!(
    "SELECT ",
    columns!(),
    " FROM requests r WHERE r.reference = $1"
));
const OF_ADDRESSES: Sql = sql!(
    "SELECT r.id, r.reference, r.address, r.draft, r.service, r.status, r.lead_unit, r.lead_role, r.lead_worker,
            r.class, r.restricted, r.summary, r.opened_at, r.closed_at,
            CAST(CASE WHEN EXISTS (SELECT 1 FROM parties p WHERE p.request = r.id AND p.role = 'reporter'
                AND p.until_at <= $3) THEN 1 ELSE 0 END AS BIGINT) AS silenced
     FROM", rows,
    "JOIN requests r ON r.address = j.value->>0 WHERE (r.closed_at IS NULL OR r.closed_at > $2)
     ORDER BY r.opened_at DESC, r.id DESC");
const OF_WORKER: Sql = sql!(concat!(
    "SELECT ",
    columns!(),
    " FROM requests r WHERE r.lead_worker = $1 AND r.closed_at IS NULL
     ORDER BY r.class, r.opened_at LIMIT $2"
));
// Each of the three by its own index; equal rows become one.
const QUEUED: Sql = sql!(
    concat!(
        "SELECT ",
        glance!(),
        " FROM requests r WHERE r.id IN (SELECT q.id FROM
           (SELECT a.id, a.class, a.opened_at FROM"
    ),
    rows,
    "JOIN requests a ON a.lead_unit = j.value->>0
            WHERE a.closed_at IS NULL AND (a.class, a.opened_at, a.id) > ($4, $5, $6)
            AND (j.value->>1 IS NULL OR a.service = j.value->>1)
            UNION SELECT w.id, w.class, w.opened_at FROM requests w WHERE w.lead_worker = $2 AND w.closed_at IS NULL
            AND (w.class, w.opened_at, w.id) > ($4, $5, $6)
            UNION SELECT c.id, c.class, c.opened_at FROM requests c WHERE c.copy_unit = $3 AND c.closed_at IS NULL
            AND (c.class, c.opened_at, c.id) > ($4, $5, $6)
            ORDER BY 2, 3, 1 LIMIT $7) AS q)
     ORDER BY r.class, r.opened_at, r.id"
);
// One figure for everything a worker may see; each index by itself.
const MARK: Sql = sql!(
    "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(m.version), 0) AS BIGINT),
            CAST(COALESCE(MAX(m.updated_at), 0) AS BIGINT)
     FROM (SELECT r.version, r.updated_at FROM",
    rows,
    "JOIN requests r ON r.lead_unit = j.value->>0 WHERE r.closed_at IS NULL
     UNION ALL SELECT w.version, w.updated_at FROM requests w WHERE w.lead_worker = $2 AND w.closed_at IS NULL
     UNION ALL SELECT c.version, c.updated_at FROM requests c WHERE c.copy_unit = $3 AND c.closed_at IS NULL) AS m"
);
const OPEN_PAGE: Sql = sql!(concat!(
    "SELECT ",
    columns!(),
    " FROM requests r WHERE r.closed_at IS NULL AND r.id > $1 ORDER BY r.id LIMIT $2"
));
const PRESSING: Sql = sql!(concat!(
    "SELECT ",
    glance!(),
    " FROM requests r WHERE r.closed_at IS NULL AND (r.class, r.opened_at, r.id) > ($1, $2, $3)
     ORDER BY r.class, r.opened_at, r.id LIMIT $4"
));
const REACHABLE: Sql = sql!(
    concat!(
        "SELECT ",
        columns!(),
        " FROM requests r WHERE r.closed_at IS NULL AND r.id > $2
         AND (r.lead_worker = $3 OR r.copy_unit = $4 OR r.lead_unit IN (SELECT j.value->>0 FROM"
    ),
    rows,
    ")) ORDER BY r.id LIMIT $5"
);
const EVENTS: Sql = sql!(
    "SELECT e.request, e.seq, e.at, e.actor, e.kind, e.detail, e.note_sealed
     FROM",
    rows,
    "JOIN events e ON e.request = j.value->>0 ORDER BY e.request, e.seq"
);
const COUNTS: Sql = sql!(
    "SELECT class, COUNT(*) FROM requests WHERE closed_at IS NULL GROUP BY class ORDER BY class"
);

const LAST_WORKER: Sql = sql!(
    "SELECT lead_worker FROM requests WHERE address = $1 AND restricted = 0 AND lead_worker IS NOT NULL
     ORDER BY opened_at DESC LIMIT 1"
);
const LOADS: Sql = sql!(
    "SELECT lead_worker, COUNT(*) FROM requests WHERE closed_at IS NULL AND lead_worker IS NOT NULL
     GROUP BY lead_worker"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("requests_by_ids", BY_IDS),
    ("request_by_reference", BY_REFERENCE),
    ("request_newest", NEWEST),
    ("requests_of_addresses", OF_ADDRESSES),
    ("requests_of_worker", OF_WORKER),
    ("requests_queued", QUEUED),
    ("last_worker", LAST_WORKER),
    ("loads", LOADS),
    ("requests_mark", MARK),
    ("requests_open_page", OPEN_PAGE),
    ("requests_pressing", PRESSING),
    ("requests_reachable", REACHABLE),
    ("events_of_requests", EVENTS),
    ("requests_counts", COUNTS),
];

/// Requests by id; unknown ids are left out.
pub async fn by_ids(db: &Db, ids: &[String]) -> Result<Vec<Stored>> {
    Ok(
        on!(read db, pool, sql => BY_IDS, sqlx::query_as(sql).bind(list(ids)).fetch_all(pool).await?),
    )
}

/// A request by its public reference, in normal form.
pub async fn by_reference(db: &Db, reference: &str) -> Result<Option<Stored>> {
    Ok(
        on!(read db, pool, sql => BY_REFERENCE, sqlx::query_as(sql).bind(reference).fetch_optional(pool).await?),
    )
}

/// The id of the newest request.
pub async fn newest(db: &Db) -> Result<Option<String>> {
    let row: Option<(String,)> =
        on!(read db, pool, sql => NEWEST, sqlx::query_as(sql).fetch_optional(pool).await?);
    Ok(row.map(|r| r.0))
}

/// Open requests of these chats, and those closed after `since`, newest first;
/// those in which the writer may not speak for the other any more are marked.
pub async fn of_addresses(
    db: &Db,
    addresses: &[String],
    since: i64,
    now: i64,
) -> Result<Vec<Brief>> {
    Ok(on!(read db, pool, sql => OF_ADDRESSES,
        sqlx::query_as(sql).bind(list(addresses)).bind(since).bind(now).fetch_all(pool).await?))
}

/// Open requests, without their stories, of these units, or of one service there, with this worker, or
/// with a copy at this unit, most dangerous first and then the oldest, after a
/// place in that order: class, opening, id.
pub async fn queued(
    db: &Db,
    units: &[(String, Option<&str>)],
    (worker, unit): (&str, &str),
    (class, opened, id): (i64, i64, &str),
    most: i64,
) -> Result<Vec<Stored>> {
    let units = serde_json::to_string(units).expect("plain data");
    Ok(on!(read db, pool, sql => QUEUED,
        sqlx::query_as(sql).bind(units).bind(worker).bind(unit).bind(class).bind(opened).bind(id).bind(most)
            .fetch_all(pool).await?))
}

/// Open requests a worker leads.
pub async fn of_worker(db: &Db, worker: &str, most: i64) -> Result<Vec<Stored>> {
    Ok(
        on!(read db, pool, sql => OF_WORKER, sqlx::query_as(sql).bind(worker).bind(most).fetch_all(pool).await?),
    )
}

/// Number, sum of versions and last change of the open requests at these units,
/// with this worker, or with a copy at this unit: another when any of them
/// changed, came or went.
pub async fn mark(
    db: &Db,
    units: &[String],
    worker: &str,
    copies: &str,
) -> Result<(i64, i64, i64)> {
    Ok(on!(read db, pool, sql => MARK,
        sqlx::query_as(sql).bind(list(units)).bind(worker).bind(copies).fetch_one(pool).await?))
}

/// Open requests after `id`, by id: for walking over all of them.
pub async fn open_after(db: &Db, id: &str, most: i64) -> Result<Vec<Stored>> {
    Ok(
        on!(read db, pool, sql => OPEN_PAGE, sqlx::query_as(sql).bind(id).bind(most).fetch_all(pool).await?),
    )
}

/// Open requests, without their stories, most dangerous first and then the
/// oldest, after a place in that order: class, opening, id.
pub async fn pressing(
    db: &Db,
    (class, opened, id): (i64, i64, &str),
    most: i64,
) -> Result<Vec<Stored>> {
    Ok(on!(read db, pool, sql => PRESSING,
        sqlx::query_as(sql).bind(class).bind(opened).bind(id).bind(most).fetch_all(pool).await?))
}

/// Open requests after `id`, by id, that these units, or this worker and unit,
/// may have to do with.
pub async fn reachable(
    db: &Db,
    units: &[String],
    (worker, unit): (&str, &str),
    id: &str,
    most: i64,
) -> Result<Vec<Stored>> {
    Ok(on!(read db, pool, sql => REACHABLE,
        sqlx::query_as(sql).bind(list(units)).bind(id).bind(worker).bind(unit).bind(most).fetch_all(pool).await?))
}

/// History of these requests, by request and position.
pub async fn events(db: &Db, ids: &[String]) -> Result<Vec<StoredEvent>> {
    Ok(
        on!(read db, pool, sql => EVENTS, sqlx::query_as(sql).bind(list(ids)).fetch_all(pool).await?),
    )
}

/// Requests by id, each with its whole history; unknown ids are left out.
pub async fn with_logs(db: &Db, ids: &[String]) -> Result<Vec<(Stored, Vec<StoredEvent>)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = by_ids(db, ids).await?;
    let mut logs: HashMap<String, Vec<StoredEvent>> = HashMap::new();
    for event in events(db, ids).await? {
        logs.entry(event.request.clone()).or_default().push(event);
    }
    let with_log = |row: Stored| {
        let log = logs.remove(&row.id).unwrap_or_default();
        (row, log)
    };
    Ok(rows.into_iter().map(with_log).collect())
}

/// Open requests by class.
pub async fn counts(db: &Db) -> Result<Vec<(i64, i64)>> {
    Ok(on!(read db, pool, sql => COUNTS, sqlx::query_as(sql).fetch_all(pool).await?))
}

/// The worker who led the newest request of a conversation that is no secret.
pub async fn last_worker(db: &Db, address: &str) -> Result<Option<String>> {
    let found: Option<(String,)> = on!(read db, pool, sql => LAST_WORKER, sqlx::query_as(sql).bind(address).fetch_optional(pool).await?);
    Ok(found.map(|f| f.0))
}

/// Open requests by the worker who leads them.
pub async fn loads(db: &Db) -> Result<Vec<(String, i64)>> {
    Ok(on!(read db, pool, sql => LOADS, sqlx::query_as(sql).fetch_all(pool).await?))
}
