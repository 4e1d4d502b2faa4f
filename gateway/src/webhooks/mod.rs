//! Programs that are told what happens to requests: addresses of theirs that
//! are called with a signed message for each fact.
//!
//! A message holds references, codes and times and nothing personal. It is
//! written with its fact ([`news`]), sent in the order of the request's log
//! until somebody takes it ([`run`]), signed as Standard Webhooks describe
//! (`sign`). Where it may be sent is decided by `guard`. A program hears of what
//! whoever it acts as may see; of restricted requests nobody hears.

mod guard;
mod news;
mod places;
mod run;
mod sign;

pub use news::news;
pub use run::{Caller, LEASE, run};

use crate::app::{Core, door};
use crate::audit;
use crate::clients;
use crate::clock::{Moment, micros, moment};
use crate::ids::OutboxId;
use crate::requests::event::Fact;
use crate::seal::Seal;
use crate::store::webhooks::{NamedRow, StoredWebhook, WebhookRow, all};
use crate::store::{Changes, Db, StoreError};
use rand::RngCore;
use reqwest::Url;
use serde::{Deserialize, Serialize};

/// Kinds of facts that may be told, as they are stored.
pub const KINDS: &[&str] = &[
    "opened",
    "assigned",
    "accepted",
    "declined",
    "contacted",
    "visiting",
    "paused",
    "resumed",
    "extended",
    "transferred",
    "recategorised",
    "raised",
    "fired",
    "decided",
    "delivered",
    "confirmed",
    "disputed",
    "closed",
    "reopened",
    "withdrawn",
];
/// Characters of an address at most.
const LONGEST_URL: usize = 500;
/// Addresses of one program at most.
const MOST: usize = 10;

/// What is kept sealed of an address.
#[derive(Clone, Serialize, Deserialize)]
struct Body {
    url: String,
    /// Hex.
    secret: String,
}

/// An address that is told.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Id; also names the key that signs.
    pub id: String,
    /// Id of its program.
    pub client: String,
    /// The program's name.
    pub name: String,
    /// "worker:<id>" or "admin".
    pub subject: String,
    /// What it is told.
    pub kinds: Vec<String>,
    /// Where.
    pub url: String,
    /// When it was registered.
    pub made: Moment,
    /// Nothing is told from then on.
    pub until: Moment,
    secret: Vec<u8>,
}

impl Endpoint {
    fn read(row: StoredWebhook, seal: &Seal) -> Result<Self, StoreError> {
        let damaged = |_| StoreError::Damaged {
            table: "webhooks",
            why: "its address cannot be read".into(),
        };
        let body: Body = seal.open_json(&row.body_sealed).map_err(damaged)?;
        let ends = row
            .ended_at
            .map_or(row.expires_at, |e| e.min(row.expires_at));
        Ok(Self {
            id: row.id,
            client: row.client,
            name: row.name,
            subject: row.subject,
            kinds: row.kinds.split(' ').map(Into::into).collect(),
            url: body.url,
            made: moment(row.made_at),
            until: moment(ends),
            secret: hex::decode(body.secret).unwrap_or_default(),
        })
    }

    /// Host of the address, which is no secret.
    pub fn host(&self) -> String {
        let url = Url::parse(&self.url).ok();
        let host = url.as_ref().and_then(Url::host_str);
        host.unwrap_or_default().to_owned()
    }
}

/// All addresses, oldest first, those that are over as well. One that cannot be
/// read must not stop the others.
///
/// # Errors
/// Of the store.
pub async fn load(db: &Db, seal: &Seal) -> Result<Vec<Endpoint>, StoreError> {
    let mut endpoints = Vec::new();
    for row in all(db).await? {
        match Endpoint::read(row, seal) {
            Ok(endpoint) => endpoints.push(endpoint),
            Err(error) => tracing::error!(%error, "nothing is told to this address"),
        }
    }
    Ok(endpoints)
}

/// Why an address was not registered.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Not an address that may be called.
    #[error(
        "the address must be https://, of a public host, without a user name, {LONGEST_URL} characters at most"
    )]
    Url,
    /// Nothing of what may be told.
    #[error("kinds must be some of {}", KINDS.join(", "))]
    Kinds,
    /// There is no such program, or its token is over.
    #[error("there is no client of this id whose token is valid")]
    Client,
    /// Enough of them.
    #[error("a client has {MOST} addresses at most")]
    Many,
    /// Not a secret.
    #[error("a secret is whsec_ and 24 to 64 bytes in base64")]
    Secret,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An address to register.
#[derive(Clone, Debug)]
pub struct New {
    /// Id of the program.
    pub client: String,
    /// Where.
    pub url: String,
    /// What it is told.
    pub kinds: Vec<String>,
    /// What to sign with, "whsec_…" as the program chose it; else one is made.
    pub secret: Option<String>,
    /// Names the order, so that the same again registers nothing: its id.
    pub once: Option<String>,
}

/// Registers an address; its id, and the secret that cannot be shown again.
///
/// # Errors
/// [`Refused`].
pub async fn add(core: &Core, actor: &str, new: &New) -> Result<(String, String), Refused> {
    let now = core.clock.now();
    let (kinds, secret) = read(core, new)?;
    let programs = clients::list(core).await?;
    if !programs
        .iter()
        .any(|p| p.valid && p.client.id == new.client)
    {
        return Err(Refused::Client);
    }
    let live = load(&core.db, &core.seal).await?;
    let id = new.once.clone().unwrap_or_else(|| OutboxId::new(now).0);
    if live.iter().any(|e| e.id == id && e.client == new.client) {
        return Ok((id, sign::shown(&secret)));
    }
    if live
        .iter()
        .filter(|e| e.client == new.client && e.until > now)
        .count()
        >= MOST
    {
        return Err(Refused::Many);
    }
    let body = Body {
        url: new.url.clone(),
        secret: hex::encode(&secret),
    };
    let mut changes = Changes::at(micros(now));
    changes.webhooks.added.push(WebhookRow {
        id: id.clone(),
        client: new.client.clone(),
        kinds: kinds.join(" "),
        body: core.seal.seal_json(&body),
        at: micros(now),
    });
    let detail = serde_json::json!({ "client": new.client, "kinds": kinds });
    let about = format!("webhook:{id}");
    changes
        .audit
        .push(audit::detailed(now, actor, "webhook.add", &about, &detail));
    core.db.commit(&changes).await?;
    core.bus.hint(crate::bus::Hint::Reference);
    Ok((id, sign::shown(&secret)))
}

/// What it is told and what signs, if address, kinds and secret are sound.
fn read(core: &Core, new: &New) -> Result<(Vec<&'static str>, Vec<u8>), Refused> {
    if !core.webhooks.admits(&new.url) {
        return Err(Refused::Url);
    }
    let chosen = |kind: &&&str| new.kinds.iter().any(|n| n == **kind);
    let kinds: Vec<&str> = KINDS.iter().filter(chosen).copied().collect();
    if kinds.is_empty() || kinds.len() != new.kinds.len() {
        return Err(Refused::Kinds);
    }
    let secret = if let Some(text) = &new.secret {
        sign::read(text).ok_or(Refused::Secret)?
    } else {
        let mut made = vec![0_u8; 24];
        rand::rng().fill_bytes(&mut made);
        made
    };
    Ok((kinds, secret))
}

/// Ends an address at once; `false` if it is over or not this program's.
///
/// # Errors
/// Of the store.
pub async fn end(core: &Core, actor: &str, id: &str, of: Option<&str>) -> Result<bool, StoreError> {
    let live = load(&core.db, &core.seal).await?;
    let theirs = |e: &&Endpoint| e.id == id && of.is_none_or(|client| client == e.client);
    if !live.iter().any(|e| theirs(&e)) {
        return Ok(false);
    }
    let changes = named(core, actor, "webhook.end", id, |changes, row| {
        changes.webhooks.ended.push(row);
    });
    write(core, &changes).await
}

/// Makes a delivery once more, with the same id; `false` if it still waits, is
/// over, or is not this program's.
///
/// # Errors
/// Of the store.
pub async fn again(core: &Core, actor: &str, id: &str) -> Result<bool, StoreError> {
    let changes = named(core, actor, "webhook.again", id, |changes, row| {
        changes.webhooks.again.push(row);
    });
    write(core, &changes).await
}

fn named(
    core: &Core,
    actor: &str,
    act: &str,
    id: &str,
    put: impl FnOnce(&mut Changes, NamedRow),
) -> Changes {
    let now = core.clock.now();
    let mut changes = Changes::at(micros(now));
    let row = NamedRow {
        id: id.to_owned(),
        at: micros(now),
    };
    put(&mut changes, row);
    let line = audit::line(now, actor, act, &format!("webhook:{id}"));
    changes.audit.push(line);
    changes
}

async fn write(core: &Core, changes: &Changes) -> Result<bool, StoreError> {
    match core.db.commit(changes).await {
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(error),
        Ok(_) => {
            core.bus.hint(crate::bus::Hint::Reference);
            Ok(true)
        }
    }
}

/// The kind of a fact, if it may be told.
fn told(fact: &Fact) -> Option<&'static str> {
    KINDS.iter().find(|kind| **kind == fact.kind()).copied()
}

/// Whether a program acts as an administrator.
fn is_admin(endpoint: &Endpoint) -> bool {
    endpoint.subject == door::ADMIN
}
