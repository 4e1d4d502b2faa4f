//! A whole log through the status table: who has the request, since when, in
//! which cycle.
//!
//! Pure and total: entries the table refuses are counted and change nothing.

use super::{Context, Refused, Status, TOP_LEVEL, apply};
use crate::clock::Moment;
use crate::ids::{UnitId, WorkerId};
use crate::requests::event::{Actor, Class, Entry, Fact, Outcome};

/// A running pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The sequence number of the entry that began it.
    pub seq: u32,
    pub reason: String,
    pub since: Moment,
    pub until: Moment,
}

/// What a log amounts to. The `_at` fields of progress are those of the
/// current cycle.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    pub status: Status,
    pub class: Class,
    /// When the class became what it is.
    pub class_since: Moment,
    pub service: String,
    /// 0 community, 1 street, 2 district.
    pub level: u8,
    pub unit: Option<UnitId>,
    pub worker: Option<WorkerId>,
    pub paused: Option<Pause>,
    pub outcome: Option<Outcome>,
    /// 0 at first, one more for every reopening.
    pub cycle: u32,
    pub opened_at: Moment,
    pub cycle_at: Moment,
    /// When the present owner accepted; empty again after a hand-over.
    pub accepted_at: Option<Moment>,
    /// When anybody first accepted; a hand-over does not take it back.
    pub first_accepted_at: Option<Moment>,
    pub contacted_at: Option<Moment>,
    pub decided_at: Option<Moment>,
    pub delivered_at: Option<Moment>,
    pub confirmed_at: Option<Moment>,
    pub closed_at: Option<Moment>,
    /// Call tries since the decision.
    pub tries_since_decision: Vec<Moment>,
    pub transfers: u32,
    pub policy_version: Option<u32>,
    pub solved: Option<bool>,
    pub stars: Option<u8>,
    /// Time of the last entry, never going back even if a clock did.
    pub last_at: Moment,
    /// Entries the table refused; a sound store never wrote one.
    pub refused: u32,
}

impl Projection {
    fn open(class: Class, service: &str, at: Moment) -> Self {
        Self {
            status: Status::Submitted,
            class,
            class_since: at,
            service: service.to_owned(),
            level: 0,
            unit: None,
            worker: None,
            paused: None,
            outcome: None,
            cycle: 0,
            opened_at: at,
            cycle_at: at,
            accepted_at: None,
            first_accepted_at: None,
            contacted_at: None,
            decided_at: None,
            delivered_at: None,
            confirmed_at: None,
            closed_at: None,
            tries_since_decision: Vec::new(),
            transfers: 0,
            policy_version: None,
            solved: None,
            stars: None,
            last_at: at,
            refused: 0,
        }
    }

    /// Whether `fact` may follow now, and the status it leads to.
    pub fn check(&self, actor: &Actor, fact: &Fact) -> Result<Status, Refused> {
        let context = Context {
            actor,
            class: self.class,
            paused: self.paused.is_some(),
            tries_since_decision: self.tries_since_decision.len(),
        };
        apply(self.status, fact, &context)
    }

    /// Takes one more entry; a refused one is only counted. True when taken.
    pub fn take(&mut self, entry: &Entry) -> bool {
        let at = entry.at.max(self.last_at);
        self.last_at = at;
        let Ok(status) = self.check(&entry.actor, &entry.fact) else {
            self.refused += 1;
            return false;
        };
        self.record(entry, at);
        self.status = status;
        true
    }

    fn record(&mut self, entry: &Entry, at: Moment) {
        match &entry.fact {
            Fact::Assigned {
                unit,
                worker,
                level,
            } => {
                (self.unit, self.worker) = (Some(unit.clone()), worker.clone());
                self.level = *level;
                self.accepted_at = None;
            }
            Fact::Transferred { unit, worker } => {
                (self.unit, self.worker) = (Some(unit.clone()), worker.clone());
                self.transfers += 1;
                self.accepted_at = None;
            }
            Fact::Accepted { worker } => {
                self.worker = Some(worker.clone());
                self.accepted_at = Some(at);
                self.first_accepted_at = self.first_accepted_at.or(Some(at));
            }
            Fact::Declined { worker } => {
                if self.worker.as_ref() == Some(worker) {
                    self.worker = None;
                }
                self.accepted_at = None;
            }
            Fact::Attempted if !self.status.is_active() => self.tries_since_decision.push(at),
            Fact::Contacted { .. } => {
                self.contacted_at = self.contacted_at.or(Some(at));
                // A resident who was spoken to after the decision is not silent.
                self.tries_since_decision.clear();
            }
            Fact::Paused { reason, until } => {
                self.paused = Some(Pause {
                    seq: entry.seq,
                    reason: reason.clone(),
                    since: at,
                    until: *until,
                });
            }
            Fact::Resumed { .. } => self.paused = None,
            Fact::Decided { outcome } => self.decide(*outcome, at),
            Fact::Withdrawn => {
                self.decide(Outcome::Withdrawn, at);
                self.closed_at = Some(at);
            }
            Fact::Delivered => self.delivered_at = Some(at),
            Fact::Confirmed => self.confirmed_at = Some(at),
            Fact::Closed { .. } => self.closed_at = Some(at),
            Fact::Disputed => self.reopen((self.level + 1).min(TOP_LEVEL.max(self.level)), at),
            Fact::Reopened { level } => self.reopen(*level, at),
            Fact::Raised { class } => self.raise(*class, at),
            Fact::Recategorised { service } => self.service.clone_from(service),
            Fact::Policy { version } => self.policy_version = Some(*version),
            Fact::Rated { solved, stars } => (self.solved, self.stars) = (Some(*solved), *stars),
            _ => {}
        }
    }

    fn decide(&mut self, outcome: Outcome, at: Moment) {
        self.outcome = Some(outcome);
        self.decided_at = Some(at);
        self.paused = None;
    }

    /// A crisis asks for a human anew: what was accepted or said before was
    /// about something else, and nothing waits any longer.
    fn raise(&mut self, class: Class, at: Moment) {
        (self.class, self.class_since) = (class, at);
        if class == Class::Crisis {
            (self.accepted_at, self.first_accepted_at) = (None, None);
            self.contacted_at = None;
            self.paused = None;
        }
    }

    fn reopen(&mut self, level: u8, at: Moment) {
        self.cycle += 1;
        self.cycle_at = at;
        self.level = level;
        self.worker = None;
        self.outcome = None;
        (self.accepted_at, self.first_accepted_at) = (None, None);
        (self.contacted_at, self.decided_at) = (None, None);
        (self.delivered_at, self.confirmed_at, self.closed_at) = (None, None, None);
        self.tries_since_decision.clear();
    }
}

/// What the log amounts to; `None` when it does not begin with an opening.
pub fn project(entries: &[Entry]) -> Option<Projection> {
    let (first, rest) = entries.split_first()?;
    let Fact::Opened { class, service } = &first.fact else {
        return None;
    };
    let mut projection = Projection::open(*class, service, first.at);
    for entry in rest {
        projection.take(entry);
    }
    Some(projection)
}
