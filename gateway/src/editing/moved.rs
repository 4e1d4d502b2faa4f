//! Which promises another calendar would make at other times.
//!
//! Open requests keep the calendar they were opened with, so publishing moves none
//! of them; this says what a draft means for requests like them, one by one, before
//! anybody publishes it. References and times only: nothing about people.

use super::draft;
use super::paper::{Kind, Paper};
use crate::app::Core;
use crate::calendar::Calendar;
use crate::clock::Moment;
use crate::escalation::clocks;
use crate::requests::case::Case;
use crate::requests::event::ClockName;
use crate::requests::notify::shown;
use crate::store::{StoreError, requests};
use crate::world::World;

/// Open requests looked at, at most: beyond that the page says so.
const MOST: usize = 10_000;
/// Requests read at once.
const PAGE: i64 = 200;
/// Moves listed.
const LISTED: usize = 20;

/// A promise that would be made at another time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The request's public reference, as people write it.
    pub reference: String,
    pub clock: ClockName,
    pub before: Moment,
    pub after: Moment,
}

/// What a calendar would mean for the open requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Open requests looked at; each keeps its own calendar.
    pub open: usize,
    /// There are more than were looked at.
    pub more: bool,
    /// Requests with a promise that would move, and such promises.
    pub requests: usize,
    pub promises: usize,
    /// The first of them, the earliest promise first.
    pub first: Vec<Move>,
}

/// What the draft of the calendar would mean; `None` without a readable draft.
pub async fn moved(core: &Core) -> Result<Option<Moved>, StoreError> {
    let Some(Paper::Calendar(draft)) = draft::paper(&core.db, Kind::Calendar).await? else {
        return Ok(None);
    };
    let (world, now) = (core.world(), core.clock.now());
    let (mut moved, mut after) = (Moved::default(), String::new());
    loop {
        let page = requests::open_after(&core.db, &after, PAGE).await?;
        let Some(last) = page.last() else {
            break;
        };
        after.clone_from(&last.id);
        if moved.open >= MOST {
            moved.more = true;
            break;
        }
        let ids: Vec<String> = page.iter().map(|row| row.id.clone()).collect();
        for (row, log) in requests::with_logs(&core.db, &ids).await? {
            moved.add(moves(
                &Case::load(row, &log, &core.seal)?,
                &world,
                &draft,
                now,
            ));
        }
        // A long walk lets others in between.
        tokio::task::yield_now().await;
    }
    moved
        .first
        .sort_by(|a, b| (a.before, &a.reference).cmp(&(b.before, &b.reference)));
    moved.first.truncate(LISTED);
    Ok(Some(moved))
}

impl Moved {
    fn add(&mut self, moves: Vec<Move>) {
        self.open += 1;
        self.requests += usize::from(!moves.is_empty());
        self.promises += moves.len();
        self.first.extend(moves);
    }
}

/// The running clocks of a request that would be due at other moments.
fn moves(case: &Case, world: &World, draft: &Calendar, now: Moment) -> Vec<Move> {
    let (calendar, policy, limits) = case.rules(world);
    let before = clocks(&case.log, calendar, policy, &limits, now);
    let after = clocks(&case.log, draft, policy, &limits, now);
    let both = before.into_iter().filter(|view| view.stopped_at.is_none());
    let moves = both.filter_map(|view| {
        let new = after.iter().find(|new| new.clock == view.clock)?;
        (new.due.at != view.due.at).then(|| Move {
            reference: shown(&case.reference),
            clock: view.clock,
            before: view.due.at,
            after: new.due.at,
        })
    });
    moves.collect()
}
