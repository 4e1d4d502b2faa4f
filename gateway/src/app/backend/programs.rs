//! Programs with tokens, for the JSON interface.

use super::away;
use crate::app::App;
use crate::clients::writes::{self, Answer, Begun};
use crate::clients::{self, Client};
use crate::desk;
use crate::desk::part::part;
use crate::intake::load_cases;
use crate::store::{StoreError, requests};
use crate::territory::Unit;
use crate::web::{Part, Programs, Subject, Unavailable, UnitLine};
use async_trait::async_trait;
use menus::Lang;

#[async_trait]
impl Programs for App {
    async fn client(&self, token: &str) -> Result<Option<(Client, Subject)>, Unavailable> {
        let found = clients::known(&self.core, token).await;
        let found = found.map_err(|e| away(&e))?;
        Ok(found.and_then(|client| {
            let subject = self.subject(&client.subject)?;
            Some((client, subject))
        }))
    }

    async fn calls(&self, client: &Client) -> Option<u64> {
        let (core, name) = (&self.core, format!("api:{}", client.id));
        core.bus.count(&name, 60, core.clock.now()).await
    }

    async fn begin_write(
        &self,
        client: &Client,
        key: &str,
        digest: &str,
    ) -> Result<Begun, Unavailable> {
        let begun = writes::begin(&self.core, client, key, digest).await;
        begun.map_err(|e| away(&e))
    }

    async fn keep_write(
        &self,
        client: &Client,
        key: &str,
        about: &str,
        answer: Answer,
    ) -> Result<Answer, Unavailable> {
        let kept = writes::keep(&self.core, client, key, about, answer).await;
        kept.map_err(|e| away(&e))
    }

    async fn requests_after(
        &self,
        who: &Subject,
        after: &str,
        most: usize,
        lang: Lang,
    ) -> Result<Part, Unavailable> {
        let worker = match who {
            Subject::Worker { id, .. } => self.person(id).ok_or(Unavailable)?,
            Subject::Admin => {
                let found = self.outlines_after(after, most, lang).await;
                return found.map_err(|e| away(&e));
            }
        };
        let (world, now) = (self.core.world(), self.core.clock.now());
        let read = part(&self.core, &world, (&worker, lang), (after, most), now).await;
        let (cards, next) = read.map_err(|e| away(&e))?;
        Ok(Part { cards, next })
    }

    async fn units(&self) -> Result<Vec<UnitLine>, Unavailable> {
        let world = self.core.world();
        let line = |unit: &Unit| UnitLine {
            code: unit.code.0.clone(),
            kind: unit.kind.as_str(),
            name: unit.name.clone(),
            parent: unit.parent.as_ref().map(|p| p.0.clone()),
        };
        let mut units: Vec<UnitLine> = world.tree.units().map(line).collect();
        units.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(units)
    }
}

impl App {
    async fn outlines_after(
        &self,
        after: &str,
        most: usize,
        lang: Lang,
    ) -> Result<Part, StoreError> {
        let (world, now) = (self.core.world(), self.core.clock.now());
        let rows = requests::open_after(&self.core.db, after, most as i64).await?;
        let ids: Vec<String> = rows.into_iter().map(|row| row.id).collect();
        let cases = load_cases(&self.core, &ids).await?;
        let shown = ids.iter().filter_map(|id| cases.get(id));
        Ok(Part {
            cards: shown
                .map(|case| desk::bare_card(case, &world, lang, now))
                .collect(),
            next: ids.last().filter(|_| ids.len() == most).cloned(),
        })
    }
}
