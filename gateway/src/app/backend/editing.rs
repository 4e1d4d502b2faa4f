//! Drafts, checks and releases, for the pages.

use super::away;
use crate::app::App;
use crate::editing::{self, Asked, Moved, Preview, Previewed, Try, Trying, Workbench};
use crate::web::{Editor, Unavailable};
use async_trait::async_trait;

#[async_trait]
impl Editor for App {
    async fn edit(&self, actor: &str, asked: Asked) -> Result<Workbench, Unavailable> {
        let done = editing::carry_out(&self.core, actor, asked).await;
        done.map_err(|e| away(&e))
    }

    async fn moved(&self) -> Result<Option<Moved>, Unavailable> {
        editing::moved(&self.core).await.map_err(|e| away(&e))
    }

    async fn preview(&self, asked: Preview) -> Result<Option<Previewed>, Unavailable> {
        let played = editing::preview(&self.core, asked).await;
        played.map_err(|e| away(&e))
    }

    async fn suppose(&self, actor: &str, order: Try) -> Result<Trying, Unavailable> {
        let done = editing::suppose(&self.core, actor, order).await;
        done.map_err(|e| away(&e))
    }
}
