//! Looking behind the mask: a number, a name, an answer in full.
//!
//! Whoever works on a request says why, and sees it for a quarter of an hour.
//! Whoever has nothing to do with it may break the glass when somebody is in
//! danger: at once, without asking anybody, but those above and the privacy
//! officer are told, and one of them signs it off. What is restricted stays
//! with the authority, and nobody looks at their own household or at a
//! complaint about themselves.

use super::doing::Consequence;
use super::{Access, access};
use crate::app::Core;
use crate::audit;
use crate::clock::{Moment, micros, moment};
use crate::ids::WorkerId;
use crate::intake::plain_words;
use crate::outbox::{Lane, Letter, Parcel};
use crate::requests::act::ActRefused;
use crate::requests::case::Case;
use crate::requests::notify;
use crate::requests::open::scene_of;
use crate::rights::{Group, Holder, Right};
use crate::routing::{Rank, target};
use crate::staff::attempts;
use crate::store::looks::LookRow;
use crate::store::{StoreError, looks};
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
/// The shortest account of a danger, in characters.
pub(super) const SHORTEST: usize = 5;
/// The longest account, in characters.
pub(super) const LONGEST: usize = 500;
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
    let note = plain_words(wish.note);
    let note = note.trim();
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
