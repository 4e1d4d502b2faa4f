//! A raw look at the tables, for the tests' checker and for damaging a row on
//! purpose. Built with the feature `testing` only; the product never calls it.

use super::{Db, Result};
use sqlx::{AssertSqlSafe, Row};

/// Rows of a query whose columns are all text (`CAST(x AS TEXT)`).
pub async fn rows(db: &Db, sql: &str) -> Result<Vec<Vec<Option<String>>>> {
    macro_rules! read {
        ($pool:expr) => {
            sqlx::query(AssertSqlSafe(sql.to_owned()))
                .fetch_all($pool)
                .await?
                .iter()
                .map(|row| (0..row.len()).map(|i| row.get(i)).collect())
                .collect()
        };
    }
    Ok(match db {
        Db::Sqlite { write, .. } => read!(write),
        Db::Postgres(pool) => read!(pool),
    })
}

/// Runs one statement; how many rows it changed.
pub async fn execute(db: &Db, sql: &str) -> Result<u64> {
    macro_rules! run {
        ($pool:expr) => {
            sqlx::query(AssertSqlSafe(sql.to_owned()))
                .execute($pool)
                .await?
                .rows_affected()
        };
    }
    Ok(match db {
        Db::Sqlite { write, .. } => run!(write),
        Db::Postgres(pool) => run!(pool),
    })
}
