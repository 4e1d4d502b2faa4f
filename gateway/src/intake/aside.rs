//! Messages that wait on disk while the database is away, and what their
//! senders are told meanwhile. Works without any database.

use super::consoled::Consoled;
use super::{Kept, Unavailable};
use crate::clock::Moment;
use crate::conversation::{Lines, Reply, card, language_of, notices, words};
use crate::spool::{Entry, Spool, SpoolError};
use bots::{Channel, Content, Inbound};
use intents::{Classifier, CrisisHit};
use menus::Lang;
use std::collections::HashMap;
use std::sync::Arc;

/// The way to people who are told something without any database; cheap to clone.
#[derive(Clone)]
pub struct Voice {
    channels: Arc<HashMap<String, Arc<dyn Channel>>>,
    lines: Lines,
    /// When a chat was last told that its message waits.
    consoled: Consoled,
}

/// The way to the disk; cheap to clone.
#[derive(Clone)]
pub struct Aside {
    voice: Voice,
    spool: Spool,
}

impl Voice {
    /// Channels are named "kind/account".
    pub fn new(channels: HashMap<String, Arc<dyn Channel>>, lines: Lines) -> Self {
        Self {
            channels: Arc::new(channels),
            lines,
            consoled: Consoled::default(),
        }
    }

    /// A message that nobody can keep: its sender comes again with it, and whoever
    /// is in danger is told what to do until then.
    pub fn unkept(&self, mut inbound: Inbound, at: Moment, classifier: &Classifier) {
        super::plain::plain(&mut inbound);
        if let Some(hit) = danger(&inbound, classifier) {
            self.warn(&inbound, &hit, at);
        }
    }

    /// The card alone: nothing is kept that could be spoken of.
    fn warn(&self, inbound: &Inbound, hit: &CrisisHit, at: Moment) {
        let card = card(&hit.service, &self.lines, true, language(inbound));
        self.console(inbound, true, Reply::plain(card), at);
    }

    /// Tells the person what became of a message, once in a while. There is no
    /// database to put this into: it is sent straight, and may be lost.
    fn console(&self, inbound: &Inbound, danger: bool, reply: Reply, at: Moment) {
        if !super::answerable(inbound) {
            return;
        }
        let address = inbound.address.clone();
        let name = format!("{}/{}", address.channel, address.account);
        let Some(channel) = self.channels.get(&name) else {
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
}

impl Aside {
    /// To this disk.
    pub fn new(voice: Voice, spool: Spool) -> Self {
        Self { voice, spool }
    }

    /// Where the messages are.
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// Takes a message as it came.
    ///
    /// # Errors
    /// If the disk does not take it: the sender has to come again.
    pub async fn receive(
        &self,
        mut inbound: Inbound,
        at: Moment,
        classifier: &Classifier,
    ) -> Result<Kept, Unavailable> {
        super::plain::plain(&mut inbound);
        let danger = danger(&inbound, classifier);
        self.keep(inbound, at, danger).await
    }

    /// To disk. Where not even that works, whoever is in danger is told all the same.
    pub(super) async fn keep(
        &self,
        inbound: Inbound,
        at: Moment,
        danger: Option<CrisisHit>,
    ) -> Result<Kept, Unavailable> {
        let voice = &self.voice;
        let reply = notices::holding(language(&inbound), &voice.lines, danger.as_ref());
        let entry = Entry { at, inbound };
        match self.spool.append(entry.clone()).await {
            Ok(()) => {
                voice.console(&entry.inbound, danger.is_some(), reply.clone(), at);
                Ok(Kept::Waits(reply))
            }
            Err(error) => {
                let full = matches!(error, SpoolError::Full(_));
                tracing::error!(%error, full, "a message cannot be kept; its sender will come again");
                if let Some(hit) = danger {
                    voice.warn(&entry.inbound, &hit, at);
                }
                Err(Unavailable)
            }
        }
    }
}

/// The danger that a message speaks of.
fn danger(inbound: &Inbound, classifier: &Classifier) -> Option<CrisisHit> {
    let text = text_of(&inbound.content)?;
    words(text, classifier).verdict.crisis
}

/// What is said in a message, if anything.
pub(super) fn text_of(content: &Content) -> Option<&str> {
    match content {
        Content::Text(text) | Content::Edited { text, .. } => Some(text),
        Content::File(file) => file.caption.as_deref(),
        _ => None,
    }
}

/// The language of an answer given without the conversation: the message's own,
/// else the app's.
pub(super) fn language(inbound: &Inbound) -> Lang {
    let written = match &inbound.content {
        Content::Text(text) | Content::Edited { text, .. } => language_of(text),
        _ => None,
    };
    let app = inbound.sender.language.as_deref().and_then(Lang::parse);
    written.or(app).unwrap_or_default()
}
