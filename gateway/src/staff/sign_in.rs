//! Signing in with name, password and code, all at once.
//!
//! One answer for every failure, and as much work for an unknown name as for a
//! known one: what was wrong is nobody's business. The try is counted before
//! anything is compared.

use super::account::{self, Account};
use super::sessions::{self, Way};
use super::{From, Settings, attempts, password};
use crate::app::Core;
use crate::audit;
use crate::clock::micros;
use crate::ids::WorkerId;
use crate::store::rows::AuditRow;
use crate::store::{Changes, StoreError};
use chrono::TimeDelta;

/// Longest field that is looked at, in bytes.
const LONGEST: usize = 1024;

/// What somebody typed.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    pub name: &'a str,
    pub password: &'a str,
    /// Of the device, or a recovery code.
    pub code: &'a str,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// The secret for the cookie, and whose session it opens.
    In { secret: String, subject: String },
    /// Something was wrong.
    No,
    /// Too many tries: not looked at. How long to wait.
    Later(TimeDelta),
}

/// Signs in, ending the session the browser had before.
pub async fn sign_in(
    core: &Core,
    settings: Settings,
    typed: Typed<'_>,
    from: From<'_>,
) -> Result<SignedIn, StoreError> {
    let fields = [typed.name, typed.password, typed.code];
    if fields.iter().any(|f| f.is_empty() || f.len() > LONGEST) {
        return Ok(SignedIn::No);
    }
    let name = account::folded(typed.name);
    let turn = match attempts::take(core, "sign-in", &name, from.address).await? {
        Ok(turn) => turn,
        Err(wait) => return Ok(SignedIn::Later(wait)),
    };
    let found = account::by_name(core, &name).await?;
    let whose = found.as_ref().map(|a| a.id.clone());
    let mut account = found.unwrap_or_else(Account::nobody);
    let stored = account.body.password.as_deref();
    let verdict = password::verify(typed.password, stored).await;
    let now = core.clock.now();
    // Nobody's password is never right, and no answer waits for what else is wrong.
    let used = account.factor(&core.seal, typed.code, now);
    let here = still_works_here(core, &account.subject);
    let Some(used) = used.filter(|_| verdict.right && here && whose.is_some()) else {
        failed(core, whose.as_deref()).await?;
        return Ok(SignedIn::No);
    };
    let mut changes = Changes::at(micros(now));
    if let Some(upgrade) = verdict.upgrade {
        account.body.password = Some(upgrade);
        account.write(core, &mut changes);
    }
    account.uses(core, &used, &mut changes);
    let secret = enters(core, settings, &account, Way::Password, from, &mut changes);
    match core.db.commit(&changes).await {
        Ok(_) => {}
        // The code was used up by somebody else a moment ago.
        Err(StoreError::Conflict) => return Ok(SignedIn::No),
        Err(error) => return Err(error),
    }
    turn.forgive(core).await?;
    Ok(SignedIn::In {
        secret,
        subject: account.subject,
    })
}

/// Begins a session of an account, on record.
pub(super) fn enters(
    core: &Core,
    settings: Settings,
    account: &Account,
    way: Way,
    from: From<'_>,
    changes: &mut Changes,
) -> String {
    let who = (account.subject.as_str(), Some(account.id.as_str()));
    let secret = sessions::begin(core, settings, who, way, from, changes);
    let subject = format!("staff:{}", account.id);
    let line = record(core, &account.subject, "sign_in", &subject, way);
    changes.audit.push(line);
    secret
}

/// A worker who was taken off the roster has no way in any more.
pub(super) fn still_works_here(core: &Core, subject: &str) -> bool {
    match subject.strip_prefix("worker:") {
        Some(id) => {
            let world = core.world();
            world.worker(&WorkerId::from(id)).is_some_and(|w| w.active)
        }
        None => true,
    }
}

pub(crate) fn record(core: &Core, actor: &str, act: &str, subject: &str, way: Way) -> AuditRow {
    let way = serde_json::json!({ "way": way.code() });
    audit::detailed(core.clock.now(), actor, act, subject, &way)
}

async fn failed(core: &Core, account: Option<&str>) -> Result<(), StoreError> {
    let subject = format!("staff:{}", account.unwrap_or("unknown"));
    let mut changes = Changes::at(micros(core.clock.now()));
    let line = record(core, "nobody", "sign_in.failed", &subject, Way::Password);
    changes.audit.push(line);
    core.db.commit(&changes).await.map(|_| ())
}
