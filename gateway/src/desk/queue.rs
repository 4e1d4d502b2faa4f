//! A worker's queue: what is theirs to see, in the order of what is due next.

use super::case_cache::opened;
use super::place::Place;
use super::view::{Card, Chip};
use super::{Access, access, pairing};
use crate::app::Core;
use crate::clock::{Moment, moment};
use crate::escalation;
use crate::ids::RequestId;
use crate::people::mask;
use crate::requests::act::Act;
use crate::requests::case::Case;
use crate::requests::event::{Class, ClockName};
use crate::requests::notify;
use crate::requests::open::UNASSIGNED;
use crate::requests::perform::extending::pending;
use crate::requests::status::Status;
use crate::rights::Right;
use crate::routing::GRID_TOLD;
use crate::store::{StoreError, inbound, requests};
use crate::territory::{Role, UnitKind, Worker};
use crate::world::World;
use menus::Lang;
use menus::question::Answer;

/// Requests in one part of a queue.
const MOST: usize = 200;
/// Characters of the resident's words on a card.
const WORDS: usize = 80;

/// A part of a queue.
pub struct Part {
    /// What is due next first, with the ids behind the cards.
    pub cards: Vec<(RequestId, Card)>,
    /// Where the next part begins, if there is more.
    pub next: Option<Place>,
}

/// A part of the queue of a worker: from the most dangerous on, or after a place.
/// What is not theirs to see is passed over until the part is full.
pub async fn cards(
    core: &Core,
    world: &World,
    (worker, lang): (&Worker, Lang),
    after: Option<&Place>,
    now: Moment,
) -> Result<Part, StoreError> {
    let desks = candidates(world, worker);
    let own = (worker.id.as_str(), worker.unit.as_str());
    let (mut found, mut last) = (Vec::new(), after.cloned());
    // One more than fits tells whether there is a next part.
    while found.len() <= MOST {
        let from = last.as_ref();
        let from = from.map_or((i64::MIN, i64::MIN, ""), Place::parts);
        let rows = requests::queued(&core.db, &desks, own, from, MOST as i64 + 1).await?;
        let end = rows.len() <= MOST;
        last = rows.last().map(Place::of).or(last);
        for (place, case) in opened(core, rows).await? {
            let may = access(worker, &case, world, now);
            if may > Access::None {
                let card = card_as(may, &case, worker, world, lang, now);
                found.push((place, (case.id.clone(), card)));
            }
        }
        if end {
            break;
        }
    }
    let more = found.len() > MOST;
    found.truncate(MOST);
    let next = found.last().filter(|_| more);
    let next = next.map(|(place, _)| place.clone());
    let mut cards: Vec<(RequestId, Card)> = found.into_iter().map(|(_, card)| card).collect();
    cards.sort_by_key(|(_, c)| {
        let danger = match c.class {
            "crisis" => 0,
            "hunger" => 1,
            _ => 2,
        };
        (
            c.copy,
            danger,
            c.chip.as_ref().map_or(Moment::MAX_UTC, |chip| chip.due),
            c.opened,
        )
    });
    Ok(Part { cards, next })
}

/// Desks whose requests may be the worker's to see, each still to be checked; of
/// those that are told to the grid alone only these services.
fn candidates(world: &World, worker: &Worker) -> Vec<(String, Option<&'static str>)> {
    let desks = units(world, worker).into_iter().map(|unit| (unit, None));
    let told = told_from(world, worker).into_iter();
    let told = told.flat_map(|unit| GRID_TOLD.map(|service| (unit.clone(), Some(service))));
    desks.chain(told).collect()
}

/// Grid workers are told of dangers in the grid, which lie at the district.
fn told_from(world: &World, worker: &Worker) -> Option<String> {
    let grid = worker.roles.contains(&Role::Grid);
    let district = grid.then(|| world.tree.at_level(&worker.unit, UnitKind::District));
    district.flatten().map(|district| district.code.0.clone())
}

/// What the queue of a worker amounts to, as a short mark that any process
/// computes alike: another one as soon as anything in it changed.
pub async fn mark(core: &Core, world: &World, worker: &Worker) -> Result<String, StoreError> {
    let units = reach(world, worker);
    let (id, home) = (worker.id.as_str(), worker.unit.as_str());
    let (count, versions, last) = requests::mark(&core.db, &units, id, home).await?;
    Ok(format!("{last:x}-{count:x}-{versions:x}"))
}

/// Units whose requests a worker may be told of.
pub fn reach(world: &World, worker: &Worker) -> Vec<String> {
    let mut units = units(world, worker);
    units.extend(told_from(world, worker));
    units
}

/// Units whose requests a worker may have to do with: the own one, and for
/// those who oversee, everything below.
fn units(world: &World, worker: &Worker) -> Vec<String> {
    let mut units = vec![worker.unit.0.clone()];
    if worker
        .roles
        .iter()
        .any(|r| r.takes_over() || r.sees_restricted())
    {
        for kind in [
            UnitKind::District,
            UnitKind::Street,
            UnitKind::Community,
            UnitKind::Grid,
        ] {
            units.extend(
                world
                    .tree
                    .below(&worker.unit, kind)
                    .into_iter()
                    .map(|u| u.code.0.clone()),
            );
        }
    }
    if worker
        .roles
        .iter()
        .any(|r| r.sees_restricted() || *r == Role::District)
    {
        units.push(UNASSIGNED.to_owned());
    }
    units.sort();
    units.dedup();
    units
}

/// One card.
pub fn card(case: &Case, worker: &Worker, world: &World, lang: Lang, now: Moment) -> Card {
    let may = access(worker, case, world, now);
    card_as(may, case, worker, world, lang, now)
}

/// One card, for somebody of whom it is known what they may do with it.
pub(super) fn card_as(
    may: Access,
    case: &Case,
    worker: &Worker,
    world: &World,
    lang: Lang,
    now: Moment,
) -> Card {
    let mine = case.place.worker.as_ref() == Some(&worker.id);
    Card {
        reference: notify::shown(&case.reference),
        service: service(case, world, lang),
        class: case.class().code(),
        status: case.status().code().to_owned(),
        words: if Right::Story.allows_worker(worker) {
            shorten(&mask::numbers(&case.story.words.join(" ")))
        } else {
            String::new()
        },
        place: notify::place(case, world),
        who: case.story.known.name.as_deref().map(mask::name),
        chip: chips(case, world, now)
            .into_iter()
            .filter(|c| !c.paused)
            .min_by_key(|c| c.due),
        lead: case
            .place
            .worker
            .as_ref()
            .and_then(|w| world.worker_name(w))
            .map(str::to_owned),
        mine,
        copy: may == Access::Look,
        opened: case.opened_at,
        call: may == Access::Act && leads(case, worker) && callable(case),
        acts: acts(case, worker, world, may),
        version: case.version(),
    }
}

/// Whether this worker took the case and still has it.
pub(super) fn leads(case: &Case, worker: &Worker) -> bool {
    case.place.worker.as_ref() == Some(&worker.id) && case.status() >= Status::Acknowledged
}

/// Whether there is a number, and nobody asked not to be called.
pub(super) fn callable(case: &Case) -> bool {
    phone(case).is_some() && case.story.call_allowed != Some(false)
}

/// The service's name for a worker, who may know what a neutral push hides.
pub fn service(case: &Case, world: &World, lang: Lang) -> String {
    let catalogue = &world.catalogue(case.versions.0).catalogue;
    catalogue
        .service(&case.service)
        .map_or_else(|| case.service.clone(), |s| s.name.get(lang).to_owned())
}

/// The clocks that run.
pub fn chips(case: &Case, world: &World, now: Moment) -> Vec<Chip> {
    let (calendar, policy, limits) = case.rules(world);
    escalation::clocks(&case.log, calendar, policy, &limits, now)
        .into_iter()
        .filter(|c| c.stopped_at.is_none() && c.clock != ClockName::House)
        .map(|c| Chip {
            clock: c.clock.code(),
            due: c.due.at,
            late: c.due.at < now,
            paused: c.paused,
        })
        .collect()
}

/// What may be done now, most likely first.
fn acts(case: &Case, worker: &Worker, world: &World, may: Access) -> Vec<&'static str> {
    let mut acts = fitting(case, worker, may);
    let policy = world.policy(case.versions.1);
    if policy.pauses_of(case.class()).next().is_none() {
        acts.retain(|act| *act != "pause");
    }
    acts.retain(|act| Act::right_of(act).is_some_and(|right| right.allows_worker(worker)));
    acts
}

fn fitting(case: &Case, worker: &Worker, may: Access) -> Vec<&'static str> {
    if may < Access::Act {
        return vec!["note"];
    }
    let mine = case.place.worker.as_ref() == Some(&worker.id);
    let paused = crate::requests::status::project(&case.log).is_some_and(|p| p.paused.is_some());
    let mut acts = match case.status() {
        Status::Submitted | Status::Triaged | Status::Assigned => vec!["accept", "contact", "ask"],
        Status::Acknowledged => vec!["contact", "attempt", "ask", "visit"],
        Status::Contacted | Status::Visiting => vec!["finish", "ask", "visit"],
        Status::Decided | Status::Delivered | Status::Confirmed => vec!["attempt", "ask"],
        Status::Closed => Vec::new(),
    };
    if case.status().is_active() {
        if mine && case.status() < Status::Contacted {
            acts.push("decline");
        }
        if case.status() >= Status::Acknowledged {
            acts.push("vouch");
        }
        acts.push(if paused { "resume" } else { "pause" });
        if let Some(asked) = pending(&case.log) {
            // Nobody answers what they asked for themselves.
            let own = asked.entry.actor.id() == Some(&worker.id);
            if !own && worker.roles.iter().any(|role| role.assigns()) {
                acts.extend(["grant", "refuse"]);
            }
        } else if mine && case.class() != Class::Crisis {
            acts.push("extend");
        }
        acts.extend(["transfer", "recategorise", "split", "link"]);
    } else if pairing::followed(case).is_some() {
        acts.push("unlink");
    }
    acts.push("note");
    acts
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= WORDS {
        return text.to_owned();
    }
    text.chars()
        .take(WORDS - 1)
        .chain(std::iter::once('…'))
        .collect()
}

/// The telephone number of the resident, if one was given.
pub fn phone(case: &Case) -> Option<String> {
    let answered = case.story.answers.get("phone").and_then(|a| match a {
        Answer::Text(text) => Some(text.clone()),
        _ => None,
    });
    answered.or_else(|| case.story.known.phone.clone())
}

/// Messages of the resident that were added to a request, oldest first: when,
/// and the message.
pub async fn thread(core: &Core, case: &Case) -> Result<Vec<(Moment, bots::Inbound)>, StoreError> {
    let rows = inbound::of_request(&core.db, case.id.as_str(), 500).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((moment(row.at), core.seal.open_json(&row.body_sealed).ok()?)))
        .collect())
}

/// Ids of the pictures that belong to a request and are kept here, as they came.
pub async fn photos_of(core: &Core, case: &Case) -> Result<Vec<String>, StoreError> {
    Ok(photos_in(case, &thread(core, case).await?))
}

/// The same, where its [`thread`] was read.
pub(super) fn photos_in(case: &Case, thread: &[(Moment, bots::Inbound)]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    if case.address.channel != bots::webchat::NAME {
        return ids;
    }
    let later = thread
        .iter()
        .filter_map(|(_, message)| match &message.content {
            bots::Content::File(file) => Some(file),
            _ => None,
        });
    for file in case.story.attachments.iter().chain(later) {
        if file.kind == bots::AttachmentKind::Photo && !ids.contains(&file.id) {
            ids.push(file.id.clone());
        }
    }
    ids
}
