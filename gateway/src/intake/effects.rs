//! From steps to rows: what the dialogues of a group decided, written together.
//!
//! Opens requests, follows residents' moves on their cases, turns replies into
//! letters. The cases that are needed are read in one go; everything else is
//! pure.

use super::cases::load_to_move;
use super::context::context;
use super::group::chat_page;
use super::moves::move_of;
use super::persons;
use super::proving::{self, Papers};
use super::relay::relay;
use super::resident::Stepped;
use super::stamp;
use crate::app::Core;
use crate::bus::Hint;
use crate::clock::Moment;
use crate::conversation::{Case as Target, Effect, Opening, Reply, ReplyKind, Said, Snapshot};
use crate::desk::doing::Consequence;
use crate::outbox::{Held, Lane, Letter, Parcel};
use crate::requests::case::Case;
use crate::requests::follow::{Move, follow};
use crate::requests::{notify, open};
use crate::store::person_rows::PeopleRows;
use crate::store::rows::{ConversationRow, MoveRow};
use crate::store::{Changes, StoreError, outbox};
use crate::world::World;
use bots::Outbound;
use chrono::TimeDelta;
use std::collections::HashMap;

/// How long after they were sent messages can be taken back; messengers allow
/// two days.
const STILL_UNSENT: TimeDelta = TimeDelta::hours(47);

/// The steps of a group on their way to the database.
pub(super) struct Effects<'a> {
    core: &'a Core,
    world: &'a World,
    now: Moment,
    steps: Vec<Stepped>,
    others: Vec<Consequence>,
}

/// What has been gathered for the commit.
pub(super) struct Gathered {
    cases: HashMap<String, Case>,
    /// Cases opened in this group, by draft.
    opened: HashMap<String, Case>,
    letters: Vec<Letter>,
    hints: Vec<Hint>,
    people: PeopleRows,
}

impl Gathered {
    /// Something to look at after the commit.
    pub(super) fn hint(&mut self, hint: Hint) {
        self.hints.push(hint);
    }
}

impl<'a> Effects<'a> {
    pub(super) fn new(core: &'a Core, world: &'a World, now: Moment) -> Self {
        Self {
            core,
            world,
            now,
            steps: Vec::new(),
            others: Vec::new(),
        }
    }

    /// Adds a resident's step.
    pub(super) fn add(&mut self, step: Stepped) {
        self.steps.push(step);
    }

    /// Adds what a worker's message led to.
    pub(super) fn adopt(&mut self, consequence: Consequence) {
        self.others.push(consequence);
    }

    /// Fills the changes; returns what to send and hint after the commit.
    pub(super) async fn apply(
        mut self,
        changes: &mut Changes,
    ) -> Result<(Vec<Held>, Vec<Hint>), StoreError> {
        let cases = self.load_cases().await?;
        let mut all = Gathered {
            cases,
            opened: HashMap::new(),
            letters: Vec::new(),
            hints: Vec::new(),
            people: PeopleRows::default(),
        };
        for mut step in std::mem::take(&mut self.steps) {
            self.apply_one(&mut step, changes, &mut all).await?;
        }
        for other in self.others {
            other.merge(changes, &mut all.letters, &mut all.hints);
        }
        for case in all.opened.values_mut().chain(all.cases.values_mut()) {
            case.write(changes, self.world, &self.core.seal);
        }
        changes.people.absorb(all.people);
        let timers = !changes.timers.is_empty();
        let held = self.core.write_letters(all.letters, changes, self.now);
        if timers {
            all.hints.push(Hint::Timers);
        }
        Ok((held, all.hints))
    }

    /// Reads the cases that moves of this group touch, with their logs.
    async fn load_cases(&self) -> Result<HashMap<String, Case>, StoreError> {
        let mut ids = Vec::new();
        for step in &self.steps {
            for effect in &step.effects {
                if let Some((target, _)) = move_of(effect, step)
                    && let Some(brief) = step.request(&target)
                {
                    ids.push(brief.id.clone());
                }
            }
        }
        ids.sort();
        ids.dedup();
        load_to_move(self.core, &ids).await
    }

    async fn apply_one(
        &self,
        step: &mut Stepped,
        changes: &mut Changes,
        all: &mut Gathered,
    ) -> Result<(), StoreError> {
        let mut cards = Vec::new();
        for effect in std::mem::take(&mut step.effects) {
            if let Some((target, step_of_case)) = move_of(&effect, step) {
                self.moved(step, &target, &step_of_case, all);
            }
            match effect {
                Effect::Open(opening) | Effect::AskHuman(opening) => {
                    let papers = Papers::of(&opening, self.world, step);
                    cards.extend(self.opened(step, *opening, all).await?);
                    if let Some(papers) = papers {
                        let out = (&mut *changes, &mut *all, self.now);
                        papers.look_up(self.core, step, out).await?;
                    }
                }
                Effect::Say(said) => self.said(step, &said, all)?,
                Effect::Consent {
                    consent,
                    yes,
                    draft,
                } => {
                    let row = persons::consented(step, consent, yes, draft, self.now);
                    all.people.consents.push(row);
                }
                Effect::Revoke(consent) => {
                    let rows = persons::revoked(step, consent, &self.core.seal, self.now);
                    all.people.absorb(rows);
                    let ended = proving::unwanted(step, consent);
                    changes.proving.checks_ended.extend(ended);
                }
                Effect::Hide => step.unsend = self.traces(step).await?,
                other => {
                    let out = (&mut *changes, &mut *all);
                    proving::apply(self.core, step, &other, out, self.now).await?;
                }
            }
        }
        let place = step.before_rest();
        step.replies.splice(place..place, cards);
        Self::speak(step, &mut all.letters);
        all.hints.push(chat_page(&step.address));
        changes.conversations.push(self.conversation(step));
        if let Some(to) = &step.moved {
            let mut target = step.address.clone();
            target.chat.clone_from(to);
            changes.moved.push(MoveRow {
                from: step.address.to_string(),
                to: target.to_string(),
            });
        }
        changes.inbound.push(step.inbound.clone());
        Ok(())
    }

    /// The channel's ids of what can still be taken back: our messages and, since
    /// danger was told, the person's own.
    async fn traces(&self, step: &mut Stepped) -> Result<Vec<String>, StoreError> {
        let limits = self.core.limits(&step.address);
        if !limits.is_some_and(|limits| limits.unsend) {
            return Ok(Vec::new());
        }
        let since = self.now - STILL_UNSENT;
        let address = step.address.to_string();
        let mut ids = outbox::receipts(&self.core.db, &address, since).await?;
        let own = std::mem::take(&mut step.snapshot.traces);
        let fresh = own.into_iter().filter(|(at, _)| *at >= stamp(since));
        ids.extend(fresh.map(|(_, id)| id));
        Ok(ids)
    }

    fn conversation(&self, step: &Stepped) -> ConversationRow {
        let offer = step.replies.iter().rev().find(|r| !r.keys.is_empty());
        let mut snapshot: Snapshot = step.snapshot.clone();
        if let Some(card) = offer.filter(|_| snapshot.offered.is_empty()) {
            snapshot.offer(card);
        }
        let (menu, lang) = crate::editing::under_way(&snapshot);
        ConversationRow {
            address: step.address.to_string(),
            before: step.before,
            state: self.core.seal.seal(snapshot.to_json().as_bytes()),
            requests: step.requests,
            at: stamp(self.now),
            ended: step.ended.then(|| stamp(self.now)),
            menu,
            lang,
        }
    }

    async fn opened(
        &self,
        step: &mut Stepped,
        opening: Opening,
        all: &mut Gathered,
    ) -> Result<Option<Reply>, StoreError> {
        // One intention, one request: this draft became one already.
        if step.briefs.iter().any(|b| b.draft == opening.draft.0)
            || all.opened.contains_key(&opening.draft.0)
        {
            return Ok(None);
        }
        let draft = opening.draft.0.clone();
        let crisis = opening.class_hint == menus::Urgency::Crisis;
        let service = opening.service.clone();
        let from = open::From {
            address: &step.address,
            sender: step.sender.as_deref(),
            context: context(self.core, step, &opening).await?,
            catalogue: step.snapshot.catalogue,
        };
        let Some(result) = open::open(opening, &from, self.world, self.now, rand::random()) else {
            return Err(StoreError::Refused(
                "no unit was imported: nobody can be responsible".into(),
            ));
        };
        let open::Result {
            case,
            card,
            letters,
        } = result;
        all.people
            .absorb(persons::filed(self.core, self.world, &case, &all.people, self.now).await?);
        step.requests += 1;
        step.inbound
            .request
            .get_or_insert_with(|| case.id.0.clone());
        all.letters.extend(letters);
        all.hints.push(Hint::Page("desk".into()));
        self.core
            .metrics
            .opened
            .with_label_values(&[case.class().code()])
            .inc();
        if crisis {
            self.core
                .metrics
                .crisis
                .with_label_values(&[&service])
                .inc();
        }
        all.opened.insert(draft, case);
        Ok(card)
    }

    fn said(&self, step: &mut Stepped, said: &Said, all: &mut Gathered) -> Result<(), StoreError> {
        if let Target::Draft(draft) = &said.to
            && let Some(case) = all.opened.get(&draft.0)
        {
            step.inbound.request = Some(case.id.0.clone());
            return Ok(());
        }
        let Some(brief) = step.request(&said.to).cloned() else {
            return match said.to {
                // Set aside it is seen; danger that reaches nobody is worse.
                Target::Draft(_) if said.danger.is_some() => Err(StoreError::Refused(
                    "words of danger belong to no request".into(),
                )),
                _ => Ok(()),
            };
        };
        step.inbound.request = Some(brief.id.clone());
        all.hints
            .push(Hint::Page(format!("request:{}", brief.reference)));
        all.hints.push(Hint::Page("desk".into()));
        relay(&brief, said, self.world, &mut all.letters);
        Ok(())
    }

    fn moved(&self, step: &Stepped, target: &Target, step_of_case: &Move, all: &mut Gathered) {
        let id = step.request(target).map(|b| b.id.clone());
        let case = match (&id, target) {
            (Some(id), _) => all.cases.get_mut(id),
            (None, Target::Draft(draft)) => all.opened.get_mut(&draft.0),
            _ => None,
        };
        let Some(case) = case else { return };
        let letters = follow(case, step_of_case, self.world, self.now);
        all.letters.extend(letters);
        all.hints
            .push(Hint::Page(format!("request:{}", case.reference)));
        all.hints.push(Hint::Page("desk".into()));
    }

    /// Replies become letters; a button press is answered with the first.
    fn speak(step: &Stepped, letters: &mut Vec<Letter>) {
        let mut callback = step.callback.clone();
        let mut unsend = step.unsend.clone();
        let lang = step.snapshot.lang;
        for reply in &step.replies {
            let lane = if reply.kind == ReplyKind::Crisis {
                Lane::Crisis
            } else {
                Lane::Reply
            };
            let mut parcel = notify::parcel(reply.clone(), lang);
            parcel.message.answers = callback.take();
            parcel.message.unsend = std::mem::take(&mut unsend);
            letters.push(Letter {
                to: step.address.clone(),
                lane,
                request: None,
                parcel,
                not_before: None,
            });
        }
        if let Some(callback) = callback {
            let message = Outbound {
                answers: Some(callback),
                ..Outbound::default()
            };
            let parcel = Parcel {
                message,
                keys: Vec::new(),
                kind: None,
            };
            letters.push(Letter {
                to: step.address.clone(),
                lane: Lane::Reply,
                request: None,
                parcel,
                not_before: None,
            });
        }
    }
}
