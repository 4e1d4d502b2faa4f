-- Pictures residents send in the web chat.

-- Drawn anew when they came in, so that nothing is in them but what can be
-- seen. Backed up, rotated and deleted like messages.
CREATE TABLE photos (
    -- Cannot be guessed; the messages name the picture by it.
    id TEXT PRIMARY KEY,
    -- Whose chat it came from.
    address TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- A JPEG.
    picture_sealed TEXT NOT NULL
);
CREATE INDEX photos_of_address ON photos (address, at);
