//! Requests in the order of their opening, a part at a time: for programs that
//! read all of a worker's, however many there are.

use super::queue::{card_as, reach};
use super::view::Card;
use super::{Access, access};
use crate::app::Core;
use crate::clock::Moment;
use crate::intake::load_cases;
use crate::store::{StoreError, requests};
use crate::territory::Worker;
use crate::world::World;
use menus::Lang;

/// Readings of the store for one part; a part may be shorter than was asked
/// for where much of what was read is not the reader's.
const ROUNDS: usize = 4;

/// At most `most` cards of requests opened after the one with the id `after`,
/// and where to go on.
pub async fn part(
    core: &Core,
    world: &World,
    (worker, lang): (&Worker, Lang),
    (after, most): (&str, usize),
    now: Moment,
) -> Result<(Vec<Card>, Option<String>), StoreError> {
    let units = reach(world, worker);
    let mut cards = Vec::new();
    let mut last = after.to_owned();
    for _ in 0..ROUNDS {
        let wanted = most - cards.len();
        let whose = (worker.id.as_str(), worker.unit.as_str());
        let rows = requests::reachable(&core.db, &units, whose, &last, wanted as i64).await?;
        let end = rows.len() < wanted;
        let ids: Vec<String> = rows.into_iter().map(|row| row.id).collect();
        let cases = load_cases(core, &ids).await?;
        for id in ids {
            if let Some(case) = cases.get(&id) {
                let may = access(worker, case, world, now);
                let theirs = may > Access::None;
                cards.extend(theirs.then(|| card_as(may, case, worker, world, lang, now)));
            }
            last = id;
        }
        if end {
            return Ok((cards, None));
        }
        if cards.len() == most {
            break;
        }
    }
    Ok((cards, Some(last)))
}
