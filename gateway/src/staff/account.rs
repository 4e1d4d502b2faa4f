//! An account as it is stored: sealed, found by a keyed hash of its name.

use super::factor;
use crate::app::Core;
use crate::clock::{Moment, micros};
use crate::seal::Seal;
use crate::store::staff::{StaffRow, StepRow, StoredAccount};
use crate::store::{Changes, StoreError, Work, staff, worked};
use serde::{Deserialize, Serialize};

/// What is sealed. Fields may be added with a default.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Body {
    pub(super) name: String,
    /// PHC text; `None` until the person has set one.
    pub(super) password: Option<String>,
    /// Hexadecimal; `None` until the person has set one up.
    pub(super) secret: Option<String>,
    /// Tags of the recovery codes that are left.
    pub(super) recovery: Vec<String>,
}

/// An account that was read.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) subject: String,
    pub(super) body: Body,
    last_step: i64,
    version: i64,
    /// The step a new second factor begins with.
    fresh: Option<i64>,
}

/// What a second factor used up.
pub(super) enum Used {
    Step(i64),
    Recovery(String),
}

/// The name as it is compared: without outer spaces, in small letters.
pub(super) fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

pub(super) fn name_tag(seal: &Seal, name: &str) -> String {
    seal.name("staff.name", &folded(name))
}

pub(super) async fn by_name(core: &Core, name: &str) -> Result<Option<Account>, StoreError> {
    let found = staff::by_name(&core.db, &name_tag(&core.seal, name)).await?;
    found.map(|stored| read(core, stored)).transpose()
}

pub(super) async fn by_id(core: &Core, id: &str) -> Result<Option<Account>, StoreError> {
    let found = staff::by_id(&core.db, id).await?;
    found.map(|stored| read(core, stored)).transpose()
}

/// The account bound to what the single sign-on calls somebody.
pub(super) async fn by_outside(core: &Core, tag: &str) -> Result<Option<Account>, StoreError> {
    let found = staff::by_outside(&core.db, tag).await?;
    found.map(|stored| read(core, stored)).transpose()
}

fn read(core: &Core, stored: StoredAccount) -> Result<Account, StoreError> {
    let body = core.seal.open_json(&stored.body_sealed);
    let body = body.map_err(|e| StoreError::Damaged {
        table: "staff",
        why: e.to_string(),
    })?;
    Ok(Account {
        id: stored.id,
        subject: stored.subject,
        body,
        last_step: stored.last_step,
        version: stored.version,
        fresh: None,
    })
}

impl Account {
    /// Whom an unknown name is compared with, so that it takes the same work.
    pub(super) fn nobody() -> Self {
        let mut nobody = Self::new(String::new(), String::new(), "");
        nobody.body.secret = Some("00".repeat(20));
        nobody
    }

    /// Nobody's yet.
    pub(super) fn new(id: String, subject: String, name: &str) -> Self {
        Self {
            id,
            subject,
            body: Body {
                name: name.trim().to_owned(),
                ..Body::default()
            },
            last_step: 0,
            version: 0,
            fresh: None,
        }
    }

    /// What a code uses up, if it is right and was not used before.
    pub(super) fn factor(&self, seal: &Seal, code: &str, now: Moment) -> Option<Used> {
        worked(Work::Factor);
        let secret = self.body.secret.as_ref().and_then(|s| hex::decode(s).ok());
        let step = secret.and_then(|secret| factor::step(&secret, code, now));
        if let Some(step) = step.filter(|step| *step > self.last_step) {
            return Some(Used::Step(step));
        }
        let tag = factor::tag(seal, code)?;
        self.body
            .recovery
            .contains(&tag)
            .then_some(Used::Recovery(tag))
    }

    /// Takes another second factor, whose code of this step is used up.
    pub(super) fn takes(&mut self, secret: &[u8], step: i64) {
        self.body.secret = Some(hex::encode(secret));
        self.fresh = Some(step);
    }

    /// Writes down that it is used up; the write is refused if somebody else
    /// used it meanwhile.
    pub(super) fn uses(&mut self, core: &Core, used: &Used, changes: &mut Changes) {
        match used {
            Used::Step(step) => changes.staff_steps.push(StepRow {
                id: self.id.clone(),
                step: *step,
            }),
            Used::Recovery(tag) => {
                self.body.recovery.retain(|left| left != tag);
                self.write(core, changes);
            }
        }
    }

    /// Writes the account, guarded by the version that was read.
    pub(super) fn write(&self, core: &Core, changes: &mut Changes) {
        let id = &self.id;
        changes.staff.retain(|row| row.id != *id);
        changes.staff.push(StaffRow {
            id: id.clone(),
            name_tag: name_tag(&core.seal, &self.body.name),
            subject: self.subject.clone(),
            body: core.seal.seal_json(&self.body),
            step: self.fresh,
            before: self.version,
            at: micros(core.clock.now()),
        });
    }
}
