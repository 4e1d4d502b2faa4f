//! What a person is told about their own request, without reading its log.
//!
//! Computed from the log whenever it grows and stored beside it, because many
//! messages need it and few need the log. Holds times and codes only.

use super::case::{Case, danger_column};
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
use chrono::{Days, NaiveTime};
use menus::Lang;
use serde::{Deserialize, Serialize};

/// The stored form; times in microseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    contact_due: Option<i64>,
    result_due: Option<i64>,
    /// Who looked at it last since it came to its desk, and when.
    seen: Option<(i64, String)>,
    accepted: Option<i64>,
    contacted: Option<i64>,
    decided: Option<i64>,
    urged: Option<i64>,
    rated: bool,
    reopen_until: Option<i64>,
    /// The place around it that has services otherwise, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
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
            seen: looked_at(case),
            accepted: seen.accepted_at.map(micros),
            contacted: seen.contacted_at.map(micros),
            decided: seen.decided_at.map(micros),
            urged: case.log.iter().rev().find(urged).map(|e| micros(e.at)),
            rated: seen.solved.is_some(),
            reopen_until: case
                .closed_at()
                .map(|at| micros(calendar.due(at, &policy.house.reopen_within))),
            place: otherwise(case, world),
        }
    }
}

fn otherwise(case: &Case, world: &World) -> Option<String> {
    let catalogue = &world.catalogue(case.versions.0).catalogue;
    let around = world.tree.around(case.story.unit.as_ref()?);
    let here = catalogue.overriding(&around);
    here.last().map(|unit| (*unit).to_owned())
}

/// A request as it would be read back for its resident.
pub fn brief(case: &Case, world: &World) -> Brief {
    let place = &case.place;
    Brief {
        id: case.id.0.clone(),
        reference: case.reference.clone(),
        address: case.address.to_string(),
        draft: case.story.draft.clone(),
        service: case.service.clone(),
        status: case.status().code().to_owned(),
        lead_unit: place.unit.0.clone(),
        lead_role: place.role.as_str().to_owned(),
        lead_worker: place.worker.as_ref().map(|worker| worker.0.clone()),
        class: danger_column(case.class()),
        restricted: i64::from(case.restricted),
        summary: serde_json::to_string(&Summary::of(case, world)).expect("plain data"),
        opened_at: micros(case.opened_at),
        closed_at: case.closed_at().map(micros),
        silenced: 0,
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
    let place = summary.place.clone().map(UnitId);
    let here = world.locally(world.newest(), place.as_ref());
    let service = here.catalogue.service(&brief.service);
    Mine {
        id: RequestId(brief.id.clone()),
        draft: Some(DraftId(brief.draft.clone())),
        reference: notify::shown(&brief.reference),
        service: brief.service.clone(),
        name: service.map_or_else(|| brief.service.clone(), |s| s.name.get(lang).to_owned()),
        status: progress(brief, status, &summary, &who, world, lang),
        promise: promise(status, &summary, lang),
        who: Some(who),
        open: brief.closed_at.is_none(),
        decided: matches!(
            status,
            Status::Decided | Status::Delivered | Status::Confirmed
        ),
        closed_at: brief.closed_at.map(moment),
        rated: summary.rated,
        restricted: brief.restricted == 1,
        reopen_until: summary.reopen_until.map(moment),
        urge_from: summary.urged.map(|at| next_working_day(moment(at), world)),
    }
}

fn words(at: Option<i64>, lang: Lang) -> String {
    at.map_or(String::new(), |at| moment_words(moment(at), offset(), lang))
}

/// Once a working day somebody may urge: when the next one begins.
fn next_working_day(at: Moment, world: &World) -> Moment {
    let calendar = world.calendar(world.versions().2);
    let midnight = (calendar.date(at) + Days::new(1)).and_time(NaiveTime::MIN);
    let midnight = midnight.and_local_timezone(calendar.offset()).single();
    midnight.map_or(at, |local| calendar.next_open(local.to_utc()))
}

/// The last look since the request came to the desk where it lies.
fn looked_at(case: &Case) -> Option<(i64, String)> {
    let arrives = |fact: &Fact| {
        matches!(
            fact,
            Fact::Assigned { .. } | Fact::Transferred { .. } | Fact::Declined { .. }
        )
    };
    let mut since = case.log.iter().rev().take_while(|e| !arrives(&e.fact));
    since.find_map(|e| match &e.fact {
        Fact::Seen { worker } => Some((micros(e.at), worker.0.clone())),
        _ => None,
    })
}

/// Desk of whoever looked; nobody is named who does not lead.
pub fn looker(id: &str, world: &World, lang: Lang) -> String {
    let worker = world.worker(&WorkerId::from(id));
    let desk = worker.and_then(|w| Some((w, *w.roles.first()?)));
    desk.map_or_else(
        || texts::text(lang, "request.worker").to_owned(),
        |(w, role)| notify::who_at(world, &w.unit, role, None, lang),
    )
}

fn progress(
    brief: &Brief,
    status: Status,
    summary: &Summary,
    who: &str,
    world: &World,
    lang: Lang,
) -> String {
    let mut by = String::new();
    let (key, at) = match status {
        Status::Submitted | Status::Triaged | Status::Assigned => match &summary.seen {
            None => ("assigned", None),
            Some((at, worker)) if brief.lead_worker.as_ref() == Some(worker) => ("seen", Some(*at)),
            Some((at, worker)) => {
                by = looker(worker, world, lang);
                ("seen_by", Some(*at))
            }
        },
        Status::Acknowledged => ("acknowledged", summary.accepted),
        Status::Contacted => ("contacted", summary.contacted),
        Status::Visiting => ("visiting", None),
        Status::Decided | Status::Delivered | Status::Confirmed => ("decided", summary.decided),
        Status::Closed => ("closed", brief.closed_at),
    };
    let values = [("who", who), ("by", &by), ("at", &words(at, lang))];
    texts::fill(lang, &format!("desk.mine.{key}"), &values)
}

/// What happened to a request, as its resident may know it, oldest first.
/// Recorded facts only, and nobody's name: whoever leads stands beside.
pub fn steps(brief: &Brief, world: &World, lang: Lang) -> Vec<(Moment, String)> {
    let summary: Summary = serde_json::from_str(&brief.summary).unwrap_or_default();
    let seen = summary.seen.as_ref();
    let by = seen.map_or(String::new(), |(_, worker)| looker(worker, world, lang));
    let mut steps: Vec<(Moment, String)> = [
        ("opened", Some(brief.opened_at)),
        ("seen", seen.map(|(at, _)| *at)),
        ("accepted", summary.accepted),
        ("contacted", summary.contacted),
        ("urged", summary.urged),
        ("decided", summary.decided),
        ("closed", brief.closed_at),
    ]
    .into_iter()
    .filter_map(|(key, at)| {
        let key = format!("desk.mine.step.{key}");
        Some((moment(at?), texts::fill(lang, &key, &[("by", &by)])))
    })
    .collect();
    steps.sort_by_key(|(at, _)| *at);
    steps
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
