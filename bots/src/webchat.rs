//! The chat on our own web pages.
//!
//! Its delivery is the store itself: the page reads what the outbox committed,
//! so `send` has nothing to do and cannot fail. The pages build [`Inbound`]
//! with [`inbound`] after checking the visitor's session; there is no webhook.

use crate::channel::{Built, Channel, Kind, Limits, Poller};
use crate::error::{FetchError, ReceiveError, SendError, SettingsError, StartError};
use crate::message::{Address, Content, Inbound, Outbound, Receipt, Sender};
use crate::{Bytes, HeaderMap};
use async_trait::async_trait;
use std::sync::Arc;

/// The channel's name in addresses.
pub const NAME: &str = "webchat";
/// The account of [`inbound`]; there is one set of pages.
pub const ACCOUNT: &str = "main";

pub(crate) const KIND: Kind = Kind {
    name: NAME,
    limits: LIMITS,
    build,
};

const LIMITS: Limits = Limits {
    text_units: 16_384,
    choices: 100,
    chat_per_second: f64::INFINITY,
    chat_burst: f64::INFINITY,
    bulk_per_second: f64::INFINITY,
    contact: false,
    place: false,
    unsend: false,
};

/// The address of a visitor's session.
pub fn address(session: &str) -> Address {
    Address::new(NAME, ACCOUNT, session)
}

/// What a visitor did, for the same path every other message takes. `key` is
/// the form's one-time key, so that a double click counts once.
pub fn inbound(session: &str, key: &str, content: Content) -> Inbound {
    Inbound {
        address: address(session),
        key: key.to_owned(),
        sent_at: None,
        sender: Sender {
            id: session.to_owned(),
            ..Sender::default()
        },
        content,
        message: None,
        network: None,
    }
}

struct WebChat {
    account: String,
}

fn build(account: &str, settings: toml::Table) -> Built {
    let problems: Vec<String> = settings
        .into_iter()
        .map(|(key, _)| format!("{key}: unknown key; web chat has no settings"))
        .collect();
    if problems.is_empty() {
        Ok(Arc::new(WebChat {
            account: account.to_owned(),
        }))
    } else {
        Err(SettingsError { problems })
    }
}

#[async_trait]
impl Channel for WebChat {
    fn name(&self) -> &'static str {
        NAME
    }

    fn account(&self) -> &str {
        &self.account
    }

    fn receive(&self, _: &HeaderMap, _: &str, _: &[u8]) -> Result<Vec<Inbound>, ReceiveError> {
        // Nothing outside can prove to be a visitor here.
        Err(ReceiveError::Unauthorized)
    }

    async fn send(&self, _: &Address, _: &Outbound) -> Result<Receipt, SendError> {
        Ok(Receipt::default())
    }

    async fn start(&self) -> Result<(), StartError> {
        Ok(())
    }

    fn poller(&self) -> Option<Box<dyn Poller>> {
        None
    }

    fn limits(&self) -> Limits {
        LIMITS
    }

    fn redactions(&self) -> Vec<String> {
        Vec::new()
    }

    async fn fetch(&self, _: &str) -> Result<Bytes, FetchError> {
        // Uploads of the pages are in our own store.
        Err(FetchError::Gone)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::cases;

    #[tokio::test]
    async fn delivery_is_the_store_so_sending_always_succeeds() {
        let chat = build(ACCOUNT, toml::Table::new()).unwrap();
        for case in cases::outbound() {
            let sent = chat.send(&address("s1"), &case.message).await;
            assert!(sent.is_ok(), "{}", case.name);
        }
    }

    #[test]
    fn a_webhook_cannot_pretend_to_be_a_visitor() {
        let chat = build(ACCOUNT, toml::Table::new()).unwrap();
        for (_, body) in cases::hostile_bodies() {
            let got = chat.receive(&HeaderMap::new(), "", &body);
            assert_eq!(got, Err(ReceiveError::Unauthorized));
        }
    }

    #[test]
    fn a_visitor_is_addressed_by_the_session() {
        let got = inbound("s1", "form:9", Content::Text("你好".into()));
        assert_eq!(got.address.to_string(), "webchat/main/s1");
        assert_eq!((got.key.as_str(), got.sender.id.as_str()), ("form:9", "s1"));
    }
}
