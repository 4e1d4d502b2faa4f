//! Writes that come with a key: each is done once, and its answer is kept.
//!
//! The place is taken before the work begins, so that another write under the
//! same key is found out; the work itself has to be repeatable under its key,
//! since a process may die between the work and the answer.

use super::Client;
use crate::app::Core;
use crate::audit;
use crate::clock::micros;
use crate::store::clients::{AnswerRow, StoredWrite, reserve, write};
use crate::store::{Changes, StoreError};

/// An answer: HTTP status and JSON text without personal data.
pub type Answer = (u16, String);

/// What is known of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Not answered yet: do it, and keep the answer.
    Open,
    /// Done before; this was answered.
    Done(Answer),
    /// Something else was sent under this key.
    Other,
}

fn tag(core: &Core, client: &Client, key: &str) -> String {
    core.seal
        .name("client-write", &format!("{}/{key}", client.id))
}

fn answer(found: StoredWrite) -> Option<Answer> {
    Some((u16::try_from(found.status?).ok()?, found.answer?))
}

/// Takes the place of a write. `digest` stands for what is to be done.
pub async fn begin(
    core: &Core,
    client: &Client,
    key: &str,
    digest: &str,
) -> Result<Begun, StoreError> {
    let now = micros(core.clock.now());
    let found = reserve(&core.db, &tag(core, client, key), digest, now).await?;
    Ok(match found {
        Some(found) if found.digest != digest => Begun::Other,
        Some(found) => answer(found).map_or(Begun::Open, Begun::Done),
        None => Begun::Open,
    })
}

/// Keeps the answer of a write, on record. Returns the one that counts: the
/// first, where the same write was sent twice at once.
pub async fn keep(
    core: &Core,
    client: &Client,
    key: &str,
    about: &str,
    given: Answer,
) -> Result<Answer, StoreError> {
    let now = core.clock.now();
    let tag = tag(core, client, key);
    let mut changes = Changes::at(micros(now));
    changes.programs.answers.push(AnswerRow {
        tag: tag.clone(),
        status: i64::from(given.0),
        answer: given.1.clone(),
    });
    let detail = serde_json::json!({ "about": about, "status": given.0 });
    let (by, whose) = (format!("client:{}", client.id), &client.subject);
    let line = audit::detailed(now, &by, "client.write", whose, &detail);
    changes.audit.push(line);
    match core.db.commit(&changes).await {
        Ok(_) => Ok(given),
        Err(StoreError::Conflict) => Ok(write(&core.db, &tag)
            .await?
            .and_then(answer)
            .unwrap_or(given)),
        Err(error) => Err(error),
    }
}
