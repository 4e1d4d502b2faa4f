-- What one chat was sent lately: to take it back from the screen. Without it
-- every such wish would read all messages of two days.
CREATE INDEX outbox_heard ON outbox (address, id) WHERE receipt IS NOT NULL;
