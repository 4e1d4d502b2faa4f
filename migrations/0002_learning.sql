-- Learning from corrections: what workers put under another service.

-- Residents' words without the person in them, proposed as examples for the
-- model. A person reads each before anything is learnt from it. What was
-- accepted is copied into a document of kind 'lessons' when it is published.
CREATE TABLE corrections (
    -- The request the words belong to: one proposal each.
    request TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    -- The service it had been taken for.
    was TEXT NOT NULL,
    -- The service it is, as the worker and then the administrator says.
    service TEXT NOT NULL,
    -- The masked words; sealed all the same, until a person has read them.
    words_sealed TEXT NOT NULL,
    -- 0 proposed, 1 accepted, 2 rejected, 3 withdrawn (the worker put it back).
    state BIGINT NOT NULL,
    -- Guard of every decision.
    version BIGINT NOT NULL,
    decided_at BIGINT
);
CREATE INDEX corrections_by_state ON corrections (state, request);
