-- Searching the audit log by who and by what, however long it grew: newest first
-- and page by page, as the page shows it.
CREATE INDEX audit_of_actor ON audit (actor, seq);
CREATE INDEX audit_of_act ON audit (act, seq);
