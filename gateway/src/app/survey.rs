//! The walk over all open requests: what the auditor finds, and the figures of
//! the supervisors' board, from the same reading.

use super::Core;
use crate::desk::board::Board;
use crate::escalation::audit::{RungKey, audit};
use crate::intake::load_cases;
use crate::requests::case::Case;
use crate::requests::notify;
use crate::store::{StoreError, requests};
use crate::world::World;
use chrono::TimeDelta;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How late a rung may be before the auditor calls it missing.
const GRACE: TimeDelta = TimeDelta::seconds(60);
/// Requests read at once.
const PAGE: i64 = 200;
/// With so many open requests a reader of the board waits for a new walk; with
/// more it is shown as the auditor left it.
const FEW: i64 = 1000;
/// A board this young is shown again.
const FRESH: TimeDelta = TimeDelta::seconds(5);

/// Compares, again and again, what should have fired with what did.
pub async fn auditor(
    core: Arc<Core>,
    every: Duration,
    stop: CancellationToken,
) -> Result<(), Infallible> {
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(every) => {}
        }
        match walk(&core, GRACE).await {
            Ok(board) => {
                core.metrics.audit_findings.set(board.findings.len() as i64);
                for finding in board.findings.iter().take(20) {
                    tracing::error!(finding, "the ladder and its history disagree");
                }
                core.set_board(board);
            }
            Err(error) => tracing::warn!(%error, "the auditor cannot read"),
        }
    }
}

/// The board for a reader: young, or as the auditor left it where a walk takes
/// long; `None` until it was there.
pub async fn board(core: &Core) -> Result<Option<Arc<Board>>, StoreError> {
    let last = core.board();
    let now = core.clock.now();
    let young = |board: &Arc<Board>| (TimeDelta::zero()..FRESH).contains(&(now - board.at));
    if last.as_ref().is_some_and(young) {
        return Ok(last);
    }
    let open = requests::counts(&core.db).await?;
    if open.iter().map(|(_, count)| count).sum::<i64>() > FEW {
        return Ok(last);
    }
    let board = walk(core, GRACE).await?;
    Ok(Some(core.set_board(board)))
}

/// What the auditor finds in all open requests: one sentence each.
pub async fn audit_all(core: &Core) -> Result<Vec<String>, StoreError> {
    audit_within(core, GRACE).await
}

/// The same with another idea of how late a rung may be.
pub async fn audit_within(core: &Core, grace: TimeDelta) -> Result<Vec<String>, StoreError> {
    Ok(walk(core, grace).await?.findings)
}

/// Reads all open requests, a page at a time.
async fn walk(core: &Core, grace: TimeDelta) -> Result<Board, StoreError> {
    let (world, now) = (core.world(), core.clock.now());
    let mut board = Board::new(now);
    let mut after = String::new();
    loop {
        let page = requests::open_after(&core.db, &after, PAGE).await?;
        let Some(last) = page.last() else {
            board.shorten();
            return Ok(board);
        };
        after.clone_from(&last.id);
        let ids: Vec<String> = page.into_iter().map(|r| r.id).collect();
        for case in load_cases(core, &ids).await?.into_values() {
            board.count(&case, &world);
            let found = findings(&case, &world, &board, grace);
            board.findings.extend(found);
        }
    }
}

/// Where the ladder and the history of one request disagree.
fn findings(case: &Case, world: &World, board: &Board, grace: TimeDelta) -> Vec<String> {
    let (calendar, policy, limits) = case.rules(world);
    let found = audit(&case.log, calendar, policy, &limits, board.at, grace);
    let reference = notify::shown(&case.reference);
    let name = |key: &RungKey| format!("{}/{}/{}", key.clock.code(), key.rung, key.cycle);
    let missing = found.missing.iter().map(|(key, at)| {
        format!(
            "{reference}: {} was due at {at} and did not fire",
            name(key)
        )
    });
    let surplus = found
        .surplus
        .iter()
        .map(|(key, at)| format!("{reference}: {} fired at {at} and was not due", name(key)));
    missing.chain(surplus).collect()
}
