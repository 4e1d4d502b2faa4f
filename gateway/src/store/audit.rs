//! The audit log: a chain of lines, each of which holds the hash of the one
//! before it.
//!
//! Lines get their place when they are committed, under a lock on the end of
//! the chain, so that several processes cannot fork it. What a line says is the
//! writer's; whether the chain is whole is [`verify`]'s. Nothing personal goes
//! into a line.

use super::rows::AuditRow;
use super::sql::{Sql, pair, sql};
use super::{Db, Result, on};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A line as it is stored.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Chained<'a> {
    #[serde(flatten)]
    row: &'a AuditRow,
    seq: i64,
    before: String,
    hash: String,
}

/// A line as it is read back.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Line {
    /// Id.
    pub id: String,
    /// When, microseconds.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// Did what.
    pub act: String,
    /// To what.
    pub subject: String,
    /// JSON.
    pub detail: String,
    /// Place in the chain, from 1.
    pub seq: i64,
    /// Hash of the line before.
    pub before: String,
    /// Hash of this one.
    pub hash: String,
}

/// The end of the chain and its beginning.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Head {
    /// Number of the last line; 0: none.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
    /// Number of the last line that was deleted for its age; 0: none.
    pub floor_seq: i64,
    /// Its hash.
    pub floor_hash: String,
    /// Lines from before the chain.
    pub unchained: i64,
}

/// Where the chain is broken, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Number of the first line that is not what it was.
    pub seq: i64,
    /// What is wrong, in a sentence.
    pub what: String,
}

/// What [`verify`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Lines that were read.
    pub lines: u64,
    /// The end, to be noted elsewhere: nobody can shorten the chain unseen then.
    pub head: Head,
    /// The first broken link.
    pub broken: Option<Broken>,
}

pub(super) const LOCK: Sql = pair!(
    sqlite: "SELECT seq, hash FROM audit_head WHERE id = 1",
    postgres: "SELECT seq, hash FROM audit_head WHERE id = 1 FOR UPDATE",
);
pub(super) const WRITE: Sql = sql!(
    "INSERT INTO audit (id, at, actor, act, subject, detail, seq, before, hash)
     SELECT j.value->>'id', CAST(j.value->>'at' AS BIGINT), j.value->>'actor', j.value->>'act', j.value->>'subject',
            j.value->>'detail', CAST(j.value->>'seq' AS BIGINT), j.value->>'before', j.value->>'hash'
     FROM", rows, "WHERE true ON CONFLICT (id) DO NOTHING");
pub(super) const MOVE: Sql = sql!("UPDATE audit_head SET seq = $1, hash = $2 WHERE id = 1");
const HEAD: Sql =
    sql!("SELECT seq, hash, floor_seq, floor_hash, unchained FROM audit_head WHERE id = 1");
const AFTER: Sql = sql!(
    "SELECT id, at, actor, act, subject, detail, seq, COALESCE(before, '') AS before, COALESCE(hash, '') AS hash
     FROM audit WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3"
);
const OUTSIDE: Sql = sql!("SELECT COUNT(*) FROM audit WHERE seq IS NULL");
const AUDITED: Sql = sql!("SELECT COUNT(*) FROM audit WHERE id = $1");
const LATEST: Sql = sql!(
    "SELECT id, at, actor, act, subject, detail, seq, COALESCE(before, '') AS before, COALESCE(hash, '') AS hash
     FROM audit WHERE subject = $1 AND seq IS NOT NULL ORDER BY id DESC LIMIT $2"
);

const NEWEST: Sql = sql!(
    "SELECT MAX(t.at) FROM (SELECT MAX(at) AS at FROM audit UNION ALL SELECT MAX(at) FROM events
         UNION ALL SELECT MAX(at) FROM inbound) AS t"
);

// One statement for each index that serves it: a condition that may or may not
// apply keeps an engine from using any.
macro_rules! search {
    ($key:literal, $other:literal) => {
        sql!(concat!(
            "SELECT id, at, actor, act, subject, detail, seq, COALESCE(before, '') AS before, COALESCE(hash, '') AS hash
             FROM audit
             WHERE ",
            $key,
            " AND (CAST($2 AS TEXT) = '' OR ",
            $other,
            " = $2) AND (CAST($3 AS TEXT) = '' OR SUBSTR(act, 1, LENGTH($3)) = $3)
               AND at >= $4 AND at < $5 AND seq < $6 ORDER BY seq DESC LIMIT $7"
        ))
    };
}
const OF_SUBJECT: Sql = search!("subject = $1", "actor");
const OF_ACTOR: Sql = search!("actor = $1", "subject");
const OF_ACT: Sql = search!("act = $1", "actor");
const OF_ANY: Sql = search!("CAST($1 AS TEXT) = ''", "actor");
// Every act there is, each found by one step in the index.
const ACTS: Sql = sql!(
    "WITH RECURSIVE known(act) AS (SELECT MIN(act) FROM audit UNION ALL
       SELECT (SELECT MIN(a.act) FROM audit a WHERE a.act > k.act) FROM known k WHERE k.act IS NOT NULL)
     SELECT act FROM known WHERE act IS NOT NULL"
);

pub(super) const STATEMENTS: &[(&str, Sql)] = &[
    ("audit_lock", LOCK),
    ("audit", WRITE),
    ("audit_move", MOVE),
    ("audit_head", HEAD),
    ("audit_after", AFTER),
    ("audit_outside", OUTSIDE),
    ("audited", AUDITED),
    ("audit_of_subject", LATEST),
    ("audit_newest", NEWEST),
    ("audit_search_subject", OF_SUBJECT),
    ("audit_search_actor", OF_ACTOR),
    ("audit_search_act", OF_ACT),
    ("audit_search_any", OF_ANY),
    ("audit_acts", ACTS),
];

/// Writes lines behind the end of the chain; `false` if one was there already.
macro_rules! chain {
    ($on:expr, $rows:expr, $engine:ident) => {{
        let head = sqlx::query_as($crate::store::audit::LOCK.$engine);
        let head: (i64, String) = head.fetch_one($on).await?;
        let lines = $crate::store::audit::chained(head, $rows);
        let text = serde_json::to_string(&lines).expect("rows are plain data");
        let write = sqlx::query($crate::store::audit::WRITE.$engine).bind(text);
        let done = write.execute($on).await?.rows_affected();
        let (seq, hash) = $crate::store::audit::end(&lines);
        let end = sqlx::query($crate::store::audit::MOVE.$engine);
        end.bind(seq).bind(hash).execute($on).await?;
        done == lines.len() as u64
    }};
}
pub(super) use chain;

/// Lines read at once by [`verify`].
const PAGE: i64 = 1000;

/// Gives lines their places behind `head`.
pub(super) fn chained(head: (i64, String), rows: &[AuditRow]) -> Vec<Chained<'_>> {
    let (mut seq, mut before) = head;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        seq += 1;
        let fields = [&row.id, &row.actor, &row.act, &row.subject, &row.detail];
        let hash = hash(&before, seq, row.at, fields);
        all.push(Chained {
            row,
            seq,
            before: std::mem::replace(&mut before, hash.clone()),
            hash,
        });
    }
    all
}

/// Where the chain ends after these lines.
pub(super) fn end(lines: &[Chained<'_>]) -> (i64, String) {
    let last = lines.last().expect("nobody chains nothing");
    (last.seq, last.hash.clone())
}

fn hash(before: &str, seq: i64, at: i64, fields: [&String; 5]) -> String {
    let text = serde_json::to_string(&(before, seq, at, fields)).expect("plain data");
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Whether a line of this id was written.
pub async fn is_audited(db: &Db, id: &str) -> Result<bool> {
    let (count,): (i64,) = on!(read db, pool, sql => AUDITED,
        sqlx::query_as(sql).bind(id).fetch_one(pool).await?);
    Ok(count > 0)
}

/// The latest moment of anything on record, microseconds.
pub async fn newest(db: &Db) -> Result<Option<i64>> {
    let (at,): (Option<i64>,) = on!(read db, pool, sql => NEWEST,
        sqlx::query_as(sql).fetch_one(pool).await?);
    Ok(at)
}

/// The latest lines about something, newest first.
pub async fn of_subject(db: &Db, subject: &str, most: i64) -> Result<Vec<Line>> {
    Ok(on!(read db, pool, sql => LATEST,
        sqlx::query_as(sql).bind(subject).bind(most).fetch_all(pool).await?))
}

/// Which lines are wanted; what is empty does not matter.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Who, whole.
    pub actor: &'a str,
    /// The beginning of the act.
    pub act: &'a str,
    /// To what, whole.
    pub subject: &'a str,
    /// Not before, microseconds.
    pub from: i64,
    /// Before, microseconds.
    pub to: i64,
    /// With a smaller number.
    pub before: i64,
}

/// Lines that fit, newest first.
pub async fn search(db: &Db, wanted: &Wanted<'_>, most: i64) -> Result<Vec<Line>> {
    let Wanted {
        actor,
        act,
        subject,
        ..
    } = *wanted;
    if !subject.is_empty() {
        return part(db, OF_SUBJECT, [subject, actor, act], wanted, most).await;
    }
    if !actor.is_empty() {
        return part(db, OF_ACTOR, [actor, "", act], wanted, most).await;
    }
    if act.is_empty() {
        return part(db, OF_ANY, ["", "", ""], wanted, most).await;
    }
    let acts: Vec<(String,)> =
        on!(read db, pool, sql => ACTS, sqlx::query_as(sql).fetch_all(pool).await?);
    let mut found = Vec::new();
    for (one,) in acts.iter().filter(|(one,)| one.starts_with(act)) {
        found.extend(part(db, OF_ACT, [one, "", ""], wanted, most).await?);
    }
    found.sort_by_key(|line| std::cmp::Reverse(line.seq));
    found.truncate(usize::try_from(most).unwrap_or_default());
    Ok(found)
}

/// What one of the statements finds for its key and the two other conditions.
async fn part(
    db: &Db,
    statement: Sql,
    [key, other, act]: [&str; 3],
    wanted: &Wanted<'_>,
    most: i64,
) -> Result<Vec<Line>> {
    Ok(on!(read db, pool, sql => statement,
        sqlx::query_as(sql).bind(key).bind(other).bind(act).bind(wanted.from)
            .bind(wanted.to).bind(wanted.before).bind(most).fetch_all(pool).await?))
}

/// The end of the chain.
pub async fn head(db: &Db) -> Result<Head> {
    Ok(on!(read db, pool, sql => HEAD, sqlx::query_as(sql).fetch_one(pool).await?))
}

/// Whether this line is in the chain with this hash, or was deleted for its age.
pub async fn holds(db: &Db, seq: i64, noted: &str) -> Result<bool> {
    let head = head(db).await?;
    if seq <= head.floor_seq {
        return Ok(seq < head.floor_seq || head.floor_hash == noted);
    }
    let found = after(db, seq - 1, seq, 1).await?;
    Ok(found.first().is_some_and(|line| line.hash == noted))
}

/// Lines behind this one, in order, up to `last`.
pub async fn after(db: &Db, seq: i64, last: i64, most: i64) -> Result<Vec<Line>> {
    Ok(on!(read db, pool, sql => AFTER,
        sqlx::query_as(sql).bind(seq).bind(last).bind(most).fetch_all(pool).await?))
}

/// Reads the whole chain, up to where it ended when this began; lines may join
/// it meanwhile.
pub async fn verify(db: &Db) -> Result<Verified> {
    let head = head(db).await?;
    let mut lines = 0;
    let mut last = (head.floor_seq, head.floor_hash.clone());
    loop {
        let page = after(db, last.0, head.seq, PAGE).await?;
        if page.is_empty() {
            break;
        }
        for line in page {
            if let Some(what) = wrong(&last, &line) {
                let broken = Some(Broken {
                    seq: last.0 + 1,
                    what,
                });
                return Ok(Verified {
                    lines,
                    head,
                    broken,
                });
            }
            lines += 1;
            last = (line.seq, line.hash);
        }
    }
    let (outside,): (i64,) =
        on!(read db, pool, sql => OUTSIDE, sqlx::query_as(sql).fetch_one(pool).await?);
    let broken = if last != (head.seq, head.hash.clone()) {
        Some(Broken {
            seq: last.0 + 1,
            what: format!(
                "the chain ends here and should go on to line {}: what followed was removed",
                head.seq
            ),
        })
    } else if outside > head.unchained {
        Some(Broken {
            seq: head.seq,
            what: format!(
                "{} lines have no place in the chain: they were inserted",
                outside - head.unchained
            ),
        })
    } else {
        None
    };
    Ok(Verified {
        lines,
        head,
        broken,
    })
}

/// What is wrong with a line, given the one before it.
fn wrong(last: &(i64, String), line: &Line) -> Option<String> {
    if line.seq != last.0 + 1 {
        return Some("this line was removed".into());
    }
    let fields = [
        &line.id,
        &line.actor,
        &line.act,
        &line.subject,
        &line.detail,
    ];
    if hash(&last.1, line.seq, line.at, fields) == line.hash && line.before == last.1 {
        return None;
    }
    let own = hash(&line.before, line.seq, line.at, fields) == line.hash;
    let what = if own {
        "this line does not follow the one before it: a line was inserted, moved or exchanged"
    } else {
        "this line was changed, or stood elsewhere"
    };
    Some(format!("{what} (id {})", line.id))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::{Changes, probe};
    use std::time::Duration;

    fn row(id: &str) -> AuditRow {
        AuditRow {
            id: id.into(),
            at: 7,
            actor: "worker:YX033".into(),
            act: "read.sheet".into(),
            subject: "request:1".into(),
            detail: "{}".into(),
        }
    }

    async fn five_lines() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/x.db", folder.path().display());
        let db = Db::open(&url, 2, Duration::from_secs(3)).await.unwrap();
        db.migrate().await.unwrap();
        for group in [&["a", "b"][..], &["c"], &["d", "e"]] {
            let mut changes = Changes::at(1);
            changes.audit = group.iter().map(|id| row(id)).collect();
            db.commit(&changes).await.unwrap();
        }
        (folder, db)
    }

    async fn broken(db: &Db) -> Option<(i64, String)> {
        let found = verify(db).await.unwrap().broken;
        found.map(|b| (b.seq, b.what))
    }

    #[tokio::test]
    async fn a_chain_that_nobody_touched_is_whole() {
        let (_folder, db) = five_lines().await;
        let verified = verify(&db).await.unwrap();
        assert_eq!((verified.lines, verified.broken), (5, None));
        assert_eq!(verified.head.seq, 5);
    }

    #[tokio::test]
    async fn the_first_broken_link_is_named_whatever_was_done() {
        let again = "INSERT INTO audit SELECT 'x', at, actor, act, subject, detail, 6, hash, hash FROM audit WHERE seq = 5";
        for (damage, at, says) in [
            (
                "UPDATE audit SET subject = 'request:2' WHERE seq = 3",
                3,
                "changed",
            ),
            ("UPDATE audit SET at = at + 1 WHERE seq = 1", 1, "changed"),
            ("DELETE FROM audit WHERE seq = 2", 2, "removed"),
            ("DELETE FROM audit WHERE seq = 1", 1, "removed"),
            ("DELETE FROM audit WHERE seq >= 4", 4, "removed"),
            (
                "UPDATE audit SET seq = CASE seq WHEN 2 THEN -4 WHEN 4 THEN -2 ELSE seq END",
                2,
                "removed",
            ),
            (
                "INSERT INTO audit (id, at, actor, act, subject, detail) VALUES ('x', 1, '', '', '', '')",
                5,
                "inserted",
            ),
            ("UPDATE audit_head SET seq = 6, hash = 'x'", 6, "removed"),
        ] {
            let (_folder, db) = five_lines().await;
            probe::execute(&db, damage).await.unwrap();
            let (seq, what) = broken(&db)
                .await
                .unwrap_or_else(|| panic!("{damage} passed"));
            assert!(seq == at && what.contains(says), "{damage}: {seq} {what}");
        }
        let (_folder, db) = five_lines().await;
        probe::execute(&db, again).await.unwrap();
        probe::execute(&db, "UPDATE audit_head SET seq = 6")
            .await
            .unwrap();
        assert_eq!(
            broken(&db).await.unwrap().0,
            6,
            "a line that was added behind"
        );
    }

    #[tokio::test]
    async fn lines_that_change_places_are_found() {
        let (_folder, db) = five_lines().await;
        for step in [
            "UPDATE audit SET seq = 99 WHERE seq = 2",
            "UPDATE audit SET seq = 2 WHERE seq = 3",
            "UPDATE audit SET seq = 3 WHERE seq = 99",
        ] {
            probe::execute(&db, step).await.unwrap();
        }
        assert_eq!(broken(&db).await.unwrap().0, 2);
    }

    #[tokio::test]
    async fn a_search_takes_the_index_that_fits_and_finds_what_the_beginning_of_an_act_means() {
        let (_folder, db) = five_lines().await;
        for (statement, index) in [
            (OF_SUBJECT, "audit_of_subject"),
            (OF_ACTOR, "audit_of_actor"),
            (OF_ACT, "audit_of_act"),
            (OF_ANY, "audit_in_order"),
        ] {
            let explained = format!("EXPLAIN QUERY PLAN {}", statement.sqlite);
            let Db::Sqlite { read, .. } = &db else {
                panic!("a file")
            };
            let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(sqlx::AssertSqlSafe(explained))
                .bind("worker:YX033")
                .bind("")
                .bind("")
                .bind(0_i64)
                .bind(9_i64)
                .bind(9_i64)
                .bind(9_i64)
                .fetch_all(read)
                .await
                .unwrap();
            assert!(plan.iter().any(|step| step.3.contains(index)), "{plan:?}");
            let sorts = plan.iter().any(|step| step.3.contains("TEMP B-TREE"));
            assert_eq!(sorts, index == "audit_of_subject", "{plan:?}");
            assert!(
                plan.iter().all(|step| !step.3.starts_with("SCAN")),
                "{plan:?}"
            );
        }
        let mut changes = Changes::at(1);
        changes.audit = vec![AuditRow {
            act: "read.word".into(),
            ..row("f")
        }];
        db.commit(&changes).await.unwrap();
        let seqs = |act: &'static str, most| {
            let db = &db;
            async move {
                let wanted = Wanted {
                    actor: "",
                    act,
                    subject: "",
                    from: 0,
                    to: 99,
                    before: 7,
                };
                let found = search(db, &wanted, most).await;
                found.unwrap().iter().map(|l| l.seq).collect::<Vec<_>>()
            }
        };
        assert_eq!(seqs("read.", 9).await, [6, 5, 4, 3, 2, 1]);
        assert_eq!(seqs("read.", 2).await, [6, 5]);
        assert_eq!(seqs("read.w", 9).await, [6]);
        assert_eq!(seqs("ead", 9).await, [0_i64; 0]);
    }

    #[tokio::test]
    async fn a_line_that_was_written_before_refuses_the_whole_change() {
        let (_folder, db) = five_lines().await;
        let mut changes = Changes::at(1);
        changes.audit = vec![row("new"), row("a")];
        assert!(db.commit(&changes).await.is_err());
        assert_eq!(verify(&db).await.unwrap().lines, 5);
        assert_eq!(broken(&db).await, None);
    }
}
