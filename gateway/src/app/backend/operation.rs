//! The log of who did what, and what would be deleted, for the pages.

use super::away;
use crate::app::App;
use crate::clock::micros;
use crate::retention::{self, Deleted};
use crate::store::audit::{self, Line, Wanted};
use crate::web::{LogAsked, Operation, Unavailable};
use async_trait::async_trait;

#[async_trait]
impl Operation for App {
    async fn search_log(&self, asked: LogAsked) -> Result<Vec<Line>, Unavailable> {
        let wanted = Wanted {
            actor: &asked.actor,
            act: &asked.act,
            subject: &asked.subject,
            from: asked.from.map_or(i64::MIN, micros),
            to: asked.to.map_or(i64::MAX, micros),
            before: asked.before.unwrap_or(i64::MAX),
        };
        let found = audit::search(&self.core.db, &wanted, asked.most as i64).await;
        found.map_err(|e| away(&e))
    }

    async fn verify_log(&self) -> Result<audit::Verified, Unavailable> {
        audit::verify(&self.core.db).await.map_err(|e| away(&e))
    }

    async fn would_delete(&self) -> Result<Vec<Deleted>, Unavailable> {
        let counted = retention::dry_run(&self.core, &self.keep).await;
        counted.map_err(|e| away(&e))
    }
}
