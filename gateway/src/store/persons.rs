//! Persons, what is known of them, who speaks for whom, and what a worker has
//! to look into. What follows from it is decided in `people` and `desk`.

use super::sql::{Sql, sql};
use super::{Db, Result, on};

/// A fact that holds, of whom it counts.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredFact {
    /// Id.
    pub id: String,
    /// The person it counts for.
    pub person: String,
    /// Sealed kind and value.
    pub value_sealed: String,
    /// 0 claimed, 1 verified.
    pub basis: i64,
}

/// A person, and whom they count as.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Counted {
    /// Id.
    pub id: String,
    /// The person they count as: themselves, unless merged.
    pub root: String,
}

/// A task of a request.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredTask {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// Sealed JSON.
    pub about_sealed: String,
    /// When it was answered.
    pub done_at: Option<i64>,
    /// Code of the answer.
    pub answer: Option<String>,
}

/// A merge, proposed or decided.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredMerge {
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
    /// 0 proposed, 1 one person, 2 two persons, 3 taken back.
    pub state: i64,
}

const OF_CHAT: Sql = sql!(
    "SELECT p.id, p.root FROM person_chats c JOIN persons p ON p.id = c.person
     WHERE c.address = $1 AND c.ended_at IS NULL"
);
// Facts of those who share one of these hashes, and of one person by name.
const FACTS_AROUND: Sql = sql!(
    "SELECT f.id, p.root AS person, f.value_sealed, f.basis FROM persons p JOIN facts f ON f.person = p.id
     WHERE f.ended_at IS NULL AND p.root IN (
         SELECT a.root FROM",
    rows,
    "JOIN facts b ON b.tag = j.value->>0 AND b.ended_at IS NULL JOIN persons a ON a.id = b.person
         UNION SELECT c.root FROM persons c WHERE c.id = $2)
     ORDER BY f.id LIMIT 400"
);
const SUBJECT: Sql = sql!("SELECT person FROM parties WHERE request = $1 AND role = 'subject'");
const FACTS_OF: Sql = sql!(
    "SELECT id, person, value_sealed, basis FROM facts WHERE person = $1 AND ended_at IS NULL ORDER BY id LIMIT 40"
);
const SPOKEN_FOR: Sql = sql!(
    "SELECT p.id, p.root FROM parties r JOIN parties s ON s.request = r.request AND s.role = 'subject'
     JOIN persons p ON p.id = s.person
     WHERE r.role = 'reporter' AND r.person = $1 AND s.relation = $2 AND r.until_at > $3
     ORDER BY s.at DESC LIMIT 1"
);
const SILENCED: Sql = sql!(
    "SELECT p.request FROM",
    rows,
    "JOIN parties p ON p.request = j.value->>0 WHERE p.role = 'reporter' AND p.until_at <= $2"
);
const TASKS_OF: Sql = sql!(
    "SELECT id, kind, about_sealed, done_at, answer FROM tasks WHERE request = $1 ORDER BY id"
);
const MERGES_OF: Sql = sql!(
    "SELECT m.id, m.elder, m.younger, m.score, m.reasons, m.state FROM merges m WHERE m.state IN (0, 1) AND (
         m.elder IN (SELECT q.person FROM parties q WHERE q.request = $1)
         OR m.younger IN (SELECT q.person FROM parties q WHERE q.request = $1)) ORDER BY m.id LIMIT 20"
);
const MERGE: Sql =
    sql!("SELECT id, elder, younger, score, reasons, state FROM merges WHERE id = $1");
const MERGES_OPEN: Sql = sql!(
    "SELECT id, elder, younger, score, reasons, state FROM merges WHERE state IN (0, 1)
     ORDER BY state, id DESC LIMIT 50"
);
// Everybody who counts as one with these two, and what holds them together.
const COMPONENT: Sql = sql!(
    "SELECT p.id, p.root FROM persons p WHERE p.root IN (SELECT q.root FROM persons q WHERE q.id = $1 OR q.id = $2)
     ORDER BY p.at, p.id"
);
const LINKS: Sql = sql!(
    "SELECT m.id, m.elder, m.younger, m.score, m.reasons, m.state FROM",
    rows,
    "JOIN merges m ON m.elder = j.value->>0 WHERE m.state = 1"
);
const HOUSEHOLD: Sql = sql!(
    "WITH own AS (SELECT p.root AS root FROM parties me JOIN persons p ON p.id = me.person
                  WHERE me.request = $1 AND me.role = 'subject'),
          tags AS (SELECT f.tag AS tag FROM own JOIN persons p ON p.root = own.root
                   JOIN facts f ON f.person = p.id WHERE f.kind = 'household' AND f.ended_at IS NULL),
          roots AS (SELECT root FROM own UNION SELECT p.root FROM tags t JOIN facts f ON f.tag = t.tag
                    AND f.kind = 'household' AND f.ended_at IS NULL JOIN persons p ON p.id = f.person)
     SELECT DISTINCT q.request FROM roots r JOIN persons p ON p.root = r.root
     JOIN parties q ON q.person = p.id AND q.role = 'subject' WHERE q.request <> $1 ORDER BY 1 DESC LIMIT 20"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("person_of_chat", OF_CHAT),
    ("facts_around", FACTS_AROUND),
    ("subject", SUBJECT),
    ("facts_of", FACTS_OF),
    ("spoken_for", SPOKEN_FOR),
    ("silenced_parties", SILENCED),
    ("tasks_of", TASKS_OF),
    ("merges_of", MERGES_OF),
    ("merge", MERGE),
    ("merges_open", MERGES_OPEN),
    ("component", COMPONENT),
    ("links", LINKS),
    ("household", HOUSEHOLD),
];

/// The person who writes from a chat.
pub async fn of_chat(db: &Db, address: &str) -> Result<Option<Counted>> {
    Ok(on!(read db, pool, sql => OF_CHAT,
        sqlx::query_as(sql).bind(address).fetch_optional(pool).await?))
}

/// Facts that hold, of everybody who has one of these hashes and of `person`.
pub async fn facts_around(db: &Db, tags: &[String], person: &str) -> Result<Vec<StoredFact>> {
    let rows: Vec<[&String; 1]> = tags.iter().map(|t| [t]).collect();
    let rows = serde_json::to_string(&rows).expect("plain data");
    Ok(on!(read db, pool, sql => FACTS_AROUND,
        sqlx::query_as(sql).bind(rows).bind(person).fetch_all(pool).await?))
}

/// Whom a request is for.
pub async fn subject(db: &Db, request: &str) -> Result<Option<String>> {
    let found: Option<(String,)> = on!(read db, pool, sql => SUBJECT,
        sqlx::query_as(sql).bind(request).fetch_optional(pool).await?);
    Ok(found.map(|f| f.0))
}

/// A person's own facts that hold.
pub async fn facts_of(db: &Db, person: &str) -> Result<Vec<StoredFact>> {
    Ok(on!(read db, pool, sql => FACTS_OF,
        sqlx::query_as(sql).bind(person).fetch_all(pool).await?))
}

/// The person for whom this one spoke last, in this relation, and still may.
pub async fn spoken_for(
    db: &Db,
    person: &str,
    relation: &str,
    now: i64,
) -> Result<Option<Counted>> {
    Ok(on!(read db, pool, sql => SPOKEN_FOR,
        sqlx::query_as(sql).bind(person).bind(relation).bind(now).fetch_optional(pool).await?))
}

/// Those of these requests whose writer may not speak for the other any more.
pub async fn silenced(db: &Db, requests: &[String], now: i64) -> Result<Vec<String>> {
    let rows: Vec<[&String; 1]> = requests.iter().map(|r| [r]).collect();
    let rows = serde_json::to_string(&rows).expect("plain data");
    let found: Vec<(String,)> = on!(read db, pool, sql => SILENCED,
        sqlx::query_as(sql).bind(rows).bind(now).fetch_all(pool).await?);
    Ok(found.into_iter().map(|f| f.0).collect())
}

/// All tasks of a request, in order.
pub async fn tasks_of(db: &Db, request: &str) -> Result<Vec<StoredTask>> {
    Ok(on!(read db, pool, sql => TASKS_OF,
        sqlx::query_as(sql).bind(request).fetch_all(pool).await?))
}

/// Merges that touch the persons of a request, proposed or done.
pub async fn merges_of(db: &Db, request: &str) -> Result<Vec<StoredMerge>> {
    Ok(on!(read db, pool, sql => MERGES_OF,
        sqlx::query_as(sql).bind(request).fetch_all(pool).await?))
}

/// One merge.
pub async fn merge(db: &Db, id: &str) -> Result<Option<StoredMerge>> {
    Ok(on!(read db, pool, sql => MERGE,
        sqlx::query_as(sql).bind(id).fetch_optional(pool).await?))
}

/// Merges to decide, then those done; newest first.
pub async fn merges(db: &Db) -> Result<Vec<StoredMerge>> {
    Ok(on!(read db, pool, sql => MERGES_OPEN, sqlx::query_as(sql).fetch_all(pool).await?))
}

/// Everybody who counts as one with either of two persons, known longest first;
/// and the merges that make them so.
pub async fn component(
    db: &Db,
    one: &str,
    other: &str,
) -> Result<(Vec<Counted>, Vec<StoredMerge>)> {
    let people: Vec<Counted> = on!(read db, pool, sql => COMPONENT,
        sqlx::query_as(sql).bind(one).bind(other).fetch_all(pool).await?);
    let rows: Vec<[&String; 1]> = people.iter().map(|p| [&p.id]).collect();
    let rows = serde_json::to_string(&rows).expect("plain data");
    let links =
        on!(read db, pool, sql => LINKS, sqlx::query_as(sql).bind(rows).fetch_all(pool).await?);
    Ok((people, links))
}

/// Other requests for the subject of this one, or for somebody of their household.
pub async fn household(db: &Db, request: &str) -> Result<Vec<String>> {
    let found: Vec<(String,)> = on!(read db, pool, sql => HOUSEHOLD,
        sqlx::query_as(sql).bind(request).fetch_all(pool).await?);
    Ok(found.into_iter().map(|f| f.0).collect())
}
