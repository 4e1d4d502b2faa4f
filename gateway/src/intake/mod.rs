//! What comes in: stored before it is answered, once, in order.
//!
//! [`Intake::receive`] returns when the message is committed, or synced to the
//! spool while the database is away. Messages of many chats are handled as one
//! group and commit together (`group`); within a chat one follows the other. A
//! message that cannot be handled is parked with its cause and still answered,
//! because a messenger withholds everything behind it otherwise.

mod aside;
mod cases;
mod consoled;
mod context;
mod copying;
mod effects;
mod flood;
mod group;
mod moves;
mod persons;
mod plain;
mod proving;
mod queue;
mod relay;
mod replay;
mod resident;
pub mod retry;
mod spoken;
mod thinking;

pub use aside::{Aside, Voice};
pub(crate) use cases::{load as load_cases, loads};
pub use flood::Limits;
pub(crate) use persons::{filed, nobody_knows};
pub(crate) use plain::{is_steering, words as plain_words};
pub(crate) use resident::desk_staffed;
pub(crate) use spoken::{hush, silenced, spoken};

use crate::app::Core;
use crate::clock::{Moment, micros};
use crate::conversation::{Reply, Words};
use crate::second_opinion::SecondOpinion;
use crate::spool::Spool;
use crate::store::broken;
use aside::{language, text_of};
use bots::{Content, Inbound};
use group::{Answer, Item};
use std::sync::Arc;
use thinking::Thinking;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// The message is neither stored nor spooled: the sender has to come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither the database nor the spool takes messages now")]
pub struct Unavailable;

/// Where a message is that was taken in.
#[derive(Clone, Debug)]
pub enum Kept {
    /// In the database, with what follows from it.
    Stored,
    /// On disk until the database is back; what its sender is told meanwhile.
    Waits(Reply),
}

/// How the intake works.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Messages in one commit at most.
    pub group_max: usize,
    /// What one chat may send.
    pub limits: Limits,
}

/// The front of the intake; cheap to clone.
#[derive(Clone)]
pub struct Intake {
    core: Arc<Core>,
    queue: mpsc::UnboundedSender<Item>,
    aside: Aside,
}

impl Intake {
    /// Makes the intake; run the future until the token is cancelled.
    pub fn new(
        core: Arc<Core>,
        spool: Spool,
        settings: Settings,
        opinion: Option<SecondOpinion>,
        stop: CancellationToken,
    ) -> (
        Self,
        impl Future<Output = Result<(), std::convert::Infallible>> + Send,
    ) {
        let (queue, items) = mpsc::unbounded_channel();
        let voice = Voice::new(core.channels.clone(), core.lines.clone());
        let intake = Self {
            core: Arc::clone(&core),
            queue,
            aside: Aside::new(voice, spool),
        };
        let replay = replay::run(intake.clone(), stop.clone());
        let thinking = Thinking::new(Arc::clone(&core), opinion.map(Arc::new));
        let work = group::run(core, settings, thinking, items, stop);
        (intake, async move {
            tokio::join!(work, replay);
            Ok(())
        })
    }

    /// Takes a message in. When this returns `Ok` the message may be answered.
    pub async fn receive(&self, inbound: Inbound) -> Result<Kept, Unavailable> {
        self.take(inbound, false).await
    }

    /// The same for a message that others of its chat wait behind: nobody thinks
    /// about it twice.
    pub async fn receive_before_others(&self, inbound: Inbound) -> Result<Kept, Unavailable> {
        self.take(inbound, true).await
    }

    /// Keeps a message of a chat that cannot be looked up: with what waits for the
    /// database, whether or not anything else does.
    pub async fn receive_unplaced(&self, mut inbound: Inbound) -> Result<Kept, Unavailable> {
        let at = self.arrived(&mut inbound);
        self.set_aside(inbound, at).await
    }

    /// Counts a message and makes it plain; when it came.
    fn arrived(&self, inbound: &mut Inbound) -> Moment {
        plain::plain(inbound);
        let core = &self.core;
        core.metrics
            .accepted
            .with_label_values(&[&inbound.address.channel])
            .inc();
        let at = core.clock.now();
        let from = &inbound.address;
        let channel = format!("{}/{}", from.channel, from.account);
        core.metrics.channel_did(&channel, "in", at);
        at
    }

    async fn take(&self, mut inbound: Inbound, hurried: bool) -> Result<Kept, Unavailable> {
        let at = self.arrived(&mut inbound);
        // Older messages wait on disk: this one joins them, or it would overtake.
        if self.spool().is_active() {
            return self.set_aside(inbound, at).await;
        }
        if broken("ack-before-commit") {
            let intake = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                intake.submit(inbound, at, hurried).await
            });
            return Ok(Kept::Stored);
        }
        match self.submit(inbound, at, hurried).await {
            Ok(_) => Ok(Kept::Stored),
            Err(Some(inbound)) => self.set_aside(*inbound, at).await,
            Err(None) => Err(Unavailable),
        }
    }

    /// Puts a message at the end of the queue.
    fn enqueue(&self, inbound: Inbound, at: Moment, hurried: bool) -> oneshot::Receiver<Answer> {
        let words = words(&inbound.content, &self.core);
        let (answer, wait) = oneshot::channel();
        let item = Item {
            inbound: Box::new(inbound),
            at,
            words,
            hurried,
            answer,
        };
        if let Err(lost) = self.queue.send(item) {
            // The group is gone: the process ends.
            let Item {
                inbound, answer, ..
            } = lost.0;
            let _ = answer.send(Err(Some(inbound)));
        }
        wait
    }

    /// Hands a message to the group; gives it back if the database is away.
    async fn submit(&self, inbound: Inbound, at: Moment, hurried: bool) -> Answer {
        self.enqueue(inbound, at, hurried)
            .await
            .unwrap_or(Err(None))
    }

    async fn set_aside(&self, inbound: Inbound, at: Moment) -> Result<Kept, Unavailable> {
        let words = words(&inbound.content, &self.core);
        let danger = words.and_then(|words| words.verdict.crisis);
        self.aside.keep(inbound, at, danger).await
    }

    /// Whether nothing waits in the spool.
    pub fn spool(&self) -> &Spool {
        self.aside.spool()
    }
}

/// Understanding words costs processor time: it is done before the group, on
/// the task of the sender, so that many are done at once.
fn words(content: &Content, core: &Core) -> Option<Words> {
    let text = text_of(content)?;
    Some(crate::conversation::words(text, &core.world().classifier))
}

/// The key of a message in the store: unique over all channels.
fn key(inbound: &Inbound) -> String {
    format!(
        "{}/{}/{}",
        inbound.address.channel, inbound.address.account, inbound.key
    )
}

/// Whether there is somebody to talk to: not a group, not an update without a
/// chat. Such messages are stored and that is all.
fn answerable(inbound: &Inbound) -> bool {
    let silent = matches!(&inbound.content, Content::Unsupported(kind) if kind == "group" || kind == "unblocked");
    !inbound.address.chat.is_empty() && !silent
}

/// The time column of now.
fn stamp(at: Moment) -> i64 {
    micros(at)
}
