-- Looks behind the mask: a number, a name or an answer shown in full, for a
-- reason and for a while. Each has its line in the audit log, too.
CREATE TABLE looks (
    id TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    worker TEXT NOT NULL,
    -- 'show' (a request that is theirs), 'glass' (one that is not, in danger).
    kind TEXT NOT NULL,
    -- Code of the reason, and the worker's words.
    reason TEXT NOT NULL,
    note_sealed TEXT,
    at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    -- The review of a broken glass: who signed it off, 'right' or 'wrong', why.
    signed_at BIGINT,
    signed_by TEXT,
    verdict TEXT,
    verdict_sealed TEXT
);
CREATE INDEX looks_of_worker ON looks (request, worker, until_at);
CREATE INDEX looks_of_glass ON looks (at) WHERE kind = 'glass';
