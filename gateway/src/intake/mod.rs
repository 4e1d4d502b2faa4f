//! What comes in: stored before it is answered, once, in order.
//!
//! [`Intake::receive`] returns when the message is committed, or synced to the
//! spool while the database is away. Messages of many chats are handled as one
//! group and commit together (`group`); within a chat one follows the other. A
//! message that cannot be handled is parked with its cause and still answered,
//! because a messenger withholds everything behind it otherwise.

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

pub(crate) use cases::{load as load_cases, loads};
pub use flood::Limits;
pub(crate) use persons::{filed, nobody_knows};
pub(crate) use plain::{is_steering, words as plain_words};
pub(crate) use resident::desk_staffed;
pub(crate) use spoken::{hush, silenced, spoken};

use crate::app::Core;
use crate::clock::{Moment, micros};
use crate::conversation::{Reply, Words, language_of, notices};
use crate::second_opinion::SecondOpinion;
use crate::spool::{Entry, Spool, SpoolError};
use crate::store::broken;
use bots::{Content, Inbound};
use consoled::Consoled;
use group::{Answer, Item};
use menus::Lang;
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
    spool: Spool,
    /// When a chat was last told that its message waits.
    consoled: Consoled,
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
        let intake = Self {
            core: Arc::clone(&core),
            queue,
            spool,
            consoled: Consoled::default(),
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

    async fn take(&self, mut inbound: Inbound, hurried: bool) -> Result<Kept, Unavailable> {
        plain::plain(&mut inbound);
        let core = &self.core;
        core.metrics
            .accepted
            .with_label_values(&[&inbound.address.channel])
            .inc();
        let at = core.clock.now();
        let from = &inbound.address;
        let channel = format!("{}/{}", from.channel, from.account);
        core.metrics.channel_did(&channel, "in", at);
        // Older messages wait on disk: this one joins them, or it would overtake.
        if self.spool.is_active() {
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

    /// To disk. Where not even that works, whoever is in danger is told all the same.
    async fn set_aside(&self, inbound: Inbound, at: Moment) -> Result<Kept, Unavailable> {
        let words = words(&inbound.content, &self.core);
        let danger = words.and_then(|words| words.verdict.crisis);
        let reply = notices::holding(language(&inbound), &self.core.lines, danger.as_ref());
        let entry = Entry { at, inbound };
        match self.spool.append(entry.clone()).await {
            Ok(()) => {
                self.console(&entry.inbound, danger.is_some(), reply.clone(), at);
                Ok(Kept::Waits(reply))
            }
            Err(error) => {
                let full = matches!(error, SpoolError::Full(_));
                tracing::error!(%error, full, "a message cannot be kept; its sender will come again");
                if let Some(hit) = danger {
                    let (lines, lang) = (&self.core.lines, language(&entry.inbound));
                    let card = crate::conversation::card(&hit.service, lines, true, lang);
                    self.console(&entry.inbound, true, Reply::plain(card), at);
                }
                Err(Unavailable)
            }
        }
    }

    /// Tells the person that the message is kept, once in a while. There is no
    /// database to put this into: it is sent straight, and may be lost.
    fn console(&self, inbound: &Inbound, danger: bool, reply: Reply, at: Moment) {
        let address = inbound.address.clone();
        let Some(channel) = self
            .core
            .channels
            .get(&format!("{}/{}", address.channel, address.account))
        else {
            return;
        };
        if !self.consoled.turn(&address.to_string(), danger, at) {
            return;
        }
        let channel = Arc::clone(channel);
        tokio::spawn(async move {
            let _ = channel
                .send(&address, &bots::Outbound::text(reply.text))
                .await;
        });
    }

    /// Whether nothing waits in the spool.
    pub fn spool(&self) -> &Spool {
        &self.spool
    }
}

/// Understanding words costs processor time: it is done before the group, on
/// the task of the sender, so that many are done at once.
fn words(content: &Content, core: &Core) -> Option<Words> {
    let text = match content {
        Content::Text(text) | Content::Edited { text, .. } => text,
        Content::File(file) => file.caption.as_deref()?,
        _ => return None,
    };
    Some(crate::conversation::words(text, &core.world().classifier))
}

/// The language of an answer given without the conversation: the message's own,
/// else the app's.
fn language(inbound: &Inbound) -> Lang {
    let written = match &inbound.content {
        Content::Text(text) | Content::Edited { text, .. } => language_of(text),
        _ => None,
    };
    let app = inbound.sender.language.as_deref().and_then(Lang::parse);
    written.or(app).unwrap_or_default()
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
