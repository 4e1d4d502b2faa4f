//! One SQL text with at most one difference between the engines.
//!
//! Many rows travel as one JSON parameter, so that a group of messages costs
//! one statement per table. Only the table function that unfolds it is spelt
//! differently: write `rows` where it belongs and read fields as `j.value->>'x'`.
//! `pair!` is for the few claim statements that need row locks.

/// A statement in the spelling of each engine; usually the same.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    /// SQLite's text.
    pub sqlite: &'static str,
    /// PostgreSQL's text.
    pub postgres: &'static str,
}

/// `sql!("text")`, or `sql!("before", rows, "after")` with `rows` = parameter $1.
macro_rules! sql {
    ($text:expr) => {
        $crate::store::sql::Sql {
            sqlite: $text,
            postgres: $text,
        }
    };
    ($before:expr, rows, $after:expr) => {
        $crate::store::sql::Sql {
            sqlite: concat!($before, " json_each($1) AS j ", $after),
            postgres: concat!(
                $before,
                " jsonb_array_elements(CAST($1 AS JSONB)) AS j(value) ",
                $after
            ),
        }
    };
}

/// A statement that must differ.
macro_rules! pair {
    (sqlite: $sqlite:expr, postgres: $postgres:expr $(,)?) => {
        $crate::store::sql::Sql {
            sqlite: $sqlite,
            postgres: $postgres,
        }
    };
}

pub(crate) use {pair, sql};

/// Texts as the rows that unfold from one parameter.
pub(super) fn list(texts: &[String]) -> String {
    let rows: Vec<[&String; 1]> = texts.iter().map(|text| [text]).collect();
    serde_json::to_string(&rows).expect("plain data")
}
