//! What the pages ask for: [`Backend`] on a running gateway.
//!
//! Every read and every act goes through the owner check of `desk`; a session
//! or a public reference is only a way to find what is asked about.

use super::door::{self, Door};
use super::{App, upkeep};
use crate::bus::Hint as BusHint;
use crate::clock::{micros, moment};
use crate::desk::view::{Bubble, Card, Overview, Parked, Sheet};
use crate::desk::{self, Access, access, queue};
use crate::ids::WorkerId;
use crate::intake::{load_cases, retry};
use crate::outbox::{open, parse_token};
use crate::requests::act::{Act, ActRefused};
use crate::requests::case::{Case, class_of};
use crate::requests::reference::Reference;
use crate::seal::Seal;
use crate::store::{self, StoreError, inbound, outbox, requests, timers};
use crate::territory::{Duty, Role, Worker as Person};
use crate::web::{Backend, Hint, Hook, HookAnswer, Session, Subject, Topic, Unavailable, Worker};
use crate::world::World;
use async_trait::async_trait;
use axum::body::Bytes;
use bots::{Content, ReceiveError};
use chrono::TimeDelta;
use futures::StreamExt;
use futures::stream::BoxStream;
use menus::Lang;
use tokio_stream::wrappers::BroadcastStream;

fn away(error: &StoreError) -> Unavailable {
    tracing::warn!(%error, "the store does not answer a page");
    Unavailable
}

/// "channel/account" of an address; the chat may hold anything, slashes too.
fn channel_of(address: &str) -> String {
    address.splitn(3, '/').take(2).collect::<Vec<_>>().join("/")
}

/// The chat of a session: a keyed hash, so that the database holds no secret
/// with which somebody could sit down in a resident's place.
fn chat(seal: &Seal, session: &str) -> String {
    seal.tag("webchat", session)
}

impl App {
    fn person(&self, id: &str) -> Option<Person> {
        self.core
            .world()
            .worker(&WorkerId::from(id))
            .filter(|w| w.active)
            .cloned()
    }

    fn subject(&self, subject: &str) -> Option<Subject> {
        if subject == door::ADMIN {
            return Some(Subject::Admin);
        }
        let worker = self.person(subject.strip_prefix("worker:")?)?;
        let world = self.core.world();
        let unit = world.unit_name(&worker.unit).to_owned();
        Some(Subject::Worker {
            id: worker.id.0,
            name: worker.name,
            unit,
        })
    }

    async fn case(&self, reference: &str) -> Result<Option<Case>, Unavailable> {
        let Ok(reference) = Reference::parse(reference) else {
            return Ok(None);
        };
        let row = requests::by_reference(&self.core.db, reference.code())
            .await
            .map_err(|e| away(&e))?;
        let Some(row) = row else { return Ok(None) };
        let id = row.id.clone();
        let mut cases = load_cases(&self.core, std::slice::from_ref(&id))
            .await
            .map_err(|e| away(&e))?;
        Ok(cases.remove(&id))
    }

    /// Somebody who may look at outlines only: the administrators' pages.
    fn nobody() -> Person {
        Person {
            id: WorkerId::from("admin"),
            name: String::new(),
            roles: Vec::new(),
            unit: crate::ids::UnitId::from(""),
            phone: None,
            deputy: false,
            duty: Duty::Always,
            active: true,
            away_until: None,
            household: None,
        }
    }

    async fn read_overview(&self, lang: Lang) -> Result<Overview, StoreError> {
        let core = &self.core;
        let (world, now) = (core.world(), core.clock.now());
        let open = store::requests::counts(&core.db).await?;
        let backlog = outbox::backlog(&core.db, micros(now - TimeDelta::days(7))).await?;
        let load = timers::load(&core.db, micros(now)).await?;
        let age = backlog
            .oldest
            .map_or(0, |at| (now - moment(at)).num_seconds().max(0));
        let mut alarms = self.alarms.as_ref().clone();
        alarms.extend(
            crate::territory::gaps::gaps(&world.tree, &world.roster, now)
                .iter()
                .map(|g| {
                    if lang == Lang::En {
                        g.en.clone()
                    } else {
                        g.zh.clone()
                    }
                }),
        );
        let versions = world.versions();
        let mut channels: Vec<(String, String)> = core
            .channels
            .values()
            .map(|c| (format!("{}/{}", c.name(), c.account()), String::new()))
            .collect();
        channels.sort();
        Ok(Overview {
            open: open
                .into_iter()
                .map(|(class, n)| (class_of(class).code(), n))
                .collect(),
            people: store::people::counts(&core.db).await?,
            outbox: (backlog.waiting, age),
            timers: (load.due, load.set_aside),
            parked: inbound::parked_count(&core.db).await?.0,
            spooled: self.intake.spool().contents().messages,
            channels,
            audit: upkeep::audit_all(core).await?,
            alarms,
            versions: (versions.0.into(), versions.1.into(), versions.2.into()),
        })
    }

    async fn bubbles(&self, session: &str, most: usize) -> Result<Vec<Bubble>, StoreError> {
        let core = &self.core;
        let address = bots::webchat::address(&chat(&core.seal, session)).to_string();
        let written = outbox::of_page(&core.db, &address, most as i64).await?;
        let received = inbound::of_page(&core.db, &address, most as i64).await?;
        let mut bubbles = Vec::with_capacity(written.len() + received.len());
        let mut labels = std::collections::HashMap::new();
        for row in written {
            let Ok(parcel) = open(&row.body_sealed, &core.seal) else {
                continue;
            };
            let choices: Vec<(String, String)> = parcel
                .message
                .choices
                .into_iter()
                .map(|c| (c.token, c.label))
                .collect();
            labels.extend(choices.iter().cloned());
            if parcel.message.text.is_empty() {
                continue;
            }
            let kind = match parcel.kind.as_deref() {
                Some("card") => "card",
                Some("crisis") => "crisis",
                Some("notice") => "notice",
                _ => "plain",
            };
            bubbles.push(Bubble {
                id: row.id,
                mine: false,
                at: moment(row.at),
                text: parcel.message.text,
                kind,
                choices,
            });
        }
        for row in received {
            let Ok(message) = core.seal.open_json::<bots::Inbound>(&row.body_sealed) else {
                continue;
            };
            let text = match message.content {
                Content::Text(text) | Content::Edited { text, .. } => text,
                // A pressed button shows what it said.
                Content::Tap { token, .. } => match labels.get(&token) {
                    Some(label) if parse_token(&token).is_some() => label.clone(),
                    _ => continue,
                },
                _ => continue,
            };
            let at = moment(row.at);
            bubbles.push(Bubble {
                id: row.id,
                mine: true,
                at,
                text,
                kind: "plain",
                choices: Vec::new(),
            });
        }
        // Ids of one millisecond are in no order; a question comes before its answer.
        bubbles.sort_by(|a, b| (a.at, !a.mine, &a.id).cmp(&(b.at, !b.mine, &b.id)));
        let surplus = bubbles.len().saturating_sub(most);
        bubbles.drain(..surplus);
        Ok(bubbles)
    }

    async fn outlines(&self, lang: Lang) -> Result<Vec<Card>, StoreError> {
        let core = &self.core;
        let (world, now) = (core.world(), core.clock.now());
        let rows = requests::open_after(&core.db, "", 500).await?;
        let ids: Vec<String> = rows.into_iter().map(|r| r.id).collect();
        let mut cases: Vec<Case> = load_cases(core, &ids).await?.into_values().collect();
        cases.sort_by_key(|c| (std::cmp::Reverse(c.class()), c.opened_at));
        Ok(cases
            .iter()
            .map(|c| self.outline(c, &world, lang, now).card)
            .collect())
    }

    fn outline(&self, case: &Case, world: &World, lang: Lang, now: crate::clock::Moment) -> Sheet {
        let mut sheet = desk::outline(world, &Self::nobody(), case, lang, now);
        sheet.card.acts = Vec::new();
        for line in &mut sheet.timeline {
            line.quote = None;
        }
        sheet
    }
}

#[async_trait]
impl Backend for App {
    async fn chat_receive(
        &self,
        session: &str,
        key: &str,
        content: Content,
    ) -> Result<(), Unavailable> {
        let chat = chat(&self.core.seal, session);
        // A key names a click of this chat and of no other.
        let key = format!("{}:{key}", &chat[..16]);
        self.intake
            .receive(bots::webchat::inbound(&chat, &key, content))
            .await
            .map_err(|_| Unavailable)
    }

    async fn chat_bubbles(&self, session: &str, most: usize) -> Result<Vec<Bubble>, Unavailable> {
        self.bubbles(session, most).await.map_err(|e| away(&e))
    }

    async fn open_link(&self, secret: &str) -> Result<Option<Session>, Unavailable> {
        let found = door::enter(&self.core, secret)
            .await
            .map_err(|e| away(&e))?;
        Ok(found.and_then(|(secret, subject)| {
            Some(Session {
                secret,
                subject: self.subject(&subject)?,
            })
        }))
    }

    async fn session(&self, secret: &str) -> Result<Option<Subject>, Unavailable> {
        let found = door::whose(&self.core, secret)
            .await
            .map_err(|e| away(&e))?;
        Ok(found.and_then(|s| self.subject(&s)))
    }

    async fn sign_out(&self, secret: &str) -> Result<(), Unavailable> {
        door::leave(&self.core, secret).await.map_err(|e| away(&e))
    }

    async fn queue(&self, worker: &str, lang: Lang) -> Result<Vec<Card>, Unavailable> {
        let Some(worker) = self.person(worker) else {
            return Ok(Vec::new());
        };
        let world = self.core.world();
        let now = self.core.clock.now();
        let cards = queue::cards(&self.core, &world, &worker, lang, now)
            .await
            .map_err(|e| away(&e))?;
        Ok(cards.into_iter().map(|(_, card)| card).collect())
    }

    async fn sheet(
        &self,
        worker: &str,
        reference: &str,
        lang: Lang,
    ) -> Result<Option<Sheet>, Unavailable> {
        let (Some(worker), Some(case)) = (self.person(worker), self.case(reference).await?) else {
            return Ok(None);
        };
        let world = self.core.world();
        let now = self.core.clock.now();
        desk::sheet(&self.core, &world, &worker, &case, lang, now)
            .await
            .map_err(|e| away(&e))
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
        _once: &str,
    ) -> Result<(), ActRefused> {
        // A repeated click meets the version of the request, or its status.
        let worker = self.person(worker).ok_or(ActRefused::Unknown)?;
        let case = self
            .case(reference)
            .await
            .map_err(|_| ActRefused::Away)?
            .ok_or(ActRefused::Unknown)?;
        desk::doing::act(&self.core, &worker, &case.id, version, &act).await
    }

    async fn bind_code(&self, worker: &str) -> Result<String, Unavailable> {
        let worker = self.person(worker).ok_or(Unavailable)?;
        door::hand_out(&self.core, Door::Bind, &door::worker(&worker.id))
            .await
            .map_err(|e| away(&e))
    }

    async fn overview(&self, lang: Lang) -> Result<Overview, Unavailable> {
        self.read_overview(lang).await.map_err(|e| away(&e))
    }

    async fn admin_requests(&self, lang: Lang) -> Result<Vec<Card>, Unavailable> {
        self.outlines(lang).await.map_err(|e| away(&e))
    }

    async fn admin_sheet(&self, reference: &str, lang: Lang) -> Result<Option<Sheet>, Unavailable> {
        let Some(case) = self.case(reference).await? else {
            return Ok(None);
        };
        let world = self.core.world();
        Ok(Some(self.outline(
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

    async fn worker_link(&self, id: &str) -> Result<Option<String>, Unavailable> {
        let Some(worker) = self.person(id) else {
            return Ok(None);
        };
        let secret = door::hand_out(&self.core, Door::Link, &door::worker(&worker.id)).await;
        secret.map(Some).map_err(|e| away(&e))
    }

    fn hints(&self, topic: Topic) -> BoxStream<'static, Hint> {
        let page = match topic {
            Topic::Chat(session) => format!("chat:{}", chat(&self.core.seal, &session)),
            Topic::Request(reference) => {
                let code = Reference::parse(&reference).map(|r| r.code().to_owned());
                format!("request:{}", code.unwrap_or(reference))
            }
            Topic::Worker(_) | Topic::Admin => "desk".to_owned(),
        };
        let clock = self.core.clock.clone();
        let stop = self.life.draining().clone();
        let hints = BroadcastStream::new(self.core.bus.listen()).filter_map(move |hint| {
            let wanted = match hint {
                Ok(BusHint::Page(name)) => name == page,
                Ok(_) => false,
                // Missed some: look again.
                Err(_) => true,
            };
            let cursor = wanted.then(|| Hint {
                cursor: micros(clock.now()).to_string(),
            });
            async move { cursor }
        });
        hints.take_until(stop.cancelled_owned()).boxed()
    }

    async fn ready(&self) -> Result<(), String> {
        if self.life.draining().is_cancelled() {
            return Err("shutting down".into());
        }
        self.core.db.ping().await.map_err(|e| e.to_string())
    }

    fn metrics(&self) -> String {
        self.core.metrics.render()
    }

    async fn hook(&self, hook: Hook) -> HookAnswer {
        let answer = |status, retry_after, body: &'static str| HookAnswer {
            status,
            retry_after,
            body: Bytes::from_static(body.as_bytes()),
        };
        let Some(channel) = self
            .core
            .channels
            .get(&format!("{}/{}", hook.channel, hook.account))
        else {
            return answer(404, None, "no such channel");
        };
        let messages = match channel.receive(&hook.headers, &hook.query, &hook.body) {
            Ok(messages) => messages,
            Err(ReceiveError::Unauthorized) => return answer(401, None, "not from the provider"),
            Err(ReceiveError::TooLarge) => return answer(413, None, "too large"),
            Err(ReceiveError::Malformed(_)) => return answer(400, None, "cannot be read"),
            Err(ReceiveError::Unsupported(_)) => return answer(200, None, ""),
        };
        for message in messages {
            if self.intake.receive(message).await.is_err() {
                return answer(503, Some(5), "not stored, come again");
            }
        }
        answer(200, None, "")
    }
}
