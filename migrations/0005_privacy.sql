-- Who may know: the audit log as a chain, work that is leased, holds, reviews.

-- Every line names the one before it, so that a changed, removed, inserted or
-- moved line breaks the chain. Lines from before this migration have no number.
ALTER TABLE audit ADD COLUMN seq BIGINT;
-- Hash of the line before, and of this one with it (SHA-256, hexadecimal).
ALTER TABLE audit ADD COLUMN before TEXT;
ALTER TABLE audit ADD COLUMN hash TEXT;
CREATE UNIQUE INDEX audit_in_order ON audit (seq);

-- The end of the chain, locked by whoever writes the next line, and where it
-- begins when old lines were deleted: one row.
CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    floor_seq BIGINT NOT NULL,
    floor_hash TEXT NOT NULL,
    -- Lines without a number when the chain began.
    unchained BIGINT NOT NULL
);
INSERT INTO audit_head (id, seq, hash, floor_seq, floor_hash, unchained)
SELECT 1, 0, '', 0, '', COUNT(*) FROM audit;

-- Work that one process at a time does for all: deleting what is too old.
CREATE TABLE chores (
    name TEXT PRIMARY KEY,
    -- Until when a process has it; 0 = free.
    lease_until BIGINT NOT NULL,
    -- When it was last done to the end; 0 = never.
    done_at BIGINT NOT NULL
);

-- Requests of which nothing may be deleted: a complaint, a court, an inspection.
CREATE TABLE holds (
    request TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    -- Who said so, and why.
    actor TEXT NOT NULL,
    reason_sealed TEXT NOT NULL
);
