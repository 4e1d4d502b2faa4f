//! "Nobody on duty" is an alarm before a resident finds out.
//!
//! Looks at the hours to come again and again: a gauge, the administrators'
//! alarms, and one message for each hole to whoever is above that desk. What a
//! hole is decides `territory::lint`.

use super::Core;
use crate::clock::{Moment, micros};
use crate::outbox::{Lane, Letter, Parcel, placed};
use crate::routing::{Rank, Scene, target};
use crate::store::rows::AuditRow;
use crate::store::{Changes, StoreError, audit};
use crate::territory::lint::{self, Finding, Window, gaps};
use crate::territory::{Role, Roster, Tree};
use crate::texts;
use crate::world::World;
use chrono::TimeDelta;
use menus::Lang;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How far it looks ahead.
const AHEAD: TimeDelta = TimeDelta::hours(12);
/// How often.
const EVERY: Duration = Duration::from_mins(1);

/// Looks until the token is cancelled.
pub async fn watch(core: Arc<Core>, stop: CancellationToken) -> Result<(), Infallible> {
    loop {
        if let Err(error) = look(&core).await {
            tracing::warn!(%error, "nobody could be told of a hole in the roster");
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// What a look finds in a stretch of time.
type Look = fn(&Tree, &Roster, &Window<'_>) -> Vec<Finding>;

fn looked(world: &World, now: Moment, span: TimeDelta, look: Look) -> Vec<Finding> {
    let calendar = world.calendar(world.versions().2);
    let open = |at: Moment| calendar.is_open(at);
    let window = Window {
        from: now,
        to: now + span,
        open: &open,
    };
    look(&world.tree, &world.roster, &window)
}

/// What the administrators and the board are told: the holes of the hours to
/// come, and desks without a deputy.
pub fn lacks(world: &World, now: Moment) -> Vec<Finding> {
    looked(world, now, AHEAD, lint::lacks)
}

/// Everything wrong with the roster from today on, for so many days.
pub fn lint_days(world: &World, now: Moment, days: u16) -> Vec<Finding> {
    looked(world, now, TimeDelta::days(i64::from(days)), lint::lint)
}

/// Looks once: sets the gauge, and tells of each hole that was not told of on
/// that day.
pub async fn look(core: &Core) -> Result<(), StoreError> {
    let (world, now) = (core.world(), core.clock.now());
    let holes = looked(&world, now, AHEAD, gaps);
    let here = |f: &&Finding| matches!(f, Finding::Nobody { from, .. } if *from <= now);
    core.metrics
        .desks_empty
        .set(holes.iter().filter(here).count() as i64);
    core.metrics.desks_empty_soon.set(holes.len() as i64);
    for hole in &holes {
        tell(core, &world, hole, now).await?;
    }
    Ok(())
}

async fn tell(core: &Core, world: &World, hole: &Finding, now: Moment) -> Result<(), StoreError> {
    let Finding::Nobody {
        unit, role, from, ..
    } = hole
    else {
        return Ok(());
    };
    let today = from
        .with_timezone(&crate::requests::notify::offset())
        .date_naive();
    // One line for each desk and day: whoever writes it tells, in one commit.
    let id = core.seal.name("hole", &format!("{unit}/{role}/{today}"));
    if audit::is_audited(&core.db, &id).await? {
        return Ok(());
    }
    let scene = Scene {
        at: now,
        open: world.calendar(world.versions().2).is_open(now),
        ..Scene::default()
    };
    let people = target(
        above(*role),
        unit,
        *role,
        &scene,
        &world.tree,
        &world.roster,
    );
    let words = hole.words(&world.tree, &world.roster, true);
    let text = texts::fill(Lang::Zh, "desk.push.hole", &[("hole", &words)]);
    let letters = people.iter().flat_map(|worker| world.chats_of(worker));
    let letters = letters.map(|chat| Letter {
        to: chat.clone(),
        lane: Lane::Push,
        request: None,
        parcel: Parcel::text(text.clone()),
        not_before: None,
    });
    let mut changes = Changes::at(micros(now));
    let about = format!("unit:{unit}");
    changes.audit.push(AuditRow {
        id,
        ..crate::audit::line(now, crate::audit::SYSTEM, "roster.hole", &about)
    });
    let held = core.write_letters(letters.collect(), &mut changes, now);
    match core.db.commit(&changes).await {
        Ok(committed) => core.outbox.send(placed(held, &committed)),
        // Another process was first.
        Err(StoreError::Conflict) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Who is told that nobody holds a role.
fn above(role: Role) -> Rank {
    match role {
        Role::Coord => Rank::Street,
        Role::Duty => Rank::DutyChief,
        _ => Rank::DistrictLeader,
    }
}
