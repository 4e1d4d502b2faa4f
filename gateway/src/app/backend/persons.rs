//! Persons and what is to be looked into with them, for the pages.

use super::away;
use crate::app::App;
use crate::copying::document;
use crate::desk::view::Merge;
use crate::desk::{merges, persons};
use crate::requests::act::ActRefused;
use crate::rights::Right;
use crate::staff::Known;
use crate::store::StoreError;
use crate::web::{Persons, Unavailable};
use async_trait::async_trait;
use menus::Lang;

#[async_trait]
impl Persons for App {
    async fn settle(
        &self,
        worker: &str,
        reference: &str,
        task: &str,
        answer: &str,
    ) -> Result<(), ActRefused> {
        let worker = self.person(worker).ok_or(ActRefused::Unknown)?;
        let case = self.case(reference).await.map_err(|_| ActRefused::Away)?;
        let (world, now) = (self.core.world(), self.core.clock.now());
        let done = match &case {
            Some(case) => {
                persons::settle(&self.core, &world, &worker, case, (task, answer), now).await
            }
            None => Ok(Err(ActRefused::Unknown)),
        };
        let done = match done {
            Ok(done) => done,
            Err(StoreError::Conflict) => Err(ActRefused::Stale),
            Err(error) => {
                away(&error);
                Err(ActRefused::Away)
            }
        };
        if done.as_ref().is_err_and(ActRefused::is_about_whose) {
            let line = self.not_theirs(&worker, Right::Settle, case.as_ref()).await;
            line.map_err(|_| ActRefused::Away)?;
        }
        done
    }

    async fn merges(&self, lang: Lang) -> Result<Vec<Merge>, Unavailable> {
        let found = merges::merges(&self.core, lang).await;
        found.map_err(|e| away(&e))
    }

    async fn decide_merge(&self, me: &Known, id: &str, answer: &str) -> Result<bool, Unavailable> {
        match merges::decide(&self.core, &me.actor(), id, answer).await {
            // Somebody else was quicker: there is nothing left to decide.
            Err(StoreError::Conflict) => Ok(false),
            done => done.map_err(|e| away(&e)),
        }
    }

    async fn own_copy(&self, secret: &str, lang: Lang) -> Result<Option<String>, Unavailable> {
        let found = document::fetch(&self.core, secret, lang).await;
        found.map_err(|e| away(&e))
    }
}
