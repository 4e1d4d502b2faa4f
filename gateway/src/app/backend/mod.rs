//! What the pages ask for: [`Backend`] on a running gateway.
//!
//! Every read and every act goes through the owner check of `desk`; a session
//! or a public reference is only a way to find what is asked about.

mod accounts;
mod board;
mod casework;
mod chats;
mod desks;
mod editing;
mod hints;
pub(super) mod hooks;
mod operation;
mod persons;
mod photos;
mod programs;
mod reading;
mod webhooks;

use super::App;
use super::door::{self, Door};
use super::resume;
use crate::clock::{micros, moment};
use crate::desk::place::Place;
use crate::desk::view::{BoardView, Bubble, Overview, Parked, Sheet};
use crate::desk::{self, Access, access};
use crate::ids::RequestId;
use crate::intake::{Kept, retry};
use crate::learning::{self, Learning, Order};
use crate::requests::act::{Act, ActRefused};
use crate::requests::case::Case;
use crate::rights::Right;
use crate::routing::trial::Trial;
use crate::staff::members;
use crate::staff::{From, Known, attempts, sessions};
use crate::store::{Changes, StoreError, inbound};
use crate::territory::{Role, Worker as Person};
use crate::web::{
    Backend, Hint, Hook, HookAnswer, Part, Session, Subject, Topic, Unavailable, Worker,
};
use async_trait::async_trait;
use bots::Content;
use futures::stream::BoxStream;
use menus::Lang;
use std::time::Duration;

/// How long it is tried to reach a database that seems away.
const REACH: Duration = Duration::from_secs(2);

fn away(error: &StoreError) -> Unavailable {
    tracing::warn!(%error, "the store does not answer a page");
    Unavailable
}

/// "channel/account" of an address; the chat may hold anything, slashes too.
fn channel_of(address: &str) -> String {
    address.splitn(3, '/').take(2).collect::<Vec<_>>().join("/")
}

#[async_trait]
impl Backend for App {
    async fn chat_receive(
        &self,
        (session, from): (&str, Option<&str>),
        key: &str,
        lang: Lang,
        content: Content,
    ) -> Result<Kept, Unavailable> {
        let (mut inbound, known) = resume::inbound(&self.core, session, key, content).await;
        inbound.sender.language = Some(lang.tag().to_owned());
        let network = from.map(attempts::network);
        inbound.network = network.map(|network| self.core.seal.tag("network", &network));
        let stored = match known {
            Ok(()) => self.intake.receive(inbound).await,
            Err(error) => {
                away(&error);
                self.intake.receive_unplaced(inbound).await
            }
        };
        stored.map_err(|_| Unavailable)
    }

    async fn chat_bubbles(&self, session: &str, most: usize) -> Result<Vec<Bubble>, Unavailable> {
        self.bubbles(session, most).await.map_err(|e| away(&e))
    }

    async fn open_link(
        &self,
        secret: &str,
        from: From<'_>,
    ) -> Result<Option<Session>, Unavailable> {
        let found = door::enter(&self.core, self.staff, secret, from)
            .await
            .map_err(|e| away(&e))?;
        Ok(found.and_then(|(secret, subject)| {
            Some(Session {
                secret,
                subject: self.subject(&subject)?,
            })
        }))
    }

    async fn session(
        &self,
        secret: &str,
        used: bool,
    ) -> Result<Option<(Subject, Known)>, Unavailable> {
        let found = sessions::known(&self.core, self.staff, secret, used)
            .await
            .map_err(|e| away(&e))?;
        Ok(found.and_then(|known| Some((self.subject(&known.subject)?, known))))
    }

    async fn sign_out(&self, secret: &str) -> Result<(), Unavailable> {
        let done = sessions::leave(&self.core, self.staff, secret).await;
        done.map_err(|e| away(&e))
    }

    async fn refused(&self, actor: &str, right: Right, subject: &str) -> Result<(), Unavailable> {
        let now = self.core.clock.now();
        let mut changes = Changes::at(micros(now));
        let line = desk::doing::refusal(actor, right, subject, now);
        changes.audit.push(line);
        let done = self.core.db.commit(&changes).await;
        done.map(|_| ()).map_err(|e| away(&e))
    }

    async fn sheet(
        &self,
        worker: &str,
        reference: &str,
        lang: Lang,
    ) -> Result<Option<Sheet>, Unavailable> {
        let Some(worker) = self.person(worker) else {
            return Ok(None);
        };
        let case = self.case(reference).await?;
        let world = self.core.world();
        let now = self.core.clock.now();
        let found = match &case {
            Some(case) => desk::sheet(&self.core, &world, &worker, case, lang, now)
                .await
                .map_err(|e| away(&e))?,
            None => None,
        };
        if found.is_none() {
            self.not_theirs(&worker, Right::Read, case.as_ref()).await?;
        }
        Ok(found)
    }

    async fn version(&self, worker: &str, reference: &str) -> Result<Option<u32>, Unavailable> {
        let (Some(worker), Some(case)) = (self.person(worker), self.case(reference).await?) else {
            return Ok(None);
        };
        let may = access(&worker, &case, &self.core.world(), self.core.clock.now());
        Ok((may > Access::None).then(|| case.version()))
    }

    async fn act(
        &self,
        worker: &str,
        reference: &str,
        version: Option<u32>,
        act: Act,
        once: &str,
    ) -> Result<(), ActRefused> {
        let worker = self.person(worker).ok_or(ActRefused::Unknown)?;
        let case = self.case(reference).await.map_err(|_| ActRefused::Away)?;
        let nothing = RequestId(String::new());
        let press = desk::doing::Press {
            request: case.as_ref().map_or(&nothing, |case| &case.id),
            version,
            act: &act,
            once,
        };
        let (world, now) = (self.core.world(), self.core.clock.now());
        let theirs = |case: &Case| access(&worker, case, &world, now) > Access::None;
        let done = if case.as_ref().is_some_and(theirs) {
            desk::doing::act(&self.core, &worker, &press).await
        } else {
            // The second click of what gave it away changes nothing, and a guess
            // takes as long as somebody else's.
            match desk::doing::was_done(&self.core, &worker, &press).await {
                Ok(true) => Ok(()),
                Ok(false) => Err(ActRefused::Unknown),
                Err(error) => {
                    away(&error);
                    Err(ActRefused::Away)
                }
            }
        };
        if done.as_ref().is_err_and(ActRefused::is_about_whose) {
            let line = self.not_theirs(&worker, act.right(), case.as_ref()).await;
            line.map_err(|_| ActRefused::Away)?;
        }
        done
    }

    async fn bind_code(&self, worker: &str) -> Result<String, Unavailable> {
        let worker = self.person(worker).ok_or(Unavailable)?;
        let whose = door::worker(&worker.id);
        door::hand_out(&self.core, Door::Bind, &whose, &whose)
            .await
            .map_err(|e| away(&e))
    }

    async fn overview(&self, lang: Lang) -> Result<Overview, Unavailable> {
        self.read_overview(lang).await.map_err(|e| away(&e))
    }

    async fn own_board(
        &self,
        worker: &str,
        unit: Option<&str>,
        lang: Lang,
    ) -> Result<Option<BoardView>, Unavailable> {
        let Some(worker) = self.person(worker) else {
            return Ok(None);
        };
        let read = self.read_own_board(&worker, unit, lang).await;
        read.map_err(|e| away(&e))
    }

    async fn board(
        &self,
        unit: Option<&str>,
        lang: Lang,
    ) -> Result<Option<BoardView>, Unavailable> {
        self.read_board(unit, lang).await.map_err(|e| away(&e))
    }

    async fn admin_requests(&self, after: Option<&Place>, lang: Lang) -> Result<Part, Unavailable> {
        self.outlines(after, lang).await.map_err(|e| away(&e))
    }

    async fn admin_sheet(&self, reference: &str, lang: Lang) -> Result<Option<Sheet>, Unavailable> {
        let Some(case) = self.case(reference).await? else {
            return Ok(None);
        };
        let world = self.core.world();
        Ok(Some(Self::outline(
            &case,
            &world,
            lang,
            self.core.clock.now(),
        )))
    }

    async fn parked(&self) -> Result<Vec<Parked>, Unavailable> {
        let rows = inbound::parked(&self.core.db, 200)
            .await
            .map_err(|e| away(&e))?;
        Ok(rows
            .into_iter()
            .map(|row| Parked {
                channel: channel_of(&row.address),
                key: row.key,
                at: moment(row.at),
                cause: row.cause.unwrap_or_default(),
            })
            .collect())
    }

    async fn retry_parked(&self, key: &str) -> Result<bool, Unavailable> {
        match retry::retry(&self.core, key).await {
            Ok(found) => Ok(found),
            Err(StoreError::Away(why)) => Err(away(&StoreError::Away(why))),
            // It stays parked, and the page shows that it does.
            Err(error) => {
                tracing::warn!(%error, "a parked message still cannot be handled");
                Ok(true)
            }
        }
    }

    async fn discard_parked(&self, key: &str) -> Result<bool, Unavailable> {
        retry::discard(&self.core, key).await.map_err(|e| away(&e))
    }

    async fn learn(&self, order: Order, lang: Lang) -> Result<Learning, Unavailable> {
        let done = learning::carry_out(&self.core, order, lang).await;
        done.map_err(|e| away(&e))
    }

    async fn try_route(
        &self,
        service: &str,
        trial: Trial,
        lang: Lang,
    ) -> Result<Option<Vec<(String, String)>>, Unavailable> {
        Ok(self.tried(service, &trial, lang))
    }

    async fn my_roster(
        &self,
        worker: &str,
        order: desk::mine::Order,
        lang: Lang,
    ) -> Result<desk::mine::Mine, Unavailable> {
        let worker = self.person(worker).ok_or(Unavailable)?;
        let done = Box::pin(desk::mine::mine(&self.core, &worker, &order, lang)).await;
        done.map_err(|e| away(&e))
    }

    async fn roster_findings(&self, lang: Lang) -> Result<Vec<String>, Unavailable> {
        Ok(self.linted(lang))
    }

    async fn services(&self, lang: Lang) -> Result<Vec<(String, String)>, Unavailable> {
        Ok(self.service_names(lang))
    }

    async fn workers(&self) -> Result<Vec<Worker>, Unavailable> {
        let world = self.core.world();
        let worker = |w: &Person| Worker {
            id: w.id.0.clone(),
            name: w.name.clone(),
            unit: world.unit_name(&w.unit).to_owned(),
            roles: w.roles.iter().map(|r: &Role| r.zh().to_owned()).collect(),
        };
        Ok(world
            .roster
            .workers()
            .iter()
            .filter(|w| w.active)
            .map(worker)
            .collect())
    }

    async fn worker_link(&self, me: &Known, id: &str) -> Result<Option<String>, Unavailable> {
        let Some(worker) = self.person(id) else {
            return Ok(None);
        };
        let secret = members::link(&self.core, &door::worker(&worker.id), &me.actor()).await;
        secret.map_err(|e| away(&e))
    }

    fn hints(&self, topic: Topic) -> BoxStream<'static, Hint> {
        self.page_hints(topic)
    }

    async fn ready(&self) -> Result<(), String> {
        if self.life.draining().is_cancelled() {
            return Err("shutting down".into());
        }
        let away = match self.core.db.ping().await {
            Ok(()) => return Ok(()),
            Err(StoreError::Away(_)) => true,
            Err(_) => false,
        };
        if !away {
            return Err("the database cannot be used, see the log".to_owned());
        }
        // A pool only knows that no connection came in time: a fresh one tells why.
        match self.core.db.reach(REACH).await {
            Ok(()) => Err("the database is there, but gives no answer in time".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn metrics(&self) -> String {
        self.core.metrics.render()
    }

    async fn hook(&self, hook: Hook) -> HookAnswer {
        let metrics = Some(&*self.core.metrics);
        let messages = match hooks::read(&self.core.channels, metrics, &hook) {
            Ok(messages) => messages,
            Err(answer) => return answer,
        };
        for message in messages {
            if self.intake.receive(message).await.is_err() {
                return hooks::come_again();
            }
        }
        hooks::taken()
    }
}
