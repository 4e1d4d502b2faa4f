//! Scenarios: suppositions with the outcome they must have. They are a document
//! of their own, and run whenever something is to be published.

use super::paper::{Found, Paper};
use super::whatif::{Outcome, Supposed, outcome};
use crate::app::Core;
use crate::audit;
use crate::clock::{micros, moment};
use crate::store::rows::DocumentRow;
use crate::store::{Changes, StoreError, corrections};
use crate::world::World;
use menus::{Lang, Localized};
use serde::{Deserialize, Serialize};

/// The kind of the documents that hold them.
const KIND: &str = "scenarios";
/// The most that are kept: each is run on every publication.
const MOST: usize = 200;

/// A supposition and what must come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    pub name: String,
    pub supposed: Supposed,
    pub expected: Expected,
}

/// What a scenario holds fast.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// "route", "ask", "none", "crisis".
    decision: String,
    /// Code; empty where nothing is opened.
    service: String,
    class: String,
    /// Unit and role.
    lead: String,
    /// When the clocks are due: name and microseconds since 1970.
    due: Vec<(String, i64)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: u32,
    scenarios: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    text: String,
    address: String,
    hukou: String,
    at: i64,
    channel: String,
    lang: String,
    expected: Expected,
}

impl Expected {
    pub fn of(outcome: &Outcome) -> Self {
        let due = outcome.due.iter();
        Self {
            decision: outcome.decision.to_owned(),
            service: outcome
                .service
                .as_ref()
                .map(|s| s.0.clone())
                .unwrap_or_default(),
            class: outcome.class.to_owned(),
            lead: outcome.lead.clone(),
            due: due
                .map(|(c, at)| (c.code().to_owned(), micros(*at)))
                .collect(),
        }
    }

    /// What is different, in words; `None` when nothing is.
    fn differs(&self, now: &Self) -> Option<Localized> {
        let pairs = [
            ("判断", "decision", &self.decision, &now.decision),
            ("事项", "service", &self.service, &now.service),
            ("级别", "class", &self.class, &now.class),
            ("主办", "in charge", &self.lead, &now.lead),
        ];
        for (zh, en, was, is) in pairs {
            if was != is {
                return Some(Localized::new(
                    format!("{zh}应为“{was}”，会变成“{is}”"),
                    format!("{en} must be \"{was}\" and would be \"{is}\""),
                ));
            }
        }
        (self.due != now.due).then(|| {
            let times = |of: &Self| {
                let time = |(name, at): &(String, i64)| {
                    let local = moment(*at).with_timezone(&crate::requests::notify::offset());
                    format!("{name} {}", local.format("%Y-%m-%d %H:%M"))
                };
                of.due.iter().map(time).collect::<Vec<_>>().join(", ")
            };
            let (was, is) = (times(self), times(now));
            Localized::new(
                format!("时限应为“{was}”，会变成“{is}”"),
                format!("deadlines must be \"{was}\" and would be \"{is}\""),
            )
        })
    }
}

/// Every scenario, in the order they were saved.
pub(super) async fn all(core: &Core) -> Result<Vec<Scenario>, StoreError> {
    Ok(stored(core).await?.1)
}

async fn stored(core: &Core) -> Result<(i64, Vec<Scenario>), StoreError> {
    let Some((version, body, _)) = corrections::newest(&core.db, KIND, 1).await?.pop() else {
        return Ok((0, Vec::new()));
    };
    let damaged = |why: String| StoreError::Damaged {
        table: "documents",
        why,
    };
    let read: Stored = serde_json::from_str(&body).map_err(|e| damaged(e.to_string()))?;
    Ok((version, read.scenarios.into_iter().map(scenario).collect()))
}

fn scenario(row: Row) -> Scenario {
    Scenario {
        name: row.name,
        supposed: Supposed {
            text: row.text,
            address: row.address,
            hukou: row.hukou,
            at: moment(row.at),
            channel: row.channel,
            lang: Lang::parse(&row.lang).unwrap_or_default(),
        },
        expected: row.expected,
    }
}

fn row(scenario: &Scenario) -> Row {
    let supposed = &scenario.supposed;
    Row {
        name: scenario.name.clone(),
        text: supposed.text.clone(),
        address: supposed.address.clone(),
        hukou: supposed.hukou.clone(),
        at: micros(supposed.at),
        channel: supposed.channel.clone(),
        lang: supposed.lang.tag().to_owned(),
        expected: scenario.expected.clone(),
    }
}

/// Keeps a scenario, in the place of one of the same name; without one, drops
/// that name. `false`: there are too many, or somebody saved at this moment.
pub(super) async fn keep(
    core: &Core,
    actor: &str,
    name: &str,
    kept: Option<Scenario>,
) -> Result<bool, StoreError> {
    let (version, mut scenarios) = stored(core).await?;
    let at = scenarios.iter().position(|s| s.name == name);
    match (at, kept) {
        (Some(at), Some(kept)) => scenarios[at] = kept,
        (Some(at), None) => drop(scenarios.remove(at)),
        (None, Some(kept)) if scenarios.len() < MOST => scenarios.push(kept),
        (None, _) => return Ok(false),
    }
    let body = Stored {
        format: 1,
        scenarios: scenarios.iter().map(row).collect(),
    };
    let now = core.clock.now();
    let mut changes = Changes::at(micros(now));
    changes.documents.push(DocumentRow {
        kind: KIND.into(),
        version: version + 1,
        body: serde_json::to_string_pretty(&body).expect("plain data with text keys"),
        at: micros(now),
    });
    let subject = format!("{KIND}:{}", version + 1);
    changes
        .audit
        .push(audit::line(now, actor, "scenarios.save", &subject));
    match core.db.commit(&changes).await {
        Ok(_) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The scenarios that would come out otherwise with this document in force,
/// each named with what is different.
pub(super) async fn broken(core: &Core, paper: &Paper) -> Result<Vec<Found>, StoreError> {
    let scenarios = all(core).await?;
    if scenarios.is_empty() {
        return Ok(Vec::new());
    }
    let (world, paper) = (core.world(), paper.clone());
    let run = move || failures(&world.supposing(Some(&paper)), &scenarios);
    let done = tokio::task::spawn_blocking(run).await;
    done.map_err(|e| StoreError::Refused(format!("the scenarios could not be run: {e}")))
}

fn failures(world: &World, scenarios: &[Scenario]) -> Vec<Found> {
    let failure = |s: &Scenario| {
        let now = Expected::of(&outcome(world, &s.supposed));
        s.expected.differs(&now).map(|text| Found {
            place: s.name.clone(),
            field: "scenario".into(),
            text,
            grave: true,
        })
    };
    scenarios.iter().filter_map(failure).collect()
}
