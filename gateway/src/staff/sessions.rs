//! Signed-in browsers: beginning, looking up, proving, ending.
//!
//! A session ends when it was not used for a while, at the latest after a fixed
//! time, or when somebody ends it. The cookie's secret is new at every sign-in
//! and only its keyed hash is stored.

use super::{From, PROOF, Settings};
use crate::app::Core;
use crate::clock::{Clock, Moment, micros, moment};
use crate::ids::OutboxId;
use crate::store::staff::{EndedRow, SeenRow, SessionRow, StoredSession};
use crate::store::{Changes, StoreError, staff};
use chrono::TimeDelta;
use rand::RngCore;

/// A use is written down at most this often.
const SEEN: TimeDelta = TimeDelta::minutes(1);
/// Characters of a browser's own name that are kept.
const DEVICE: usize = 160;

/// How somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Link,
    Password,
    /// The city's single sign-on.
    Oidc,
}

impl Way {
    pub fn code(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Password => "password",
            Self::Oidc => "oidc",
        }
    }
}

/// Whose a session is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// "worker:<id>" or "admin".
    pub subject: String,
    /// The account; `None` for a one-time link.
    pub account: Option<String>,
    /// Names the session in lists.
    pub id: String,
    /// When the person last proved to be there.
    pub proved_at: Moment,
    pub(super) tag: String,
}

impl Known {
    /// One that was not read from anywhere.
    #[cfg(any(test, feature = "testing"))]
    pub fn sample(subject: &str, account: Option<String>, proved_at: Moment) -> Self {
        Self {
            subject: subject.to_owned(),
            account,
            id: "s1".to_owned(),
            proved_at,
            tag: String::new(),
        }
    }

    /// Whether the proof is still good for what needs one.
    pub fn proved(&self, clock: &Clock) -> bool {
        clock.now() - self.proved_at <= clock.ahead(PROOF)
    }

    /// Their name in the audit log.
    pub fn actor(&self) -> String {
        match &self.account {
            Some(account) if self.subject == "admin" => format!("admin:{account}"),
            _ => self.subject.clone(),
        }
    }
}

/// A session in its owner's list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: String,
    /// "link", "password" or "oidc".
    pub way: String,
    pub device: String,
    pub begun_at: Moment,
    pub seen_at: Moment,
    /// The one that asks.
    pub present: bool,
}

/// Begins a session within a change; its secret is for the cookie.
pub(crate) fn begin(
    core: &Core,
    settings: Settings,
    who: (&str, Option<&str>),
    way: Way,
    from: From<'_>,
    changes: &mut Changes,
) -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    let secret = hex::encode(bytes);
    let now = core.clock.now();
    let device: String = from.device.chars().take(DEVICE).collect();
    changes.sessions.push(SessionRow {
        tag: core.seal.name("session", &secret),
        id: OutboxId::new(now).0,
        subject: who.0.to_owned(),
        account: who.1.map(str::to_owned),
        way: way.code().into(),
        at: micros(now),
        expires: micros(now + settings.absolute),
        proved: micros(now),
        device: core.seal.seal(device.as_bytes()),
    });
    secret
}

/// Whose session a secret is. With `used` it counts as use; what a page does by
/// itself is none.
pub async fn known(
    core: &Core,
    settings: Settings,
    secret: &str,
    used: bool,
) -> Result<Option<Known>, StoreError> {
    let tag = core.seal.name("session", secret);
    of_tag(core, settings, tag, used).await
}

/// The same for what is stored of the secret.
pub(super) async fn of_tag(
    core: &Core,
    settings: Settings,
    tag: String,
    used: bool,
) -> Result<Option<Known>, StoreError> {
    let now = core.clock.now();
    let found = staff::session(&core.db, &tag, micros(now)).await?;
    let Some(found) = found.filter(|f| moment(f.seen_at) + settings.idle > now) else {
        return Ok(None);
    };
    if used && now - moment(found.seen_at) > SEEN {
        let mut changes = Changes::at(micros(now));
        changes.sessions_seen.push(SeenRow {
            tag: tag.clone(),
            seen: micros(now),
            proved: 0,
        });
        core.db.commit(&changes).await?;
    }
    Ok(Some(Known {
        subject: found.subject,
        account: found.account,
        id: found.id,
        proved_at: moment(found.proved_at),
        tag,
    }))
}

/// Ends a session by its secret. An unknown one has ended already.
pub async fn leave(core: &Core, settings: Settings, secret: &str) -> Result<(), StoreError> {
    let Some(known) = known(core, settings, secret, false).await? else {
        return Ok(());
    };
    end(core, &known, Some(known.id.clone())).await
}

/// Ends one session of the same person by its id, or all but the present one.
pub async fn end(core: &Core, known: &Known, id: Option<String>) -> Result<(), StoreError> {
    let mut changes = Changes::at(micros(core.clock.now()));
    match id {
        None => end_others(core, known, &mut changes),
        Some(_) => changes.sessions_ended.push(EndedRow {
            subject: known.subject.clone(),
            account: known.account.clone().unwrap_or_default(),
            id,
            keep: None,
            at: micros(core.clock.now()),
        }),
    }
    core.db.commit(&changes).await.map(|_| ())
}

/// Ends every other session of the same person within a change.
pub(super) fn end_others(core: &Core, known: &Known, changes: &mut Changes) {
    let now = micros(core.clock.now());
    changes.sessions_ended.push(EndedRow {
        subject: known.subject.clone(),
        account: known.account.clone().unwrap_or_default(),
        id: None,
        keep: Some(known.tag.clone()),
        at: now,
    });
}

/// Ends every session of an account within a change.
pub(super) fn end_all(core: &Core, subject: &str, account: &str, changes: &mut Changes) {
    changes.sessions_ended.push(EndedRow {
        subject: subject.to_owned(),
        account: account.to_owned(),
        id: None,
        keep: None,
        at: micros(core.clock.now()),
    });
}

/// Writes down that the person proved to be there.
pub(super) fn prove(core: &Core, known: &Known, changes: &mut Changes) {
    let now = micros(core.clock.now());
    changes.sessions_seen.push(SeenRow {
        tag: known.tag.clone(),
        seen: now,
        proved: now,
    });
}

/// The sessions of the same person, the last used first.
pub async fn list(
    core: &Core,
    settings: Settings,
    known: &Known,
) -> Result<Vec<Listed>, StoreError> {
    let now = core.clock.now();
    let account = known.account.as_deref().unwrap_or_default();
    let idle = micros(now - settings.idle);
    let found = staff::sessions(&core.db, &known.subject, account, micros(now), idle).await?;
    let device = |stored: &StoredSession| {
        let plain = core.seal.open(&stored.device_sealed).unwrap_or_default();
        String::from_utf8_lossy(&plain).into_owned()
    };
    Ok(found
        .into_iter()
        .map(|stored| Listed {
            device: device(&stored),
            present: stored.tag == known.tag,
            begun_at: moment(stored.begun_at),
            seen_at: moment(stored.seen_at),
            id: stored.id,
            way: stored.way,
        })
        .collect())
}
