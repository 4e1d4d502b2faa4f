//! The database: one SQL text, two native drivers.
//!
//! Everything that knows `sqlx` is in this folder, one table family per file.
//! Reads are plain functions that take [`Db`]; every write is a [`Changes`]
//! value applied by [`Db::commit`] in one transaction (see `changes`). Nothing
//! here decides anything: what to write is computed before, from what was read.
//!
//! To add a statement: write a `const NAME: Sql` with `sql!`, and name it in the
//! `STATEMENTS` list of its file; a test prepares all of them on both engines.

pub mod audit;
mod bulk;
mod changes;
pub mod channels;
pub mod checks;
pub mod clients;
pub mod conversations;
pub mod copies;
pub mod corrections;
pub mod documents;
pub mod drafts;
pub mod equity;
pub mod erasing;
pub mod expired;
pub mod grants;
mod guard;
pub mod inbound;
#[cfg(feature = "testing")]
pub mod inspect;
pub mod looks;
mod open;
pub mod outbox;
pub mod people;
pub mod person_rows;
pub mod persons;
pub mod photos;
#[cfg(any(test, feature = "testing"))]
pub mod probe;
pub mod probes;
pub mod proofs;
mod reach;
pub mod requests;
pub mod roster;
pub mod rows;
pub mod sealed;
mod sql;
pub mod staff;
mod step;
pub mod timers;
pub mod webhooks;
mod writes;

pub use bulk::Bulk;
pub use changes::{Changes, Committed};
pub use guard::{Work, broken, fault, worked};
#[cfg(feature = "testing")]
pub use guard::{counted, done};
pub use open::{KEYS, MIGRATIONS, Migrated, file_of, full};

use sqlx::{PgPool, SqlitePool};

/// A database handle; cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    /// Embedded. All writes go through a pool of one connection, so that
    /// writers queue here instead of inside the database.
    Sqlite {
        /// The single writer.
        write: SqlitePool,
        /// Readers; they never block the writer (WAL).
        read: SqlitePool,
    },
    /// Server, for more than one process.
    Postgres(PgPool),
}

/// What can go wrong with the store, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed the same thing first: read again and decide again.
    #[error("changed by somebody else meanwhile")]
    Conflict,
    /// The database cannot be reached or cannot write now: hold and try later.
    #[error("the database is away: {0}")]
    Away(String),
    /// A stored value cannot be read: show it to an administrator.
    #[error("damaged row in {table}: {why}")]
    Damaged {
        /// Table or document kind.
        table: &'static str,
        /// What was wrong, without the value.
        why: String,
    },
    /// A statement failed in a way that repeating does not cure.
    #[error("the database refused: {0}")]
    Refused(String),
    /// The database belongs to another key, or is newer than this program.
    #[error("{0}")]
    Unusable(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match &error {
            E::Io(_)
            | E::Tls(_)
            | E::PoolTimedOut
            | E::PoolClosed
            | E::WorkerCrashed
            | E::Protocol(_) => Self::Away(error.to_string()),
            E::Database(inner) => {
                let code = inner.code().unwrap_or_default();
                // PostgreSQL: connection, resource, shutdown and start-up classes.
                // SQLite: busy, locked, out of disk, input/output, read-only.
                // A password may be changed under us, and a database restored.
                let away = code.starts_with("08")
                    || code.starts_with("28")
                    || code == "3D000"
                    || code.starts_with("53")
                    || code.starts_with("57")
                    || matches!(code.as_ref(), "5" | "6" | "8" | "10" | "13" | "14")
                    || code
                        .parse::<u32>()
                        .is_ok_and(|c| matches!(c & 0xff, 5 | 6 | 8 | 10 | 13 | 14) && c < 10_000);
                let serialization = matches!(code.as_ref(), "40001" | "40P01");
                if serialization {
                    Self::Conflict
                } else if away {
                    Self::Away(inner.message().to_owned())
                } else {
                    Self::Refused(inner.message().to_owned())
                }
            }
            _ => Self::Refused(error.to_string()),
        }
    }
}

/// Shorthand of this layer.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Runs the same body on whichever pool is there. `read` uses the readers.
macro_rules! on {
    (read $db:expr, $pool:ident, $sql:ident => $text:expr, $body:expr) => {{
        $crate::store::worked($crate::store::Work::Statement);
        match $db {
            $crate::store::Db::Sqlite { read: $pool, .. } => {
                let $sql = $text.sqlite;
                $body
            }
            $crate::store::Db::Postgres($pool) => {
                let $sql = $text.postgres;
                $body
            }
        }
    }};
    (write $db:expr, $pool:ident, $sql:ident => $text:expr, $body:expr) => {{
        $crate::store::worked($crate::store::Work::Statement);
        match $db {
            $crate::store::Db::Sqlite { write: $pool, .. } => {
                let $sql = $text.sqlite;
                $body
            }
            $crate::store::Db::Postgres($pool) => {
                let $sql = $text.postgres;
                $body
            }
        }
    }};
}
pub(crate) use on;

/// Every statement of the product, for the test that prepares them all.
pub fn statements() -> Vec<(&'static str, sql::Sql)> {
    [
        writes::STATEMENTS,
        audit::STATEMENTS,
        checks::STATEMENTS,
        channels::STATEMENTS,
        clients::STATEMENTS,
        conversations::STATEMENTS,
        copies::STATEMENTS,
        corrections::STATEMENTS,
        documents::STATEMENTS,
        drafts::STATEMENTS,
        equity::STATEMENTS,
        grants::STATEMENTS,
        inbound::STATEMENTS,
        #[cfg(feature = "testing")]
        inspect::STATEMENTS,
        looks::STATEMENTS,
        outbox::STATEMENTS,
        people::STATEMENTS,
        person_rows::STATEMENTS,
        persons::STATEMENTS,
        photos::STATEMENTS,
        probes::STATEMENTS,
        proofs::STATEMENTS,
        requests::STATEMENTS,
        roster::STATEMENTS,
        staff::STATEMENTS,
        timers::STATEMENTS,
        webhooks::STATEMENTS,
        &erasing::statements(),
        &expired::statements(),
        &sealed::statements(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sqlx::{Executor, SqlSafeStr};

    #[tokio::test]
    async fn every_statement_is_understood_by_both_engines() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/x.db", folder.path().display());
        let db = Db::open(&url, 2, std::time::Duration::from_secs(3))
            .await
            .unwrap();
        db.migrate().await.unwrap();
        let Db::Sqlite { write, .. } = &db else {
            unreachable!()
        };
        for (name, sql) in statements() {
            write
                .prepare(sql.sqlite.into_sql_str())
                .await
                .unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        let Ok(server) = std::env::var("LINLI_TEST_POSTGRES") else {
            return; // `tests/run` sets it; a lone `cargo test` has no server.
        };
        let db = Db::open(&server, 2, std::time::Duration::from_secs(3))
            .await
            .unwrap();
        db.migrate().await.unwrap();
        let Db::Postgres(pool) = &db else {
            unreachable!()
        };
        for (name, sql) in statements() {
            pool.prepare(sql.postgres.into_sql_str())
                .await
                .unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }

    #[tokio::test]
    async fn a_guard_that_refuses_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(
            &format!("sqlite:{}/x.db", folder.path().display()),
            2,
            std::time::Duration::from_secs(3),
        )
        .await
        .unwrap();
        db.migrate().await.unwrap();
        let row = |key: &str, before| {
            let mut c = Changes::at(1);
            c.inbound.push(rows::InboundRow {
                key: key.into(),
                id: key.into(),
                address: "a".into(),
                at: 1,
                body: "v1:".into(),
                request: None,
                state: 1,
                cause: Some("test".into()),
                page: 0,
            });
            c.conversations.push(rows::ConversationRow {
                address: "a".into(),
                before,
                state: "v1:".into(),
                requests: 0,
                at: 1,
                ended: None,
                menu: None,
                lang: None,
            });
            c
        };
        db.commit(&row("one", 0)).await.unwrap();
        assert!(
            matches!(db.commit(&row("two", 0)).await, Err(StoreError::Conflict)),
            "stale version"
        );
        assert!(
            matches!(db.commit(&row("one", 1)).await, Err(StoreError::Conflict)),
            "repeated key"
        );
        assert_eq!(inbound::parked_count(&db).await.unwrap(), (1, Some(1)));
        db.commit(&row("two", 1)).await.unwrap();
        assert_eq!(inbound::parked_count(&db).await.unwrap().0, 2);
    }
}
