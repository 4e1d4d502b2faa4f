//! Messages handled as one group: read together, decided one by one, committed
//! together.
//!
//! Only one message of a chat is in a group, the rest wait for the next, so
//! that each sees what the former did. If a group is refused (somebody else
//! changed a conversation meanwhile, or one message is poison) its messages are
//! handled singly; one that fails alone is parked.

use super::effects::Effects;
use super::flood::{Flood, Verdict};
use super::queue::Queue;
use super::resident::{Turn, load};
use super::thinking::Thinking;
use super::{Settings, key, stamp};
use crate::app::Core;
use crate::bus::Hint;
use crate::clock::Moment;
use crate::conversation::{Words, notices};
use crate::ids::InboundId;
use crate::outbox::{Held, Lane, Letter, placed};
use crate::requests::notify;
use crate::store::rows::InboundRow;
use crate::store::{Changes, StoreError, broken};
use bots::{Address, Inbound};
use futures::FutureExt;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Tries of one message against others who change the same conversation.
const MOST_TRIES: usize = 8;
/// Groups that begin this close together are worth joining.
const CLOSE: Duration = Duration::from_millis(6);
/// How long a message then waits for company: what a commit costs is shared. A
/// message that comes alone never waits.
const GATHER: Duration = Duration::from_millis(3);

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Handled now.
    Handled,
    /// Received before; nothing changed.
    Repeated,
    /// Stored, but could not be handled.
    Parked,
}

/// The answer to the sender: what became of it, or the message back if the
/// database is away. `Err(None)`: it is lost here, the sender comes again.
pub(super) type Answer = Result<Outcome, Option<Box<Inbound>>>;

/// A message on its way.
pub(super) struct Item {
    pub(super) inbound: Box<Inbound>,
    pub(super) at: Moment,
    /// Its words, understood beforehand.
    pub(super) words: Option<Words>,
    /// Others wait behind it: it gets no second opinion.
    pub(super) hurried: bool,
    pub(super) answer: oneshot::Sender<Answer>,
}

/// What a handled group leaves to do after its commit.
#[derive(Default)]
pub(super) struct After {
    pub(super) held: Vec<Held>,
    pub(super) hints: Vec<Hint>,
    pub(super) repeated: HashSet<String>,
}

/// Runs until the token is cancelled and the queue is empty.
///
/// A group is decided while the former one commits, if there are messages
/// enough to make it worth a commit of its own.
pub(super) async fn run(
    core: Arc<Core>,
    settings: Settings,
    mut thinking: Thinking,
    mut items: mpsc::UnboundedReceiver<Item>,
    stop: CancellationToken,
) {
    let mut flood = Flood::default();
    let mut queue = Queue::default();
    let mut groups: JoinSet<Vec<Address>> = JoinSet::new();
    let mut open = true;
    let mut began = core.clock.stopwatch();
    loop {
        while let Ok(item) = items.try_recv() {
            thinking.push(item, &mut queue);
        }
        while queue.has_group(groups.len()) {
            let group = queue.group(settings.group_max);
            let verdicts = begin(&core, settings, &mut flood, &group);
            began = core.clock.stopwatch();
            groups.spawn(handle(Arc::clone(&core), group, verdicts));
        }
        core.metrics
            .unprocessed
            .set((queue.len() + items.len()) as i64);
        if groups.is_empty() {
            core.metrics.unprocessed_age.set(0.0);
            if !open && thinking.is_idle() {
                return;
            }
        }
        tokio::select! {
            biased;
            Some(done) = groups.join_next() => {
                // Whatever a group could not catch ends the process: the lost
                // messages were not answered, and come again.
                queue.release(&done.unwrap_or_else(|e| resume_unwind(e.into_panic())));
            }
            item = thinking.next() => queue.resume(item),
            item = items.recv(), if open => if let Some(item) = item {
                thinking.push(item, &mut queue);
                if groups.is_empty() && began.elapsed() < CLOSE {
                    tokio::time::sleep(GATHER).await;
                }
            } else {
                open = false;
                thinking.hurry_all();
            },
            () = stop.cancelled(), if !items.is_closed() => items.close(),
        }
    }
}

/// Notes that a group begins; at which pace each of its messages may go.
fn begin(core: &Core, settings: Settings, flood: &mut Flood, group: &[Item]) -> Vec<Verdict> {
    let oldest = core.clock.now() - group[0].at;
    core.metrics
        .unprocessed_age
        .set(oldest.as_seconds_f64().max(0.0));
    core.metrics.group_size.observe(group.len() as f64);
    group.iter().map(|i| pace(i, settings, flood)).collect()
}

/// Handles a group to its end; gives back whose messages they were.
async fn handle(core: Arc<Core>, group: Vec<Item>, verdicts: Vec<Verdict>) -> Vec<Address> {
    let chats = group.iter().map(|i| i.inbound.address.clone()).collect();
    let watch = core.clock.stopwatch();
    match attempt(&core, &group, &verdicts).await {
        Ok(after) => {
            finish(&core, group, after);
            core.metrics
                .message_seconds
                .observe(watch.elapsed().as_secs_f64());
            return chats;
        }
        Err(StoreError::Away(why)) => {
            away(&core, group, &why);
            return chats;
        }
        Err(error) => tracing::debug!(%error, count = group.len(), "a group is handled singly"),
    }
    for (item, verdict) in group.into_iter().zip(verdicts) {
        single(&core, item, verdict).await;
    }
    chats
}

/// Danger and buttons are never slowed.
fn pace(item: &Item, settings: Settings, flood: &mut Flood) -> Verdict {
    let verdict = flood.count(&item.inbound.address.to_string(), item.at, settings.limits);
    let danger = item
        .words
        .as_ref()
        .is_some_and(|w| w.verdict.crisis.is_some());
    if danger { Verdict::Go } else { verdict }
}

async fn single(core: &Core, item: Item, verdict: Verdict) {
    let mut cause = "it was changed by others again and again".to_owned();
    for _ in 0..MOST_TRIES {
        match attempt(core, std::slice::from_ref(&item), &[verdict]).await {
            Ok(after) => return finish(core, vec![item], after),
            Err(StoreError::Conflict) => {}
            Err(StoreError::Away(why)) => return away(core, vec![item], &why),
            Err(error) => {
                cause = error.to_string();
                break;
            }
        }
    }
    park(core, item, &cause).await;
}

/// Stores a message that cannot be handled, with its cause, and answers it.
async fn park(core: &Core, item: Item, cause: &str) {
    tracing::error!(
        cause,
        kind = item.inbound.content.kind(),
        "a message is parked"
    );
    let now = core.clock.now();
    let mut changes = Changes::at(stamp(now));
    changes.inbound.push(InboundRow {
        state: 1,
        cause: Some(cause.to_owned()),
        ..row(core, &item, None)
    });
    let lang = super::language(&item.inbound);
    let letter = Letter {
        to: item.inbound.address.clone(),
        lane: Lane::Reply,
        request: None,
        parcel: notify::parcel(notices::parked(lang), lang),
        not_before: None,
    };
    let held = core.write_letters(vec![letter], &mut changes, now);
    match core.db.commit(&changes).await {
        Ok(committed) => {
            core.outbox.send(placed(held, &committed));
            let _ = item.answer.send(Ok(Outcome::Parked));
        }
        Err(StoreError::Conflict) => {
            let _ = item.answer.send(Ok(Outcome::Repeated));
        }
        Err(error) => away(core, vec![item], &error.to_string()),
    }
}

fn away(core: &Core, group: Vec<Item>, why: &str) {
    tracing::warn!(
        why,
        count = group.len(),
        "the database is away; messages go to the spool"
    );
    core.metrics
        .database_errors
        .with_label_values(&["intake"])
        .inc();
    core.metrics.database_up.set(0);
    for item in group {
        let _ = item.answer.send(Err(Some(item.inbound)));
    }
}

fn finish(core: &Core, group: Vec<Item>, after: After) {
    core.metrics.database_up.set(1);
    core.outbox.send(after.held);
    for hint in after.hints {
        core.bus.hint(hint);
    }
    for item in group {
        let repeated = after.repeated.contains(&key(&item.inbound));
        if repeated {
            core.metrics.duplicates.inc();
        } else {
            core.metrics.processed.inc();
        }
        let _ = item.answer.send(Ok(if repeated {
            Outcome::Repeated
        } else {
            Outcome::Handled
        }));
    }
}

/// The stored form of a message.
pub(super) fn row(core: &Core, item: &Item, request: Option<String>) -> InboundRow {
    InboundRow {
        key: key(&item.inbound),
        id: InboundId::new(item.at).0,
        address: item.inbound.address.to_string(),
        at: stamp(item.at),
        body: core.seal.seal_json(&item.inbound),
        request,
        state: 0,
        cause: None,
        page: i64::from(crate::outbox::is_page(&item.inbound.address)),
    }
}

/// A message from the parked list, once more.
pub(super) async fn attempt_parked(core: &Core, mut item: Item) -> Result<(), StoreError> {
    item.words = super::words(&item.inbound.content, core);
    let after = attempt_as(core, std::slice::from_ref(&item), &[Verdict::Go], true).await?;
    finish(core, vec![item], after);
    Ok(())
}

/// Everything from reading to committing, once.
async fn attempt(core: &Core, group: &[Item], verdicts: &[Verdict]) -> Result<After, StoreError> {
    attempt_as(core, group, verdicts, false).await
}

/// A bug in one dialogue must not end the intake: a panic is an error like others.
async fn attempt_as(
    core: &Core,
    group: &[Item],
    verdicts: &[Verdict],
    parked: bool,
) -> Result<After, StoreError> {
    AssertUnwindSafe(commit(core, group, verdicts, parked))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(StoreError::Refused("handling this message failed".into())))
}

async fn commit(
    core: &Core,
    group: &[Item],
    verdicts: &[Verdict],
    parked: bool,
) -> Result<After, StoreError> {
    let world = core.world();
    let loaded = load(core, group).await?;
    let now = core.clock.now();
    let mut after = After::default();
    let mut changes = Changes::at(stamp(now));
    let mut effects = Effects::new(core, &world, now);
    for (item, verdict) in group.iter().zip(verdicts) {
        let key = key(&item.inbound);
        let Some(found) = loaded.found.get(&key) else {
            continue;
        };
        let seen = found.seen == 1 && !parked && !broken("no-dedupe");
        if seen || !after.repeated.insert(key.clone()) {
            after.repeated.insert(key);
            continue;
        }
        after.repeated.remove(&key);
        if !super::answerable(&item.inbound) {
            changes.inbound.push(row(core, item, None));
            continue;
        }
        if found.worker.is_some() {
            let desk =
                crate::desk::messenger::receive(core, &world, item_of(item), found, now).await?;
            changes.inbound.push(row(core, item, desk.request.clone()));
            effects.adopt(desk);
            continue;
        }
        if let Some(binding) = crate::desk::messenger::binding(core, &item.inbound, now).await? {
            changes.inbound.push(row(core, item, None));
            effects.adopt(binding);
            continue;
        }
        let turn = Turn {
            core,
            world: &world,
            item,
            found,
            loaded: &loaded,
            now,
        };
        let step = turn.step(*verdict).await?;
        effects.add(step);
    }
    let (held, hints) = effects.apply(&mut changes).await?;
    if parked {
        super::retry::unpark(&mut changes);
    }
    let committed = core.db.commit(&changes).await?;
    after.held = placed(held, &committed);
    after.hints = hints;
    Ok(after)
}

fn item_of(item: &Item) -> crate::desk::messenger::Message<'_> {
    crate::desk::messenger::Message {
        inbound: &item.inbound,
        danger: item.words.as_ref().and_then(|w| w.verdict.crisis.as_ref()),
    }
}

/// The name of a page that shows a chat.
pub(super) fn chat_page(address: &Address) -> Hint {
    Hint::Page(format!("chat:{}", address.chat))
}
