//! What the pages read, gathered from the store and dressed for the reader.

use super::away;
use crate::app::{App, door, resume, survey};
use crate::clock::{Moment, micros, moment};
use crate::conversation::Deed;
use crate::desk;
use crate::desk::place::Place;
use crate::desk::view::{Bubble, Overview, Sheet};
use crate::ids::WorkerId;
use crate::intake::load_cases;
use crate::outbox::{open, parse_token};
use crate::requests::case::{Case, class_of};
use crate::requests::reference::Reference;
use crate::rights::Right;
use crate::seal::Seal;
use crate::store::{self, StoreError, inbound, outbox, requests, timers};
use crate::territory::Worker as Person;
use crate::texts;
use crate::web::{Backend, Part, Subject, Unavailable};
use crate::world::World;
use bots::Content;
use chrono::TimeDelta;
use menus::Lang;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::try_join;

/// Requests in one part of the administrators' list.
const OUTLINED: usize = 24;

impl App {
    pub(super) fn person(&self, id: &str) -> Option<Person> {
        self.core
            .world()
            .worker(&WorkerId::from(id))
            .filter(|w| w.active)
            .cloned()
    }

    pub(super) fn subject(&self, subject: &str) -> Option<Subject> {
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
            roles: worker.roles,
        })
    }

    /// Puts on record that a worker asked for what is not theirs, or is not
    /// there: both read alike, so that a guess tells nothing.
    pub(super) async fn not_theirs(
        &self,
        worker: &Person,
        right: Right,
        case: Option<&Case>,
    ) -> Result<(), Unavailable> {
        let subject = case.map_or_else(
            || "request:unknown".to_owned(),
            |case| format!("request:{}", case.id),
        );
        let actor = door::worker(&worker.id);
        self.refused(&actor, right, &subject).await
    }

    pub(super) async fn case(&self, reference: &str) -> Result<Option<Case>, Unavailable> {
        let Ok(reference) = Reference::parse(reference) else {
            return Ok(None);
        };
        let row = requests::by_reference(&self.core.db, reference.code())
            .await
            .map_err(|e| away(&e))?;
        // A reference nobody was given takes as much reading as somebody else's.
        let (id, there) = if let Some(row) = row {
            (Some(row.id), true)
        } else {
            let newest = requests::newest(&self.core.db).await;
            (newest.map_err(|e| away(&e))?, false)
        };
        let Some(id) = id else { return Ok(None) };
        let mut cases = load_cases(&self.core, std::slice::from_ref(&id))
            .await
            .map_err(|e| away(&e))?;
        Ok(cases.remove(&id).filter(|_| there))
    }

    pub(super) async fn read_overview(&self, lang: Lang) -> Result<Overview, StoreError> {
        let core = &self.core;
        let (world, now) = (core.world(), core.clock.now());
        let (open, backlog, load, unsigned, probed) = try_join!(
            store::requests::counts(&core.db),
            outbox::backlog(&core.db, micros(now - TimeDelta::days(7))),
            timers::load(&core.db, micros(now)),
            desk::reviews::unsigned(core, lang),
            crate::probing::alarm(core, lang),
        )?;
        let (board, people, parked) = try_join!(
            survey::board(core),
            store::people::counts(&core.db),
            inbound::parked_count(&core.db),
        )?;
        let age = backlog
            .oldest
            .map_or(0, |at| (now - moment(at)).num_seconds().max(0));
        let pick = |(zh, en): &(String, String)| if lang == Lang::En { en } else { zh }.clone();
        let mut alarms: Vec<String> = self.alarms.iter().map(pick).collect();
        let zh = lang != Lang::En;
        let lacks = super::super::watch::lacks(&world, now);
        let words = lacks
            .iter()
            .map(|lack| lack.words(&world.tree, &world.roster, zh));
        alarms.extend(words);
        alarms.extend(unsigned);
        alarms.extend(probed);
        let versions = world.versions();
        let mut channels: Vec<(String, String)> = core
            .channels
            .values()
            .filter(|c| c.name() != crate::probing::CHANNEL)
            .map(|c| (format!("{}/{}", c.name(), c.account()), String::new()))
            .collect();
        channels.sort();
        let findings = board.map(|board| board.findings.clone());
        Ok(Overview {
            open: open
                .into_iter()
                .map(|(class, n)| (class_of(class).code(), n))
                .collect(),
            people,
            outbox: (backlog.waiting, age),
            timers: (load.due, load.set_aside),
            parked: parked.0,
            spooled: self.intake.spool().contents().messages,
            channels,
            audit: findings,
            alarms,
            versions: (versions.0.into(), versions.1.into(), versions.2.into()),
        })
    }

    pub(super) async fn bubbles(
        &self,
        session: &str,
        most: usize,
    ) -> Result<Vec<Bubble>, StoreError> {
        let core = &self.core;
        let address = resume::address(core, session).await?.to_string();
        let (written, received, hidden) = try_join!(
            outbox::of_page(&core.db, &address, most as i64),
            inbound::of_page(&core.db, &address, most as i64),
            self.hidden(&address),
        )?;
        let mut labels = HashMap::new();
        let mut bubbles: Vec<Bubble> = written
            .into_iter()
            .filter_map(|row| said(row, &core.seal, &mut labels))
            .collect();
        let heard = received
            .into_iter()
            .filter_map(|row| heard(row, &core.seal, &labels));
        bubbles.extend(heard);
        // Ids of one millisecond are in no order; a question comes before its answer.
        bubbles.sort_by(|a, b| (a.at, !a.mine, &a.id).cmp(&(b.at, !b.mine, &b.id)));
        let surplus = bubbles.len().saturating_sub(most);
        bubbles.drain(..surplus);
        if let Some(until) = hidden {
            bubbles.retain(|bubble| bubble.at > until);
        }
        Ok(bubbles)
    }

    /// The moment up to which the person took what was said off the screen.
    pub(super) async fn hidden(&self, address: &str) -> Result<Option<Moment>, StoreError> {
        let snapshot = self.core.snapshot(address).await?;
        Ok(snapshot.and_then(|s| s.hidden).map(moment))
    }

    pub(super) async fn outlines(
        &self,
        after: Option<&Place>,
        lang: Lang,
    ) -> Result<Part, StoreError> {
        let core = &self.core;
        let (world, now) = (core.world(), core.clock.now());
        let from = after.map_or((i64::MIN, i64::MIN, ""), Place::parts);
        // One more than fits tells whether there is a next part.
        let mut rows = requests::pressing(&core.db, from, OUTLINED as i64 + 1).await?;
        let more = rows.len() > OUTLINED;
        rows.truncate(OUTLINED);
        let next = rows.last().filter(|_| more).map(Place::of);
        let cases = desk::opened(core, rows).await?;
        let card = |(_, case): &(Place, Arc<Case>)| desk::bare_card(case, &world, lang, now);
        Ok(Part {
            cards: cases.iter().map(card).collect(),
            next: next.map(|place| place.to_string()),
        })
    }

    pub(super) fn outline(case: &Case, world: &World, lang: Lang, now: Moment) -> Sheet {
        let mut sheet = desk::outline(world, desk::nobody(), case, lang, now);
        sheet.card.acts = Vec::new();
        for line in &mut sheet.timeline {
            line.quote = None;
        }
        sheet
    }
}

/// What was said to the resident; keeps the labels of its buttons.
fn said(row: outbox::Written, seal: &Seal, labels: &mut HashMap<String, String>) -> Option<Bubble> {
    let parcel = open(&row.body_sealed, seal).ok()?;
    let choices = parcel.message.choices.into_iter();
    let choices: Vec<(String, String)> = choices.map(|c| (c.token, c.label)).collect();
    labels.extend(choices.iter().cloned());
    let kind = match parcel.kind.as_deref() {
        Some("card") => "card",
        Some("crisis") => "crisis",
        Some("notice") => "notice",
        _ => "plain",
    };
    let text = parcel.message.text;
    (!text.is_empty()).then(|| Bubble {
        id: row.id,
        mine: false,
        at: moment(row.at),
        text,
        kind,
        photo: None,
        choices,
    })
}

/// What the resident said; a pressed button shows its label.
fn heard(row: inbound::Stored, seal: &Seal, labels: &HashMap<String, String>) -> Option<Bubble> {
    let message = seal.open_json::<bots::Inbound>(&row.body_sealed).ok()?;
    let mut photo = None;
    let text = match message.content {
        Content::File(file) => {
            photo = Some(file.id);
            file.caption.unwrap_or_default()
        }
        Content::Place { .. } => {
            let app = message.sender.language.as_deref().and_then(Lang::parse);
            texts::text(app.unwrap_or_default(), "talk.pin.told").to_owned()
        }
        Content::Text(text) | Content::Edited { text, .. } => text,
        Content::Tap { token, .. } => {
            if let Some((deed, reference)) = Deed::parse(&token) {
                let app = message.sender.language.as_deref().and_then(Lang::parse);
                let label = texts::text(app.unwrap_or_default(), deed.label());
                format!("{label} {reference}")
            } else {
                parse_token(&token)?;
                labels.get(&token)?.clone()
            }
        }
        _ => return None,
    };
    Some(Bubble {
        id: row.id,
        mine: true,
        at: moment(row.at),
        text,
        kind: "plain",
        photo,
        choices: Vec::new(),
    })
}
