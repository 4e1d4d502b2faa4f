//! Setting up an account: a one-time link, then a password and a second factor.
//!
//! The link is spent by the last step and by nothing else, so that looking at
//! it, or closing the page half-way, loses nothing. A link for an account that
//! is set up already sets it up anew and ends all its sessions.

use super::account::{self, Account};
use super::sessions::{self, Way};
use super::sign_in::{enters, record, still_works_here};
use super::{From, Settings, Weak, attempts, factor, password};
use crate::app::Core;
use crate::app::door::{self, Door};
use crate::audit;
use crate::clock::{micros, moment};
use crate::ids::OutboxId;
use crate::store::staff::VoidRow;
use crate::store::{Changes, StoreError};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How long a shown secret can be taken on.
const OFFERED: TimeDelta = TimeDelta::hours(1);

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum NotInvited {
    /// Names are 3 to 64 letters, digits, dots, hyphens or underscores.
    #[error("a sign-in name has 3 to 64 letters, digits, dots, hyphens or underscores")]
    Name,
    /// The name is another person's.
    #[error("this sign-in name belongs to somebody else")]
    Taken,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes an account, or takes the one there is, and gives the secret of a link
/// with which its owner sets it up. Earlier links of the account are void.
pub async fn invite(core: &Core, name: &str, subject: &str) -> Result<String, NotInvited> {
    let name = name.trim();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if !(3..=64).contains(&name.chars().count()) || !name.chars().all(plain) {
        return Err(NotInvited::Name);
    }
    let mut changes = Changes::at(micros(core.clock.now()));
    let account = match account::by_name(core, name).await? {
        Some(found) if found.subject != subject => return Err(NotInvited::Taken),
        Some(found) => found,
        None => {
            let id = OutboxId::new(core.clock.now()).0;
            let new = Account::new(id, subject.to_owned(), name);
            new.write(core, &mut changes);
            new
        }
    };
    let whose = void_links(core, &account.id, &mut changes);
    let line = record(core, "operator", "staff.invited", &whose, Way::Link);
    changes.audit.push(line);
    core.db.commit(&changes).await?;
    Ok(door::hand_out(core, Door::SetUp, &whose, audit::OPERATOR).await?)
}

/// Voids the links that set an account up; whose they are.
pub(super) fn void_links(core: &Core, account: &str, changes: &mut Changes) -> String {
    let whose = format!("staff:{account}");
    changes.grants_void.push(VoidRow {
        kind: Door::SetUp.kind().into(),
        subject: whose.clone(),
        at: micros(core.clock.now()),
    });
    whose
}

/// What the page of the link shows.
pub struct Offer {
    pub name: String,
    pub shown: factor::Shown,
    /// The secret, sealed; comes back with the last step.
    pub sealed: String,
}

impl Offer {
    /// One that was not asked for.
    #[cfg(any(test, feature = "testing"))]
    pub fn sample(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            shown: factor::shown(b"12345678901234567890", name),
            sealed: "sealed".to_owned(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    account: String,
    secret: String,
    at: i64,
}

/// The account a link sets up, if the link is good.
async fn of_link(core: &Core, link: &str) -> Result<Option<Account>, StoreError> {
    let Some(subject) = door::behind(core, Door::SetUp, link).await? else {
        return Ok(None);
    };
    let Some(id) = subject.strip_prefix("staff:") else {
        return Ok(None);
    };
    let found = account::by_id(core, id).await?;
    Ok(found.filter(|a| still_works_here(core, &a.subject)))
}

/// A second factor to set up; `None` for a link that is not good.
pub async fn offer(core: &Core, link: &str) -> Result<Option<Offer>, StoreError> {
    let Some(account) = of_link(core, link).await? else {
        return Ok(None);
    };
    Ok(Some(shown(core, &account, &factor::secret())))
}

fn shown(core: &Core, account: &Account, secret: &[u8]) -> Offer {
    let sealed = Sealed {
        account: account.id.clone(),
        secret: hex::encode(secret),
        at: micros(core.clock.now()),
    };
    Offer {
        name: account.body.name.clone(),
        shown: factor::shown(secret, &account.body.name),
        sealed: core.seal.seal_json(&sealed),
    }
}

/// What somebody typed on that page.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    pub link: &'a str,
    pub sealed: &'a str,
    pub password: &'a str,
    pub code: &'a str,
}

/// What came of the last step.
pub enum SetUp {
    /// Signed in; the recovery codes are shown this once.
    Done {
        secret: String,
        subject: String,
        recovery: Vec<String>,
    },
    /// The same again, with what was wrong.
    Again(Offer, Wrong),
    /// The link is used, old, or was never given out.
    Spent,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Password(Weak),
    Code,
    /// Too many tries: how long to wait.
    Later(TimeDelta),
}

/// Sets the account up and signs in.
pub async fn complete(
    core: &Core,
    settings: Settings,
    typed: Typed<'_>,
    from: From<'_>,
) -> Result<SetUp, StoreError> {
    let Some(mut account) = of_link(core, typed.link).await? else {
        return Ok(SetUp::Spent);
    };
    let now = core.clock.now();
    let offered = core.seal.open_json::<Sealed>(typed.sealed).ok();
    let offered = offered.filter(|o| o.account == account.id && moment(o.at) + OFFERED > now);
    let Some(secret) = offered.and_then(|o| hex::decode(o.secret).ok()) else {
        let fresh = shown(core, &account, &factor::secret());
        return Ok(SetUp::Again(fresh, Wrong::Code));
    };
    let again = |wrong| SetUp::Again(shown(core, &account, &secret), wrong);
    if let Some(weak) = password::weakness(typed.password, &account.body.name) {
        return Ok(again(Wrong::Password(weak)));
    }
    let turn = match attempts::take(core, "set-up", &account.id, from.address).await? {
        Ok(turn) => turn,
        Err(wait) => return Ok(again(Wrong::Later(wait))),
    };
    let Some(step) = factor::step(&secret, typed.code, now) else {
        return Ok(again(Wrong::Code));
    };
    let (recovery, tags) = factor::recovery(&core.seal);
    account.body.password = Some(password::hash(typed.password).await);
    account.takes(&secret, step);
    account.body.recovery = tags;
    let mut changes = Changes::at(micros(now));
    changes
        .grants_used
        .push(door::tag(core, Door::SetUp, typed.link));
    sessions::end_all(core, &account.subject, &account.id, &mut changes);
    account.write(core, &mut changes);
    let secret = enters(core, settings, &account, Way::Password, from, &mut changes);
    match core.db.commit(&changes).await {
        Ok(_) => {}
        Err(StoreError::Conflict) => return Ok(SetUp::Spent),
        Err(error) => return Err(error),
    }
    turn.forgive(core).await?;
    Ok(SetUp::Done {
        secret,
        subject: account.subject,
        recovery,
    })
}
