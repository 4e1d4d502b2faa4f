-- Persons: who is behind the chats, what is known of them and how surely, who
-- speaks for whom, what was agreed to, and what somebody has to look into.

-- A person. Two who turned out to be one share a root; nothing of either is
-- rewritten, so that a mistake is taken back without loss.
CREATE TABLE persons (
    id TEXT PRIMARY KEY,
    -- Whom they count as: themselves, unless merged.
    root TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- When they were last heard of: their age, for deletion.
    updated_at BIGINT NOT NULL
);
CREATE INDEX persons_of_root ON persons (root);

-- Chats a person writes from. A chat is one person's at a time.
CREATE TABLE person_chats (
    id TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    person TEXT NOT NULL,
    at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE UNIQUE INDEX person_chats_now ON person_chats (address) WHERE ended_at IS NULL;
CREATE INDEX person_chats_of_person ON person_chats (person);

-- What is known of a person. Two facts of a kind may stand side by side: an old
-- and a new card, or two that contradict each other until somebody decides.
CREATE TABLE facts (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    -- 'name', 'phone', 'document', 'household'.
    kind TEXT NOT NULL,
    tag TEXT NOT NULL,
    -- Kind and value, sealed.
    value_sealed TEXT NOT NULL,
    -- 0 claimed, 1 verified.
    basis BIGINT NOT NULL,
    -- Where it comes from: 'request:<id>', 'worker:<id>', 'register'.
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- Set when it no longer holds, or never did.
    ended_at BIGINT
);
CREATE INDEX facts_of_person ON facts (person);
CREATE INDEX facts_by_tag ON facts (tag) WHERE ended_at IS NULL;

-- Whom a request is for, and who asked.
CREATE TABLE parties (
    request TEXT NOT NULL,
    -- 'subject' or 'reporter'; both for one's own matter.
    role TEXT NOT NULL,
    person TEXT NOT NULL,
    -- What the subject is to the reporter: a relation key; NULL for oneself.
    relation TEXT,
    at BIGINT NOT NULL,
    -- Until when the reporter may speak for the subject in this request.
    until_at BIGINT,
    PRIMARY KEY (request, role)
);
CREATE INDEX parties_of_person ON parties (person);

-- What a worker has to look into with the person: which of two facts is right,
-- whether the subject agrees, what was promised instead of papers.
CREATE TABLE tasks (
    id TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- What it is about, as JSON, sealed.
    about_sealed TEXT NOT NULL,
    at BIGINT NOT NULL,
    done_at BIGINT,
    actor TEXT,
    -- Code of the answer.
    answer TEXT
);
CREATE INDEX tasks_of_request ON tasks (request);

-- Two persons who may be one. Decided by a person, and undone by one.
CREATE TABLE merges (
    id TEXT PRIMARY KEY,
    -- The one known longer, and the other.
    elder TEXT NOT NULL,
    younger TEXT NOT NULL,
    score BIGINT NOT NULL,
    -- Codes of the reasons, as a JSON array.
    reasons TEXT NOT NULL,
    -- 0 proposed, 1 one person, 2 two persons, 3 was merged and taken back.
    state BIGINT NOT NULL,
    -- The request that brought it up.
    request TEXT NOT NULL,
    at BIGINT NOT NULL,
    decided_at BIGINT,
    actor TEXT,
    UNIQUE (elder, younger)
);
CREATE INDEX merges_of_younger ON merges (younger);

-- What was told and what was agreed to, in which wording.
CREATE TABLE consents (
    id TEXT PRIMARY KEY,
    -- The chat in which it was said.
    address TEXT NOT NULL,
    -- 'notice' (told), 'means', 'charity', 'photo', 'commitment'.
    kind TEXT NOT NULL,
    -- Version of the text.
    version BIGINT NOT NULL,
    -- 1 agreed or was told, 0 refused.
    given BIGINT NOT NULL,
    -- The draft it was said for.
    draft TEXT,
    at BIGINT NOT NULL,
    -- When it was withdrawn.
    ended_at BIGINT
);
CREATE INDEX consents_of_chat ON consents (address);
