//! One request in memory: its stored row, its story and its whole log.
//!
//! Everything that happens to a request goes through [`Case::record`], which
//! asks the status table first; [`Case::write`] then turns what was recorded
//! into guarded rows, with the timer computed anew from the log (see `stored`).
//! Reading and committing are the callers'.

mod stored;
mod story;

pub use stored::{class_of, danger_column, rung_column};
pub use story::Story;

use crate::calendar::Calendar;
use crate::clock::Moment;
use crate::escalation::{self, Limits, Planned, Policy};
use crate::ids::{DraftId, RequestId, UnitId, WorkerId};
use crate::requests::event::{Actor, Class, Entry, Fact};
use crate::requests::status::{Context, Refused, Status, apply, project};
use crate::routing::Loads;
use crate::territory::Role;
use crate::world::{Published, World};
use bots::Address;
use menus::Lang;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a request lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Lead unit.
    pub unit: UnitId,
    /// Lead role.
    pub role: Role,
    /// Lead worker.
    pub worker: Option<WorkerId>,
    /// Copy unit and role.
    pub copy: Option<(UnitId, Role)>,
}

/// A request with its log.
#[derive(Clone, Debug)]
pub struct Case {
    /// Id.
    pub id: RequestId,
    /// Public reference.
    pub reference: String,
    /// Conversation it came from.
    pub address: Address,
    /// Service code.
    pub service: String,
    /// Where it lies.
    pub place: Place,
    /// Level on the ladder: 0 community, 1 street, 2 district.
    pub level: u8,
    /// Never shown to a community queue.
    pub restricted: bool,
    /// Versions of catalogue, policy and calendar.
    pub versions: (u32, u32, u32),
    /// What it is about.
    pub story: Story,
    /// When it was opened.
    pub opened_at: Moment,
    /// What workers carried when it was read to be moved.
    pub loads: Loads,
    /// Its history.
    pub log: Vec<Entry>,
    notes: BTreeMap<u32, String>,
    written: usize,
    story_changed: bool,
    status: Status,
    class: Class,
    closed_at: Option<Moment>,
}

/// What a new case starts with.
pub struct Opened {
    /// Id.
    pub id: RequestId,
    /// Public reference.
    pub reference: String,
    /// Conversation.
    pub address: Address,
    /// Service code.
    pub service: String,
    /// Class of danger.
    pub class: Class,
    /// Where it lies.
    pub place: Place,
    /// Never shown to a community queue.
    pub restricted: bool,
    /// Versions of catalogue, policy and calendar.
    pub versions: (u32, u32, u32),
    /// What it is about.
    pub story: Story,
    /// Now.
    pub at: Moment,
}

impl Case {
    /// A case that is not stored yet, with its first facts.
    pub fn open(new: Opened) -> Self {
        let mut case = Self {
            id: new.id,
            reference: new.reference,
            address: new.address,
            service: new.service.clone(),
            place: new.place,
            level: 0,
            restricted: new.restricted,
            versions: new.versions,
            story: new.story,
            opened_at: new.at,
            loads: Loads::default(),
            log: Vec::new(),
            notes: BTreeMap::new(),
            written: 0,
            story_changed: false,
            status: Status::Submitted,
            class: new.class,
            closed_at: None,
        };
        let (class, service) = (new.class, new.service);
        case.append(
            Actor::Resident,
            Fact::Opened { class, service },
            new.at,
            None,
        );
        let (unit, worker) = (case.place.unit.clone(), case.place.worker.clone());
        case.append(
            Actor::System,
            Fact::Assigned {
                unit,
                worker,
                level: 0,
            },
            new.at,
            None,
        );
        case.refresh();
        case
    }

    /// Status now.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Class of danger now.
    pub fn class(&self) -> Class {
        self.class
    }

    /// When it was closed.
    pub fn closed_at(&self) -> Option<Moment> {
        self.closed_at
    }

    /// Number of the last event: the guard of every change.
    pub fn version(&self) -> u32 {
        self.log.len() as u32
    }

    /// Whether anything moved since this version. That somebody looked moves
    /// nothing: it must not spoil another's press.
    pub fn moved_since(&self, version: u32) -> bool {
        let moves = |e: &Entry| e.seq > version && !matches!(e.fact, Fact::Seen { .. });
        version > self.version() || self.log.iter().any(moves)
    }

    /// The resident's language.
    pub fn lang(&self) -> Lang {
        Lang::parse(&self.story.lang).unwrap_or_default()
    }

    /// The draft it was opened from.
    pub fn draft(&self) -> DraftId {
        DraftId(self.story.draft.clone())
    }

    /// Free text that belongs to an event.
    pub fn note(&self, seq: u32) -> Option<&str> {
        self.notes.get(&seq).map(String::as_str)
    }

    /// Whether a fact of this kind is in the log.
    pub fn has(&self, fact: impl Fn(&Fact) -> bool) -> bool {
        self.log.iter().any(|e| fact(&e.fact))
    }

    /// Puts a fact on record, if the status table allows it.
    ///
    /// # Errors
    /// [`Refused`] with the reason; nothing was recorded.
    pub fn record(
        &mut self,
        actor: Actor,
        fact: Fact,
        at: Moment,
        note: Option<String>,
    ) -> Result<(), Refused> {
        let seen = project(&self.log);
        let ctx = Context {
            actor: &actor,
            class: self.class,
            paused: seen.as_ref().is_some_and(|s| s.paused.is_some()),
            tries_since_decision: seen.as_ref().map_or(0, |s| s.tries_since_decision.len()),
        };
        apply(self.status, &fact, &ctx)?;
        match &fact {
            Fact::Assigned {
                unit,
                worker,
                level,
            } => {
                self.place.unit.clone_from(unit);
                self.place.worker.clone_from(worker);
                self.level = *level;
            }
            Fact::Transferred { unit, worker } => {
                self.place.unit.clone_from(unit);
                self.place.worker.clone_from(worker);
            }
            Fact::Accepted { worker } => self.place.worker = Some(worker.clone()),
            Fact::Declined { .. } => self.place.worker = None,
            Fact::Recategorised { service } => self.service.clone_from(service),
            Fact::Reopened { level } => self.level = *level,
            _ => {}
        }
        self.append(actor, fact, at, note);
        self.refresh();
        Ok(())
    }

    /// Marks the story as changed.
    pub fn story_mut(&mut self) -> &mut Story {
        self.story_changed = true;
        &mut self.story
    }

    fn append(&mut self, actor: Actor, fact: Fact, at: Moment, note: Option<String>) {
        // A clock that jumped back must not put an event before its cause.
        let at = self.log.last().map_or(at, |last| at.max(last.at));
        let seq = self.log.len() as u32 + 1;
        if let Some(note) = note.filter(|n| !n.trim().is_empty()) {
            self.notes.insert(seq, note);
        }
        self.log.push(Entry {
            seq,
            at,
            actor,
            fact,
        });
    }

    fn refresh(&mut self) {
        let Some(seen) = project(&self.log) else {
            return;
        };
        let was_closed = self.status == Status::Closed;
        (self.status, self.class) = (seen.status, seen.class);
        if self.status != Status::Closed {
            self.closed_at = None;
        } else if !was_closed || self.closed_at.is_none() {
            self.closed_at = self.log.last().map(|e| e.at);
        }
    }

    /// The catalogue it was opened with, as it is where help is needed.
    pub fn published(&self, world: &World) -> Arc<Published> {
        world.locally(world.catalogue(self.versions.0), self.story.unit.as_ref())
    }

    /// Policy, calendar and limits its clocks follow.
    pub fn rules<'w>(&self, world: &'w World) -> (&'w Calendar, &'w Policy, Limits) {
        let published = self.published(world);
        let limits = published
            .catalogue
            .service(&self.service)
            .map(crate::world::limits)
            .unwrap_or_default();
        (
            world.calendar(self.versions.2),
            world.policy(self.versions.1),
            limits,
        )
    }

    /// The next thing that happens by itself.
    pub fn next(&self, world: &World) -> Option<Planned> {
        let (calendar, policy, limits) = self.rules(world);
        escalation::next(&self.log, calendar, policy, &limits)
    }
}
