//! Messages that wait for a second opinion, outside every group.
//!
//! Only the chat itself waits: its place in the order is kept, other chats go
//! on. When its person writes again, nobody thinks any longer and the first
//! reading stands: what was said next, danger above all, is not held up.

use super::group::Item;
use super::queue::Queue;
use super::{key, stamp};
use crate::app::Core;
use crate::conversation::{Snapshot, is_small_talk, picked};
use crate::people::anonymous::anonymous;
use crate::second_opinion::{SecondOpinion, judge};
use crate::store::conversations::{self, Wanted};
use bots::{Address, Content};
use futures::FutureExt;
use intents::Verdict;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// What is being thought about.
pub(super) struct Thinking {
    core: Arc<Core>,
    opinion: Option<Arc<SecondOpinion>>,
    under_way: JoinSet<Item>,
    /// Ends the thinking about a chat's message.
    hurry: HashMap<Address, CancellationToken>,
}

impl Thinking {
    pub(super) fn new(core: Arc<Core>, opinion: Option<Arc<SecondOpinion>>) -> Self {
        Self {
            core,
            opinion,
            under_way: JoinSet::new(),
            hurry: HashMap::new(),
        }
    }

    /// Puts a message into the queue, to think about it first if that may help.
    pub(super) fn push(&mut self, item: Item, queue: &mut Queue<Item>) {
        let chat = item.inbound.address.clone();
        if let Some(hurry) = self.hurry.get(&chat) {
            hurry.cancel();
        }
        let opinion = self.opinion.as_ref().filter(|_| worth_a_thought(&item));
        let Some(opinion) = opinion.filter(|_| queue.hold(&chat)) else {
            queue.push(chat, item);
            return;
        };
        let hurry = CancellationToken::new();
        self.hurry.insert(chat, hurry.clone());
        let (core, opinion) = (Arc::clone(&self.core), Arc::clone(opinion));
        self.under_way.spawn(async move {
            let mut item = item;
            let found = {
                let thought = consider(&core, &opinion, &item);
                // A bug here must not cost the message.
                let thought = AssertUnwindSafe(thought).catch_unwind();
                tokio::select! {
                    biased;
                    () = hurry.cancelled() => None,
                    found = thought => found.ok().flatten(),
                }
            };
            if let (Some(verdict), Some(words)) = (found, item.words.as_mut()) {
                words.verdict = verdict;
            }
            item
        });
    }

    /// The next message that was thought about; never, while there is none.
    pub(super) async fn next(&mut self) -> Item {
        let done = self.under_way.join_next().await;
        let Some(done) = done else {
            return std::future::pending().await;
        };
        let item = done.unwrap_or_else(|e| std::panic::resume_unwind(e.into_panic()));
        self.hurry.remove(&item.inbound.address);
        item
    }

    pub(super) fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Nobody has the time any more.
    pub(super) fn hurry_all(&self) {
        self.hurry.values().for_each(CancellationToken::cancel);
    }
}

/// Whether the words alone make a second opinion possible.
fn worth_a_thought(item: &Item) -> bool {
    let Some(words) = item.words.as_ref().filter(|_| !item.hurried) else {
        return false;
    };
    matches!(item.inbound.content, Content::Text(_))
        && words.escape.is_none()
        && !is_small_talk(&words.text)
        && judge::wanted(&words.text, &words.verdict)
}

/// The verdict a second opinion leads to, if it changes the first. Only words
/// that look for a service are sent anywhere: answers to questions are not, nor
/// is what is said to a person or about a danger.
async fn consider(core: &Core, opinion: &SecondOpinion, item: &Item) -> Option<Verdict> {
    let words = item.words.as_ref()?;
    let wanted = [Wanted {
        address: item.inbound.address.to_string(),
        key: key(&item.inbound),
        at: stamp(core.clock.now()),
    }];
    let watch = core.clock.stopwatch();
    let look_up = conversations::look_up(&core.db, &wanted);
    let look_up = tokio::time::timeout(opinion.timeout(), look_up);
    let found = look_up.await.ok()?.ok()?.pop()?;
    if found.seen == 1 || found.worker.is_some() {
        return None;
    }
    let world = core.world();
    let newest = world.newest().catalogue.version();
    let mut version = newest;
    if let Some(sealed) = &found.state_sealed {
        let plain = core.seal.open(sealed).ok()?;
        let snapshot = Snapshot::from_json(&String::from_utf8_lossy(&plain), newest);
        if !snapshot.hears_needs() || picked(&words.text, &snapshot.offered).is_some() {
            return None;
        }
        version = snapshot.catalogue;
    }
    let catalogue = &world.catalogue(version).catalogue;
    let offered = judge::offered(&words.verdict, catalogue);
    let places = world.tree.every().map(|unit| unit.name.as_str());
    let masked = anonymous(&words.text, places);
    let codes = opinion.ask(&masked, &offered, watch.elapsed()).await?;
    judge::revised(&words.verdict, &codes)
}
