//! Cases to and from their rows: the projection, the history, the timer.

use super::{Case, Place};
use crate::clock::{micros, moment};
use crate::escalation::Planned;
use crate::ids::{RequestId, UnitId, WorkerId};
use crate::requests::event::{Actor, Class, Entry, Fact};
use crate::requests::status::Status;
use crate::requests::summary::Summary;
use crate::routing::Loads;
use crate::seal::Seal;
use crate::store::requests::{Stored, StoredEvent};
use crate::store::rows::{EventRow, RequestChange, RequestRow, RequestState, TimerGone, TimerRow};
use crate::store::{Changes, StoreError};
use crate::territory::Role;
use crate::webhooks;
use crate::world::World;
use menus::question::Keep;

impl Case {
    /// A stored case with its events, which must be all of them in order.
    pub fn load(row: Stored, events: &[StoredEvent], seal: &Seal) -> Result<Self, StoreError> {
        let damaged = |why: String| StoreError::Damaged {
            table: "requests",
            why,
        };
        let log = events.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        let notes = events
            .iter()
            .filter_map(|e| Some((e.seq as u32, seal.open(e.note_sealed.as_deref()?).ok()?)))
            .map(|(seq, note)| (seq, String::from_utf8_lossy(&note).into_owned()))
            .collect();
        let role = |code: &str| Role::parse(code).unwrap_or(Role::Duty);
        let mut case = Self {
            address: row
                .address
                .parse()
                .map_err(|e: bots::AddressError| damaged(e.to_string()))?,
            story: seal
                .open_json(&row.story_sealed)
                .map_err(|e| damaged(e.to_string()))?,
            id: RequestId(row.id),
            reference: row.reference,
            service: row.service,
            place: Place {
                unit: UnitId(row.lead_unit),
                role: role(&row.lead_role),
                worker: row.lead_worker.map(WorkerId),
                copy: row
                    .copy_unit
                    .map(|u| (UnitId(u), role(row.copy_role.as_deref().unwrap_or("DUTY")))),
            },
            level: row.level as u8,
            restricted: row.restricted == 1,
            versions: (row.catalogue as u32, row.policy as u32, row.calendar as u32),
            opened_at: moment(row.opened_at),
            loads: Loads::default(),
            written: log.len(),
            log,
            notes,
            story_changed: false,
            status: Status::Submitted,
            class: class_of(row.class),
            closed_at: row.closed_at.map(moment),
        };
        case.refresh();
        Ok(case)
    }

    /// Sets the timer of the next thing to happen, or clears it.
    pub fn rearm(&self, changes: &mut Changes, world: &World) {
        match self.next(world) {
            Some(next) => changes.timers.push(TimerRow {
                request: self.id.0.clone(),
                rung: rung_column(&next),
                due: micros(next.at),
                danger: danger_column(self.class),
                version: i64::from(self.version()),
            }),
            None => changes.timers_cleared.push(TimerGone {
                request: self.id.0.clone(),
                version: i64::from(self.version()),
            }),
        }
    }

    /// Forgets the answers that are kept no longer than the request is open.
    fn let_go(&mut self, world: &World) {
        if self.status != Status::Closed {
            return;
        }
        let published = self.published(world);
        let fields = published
            .catalogue
            .service(&self.service)
            .map(|s| &s.fields[..]);
        let passing = fields.unwrap_or_default().iter();
        for field in passing.filter(|field| field.keep == Some(Keep::Closing)) {
            self.story_changed |= self.story.answers.remove(&field.key).is_some();
        }
    }

    /// Adds the rows of everything recorded since it was read.
    pub fn write(&mut self, changes: &mut Changes, world: &World, seal: &Seal) {
        self.let_go(world);
        let state = RequestState {
            service: self.service.clone(),
            class: danger_column(self.class),
            status: self.status.code().into(),
            version: i64::from(self.version()),
            lead_unit: self.place.unit.0.clone(),
            lead_role: self.place.role.as_str().into(),
            lead_worker: self.place.worker.as_ref().map(|w| w.0.clone()),
            copy_unit: self.place.copy.as_ref().map(|c| c.0.0.clone()),
            copy_role: self.place.copy.as_ref().map(|c| c.1.as_str().into()),
            level: i64::from(self.level),
            restricted: i64::from(self.restricted),
            updated: changes.at,
            closed: self.closed_at.map(micros),
            summary: serde_json::to_string(&Summary::of(self, world)).expect("plain data"),
        };
        let id = self.id.0.clone();
        if self.written == 0 {
            changes.requests.push(RequestRow {
                id: id.clone(),
                reference: self.reference.clone(),
                draft: self.story.draft.clone(),
                address: self.address.to_string(),
                opened: micros(self.opened_at),
                catalogue: i64::from(self.versions.0),
                policy: i64::from(self.versions.1),
                calendar: i64::from(self.versions.2),
                state,
                story: seal.seal_json(&self.story),
            });
        } else if self.written < self.log.len() || self.story_changed {
            let story = self.story_changed.then(|| seal.seal_json(&self.story));
            changes.request_changes.push(RequestChange {
                id: id.clone(),
                before: self.written as i64,
                story,
                state,
            });
        } else {
            return;
        }
        for entry in &self.log[self.written..] {
            changes.events.push(EventRow {
                request: id.clone(),
                seq: i64::from(entry.seq),
                at: micros(entry.at),
                actor: actor_column(&entry.actor),
                kind: entry.fact.kind().to_owned(),
                detail: entry.fact.to_detail().to_string(),
                note: self.notes.get(&entry.seq).map(|n| seal.seal(n.as_bytes())),
            });
        }
        let told = webhooks::news(self, &self.log[self.written..], world);
        changes.webhooks.deliveries.extend(told);
        self.rearm(changes, world);
        self.written = self.log.len();
        self.story_changed = false;
    }
}

/// Name of a rung in its timer: "clock/rung/cycle".
pub fn rung_column(planned: &Planned) -> String {
    format!(
        "{}/{}/{}",
        planned.clock.code(),
        planned.rung,
        planned.cycle
    )
}

/// Order of work: 0 crisis … 3 normal.
pub fn danger_column(class: Class) -> i64 {
    3 - i64::from(class.danger())
}

/// Back from the column.
pub fn class_of(column: i64) -> Class {
    Class::ALL
        .into_iter()
        .find(|c| danger_column(*c) == column)
        .unwrap_or(Class::Normal)
}

fn actor_column(actor: &Actor) -> String {
    match actor.id() {
        Some(id) => format!("{}:{id}", actor.kind()),
        None => actor.kind().to_owned(),
    }
}

fn entry(row: &StoredEvent) -> Result<Entry, StoreError> {
    let damaged = |why: &str| StoreError::Damaged {
        table: "events",
        why: format!("{} at {}: {why}", row.kind, row.seq),
    };
    let (kind, id) = match row.actor.split_once(':') {
        Some((kind, id)) => (kind, Some(id)),
        None => (row.actor.as_str(), None),
    };
    let detail = serde_json::from_str(&row.detail).map_err(|_| damaged("detail is not JSON"))?;
    Ok(Entry {
        seq: row.seq as u32,
        at: moment(row.at),
        actor: Actor::from_parts(kind, id).ok_or_else(|| damaged("unknown actor"))?,
        fact: Fact::from_detail(&row.kind, &detail).map_err(|e| damaged(&e.to_string()))?,
    })
}
