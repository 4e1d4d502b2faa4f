//! A city's single sign-on: OpenID Connect, authorization code with PKCE.
//!
//! The provider says who somebody is; whether they may come in is decided by an
//! account that was bound to them before ([`bind`]). What a browser was sent off
//! with (state, nonce, verifier) is kept sealed in its cookie, so that an answer
//! meant for another browser is refused, and is used up in the store, so that
//! the same answer counts once. What the provider says is checked in `provider`.

mod provider;

use super::account::{self, Account};
use super::sessions::{self, Known, Way};
use super::sign_in::{enters, record, still_works_here};
use super::{From, Settings, attempts};
use crate::app::Core;
use crate::clock::{Moment, micros, moment};
use crate::config;
use crate::store::rows::GrantRow;
use crate::store::staff::{OutsideRow, has_outside};
use crate::store::{Changes, StoreError};
use chrono::TimeDelta;
use provider::{Brought, Person, Provider, SKEW};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// How long somebody may be away signing in.
const AWAY: TimeDelta = TimeDelta::minutes(10);
/// Answers looked at in a quarter of an hour: from one network, from all.
const TRIES: (i64, i64) = (50, 2000);

/// The single sign-on of the configuration.
pub struct Oidc {
    provider: Provider,
    settings: config::Oidc,
}

/// Why nobody came in; each has a sentence of its own on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The provider does not answer, or with nonsense.
    Away,
    /// They did not sign in there.
    Cancelled,
    /// What the provider answered is not for this sign-in, or not from it.
    Invalid,
    /// The answer was used before, came too late, or to another browser.
    Over,
    /// No account is bound to them, or its owner does not work here any more.
    Unknown,
    /// For a proof: somebody else signed in there, or nobody did just now.
    Stale,
    /// Too many tries: how long to wait.
    Later(TimeDelta),
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    /// The text is for the log; it holds nothing that was sent or received.
    #[error("{0:?}: {1}")]
    No(Refused, String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody on the way to the provider.
pub struct Begun {
    /// Where to go.
    pub url: String,
    /// For the cookie.
    pub kept: String,
}

/// Somebody who is signed in and proves again to be there.
#[derive(Clone, Copy, Debug)]
pub struct Again<'a> {
    pub known: &'a Known,
    /// The page to go on with.
    pub to: &'a str,
}

/// What a browser came back with.
#[derive(Clone, Copy, Debug)]
pub struct Back<'a> {
    /// The cookie.
    pub kept: &'a str,
    pub state: &'a str,
    pub code: &'a str,
    /// Whether the provider names an error instead.
    pub failed: bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// The secret for the cookie, and whose session it opens.
    In { secret: String, subject: String },
    /// Proved to be there; the page to go on with.
    Proved(String),
    /// Not. For a proof, the page they wanted to go on with.
    Not(Refused, Option<String>),
}

#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    state: String,
    nonce: String,
    verifier: String,
    at: i64,
    /// For a proof: what is stored of the session, and the page to go on with.
    again: Option<(String, String)>,
}

impl Oidc {
    /// The provider of the configuration, if one is named.
    pub fn new(settings: &config::Oidc, public_url: &str) -> Option<Self> {
        (!settings.issuer.is_empty()).then(|| Self {
            provider: Provider::new(settings, public_url),
            settings: settings.clone(),
        })
    }

    /// Sends somebody off.
    pub async fn begin(&self, core: &Core, again: Option<Again<'_>>) -> Result<Begun, Refused> {
        let now = core.clock.now();
        let sent = match self.provider.send(now, again.is_some()).await {
            Ok(sent) => sent,
            Err(failure) => {
                tracing::warn!(%failure, "nobody can be sent to the single sign-on");
                return Err(Refused::Away);
            }
        };
        let kept = Kept {
            state: sent.state,
            nonce: sent.nonce,
            verifier: sent.verifier,
            at: micros(now),
            again: again.map(|a| (a.known.tag.clone(), a.to.to_owned())),
        };
        Ok(Begun {
            url: sent.url,
            kept: core.seal.seal_json(&kept),
        })
    }

    /// Takes somebody back in.
    pub async fn back(
        &self,
        core: &Core,
        settings: Settings,
        back: Back<'_>,
        from: From<'_>,
    ) -> Result<Came, StoreError> {
        let Ok(kept) = core.seal.open_json::<Kept>(back.kept) else {
            return Ok(Came::Not(Refused::Over, None));
        };
        let came = match self.look(core, &kept, back, from).await {
            Ok((person, turn)) => {
                let came = match &kept.again {
                    None => self.admit(core, settings, &person, from).await,
                    Some((tag, to)) => {
                        let again = (tag.clone(), to.as_str());
                        self.prove(core, settings, &person, again, kept.at).await
                    }
                };
                if came.is_ok() {
                    turn.undo(core).await?;
                }
                came
            }
            Err(failure) => Err(failure),
        };
        match came {
            Ok(came) => Ok(came),
            Err(Failure::Store(error)) => Err(error),
            Err(Failure::No(why, cause)) => {
                tracing::warn!(?why, cause, "the single sign-on let nobody in");
                if matches!(why, Refused::Invalid | Refused::Unknown | Refused::Stale) {
                    failed(core).await?;
                }
                Ok(Came::Not(why, kept.again.map(|(_, to)| to)))
            }
        }
    }

    /// Whom the provider vouches for, if everything about the answer is right.
    async fn look(
        &self,
        core: &Core,
        kept: &Kept,
        back: Back<'_>,
        from: From<'_>,
    ) -> Result<(Person, attempts::Turn), Failure> {
        let now = core.clock.now();
        let over = |why: &str| Err(Failure::No(Refused::Over, why.to_owned()));
        if !bool::from(kept.state.as_bytes().ct_eq(back.state.as_bytes())) {
            return over("the state is another browser's");
        }
        if moment(kept.at) + AWAY < now {
            return over("it took too long");
        }
        if back.failed || back.code.is_empty() {
            return Err(Failure::No(Refused::Cancelled, "no code".to_owned()));
        }
        let turn = attempts::take_nameless(core, "oidc", from.address, TRIES).await?;
        let turn = turn.map_err(|wait| Failure::No(Refused::Later(wait), "tries".to_owned()))?;
        if !spend(core, &kept.state).await? {
            return over("the answer was used before");
        }
        let brought = Brought {
            code: back.code,
            nonce: &kept.nonce,
            verifier: &kept.verifier,
        };
        Ok((self.provider.person(brought, now).await?, turn))
    }

    /// The account bound to a person.
    async fn account(&self, core: &Core, person: &Person) -> Result<Account, Failure> {
        let unknown = |why: &str| Failure::No(Refused::Unknown, why.to_owned());
        let who = person.who.as_deref();
        let who = who.ok_or_else(|| unknown("the claim is missing or was not checked"))?;
        let found = account::by_outside(core, &tag(core, &self.settings, who)).await?;
        let found = found.ok_or_else(|| unknown("no account is bound to this person"))?;
        if still_works_here(core, &found.subject) {
            Ok(found)
        } else {
            Err(unknown("the worker was taken off the roster"))
        }
    }

    async fn admit(
        &self,
        core: &Core,
        settings: Settings,
        person: &Person,
        from: From<'_>,
    ) -> Result<Came, Failure> {
        let account = self.account(core, person).await?;
        let now = core.clock.now();
        let mut changes = Changes::at(micros(now));
        let secret = enters(core, settings, &account, Way::Oidc, from, &mut changes);
        // To be waved through by the provider is no proof of being there now.
        let proved = person.proved_at.map_or(0, |at| micros(at.min(now)));
        for session in &mut changes.sessions {
            session.proved = proved;
        }
        core.db.commit(&changes).await?;
        Ok(Came::In {
            secret,
            subject: account.subject,
        })
    }

    /// Takes signing in again, after being sent off, as a proof of being there.
    async fn prove(
        &self,
        core: &Core,
        settings: Settings,
        person: &Person,
        (tag, to): (String, &str),
        since: i64,
    ) -> Result<Came, Failure> {
        let stale = |why: &str| Failure::No(Refused::Stale, why.to_owned());
        let account = self.account(core, person).await?;
        let known = sessions::of_tag(core, settings, tag, true).await?;
        let known = known.ok_or_else(|| stale("the session is over"))?;
        if known.account.as_deref() != Some(account.id.as_str()) {
            return Err(stale("somebody else signed in"));
        }
        if person.proved_at.is_none_or(|at| at + SKEW < moment(since)) {
            return Err(stale("nobody signed in just now"));
        }
        let mut changes = Changes::at(micros(core.clock.now()));
        sessions::prove(core, &known, &mut changes);
        let line = record(core, &known.actor(), "prove", "-", Way::Oidc);
        changes.audit.push(line);
        core.db.commit(&changes).await?;
        Ok(Came::Proved(to.to_owned()))
    }
}

/// What is stored of the provider's name for somebody.
fn tag(core: &Core, settings: &config::Oidc, who: &str) -> String {
    let who = if settings.claim == "email" {
        who.trim().to_lowercase()
    } else {
        who.to_owned()
    };
    let whole = format!("{}\0{}\0{who}", settings.issuer, settings.claim);
    core.seal.name("staff.outside", &whole)
}

/// Uses a state up; `false` the second time.
async fn spend(core: &Core, state: &str) -> Result<bool, StoreError> {
    let now: Moment = core.clock.now();
    let mut changes = Changes::at(micros(now));
    changes.grants.push(GrantRow {
        tag: core.seal.name("oidc", state),
        kind: "oidc".into(),
        subject: "nobody".into(),
        at: micros(now),
        expires: micros(now + AWAY),
    });
    match core.db.commit(&changes).await {
        Ok(_) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn failed(core: &Core) -> Result<(), StoreError> {
    let mut changes = Changes::at(micros(core.clock.now()));
    let line = record(core, "nobody", "sign_in.failed", "staff:unknown", Way::Oidc);
    changes.audit.push(line);
    core.db.commit(&changes).await.map(|_| ())
}

/// Why an account was not bound.
#[derive(Debug, thiserror::Error)]
pub enum NotBound {
    /// The configuration names no provider.
    #[error("no single sign-on is configured: set staff.oidc.issuer first")]
    NoProvider,
    /// There is nobody to bind.
    #[error("what the single sign-on calls the person must not be empty")]
    Nobody,
    /// There is no such account.
    #[error("there is no such account")]
    Unknown,
    /// Somebody has two accounts.
    #[error("another account belongs to this person already")]
    Taken,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Binds an account to what the provider calls its owner; a former one of the
/// same account is void.
pub async fn bind(
    core: &Core,
    settings: &config::Oidc,
    name: &str,
    who: &str,
) -> Result<(), NotBound> {
    if settings.issuer.is_empty() {
        return Err(NotBound::NoProvider);
    }
    if who.trim().is_empty() {
        return Err(NotBound::Nobody);
    }
    let account = account::by_name(core, name).await?;
    let account = account.ok_or(NotBound::Unknown)?;
    let mut changes = Changes::at(micros(core.clock.now()));
    changes.staff_outside.push(OutsideRow {
        account: account.id.clone(),
        tag: tag(core, settings, who.trim()),
        at: micros(core.clock.now()),
    });
    let subject = format!("staff:{}", account.id);
    let line = record(core, "operator", "staff.bound", &subject, Way::Oidc);
    changes.audit.push(line);
    match core.db.commit(&changes).await {
        Ok(_) => Ok(()),
        Err(StoreError::Conflict) => Err(NotBound::Taken),
        Err(error) => Err(error.into()),
    }
}

/// Whether an account can come in by the single sign-on.
pub(super) async fn is_bound(core: &Core, account: &str) -> Result<bool, StoreError> {
    has_outside(&core.db, account).await
}
