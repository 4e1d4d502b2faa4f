//! A backend in memory, for looking at the pages and for their tests.
//!
//! It keeps what the pages rely on (one-time links, owner checks, clicks that
//! count once, versions) and nothing else: no routing, no clocks, no database.

pub mod accounts;
mod board;
mod casework;
mod chats;
mod desks;
mod editing;
mod learning;
mod operation;
mod persons;
pub mod programs;
mod sample;
mod webhooks;

use super::backend::{
    Backend, Hint, Hook, HookAnswer, Lines, Session, Subject, Topic, Unavailable, Worker,
};
use super::{Lang, Part};
use crate::clock::Clock;
use crate::conversation::Reply;
use crate::desk::mine::{Mine, Order};
use crate::desk::place::Place;
use crate::desk::view::{BoardView, Bubble, Overview, Parked, Sheet};
use crate::intake::Kept;
use crate::learning::{Learning, Order as Learn};
use crate::requests::act::{Act, ActRefused};
use crate::rights::Right;
use crate::routing::trial::Trial;
use crate::staff::{From, Known};
use crate::territory::Role;
use async_trait::async_trait;
use axum::body::Bytes;
use bots::Content;
use futures::StreamExt;
use futures::stream::BoxStream;
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;

/// The worker whose link is [`WORKER_LINK`].
pub const WORKER: &str = "w1";
/// A one-time link of [`WORKER`].
pub const WORKER_LINK: &str = "worker-link-0001";
/// A one-time link of a worker of another desk, who sees nothing.
pub const OTHER_LINK: &str = "worker-link-0002";
/// A one-time link of the administrator.
pub const ADMIN_LINK: &str = "admin-link-0001";

/// A backend in memory.
pub struct Fake {
    clock: Clock,
    state: Mutex<State>,
    hints: broadcast::Sender<(Topic, u64)>,
}

#[derive(Default)]
struct State {
    links: HashMap<String, Subject>,
    sessions: HashMap<String, (Subject, Known)>,
    chats: HashMap<String, Vec<Bubble>>,
    clicks: HashSet<String>,
    codes: HashMap<String, String>,
    sheets: Vec<Sheet>,
    parked: Vec<Parked>,
    hooks: Vec<Hook>,
    refusals: Vec<String>,
    writes: HashMap<String, programs::Kept>,
    away: bool,
    waits: Option<Reply>,
    serial: u64,
}

impl Fake {
    /// With sample data around the clock's present.
    pub fn new(clock: Clock) -> Self {
        let worker = |id: &str, name: &str, unit: &str, role| Subject::Worker {
            id: id.into(),
            name: name.into(),
            unit: unit.into(),
            roles: vec![role],
        };
        let links = [
            (WORKER_LINK, worker(WORKER, "周敏", "青石社区", Role::Coord)),
            (OTHER_LINK, worker("w2", "陈立", "云桥社区", Role::Coord)),
            (ADMIN_LINK, Subject::Admin),
        ];
        // One of every role, by the code of the role.
        let roles = Role::ALL
            .iter()
            .map(|role| (role.as_str(), worker(WORKER, "周敏", "青石社区", *role)));
        let links = links.into_iter().chain(roles);
        let state = State {
            links: links
                .map(|(secret, who)| (secret.to_owned(), who))
                .collect(),
            sheets: sample::sheets(clock.now()),
            parked: sample::parked(clock.now()),
            ..State::default()
        };
        Self {
            clock,
            state: Mutex::new(state),
            hints: broadcast::channel(64).0,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no panic while held")
    }

    fn there(&self) -> Result<std::sync::MutexGuard<'_, State>, Unavailable> {
        let state = self.lock();
        if state.away {
            Err(Unavailable)
        } else {
            Ok(state)
        }
    }

    fn hint(&self, topic: Topic, cursor: u64) {
        // Nobody listening is fine.
        let _ = self.hints.send((topic, cursor));
    }

    fn push(
        &self,
        state: &mut State,
        session: &str,
        mine: bool,
        text: &str,
        kind: &'static str,
        choices: Vec<(String, String)>,
    ) {
        state.serial += 1;
        let bubble = Bubble {
            id: format!("{:08}", state.serial),
            mine,
            at: self.clock.now(),
            text: text.to_owned(),
            kind,
            photo: None,
            choices,
        };
        state
            .chats
            .entry(session.to_owned())
            .or_default()
            .push(bubble);
    }
}

#[async_trait]
impl Backend for Fake {
    async fn chat_receive(
        &self,
        (session, _): (&str, Option<&str>),
        key: &str,
        _: Lang,
        content: Content,
    ) -> Result<Kept, Unavailable> {
        if let Some(reply) = self.lock().waits.clone() {
            return Ok(Kept::Waits(reply));
        }
        let mut state = self.there()?;
        if !state.clicks.insert(key.to_owned()) {
            return Ok(Kept::Stored);
        }
        let said = match &content {
            Content::Text(text) => Some(text.clone()),
            Content::Tap { token, .. } => Some(sample::label(token)),
            _ => None,
        };
        if let Some(said) = &said {
            self.push(&mut state, session, true, said, "plain", Vec::new());
        }
        for (text, kind, choices) in sample::answer(said.as_deref()) {
            self.push(&mut state, session, false, &text, kind, choices);
        }
        self.hint(Topic::Chat(session.to_owned()), state.serial);
        Ok(Kept::Stored)
    }

    async fn chat_bubbles(&self, session: &str, most: usize) -> Result<Vec<Bubble>, Unavailable> {
        let state = self.there()?;
        let all = state.chats.get(session).map_or(&[][..], Vec::as_slice);
        Ok(all[all.len().saturating_sub(most)..].to_vec())
    }

    async fn open_link(&self, secret: &str, _: From<'_>) -> Result<Option<Session>, Unavailable> {
        let mut state = self.there()?;
        let Some(subject) = state.links.remove(secret) else {
            return Ok(None);
        };
        state.serial += 1;
        let secret = format!("session-{}", state.serial);
        let known = accounts::known(&self.clock, &subject, false);
        let both = (subject.clone(), known);
        state.sessions.insert(secret.clone(), both);
        Ok(Some(Session { secret, subject }))
    }

    async fn session(
        &self,
        secret: &str,
        _: bool,
    ) -> Result<Option<(Subject, Known)>, Unavailable> {
        Ok(self.there()?.sessions.get(secret).cloned())
    }

    async fn sign_out(&self, secret: &str) -> Result<(), Unavailable> {
        self.there()?.sessions.remove(secret);
        Ok(())
    }

    async fn refused(&self, actor: &str, right: Right, _: &str) -> Result<(), Unavailable> {
        let line = format!("{actor} {}", right.code());
        self.there()?.refusals.push(line);
        Ok(())
    }

    async fn sheet(
        &self,
        worker: &str,
        reference: &str,
        _: Lang,
    ) -> Result<Option<Sheet>, Unavailable> {
        let state = self.there()?;
        let mut sheets = state.sheets.iter().filter(|_| worker == WORKER);
        let found = sheets.find(|sheet| sheet.card.reference == reference);
        Ok(found.cloned().map(|mut sheet| {
            sheet.mark = format!("{}-{}", sheet.card.version, sheet.thread.len());
            sheet
        }))
    }

    async fn version(&self, worker: &str, reference: &str) -> Result<Option<u32>, Unavailable> {
        let sheet = self.sheet(worker, reference, Lang::Zh).await?;
        Ok(sheet.map(|sheet| sheet.card.version))
    }

    async fn act(
        &self,
        worker: &str,
        reference: &str,
        version: Option<u32>,
        act: Act,
        once: &str,
    ) -> Result<(), ActRefused> {
        let mut state = self.there().map_err(|_| ActRefused::Away)?;
        if !state.clicks.insert(once.to_owned()) {
            return Ok(());
        }
        let mut sheets = state.sheets.iter_mut().filter(|_| worker == WORKER);
        let sheet = sheets
            .find(|s| s.card.reference == reference)
            .ok_or(ActRefused::Unknown)?;
        if version.is_some_and(|version| version != sheet.card.version) {
            return Err(ActRefused::Stale);
        }
        if act == Act::Accept && sheet.card.lead.is_some() {
            return Err(ActRefused::NotNow("already_accepted".into()));
        }
        sample::apply(sheet, &act, self.clock.now());
        state.serial += 1;
        let serial = state.serial;
        self.hint(Topic::Worker(worker.to_owned()), serial);
        self.hint(Topic::Request(reference.to_owned()), serial);
        Ok(())
    }

    async fn bind_code(&self, _: &str) -> Result<String, Unavailable> {
        self.there().map(|_| "428 517".into())
    }

    async fn overview(&self, _: Lang) -> Result<Overview, Unavailable> {
        self.there().map(|_| sample::overview())
    }

    async fn own_board(
        &self,
        _: &str,
        unit: Option<&str>,
        _: Lang,
    ) -> Result<Option<BoardView>, Unavailable> {
        self.there().map(|_| board::board(unit, self.clock.now()))
    }

    async fn board(&self, unit: Option<&str>, _: Lang) -> Result<Option<BoardView>, Unavailable> {
        self.there().map(|_| board::board(unit, self.clock.now()))
    }

    async fn admin_requests(&self, _: Option<&Place>, _: Lang) -> Result<Part, Unavailable> {
        let there = self.there()?;
        let cards = there.sheets.iter().map(|sheet| sheet.card.clone());
        Ok(Part {
            cards: cards.collect(),
            next: None,
        })
    }

    async fn admin_sheet(&self, reference: &str, _: Lang) -> Result<Option<Sheet>, Unavailable> {
        let state = self.there()?;
        Ok(state
            .sheets
            .iter()
            .find(|sheet| sheet.card.reference == reference)
            .cloned())
    }

    async fn parked(&self) -> Result<Vec<Parked>, Unavailable> {
        Ok(self.there()?.parked.clone())
    }

    async fn retry_parked(&self, key: &str) -> Result<bool, Unavailable> {
        self.discard_parked(key).await
    }

    async fn discard_parked(&self, key: &str) -> Result<bool, Unavailable> {
        let mut state = self.there()?;
        let before = state.parked.len();
        state.parked.retain(|row| row.key != key);
        Ok(state.parked.len() < before)
    }

    async fn learn(&self, order: Learn, _: Lang) -> Result<Learning, Unavailable> {
        self.there()
            .map(|_| learning::learning(&order, self.clock.now()))
    }

    async fn try_route(&self, s: &str, t: Trial, _: Lang) -> Result<Option<Lines>, Unavailable> {
        self.there().map(|_| desks::tried(s, &t))
    }

    async fn my_roster(&self, _: &str, _: Order, _: Lang) -> Result<Mine, Unavailable> {
        self.there().map(|_| desks::mine())
    }

    async fn roster_findings(&self, _: Lang) -> Result<Vec<String>, Unavailable> {
        self.there().map(|_| desks::findings())
    }

    async fn services(&self, _: Lang) -> Result<Lines, Unavailable> {
        self.there().map(|_| desks::services())
    }

    async fn workers(&self) -> Result<Vec<Worker>, Unavailable> {
        self.there().map(|_| sample::workers())
    }

    async fn worker_link(&self, _: &Known, id: &str) -> Result<Option<String>, Unavailable> {
        self.there().map(|_| Some(format!("fresh-link-of-{id}")))
    }

    fn hints(&self, topic: Topic) -> BoxStream<'static, Hint> {
        let all = BroadcastStream::new(self.hints.subscribe());
        let mine = all.filter_map(move |hint| {
            let hint = hint.ok().filter(|(about, _)| *about == topic);
            async move {
                hint.map(|(_, cursor)| Hint {
                    cursor: cursor.to_string(),
                })
            }
        });
        mine.boxed()
    }

    async fn ready(&self) -> Result<(), String> {
        self.there()
            .map(|_| ())
            .map_err(|_| "the database is away: it is asleep".into())
    }

    fn metrics(&self) -> String {
        "# TYPE linli_up gauge\nlinli_up 1\n".into()
    }

    async fn hook(&self, hook: Hook) -> HookAnswer {
        let Ok(mut state) = self.there() else {
            return HookAnswer {
                status: 503,
                retry_after: Some(2),
                body: Bytes::new(),
            };
        };
        state.hooks.push(hook);
        HookAnswer {
            status: 200,
            retry_after: None,
            body: Bytes::from_static(b"{}"),
        }
    }
}
