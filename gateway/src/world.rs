//! What every message is read against: catalogues, policies, calendars, the
//! territory, the roster and the classifier.
//!
//! A [`World`] is an immutable value; the gateway holds the newest one and
//! replaces it whole when the stored reference data change. Versions that open
//! requests or running conversations are pinned to stay in it. Reading and
//! publishing documents is here; deciding with them is not.

use crate::audit;
use crate::calendar::{Calendar, Span, Unit as SpanUnit};
use crate::clock::{Moment, micros};
use crate::conversation::Places;
use crate::escalation::{Limits, Policy};
use crate::finding::Finding;
use crate::ids::{UnitId, WorkerId};
use crate::learning::{self, Lessons};
pub use crate::learning::{train, train_with};
pub use crate::published::Published;
use crate::seal::Seal;
use crate::store::rows::DocumentRow;
use crate::store::{Changes, Db, StoreError, corrections, documents, drafts, people, roster};
use crate::territory::{Roster, Tree, Unit, UnitKind, Worker, document};
use crate::webhooks;
use bots::Address;
use chrono::NaiveDate;
use intents::Classifier;
use menus::Service;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Everything, at one moment.
pub struct World {
    pub(crate) catalogues: BTreeMap<u32, Arc<Published>>,
    pub(crate) policies: BTreeMap<u32, Arc<Policy>>,
    pub(crate) calendars: BTreeMap<u32, Arc<Calendar>>,
    /// The territory.
    pub tree: Tree,
    /// The workers.
    pub roster: Roster,
    pub(crate) chats: HashMap<WorkerId, Vec<Address>>,
    /// What was learnt from corrections.
    pub lessons: Lessons,
    /// Understands words, by the newest catalogue and what was learnt.
    pub classifier: Arc<Classifier>,
    /// Programs that are told what happens.
    pub webhooks: Vec<webhooks::Endpoint>,
    /// When the reference data this was made of last changed.
    pub stamp: Stamp,
}

/// Change times of the stored reference data.
pub type Stamp = (i64, i64, i64, i64, i64);

/// Why a world cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A document that cannot be used; every finding is named.
    #[error("{what}: {}", findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Document {
        /// Which.
        what: String,
        /// What is wrong with it.
        findings: Vec<Finding>,
    },
    /// A stored document that cannot be read.
    #[error("{0}")]
    Damaged(String),
}

/// The documents to publish when the database has none, or others.
pub struct Documents {
    /// Policy text, if not the shipped one.
    pub policy: Option<String>,
    /// Calendar text, if not the shipped one.
    pub calendar: Option<String>,
}

const CATALOGUE: &str = "catalogue";
const POLICY: &str = "policy";
const CALENDAR: &str = "calendar";

impl World {
    /// Publishes what the database does not have yet: the starter catalogue at
    /// the first start, and a policy and calendar whose text was never in force;
    /// shipped ones only until somebody edits. Nothing is published while any
    /// of them has a finding.
    pub async fn publish(db: &Db, wanted: &Documents, now: Moment) -> Result<(), WorldError> {
        let policy = wanted
            .policy
            .as_deref()
            .unwrap_or(crate::escalation::policy::DEFAULT);
        let calendar = wanted
            .calendar
            .as_deref()
            .unwrap_or(crate::calendar::BUILTIN);
        read_policy(policy, 0)?;
        read_calendar(calendar, 0)?;
        for attempt in 0..3 {
            let mut changes = Changes::at(micros(now));
            let mut add = |kind: &str, newest: i64, body: String| {
                changes.documents.push(DocumentRow {
                    kind: kind.into(),
                    version: newest + 1,
                    body,
                    at: micros(now),
                });
                let what = format!("{kind}:{}", newest + 1);
                let line = audit::line(now, audit::SYSTEM, "document.publish", &what);
                changes.audit.push(line);
            };
            if documents::newest(db, CATALOGUE).await? == 0 {
                add(CATALOGUE, 0, menus::document::to_json(menus::starter()));
            }
            let policy = (POLICY, policy, wanted.policy.is_none());
            let calendar = (CALENDAR, calendar, wanted.calendar.is_none());
            for (kind, text, shipped) in [policy, calendar] {
                let all = documents::all(db, kind).await?;
                let newest = all.last().map_or(0, |d| d.0);
                // A text that was in force before was replaced on purpose, and
                // what somebody edited is not undone by a newer program.
                let known = all.iter().any(|d| d.1 == text);
                if !known && (!shipped || !drafts::edited(db, kind).await?) {
                    add(kind, newest, text.to_owned());
                }
            }
            match db.commit(&changes).await {
                // Another process published at the same moment: look again.
                Err(StoreError::Conflict) if attempt < 2 => {}
                other => return other.map(|_| ()).map_err(Into::into),
            }
        }
        Ok(())
    }

    /// Reads everything. `before` saves training again when nothing changed.
    pub async fn load(
        db: &Db,
        seal: &Seal,
        today: NaiveDate,
        before: Option<&Self>,
    ) -> Result<Self, WorldError> {
        let stamp = people::stamp(db).await?;
        let catalogues = load_catalogues(db, before).await?;
        let mut policies = BTreeMap::new();
        for (version, body) in documents::all(db, POLICY).await? {
            policies.insert(
                version as u32,
                Arc::new(read_policy(&body, version as u32)?),
            );
        }
        let mut calendars = BTreeMap::new();
        for (version, body) in documents::all(db, CALENDAR).await? {
            calendars.insert(
                version as u32,
                Arc::new(read_calendar(&body, version as u32)?),
            );
        }
        if catalogues.is_empty() || policies.is_empty() || calendars.is_empty() {
            return Err(WorldError::Damaged(
                "no catalogue, policy or calendar is published".into(),
            ));
        }
        let units = load_units(db).await?;
        let workers = load_workers(db, seal).await?;
        let chats = load_chats(db).await?;
        let newest = catalogues.values().next_back().expect("checked above");
        let lessons = load_lessons(db).await?;
        let unchanged = before.filter(|b| {
            b.newest().catalogue.version() == newest.catalogue.version()
                && b.lessons.version == lessons.version
        });
        let classifier = match unchanged {
            Some(before) => Arc::clone(&before.classifier),
            None => Arc::new(train_with(&newest.catalogue, &lessons.examples)),
        };
        let past = people::past_names(db).await?;
        let tree = Tree::with_past(units, &past, today);
        let roster = Roster::with(workers, roster::bookings(db).await?);
        Ok(Self {
            catalogues,
            policies,
            calendars,
            tree,
            roster,
            chats,
            lessons,
            classifier,
            webhooks: webhooks::load(db, seal).await?,
            stamp,
        })
    }

    /// The newest catalogue.
    pub fn newest(&self) -> &Arc<Published> {
        self.catalogues
            .values()
            .next_back()
            .expect("a world has a catalogue")
    }

    /// A catalogue version, or the newest if that one is unknown.
    pub fn catalogue(&self, version: u32) -> &Arc<Published> {
        self.catalogues
            .get(&version)
            .unwrap_or_else(|| self.newest())
    }

    /// A catalogue as it is in a place today; without a place, or with one nobody
    /// knows, as everywhere.
    pub fn locally(&self, of: &Arc<Published>, place: Option<&UnitId>) -> Arc<Published> {
        if of.catalogue.overrides().is_empty() {
            return Arc::clone(of);
        }
        let around = place.map(|unit| self.tree.around(unit));
        of.at(&around.unwrap_or_default())
    }

    /// A policy version, or the newest.
    pub fn policy(&self, version: u32) -> &Policy {
        self.policies.get(&version).unwrap_or_else(|| {
            self.policies
                .values()
                .next_back()
                .expect("a world has a policy")
        })
    }

    /// A calendar version, or the newest.
    pub fn calendar(&self, version: u32) -> &Calendar {
        let newest = || {
            self.calendars
                .values()
                .next_back()
                .expect("a world has a calendar")
        };
        self.calendars.get(&version).unwrap_or_else(newest)
    }

    /// Newest versions of catalogue, policy and calendar.
    pub fn versions(&self) -> (u32, u32, u32) {
        let last = |keys: Option<&u32>| keys.copied().unwrap_or(0);
        (
            last(self.catalogues.keys().next_back()),
            last(self.policies.keys().next_back()),
            last(self.calendars.keys().next_back()),
        )
    }

    /// The chats of a worker.
    pub fn chats_of(&self, worker: &WorkerId) -> &[Address] {
        self.chats.get(worker).map_or(&[], Vec::as_slice)
    }

    /// A worker.
    pub fn worker(&self, id: &WorkerId) -> Option<&Worker> {
        self.roster.get(id)
    }

    /// A worker's name as residents may read it.
    pub fn worker_name(&self, id: &WorkerId) -> Option<&str> {
        self.worker(id).map(|w| w.name.as_str())
    }

    /// Name of a unit, or its code.
    pub fn unit_name<'a>(&'a self, code: &'a UnitId) -> &'a str {
        self.tree
            .get(code)
            .map_or(code.as_str(), |u| u.name.as_str())
    }
}

impl Places for World {
    fn find(&self, text: &str) -> Vec<(UnitId, String)> {
        self.tree
            .find_by_words(text)
            .into_iter()
            .map(|m| (m.unit.clone(), self.unit_name(&m.unit).to_owned()))
            .collect()
    }

    fn at(&self, lat: f64, lon: f64) -> Vec<(UnitId, String)> {
        let found = self.tree.find_by_pin(lat, lon).into_iter();
        found
            .map(|u| (u.clone(), self.tree.full_name(&u)))
            .collect()
    }

    fn streets(&self) -> Vec<(UnitId, String)> {
        let streets = self.tree.units().filter(|u| u.kind == UnitKind::Street);
        streets.map(|u| (u.code.clone(), u.name.clone())).collect()
    }
}

async fn load_units(db: &Db) -> Result<Vec<Unit>, WorldError> {
    let units = people::units(db).await?;
    let units = units.iter().map(|body| document::unit_from_json(body));
    let units: Result<Vec<Unit>, _> = units.collect();
    units.map_err(|e| WorldError::Damaged(format!("a stored unit: {e}")))
}

async fn load_workers(db: &Db, seal: &Seal) -> Result<Vec<Worker>, WorldError> {
    let mut workers = Vec::new();
    for row in people::workers(db).await? {
        let damaged = |why: String| WorldError::Damaged(format!("worker {}: {why}", row.id));
        let body = seal
            .open(&row.body_sealed)
            .map_err(|e| damaged(e.to_string()))?;
        let body = String::from_utf8_lossy(&body);
        workers.push(document::worker_from_json(&body).map_err(|e| damaged(e.to_string()))?);
    }
    Ok(workers)
}

async fn load_chats(db: &Db) -> Result<HashMap<WorkerId, Vec<Address>>, WorldError> {
    let mut chats: HashMap<WorkerId, Vec<Address>> = HashMap::new();
    for chat in people::chats(db).await? {
        if let Ok(address) = chat.address.parse() {
            let of = WorkerId(chat.worker);
            chats.entry(of).or_default().push(address);
        }
    }
    Ok(chats)
}

async fn load_catalogues(
    db: &Db,
    before: Option<&World>,
) -> Result<BTreeMap<u32, Arc<Published>>, WorldError> {
    let mut catalogues = BTreeMap::new();
    for (version, body) in documents::all(db, CATALOGUE).await? {
        let version = version as u32;
        if let Some(known) = before.and_then(|b| b.catalogues.get(&version)) {
            catalogues.insert(version, Arc::clone(known));
            continue;
        }
        let catalogue = menus::document::from_json(&body)
            .map_err(|e| WorldError::Damaged(format!("catalogue version {version}: {e}")))?
            .with_version(version);
        catalogues.insert(version, Arc::new(Published::new(catalogue)));
    }
    Ok(catalogues)
}

/// The newest version of what was learnt.
async fn load_lessons(db: &Db) -> Result<Lessons, WorldError> {
    let newest = corrections::newest(db, learning::KIND, 1).await?.pop();
    let Some((version, body, _)) = newest else {
        return Ok(Lessons::default());
    };
    Lessons::from_json(&body, version as u32)
        .map_err(|e| WorldError::Damaged(format!("lessons version {version}: {e}")))
}

fn read_policy(text: &str, version: u32) -> Result<Policy, WorldError> {
    let mut policy = Policy::parse(text).map_err(|findings| WorldError::Document {
        what: "the escalation policy".into(),
        findings,
    })?;
    policy.version = version;
    Ok(policy)
}

fn read_calendar(text: &str, version: u32) -> Result<Calendar, WorldError> {
    let read = Calendar::from_text(text);
    let mut calendar = read.map_err(|findings| WorldError::Document {
        what: "the working calendar".into(),
        findings,
    })?;
    calendar.version = version;
    Ok(calendar)
}

/// The limits of a service, as the clocks read them.
pub fn limits(service: &Service) -> Limits {
    Limits {
        first_contact: menus::catalogue::first_contact(service).map(span),
        outcome: menus::catalogue::resolution(service).map(span),
    }
}

/// A catalogue's span on the calendar. A month counts 30 days.
fn span(span: menus::Span) -> Span {
    let (amount, unit) = match span.unit {
        menus::Unit::Minutes => (span.amount, SpanUnit::Minutes),
        menus::Unit::Hours => (span.amount, SpanUnit::Hours),
        menus::Unit::Days => (span.amount, SpanUnit::Days),
        menus::Unit::Months => (span.amount.saturating_mul(30), SpanUnit::Days),
    };
    Span {
        amount,
        unit,
        working: span.working,
    }
}
