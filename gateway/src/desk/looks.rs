//! Looking behind the mask: a number, a name, an answer in full.
//!
//! Whoever works on a request says why, and sees it for a quarter of an hour.
//! Whoever has nothing to do with it may break the glass when somebody is in
//! danger: at once, without asking anybody, but those above and the privacy
//! officer are told, and one of them signs it off. What is restricted stays
//! with the authority, and nobody looks at their own household or at a
//! complaint about themselves.

use super::doing::{self, Consequence};
use super::{Access, access};
use crate::app::Core;
use crate::audit;
use crate::clock::{Moment, micros, moment};
use crate::ids::{RequestId, UnitId, WorkerId};
use crate::intake::load_cases;
use crate::outbox::{Lane, Letter, Parcel};
use crate::requests::act::ActRefused;
use crate::requests::case::Case;
use crate::requests::notify;
use crate::requests::open::scene_of;
use crate::rights::{Group, Holder, Right};
use crate::routing::{Rank, target};
use crate::staff::attempts;
use crate::store::looks::{LookRow, SignedRow, Stored};
use crate::store::{Changes, StoreError, looks};
use crate::territory::{Role, Worker};
use crate::texts;
use crate::world::World;
use chrono::TimeDelta;
use menus::Lang;

/// Why somebody looks. The texts are `desk.look.<code>`.
pub const REASONS: [&str; 5] = ["call", "visit", "check", "form", "other"];
/// How long what was shown stays shown.
const SHOWN: TimeDelta = TimeDelta::minutes(15);
/// The same behind a broken glass.
const BROKEN: TimeDelta = TimeDelta::minutes(30);
/// A review that nobody signed is an alarm after this time.
const REVIEWED_WITHIN: TimeDelta = TimeDelta::hours(24);
/// The shortest account of a danger, in characters.
const SHORTEST: usize = 5;
/// The longest account, in characters.
const LONGEST: usize = 500;
/// Reviews on one page.
const MOST: i64 = 100;
/// Tries at breaking the glass that one person has in a quarter of an hour, so
/// that nobody goes through numbers until one opens, or through all they know.
const TRIES: i64 = 10;

/// What somebody asks to see, and why.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// One of [`REASONS`]; not asked of who breaks the glass.
    pub reason: &'a str,
    /// In their words.
    pub note: &'a str,
    /// Names the press: the same again looks once.
    pub once: &'a str,
}

/// A look that lasts.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// Until when.
    pub until: Moment,
    /// Whether the glass was broken for it.
    pub glass: bool,
}

/// Whether this worker looks behind the mask of a request at this moment.
pub async fn live(
    core: &Core,
    worker: &Worker,
    case: &Case,
    now: Moment,
) -> Result<Option<Live>, StoreError> {
    let found = looks::live(&core.db, case.id.as_str(), worker.id.as_str(), micros(now)).await?;
    Ok(found.map(|look| Live {
        until: moment(look.until_at),
        glass: look.kind == "glass",
    }))
}

/// Whether a broken glass opens a request to this worker, whatever else bars
/// them: never what is restricted to other desks, never their own affairs.
pub fn may_break(worker: &Worker, case: &Case, world: &World, now: Moment) -> bool {
    let authority = |role: &Role| Group::of(Holder::Worker(*role)) == Some(Group::Authority);
    Right::BreakGlass.allows_worker(worker)
        && !scene_of(case, world, now).bars(worker)
        && (!case.restricted || worker.roles.iter().any(authority))
}

/// Shows a request that is theirs in full for a while.
pub async fn show(
    core: &Core,
    worker: &Worker,
    case: &Case,
    wish: Wish<'_>,
) -> Result<Result<(), ActRefused>, StoreError> {
    let (world, now) = (core.world(), core.clock.now());
    match access(worker, case, &world, now) {
        Access::None => return Ok(Err(ActRefused::Unknown)),
        Access::Look => return Ok(Err(ActRefused::NotYours("look_only".into()))),
        Access::Act => {}
    }
    let noted = wish.note.trim().chars().count();
    let reasoned = REASONS.contains(&wish.reason) && (wish.reason != "other" || noted >= SHORTEST);
    if !reasoned || noted > LONGEST {
        return Ok(Err(ActRefused::Invalid("say_why".into())));
    }
    let look = Look {
        kind: "show",
        act: "unmask",
        until: now + SHOWN,
    };
    write(core, worker, case, wish, &look, now).await.map(Ok)
}

/// Counts a try at breaking the glass, before it is known what it is tried on.
/// Whether it may be looked at.
pub async fn may_try(core: &Core, worker: &Worker) -> Result<bool, StoreError> {
    attempts::take_own(core, "glass", worker.id.as_str(), TRIES).await
}

/// Breaks the glass: shows a request that is not theirs, at once.
pub async fn break_glass(
    core: &Core,
    worker: &Worker,
    case: &Case,
    wish: Wish<'_>,
) -> Result<Result<(), ActRefused>, StoreError> {
    let (world, now) = (core.world(), core.clock.now());
    if !may_break(worker, case, &world, now) {
        return Ok(Err(ActRefused::Unknown));
    }
    if !(SHORTEST..=LONGEST).contains(&wish.note.trim().chars().count()) {
        return Ok(Err(ActRefused::Invalid("say_why".into())));
    }
    let look = Look {
        kind: "glass",
        act: "break_glass",
        until: now + BROKEN,
    };
    let wish = Wish {
        reason: "danger",
        ..wish
    };
    write(core, worker, case, wish, &look, now).await.map(Ok)
}

struct Look {
    kind: &'static str,
    act: &'static str,
    until: Moment,
}

/// The look, its line in the audit log, and for a broken glass the messages to
/// those who have to know: all of it or nothing, once for each press.
async fn write(
    core: &Core,
    worker: &Worker,
    case: &Case,
    wish: Wish<'_>,
    look: &Look,
    now: Moment,
) -> Result<(), StoreError> {
    let press = format!("{}/{}/{}", worker.id, case.id, wish.once);
    let id = core.seal.name("look", &press);
    if looks::one(&core.db, &id).await?.is_some() {
        return Ok(());
    }
    let note = wish.note.trim();
    let mut to = Consequence::default();
    to.changes.looks.push(LookRow {
        id: id.clone(),
        request: case.id.0.clone(),
        worker: worker.id.0.clone(),
        kind: look.kind,
        reason: wish.reason.to_owned(),
        note: (!note.is_empty()).then(|| core.seal.seal(note.as_bytes())),
        at: micros(now),
        until: micros(look.until),
    });
    let (who, about) = (
        format!("worker:{}", worker.id),
        format!("request:{}", case.id),
    );
    let detail = serde_json::json!({ "look": id, "reason": wish.reason });
    let line = audit::detailed(now, &who, look.act, &about, &detail);
    to.changes.audit.push(line);
    if look.kind == "glass" {
        to.letters = told(worker, case, &core.world(), now);
    }
    match to.commit(core, now).await {
        Ok(held) => core.outbox.send(held),
        // The same press, sent twice at once.
        Err(StoreError::Conflict) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Who is told that the glass was broken: whoever leads above that desk, and
/// the privacy officers.
fn told(worker: &Worker, case: &Case, world: &World, now: Moment) -> Vec<Letter> {
    let scene = scene_of(case, world, now);
    let (tree, roster, place) = (&world.tree, &world.roster, &case.place);
    let above = target(
        Rank::StreetLeader,
        &place.unit,
        place.role,
        &scene,
        tree,
        roster,
    );
    let privacy = roster.workers().iter();
    let privacy = privacy.filter(|w| w.active && w.roles.contains(&Role::Privacy));
    let mut people: Vec<WorkerId> = privacy.map(|w| w.id.clone()).collect();
    people.extend(above.into_iter().take(1));
    people.retain(|id| *id != worker.id);
    people.sort();
    people.dedup();
    let reference = notify::shown(&case.reference);
    let values = [("who", worker.name.as_str()), ("reference", &reference)];
    let text = texts::fill(Lang::Zh, "desk.push.glass", &values);
    let chats = people.iter().flat_map(|id| world.chats_of(id));
    chats
        .map(|chat| Letter {
            to: chat.clone(),
            lane: Lane::Push,
            request: None,
            parcel: Parcel::text(text.clone()),
            not_before: None,
        })
        .collect()
}

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

/// What a worker has to review or has seen reviewed, newest first.
pub async fn to_review(core: &Core, reviewer: &Worker) -> Result<Vec<Review>, StoreError> {
    let world = core.world();
    let mut found = looks::of_glass(&core.db, MOST).await?;
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
