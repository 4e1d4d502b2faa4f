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

/// The way to the disk; cheap to clone.
#[derive(Clone)]
pub struct Aside {
    channels: Arc<HashMap<String, Arc<dyn Channel>>>,
    lines: Lines,
    spool: Spool,
    /// When a chat was last told that its message waits.
    consoled: Consoled,
}

impl Aside {
    /// Channels are named "kind/account".
    pub fn new(channels: HashMap<String, Arc<dyn Channel>>, lines: Lines, spool: Spool) -> Self {
        Self {
            channels: Arc::new(channels),
            lines,
            spool,
            consoled: Consoled::default(),
        }
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
        let text = text_of(&inbound.content);
        let danger = text.and_then(|text| words(text, classifier).verdict.crisis);
        self.keep(inbound, at, danger).await
    }

    /// To disk. Where not even that works, whoever is in danger is told all the same.
    pub(super) async fn keep(
        &self,
        inbound: Inbound,
        at: Moment,
        danger: Option<CrisisHit>,
    ) -> Result<Kept, Unavailable> {
        let reply = notices::holding(language(&inbound), &self.lines, danger.as_ref());
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
                    let card = card(&hit.service, &self.lines, true, language(&entry.inbound));
                    self.console(&entry.inbound, true, Reply::plain(card), at);
                }
                Err(Unavailable)
            }
        }
    }

    /// Tells the person that the message is kept, once in a while. There is no
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
