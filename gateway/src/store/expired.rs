//! What is too old to be kept: counted, and deleted window by window.
//!
//! A window is the next few rows in the order of their keys, so that no
//! statement touches more than its caller allows. What is held for a court or an
//! inspection, and what belongs to an open request, is never touched. How long
//! each class is kept is `retention`'s.

use super::sql::{Sql, sql};
use super::{Db, Result, on};

/// What becomes of rows that are too old, class by class.
#[derive(Clone, Copy, Debug)]
pub struct Class {
    /// As in the configuration.
    pub name: &'static str,
    window: Sql,
    count: Sql,
    work: &'static [Sql],
}

/// $1 and $2 the window, $3 what is too old; for those who leave something
/// behind $4 says what.
macro_rules! class {
    ($name:literal, $table:literal, $key:literal, $old:literal) => {
        class!($name, $table, $key, $old, [concat!(
            "DELETE FROM ", $table, " AS t WHERE t.", $key, " > $1 AND t.", $key, " <= $2 AND ", $old
        )])
    };
    ($name:literal, $table:literal, $key:literal, $old:literal, [$($work:expr),+]) => {
        Class {
            name: $name,
            window: sql!(concat!(
                "SELECT MAX(k) FROM (SELECT ", $key, " AS k FROM ", $table, " WHERE ", $key, " > $1 ORDER BY ", $key,
                " LIMIT $2) AS w"
            )),
            count: sql!(concat!("SELECT COUNT(*) FROM ", $table, " AS t WHERE t.", $key, " > $1 AND t.", $key,
                " <= $2 AND ", $old)),
            work: &[$(sql!($work)),+],
        }
    };
}

/// Residents' and workers' messages, received.
pub const RECEIVED: Class = class!(
    "messages",
    "inbound",
    "key",
    "t.at < $3 AND t.state <> 1
     AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.id = t.request AND r.closed_at IS NULL)
     AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.request = t.request)"
);
/// Messages that were sent or given up.
pub const SENT: Class = class!(
    "messages",
    "outbox",
    "id",
    "t.at < $3 AND t.state <> 0
     AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.id = t.request AND r.closed_at IS NULL)
     AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.request = t.request)"
);
/// Pictures, like the messages they came with.
pub const PHOTOS: Class = class!(
    "messages",
    "photos",
    "id",
    "t.at < $3 AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.address = t.address AND (r.closed_at IS NULL
         OR EXISTS (SELECT 1 FROM holds h WHERE h.request = r.id)))"
);
/// Chats that fell silent and of which no request is kept.
pub const CHATS: Class = class!(
    "chats",
    "conversations",
    "address",
    "t.updated_at < $3 AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.address = t.address)
     AND NOT EXISTS (SELECT 1 FROM worker_chats w WHERE w.address = t.address AND w.ended_at IS NULL)"
);
/// What was proposed to be learnt, once decided.
pub const CORRECTIONS: Class = class!(
    "corrections",
    "corrections",
    "request",
    "t.at < $3 AND t.state <> 0"
);
/// Codes and links that are over.
pub const SIGN_INS: Class = class!("sign_ins", "grants", "tag", "t.expires_at < $3");
/// Browsers that were signed in.
pub const SESSIONS: Class = class!("sign_ins", "sessions", "tag", "t.expires_at < $3");
/// Looks behind the mask, once they are reviewed; their lines in the audit log
/// go when those do.
pub const LOOKS: Class = class!(
    "audit",
    "looks",
    "id",
    "t.at < $3 AND (t.kind <> 'glass' OR t.signed_at IS NOT NULL)"
);
/// Tries at signing in that were counted.
pub const ATTEMPTS: Class = class!("sign_ins", "attempts", "tag", "t.since_at < $3");
/// Answers kept for programs that send the same again, and what they were told.
pub const WRITES: Class = class!("sign_ins", "client_writes", "tag", "t.at < $3");
pub const TOLD: Class = class!("sign_ins", "webhook_deliveries", "id", "t.done_at < $3");
/// One-time codes, text messages that were sent or given up, providers asked.
pub const CODES: Class = class!("sign_ins", "codes", "id", "t.expires_at < $3");
pub const TEXTS: Class = class!("sign_ins", "texts", "id", "t.until_at < $3");
pub const CHECKS: Class = class!("sign_ins", "checks", "id", "t.until_at < $3");
/// What was proved and holds no longer.
pub const PROOFS: Class = class!("chats", "proofs", "id", "t.until_at < $3");
/// Closed requests: words, answers, notes and the way to the person go; service,
/// desk, times and history stay, under an id that leads to nobody.
pub const REQUESTS: Class = class!(
    "requests",
    "requests",
    "id",
    "t.closed_at < $3 AND t.address <> 'gone/-/-' AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.request = t.id)",
    [
        "UPDATE events SET note_sealed = NULL WHERE note_sealed IS NOT NULL AND CAST($4 AS TEXT) <> '' AND request IN (
             SELECT t.id FROM requests t WHERE t.id > $1 AND t.id <= $2 AND t.closed_at < $3
                 AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.request = t.id))",
        "DELETE FROM tasks WHERE CAST($4 AS TEXT) <> '' AND request IN (
             SELECT t.id FROM requests t WHERE t.id > $1 AND t.id <= $2 AND t.closed_at < $3
                 AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.request = t.id))",
        "DELETE FROM parties WHERE CAST($4 AS TEXT) <> '' AND request IN (
             SELECT t.id FROM requests t WHERE t.id > $1 AND t.id <= $2 AND t.closed_at < $3
                 AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.request = t.id))",
        "UPDATE requests AS t SET story_sealed = $4, address = 'gone/-/-', reference = 'gone-' || t.id,
             draft = 'gone-' || t.id
         WHERE t.id > $1 AND t.id <= $2 AND t.closed_at < $3 AND t.address <> 'gone/-/-'
             AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.request = t.id)"
    ]
);

/// Persons of whom no request is kept, with all that is known of them.
pub const PERSONS: Class = class!(
    "persons",
    "persons",
    "id",
    "t.updated_at < $3 AND NOT EXISTS (SELECT 1 FROM parties q WHERE q.person = t.id)",
    [
        "DELETE FROM facts WHERE CAST($4 AS TEXT) <> '' AND person IN (
             SELECT t.id FROM persons t WHERE t.id > $1 AND t.id <= $2 AND t.updated_at < $3
                 AND NOT EXISTS (SELECT 1 FROM parties q WHERE q.person = t.id))",
        "DELETE FROM person_chats WHERE CAST($4 AS TEXT) <> '' AND person IN (
             SELECT t.id FROM persons t WHERE t.id > $1 AND t.id <= $2 AND t.updated_at < $3
                 AND NOT EXISTS (SELECT 1 FROM parties q WHERE q.person = t.id))",
        "DELETE FROM persons AS t WHERE t.id > $1 AND t.id <= $2 AND t.updated_at < $3
             AND CAST($4 AS TEXT) <> '' AND NOT EXISTS (SELECT 1 FROM parties q WHERE q.person = t.id)"
    ]
);
/// What was agreed to, once nothing is kept that needs it.
pub const CONSENTS: Class = class!(
    "consents",
    "consents",
    "id",
    "t.at < $3 AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.address = t.address)"
);
/// Residents whom no imported file has named for so long.
pub const REGISTER: Class = class!("register", "residents", "id", "t.updated_at < $3");

const AUDIT_FLOOR: Sql =
    sql!("UPDATE audit_head SET floor_seq = $1, floor_hash = $2 WHERE id = 1 AND floor_seq < $1");
const AUDIT_DELETE: Sql =
    sql!("DELETE FROM audit WHERE seq <= (SELECT floor_seq FROM audit_head WHERE id = 1)");
const CHORE: Sql = sql!(
    "INSERT INTO chores (name, lease_until, done_at) VALUES ($1, 0, 0) ON CONFLICT (name) DO NOTHING"
);
const CLAIM: Sql = sql!(
    "UPDATE chores SET lease_until = $3 WHERE name = $1 AND lease_until <= $2 AND done_at <= $4"
);
const RENEW: Sql = sql!("UPDATE chores SET lease_until = $3 WHERE name = $1 AND lease_until = $2");
const DONE: Sql = sql!("UPDATE chores SET lease_until = 0, done_at = $2 WHERE name = $1");
const HOLD: Sql = sql!(
    "INSERT INTO holds (request, at, actor, reason_sealed) VALUES ($1, $2, $3, $4)
     ON CONFLICT (request) DO UPDATE SET at = excluded.at, actor = excluded.actor,
         reason_sealed = excluded.reason_sealed"
);
const RELEASE: Sql = sql!("DELETE FROM holds WHERE request = $1");
const HOLDS: Sql = sql!("SELECT COUNT(*) FROM holds");

/// Statements by name.
pub(super) fn statements() -> Vec<(&'static str, Sql)> {
    let mut all = vec![
        ("audit_floor", AUDIT_FLOOR),
        ("audit_delete", AUDIT_DELETE),
        ("chore", CHORE),
        ("chore_claim", CLAIM),
        ("chore_renew", RENEW),
        ("chore_done", DONE),
        ("hold", HOLD),
        ("hold_release", RELEASE),
        ("holds", HOLDS),
    ];
    for class in [
        RECEIVED,
        SENT,
        PHOTOS,
        CHATS,
        CORRECTIONS,
        SIGN_INS,
        SESSIONS,
        ATTEMPTS,
        LOOKS,
        WRITES,
        TOLD,
        CODES,
        TEXTS,
        CHECKS,
        PROOFS,
        REQUESTS,
        PERSONS,
        CONSENTS,
        REGISTER,
    ] {
        all.extend([("expired_window", class.window), ("expired", class.count)]);
        all.extend(class.work.iter().map(|sql| ("expire", *sql)));
    }
    all
}

impl Class {
    /// The end of the next window of `most` rows behind `after`.
    pub async fn window(&self, db: &Db, after: &str, most: i64) -> Result<Option<String>> {
        let (end,): (Option<String>,) = on!(read db, pool, sql => self.window,
            sqlx::query_as(sql).bind(after).bind(most).fetch_one(pool).await?);
        Ok(end)
    }

    /// How many rows of a window are older than `before`.
    pub async fn count(&self, db: &Db, window: (&str, &str), before: i64) -> Result<i64> {
        let (count,): (i64,) = on!(read db, pool, sql => self.count,
            sqlx::query_as(sql).bind(window.0).bind(window.1).bind(before).fetch_one(pool).await?);
        Ok(count)
    }

    /// Deletes them. `empty` is what a request keeps in place of its story.
    pub async fn delete(
        &self,
        db: &Db,
        window: (&str, &str),
        before: i64,
        empty: &str,
    ) -> Result<u64> {
        let mut rows = 0;
        for work in self.work {
            rows = on!(write db, pool, sql => work, {
                let query = sqlx::query(sql).bind(window.0).bind(window.1).bind(before);
                let query = if self.work.len() > 1 { query.bind(empty) } else { query };
                query.execute(pool).await?.rows_affected()
            });
        }
        Ok(rows)
    }
}

/// Lets the audit chain begin behind this line, and deletes what is before it.
pub async fn cut_audit(db: &Db, seq: i64, hash: &str) -> Result<u64> {
    on!(write db, pool, sql => AUDIT_FLOOR, {
        sqlx::query(sql).bind(seq).bind(hash).execute(pool).await?;
    });
    Ok(on!(write db, pool, sql => AUDIT_DELETE,
        sqlx::query(sql).execute(pool).await?.rows_affected()))
}

/// Takes a chore until `lease`, unless it is taken or was done after `since`.
pub async fn claim(db: &Db, name: &str, now: i64, lease: i64, since: i64) -> Result<bool> {
    on!(write db, pool, sql => CHORE, { sqlx::query(sql).bind(name).execute(pool).await?; });
    Ok(on!(write db, pool, sql => CLAIM,
        sqlx::query(sql).bind(name).bind(now).bind(lease).bind(since).execute(pool).await?.rows_affected())
        == 1)
}

/// Keeps a chore until another moment; `false` if it is somebody else's now.
pub async fn renew(db: &Db, name: &str, had: i64, until: i64) -> Result<bool> {
    let query = on!(write db, pool, sql => RENEW,
        sqlx::query(sql).bind(name).bind(had).bind(until).execute(pool).await?.rows_affected());
    Ok(query == 1)
}

/// Gives a chore back, done.
pub async fn done(db: &Db, name: &str, now: i64) -> Result<()> {
    on!(write db, pool, sql => DONE, { sqlx::query(sql).bind(name).bind(now).execute(pool).await?; });
    Ok(())
}

/// Puts a request on hold.
pub async fn hold(db: &Db, request: &str, at: i64, actor: &str, reason: &str) -> Result<()> {
    on!(write db, pool, sql => HOLD, {
        sqlx::query(sql).bind(request).bind(at).bind(actor).bind(reason).execute(pool).await?;
    });
    Ok(())
}

/// Ends a hold; `false` if there was none.
pub async fn release(db: &Db, request: &str) -> Result<bool> {
    Ok(on!(write db, pool, sql => RELEASE,
        sqlx::query(sql).bind(request).execute(pool).await?.rows_affected())
        == 1)
}

/// How many requests are on hold.
pub async fn holds(db: &Db) -> Result<i64> {
    let (count,): (i64,) =
        on!(read db, pool, sql => HOLDS, sqlx::query_as(sql).fetch_one(pool).await?);
    Ok(count)
}
