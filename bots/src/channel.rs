//! The one interface every messenger is behind, and the table of them.
//!
//! A channel verifies, translates and delivers. It does not store, queue, count
//! or retry. `CHANNELS` is the only list of kinds.

use crate::error::{FetchError, PollError, ReceiveError, SendError, SettingsError, StartError};
use crate::message::{Address, Inbound, Outbound, Receipt};
use crate::{Bytes, HeaderMap, telegram, webchat};
use async_trait::async_trait;
use std::sync::Arc;

/// Every kind of channel there is.
pub static CHANNELS: &[Kind] = &[webchat::KIND, telegram::KIND];

/// One configured account of one kind.
#[async_trait]
pub trait Channel: Send + Sync {
    /// The kind's name, the first part of its addresses.
    fn name(&self) -> &'static str;

    /// The account's name in the configuration.
    fn account(&self) -> &str;

    /// What the provider knows the account by, where it has such a name; no
    /// secret. Two accounts with the same would take each other's messages.
    fn identity(&self) -> Option<String> {
        None
    }

    /// Reads a webhook request: verifies it, then translates it. `query` is the
    /// raw query string without "?". Does no IO. An answer of `Ok` may be empty.
    fn receive(
        &self,
        headers: &HeaderMap,
        query: &str,
        body: &[u8],
    ) -> Result<Vec<Inbound>, ReceiveError>;

    /// Delivers one message, trying once.
    async fn send(&self, to: &Address, message: &Outbound) -> Result<Receipt, SendError>;

    /// Checks the account and tells the provider where to post, if configured.
    async fn start(&self) -> Result<(), StartError>;

    /// The way to fetch updates, for an account that is configured to.
    fn poller(&self) -> Option<Box<dyn Poller>>;

    /// What the provider allows; the outbox keeps to it.
    fn limits(&self) -> Limits;

    /// Texts that must never appear in a log.
    fn redactions(&self) -> Vec<String>;

    /// Downloads a file by the id of its [`crate::Attachment`]; bounded size.
    async fn fetch(&self, file: &str) -> Result<Bytes, FetchError>;
}

/// Fetches updates where no webhook can reach us.
#[async_trait]
pub trait Poller: Send {
    /// Waits for the next batch, which may be empty. A batch is confirmed to the
    /// provider by the following call only: store it first. Dropping the
    /// future loses nothing.
    async fn next(&mut self) -> Result<Vec<Inbound>, PollError>;
}

/// What a provider allows and its app can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// UTF-16 units of one message.
    pub text_units: usize,
    /// Buttons of one message; 0 where there are none and choices are numbered.
    pub choices: usize,
    /// Messages a second in one chat, sustained.
    pub chat_per_second: f64,
    /// Messages at once in one chat after a rest.
    pub chat_burst: f64,
    /// Messages a second over all chats that nobody waits for.
    pub bulk_per_second: f64,
    /// The app can give the person's own telephone number with one tap.
    pub contact: bool,
    /// The app can give a map pin.
    pub place: bool,
    /// Messages of ours can be taken back ([`crate::Outbound::unsend`]).
    pub unsend: bool,
}

/// What building a channel gives.
pub type Built = Result<Arc<dyn Channel>, SettingsError>;

/// A kind of channel: how to build one from its part of the configuration.
pub struct Kind {
    pub name: &'static str,
    /// What its accounts allow and can do.
    pub limits: Limits,
    /// Builds the account called `account`. Unknown keys are refused and every
    /// problem is named.
    pub build: fn(account: &str, settings: toml::Table) -> Built,
}

impl Kind {
    /// The kind with this name.
    pub fn named(name: &str) -> Option<&'static Kind> {
        CHANNELS.iter().find(|kind| kind.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_name_and_refuses_unknown_keys() {
        for kind in CHANNELS {
            let same = CHANNELS.iter().filter(|k| k.name == kind.name).count();
            assert_eq!(same, 1, "{}", kind.name);
            assert!(Kind::named(kind.name).is_some());
            let mut settings = toml::Table::new();
            settings.insert("colour".into(), "red".into());
            let error = (kind.build)("main", settings).err().expect("refused");
            assert!(
                error.problems.iter().any(|p| p.contains("colour")),
                "{}: {error}",
                kind.name
            );
        }
        assert!(Kind::named("pigeon").is_none());
    }
}
