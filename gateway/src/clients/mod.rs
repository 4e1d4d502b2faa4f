//! Programs that use the JSON interface: their tokens and what they may do.
//!
//! A program is bound to a worker or to an administrator and has no right that
//! its subject lacks (`crate::rights`); its scopes narrow that further. A token
//! is shown once; only a keyed hash of its secret is kept. How calls look is
//! `web::api`; answers kept for repeated writes are in [`writes`].

pub mod writes;

use crate::app::Core;
use crate::audit;
use crate::clock::{micros, moment};
use crate::ids::OutboxId;
use crate::store::clients::{ClientRow, RevokedRow, StoredClient, all, by_id};
use crate::store::{Changes, StoreError};
use chrono::TimeDelta;
use rand::RngCore;

/// What tokens begin with, so that a leaked one is recognised.
const MARK: &str = "linli";

macro_rules! scopes {
    ($($(#[doc = $about:literal])* $scope:ident $code:literal;)*) => {
        /// A part of the interface a program was given.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Scope {
            $($(#[doc = $about])* $scope,)*
        }

        impl Scope {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$scope,)*];

            /// Its stable name.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$scope => $code,)* }
            }

            /// What it is for.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$scope => concat!($($about),*),)* }
            }
        }
    };
}

scopes! {
    /// Lists requests and reads them, masked as for the worker.
    Read "requests:read";
    /// Acts on requests.
    Act "requests:act";
    /// Reads services, units and workers.
    Directory "directory:read";
    /// Reads the roster.
    Roster "roster:read";
    /// Reads the supervisors' board.
    Board "board:read";
    /// Speaks for residents in chats of its own.
    Chat "chat:write";
    /// Sees and handles parked messages.
    Parked "parked:write";
    /// Registers addresses that are told what happens to requests.
    Webhooks "webhooks:write";
}

impl Scope {
    /// The scope with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|s| s.code() == code)
    }
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Id; stands in the token.
    pub id: String,
    /// Name, as given.
    pub name: String,
    /// "worker:<id>" or "admin".
    pub subject: String,
    /// What it was given.
    pub scopes: Vec<Scope>,
}

/// A program in the list of all.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The program.
    pub client: Client,
    /// The end of its token.
    pub expires: crate::clock::Moment,
    /// Whether its token still counts.
    pub valid: bool,
}

/// Why a program was not added or ended.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Names are 2 to 64 letters, digits, dots, hyphens or underscores.
    #[error("a name has 2 to 64 letters, digits, dots, hyphens or underscores")]
    Name,
    /// The name is in use.
    #[error("there is a client of this name; revoke it first")]
    Taken,
    /// There is none of this name, or its token ended before.
    #[error("there is no client of this name whose token is valid")]
    Unknown,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a program is made from.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// A name for people.
    pub name: &'a str,
    /// "worker:<id>" or "admin".
    pub subject: &'a str,
    /// What it may do.
    pub scopes: &'a [Scope],
    /// How long its token counts.
    pub lasts: TimeDelta,
}

/// Adds a program; returns its token, which cannot be shown again.
pub async fn add(core: &Core, new: New<'_>) -> Result<String, Refused> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if !(2..=64).contains(&new.name.chars().count()) || !new.name.chars().all(plain) {
        return Err(Refused::Name);
    }
    let now = core.clock.now();
    let id = OutboxId::new(now).0;
    let mut secret = [0_u8; 32];
    rand::rng().fill_bytes(&mut secret);
    let secret = hex::encode(secret);
    let scopes: Vec<&str> = new.scopes.iter().map(|s| s.code()).collect();
    let mut changes = Changes::at(micros(now));
    changes.programs.added.push(ClientRow {
        tag: core.seal.name("client", &secret),
        id: id.clone(),
        name: new.name.to_owned(),
        subject: new.subject.to_owned(),
        scopes: scopes.join(" "),
        at: micros(now),
        expires: micros(now + new.lasts),
    });
    let detail = serde_json::json!({ "subject": new.subject, "scopes": scopes });
    let about = format!("client:{id}");
    let line = audit::detailed(now, audit::OPERATOR, "client.add", &about, &detail);
    changes.audit.push(line);
    match core.db.commit(&changes).await {
        Err(StoreError::Conflict) => Err(Refused::Taken),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(format!("{MARK}_{id}_{secret}")),
    }
}

/// Ends the token of a program at once.
pub async fn revoke(core: &Core, name: &str) -> Result<(), Refused> {
    let now = core.clock.now();
    let found = list(core).await?;
    let named = found.into_iter().find(|l| l.client.name == name && l.valid);
    let id = named.ok_or(Refused::Unknown)?.client.id;
    let mut changes = Changes::at(micros(now));
    let about = format!("client:{id}");
    let line = audit::line(now, audit::OPERATOR, "client.revoke", &about);
    changes.audit.push(line);
    changes.programs.revoked.push(RevokedRow {
        id,
        at: micros(now),
    });
    match core.db.commit(&changes).await {
        Err(StoreError::Conflict) => Err(Refused::Unknown),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(()),
    }
}

/// All programs by name.
pub async fn list(core: &Core) -> Result<Vec<Listed>, StoreError> {
    let now = micros(core.clock.now());
    let listed = |stored: StoredClient| Listed {
        expires: moment(stored.expires_at),
        valid: is_valid(&stored, now),
        client: client(stored),
    };
    Ok(all(&core.db).await?.into_iter().map(listed).collect())
}

/// The program a token belongs to, if it still counts.
pub async fn known(core: &Core, token: &str) -> Result<Option<Client>, StoreError> {
    let Some((id, secret)) = parts(token) else {
        return Ok(None);
    };
    let found = by_id(&core.db, id).await?;
    // A guessed id takes the same work as a guessed secret.
    let given = core.seal.name("client", secret);
    let nobody = "0".repeat(given.len());
    let tag = found.as_ref().map_or(&nobody, |stored| &stored.token_tag);
    let same = bots::webhook::same_secret(given.as_bytes(), tag.as_bytes());
    let now = micros(core.clock.now());
    let good = found.filter(|stored| same && is_valid(stored, now));
    Ok(good.map(client))
}

fn is_valid(stored: &StoredClient, now: i64) -> bool {
    stored.revoked_at.is_none() && stored.expires_at > now
}

fn client(stored: StoredClient) -> Client {
    Client {
        id: stored.id,
        name: stored.name,
        subject: stored.subject,
        scopes: stored
            .scopes
            .split(' ')
            .filter_map(Scope::from_code)
            .collect(),
    }
}

/// Id and secret of a token of the right form.
fn parts(token: &str) -> Option<(&str, &str)> {
    let (id, secret) = token
        .strip_prefix(MARK)?
        .strip_prefix('_')?
        .split_once('_')?;
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    (id.len() == 32 && secret.len() == 64 && hex(id) && hex(secret)).then_some((id, secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tokens_of_the_right_form_are_looked_up() {
        let (id, secret) = ("a".repeat(32), "b".repeat(64));
        let good = format!("linli_{id}_{secret}");
        assert_eq!(parts(&good), Some((id.as_str(), secret.as_str())));
        for bad in [
            "",
            "linli",
            "linli__",
            &good[1..],
            &good[..90],
            &format!("{good}0"),
        ] {
            assert_eq!(parts(bad), None, "{bad}");
        }
    }

    #[test]
    fn names_of_scopes_are_unique_and_found() {
        for scope in Scope::ALL {
            assert_eq!(Scope::from_code(scope.code()), Some(*scope));
        }
    }
}
