//! The statements behind `Changes`, one per table and kind of write.
//!
//! Each takes its rows as one JSON parameter. Which run together, in which
//! order and under which guard is decided in `changes`.

use super::sql::{Sql, pair, sql};

pub(super) const INBOUND: Sql = sql!(
    "INSERT INTO inbound (key, id, address, at, body_sealed, request, state, cause, page)
     SELECT j.value->>'key', j.value->>'id', j.value->>'address', CAST(j.value->>'at' AS BIGINT), j.value->>'body',
            j.value->>'request', CAST(j.value->>'state' AS BIGINT), j.value->>'cause', CAST(j.value->>'page' AS BIGINT)
     FROM", rows, "WHERE true ON CONFLICT (key) DO NOTHING");
pub(super) const UNPARKED: Sql = sql!(
    "UPDATE inbound SET state = CAST(j.value->>'state' AS BIGINT), cause = NULL,
            request = COALESCE(j.value->>'request', request)
     FROM",
    rows,
    "WHERE inbound.key = j.value->>'key' AND inbound.state = 1"
);
pub(super) const CONVERSATIONS: Sql = sql!(
    "INSERT INTO conversations (address, version, state_sealed, requests, updated_at, ended_at, menu, lang)
     SELECT j.value->>'address', CAST(j.value->>'before' AS BIGINT) + 1, j.value->>'state',
            CAST(j.value->>'requests' AS BIGINT), CAST(j.value->>'at' AS BIGINT), CAST(j.value->>'ended' AS BIGINT),
            CAST(j.value->>'menu' AS BIGINT), j.value->>'lang'
     FROM", rows, "WHERE true ON CONFLICT (address) DO UPDATE
     SET version = excluded.version, state_sealed = excluded.state_sealed, requests = excluded.requests,
         updated_at = excluded.updated_at, ended_at = excluded.ended_at, menu = excluded.menu, lang = excluded.lang
     WHERE conversations.version = excluded.version - 1");
pub(super) const REQUESTS: Sql = sql!(
    "INSERT INTO requests (id, reference, draft, address, service, class, status, version, lead_unit, lead_role,
            lead_worker, copy_unit, copy_role, level, restricted, catalogue, policy, calendar, story_sealed, summary,
            opened_at, updated_at, closed_at)
     SELECT j.value->>'id', j.value->>'reference', j.value->>'draft', j.value->>'address', j.value->>'service',
            CAST(j.value->>'class' AS BIGINT), j.value->>'status', CAST(j.value->>'version' AS BIGINT),
            j.value->>'lead_unit', j.value->>'lead_role', j.value->>'lead_worker', j.value->>'copy_unit',
            j.value->>'copy_role', CAST(j.value->>'level' AS BIGINT), CAST(j.value->>'restricted' AS BIGINT),
            CAST(j.value->>'catalogue' AS BIGINT), CAST(j.value->>'policy' AS BIGINT),
            CAST(j.value->>'calendar' AS BIGINT), j.value->>'story', j.value->>'summary', CAST(j.value->>'opened' AS BIGINT),
            CAST(j.value->>'updated' AS BIGINT), CAST(j.value->>'closed' AS BIGINT)
     FROM", rows, "WHERE true ON CONFLICT DO NOTHING");
pub(super) const REQUEST_CHANGES: Sql = sql!(
    "UPDATE requests SET service = j.value->>'service', class = CAST(j.value->>'class' AS BIGINT),
            status = j.value->>'status', version = CAST(j.value->>'version' AS BIGINT),
            lead_unit = j.value->>'lead_unit', lead_role = j.value->>'lead_role',
            lead_worker = j.value->>'lead_worker', copy_unit = j.value->>'copy_unit',
            copy_role = j.value->>'copy_role', level = CAST(j.value->>'level' AS BIGINT),
            restricted = CAST(j.value->>'restricted' AS BIGINT), updated_at = CAST(j.value->>'updated' AS BIGINT),
            closed_at = CAST(j.value->>'closed' AS BIGINT), story_sealed = COALESCE(j.value->>'story', story_sealed),
            summary = j.value->>'summary'
     FROM", rows, "WHERE requests.id = j.value->>'id' AND requests.version = CAST(j.value->>'before' AS BIGINT)");
pub(super) const EVENTS: Sql = sql!(
    "INSERT INTO events (request, seq, at, actor, kind, detail, note_sealed)
     SELECT j.value->>'request', CAST(j.value->>'seq' AS BIGINT), CAST(j.value->>'at' AS BIGINT), j.value->>'actor',
            j.value->>'kind', j.value->>'detail', j.value->>'note'
     FROM", rows, "WHERE true ON CONFLICT (request, seq) DO NOTHING");
// Only for the version of the request they were computed from: whoever changed
// the request meanwhile set its timer with that change.
pub(super) const TIMERS: Sql = sql!(
    "INSERT INTO timers (request, rung, due_at, danger, lease_until, attempts, cause)
     SELECT r.id, j.value->>'rung', CAST(j.value->>'due' AS BIGINT),
            CAST(j.value->>'danger' AS BIGINT), 0, 0, NULL
     FROM",
    rows,
    "JOIN requests r ON r.id = j.value->>'request' AND r.version = CAST(j.value->>'version' AS BIGINT)
     WHERE true ON CONFLICT (request) DO UPDATE
     SET rung = excluded.rung, due_at = excluded.due_at, danger = excluded.danger, lease_until = 0, attempts = 0,
         cause = NULL"
);
pub(super) const TIMERS_CLEARED: Sql = sql!(
    "DELETE FROM timers WHERE request IN (SELECT r.id FROM",
    rows,
    "JOIN requests r ON r.id = j.value->>'request' AND r.version = CAST(j.value->>'version' AS BIGINT))"
);
/// The engines differ in how they unfold rows and fold ids.
macro_rules! outbox {
    ($rows:expr, $ids:expr) => {
        concat!(
            "INSERT INTO outbox (id, address, at, state, lane, next_at, attempts, body_sealed, request, sent_at, page,
                 turn)
             SELECT j.value->>'id', j.value->>'address', CAST(j.value->>'at' AS BIGINT),
                 CAST(j.value->>'state' AS BIGINT), CAST(j.value->>'lane' AS BIGINT),
                 CAST(j.value->>'next_at' AS BIGINT), 0, j.value->>'body', j.value->>'request',
                 CASE WHEN CAST(j.value->>'state' AS BIGINT) = 1 THEN CAST(j.value->>'at' AS BIGINT) END,
                 CAST(j.value->>'page' AS BIGINT),
                 CASE WHEN CAST(j.value->>'lane' AS BIGINT) = 0 OR CAST(j.value->>'state' AS BIGINT) = 1 THEN 0
                 ELSE 1 + COALESCE((SELECT e.turn FROM outbox e WHERE e.address = j.value->>'address' AND e.state = 0
                     AND e.lane > 0 ORDER BY e.turn DESC LIMIT 1), 0) END
             FROM ", $rows, " WHERE true ON CONFLICT (id) DO NOTHING
             RETURNING id, turn, CASE WHEN turn > 1 THEN (SELECT ", $ids, " FROM (
                 SELECT e.id FROM outbox e WHERE e.address = outbox.address AND e.state = 0 AND e.lane > 0
                     AND (e.turn, e.id) < (outbox.turn, outbox.id) ORDER BY e.turn, e.id LIMIT 8) AS b) END AS behind"
        )
    };
}
// Each message learns its turn in its chat, and which unsent ones go before it
// (8 at most: then there may be more).
pub(super) const OUTBOX: Sql = pair!(
    sqlite: outbox!("json_each($1) AS j", "json_group_array(b.id)"),
    postgres: outbox!("jsonb_array_elements(CAST($1 AS JSONB)) AS j(value)", "CAST(json_agg(b.id) AS TEXT)"),
);
// What was claimed by somebody else meanwhile is theirs to put back.
pub(super) const RECEIPTS: Sql = sql!(
    "UPDATE outbox SET state = CAST(j.value->>'state' AS BIGINT), next_at = CAST(j.value->>'next_at' AS BIGINT),
            attempts = attempts + CAST(j.value->>'tried' AS BIGINT), receipt = COALESCE(j.value->>'receipt', receipt), cause = j.value->>'cause',
            sent_at = CASE WHEN CAST(j.value->>'state' AS BIGINT) = 1 THEN CAST(j.value->>'at' AS BIGINT) END
     FROM", rows, "WHERE outbox.id = j.value->>'id' AND outbox.state = 0
       AND (CAST(j.value->>'state' AS BIGINT) > 0 OR outbox.next_at = CAST(j.value->>'lease' AS BIGINT))");
pub(super) const GRANTS: Sql = sql!(
    "INSERT INTO grants (tag, kind, subject, created_at, expires_at)
     SELECT j.value->>'tag', j.value->>'kind', j.value->>'subject', CAST(j.value->>'at' AS BIGINT),
            CAST(j.value->>'expires' AS BIGINT)
     FROM",
    rows,
    "WHERE true ON CONFLICT (tag) DO NOTHING"
);
pub(super) const GRANTS_USED: Sql = sql!(
    "UPDATE grants SET used_at = CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE grants.tag = j.value->>'tag' AND grants.used_at IS NULL
       AND grants.expires_at > CAST(j.value->>'at' AS BIGINT)"
);
// Links of the same kind and subject that nobody used: a newer one replaces them.
pub(super) const PHOTOS: Sql = sql!(
    "INSERT INTO photos (id, address, at, picture_sealed)
     SELECT j.value->>'id', j.value->>'address', CAST(j.value->>'at' AS BIGINT), j.value->>'picture'
     FROM",
    rows,
    "WHERE true ON CONFLICT (id) DO NOTHING"
);
pub(super) const GRANTS_VOID: Sql = sql!(
    "UPDATE grants SET used_at = CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE grants.subject = j.value->>'subject' AND grants.kind = j.value->>'kind' AND grants.used_at IS NULL"
);
pub(super) const STAFF: Sql = sql!(
    "INSERT INTO staff (id, name_tag, subject, body_sealed, last_step, version, updated_at)
     SELECT j.value->>'id', j.value->>'name_tag', j.value->>'subject', j.value->>'body',
            COALESCE(CAST(j.value->>'step' AS BIGINT), 0), CAST(j.value->>'before' AS BIGINT) + 1, CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE true ON CONFLICT (name_tag) DO UPDATE
     SET subject = excluded.subject, body_sealed = excluded.body_sealed, version = excluded.version,
         last_step = CASE WHEN excluded.last_step > 0 THEN excluded.last_step ELSE staff.last_step END,
         updated_at = excluded.updated_at
     WHERE staff.id = excluded.id AND staff.version = excluded.version - 1"
);
pub(super) const STAFF_STEPS: Sql = sql!(
    "UPDATE staff SET last_step = CAST(j.value->>'step' AS BIGINT)
     FROM",
    rows,
    "WHERE staff.id = j.value->>'id' AND staff.last_step < CAST(j.value->>'step' AS BIGINT)"
);
pub(super) const SESSIONS: Sql = sql!(
    "INSERT INTO sessions (tag, id, subject, account, way, begun_at, seen_at, expires_at, proved_at, device_sealed)
     SELECT j.value->>'tag', j.value->>'id', j.value->>'subject', j.value->>'account', j.value->>'way',
            CAST(j.value->>'at' AS BIGINT), CAST(j.value->>'at' AS BIGINT), CAST(j.value->>'expires' AS BIGINT),
            CAST(j.value->>'proved' AS BIGINT), j.value->>'device'
     FROM", rows, "WHERE true ON CONFLICT DO NOTHING");
pub(super) const SESSIONS_SEEN: Sql = sql!(
    "UPDATE sessions SET seen_at = CASE WHEN seen_at < CAST(j.value->>'seen' AS BIGINT)
              THEN CAST(j.value->>'seen' AS BIGINT) ELSE seen_at END,
            proved_at = CASE WHEN proved_at < CAST(j.value->>'proved' AS BIGINT)
              THEN CAST(j.value->>'proved' AS BIGINT) ELSE proved_at END
     FROM",
    rows,
    "WHERE sessions.tag = j.value->>'tag' AND sessions.ended_at IS NULL"
);
pub(super) const SESSIONS_ENDED: Sql = sql!(
    "UPDATE sessions SET ended_at = CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE sessions.subject = j.value->>'subject' AND COALESCE(sessions.account, '') = j.value->>'account'
       AND sessions.ended_at IS NULL AND sessions.id = COALESCE(j.value->>'id', sessions.id)
       AND sessions.tag <> COALESCE(j.value->>'keep', '')"
);
pub(super) const CHATS: Sql = sql!(
    "INSERT INTO worker_chats (address, worker, bound_at, ended_at)
     SELECT j.value->>'address', j.value->>'worker', CAST(j.value->>'at' AS BIGINT), NULL
     FROM",
    rows,
    "WHERE true ON CONFLICT (address) DO UPDATE
     SET worker = excluded.worker, bound_at = excluded.bound_at, ended_at = NULL"
);
pub(super) const CHATS_ENDED: Sql = sql!(
    "UPDATE worker_chats SET ended_at = CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE worker_chats.address = j.value->>'tag'"
);
pub(super) const CONVERSATIONS_ENDED: Sql = sql!(
    "UPDATE conversations SET ended_at = CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE conversations.address = j.value->>'tag'"
);
pub(super) const MOVED_OUTBOX: Sql = sql!(
    "UPDATE outbox SET address = j.value->>'to' FROM",
    rows,
    "WHERE outbox.address = j.value->>'from' AND outbox.state = 0"
);
pub(super) const MOVED_CHATS: Sql = sql!(
    "UPDATE worker_chats SET address = j.value->>'to' FROM",
    rows,
    "WHERE worker_chats.address = j.value->>'from'
       AND NOT EXISTS (SELECT 1 FROM worker_chats w WHERE w.address = j.value->>'to')"
);
pub(super) const MOVED_CONVERSATIONS: Sql = sql!(
    "UPDATE conversations SET address = j.value->>'to' FROM",
    rows,
    "WHERE conversations.address = j.value->>'from'
       AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.address = j.value->>'to')"
);
pub(super) const MOVED_REQUESTS: Sql = sql!(
    "UPDATE requests SET address = j.value->>'to' FROM",
    rows,
    "WHERE requests.address = j.value->>'from'"
);
pub(super) const DOCUMENTS: Sql = sql!(
    "INSERT INTO documents (kind, version, body, published_at)
     SELECT j.value->>'kind', CAST(j.value->>'version' AS BIGINT), j.value->>'body', CAST(j.value->>'at' AS BIGINT)
     FROM", rows, "WHERE true ON CONFLICT (kind, version) DO NOTHING");
pub(super) const UNITS: Sql = sql!(
    "INSERT INTO units (code, kind, name, parent, body, updated_at)
     SELECT j.value->>'code', j.value->>'kind', j.value->>'name', j.value->>'parent', j.value->>'body',
            CAST(j.value->>'at' AS BIGINT)
     FROM", rows, "WHERE true ON CONFLICT (code) DO UPDATE
     SET kind = excluded.kind, name = excluded.name, parent = excluded.parent, body = excluded.body,
         updated_at = excluded.updated_at");
pub(super) const WORKERS: Sql = sql!(
    "INSERT INTO workers (id, unit, body_sealed, active, updated_at)
     SELECT j.value->>'id', j.value->>'unit', j.value->>'body', CAST(j.value->>'active' AS BIGINT),
            CAST(j.value->>'at' AS BIGINT)
     FROM",
    rows,
    "WHERE true ON CONFLICT (id) DO UPDATE
     SET unit = excluded.unit, body_sealed = excluded.body_sealed, active = excluded.active,
         updated_at = excluded.updated_at"
);
pub(super) const RESIDENTS: Sql = sql!(
    "INSERT INTO residents (id, id_tag, phone_tag, hukou, residence, body_sealed, updated_at)
     SELECT j.value->>'id', j.value->>'id_tag', j.value->>'phone_tag', j.value->>'hukou', j.value->>'residence',
            j.value->>'body', CAST(j.value->>'at' AS BIGINT)
     FROM", rows, "WHERE true ON CONFLICT (id) DO UPDATE
     SET id_tag = excluded.id_tag, phone_tag = excluded.phone_tag, hukou = excluded.hukou,
         residence = excluded.residence, body_sealed = excluded.body_sealed, updated_at = excluded.updated_at");
// A second correction of the same request changes the proposal while nobody
// decided about it, and takes it back when it ends where it began.
pub(super) const CORRECTIONS: Sql = sql!(
    "INSERT INTO corrections (request, at, was, service, words_sealed, state, version, decided_at)
     SELECT j.value->>'request', CAST(j.value->>'at' AS BIGINT), j.value->>'was', j.value->>'service',
            j.value->>'words', 0, 1, NULL
     FROM", rows, "WHERE true ON CONFLICT (request) DO UPDATE
     SET at = excluded.at, service = excluded.service, words_sealed = excluded.words_sealed,
         state = CASE WHEN excluded.service = corrections.was THEN 3 ELSE 0 END, version = corrections.version + 1
     WHERE corrections.state IN (0, 3)");
pub(super) const CORRECTIONS_DECIDED: Sql = sql!(
    "UPDATE corrections SET state = CAST(j.value->>'state' AS BIGINT), service = j.value->>'service',
            words_sealed = j.value->>'words', version = corrections.version + 1,
            decided_at = CAST(j.value->>'at' AS BIGINT)
     FROM", rows, "WHERE corrections.request = j.value->>'request'
       AND corrections.version = CAST(j.value->>'before' AS BIGINT)");

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
    ("photos", PHOTOS),
    ("grants_void", GRANTS_VOID),
    ("staff", STAFF),
    ("staff_steps", STAFF_STEPS),
    ("sessions", SESSIONS),
    ("sessions_seen", SESSIONS_SEEN),
    ("sessions_ended", SESSIONS_ENDED),
    ("chats", CHATS),
    ("chats_ended", CHATS_ENDED),
    ("conversations_ended", CONVERSATIONS_ENDED),
    ("moved_outbox", MOVED_OUTBOX),
    ("moved_chats", MOVED_CHATS),
    ("moved_conversations", MOVED_CONVERSATIONS),
    ("moved_requests", MOVED_REQUESTS),
    ("documents", DOCUMENTS),
    ("units", UNITS),
    ("workers", WORKERS),
    ("residents", RESIDENTS),
    ("corrections", CORRECTIONS),
    ("corrections_decided", CORRECTIONS_DECIDED),
];
