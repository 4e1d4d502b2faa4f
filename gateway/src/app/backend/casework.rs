//! The workers' console, beyond reading and acting.

use super::away;
use crate::app::App;
use crate::desk::{self, Access, access, queue};
use crate::web::{Casework, Unavailable};
use async_trait::async_trait;

#[async_trait]
impl Casework for App {
    async fn queue_mark(&self, worker: &str) -> Result<String, Unavailable> {
        let Some(worker) = self.person(worker) else {
            return Ok(String::new());
        };
        let world = self.core.world();
        let mark = queue::mark(&self.core, &world, &worker).await;
        mark.map_err(|e| away(&e))
    }

    async fn sheet_mark(
        &self,
        worker: &str,
        reference: &str,
    ) -> Result<Option<String>, Unavailable> {
        let (Some(worker), Some(case)) = (self.person(worker), self.case(reference).await?) else {
            return Ok(None);
        };
        let may = access(&worker, &case, &self.core.world(), self.core.clock.now());
        if may == Access::None {
            return Ok(None);
        }
        let mark = desk::mark(&self.core, &case).await;
        mark.map(Some).map_err(|e| away(&e))
    }
}
