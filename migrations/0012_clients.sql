-- Programs that use the JSON interface, and what they have written already.

-- A program with a token of its own. It may do what its subject may do, within
-- the scopes it was given.
CREATE TABLE clients (
    -- Stands in the token, so that the row is found without its secret.
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    -- Keyed hash of the token's secret.
    token_tag TEXT NOT NULL,
    -- 'worker:<id>' or 'admin'.
    subject TEXT NOT NULL,
    -- Codes, separated by spaces.
    scopes TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);

-- Writes that came with a key: the same one again gets the same answer.
CREATE TABLE client_writes (
    -- Keyed hash of client and key.
    tag TEXT PRIMARY KEY,
    -- Hash of address and body: something else under the same key is a mistake.
    digest TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- HTTP status; NULL while it is not answered.
    status BIGINT,
    -- The answer as JSON: references, codes and numbers, nothing personal.
    answer TEXT
);
