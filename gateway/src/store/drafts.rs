//! Drafts, releases, and how many people a publication meets.

use super::sql::{Sql, pair, sql};
use super::{Db, Result, on};
use serde::Serialize;

/// A saving of a draft. A revision that exists already is a conflict.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct DraftRow {
    /// Kind of document.
    pub kind: String,
    /// Rising from 1.
    pub revision: i64,
    /// The version it began from.
    pub base: i64,
    /// Text; `None` ends the draft.
    pub body: Option<String>,
    /// JSON list of whoever saved since it began.
    pub authors: String,
    /// Now.
    pub saved_at: i64,
}

/// A text on its way to being a version.
#[derive(Clone, Debug, Default, Serialize, sqlx::FromRow)]
pub struct ReleaseRow {
    /// Time-ordered id.
    pub id: String,
    /// Kind of document.
    pub kind: String,
    /// As in the migration: 0 unapproved, 1 planned, 2 published, 3 withdrawn, 4 failed.
    pub state: i64,
    /// The version it was compared with.
    pub live: i64,
    /// Text.
    pub body: String,
    /// JSON list of authors.
    pub authors: String,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub asked_at: i64,
    /// When it is to be in force.
    pub publish_at: i64,
    /// The second person.
    pub approved_by: Option<String>,
    /// The version it became.
    pub version: Option<i64>,
    /// The version it repeats.
    pub copy_of: Option<i64>,
    /// Why it could not be published.
    pub cause: Option<String>,
    /// When its state changed last.
    pub decided_at: Option<i64>,
    /// Why, in the words of who asked.
    pub note: Option<String>,
    /// JSON: what it changed, in words.
    pub changes: Option<String>,
}

/// A step of a release, guarded by the state it had before.
#[derive(Clone, Debug, Serialize)]
pub struct ReleaseStep {
    /// Id.
    pub id: String,
    /// State before.
    pub before: i64,
    /// State after.
    pub state: i64,
    /// The second person, if this step brings one.
    pub approved_by: Option<String>,
    /// The version it became.
    pub version: Option<i64>,
    /// Why it could not be published.
    pub cause: Option<String>,
    /// Now.
    pub at: i64,
}

macro_rules! release {
    () => {
        release!("body")
    };
    ($body:literal) => {
        concat!(
            "id, kind, state, live, ",
            $body,
            ", authors, asked_by, asked_at, publish_at, approved_by, version, copy_of, cause, decided_at, note, changes"
        )
    };
}

const NEWEST: Sql = sql!(
    "SELECT kind, revision, base, body, authors, saved_at FROM drafts WHERE kind = $1 ORDER BY revision DESC LIMIT 1"
);
const AT: Sql = sql!(
    "SELECT kind, revision, base, body, authors, saved_at FROM drafts WHERE kind = $1 AND revision = $2"
);
pub(super) const SAVED: Sql = sql!(
    "INSERT INTO drafts (kind, revision, base, body, authors, saved_at)
     SELECT j.value->>'kind', CAST(j.value->>'revision' AS BIGINT), CAST(j.value->>'base' AS BIGINT),
            j.value->>'body', j.value->>'authors', CAST(j.value->>'saved_at' AS BIGINT)
     FROM",
    rows,
    "WHERE true ON CONFLICT (kind, revision) DO NOTHING"
);
// The last savings stay, so that somebody who is late is shown what changed.
pub(super) const PRUNED: Sql = sql!(
    "DELETE FROM drafts WHERE (kind, revision) IN (SELECT d.kind, d.revision FROM",
    rows,
    "JOIN drafts d ON d.kind = j.value->>'kind' AND d.revision < CAST(j.value->>'revision' AS BIGINT) - 40)"
);
pub(super) const RELEASED: Sql = sql!(
    "INSERT INTO releases (id, kind, state, live, body, authors, asked_by, asked_at, publish_at, lease_until,
            approved_by, version, copy_of, cause, decided_at, note, changes)
     SELECT j.value->>'id', j.value->>'kind', CAST(j.value->>'state' AS BIGINT), CAST(j.value->>'live' AS BIGINT),
            j.value->>'body', j.value->>'authors', j.value->>'asked_by', CAST(j.value->>'asked_at' AS BIGINT),
            CAST(j.value->>'publish_at' AS BIGINT), 0, j.value->>'approved_by',
            CAST(j.value->>'version' AS BIGINT), CAST(j.value->>'copy_of' AS BIGINT), j.value->>'cause',
            CAST(j.value->>'decided_at' AS BIGINT), j.value->>'note', j.value->>'changes'
     FROM",
    rows,
    "WHERE true ON CONFLICT (id) DO NOTHING"
);
pub(super) const STEPPED: Sql = sql!(
    "UPDATE releases SET state = CAST(j.value->>'state' AS BIGINT), lease_until = 0,
            approved_by = COALESCE(j.value->>'approved_by', approved_by),
            version = CAST(j.value->>'version' AS BIGINT), cause = j.value->>'cause',
            decided_at = CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE releases.id = j.value->>'id' AND releases.state = CAST(j.value->>'before' AS BIGINT)"
);
// A list needs no texts, each of which is a whole menu.
const RELEASES: Sql = sql!(concat!(
    "SELECT ",
    release!("'' AS body"),
    " FROM releases WHERE kind = $1 ORDER BY id DESC LIMIT $2"
));
const WAITING: Sql = sql!(concat!(
    "SELECT ",
    release!(),
    " FROM releases WHERE kind = $1 AND state < 2 ORDER BY id"
));
const RELEASE: Sql = sql!(concat!(
    "SELECT ",
    release!(),
    " FROM releases WHERE id = $1"
));
const CLAIM: Sql = pair!(
    sqlite: concat!(
        "UPDATE releases SET lease_until = $1 WHERE id IN
           (SELECT id FROM releases WHERE state = 1 AND publish_at <= $2 AND lease_until <= $2
            ORDER BY publish_at, id LIMIT 1) RETURNING ",
        release!()
    ),
    postgres: concat!(
        "UPDATE releases SET lease_until = $1 WHERE id IN
           (SELECT id FROM releases WHERE state = 1 AND publish_at <= $2 AND lease_until <= $2
            ORDER BY publish_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING ",
        release!()
    ),
);
const DUE: Sql = sql!("SELECT MIN(publish_at) FROM releases WHERE state = 1");
const EDITED: Sql = sql!("SELECT COUNT(*) FROM releases WHERE kind = $1 AND state = 2");
const UNDER_WAY: Sql = sql!(
    "SELECT COALESCE(lang, ''), COUNT(*) FROM conversations
     WHERE menu IS NOT NULL AND menu = COALESCE(CAST($1 AS BIGINT), menu)
       AND updated_at >= $2 AND ended_at IS NULL
     GROUP BY COALESCE(lang, '') ORDER BY COUNT(*) DESC, COALESCE(lang, '')"
);
const OPEN: Sql = sql!("SELECT COUNT(*) FROM requests WHERE closed_at IS NULL");
const OPEN_OF: Sql = sql!(
    "SELECT COUNT(*) FROM",
    rows,
    "JOIN requests r ON r.service = j.value->>0 WHERE r.closed_at IS NULL"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("draft_newest", NEWEST),
    ("draft_at", AT),
    ("drafts", SAVED),
    ("drafts_pruned", PRUNED),
    ("releases", RELEASED),
    ("release_steps", STEPPED),
    ("releases_of_kind", RELEASES),
    ("releases_waiting", WAITING),
    ("release", RELEASE),
    ("releases_claim", CLAIM),
    ("releases_due", DUE),
    ("releases_edited", EDITED),
    ("conversations_under_way", UNDER_WAY),
    ("requests_open_count", OPEN),
    ("requests_open_of", OPEN_OF),
];

/// The newest saving of a kind.
pub async fn newest(db: &Db, kind: &str) -> Result<Option<DraftRow>> {
    Ok(
        on!(read db, pool, sql => NEWEST, sqlx::query_as(sql).bind(kind).fetch_optional(pool).await?),
    )
}

/// One saving, while it is kept.
pub async fn at(db: &Db, kind: &str, revision: i64) -> Result<Option<DraftRow>> {
    Ok(
        on!(read db, pool, sql => AT, sqlx::query_as(sql).bind(kind).bind(revision).fetch_optional(pool).await?),
    )
}

/// The newest releases of a kind without their texts, newest first.
pub async fn releases(db: &Db, kind: &str, most: i64) -> Result<Vec<ReleaseRow>> {
    Ok(
        on!(read db, pool, sql => RELEASES, sqlx::query_as(sql).bind(kind).bind(most).fetch_all(pool).await?),
    )
}

/// Releases of a kind that are not published yet, oldest first.
pub async fn waiting(db: &Db, kind: &str) -> Result<Vec<ReleaseRow>> {
    Ok(on!(read db, pool, sql => WAITING, sqlx::query_as(sql).bind(kind).fetch_all(pool).await?))
}

/// One release.
pub async fn release(db: &Db, id: &str) -> Result<Option<ReleaseRow>> {
    Ok(on!(read db, pool, sql => RELEASE, sqlx::query_as(sql).bind(id).fetch_optional(pool).await?))
}

/// Takes the release that is due first, holding it until `lease`.
pub async fn claim(db: &Db, now: i64, lease: i64) -> Result<Option<ReleaseRow>> {
    Ok(on!(write db, pool, sql => CLAIM,
        sqlx::query_as(sql).bind(lease).bind(now).fetch_optional(pool).await?))
}

/// When the next release is due.
pub async fn due(db: &Db) -> Result<Option<i64>> {
    let (at,): (Option<i64>,) =
        on!(read db, pool, sql => DUE, sqlx::query_as(sql).fetch_one(pool).await?);
    Ok(at)
}

/// Whether a version of this kind was ever published from a draft.
pub async fn edited(db: &Db, kind: &str) -> Result<bool> {
    let (count,): (i64,) =
        on!(read db, pool, sql => EDITED, sqlx::query_as(sql).bind(kind).fetch_one(pool).await?);
    Ok(count > 0)
}

/// People in the middle of something since a moment, by their language; those
/// alone who hold this version of the menu, or any.
pub async fn under_way(db: &Db, version: Option<i64>, since: i64) -> Result<Vec<(String, i64)>> {
    Ok(on!(read db, pool, sql => UNDER_WAY,
        sqlx::query_as(sql).bind(version).bind(since).fetch_all(pool).await?))
}

/// Open requests: all of them, or those of these services.
pub async fn open(db: &Db, services: Option<&[String]>) -> Result<i64> {
    let (count,): (i64,) = match services {
        None => on!(read db, pool, sql => OPEN, sqlx::query_as(sql).fetch_one(pool).await?),
        Some(codes) => {
            let rows: Vec<[&String; 1]> = codes.iter().map(|c| [c]).collect();
            let rows = serde_json::to_string(&rows).expect("plain data");
            on!(read db, pool, sql => OPEN_OF, sqlx::query_as(sql).bind(rows).fetch_one(pool).await?)
        }
    };
    Ok(count)
}
