-- Staff accounts: who signs in with a password and a second factor, their
-- sessions, and the counting that slows down guessing.

-- People who sign in. What they may do follows from `subject`, as with a link.
CREATE TABLE staff (
    id TEXT PRIMARY KEY,
    -- Keyed hash of the sign-in name in small letters.
    name_tag TEXT NOT NULL UNIQUE,
    -- 'worker:<id>' or 'admin'.
    subject TEXT NOT NULL,
    -- Name, password hash, second factor, recovery codes, sealed.
    body_sealed TEXT NOT NULL,
    -- Newest time step of a second factor that was used: each counts once.
    last_step BIGINT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Signed-in browsers. Only a keyed hash of the cookie's secret is kept.
CREATE TABLE sessions (
    tag TEXT PRIMARY KEY,
    -- Names it in lists; opens nothing.
    id TEXT NOT NULL UNIQUE,
    -- 'worker:<id>' or 'admin'.
    subject TEXT NOT NULL,
    -- The account that signed in; NULL for a one-time link.
    account TEXT,
    -- 'link' or 'password'.
    way TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    -- Last use, to the minute.
    seen_at BIGINT NOT NULL,
    -- The end, however much it is used.
    expires_at BIGINT NOT NULL,
    -- When the person last proved to be there.
    proved_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- How the browser named itself, sealed.
    device_sealed TEXT NOT NULL
);
CREATE INDEX sessions_of_subject ON sessions (subject) WHERE ended_at IS NULL;

-- Tries at signing in, per account name and per network address, counted
-- before a try is looked at, so that tries side by side count, too.
CREATE TABLE attempts (
    -- Keyed hash of what is counted.
    tag TEXT PRIMARY KEY,
    -- Beginning of the window the tries are counted in.
    since_at BIGINT NOT NULL,
    tries BIGINT NOT NULL
);
