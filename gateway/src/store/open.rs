//! Opening the database: which engine, its settings, migrations, the key check.

use super::sql::{Sql, sql};
use super::{Db, Result, StoreError, on};
use crate::seal::Seal;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Executor, SqlSafeStr};
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// Every migration: number, name, text. Never edited after it landed.
pub const MIGRATIONS: &[(i64, &str, &str)] = &[
    (
        1,
        "spine",
        include_str!("../../../migrations/0001_spine.sql"),
    ),
    (
        2,
        "learning",
        include_str!("../../../migrations/0002_learning.sql"),
    ),
    (
        3,
        "outbox_turns",
        include_str!("../../../migrations/0003_outbox_turns.sql"),
    ),
    (
        4,
        "outbox_heard",
        include_str!("../../../migrations/0004_outbox_heard.sql"),
    ),
    (
        5,
        "privacy",
        include_str!("../../../migrations/0005_privacy.sql"),
    ),
    (
        6,
        "staff",
        include_str!("../../../migrations/0006_staff.sql"),
    ),
    (7, "duty", include_str!("../../../migrations/0007_duty.sql")),
    (
        8,
        "proofs",
        include_str!("../../../migrations/0008_proofs.sql"),
    ),
    (
        9,
        "persons",
        include_str!("../../../migrations/0009_persons.sql"),
    ),
    (
        10,
        "looks",
        include_str!("../../../migrations/0010_looks.sql"),
    ),
    (
        11,
        "editing",
        include_str!("../../../migrations/0011_editing.sql"),
    ),
    (
        12,
        "clients",
        include_str!("../../../migrations/0012_clients.sql"),
    ),
    (
        13,
        "photos",
        include_str!("../../../migrations/0013_photos.sql"),
    ),
    (
        14,
        "checks",
        include_str!("../../../migrations/0014_checks.sql"),
    ),
    (
        15,
        "single_sign_on",
        include_str!("../../../migrations/0015_single_sign_on.sql"),
    ),
    (
        16,
        "audit search",
        include_str!("../../../migrations/0016_audit_search.sql"),
    ),
    (
        17,
        "operation",
        include_str!("../../../migrations/0017_operation.sql"),
    ),
    (
        18,
        "release notes",
        include_str!("../../../migrations/0018_release_notes.sql"),
    ),
];

/// The fact that names the keys this database was written with.
pub const KEYS: &str = "key_fingerprint";

/// What `migrate` did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// Newest version now in the database.
    pub version: i64,
}

const META_GET: Sql = sql!("SELECT value FROM meta WHERE key = $1");
const META_SET: Sql =
    sql!("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING");
// Every statement looks up a few rows by key. Planned while the tables are
// still empty, a whole scan seems cheaper, and the plan stays in force.
const SESSION: Sql = sql!(
    "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off"
);
const PING: Sql = sql!("SELECT 1");

/// The file an address names, as it is written; `None` if it names a server or
/// memory.
pub fn file_of(url: &str) -> Option<PathBuf> {
    let options = url.starts_with("sqlite:").then_some(url)?;
    let options = SqliteConnectOptions::from_str(options).ok()?;
    let file = options.get_filename();
    let memory = url.contains(":memory:") || url.contains("mode=memory");
    (!memory).then(|| file.to_owned())
}

/// A path from the root, for people who have to find it.
pub fn full(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Makes the file where there is none, for its owner alone: times, desks and
/// references lie open in it. What `SQLite` puts beside it gets the same rights.
fn make(file: &Path) -> std::io::Result<()> {
    if let Some(folder) = file.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    match options.write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

impl Db {
    /// Connects to `url`: `sqlite:PATH` (created if missing) or `postgres://…`.
    /// PostgreSQL may be away at this moment; SQLite must open. After `patience`
    /// without a free connection the database counts as away.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] for a URL of another kind or a file that cannot be opened.
    pub async fn open(url: &str, connections: u32, patience: Duration) -> Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)
                .map_err(|_| StoreError::Unusable("the PostgreSQL URL cannot be read".into()))?
                .disable_statement_logging();
            let pool = PgPoolOptions::new()
                .max_connections(connections.max(2))
                .acquire_timeout(patience)
                .test_before_acquire(false)
                .after_connect(|connection, _| {
                    Box::pin(async move {
                        connection.execute(SESSION.postgres).await?;
                        Ok(())
                    })
                })
                .connect_lazy_with(options);
            return Ok(Self::Postgres(pool));
        }
        if !url.starts_with("sqlite:") {
            return Err(StoreError::Unusable(
                "database.url must begin with sqlite: or postgres:".into(),
            ));
        }
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|e| StoreError::Unusable(format!("the SQLite URL cannot be read: {e}")))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("cache_size", "-16000")
            .pragma("temp_store", "memory")
            .disable_statement_logging();
        if let Some(file) = file_of(url) {
            make(&file).map_err(|e| {
                let file = full(&file);
                let file = file.display();
                StoreError::Unusable(format!("the database {file} cannot be made: {e}"))
            })?;
        }
        let pool = |most| {
            SqlitePoolOptions::new()
                .max_connections(most)
                .acquire_timeout(Duration::from_secs(20))
                .test_before_acquire(false)
        };
        let write = pool(1)
            .connect_with(options.clone())
            .await
            .map_err(|e| StoreError::Unusable(format!("the SQLite file cannot be opened: {e}")))?;
        let read = pool(connections.clamp(1, 4)).connect_with(options).await?;
        Ok(Self::Sqlite { write, read })
    }

    /// For a process that serves: an SQLite file is for one of them, since what an
    /// earlier one claimed is taken over at the start. Held until the file is
    /// dropped, and by nobody once the process is dead. `None` on PostgreSQL.
    ///
    /// Errors: [`StoreError::Unusable`] if another process serves this file.
    pub fn serve_alone(&self) -> Result<Option<File>> {
        let Self::Sqlite { write, .. } = self else {
            return Ok(None);
        };
        let mut name = write
            .connect_options()
            .get_filename()
            .as_os_str()
            .to_owned();
        name.push("-lock");
        let unusable = |why: String| StoreError::Unusable(why);
        let lock = File::create(&name).map_err(|e| {
            unusable(format!(
                "the lock beside the SQLite file cannot be made: {e}"
            ))
        })?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => Err(unusable(
                "another gateway serves this SQLite file; several processes need PostgreSQL".into(),
            )),
            Err(TryLockError::Error(e)) => Err(unusable(format!(
                "the lock beside the SQLite file cannot be taken: {e}"
            ))),
        }
    }

    /// Applies the migrations that are missing. Safe to run in several processes at once.
    pub async fn migrate(&self) -> Result<Migrated> {
        let list = MIGRATIONS
            .iter()
            .map(|(version, name, text)| {
                Migration::new(
                    *version,
                    (*name).into(),
                    MigrationType::Simple,
                    text.into_sql_str(),
                    false,
                )
            })
            .collect();
        let migrator = Migrator::with_migrations(list);
        let done = match self {
            Self::Sqlite { write, .. } => migrator.run(write).await,
            Self::Postgres(pool) => migrator.run(pool).await,
        };
        match done {
            Ok(()) => Ok(Migrated {
                version: MIGRATIONS.last().map_or(0, |m| m.0),
            }),
            Err(MigrateError::Execute(e)) => Err(e.into()),
            Err(MigrateError::ExecuteMigration(e, version)) => Err(match e.into() {
                StoreError::Away(why) => StoreError::Away(why),
                other => StoreError::Unusable(format!(
                    "the migrations cannot be applied: {version}: {other}"
                )),
            }),
            Err(MigrateError::VersionMissing(v)) => Err(StoreError::Unusable(format!(
                "the database has migration {v}, which this program does not know: it was used by a newer version"
            ))),
            Err(other) => Err(StoreError::Unusable(format!(
                "the migrations cannot be applied: {other}"
            ))),
        }
    }

    /// A fact of this database, setting it first if it has none.
    pub async fn meta(&self, key: &str, initial: &str) -> Result<String> {
        on!(write self, pool, sql => META_SET, { sqlx::query(sql).bind(key).bind(initial).execute(pool).await?; });
        let found: Option<(String,)> = on!(write self, pool, sql => META_GET, sqlx::query_as(sql).bind(key).fetch_optional(pool).await?);
        found.map(|f| f.0).ok_or(StoreError::Damaged {
            table: "meta",
            why: format!("{key} vanished"),
        })
    }

    /// Refuses to go on without every key this database was written with. The
    /// key that seals from now on is noted, so that nobody goes on without it.
    pub async fn check_key(&self, seal: &Seal) -> Result<()> {
        let ours = seal.fingerprints();
        loop {
            let known = self.meta(KEYS, &ours[0]).await?;
            if let Some(missing) = known.split(',').find(|k| !ours.iter().any(|o| o == k)) {
                return Err(StoreError::Unusable(format!(
                    "the data key does not fit this database (it was written with key {missing}, this is {}): set secrets.key or secrets.others",
                    ours[0]
                )));
            }
            if known.split(',').any(|k| k == ours[0]) {
                return Ok(());
            }
            let both = format!("{known},{}", ours[0]);
            if super::sealed::swap_fact(self, KEYS, &known, &both).await? {
                return Ok(());
            }
        }
    }

    /// Whether the database answers now.
    pub async fn ping(&self) -> Result<()> {
        let _: (i32,) =
            on!(read self, pool, sql => PING, sqlx::query_as(sql).fetch_one(pool).await?);
        Ok(())
    }

    /// Closes all connections, waiting for those in use.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_new_sqlite_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("in/x.db");
        let url = format!("sqlite:{}", file.display());
        assert_eq!(file_of(&url), Some(file.clone()));
        let db = Db::open(&url, 2, Duration::from_secs(1)).await.unwrap();
        db.migrate().await.unwrap();
        let mut seen = 0;
        for found in std::fs::read_dir(folder.path().join("in")).unwrap() {
            let mode = found.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            seen += 1;
        }
        assert!(seen >= 2, "the journal is beside it");
        assert_eq!(file_of("sqlite::memory:"), None);
        assert_eq!(file_of("postgres://u@h/n"), None);
    }

    #[tokio::test]
    async fn an_sqlite_file_is_served_by_one_process_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/x.db", folder.path().display());
        let one = Db::open(&url, 2, Duration::from_secs(1)).await.unwrap();
        let other = Db::open(&url, 2, Duration::from_secs(1)).await.unwrap();
        let held = one.serve_alone().unwrap();
        assert!(held.is_some());
        let refused = other.serve_alone().unwrap_err();
        assert!(
            refused.to_string().contains("another gateway serves"),
            "{refused}"
        );
        drop(held);
        assert!(other.serve_alone().unwrap().is_some(), "free after its end");
    }
}
