//! The console's part of the backend in memory.

use super::super::{Backend, Casework, Lang, Unavailable};
use super::Fake;
use async_trait::async_trait;

#[async_trait]
impl Casework for Fake {
    async fn queue_mark(&self, _: &str) -> Result<String, Unavailable> {
        let state = self.there()?;
        let versions = state.sheets.iter().map(|s| s.card.version).sum::<u32>();
        Ok(format!("{versions:x}"))
    }

    async fn sheet_mark(
        &self,
        worker: &str,
        reference: &str,
    ) -> Result<Option<String>, Unavailable> {
        let sheet = self.sheet(worker, reference, Lang::Zh).await?;
        Ok(sheet.map(|sheet| sheet.mark))
    }
}
