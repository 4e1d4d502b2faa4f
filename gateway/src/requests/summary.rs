//! What a person is told about their own request, without reading its log.
//!
//! Computed from the log whenever it grows and stored beside it, because many
//! messages need it and few need the log. Holds times and codes only.

use super::case::Case;
use super::event::{ClockName, Fact};
use super::notify::{self, offset};
use super::status::{Status, project};
use crate::clock::{Moment, micros, moment};
use crate::conversation::{Mine, moment_words};
use crate::escalation;
use crate::ids::{DraftId, RequestId, UnitId, WorkerId};
use crate::store::requests::Brief;
use crate::territory::Role;
use crate::texts;
use crate::world::World;
use chrono::TimeDelta;
use menus::Lang;
use serde::{Deserialize, Serialize};

/// How long after an urging the next one counts.
const URGE_AGAIN: TimeDelta = TimeDelta::hours(4);

/// The stored form; times in microseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    contact_due: Option<i64>,
    result_due: Option<i64>,
    accepted: Option<i64>,
    contacted: Option<i64>,
    decided: Option<i64>,
    urged: Option<i64>,
    rated: bool,
    reopen_until: Option<i64>,
}

impl Summary {
    /// What the log says now.
    pub fn of(case: &Case, world: &World) -> Self {
        let Some(seen) = project(&case.log) else {
            return Self::default();
        };
        let (calendar, policy, limits) = case.rules(world);
        let now = seen.last_at;
        let clocks = escalation::clocks(&case.log, calendar, policy, &limits, now);
        let due = |name| {
            clocks
                .iter()
                .find(|c| c.clock == name && c.stopped_at.is_none())
                .map(|c| micros(c.due.at))
        };
        let urged =
            |e: &&super::event::Entry| matches!(&e.fact, Fact::Other(kind) if kind == "urged");
        Self {
            contact_due: due(ClockName::Contact),
            result_due: due(ClockName::Resolve),
            accepted: seen.accepted_at.map(micros),
            contacted: seen.contacted_at.map(micros),
            decided: seen.decided_at.map(micros),
            urged: case.log.iter().rev().find(urged).map(|e| micros(e.at)),
            rated: seen.solved.is_some(),
            reopen_until: case
                .closed_at()
                .map(|at| micros(calendar.due(at, &policy.house.reopen_within))),
        }
    }
}

/// A request as its resident is told about it.
pub fn mine(brief: &Brief, world: &World, lang: Lang) -> Mine {
    let summary: Summary = serde_json::from_str(&brief.summary).unwrap_or_default();
    let status = Status::from_code(&brief.status).unwrap_or(Status::Submitted);
    let unit = UnitId(brief.lead_unit.clone());
    let worker = brief.lead_worker.clone().map(WorkerId);
    let role = Role::parse(&brief.lead_role).unwrap_or(Role::Duty);
    let who = notify::who_at(world, &unit, role, worker.as_ref(), lang);
    let service = world.newest().catalogue.service(&brief.service);
    Mine {
        id: RequestId(brief.id.clone()),
        draft: Some(DraftId(brief.draft.clone())),
        reference: notify::shown(&brief.reference),
        service: brief.service.clone(),
        name: service.map_or_else(|| brief.service.clone(), |s| s.name.get(lang).to_owned()),
        status: progress(status, &summary, &who, brief.closed_at, lang),
        promise: promise(status, &summary, lang),
        who: Some(who),
        open: brief.closed_at.is_none(),
        closed_at: brief.closed_at.map(moment),
        rated: summary.rated,
        restricted: brief.restricted == 1,
        reopen_until: summary.reopen_until.map(moment),
        urge_from: summary.urged.map(|at| moment(at) + URGE_AGAIN),
    }
}

fn words(at: Option<i64>, lang: Lang) -> String {
    at.map_or(String::new(), |at| moment_words(moment(at), offset(), lang))
}

fn progress(
    status: Status,
    summary: &Summary,
    who: &str,
    closed: Option<i64>,
    lang: Lang,
) -> String {
    let (key, at) = match status {
        Status::Submitted | Status::Triaged | Status::Assigned => ("assigned", None),
        Status::Acknowledged => ("acknowledged", summary.accepted),
        Status::Contacted => ("contacted", summary.contacted),
        Status::Visiting => ("visiting", None),
        Status::Decided | Status::Delivered | Status::Confirmed => ("decided", summary.decided),
        Status::Closed => ("closed", closed),
    };
    texts::fill(
        lang,
        &format!("desk.mine.{key}"),
        &[("who", who), ("at", &words(at, lang))],
    )
}

fn promise(status: Status, summary: &Summary, lang: Lang) -> Option<String> {
    let (key, at) = match (summary.contact_due, summary.result_due) {
        (Some(at), _) if status < Status::Contacted => ("contact_by", at),
        (_, Some(at)) if status < Status::Decided => ("result_by", at),
        _ => return None,
    };
    Some(texts::fill(
        lang,
        &format!("desk.mine.{key}"),
        &[("by", &words(Some(at), lang))],
    ))
}

/// The moment until which a closed request may be reopened, if it says one.
pub fn may_reopen(case: &Case, world: &World, now: Moment) -> bool {
    Summary::of(case, world)
        .reopen_until
        .is_some_and(|until| micros(now) <= until)
}
