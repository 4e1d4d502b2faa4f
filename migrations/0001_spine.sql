-- The spine: who wrote what, what was promised, what happens next.
--
-- One text for SQLite and PostgreSQL. Times are BIGINT microseconds since 1970
-- in UTC: both engines compare and index them alike, and no default ever reads
-- a clock. Ids are time-ordered TEXT. Columns that end in `_sealed` hold
-- encrypted text ("v1:" and base64); columns that end in `_tag` hold a keyed
-- hash that serves equality search only.

-- Small facts about this database: schema owner, data key fingerprint, engine version.
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Versioned documents: the catalogue, the escalation policy, the calendar.
-- A version never changes once written; conversations and requests name the one they follow.
CREATE TABLE documents (
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (kind, version)
);

-- The territory: city, district, street, community, grid.
CREATE TABLE units (
    code TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    parent TEXT,
    -- The whole unit as imported (aliases, phone, validity).
    body TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- People who answer.
CREATE TABLE workers (
    id TEXT PRIMARY KEY,
    unit TEXT NOT NULL,
    -- The whole worker as imported (name, roles, phone, duty pattern), sealed.
    body_sealed TEXT NOT NULL,
    active BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- A chat that belongs to a worker, bound by a one-time code.
CREATE TABLE worker_chats (
    address TEXT PRIMARY KEY,
    worker TEXT NOT NULL,
    bound_at BIGINT NOT NULL,
    -- Set when the worker blocked the bot or the binding was withdrawn.
    ended_at BIGINT
);
CREATE INDEX worker_chats_of_worker ON worker_chats (worker);

-- One-time codes and sign-in links, and the sessions they turn into. Only a
-- keyed hash of the secret is kept.
CREATE TABLE grants (
    tag TEXT PRIMARY KEY,
    -- 'bind' (a chat code), 'link' (a sign-in link), 'session'.
    kind TEXT NOT NULL,
    -- 'worker:<id>' or 'admin'.
    subject TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- The imported register of residents.
CREATE TABLE residents (
    id TEXT PRIMARY KEY,
    id_tag TEXT,
    phone_tag TEXT,
    hukou TEXT,
    residence TEXT,
    -- Name, phone, document number, household, sealed.
    body_sealed TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX residents_by_id ON residents (id_tag);
CREATE INDEX residents_by_phone ON residents (phone_tag);

-- One chat with one person: its dialogue state, guarded by `version`.
CREATE TABLE conversations (
    -- "channel/account/chat".
    address TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    -- The dialogue snapshot: state, language, pinned catalogue, drafts.
    state_sealed TEXT NOT NULL,
    -- How many requests were opened from here; 0 saves looking for them.
    requests BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- Set when the person blocked the bot or the chat is gone.
    ended_at BIGINT
);

-- Everything that came in, once. The key is the channel's own message id, so a
-- repeated delivery meets the primary key and changes nothing.
CREATE TABLE inbound (
    key TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    address TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- The message as received by the gateway, sealed.
    body_sealed TEXT NOT NULL,
    -- The request this message was added to, if any.
    request TEXT,
    -- 0 handled, 1 parked (could not be handled; see cause), 2 discarded from parked.
    state BIGINT NOT NULL,
    -- Why it is parked: a sentence without personal data.
    cause TEXT,
    -- 1 where pages read the conversation back (web chat).
    page BIGINT NOT NULL
);
CREATE INDEX inbound_of_request ON inbound (request) WHERE request IS NOT NULL;
CREATE INDEX inbound_of_page ON inbound (address, id) WHERE page = 1;
CREATE INDEX inbound_parked ON inbound (id) WHERE state = 1;

-- Everything that is to go out. A row is claimed by moving `next_at` a lease
-- ahead; whoever holds it sends and then records the receipt.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- 0 waiting, 1 sent, 2 given up (see cause), 3 replaced.
    state BIGINT NOT NULL,
    -- 0 crisis, 1 reply, 2 push to a worker, 3 bulk notice.
    lane BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- The message and the meaning of its buttons, sealed.
    body_sealed TEXT NOT NULL,
    request TEXT,
    sent_at BIGINT,
    -- The channel's id of the delivered message.
    receipt TEXT,
    cause TEXT,
    page BIGINT NOT NULL
);
CREATE INDEX outbox_waiting ON outbox (next_at) WHERE state = 0;
CREATE INDEX outbox_dead ON outbox (at) WHERE state = 2;
CREATE INDEX outbox_of_request ON outbox (request) WHERE request IS NOT NULL;
CREATE INDEX outbox_of_page ON outbox (address, id) WHERE page = 1;

-- Requests: a projection of their events, guarded by `version` (= last event).
CREATE TABLE requests (
    id TEXT PRIMARY KEY,
    -- The short public reference with its check digit.
    reference TEXT NOT NULL UNIQUE,
    -- The draft it was opened from: one intention, one request.
    draft TEXT NOT NULL UNIQUE,
    address TEXT NOT NULL,
    service TEXT NOT NULL,
    -- 0 crisis, 1 hunger, 2 urgent, 3 normal.
    class BIGINT NOT NULL,
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    lead_unit TEXT NOT NULL,
    lead_role TEXT NOT NULL,
    lead_worker TEXT,
    copy_unit TEXT,
    copy_role TEXT,
    -- How far up the ladder it has climbed.
    level BIGINT NOT NULL,
    -- 1: never shown to a community queue.
    restricted BIGINT NOT NULL,
    -- The versions its clocks follow.
    catalogue BIGINT NOT NULL,
    policy BIGINT NOT NULL,
    calendar BIGINT NOT NULL,
    -- Words, answers, attachments, evidence, place, routing reason, limits; sealed.
    story_sealed TEXT NOT NULL,
    -- Facts for showing progress (times, promise, worker), computed from the log
    -- with every event; JSON without personal data.
    summary TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE INDEX requests_of_conversation ON requests (address);
CREATE INDEX requests_of_unit ON requests (lead_unit) WHERE closed_at IS NULL;
CREATE INDEX requests_of_copy ON requests (copy_unit) WHERE closed_at IS NULL AND copy_unit IS NOT NULL;
CREATE INDEX requests_of_worker ON requests (lead_worker) WHERE closed_at IS NULL AND lead_worker IS NOT NULL;

-- The history of a request, append-only. Status, clocks and timers follow from it.
CREATE TABLE events (
    request TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    -- 'resident', 'worker:<id>', 'bot', 'system', 'admin:<id>'.
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- Facts without personal data, as JSON.
    detail TEXT NOT NULL,
    -- Free text that belongs to the event, sealed.
    note_sealed TEXT,
    PRIMARY KEY (request, seq)
);

-- The next thing that happens to a request by itself: one row per open request.
CREATE TABLE timers (
    request TEXT PRIMARY KEY,
    -- The rung it was set for; a late timer whose rung no longer stands does nothing.
    rung TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    -- Order of work after an outage: 0 crisis first.
    danger BIGINT NOT NULL,
    -- Until when a process holds it; 0 = free.
    lease_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- Set when firing failed again and again: shown to administrators, not tried on.
    cause TEXT
);
CREATE INDEX timers_due ON timers (danger, due_at) WHERE cause IS NULL;
CREATE INDEX timers_aside ON timers (request) WHERE cause IS NOT NULL;

-- Who did or read what. Append-only.
CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_of_subject ON audit (subject, id);
