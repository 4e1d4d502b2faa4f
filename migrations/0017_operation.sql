-- Programs that are told what happens to requests.

-- An address of a program. Whoever the program acts as decides which requests
-- it is told about; restricted ones never.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    -- Id of the program.
    client TEXT NOT NULL,
    -- What it is told, codes separated by spaces.
    kinds TEXT NOT NULL,
    -- The address, which may hold a secret of theirs, and the key we sign with.
    body_sealed TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    -- Nothing is sent there any more.
    ended_at BIGINT
);

-- One fact on its way to one address, written with the fact itself.
CREATE TABLE webhook_deliveries (
    -- The message's id, the same at every attempt.
    id TEXT PRIMARY KEY,
    webhook TEXT NOT NULL REFERENCES webhooks (id),
    request TEXT NOT NULL,
    -- Position of the fact in the request's log: they go out in this order.
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- What is sent: references, codes and times, nothing personal.
    body TEXT NOT NULL,
    -- 0 waiting, 1 taken, 2 given up, 3 its address ended before.
    state BIGINT NOT NULL,
    -- When to try next; a lease while somebody tries.
    next_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- HTTP status of the last answer; NULL if none came.
    status BIGINT,
    -- The beginning of that answer, or what was in the way.
    answer_sealed TEXT,
    -- When it was taken or given up.
    done_at BIGINT,
    UNIQUE (webhook, request, seq)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, next_at) WHERE state = 0;
CREATE INDEX webhook_deliveries_order ON webhook_deliveries (webhook, request, seq) WHERE state = 0;

-- When each channel last did something, whichever process it was in.
CREATE TABLE channels (
    -- "kind/account".
    name TEXT PRIMARY KEY,
    -- A message came in; 0 never.
    in_at BIGINT NOT NULL,
    -- A message went out.
    out_at BIGINT NOT NULL,
    -- An attempt to send failed.
    failed_at BIGINT NOT NULL
);

-- Parked messages that a worker put into words that can be handled. The message
-- itself stays as it came; both go together.
CREATE TABLE mended (
    -- Key of the message.
    key TEXT PRIMARY KEY REFERENCES inbound (key) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    -- "worker:<id>".
    actor TEXT NOT NULL,
    words_sealed TEXT NOT NULL
);

-- Messages that were sent through the whole of it to see whether it works.
CREATE TABLE probes (
    -- Time-ordered.
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    -- Microseconds each part of the way took, as JSON.
    hops TEXT NOT NULL,
    -- The part where it got stuck; NULL if it came through.
    stuck TEXT
);
