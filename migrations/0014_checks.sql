-- Who somebody is, asked of a provider: what waits to be asked, and links that
-- were told. A row is claimed by moving `next_at` a lease ahead.
CREATE TABLE checks (
    id TEXT PRIMARY KEY,
    -- The chat of the person.
    address TEXT NOT NULL,
    -- 'real_name' or 'face'.
    verifier TEXT NOT NULL,
    -- The request it is for.
    request TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- 0 not begun, 1 the person has a link, 2 over.
    state BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    -- After this moment nobody is asked any more.
    until_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- Name, number, language and the provider's id of it; empty once it is over.
    body_sealed TEXT NOT NULL,
    -- What came of it.
    outcome TEXT
);
CREATE INDEX checks_waiting ON checks (next_at) WHERE state < 2;
-- One of a kind at a time for each chat.
CREATE UNIQUE INDEX checks_of_chat ON checks (address, verifier) WHERE state < 2;
CREATE INDEX checks_of_request ON checks (request);

-- What was seen of somebody for whom another wrote stands with the request.
CREATE INDEX proofs_of_request ON proofs (request);
