//! Parked messages in a worker's hands: read, put into words that can be
//! handled, tried again. What came stays as it came.
//!
//! What is parked may be about anything, so only those see it who see what is
//! restricted; seeing goes on record like every reading.

use crate::app::Core;
use crate::audit;
use crate::clock::{Moment, micros, moment};
use crate::intake::retry;
use crate::store::inbound::{self, MendedRow, Stored};
use crate::store::{Changes, StoreError};
use crate::territory::Worker;
use bots::{Content, Inbound};

/// Messages on one page.
const MOST: i64 = 20;

/// A parked message with its words.
#[derive(Clone, Debug)]
pub struct Words {
    /// Its key.
    pub key: String,
    /// When it came in.
    pub at: Moment,
    /// "kind/account".
    pub channel: String,
    /// Why it is parked.
    pub cause: String,
    /// What was said; `None` where it was no text.
    pub text: Option<String>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mended {
    /// It was handled.
    Done,
    /// It still cannot be handled.
    Still,
    /// There is no such message, or it is no text.
    Gone,
}

/// Whether a worker may see what is parked.
pub fn may(worker: &Worker) -> bool {
    worker.active && worker.roles.iter().any(|role| role.sees_restricted())
}

/// The oldest of what is parked, put on record as read.
pub async fn read(core: &Core, worker: &Worker, now: Moment) -> Result<Vec<Words>, StoreError> {
    let rows = inbound::parked(&core.db, MOST).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut changes = Changes::at(micros(now));
    let actor = format!("worker:{}", worker.id);
    for row in &rows {
        let about = format!("message:{}", row.id);
        let line = audit::line(now, &actor, "read.parked", &about);
        changes.audit.push(line);
    }
    core.db.commit(&changes).await?;
    Ok(rows.into_iter().map(|row| words(core, row)).collect())
}

fn words(core: &Core, row: Stored) -> Words {
    let message: Option<Inbound> = core.seal.open_json(&row.body_sealed).ok();
    let text = message.and_then(|message| match message.content {
        Content::Text(text) => Some(text),
        _ => None,
    });
    Words {
        at: moment(row.at),
        channel: row
            .address
            .splitn(3, '/')
            .take(2)
            .collect::<Vec<_>>()
            .join("/"),
        key: row.key,
        cause: row.cause.unwrap_or_default(),
        text,
    }
}

/// Handles a parked message as if it said `text`. The words are kept beside it
/// with who wrote them, before they are tried.
pub async fn mend(
    core: &Core,
    worker: &Worker,
    key: &str,
    text: &str,
    now: Moment,
) -> Result<Mended, StoreError> {
    let Some(row) = inbound::parked_one(&core.db, key).await? else {
        return Ok(Mended::Gone);
    };
    let message: Option<Inbound> = core.seal.open_json(&row.body_sealed).ok();
    let Some(mut message) = message.filter(|m| matches!(m.content, Content::Text(_))) else {
        return Ok(Mended::Gone);
    };
    message.content = Content::Text(text.to_owned());
    let actor = format!("worker:{}", worker.id);
    let mut changes = Changes::at(micros(now));
    changes.mended.push(MendedRow {
        key: row.key.clone(),
        at: micros(now),
        actor: actor.clone(),
        words: core.seal.seal(text.as_bytes()),
    });
    let about = format!("message:{}", row.id);
    let line = audit::line(now, &actor, "parked.mend", &about);
    changes.audit.push(line);
    core.db.commit(&changes).await?;
    match retry::handle(core, message, moment(row.at)).await {
        Ok(()) => Ok(Mended::Done),
        Err(StoreError::Away(why)) => Err(StoreError::Away(why)),
        Err(error) => {
            tracing::warn!(%error, "a mended message still cannot be handled");
            Ok(Mended::Still)
        }
    }
}
