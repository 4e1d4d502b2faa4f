-- Who is there when, and what units used to be called.

-- The roster beside each worker's plain pattern: weekly hours, single duties,
-- leave with a substitute, swaps.
CREATE TABLE bookings (
    -- Named by worker and content: the same line imported again is the same row.
    id TEXT PRIMARY KEY,
    worker TEXT NOT NULL,
    -- 'file' (replaced by the next file that names the worker) or 'desk'.
    source TEXT NOT NULL,
    -- The booking as JSON: codes, dates, times; never a reason.
    body TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- Set when it was withdrawn.
    ended_at BIGINT
);
CREATE INDEX bookings_of_worker ON bookings (worker) WHERE ended_at IS NULL;

-- What a unit was before an import changed it: its old name still finds it.
CREATE TABLE unit_past (
    code TEXT NOT NULL,
    until_at BIGINT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (code, until_at)
);
