-- The order in which a chat hears its messages, whoever sends them: each row
-- takes the next turn of its chat while an earlier one is unsent, else 1.
-- Danger (lane 0) waits for nobody and has no turn.
ALTER TABLE outbox ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
CREATE INDEX outbox_turns ON outbox (address, turn, id) WHERE state = 0 AND lane > 0;
