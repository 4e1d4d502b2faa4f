//! The workers' console, beyond reading and acting.

use super::away;
use crate::app::App;
use crate::desk::looks::{self, Wish};
use crate::desk::place::Place;
use crate::desk::reviews::{self, Review};
use crate::desk::visits::{self, House};
use crate::desk::{self, Access, access, privacy, queue};
use crate::requests::act::ActRefused;
use crate::requests::case::Case;
use crate::requests::notify;
use crate::rights::Right;
use crate::store::StoreError;
use crate::territory::Worker;
use crate::web::{Casework, Part, Unavailable};
use async_trait::async_trait;
use menus::Lang;

#[async_trait]
impl Casework for App {
    async fn queue(
        &self,
        worker: &str,
        after: Option<&Place>,
        lang: Lang,
    ) -> Result<Part, Unavailable> {
        let Some(worker) = self.person(worker) else {
            return Ok(Part::default());
        };
        let (world, now) = (self.core.world(), self.core.clock.now());
        let part = queue::cards(&self.core, &world, (&worker, lang), after, now).await;
        let part = part.map_err(|e| away(&e))?;
        Ok(Part {
            cards: part.cards.into_iter().map(|(_, card)| card).collect(),
            next: part.next.map(|place| place.to_string()),
        })
    }

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
        let now = self.core.clock.now();
        if access(&worker, &case, &self.core.world(), now) == Access::None {
            let look = looks::live(&self.core, &worker, &case, now).await;
            if !look.map_err(|e| away(&e))?.is_some_and(|look| look.glass) {
                return Ok(None);
            }
        }
        let mark = desk::mark(&self.core, &case).await;
        mark.map(Some).map_err(|e| away(&e))
    }

    async fn show(&self, worker: &str, reference: &str, wish: Wish<'_>) -> Result<(), ActRefused> {
        let (worker, case) = self.about(worker, reference).await?;
        let done = match &case {
            Some(case) => looks::show(&self.core, &worker, case, wish).await,
            None => Ok(Err(ActRefused::Unknown)),
        };
        self.answered(&worker, Right::Unmask, case.as_ref(), done)
            .await
    }

    async fn break_glass(
        &self,
        worker: &str,
        reference: &str,
        wish: Wish<'_>,
    ) -> Result<String, ActRefused> {
        let (worker, case) = self.about(worker, reference).await?;
        let left = looks::may_try(&self.core, &worker).await;
        let left = left.map_err(|e| {
            away(&e);
            ActRefused::Away
        })?;
        let done = match &case {
            _ if !left => Ok(Err(ActRefused::TooOften)),
            Some(case) => looks::break_glass(&self.core, &worker, case, wish).await,
            None => Ok(Err(ActRefused::Unknown)),
        };
        let shown = case.as_ref().map(|case| notify::shown(&case.reference));
        self.answered(&worker, Right::BreakGlass, case.as_ref(), done)
            .await?;
        Ok(shown.unwrap_or_default())
    }

    async fn reviews(
        &self,
        worker: &str,
        after: Option<&Place>,
    ) -> Result<(Vec<Review>, Option<Place>), Unavailable> {
        let worker = self.person(worker).ok_or(Unavailable)?;
        let found = reviews::to_review(&self.core, &worker, after).await;
        found.map_err(|e| away(&e))
    }

    async fn sign_review(
        &self,
        worker: &str,
        id: &str,
        right: bool,
        note: &str,
    ) -> Result<(), ActRefused> {
        let worker = self.person(worker).ok_or(ActRefused::Unknown)?;
        let done = reviews::sign_off(&self.core, &worker, id, right, note).await;
        self.answered(&worker, Right::Review, None, done).await
    }

    async fn about_rights(
        &self,
        worker: &str,
        reference: &str,
        right: Right,
    ) -> Result<bool, Unavailable> {
        let found = self.for_rights(worker, reference, right).await?;
        Ok(found.is_some())
    }

    async fn take_copy(
        &self,
        worker: &str,
        reference: &str,
        lang: Lang,
    ) -> Result<Option<String>, Unavailable> {
        let found = self.for_rights(worker, reference, Right::Export).await?;
        let Some((actor, case)) = found else {
            return Ok(None);
        };
        let file = privacy::copy(&self.core, &case, &actor, lang).await;
        file.map(Some).map_err(|e| away(&e))
    }

    async fn erase(
        &self,
        worker: &str,
        reference: &str,
        lang: Lang,
    ) -> Result<Option<String>, Unavailable> {
        let found = self.for_rights(worker, reference, Right::Erase).await?;
        let Some((actor, case)) = found else {
            return Ok(None);
        };
        let receipt = privacy::erase(&self.core, &case, &actor).await;
        let receipt = receipt.map_err(|e| away(&e))?;
        Ok(Some(receipt.words(lang)))
    }

    async fn visits(&self, worker: &str, lang: Lang) -> Result<Vec<House>, Unavailable> {
        let worker = self.person(worker).ok_or(Unavailable)?;
        let now = self.core.clock.now();
        let found = visits::visits(&self.core, &worker, lang, now).await;
        found.map_err(|e| away(&e))
    }
}

impl App {
    /// Who asks, as it goes on record, and the request, if it is theirs to use this
    /// right on; what is not theirs goes on record.
    async fn for_rights(
        &self,
        worker: &str,
        reference: &str,
        right: Right,
    ) -> Result<Option<(String, Case)>, Unavailable> {
        let worker = self.person(worker).ok_or(Unavailable)?;
        let case = self.case(reference).await?;
        let world = self.core.world();
        let theirs = |case: &Case| privacy::theirs(&self.core, &world, &worker, case, right);
        if !case.as_ref().is_some_and(theirs) {
            self.not_theirs(&worker, right, case.as_ref()).await?;
            return Ok(None);
        }
        let actor = format!("worker:{}", worker.id);
        Ok(case.map(|case| (actor, case)))
    }

    /// Who asks, and the request of this reference, if there is one.
    async fn about(
        &self,
        worker: &str,
        reference: &str,
    ) -> Result<(Worker, Option<Case>), ActRefused> {
        let worker = self.person(worker).ok_or(ActRefused::Unknown)?;
        let case = self.case(reference).await.map_err(|_| ActRefused::Away)?;
        Ok((worker, case))
    }

    /// What is not theirs goes on record before it is refused.
    async fn answered(
        &self,
        worker: &Worker,
        right: Right,
        case: Option<&Case>,
        done: Result<Result<(), ActRefused>, StoreError>,
    ) -> Result<(), ActRefused> {
        let done = done.map_err(|e| {
            away(&e);
            ActRefused::Away
        })?;
        if done.as_ref().is_err_and(ActRefused::is_about_whose) {
            let line = self.not_theirs(worker, right, case).await;
            line.map_err(|_| ActRefused::Away)?;
        }
        done
    }
}
