//! What goes when a person wants to be forgotten: what was said in their chat and
//! the content of their closed requests, at once and however old.
//!
//! What goes by age is `expired`'s; who may ask for it is `desk::privacy`'s.

use super::sql::{Sql, list, sql};
use super::{Db, Result, fault, on};

/// $1 the ids of the requests that are theirs as rows, $2 whose chat, $3 what a
/// request keeps in place of its story. In this order: who died in between is found
/// by the requests, which come last.
macro_rules! erase {
    ($act:literal, $request:literal, $after:literal) => {
        erase!(concat!(
            $act,
            " NOT EXISTS (SELECT 1 FROM holds h WHERE h.request = ",
            $request,
            ") AND ",
            $after
        ))
    };
    ($act:expr) => {
        sql!(
            "WITH own AS (SELECT j.value->>0 AS id FROM",
            rows,
            concat!(
                ") ",
                $act,
                " AND CAST($2 AS TEXT) <> '' AND CAST($3 AS TEXT) <> ''"
            )
        )
    };
}
const ERASE: [Sql; 9] = [
    erase!(
        "UPDATE events SET note_sealed = NULL WHERE note_sealed IS NOT NULL AND",
        "events.request",
        "request IN (SELECT r.id FROM requests r WHERE r.address = $2 AND r.closed_at IS NOT NULL
             AND r.id IN (SELECT id FROM own))"
    ),
    erase!(
        "DELETE FROM inbound AS t WHERE t.address = $2 AND t.state <> 1 AND",
        "t.request",
        "NOT EXISTS (SELECT 1 FROM requests r WHERE r.id = t.request
             AND (r.closed_at IS NULL OR r.id NOT IN (SELECT id FROM own)))"
    ),
    erase!(
        "DELETE FROM outbox AS t WHERE t.address = $2 AND t.state <> 0 AND",
        "t.request",
        "NOT EXISTS (SELECT 1 FROM requests r WHERE r.id = t.request
             AND (r.closed_at IS NULL OR r.id NOT IN (SELECT id FROM own)))"
    ),
    // Pictures name no request: they stay while anything but the wish itself does.
    erase!(
        "DELETE FROM photos AS t WHERE t.address = $2 AND NOT EXISTS (SELECT 1
             FROM requests r WHERE r.address = t.address AND ((r.closed_at IS NULL AND r.service <> 'SVC-PRIVACY')
                 OR (r.closed_at IS NOT NULL AND r.id NOT IN (SELECT id FROM own))
                 OR EXISTS (SELECT 1 FROM holds h WHERE h.request = r.id)))"
    ),
    erase!(
        "DELETE FROM tasks AS t WHERE",
        "t.request",
        "t.request IN (SELECT r.id FROM requests r WHERE r.address = $2 AND r.closed_at IS NOT NULL
             AND r.id IN (SELECT id FROM own))"
    ),
    erase!(
        "DELETE FROM facts AS t WHERE",
        "substr(t.source, 9)",
        // What a worker put right names no request either.
        "((t.source = 'register' AND t.person IN (SELECT c.person FROM person_chats c WHERE c.address = $2))
              OR (t.source LIKE 'worker:%' AND t.person IN (SELECT c.person FROM person_chats c WHERE c.address = $2)
                  AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.address = $2
                      AND ((r.closed_at IS NULL AND r.service <> 'SVC-PRIVACY')
                          OR (r.closed_at IS NOT NULL AND r.id NOT IN (SELECT id FROM own))
                          OR EXISTS (SELECT 1 FROM holds h WHERE h.request = r.id))))
              OR t.source IN (SELECT 'request:' || r.id FROM requests r WHERE r.address = $2
                  AND r.closed_at IS NOT NULL AND r.id IN (SELECT id FROM own)))"
    ),
    erase!(
        "DELETE FROM parties AS t WHERE",
        "t.request",
        "t.request IN (SELECT r.id FROM requests r WHERE r.address = $2 AND r.closed_at IS NOT NULL
             AND r.id IN (SELECT id FROM own))"
    ),
    erase!(
        "UPDATE consents AS t SET address = 'gone/-/-' WHERE t.address = $2 AND NOT EXISTS (SELECT 1
             FROM requests r WHERE r.draft = t.draft AND (r.closed_at IS NULL OR r.id NOT IN (SELECT id FROM own)
                 OR EXISTS (SELECT 1 FROM holds h WHERE h.request = r.id)))"
    ),
    erase!(
        "UPDATE requests AS t SET story_sealed = $3, address = 'gone/-/-', reference = 'gone-' || t.id,
             draft = 'gone-' || t.id WHERE t.address = $2 AND t.closed_at IS NOT NULL AND",
        "t.id",
        "t.id IN (SELECT id FROM own)"
    ),
];
const KEPT: Sql = sql!("SELECT COUNT(*) FROM requests WHERE address = $1");

/// What was erased of one chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Messages, both ways.
    pub messages: u64,
    /// Closed requests that lead to nobody any more.
    pub requests: u64,
    /// Requests of the chat that stay: open, on hold, or another hand's.
    pub kept: i64,
}

/// Erases what was said in a chat and its closed requests of these ids, however
/// old. Others, open ones and those on hold stay.
pub async fn erase(db: &Db, address: &str, empty: &str, own: &[String]) -> Result<Erased> {
    let own = list(own);
    let mut rows = [0; ERASE.len()];
    for (row, statement) in rows.iter_mut().zip(ERASE) {
        *row = on!(write db, pool, sql => statement,
            sqlx::query(sql).bind(&own).bind(address).bind(empty).execute(pool).await?.rows_affected());
        fault("erase.step");
    }
    let (kept,): (i64,) = on!(write db, pool, sql => KEPT,
        sqlx::query_as(sql).bind(address).fetch_one(pool).await?);
    Ok(Erased {
        messages: rows[1] + rows[2],
        requests: rows[ERASE.len() - 1],
        kept,
    })
}

pub(super) fn statements() -> Vec<(&'static str, Sql)> {
    let all = ERASE.iter().map(|sql| ("erase", *sql));
    all.chain([("erase_kept", KEPT)]).collect()
}
