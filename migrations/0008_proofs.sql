-- Who somebody is: what was proved, one-time codes, and text messages.

-- What was proved about the person of a chat: dated, never changed, only ended.
CREATE TABLE proofs (
    id TEXT PRIMARY KEY,
    -- "channel/account/chat" of the person.
    address TEXT NOT NULL,
    -- The verifier: 'phone_code', 'contact_card', …
    verifier TEXT NOT NULL,
    -- 1 reached under a telephone number, 2 name and document, 3 the real person.
    level BIGINT NOT NULL,
    -- Who says so: 'system' or 'worker:<id>'.
    actor TEXT NOT NULL,
    -- The request it was proved for, where one was open.
    request TEXT,
    at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- What was proved, and where: sealed.
    body_sealed TEXT NOT NULL
);
CREATE INDEX proofs_of_chat ON proofs (address);

-- One-time codes that were sent by text message.
CREATE TABLE codes (
    id TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    -- Keyed hash of id, number and code.
    tag TEXT NOT NULL,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- Guesses that were looked at, and the message of the last one: a message
    -- that is handled twice counts once.
    tries BIGINT NOT NULL,
    last_try TEXT,
    -- Set when it was used, or another took its place.
    ended_at BIGINT
);
CREATE INDEX codes_of_chat ON codes (address) WHERE ended_at IS NULL;

-- Text messages going out. A row is claimed by moving `next_at` a lease ahead.
CREATE TABLE texts (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    -- 0 waiting, 1 handed to the provider, 2 given up (see cause).
    state BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    -- After this moment nobody needs it any more.
    until_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- Number, what to say, and whom to tell if it cannot be sent: sealed.
    body_sealed TEXT NOT NULL,
    -- The provider's id of it.
    receipt TEXT,
    cause TEXT
);
CREATE INDEX texts_waiting ON texts (next_at) WHERE state = 0;
