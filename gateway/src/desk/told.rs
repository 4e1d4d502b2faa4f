//! What stands on a sheet besides the request: what was said, who it is about,
//! what was proved, and the requests it belongs to. Only read here, and all of it
//! at once; what a reader is shown of it is the sheet's.

use super::persons;
use super::queue::thread;
use super::view::People;
use super::{Access, access, identity, mark, pairing};
use crate::app::Core;
use crate::clock::Moment;
use crate::ids::RequestId;
use crate::intake::load_cases;
use crate::requests::case::Case;
use crate::requests::event::Tie;
use crate::requests::notify;
use crate::store::StoreError;
use crate::territory::Worker;
use crate::texts;
use crate::world::World;
use menus::Lang;
use tokio::try_join;

/// What there is.
pub(super) struct Told {
    /// What it amounts to.
    pub(super) mark: String,
    /// Oldest first.
    pub(super) messages: Vec<(Moment, bots::Inbound)>,
    pub(super) people: People,
    pub(super) proved: Option<(String, String)>,
    /// The bot is silent because a worker holds the conversation.
    pub(super) held: bool,
    /// How, in words; the reference; whether the reader may open it.
    pub(super) ties: Vec<(String, String, bool)>,
}

/// Reads it; nothing of it waits for another. Whether the conversation is wanted,
/// and the persons, in full or not.
pub(super) async fn told(
    core: &Core,
    world: &World,
    worker: &Worker,
    case: &Case,
    (thread_too, people_too): (bool, Option<bool>),
    (lang, now): (Lang, Moment),
) -> Result<Told, StoreError> {
    // Before what it stands for, so that nothing is missed between.
    let mark = mark(core, case).await?;
    let messages = async {
        if thread_too {
            thread(core, case).await
        } else {
            Ok(Vec::new())
        }
    };
    let people = async {
        match people_too {
            Some(full) => persons::people(core, world, worker, case, full, (lang, now)).await,
            None => Ok(People::default()),
        }
    };
    let (messages, people, proved, held, ties) = try_join!(
        messages,
        people,
        identity::line(core, world, case, lang, now),
        held(core, case),
        tied(core, worker, case, lang, now),
    )?;
    Ok(Told {
        mark,
        messages,
        people,
        proved,
        held,
        ties,
    })
}

/// The requests it belongs to, and which of them are this worker's to see.
async fn tied(
    core: &Core,
    worker: &Worker,
    case: &Case,
    lang: Lang,
    now: Moment,
) -> Result<Vec<(String, String, bool)>, StoreError> {
    let ties = pairing::ties(case);
    let ids: Vec<String> = ties.iter().map(|(_, id)| id.0.clone()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (world, others) = (core.world(), load_cases(core, &ids).await?);
    let tie = |(how, id): (Tie, RequestId)| {
        let other = others.get(id.as_str())?;
        let how = texts::text(lang, &format!("desk.tie.{}", how.code()));
        let seen = access(worker, other, &world, now) > Access::None;
        // What is restricted has not even a number for others.
        if other.restricted && !seen {
            return None;
        }
        Some((how.to_owned(), notify::shown(&other.reference), seen))
    };
    Ok(ties.into_iter().filter_map(tie).collect())
}

async fn held(core: &Core, case: &Case) -> Result<bool, StoreError> {
    let snapshot = core.snapshot(&case.address.to_string()).await?;
    let held = snapshot.and_then(|s| s.held);
    Ok(held.is_some_and(|h| h.request == case.id))
}
