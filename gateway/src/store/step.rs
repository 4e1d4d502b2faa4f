//! One statement of a commit with its rows, before it is run.

use super::sql::Sql;
use serde::Serialize;

/// One statement ready to run: its rows as JSON and how many must be touched.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) sql: Sql,
    pub(super) rows: String,
    /// `None`: any number will do.
    pub(super) exactly: Option<u64>,
    /// Whether it says where messages stand.
    pub(super) tells_turns: bool,
}

/// A tag or address with the time, for statements that need both.
#[derive(Serialize)]
pub(super) struct Stamped<'a> {
    tag: &'a str,
    at: i64,
}

pub(super) fn add<T: Serialize>(
    steps: &mut Vec<Step>,
    name: &'static str,
    sql: Sql,
    rows: &[T],
    guarded: bool,
) {
    if !rows.is_empty() {
        steps.push(Step {
            name,
            sql,
            rows: serde_json::to_string(rows).expect("rows are plain data"),
            exactly: guarded.then_some(rows.len() as u64),
            tells_turns: name == "outbox",
        });
    }
}

pub(super) fn stamped(tag: &str, at: i64) -> Stamped<'_> {
    Stamped { tag, at }
}
