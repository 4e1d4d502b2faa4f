//! The console's part of the backend in memory.

use super::super::{Backend, Casework, Lang, Part, Unavailable};
use super::{Fake, WORKER};
use crate::desk::looks::Wish;
use crate::desk::place::Place;
use crate::desk::reviews::Review;
use crate::desk::view::Card;
use crate::desk::visits::{House, Visit};
use crate::requests::act::ActRefused;
use crate::rights::Right;
use async_trait::async_trait;
use chrono::TimeDelta;

/// Cards in one part of a queue.
const PART: usize = 200;

#[async_trait]
impl Casework for Fake {
    async fn queue(
        &self,
        worker: &str,
        after: Option<&Place>,
        _: Lang,
    ) -> Result<Part, Unavailable> {
        let state = self.there()?;
        let from = after.map_or(0, |place| place.first as usize);
        let theirs = state.sheets.iter().filter(|_| worker == WORKER);
        let cards: Vec<Card> = theirs.map(|sheet| sheet.card.clone()).collect();
        let to = (from + PART).min(cards.len());
        let next = Place {
            first: to as i64,
            then: 0,
            id: "x".to_owned(),
        };
        Ok(Part {
            next: (to < cards.len()).then(|| next.to_string()),
            cards: cards[from.min(to)..to].to_vec(),
        })
    }

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

    async fn show(&self, worker: &str, reference: &str, wish: Wish<'_>) -> Result<(), ActRefused> {
        let until = self.clock.now() + TimeDelta::minutes(15);
        let mut state = self.there().map_err(|_| ActRefused::Away)?;
        let mut sheets = state.sheets.iter_mut().filter(|_| worker == WORKER);
        let sheet = sheets.find(|s| s.card.reference == reference);
        let sheet = sheet.ok_or(ActRefused::Unknown)?;
        if wish.reason.is_empty() {
            return Err(ActRefused::Invalid("say_why".into()));
        }
        (sheet.full_until, sheet.may_show) = (Some(until), false);
        Ok(())
    }

    async fn about_rights(&self, _: &str, _: &str, _: Right) -> Result<bool, Unavailable> {
        drop(self.there()?);
        Ok(true)
    }

    async fn take_copy(&self, _: &str, _: &str, _: Lang) -> Result<Option<String>, Unavailable> {
        drop(self.there()?);
        Ok(Some("{}".to_owned()))
    }

    async fn erase(&self, _: &str, _: &str, _: Lang) -> Result<Option<String>, Unavailable> {
        drop(self.there()?);
        Ok(Some("回执".to_owned()))
    }

    async fn break_glass(
        &self,
        _: &str,
        reference: &str,
        wish: Wish<'_>,
    ) -> Result<String, ActRefused> {
        let known = self
            .lock()
            .sheets
            .iter()
            .any(|s| s.card.reference == reference);
        match (known, wish.note.is_empty()) {
            (false, _) => Err(ActRefused::Unknown),
            (true, true) => Err(ActRefused::Invalid("say_why".into())),
            (true, false) => Ok(reference.to_owned()),
        }
    }

    async fn reviews(
        &self,
        _: &str,
        after: Option<&Place>,
    ) -> Result<(Vec<Review>, Option<Place>), Unavailable> {
        let at = self.there().map(|_| self.clock.now())?;
        let review = |id: &str, signed| Review {
            id: id.into(),
            at,
            who: "陈立 云桥社区".into(),
            reference: "C4HN-7KXA".into(),
            note: "邻居打来电话，说屋里有煤气味，没人应门。".into(),
            signed,
        };
        let signed = Some(("right".into(), "吴桐".into()));
        let next = Place {
            first: 1,
            then: 0,
            id: "l2".to_owned(),
        };
        Ok(match after {
            None => (vec![review("l1", None), review("l2", signed)], Some(next)),
            Some(_) => (vec![review("l3", signed)], None),
        })
    }

    async fn sign_review(&self, _: &str, id: &str, _: bool, _: &str) -> Result<(), ActRefused> {
        match id {
            "l1" => Ok(()),
            "l2" => Err(ActRefused::Stale),
            _ => Err(ActRefused::Unknown),
        }
    }

    async fn visits(&self, worker: &str, _: Lang) -> Result<Vec<House>, Unavailable> {
        let state = self.there()?;
        let mine = state
            .sheets
            .iter()
            .filter(|s| worker == WORKER && s.card.mine);
        let visits = mine.map(|sheet| Visit {
            reference: sheet.card.reference.clone(),
            service: sheet.card.service.clone(),
            class: sheet.card.class,
            who: sheet.card.who.clone(),
            door: "2 单元 501".into(),
            chip: sheet.card.chip.clone(),
            announced: sheet.card.class == "urgent",
        });
        let visits: Vec<Visit> = visits.collect();
        let name = "青石苑 3 号楼".to_owned();
        let house = (!visits.is_empty()).then_some(House { name, visits });
        Ok(house.into_iter().collect())
    }
}
