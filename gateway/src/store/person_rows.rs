//! Rows of persons and what is known of them, and the statements that write them.
//! Reading is `persons`'; when they are written, and with what, is `changes`'.

use super::rows::MoveRow;
use super::sql::{Sql, sql};
use super::step::{Step, add};
use serde::Serialize;

/// A person; one that exists is only touched.
#[derive(Clone, Debug, Serialize)]
pub struct PersonRow {
    /// Id.
    pub id: String,
    /// Now.
    pub at: i64,
}

/// A chat that a person writes from.
#[derive(Clone, Debug, Serialize)]
pub struct PersonChatRow {
    /// Id.
    pub id: String,
    /// "channel/account/chat".
    pub address: String,
    /// Person.
    pub person: String,
    /// Now.
    pub at: i64,
}

/// A fact about a person.
#[derive(Clone, Debug, Serialize)]
pub struct FactRow {
    /// Id.
    pub id: String,
    /// Person.
    pub person: String,
    /// Kind.
    pub kind: String,
    /// Keyed hash of the value.
    pub tag: String,
    /// Sealed kind and value.
    pub value: String,
    /// 0 claimed, 1 verified.
    pub basis: i64,
    /// Where it comes from.
    pub source: String,
    /// Now.
    pub at: i64,
}

/// Something that is over.
#[derive(Clone, Debug, Serialize)]
pub struct EndRow {
    /// Id.
    pub id: String,
    /// Now.
    pub at: i64,
}

/// Whom a request is for, or who asked.
#[derive(Clone, Debug, Serialize)]
pub struct PartyRow {
    /// Request.
    pub request: String,
    /// "subject" or "reporter".
    pub role: &'static str,
    /// Person.
    pub person: String,
    /// What the subject is to the reporter.
    pub relation: Option<String>,
    /// Now.
    pub at: i64,
    /// Until when the reporter may speak for the subject.
    pub until: Option<i64>,
}

/// Something a worker has to look into.
#[derive(Clone, Debug, Serialize)]
pub struct TaskRow {
    /// Id.
    pub id: String,
    /// Request.
    pub request: String,
    /// Kind.
    pub kind: String,
    /// Sealed JSON.
    pub about: String,
    /// Now.
    pub at: i64,
}

/// The answer to a task; one that was answered before is a conflict.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerRow {
    /// Task.
    pub id: String,
    /// Who.
    pub actor: String,
    /// Code.
    pub answer: String,
    /// Now.
    pub at: i64,
}

/// Two persons who may be one; proposed once.
#[derive(Clone, Debug, Serialize)]
pub struct MergeRow {
    /// Id.
    pub id: String,
    /// The one known longer.
    pub elder: String,
    /// The other.
    pub younger: String,
    /// Points.
    pub score: i64,
    /// JSON array of codes.
    pub reasons: String,
    /// The request that brought it up.
    pub request: String,
    /// Now.
    pub at: i64,
}

/// A decision about a merge, guarded by the state that was read.
#[derive(Clone, Debug, Serialize)]
pub struct DecideRow {
    /// Merge.
    pub id: String,
    /// State that was read.
    pub before: i64,
    /// State now.
    pub state: i64,
    /// Who.
    pub actor: String,
    /// Now.
    pub at: i64,
}

/// Whom a person counts as.
#[derive(Clone, Debug, Serialize)]
pub struct RootRow {
    /// Person.
    pub id: String,
    /// As it was read; another one now is a conflict.
    pub before: String,
    /// The person they count as.
    pub root: String,
}

/// Something told, agreed to or refused.
#[derive(Clone, Debug, Serialize)]
pub struct ConsentRow {
    /// Id.
    pub id: String,
    /// The chat.
    pub address: String,
    /// Kind.
    pub kind: &'static str,
    /// Version of the wording.
    pub version: i64,
    /// 1 agreed or was told, 0 refused.
    pub given: i64,
    /// The draft it was said for.
    pub draft: Option<String>,
    /// Now.
    pub at: i64,
}

/// An agreement taken back.
#[derive(Clone, Debug, Serialize)]
pub struct RevokeRow {
    /// The chat.
    pub address: String,
    /// Kind.
    pub kind: &'static str,
    /// Now.
    pub at: i64,
}

/// Everything about persons that one change writes.
#[derive(Clone, Debug, Default)]
pub struct PeopleRows {
    /// Persons.
    pub persons: Vec<PersonRow>,
    /// Chats bound; one that is bound already is a conflict.
    pub chats: Vec<PersonChatRow>,
    /// Facts.
    pub facts: Vec<FactRow>,
    /// Facts that no longer hold.
    pub facts_ended: Vec<EndRow>,
    /// Parties of requests.
    pub parties: Vec<PartyRow>,
    /// Requests (`id`) whose writer may not speak for the other any more.
    pub silenced: Vec<EndRow>,
    /// New tasks.
    pub tasks: Vec<TaskRow>,
    /// Answers to tasks.
    pub answers: Vec<AnswerRow>,
    /// Proposed merges.
    pub merges: Vec<MergeRow>,
    /// Decided merges.
    pub decided: Vec<DecideRow>,
    /// Whom persons count as.
    pub roots: Vec<RootRow>,
    /// What was told and agreed to.
    pub consents: Vec<ConsentRow>,
    /// What was taken back.
    pub revoked: Vec<RevokeRow>,
}

impl PeopleRows {
    /// Nobody speaks for another in these requests from this moment on, and the
    /// other is not asked again whether they agree.
    pub fn end_speaking(&mut self, at: i64) {
        self.tasks.retain(|task| task.kind != "subject_agrees");
        for party in self.parties.iter_mut().filter(|p| p.until.is_some()) {
            party.until = Some(at);
        }
    }

    /// Adds all of another.
    pub fn absorb(&mut self, other: Self) {
        self.persons.extend(other.persons);
        self.chats.extend(other.chats);
        self.facts.extend(other.facts);
        self.facts_ended.extend(other.facts_ended);
        self.parties.extend(other.parties);
        self.silenced.extend(other.silenced);
        self.tasks.extend(other.tasks);
        self.answers.extend(other.answers);
        self.merges.extend(other.merges);
        self.decided.extend(other.decided);
        self.roots.extend(other.roots);
        self.consents.extend(other.consents);
        self.revoked.extend(other.revoked);
    }

    pub(super) fn steps(&self, s: &mut Vec<Step>, moved: &[MoveRow]) {
        // Several requests of one message touch the same person.
        let mut persons = self.persons.clone();
        persons.sort_by(|a, b| a.id.cmp(&b.id));
        persons.dedup_by(|a, b| a.id == b.id);
        add(s, "persons", PERSONS, &persons, true);
        add(s, "moved_person_chats", MOVED, moved, false);
        add(s, "moved_consents", MOVED_CONSENTS, moved, false);
        add(s, "person_chats", CHATS, &self.chats, true);
        add(s, "facts_ended", FACTS_ENDED, &self.facts_ended, false);
        add(s, "facts", FACTS, &self.facts, true);
        add(s, "parties", PARTIES, &self.parties, true);
        add(s, "silenced", SILENCED, &self.silenced, false);
        add(s, "tasks", TASKS, &self.tasks, true);
        add(s, "answers", ANSWERS, &self.answers, true);
        add(s, "merges", MERGES, &self.merges, false);
        add(s, "merges_decided", DECIDED, &self.decided, true);
        add(s, "roots", ROOTS, &self.roots, true);
        add(s, "revoked", REVOKED, &self.revoked, false);
        add(s, "consents", CONSENTS, &self.consents, true);
    }
}

const PERSONS: Sql = sql!(
    "INSERT INTO persons (id, root, at, updated_at)
     SELECT j.value->>'id', j.value->>'id', CAST(j.value->>'at' AS BIGINT), CAST(j.value->>'at' AS BIGINT) FROM",
    rows,
    "WHERE true ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at"
);
const MOVED: Sql = sql!(
    "UPDATE person_chats SET address = j.value->>'to' FROM",
    rows,
    "WHERE person_chats.address = j.value->>'from' AND NOT EXISTS (SELECT 1 FROM person_chats o
         WHERE o.address = j.value->>'to' AND o.ended_at IS NULL)"
);
const MOVED_CONSENTS: Sql = sql!(
    "UPDATE consents SET address = j.value->>'to' FROM",
    rows,
    "WHERE consents.address = j.value->>'from'"
);
const CHATS: Sql = sql!(
    "INSERT INTO person_chats (id, address, person, at, ended_at)
     SELECT j.value->>'id', j.value->>'address', j.value->>'person', CAST(j.value->>'at' AS BIGINT), NULL FROM",
    rows,
    "WHERE true ON CONFLICT DO NOTHING"
);
const FACTS_ENDED: Sql = sql!(
    "UPDATE facts SET ended_at = CAST(j.value->>'at' AS BIGINT) FROM",
    rows,
    "WHERE facts.id = j.value->>'id' AND facts.ended_at IS NULL"
);
const FACTS: Sql = sql!(
    "INSERT INTO facts (id, person, kind, tag, value_sealed, basis, source, at, ended_at)
     SELECT j.value->>'id', j.value->>'person', j.value->>'kind', j.value->>'tag', j.value->>'value',
            CAST(j.value->>'basis' AS BIGINT), j.value->>'source', CAST(j.value->>'at' AS BIGINT), NULL FROM",
    rows,
    "WHERE true"
);
const PARTIES: Sql = sql!(
    "INSERT INTO parties (request, role, person, relation, at, until_at)
     SELECT j.value->>'request', j.value->>'role', j.value->>'person', j.value->>'relation',
            CAST(j.value->>'at' AS BIGINT), CAST(j.value->>'until' AS BIGINT) FROM",
    rows,
    "WHERE true ON CONFLICT (request, role) DO NOTHING"
);
const SILENCED: Sql = sql!(
    "UPDATE parties SET until_at = CAST(j.value->>'at' AS BIGINT) FROM",
    rows,
    "WHERE parties.request = j.value->>'id' AND parties.role = 'reporter'
       AND parties.until_at > CAST(j.value->>'at' AS BIGINT)"
);
const TASKS: Sql = sql!(
    "INSERT INTO tasks (id, request, kind, about_sealed, at, done_at, actor, answer)
     SELECT j.value->>'id', j.value->>'request', j.value->>'kind', j.value->>'about',
            CAST(j.value->>'at' AS BIGINT), NULL, NULL, NULL FROM",
    rows,
    "WHERE true"
);
const ANSWERS: Sql = sql!(
    "UPDATE tasks SET done_at = CAST(j.value->>'at' AS BIGINT), actor = j.value->>'actor', answer = j.value->>'answer'
     FROM",
    rows,
    "WHERE tasks.id = j.value->>'id' AND tasks.done_at IS NULL"
);
const MERGES: Sql = sql!(
    "INSERT INTO merges (id, elder, younger, score, reasons, state, request, at, decided_at, actor)
     SELECT j.value->>'id', j.value->>'elder', j.value->>'younger', CAST(j.value->>'score' AS BIGINT),
            j.value->>'reasons', 0, j.value->>'request', CAST(j.value->>'at' AS BIGINT), NULL, NULL FROM",
    rows,
    "WHERE true ON CONFLICT (elder, younger) DO NOTHING"
);
const DECIDED: Sql = sql!(
    "UPDATE merges SET state = CAST(j.value->>'state' AS BIGINT), actor = j.value->>'actor',
            decided_at = CAST(j.value->>'at' AS BIGINT) FROM",
    rows,
    "WHERE merges.id = j.value->>'id' AND merges.state = CAST(j.value->>'before' AS BIGINT)"
);
const ROOTS: Sql = sql!(
    "UPDATE persons SET root = j.value->>'root' FROM",
    rows,
    "WHERE persons.id = j.value->>'id' AND persons.root = j.value->>'before'"
);

const CONSENTS: Sql = sql!(
    "INSERT INTO consents (id, address, kind, version, given, draft, at, ended_at)
     SELECT j.value->>'id', j.value->>'address', j.value->>'kind', CAST(j.value->>'version' AS BIGINT),
            CAST(j.value->>'given' AS BIGINT), j.value->>'draft', CAST(j.value->>'at' AS BIGINT), NULL FROM",
    rows,
    "WHERE true"
);
const REVOKED: Sql = sql!(
    "UPDATE consents SET ended_at = CAST(j.value->>'at' AS BIGINT) FROM",
    rows,
    "WHERE consents.address = j.value->>'address' AND consents.kind = j.value->>'kind' AND consents.ended_at IS NULL"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("persons", PERSONS),
    ("moved_person_chats", MOVED),
    ("moved_consents", MOVED_CONSENTS),
    ("person_chats", CHATS),
    ("facts_ended", FACTS_ENDED),
    ("facts", FACTS),
    ("parties", PARTIES),
    ("silenced", SILENCED),
    ("tasks", TASKS),
    ("answers", ANSWERS),
    ("merges", MERGES),
    ("merges_decided", DECIDED),
    ("roots", ROOTS),
    ("consents", CONSENTS),
    ("revoked", REVOKED),
];
