//! Whom accounts belong to, and what an administrator does with somebody's: part
//! it from the single sign-on, take a lost device away.
//!
//! Both end every session of the account and are on record with who did it. Also
//! the sign-in link of a worker who has none.
//! Whether somebody may is `crate::rights`' business; making an account is `enrol`'s.

use super::account::{self, Account, Body};
use super::enrol::void_links;
use super::sessions::{self, Way};
use super::sign_in::record;
use crate::app::Core;
use crate::app::door::{self, Door};
use crate::audit;
use crate::clock::micros;
use crate::store::staff::VoidRow;
use crate::store::{Changes, StoreError, staff};

/// Accounts listed at most.
const MOST: i64 = 2000;

/// An account in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: String,
    /// The name to sign in with.
    pub name: String,
    /// "worker:<id>" or "admin".
    pub subject: String,
    /// A device shows its codes.
    pub device: bool,
    /// Its owner comes in by the single sign-on.
    pub outside: bool,
}

/// All accounts, those made first first.
pub async fn list(core: &Core) -> Result<Vec<Member>, StoreError> {
    let stored = staff::members(&core.db, MOST).await?;
    let member = |row: staff::StoredMember| {
        // One that cannot be read is listed all the same, so that it can be parted.
        let body: Body = core.seal.open_json(&row.body_sealed).unwrap_or_default();
        Member {
            id: row.id,
            name: body.name,
            subject: row.subject,
            device: body.secret.is_some(),
            outside: row.bound_at.is_some(),
        }
    };
    Ok(stored.into_iter().map(member).collect())
}

/// The account of a sign-in name.
pub async fn named(core: &Core, name: &str) -> Result<Option<String>, StoreError> {
    let found = account::by_name(core, name).await?;
    Ok(found.map(|account| account.id))
}

/// Parts an account from whoever it belonged to at the single sign-on. `false` if
/// there is no such account, or it belonged to nobody there. `actor`: who does it.
pub async fn unbind(core: &Core, id: &str, actor: &str) -> Result<bool, StoreError> {
    // Not opened: one that cannot be read is parted all the same.
    let Some(account) = staff::by_id(&core.db, id).await? else {
        return Ok(false);
    };
    let mut changes = Changes::at(micros(core.clock.now()));
    changes.staff_unbound.push(account.id.clone());
    ends(core, &account.subject, &account.id, &mut changes);
    let whose = format!("staff:{}", account.id);
    let line = record(core, actor, "staff.unbound", &whose, Way::Oidc);
    changes.audit.push(line);
    match core.db.commit(&changes).await {
        Ok(_) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(error),
    }
}

/// A one-time sign-in link's secret for a worker ("worker:<id>"). `None` for one
/// who has an account: nobody else comes in past its password and its device.
pub async fn link(core: &Core, worker: &str, actor: &str) -> Result<Option<String>, StoreError> {
    if staff::has_account(&core.db, worker).await? {
        return Ok(None);
    }
    let secret = door::hand_out(core, Door::Link, worker, actor).await?;
    Ok(Some(secret))
}

/// Takes the device and the recovery codes of an account away, and the worker's
/// bound chats, which are on the same telephone: nobody signs in with its password
/// until a new device is set up by the one-time link whose secret comes back.
/// `None` if there is no such account, or it is an administrator's and the actor
/// not who runs the server: two persons must stay two.
pub async fn reset(core: &Core, id: &str, actor: &str) -> Result<Option<String>, StoreError> {
    let found = account::by_id(core, id).await?;
    let allowed = |a: &Account| a.subject != door::ADMIN || actor == audit::OPERATOR;
    let Some(mut account) = found.filter(allowed) else {
        return Ok(None);
    };
    let mut changes = Changes::at(micros(core.clock.now()));
    account.body.secret = None;
    account.body.recovery.clear();
    account.write(core, &mut changes);
    ends(core, &account.subject, &account.id, &mut changes);
    if let Some(worker) = account.subject.strip_prefix("worker:") {
        let world = core.world();
        let chats = world.chats_of(&worker.into()).iter();
        changes.chats_ended.extend(chats.map(ToString::to_string));
    }
    let whose = void_links(core, &account.id, &mut changes);
    let line = record(core, actor, "staff.reset", &whose, Way::Link);
    changes.audit.push(line);
    core.db.commit(&changes).await?;
    let secret = door::hand_out(core, Door::SetUp, &whose, actor).await?;
    Ok(Some(secret))
}

/// Ends every way in: sessions of the account, and for a worker those begun by a
/// link, and the links and codes that nobody used yet.
fn ends(core: &Core, subject: &str, account: &str, changes: &mut Changes) {
    sessions::end_all(core, subject, account, changes);
    if subject == door::ADMIN {
        return;
    }
    sessions::end_all(core, subject, "", changes);
    changes
        .grants_void
        .extend([Door::Link, Door::Bind].map(|door| VoidRow {
            kind: door.kind().into(),
            subject: subject.to_owned(),
            at: micros(core.clock.now()),
        }));
}
