//! Broken glass, for whoever has to sign it off: a part at a time, what waits
//! first. Looking itself is `looks`'s.

use super::doing;
use super::looks::{LONGEST, SHORTEST};
use super::place::Place;
use crate::app::Core;
use crate::audit;
use crate::clock::{Moment, micros, moment};
use crate::ids::{RequestId, UnitId, WorkerId};
use crate::intake::{load_cases, plain_words};
use crate::requests::act::ActRefused;
use crate::requests::case::Case;
use crate::requests::notify;
use crate::store::looks::{SignedRow, Stored};
use crate::store::{Changes, StoreError, looks};
use crate::territory::{Role, Worker};
use crate::texts;
use crate::world::World;
use chrono::TimeDelta;
use menus::Lang;

/// A review that nobody signed is an alarm after this time.
const REVIEWED_WITHIN: TimeDelta = TimeDelta::hours(24);
/// Reviews in one part.
const MOST: usize = 100;

/// A broken glass, for whoever reviews it.
#[derive(Clone, Debug)]
pub struct Review {
    /// Names it.
    pub id: String,
    /// When.
    pub at: Moment,
    /// Name and unit of who looked.
    pub who: String,
    /// Public reference of the request.
    pub reference: String,
    /// What they said about the danger.
    pub note: String,
    /// "right" or "wrong", and who said so; `None` before.
    pub signed: Option<(String, String)>,
}

/// Whether this worker reviews a look: the privacy officer all, those who assign
/// what concerns their people or their requests, nobody themselves.
fn reviews(reviewer: &Worker, look: &Stored, case: Option<&Case>, world: &World) -> bool {
    if reviewer.id.as_str() == look.worker {
        return false;
    }
    let below = |unit: &UnitId| world.tree.within(unit, &reviewer.unit);
    let looked = world.worker(&WorkerId::from(look.worker.as_str()));
    let concerns =
        looked.is_some_and(|w| below(&w.unit)) || case.is_some_and(|c| below(&c.place.unit));
    let assigns = reviewer.roles.iter().any(|role| role.assigns());
    reviewer.roles.contains(&Role::Privacy) || (assigns && concerns)
}

/// A part of what a worker has to review or has seen reviewed: what waits first,
/// each newest first, from the beginning or after a place; and where the next
/// one begins. What others review is passed over until the part is full.
pub async fn to_review(
    core: &Core,
    reviewer: &Worker,
    after: Option<&Place>,
) -> Result<(Vec<Review>, Option<Place>), StoreError> {
    let (mut all, mut last) = (Vec::new(), after.cloned());
    loop {
        let wanted = MOST - all.len();
        let from = last.as_ref();
        let from = from.map_or((i64::MIN, i64::MIN, ""), |p| (p.first, p.then, &p.id));
        let rows = looks::of_glass(&core.db, from, wanted as i64).await?;
        let end = rows.len() < wanted;
        last = rows.last().map(place).or(last);
        all.extend(theirs(core, reviewer, rows).await?);
        if end {
            return Ok((all, None));
        }
        if all.len() == MOST {
            return Ok((all, last));
        }
    }
}

fn place(look: &Stored) -> Place {
    Place {
        first: i64::from(look.signed_at.is_some()),
        then: -look.at,
        id: look.id.clone(),
    }
}

async fn theirs(
    core: &Core,
    reviewer: &Worker,
    mut found: Vec<Stored>,
) -> Result<Vec<Review>, StoreError> {
    let world = core.world();
    let ids: Vec<String> = found.iter().map(|look| look.request.clone()).collect();
    let cases = load_cases(core, &ids).await?;
    found.retain(|look| reviews(reviewer, look, cases.get(&look.request), &world));
    let name = |id: &str| {
        world
            .worker_name(&WorkerId::from(id))
            .unwrap_or(id)
            .to_owned()
    };
    let review = |look: Stored| {
        let plain = look
            .note_sealed
            .and_then(|sealed| core.seal.open(&sealed).ok());
        let unit = world.worker(&WorkerId::from(look.worker.as_str()));
        let unit = unit.map_or("", |w| world.unit_name(&w.unit));
        let reference = cases
            .get(&look.request)
            .map(|c| notify::shown(&c.reference));
        Review {
            who: format!("{} {unit}", name(&look.worker)).trim().to_owned(),
            reference: reference.unwrap_or_default(),
            note: plain.map_or_else(String::new, |p| String::from_utf8_lossy(&p).into_owned()),
            signed: look.verdict.zip(look.signed_by.map(|by| name(&by))),
            at: moment(look.at),
            id: look.id,
        }
    };
    Ok(found.into_iter().map(review).collect())
}

/// Signs a broken glass off: it was right, or it was not and why.
pub async fn sign_off(
    core: &Core,
    reviewer: &Worker,
    id: &str,
    right: bool,
    note: &str,
) -> Result<Result<(), ActRefused>, StoreError> {
    let (world, now) = (core.world(), core.clock.now());
    let found = looks::one(&core.db, id).await?;
    let Some(look) = found.filter(|look| look.kind == "glass") else {
        return Ok(Err(ActRefused::Unknown));
    };
    let case = doing::load(core, &RequestId(look.request.clone())).await?;
    if !reviews(reviewer, &look, case.as_ref(), &world) {
        return Ok(Err(ActRefused::Unknown));
    }
    let note = plain_words(note);
    let note = note.trim();
    if note.chars().count() > LONGEST || (!right && note.chars().count() < SHORTEST) {
        return Ok(Err(ActRefused::Invalid("say_why".into())));
    }
    let verdict = if right { "right" } else { "wrong" };
    let mut changes = Changes::at(micros(now));
    changes.looks_signed.push(SignedRow {
        id: look.id.clone(),
        by: reviewer.id.0.clone(),
        verdict,
        note: (!note.is_empty()).then(|| core.seal.seal(note.as_bytes())),
        at: micros(now),
    });
    let about = format!("request:{}", look.request);
    let detail = serde_json::json!({ "look": look.id, "verdict": verdict });
    let who = format!("worker:{}", reviewer.id);
    let line = audit::detailed(now, &who, "glass.review", &about, &detail);
    changes.audit.push(line);
    match core.db.commit(&changes).await {
        Ok(_) => Ok(Ok(())),
        // Somebody signed it a moment ago.
        Err(StoreError::Conflict) => Ok(Err(ActRefused::Stale)),
        Err(error) => Err(error),
    }
}

/// What administrators hear of reviews that nobody signed in time.
pub async fn unsigned(core: &Core, lang: Lang) -> Result<Option<String>, StoreError> {
    let before = core.clock.now() - REVIEWED_WITHIN;
    let count = looks::unsigned(&core.db, micros(before)).await?;
    let words = || {
        texts::fill(
            lang,
            "desk.glass.unsigned",
            &[("count", &count.to_string())],
        )
    };
    Ok((count > 0).then(words))
}
