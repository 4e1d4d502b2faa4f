//! Doors: one-time codes and links, and the sessions they open.
//!
//! A secret is shown once and only its keyed hash is stored; using it up is
//! guarded by the row count, so that two browsers cannot share one link.

use super::Core;
use crate::audit;
use crate::clock::micros;
use crate::ids::WorkerId;
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
    /// A signed-in browser.
    Session,
}

impl Door {
    fn kind(self) -> &'static str {
        match self {
            Self::Bind => "bind",
            Self::Link => "link",
            Self::Session => "session",
        }
    }

    fn lasts(self) -> TimeDelta {
        match self {
            Self::Bind => TimeDelta::days(1),
            Self::Link => TimeDelta::days(7),
            Self::Session => TimeDelta::hours(12),
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
fn secret(door: Door) -> String {
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

/// Hands out a secret; returns it, it cannot be shown again.
pub async fn hand_out(core: &Core, door: Door, subject: &str) -> Result<String, StoreError> {
    let secret = secret(door);
    let mut changes = Changes::at(micros(core.clock.now()));
    changes.grants.push(grant(core, door, subject, &secret));
    let act = format!("door.hand_out_{}", door.kind());
    let line = audit::line(core.clock.now(), audit::OPERATOR, &act, subject);
    changes.audit.push(line);
    core.db.commit(&changes).await?;
    Ok(secret)
}

fn grant(core: &Core, door: Door, subject: &str, secret: &str) -> GrantRow {
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

/// Exchanges a link for a session: its secret and subject. `None` for a link
/// that is used up, too old or was never given out.
pub async fn enter(core: &Core, link: &str) -> Result<Option<(String, String)>, StoreError> {
    let tag = core.seal.name(Door::Link.kind(), link);
    let now = micros(core.clock.now());
    let Some(found) = grants::valid(&core.db, &tag, now)
        .await?
        .filter(|g| g.kind == Door::Link.kind())
    else {
        return Ok(None);
    };
    let session = secret(Door::Session);
    let mut changes = Changes::at(now);
    changes.grants_used.push(tag);
    changes
        .grants
        .push(grant(core, Door::Session, &found.subject, &session));
    let who = &found.subject;
    let line = audit::line(core.clock.now(), who, "door.enter", who);
    changes.audit.push(line);
    match core.db.commit(&changes).await {
        Ok(_) => Ok(Some((session, found.subject))),
        // Somebody else was faster: the link is used up.
        Err(StoreError::Conflict) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whose session a secret is.
pub async fn whose(core: &Core, session: &str) -> Result<Option<String>, StoreError> {
    let tag = core.seal.name(Door::Session.kind(), session);
    let found = grants::valid(&core.db, &tag, micros(core.clock.now())).await?;
    Ok(found
        .filter(|g| g.kind == Door::Session.kind())
        .map(|g| g.subject))
}

/// Ends a session. An unknown one has ended already.
pub async fn leave(core: &Core, session: &str) -> Result<(), StoreError> {
    let mut changes = Changes::at(micros(core.clock.now()));
    changes
        .grants_used
        .push(core.seal.name(Door::Session.kind(), session));
    match core.db.commit(&changes).await {
        Ok(_) | Err(StoreError::Conflict) => Ok(()),
        Err(error) => Err(error),
    }
}
