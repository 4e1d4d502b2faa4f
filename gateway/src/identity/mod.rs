//! Who somebody is: what can be proved, how, and for how long it holds.
//!
//! A [`Verifier`] looks at one kind of claim and answers with one of three
//! [`Outcome`]s; "cannot say" is never "no". What was proved is a dated record
//! ([`proof`]), never a flag. Nothing here refuses a request: a missing proof is
//! finished by a worker at the visit.
//!
//! To add a verifier: a file here with its type, and its line in [`VERIFIERS`].

pub mod contact_card;
pub mod document_number;
pub mod face;
pub mod phone_code;
pub mod proof;
mod provider;
pub mod real_name;
pub mod roster;
pub mod rounds;
pub mod worker_vouch;

use crate::app::Core;
use crate::clock::{Moment, micros};
use crate::config::Config;
use crate::store::{StoreError, staff};
use async_trait::async_trait;
use chrono::TimeDelta;
use menus::Assurance;
use std::sync::Arc;

/// What is claimed, in a chat.
#[derive(Clone, Copy)]
pub enum Claim<'a> {
    /// These digits came with a text message.
    Code {
        /// Id of the code.
        id: &'a str,
        phone: &'a str,
        /// Six digits.
        digits: &'a str,
        /// Names the message that holds them.
        message: &'a str,
    },
    /// The messenger says that this card is the sender's own.
    Card { own: bool },
    /// A name and the number of an identity document.
    Papers { name: &'a str, number: &'a str },
    /// The provider has this under way, under an id of its own; `id` is ours.
    Session { id: &'a str, session: &'a str },
    /// A worker saw the person, here.
    Seen { place: &'a str },
}

/// What came of looking at a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Match,
    /// Looked at, and it is not so. How often one may try again, where that is
    /// counted.
    NoMatch {
        left: i64,
    },
    /// Neither yes nor no.
    CannotSay(Doubt),
}

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Too late, too often, or there is nothing to compare with any more.
    Over,
    /// The number cannot be one: mistyped.
    Malformed,
    /// Its form is sound, and that proves nothing.
    OnlyForm,
    /// Nobody is known by it, or several are.
    Unknown,
    /// Whoever knows cannot be asked now.
    Away,
    /// It is not decided yet.
    Early,
    /// It is another verifier's to look at.
    NotMine,
}

/// One way to prove who somebody is.
#[async_trait]
pub trait Verifier: Sync {
    /// As stored.
    fn name(&self) -> &'static str;
    /// What a match reaches.
    fn reaches(&self) -> Assurance;
    /// For how long.
    fn lasts(&self) -> TimeDelta;
    /// Looks at a claim made in the chat of `address`.
    async fn check(
        &self,
        core: &Core,
        address: &str,
        claim: Claim<'_>,
        now: Moment,
    ) -> Result<Outcome, StoreError>;
}

/// Every verifier.
pub static VERIFIERS: &[&dyn Verifier] = &[
    &phone_code::PhoneCode,
    &contact_card::ContactCard,
    &document_number::DocumentNumber,
    &roster::Roster,
    &real_name::RealName,
    &face::Face,
    &worker_vouch::WorkerVouch,
];

/// The verifier of this name.
pub fn verifier(name: &str) -> Option<&'static dyn Verifier> {
    VERIFIERS.iter().find(|v| v.name() == name).copied()
}

/// What can be proved here.
#[derive(Clone, Default)]
pub struct Settings {
    /// Text messages can be sent.
    pub codes: bool,
    /// One-time codes in an hour, all together: what they may cost.
    pub codes_per_hour: i64,
    /// Who knows which name belongs to which number, if anybody is asked.
    pub real_name: Option<Arc<real_name::Provider>>,
    /// Where people reach our pages.
    pub base_url: String,
    /// Who compares faces, if anybody does.
    pub face: Option<Arc<face::Provider>>,
}

impl Settings {
    /// What the configuration sets up.
    pub fn of(config: &Config) -> Self {
        Self {
            codes: !config.sms.provider.is_empty(),
            codes_per_hour: i64::from(config.sms.per_hour),
            real_name: real_name::Provider::new(&config.real_name).map(Arc::new),
            base_url: config.base_url(config.listen),
            face: face::Provider::new(&config.face, &config.public_url).map(Arc::new),
        }
    }

    /// Whether any provider is to be asked.
    pub fn asks_providers(&self) -> bool {
        self.real_name.is_some() || self.face.is_some()
    }
}

/// Counts one more of something that costs or annoys, under each of these names,
/// in the window of each; whether there was enough of it under one of them. Only
/// keyed hashes of the names are kept.
pub(crate) async fn spent(
    core: &Core,
    caps: &[(String, TimeDelta, i64)],
    now: Moment,
) -> Result<bool, StoreError> {
    for (what, window, most) in caps {
        let tag = core.seal.name("attempt", what);
        let since = micros(now - *window);
        if !staff::try_once(&core.db, &tag, micros(now), since, *most).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The level as it is stored.
pub fn number(level: Assurance) -> i64 {
    match level {
        Assurance::L0 => 0,
        Assurance::L1 => 1,
        Assurance::L2 => 2,
        Assurance::L3 => 3,
    }
}

/// The level of a stored number; out of range, the nearest.
pub fn level(number: i64) -> Assurance {
    match number {
        i64::MIN..=0 => Assurance::L0,
        1 => Assurance::L1,
        2 => Assurance::L2,
        _ => Assurance::L3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verifiers_have_names_of_their_own_and_levels_survive_the_store() {
        for (at, one) in VERIFIERS.iter().enumerate() {
            let same = VERIFIERS.iter().position(|v| v.name() == one.name());
            assert_eq!(same, Some(at), "{} stands twice", one.name());
            assert!(one.lasts() > TimeDelta::zero());
            assert_eq!(level(number(one.reaches())), one.reaches());
        }
        assert_eq!(level(-5), Assurance::L0);
        assert_eq!(level(99), Assurance::L3);
    }
}
