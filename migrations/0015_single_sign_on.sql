-- Who comes in by the city's single sign-on.

-- What the provider calls the owner of an account. Without a row here nobody
-- comes in by the provider, whatever it says.
CREATE TABLE staff_outside (
    account TEXT PRIMARY KEY REFERENCES staff (id),
    -- Keyed hash of the provider, the kind of name and the name.
    tag TEXT NOT NULL UNIQUE,
    bound_at BIGINT NOT NULL
);
