//! Many rows in one transaction, a piece at a time.
//!
//! For imports: a file may hold a million lines, so its rows are never all in
//! memory, and still either all of them are written or none. Everything else
//! commits through `changes`.

use super::step::Step;
use super::{Changes, Db, Result, StoreError, audit, fault};
use sqlx::{Postgres, Sqlite, Transaction};

/// A transaction that takes pieces. Dropped, it leaves nothing behind.
pub struct Bulk(Tx);

enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Begins. On SQLite nobody else can write until it ends.
    pub async fn bulk(&self) -> Result<Bulk> {
        Ok(Bulk(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        }))
    }
}

/// One piece, written once for both drivers.
macro_rules! apply {
    ($tx:ident, $steps:expr, $audit:expr, $engine:ident) => {{
        for step in $steps {
            let query = sqlx::query(step.sql.$engine).bind(&step.rows);
            let done = query.execute(&mut **$tx).await?.rows_affected();
            if step.exactly.is_some_and(|wanted| wanted != done) {
                return Err(StoreError::Conflict);
            }
            fault(step.name);
        }
        if !$audit.is_empty() && !audit::chain!(&mut **$tx, $audit, $engine) {
            return Err(StoreError::Conflict);
        }
    }};
}

impl Bulk {
    /// Adds a piece. Audit lines belong into the last one: from then on nobody
    /// else can write any.
    ///
    /// # Errors
    /// Whatever goes wrong, the whole is lost: drop it.
    pub async fn write(&mut self, changes: &Changes) -> Result<()> {
        let steps: Vec<Step> = changes.steps();
        match &mut self.0 {
            Tx::Sqlite(tx) => apply!(tx, &steps, &changes.audit, sqlite),
            Tx::Postgres(tx) => apply!(tx, &steps, &changes.audit, postgres),
        }
        fault("bulk.piece");
        Ok(())
    }

    /// Makes all pieces count.
    pub async fn commit(self) -> Result<()> {
        fault("commit.before");
        match self.0 {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        fault("commit.after");
        Ok(())
    }
}
