-- Editing without fear: drafts beside what is in force, releases, and who is
-- in the middle of a menu when something is published.

-- Drafts of the catalogue, the escalation policy and the calendar. Every saving
-- is a row of its own: two people who saw the same revision meet the primary
-- key, and nobody's work is lost. The newest row counts; old ones are pruned.
CREATE TABLE drafts (
    kind TEXT NOT NULL,
    revision BIGINT NOT NULL,
    -- The published version the draft began from.
    base BIGINT NOT NULL,
    -- The whole text; NULL once the draft was published or discarded.
    body TEXT,
    -- JSON list of everybody who saved since the draft began.
    authors TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (kind, revision)
);

-- A text on its way to being a version, and what became of it.
CREATE TABLE releases (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    -- 0 waits for a second person, 1 waits for its moment, 2 published,
    -- 3 withdrawn, 4 could not be published (see cause).
    state BIGINT NOT NULL,
    -- The version that was in force when somebody looked at the differences.
    live BIGINT NOT NULL,
    body TEXT NOT NULL,
    authors TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    -- When it is to be in force.
    publish_at BIGINT NOT NULL,
    -- Until when a process holds it; 0 = free.
    lease_until BIGINT NOT NULL,
    -- The second person, where one is needed.
    approved_by TEXT,
    -- The version it became.
    version BIGINT,
    -- The former version it repeats, for a return.
    copy_of BIGINT,
    cause TEXT,
    decided_at BIGINT
);
CREATE INDEX releases_waiting ON releases (publish_at) WHERE state IN (0, 1);
CREATE INDEX releases_of_kind ON releases (kind, id);

-- The catalogue somebody is in the middle of, and their language; NULL when
-- nothing is under way. Counted before publishing.
ALTER TABLE conversations ADD COLUMN menu BIGINT;
ALTER TABLE conversations ADD COLUMN lang TEXT;
CREATE INDEX conversations_under_way ON conversations (updated_at, lang) WHERE menu IS NOT NULL;
CREATE INDEX requests_open_by_service ON requests (service) WHERE closed_at IS NULL;
