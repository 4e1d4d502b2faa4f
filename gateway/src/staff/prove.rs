//! Proving again to be there, before export, erasure and unmasking.
//!
//! Counts five minutes. Whoever came by a one-time link has no code: using a
//! fresh link is their proof.

use super::sessions::{self, Known, Way};
use super::sign_in::record;
use super::{account, attempts, factor};
use crate::app::Core;
use crate::clock::micros;
use crate::store::{Changes, StoreError};
use chrono::TimeDelta;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proved {
    Yes,
    No,
    /// The session has no second factor.
    NoFactor,
    /// Too many tries: how long to wait.
    Later(TimeDelta),
}

/// Looks at a code and writes the proof down.
pub async fn prove(
    core: &Core,
    known: &Known,
    code: &str,
    address: &str,
) -> Result<Proved, StoreError> {
    let Some(id) = &known.account else {
        return Ok(Proved::NoFactor);
    };
    let turn = match attempts::take(core, "prove", id, address).await? {
        Ok(turn) => turn,
        Err(wait) => return Ok(Proved::Later(wait)),
    };
    let Some(mut account) = account::by_id(core, id).await? else {
        return Ok(Proved::No);
    };
    if account.body.secret.is_none() {
        return Ok(Proved::NoFactor);
    }
    let now = core.clock.now();
    let mut changes = Changes::at(micros(now));
    let Some(used) = account.factor(&core.seal, code, now) else {
        let line = record(core, &known.actor(), "prove.failed", "-", Way::Password);
        changes.audit.push(line);
        core.db.commit(&changes).await?;
        return Ok(Proved::No);
    };
    account.uses(core, &used, &mut changes);
    sessions::prove(core, known, &mut changes);
    let line = record(core, &known.actor(), "prove", "-", Way::Password);
    changes.audit.push(line);
    match core.db.commit(&changes).await {
        Ok(_) => {}
        Err(StoreError::Conflict) => return Ok(Proved::No),
        Err(error) => return Err(error),
    }
    turn.forgive(core).await?;
    Ok(Proved::Yes)
}

/// Recovery codes anew; those of before are void. `None` without an account.
pub async fn recovery(core: &Core, known: &Known) -> Result<Option<Vec<String>>, StoreError> {
    let Some(id) = &known.account else {
        return Ok(None);
    };
    let Some(mut account) = account::by_id(core, id).await? else {
        return Ok(None);
    };
    let (codes, tags) = factor::recovery(&core.seal);
    account.body.recovery = tags;
    let mut changes = Changes::at(micros(core.clock.now()));
    account.write(core, &mut changes);
    let line = record(core, &known.actor(), "recovery.new", "-", Way::Password);
    changes.audit.push(line);
    core.db.commit(&changes).await?;
    Ok(Some(codes))
}
