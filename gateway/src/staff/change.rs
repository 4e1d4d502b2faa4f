//! Another password for somebody who is signed in and knows the former one.

use super::sessions::Known;
use super::sign_in::record;
use super::{Weak, account, attempts, oidc, password, sessions};
use crate::app::Core;
use crate::clock::micros;
use crate::staff::sessions::Way;
use crate::store::{Changes, StoreError};
use chrono::TimeDelta;

/// With what somebody can show who they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    pub password: bool,
    /// A device that shows codes.
    pub code: bool,
    /// The city's single sign-on, where there is one.
    pub outside: bool,
}

/// What the account of a session has; nothing for a one-time link.
pub async fn ways(core: &Core, known: &Known) -> Result<Ways, StoreError> {
    let Some(id) = &known.account else {
        return Ok(Ways::default());
    };
    let Some(account) = account::by_id(core, id).await? else {
        return Ok(Ways::default());
    };
    Ok(Ways {
        password: account.body.password.is_some(),
        code: account.body.secret.is_some(),
        outside: oidc::is_bound(core, id).await?,
    })
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It counts from now on, and all other sessions are over.
    Yes,
    /// The former one is not right.
    Wrong,
    /// The new one is the former one.
    Same,
    Weak(Weak),
    /// Too many tries: how long to wait.
    Later(TimeDelta),
    /// The account has none.
    NoPassword,
}

/// Replaces the password and ends every other session of the account.
pub async fn change(
    core: &Core,
    known: &Known,
    (old, new): (&str, &str),
    address: &str,
) -> Result<Changed, StoreError> {
    let Some(id) = &known.account else {
        return Ok(Changed::NoPassword);
    };
    let found = account::by_id(core, id).await?;
    let Some(mut account) = found.filter(|a| a.body.password.is_some()) else {
        return Ok(Changed::NoPassword);
    };
    if let Some(weak) = password::weakness(new, &account.body.name) {
        return Ok(Changed::Weak(weak));
    }
    let turn = match attempts::take(core, "password", id, address).await? {
        Ok(turn) => turn,
        Err(wait) => return Ok(Changed::Later(wait)),
    };
    let mut changes = Changes::at(micros(core.clock.now()));
    let stored = account.body.password.as_deref();
    // A longer one was never taken, and would take its time.
    let fits = old.chars().count() <= password::LONGEST;
    if !(fits && password::verify(old, stored).await.right) {
        let line = record(core, &known.actor(), "password.failed", "-", Way::Password);
        changes.audit.push(line);
        core.db.commit(&changes).await?;
        return Ok(Changed::Wrong);
    }
    if old == new {
        turn.undo(core).await?;
        return Ok(Changed::Same);
    }
    account.body.password = Some(password::hash(new).await);
    account.write(core, &mut changes);
    sessions::end_others(core, known, &mut changes);
    let line = record(core, &known.actor(), "password.changed", "-", Way::Password);
    changes.audit.push(line);
    match core.db.commit(&changes).await {
        Ok(_) => {}
        // Somebody changed the account a moment ago.
        Err(StoreError::Conflict) => return Ok(Changed::Wrong),
        Err(error) => return Err(error),
    }
    turn.forgive(core).await?;
    Ok(Changed::Yes)
}
