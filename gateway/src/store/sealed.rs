//! Every column that holds sealed text, for bringing all of it under another key.
//!
//! Rows are read in the order of their keys and written back only if nobody
//! changed them meanwhile: whoever did has sealed them anew. Which rows are to
//! be sealed again is decided by their prefix; nothing is opened here.

use super::sql::{Sql, sql};
use super::{Db, Result, on};
use serde::Serialize;

/// One sealed column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Table.
    pub table: &'static str,
    count: Sql,
    next: Sql,
    write: Sql,
}

/// A sealed value and where it stands.
#[derive(Clone, Debug, sqlx::FromRow, Serialize)]
pub struct Sealed {
    /// Key of the row.
    pub a: String,
    /// Second part of the key, where there is one.
    pub b: i64,
    /// The value.
    pub sealed: String,
}

/// A value sealed again.
#[derive(Clone, Debug, Serialize)]
pub struct Resealed {
    /// As it was read.
    #[serde(flatten)]
    pub was: Sealed,
    /// The same under the current key.
    pub now: String,
}

/// A resident sealed again: the hashes change with the key.
#[derive(Clone, Debug, Serialize)]
pub struct ResealedResident {
    /// As it was read.
    #[serde(flatten)]
    pub was: Sealed,
    /// The same under the current key.
    pub now: String,
    /// Id under the current key.
    pub id: String,
    /// Hash of the document number.
    pub id_tag: Option<String>,
    /// Hash of the telephone number.
    pub phone_tag: Option<String>,
}

/// A fact about a person sealed again: its hash changes with the key.
#[derive(Clone, Debug, Serialize)]
pub struct ResealedFact {
    /// As it was read.
    #[serde(flatten)]
    pub was: Sealed,
    /// The same under the current key.
    pub now: String,
    /// Hash of the value.
    pub tag: String,
}

/// $1 the prefix that stays, $2 and $3 where to go on, $4 how many.
macro_rules! column {
    ($table:literal, $a:literal, $b:literal, $sealed:literal) => {
        Column {
            table: $table,
            count: sql!(concat!(
                "SELECT COUNT(*) FROM ",
                $table,
                " WHERE ",
                $sealed,
                " IS NOT NULL AND substr(",
                $sealed,
                ", 1, length($1)) <> $1"
            )),
            next: sql!(concat!(
                "SELECT ",
                $a,
                " AS a, CAST(",
                $b,
                " AS BIGINT) AS b, ",
                $sealed,
                " AS sealed FROM ",
                $table,
                " WHERE ",
                $sealed,
                " IS NOT NULL AND substr(",
                $sealed,
                ", 1, length($1)) <> $1 AND (",
                $a,
                " > $2 OR (",
                $a,
                " = $2 AND ",
                $b,
                " > CAST($3 AS BIGINT))) ORDER BY 1, 2 LIMIT $4"
            )),
            write: sql!(
                concat!(
                    "UPDATE ",
                    $table,
                    " SET ",
                    $sealed,
                    " = j.value->>'now' FROM"
                ),
                rows,
                concat!(
                    "WHERE ",
                    $table,
                    ".",
                    $a,
                    " = j.value->>'a' AND CAST(j.value->>'b' AS BIGINT) = ",
                    $b,
                    " AND ",
                    $table,
                    ".",
                    $sealed,
                    " = j.value->>'sealed'"
                )
            ),
        }
    };
    ($table:literal, $a:literal, $sealed:literal) => {
        column!($table, $a, "0", $sealed)
    };
}

/// All of them. A test compares with the migrations.
pub const COLUMNS: [Column; 22] = [
    column!("workers", "id", "body_sealed"),
    RESIDENTS,
    column!("conversations", "address", "state_sealed"),
    column!("requests", "id", "story_sealed"),
    column!("events", "request", "seq", "note_sealed"),
    column!("inbound", "key", "body_sealed"),
    column!("outbox", "id", "body_sealed"),
    column!("corrections", "request", "words_sealed"),
    column!("photos", "id", "picture_sealed"),
    column!("holds", "request", "reason_sealed"),
    column!("staff", "id", "body_sealed"),
    column!("sessions", "tag", "device_sealed"),
    column!("facts", "id", "value_sealed"),
    column!("tasks", "id", "about_sealed"),
    column!("looks", "id", "note_sealed"),
    column!("looks", "id", "verdict_sealed"),
    column!("proofs", "id", "body_sealed"),
    column!("texts", "id", "body_sealed"),
    column!("checks", "id", "body_sealed"),
    column!("webhooks", "id", "body_sealed"),
    column!("mended", "key", "words_sealed"),
    column!("webhook_deliveries", "id", "answer_sealed"),
];
const RESIDENTS: Column = column!("residents", "id", "body_sealed");

// The same person came in again meanwhile, under the new key.
const TWICE: Sql = sql!(
    "DELETE FROM residents WHERE id IN (SELECT j.value->>'a' FROM",
    rows,
    "JOIN residents r ON r.id = j.value->>'id' WHERE j.value->>'a' <> j.value->>'id')"
);
const WRITE_RESIDENTS: Sql = sql!(
    "UPDATE residents SET id = j.value->>'id', id_tag = j.value->>'id_tag', phone_tag = j.value->>'phone_tag',
            body_sealed = j.value->>'now' FROM",
    rows,
    "WHERE residents.id = j.value->>'a' AND residents.body_sealed = j.value->>'sealed'"
);
const WRITE_FACTS: Sql = sql!(
    "UPDATE facts SET tag = j.value->>'tag', value_sealed = j.value->>'now' FROM",
    rows,
    "WHERE facts.id = j.value->>'a' AND facts.value_sealed = j.value->>'sealed'"
);
const NAMES: Sql = sql!("SELECT value FROM meta WHERE key = $1");
const SWAP: Sql = sql!("UPDATE meta SET value = $3 WHERE key = $1 AND value = $2");
const FORGET: Sql = sql!("DELETE FROM meta WHERE key = $1");

/// Statements by name.
pub(super) fn statements() -> Vec<(&'static str, Sql)> {
    let columns = COLUMNS.iter().flat_map(|c| {
        [
            ("sealed_count", c.count),
            ("sealed_next", c.next),
            ("sealed_write", c.write),
        ]
    });
    let others = [
        ("residents_twice", TWICE),
        ("residents_resealed", WRITE_RESIDENTS),
        ("facts_resealed", WRITE_FACTS),
        ("meta_found", NAMES),
        ("meta_swap", SWAP),
        ("meta_forget", FORGET),
    ];
    columns.chain(others).collect()
}

impl Column {
    /// How many values do not begin with `prefix`.
    pub async fn left(&self, db: &Db, prefix: &str) -> Result<i64> {
        let (count,): (i64,) = on!(read db, pool, sql => self.count,
            sqlx::query_as(sql).bind(prefix).fetch_one(pool).await?);
        Ok(count)
    }

    /// The next values that do not begin with `prefix`, in the order of their keys.
    pub async fn next(
        &self,
        db: &Db,
        prefix: &str,
        after: &(String, i64),
        most: i64,
    ) -> Result<Vec<Sealed>> {
        Ok(on!(read db, pool, sql => self.next,
            sqlx::query_as(sql).bind(prefix).bind(&after.0).bind(after.1).bind(most).fetch_all(pool).await?))
    }

    /// Writes values back where they still are as they were read; how many.
    pub async fn write(&self, db: &Db, rows: &[Resealed]) -> Result<u64> {
        execute(db, self.write, rows).await
    }
}

/// Writes residents back where they still are as they were read; how many.
pub async fn write_residents(db: &Db, rows: &[ResealedResident]) -> Result<u64> {
    let twice = execute(db, TWICE, rows).await?;
    Ok(twice + execute(db, WRITE_RESIDENTS, rows).await?)
}

/// Writes facts back where they still are as they were read; how many.
pub async fn write_facts(db: &Db, rows: &[ResealedFact]) -> Result<u64> {
    execute(db, WRITE_FACTS, rows).await
}

async fn execute<T: Serialize>(db: &Db, statement: Sql, rows: &[T]) -> Result<u64> {
    let rows = serde_json::to_string(rows).expect("rows are plain data");
    Ok(on!(write db, pool, sql => statement,
        sqlx::query(sql).bind(rows).execute(pool).await?.rows_affected()))
}

/// A fact of this database, if it has it.
pub async fn fact(db: &Db, key: &str) -> Result<Option<String>> {
    let found: Option<(String,)> = on!(read db, pool, sql => NAMES,
        sqlx::query_as(sql).bind(key).fetch_optional(pool).await?);
    Ok(found.map(|f| f.0))
}

/// Replaces a fact of this database; `false` if it was another than `before`.
pub async fn swap_fact(db: &Db, key: &str, before: &str, after: &str) -> Result<bool> {
    Ok(on!(write db, pool, sql => SWAP,
        sqlx::query(sql).bind(key).bind(before).bind(after).execute(pool).await?.rows_affected())
        == 1)
}

/// Takes a fact out of this database.
pub async fn forget_fact(db: &Db, key: &str) -> Result<()> {
    on!(write db, pool, sql => FORGET, { sqlx::query(sql).bind(key).execute(pool).await?; });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MIGRATIONS;

    #[test]
    fn every_sealed_column_of_the_migrations_is_brought_under_a_new_key() {
        let mut found = Vec::new();
        let mut table = "";
        for line in MIGRATIONS.iter().flat_map(|m| m.2.lines()) {
            let words: Vec<&str> = line.split([' ', '(', ',', ';']).collect();
            match words.as_slice() {
                ["CREATE", "TABLE", name, ..] => table = name,
                ["ALTER", "TABLE", name, "ADD", "COLUMN", column, ..]
                    if column.ends_with("_sealed") =>
                {
                    found.push(((*name).to_owned(), (*column).to_owned()));
                }
                ["", "", "", "", column, ..] if column.ends_with("_sealed") => {
                    found.push((table.to_owned(), (*column).to_owned()));
                }
                _ => {}
            }
        }
        assert!(found.len() >= 8, "{found:?}");
        for (table, column) in &found {
            let known = COLUMNS.iter().any(|c| {
                c.table == table && c.next.sqlite.contains(&format!(", {column} AS sealed"))
            });
            assert!(known, "{table}.{column} is sealed and not in COLUMNS");
        }
        assert_eq!(found.len(), COLUMNS.len());
    }
}
