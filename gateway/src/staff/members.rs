//! Whom accounts belong to, and what an administrator does with somebody's: part
//! it from the single sign-on, take a lost device away.
//!
//! Both end every session of the account and are on record with who did it.
//! Whether somebody may is `crate::rights`' business; making an account is `enrol`'s.

use super::account::{self, Account, Body};
use super::enrol::void_links;
use super::sessions::{self, Way};
use super::sign_in::record;
use crate::app::Core;
use crate::app::door::{self, Door};
use crate::clock::micros;
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
        // One that cannot be read is listed all the same, so that it can be ended.
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
    let Some(account) = account::by_id(core, id).await? else {
        return Ok(false);
    };
    let mut changes = Changes::at(micros(core.clock.now()));
    changes.staff_unbound.push(account.id.clone());
    ends(core, &account, &mut changes);
    let whose = format!("staff:{}", account.id);
    let line = record(core, actor, "staff.unbound", &whose, Way::Oidc);
    changes.audit.push(line);
    match core.db.commit(&changes).await {
        Ok(_) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes the device and the recovery codes of an account away: nobody signs in
/// with its password until a new device is set up by the one-time link whose
/// secret comes back. `None` if there is no such account.
pub async fn reset(core: &Core, id: &str, actor: &str) -> Result<Option<String>, StoreError> {
    let Some(mut account) = account::by_id(core, id).await? else {
        return Ok(None);
    };
    let mut changes = Changes::at(micros(core.clock.now()));
    account.body.secret = None;
    account.body.recovery.clear();
    account.write(core, &mut changes);
    ends(core, &account, &mut changes);
    let whose = void_links(core, &account.id, &mut changes);
    let line = record(core, actor, "staff.reset", &whose, Way::Link);
    changes.audit.push(line);
    core.db.commit(&changes).await?;
    door::hand_out(core, Door::SetUp, &whose).await.map(Some)
}

fn ends(core: &Core, account: &Account, changes: &mut Changes) {
    sessions::end_all(core, &account.subject, &account.id, changes);
}
