//! Doors: one-time codes and links. The sessions they open are `staff`'s.
//!
//! A secret is shown once and only its keyed hash is stored; using it up is
//! guarded by the row count, so that two browsers cannot share one link.

use super::Core;
use crate::audit;
use crate::clock::micros;
use crate::ids::WorkerId;
use crate::staff::sessions::{self, Way};
use crate::staff::{From, Settings, sign_in};
use crate::store::rows::GrantRow;
use crate::store::{Changes, StoreError, grants};
use chrono::TimeDelta;
use rand::RngCore;

/// What a door leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Binds a messenger chat to a worker.
    Bind,
    /// Signs a browser in, once.
    Link,
    /// Sets a staff account up, once.
    SetUp,
    /// Gives a resident what is kept of them, once.
    Copy,
}

impl Door {
    /// The stored name.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Bind => "bind",
            Self::Link => "link",
            Self::SetUp => "set-up",
            Self::Copy => "copy",
        }
    }

    fn lasts(self) -> TimeDelta {
        match self {
            Self::Bind => TimeDelta::days(1),
            Self::Link => TimeDelta::days(7),
            Self::SetUp => TimeDelta::days(3),
            Self::Copy => crate::copying::FRESH,
        }
    }
}

/// The subject of an administrator's doors.
pub const ADMIN: &str = "admin";

/// The subject of a worker's doors.
pub fn worker(id: &WorkerId) -> String {
    format!("worker:{id}")
}

/// A secret: letters to type for a bind code, else 256 bits.
pub(crate) fn secret(door: Door) -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    if door == Door::Bind {
        // 12 of 32 symbols, 60 bits, none of them mistaken for another.
        let symbols = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
        return bytes[..12]
            .iter()
            .map(|b| char::from(symbols[usize::from(*b) % 32]))
            .collect();
    }
    hex::encode(bytes)
}

/// Hands out a secret; returns it, it cannot be shown again. `actor`: who does it,
/// as the log names them.
pub async fn hand_out(
    core: &Core,
    door: Door,
    subject: &str,
    actor: &str,
) -> Result<String, StoreError> {
    let secret = secret(door);
    let mut changes = Changes::at(micros(core.clock.now()));
    changes.grants.push(grant(core, door, subject, &secret));
    let act = format!("door.hand_out_{}", door.kind());
    let line = audit::line(core.clock.now(), actor, &act, subject);
    changes.audit.push(line);
    core.db.commit(&changes).await?;
    Ok(secret)
}

/// The row that makes a secret good.
pub(crate) fn grant(core: &Core, door: Door, subject: &str, secret: &str) -> GrantRow {
    let now = core.clock.now();
    GrantRow {
        tag: core.seal.name(door.kind(), secret),
        kind: door.kind().into(),
        subject: subject.into(),
        at: micros(now),
        // People sit in front of the screen in real time, however fast a demo runs.
        expires: micros(now + core.clock.ahead(door.lasts())),
    }
}

/// What is stored of a secret.
pub(crate) fn tag(core: &Core, door: Door, secret: &str) -> String {
    core.seal.name(door.kind(), secret)
}

/// Whose door a secret opens, without using it up.
pub(crate) async fn behind(
    core: &Core,
    door: Door,
    secret: &str,
) -> Result<Option<String>, StoreError> {
    let now = micros(core.clock.now());
    let found = grants::valid(&core.db, &tag(core, door, secret), now).await?;
    let found = found.filter(|grant| grant.kind == door.kind());
    Ok(found.map(|grant| grant.subject))
}

/// Exchanges a link for a session: its secret and subject. `None` for a link
/// that is used up, too old or was never given out.
pub async fn enter(
    core: &Core,
    settings: Settings,
    link: &str,
    from: From<'_>,
) -> Result<Option<(String, String)>, StoreError> {
    let Some(subject) = behind(core, Door::Link, link).await? else {
        return Ok(None);
    };
    let mut changes = Changes::at(micros(core.clock.now()));
    changes.grants_used.push(tag(core, Door::Link, link));
    let way = Way::Link;
    let secret = sessions::begin(core, settings, (&subject, None), way, from, &mut changes);
    let line = sign_in::record(core, &subject, "sign_in", "link", way);
    changes.audit.push(line);
    match core.db.commit(&changes).await {
        Ok(_) => Ok(Some((secret, subject))),
        // Somebody else was faster: the link is used up.
        Err(StoreError::Conflict) => Ok(None),
        Err(error) => Err(error),
    }
}
