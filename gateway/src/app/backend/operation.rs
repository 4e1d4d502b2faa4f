//! The log of who did what, and what would be deleted, for the pages.

use super::away;
use crate::app::{App, upkeep};
use crate::clock::{Moment, micros, moment};
use crate::desk::equity::{self, Equity};
use crate::desk::mending::{self, Mended, Words};
use crate::desk::units::{self, UnitRow, UnitView};
use crate::probing::{self, Probe};
use crate::requests::reference::Reference;
use crate::retention::{self, Deleted};
use crate::store::audit::{self, Line, Wanted};
use crate::store::{StoreError, channels, inbound, requests};
use crate::telemetry::Figure;
use crate::web::{Channel, LogAsked, Operation, Unavailable};
use async_trait::async_trait;
use chrono::TimeDelta;
use menus::Lang;
use std::time::Duration;

#[async_trait]
impl Operation for App {
    fn served(&self, method: &str, route: &str, status: u16, took: Duration) {
        self.core.metrics.served(method, route, status, took);
    }

    async fn search_log(&self, asked: LogAsked) -> Result<Vec<Line>, Unavailable> {
        self.read_log(&asked).await.map_err(|e| away(&e))
    }

    async fn verify_log(&self) -> Result<audit::Verified, Unavailable> {
        audit::verify(&self.core.db).await.map_err(|e| away(&e))
    }

    async fn channels(&self) -> Result<Vec<Channel>, Unavailable> {
        self.read_channels().await.map_err(|e| away(&e))
    }

    async fn parked_words(&self, worker: &str) -> Result<Option<Vec<Words>>, Unavailable> {
        let Some(worker) = self.person(worker).filter(mending::may) else {
            return Ok(None);
        };
        let now = self.core.clock.now();
        let read = mending::read(&self.core, &worker, now).await;
        read.map(Some).map_err(|e| away(&e))
    }

    async fn may_mend(&self, worker: &str) -> Result<bool, Unavailable> {
        if !self
            .person(worker)
            .is_some_and(|worker| mending::may(&worker))
        {
            return Ok(false);
        }
        let counted = inbound::parked_count(&self.core.db).await;
        counted.map(|(count, _)| count > 0).map_err(|e| away(&e))
    }

    async fn mend_parked(
        &self,
        worker: &str,
        key: &str,
        text: &str,
    ) -> Result<Option<Mended>, Unavailable> {
        let Some(worker) = self.person(worker).filter(mending::may) else {
            return Ok(None);
        };
        let now = self.core.clock.now();
        let done = Box::pin(mending::mend(&self.core, &worker, key, text, now)).await;
        done.map(Some).map_err(|e| away(&e))
    }

    async fn unit(&self, code: Option<&str>, lang: Lang) -> Result<Option<UnitView>, Unavailable> {
        let (world, now) = (self.core.world(), self.core.clock.now());
        Ok(units::unit(&world, code, lang, now))
    }

    async fn find_units(&self, words: &str, lang: Lang) -> Result<Vec<UnitRow>, Unavailable> {
        Ok(units::find(&self.core.world(), words, lang))
    }

    async fn equity(&self, unit: Option<&str>) -> Result<Option<Equity>, Unavailable> {
        let found = equity::equity(&self.core, unit).await;
        found.map_err(|e| away(&e))
    }

    fn figures(&self) -> Vec<(Figure, Vec<f64>)> {
        let history = &self.core.history;
        let of = |figure: Figure| (figure, history.of(figure));
        Figure::ALL.into_iter().map(of).collect()
    }

    async fn probes(&self) -> Result<Vec<Probe>, Unavailable> {
        probing::last(&self.core, 20).await.map_err(|e| away(&e))
    }

    async fn send_probe(&self) -> Result<Probe, Unavailable> {
        probing::send(self).await.map_err(|e| away(&e))
    }

    async fn would_delete(&self) -> Result<Vec<Deleted>, Unavailable> {
        let counted = retention::dry_run(&self.core, &self.keep).await;
        counted.map_err(|e| away(&e))
    }
}

/// Claims end within this time; what waits longer is held on purpose.
const LONGEST_CLAIM: TimeDelta = TimeDelta::minutes(2);

impl App {
    /// Lines of the log, newest first.
    async fn read_log(&self, asked: &LogAsked) -> Result<Vec<Line>, StoreError> {
        let subject = self.subject_of(&asked.subject).await?;
        let mut found = Vec::new();
        for actor in self.actors(&asked.actor) {
            let wanted = Wanted {
                actor: &actor,
                act: &asked.act,
                subject: &subject,
                from: asked.from.map_or(i64::MIN, micros),
                to: asked.to.map_or(i64::MAX, micros),
                before: asked.before.unwrap_or(i64::MAX),
            };
            found.extend(audit::search(&self.core.db, &wanted, asked.most as i64).await?);
        }
        found.sort_by_key(|line| std::cmp::Reverse(line.seq));
        found.truncate(asked.most);
        Ok(found)
    }

    /// Whom a search for somebody means, as the log names them: everybody of
    /// this number or name, else what was written.
    fn actors(&self, written: &str) -> Vec<String> {
        let world = self.core.world();
        let workers = world.roster.workers().iter();
        let meant = workers.filter(|w| w.id.0.eq_ignore_ascii_case(written) || w.name == written);
        let meant: Vec<String> = meant.map(|w| format!("worker:{}", w.id)).collect();
        if meant.is_empty() {
            vec![written.to_owned()]
        } else {
            meant
        }
    }

    /// What a search for a thing means, as the log names it.
    async fn subject_of(&self, written: &str) -> Result<String, StoreError> {
        if let Ok(reference) = Reference::parse(written) {
            let found = requests::by_reference(&self.core.db, reference.code()).await?;
            if let Some(request) = found {
                return Ok(format!("request:{}", request.id));
            }
        }
        let mut workers = self.actors(written);
        Ok(workers.swap_remove(0))
    }

    async fn read_channels(&self) -> Result<Vec<Channel>, StoreError> {
        let core = &self.core;
        let now = core.clock.now();
        let (later, since) = (
            micros(now + LONGEST_CLAIM),
            micros(now - TimeDelta::days(7)),
        );
        let told = channels::all(&core.db).await?;
        let mut found = Vec::new();
        for mine in upkeep::beats(core) {
            if mine.name.starts_with(probing::CHANNEL) {
                continue;
            }
            let other = told.iter().find(|beat| beat.name == mine.name);
            let last = |mine: i64, other: Option<i64>| -> Option<Moment> {
                let at = mine.max(other.unwrap_or(0));
                (at > 0).then(|| moment(at))
            };
            let stands = channels::standing(&core.db, &mine.name, later, since).await?;
            found.push(Channel {
                last_in: last(mine.in_at, other.map(|o| o.in_at)),
                last_out: last(mine.out_at, other.map(|o| o.out_at)),
                failed: last(mine.failed_at, other.map(|o| o.failed_at)),
                waiting: stands.waiting,
                held: stands.held,
                until: stands.until.map(moment),
                given_up: stands.dead,
                cause: channels::cause(&core.db, &mine.name, since).await?,
                parked: stands.parked,
                name: mine.name,
            });
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(found)
    }
}
