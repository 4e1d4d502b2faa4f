//! A chat becomes a worker's by a one-time code.

use super::{letter, say};
use crate::app::Core;
use crate::bus::Hint;
use crate::clock::{Moment, micros};
use crate::desk::doing::Consequence;
use crate::ids::WorkerId;
use crate::outbox::Parcel;
use crate::store::rows::ChatRow;
use crate::store::{StoreError, grants};
use bots::{Content, Inbound};
/// Turns a chat into a worker's, if the message holds a one-time code.
pub async fn binding(
    core: &Core,
    inbound: &Inbound,
    now: Moment,
) -> Result<Option<Consequence>, StoreError> {
    let Some(code) = code(&inbound.content) else {
        return Ok(None);
    };
    let tag = core.seal.name("bind", &code);
    let found = grants::valid(&core.db, &tag, micros(now))
        .await?
        .filter(|g| g.kind == "bind");
    let mut to = Consequence::default();
    let world = core.world();
    let worker = found.and_then(|g| g.subject.strip_prefix("worker:").map(WorkerId::from));
    let Some(worker) = worker.and_then(|id| world.worker(&id).cloned()) else {
        to.letters
            .push(letter(inbound, Parcel::text(say("code_wrong", &[]))));
        return Ok(Some(to));
    };
    to.changes.at = micros(now);
    to.changes.grants_used.push(tag);
    let address = inbound.address.to_string();
    to.changes.chats.push(ChatRow {
        address,
        worker: worker.id.0.clone(),
        at: micros(now),
    });
    let who = format!("worker:{}", worker.id);
    let line = crate::audit::line(now, &who, "door.bind_chat", &who);
    to.changes.audit.push(line);
    to.letters.push(letter(
        inbound,
        Parcel::text(say("bound", &[("who", &worker.name)])),
    ));
    to.hints.push(Hint::Reference);
    Ok(Some(to))
}

/// The one-time code in a message: `/start w-CODE`, 「绑定 CODE」, "bind CODE". Words
/// that say anything else besides are none.
fn code(content: &Content) -> Option<String> {
    let raw = match content {
        Content::Start {
            payload: Some(payload),
        } => payload.strip_prefix("w-")?,
        Content::Text(text) => {
            let text = text.trim();
            let english = || {
                text.strip_prefix("bind")
                    .filter(|rest| rest.starts_with(' '))
            };
            text.strip_prefix("绑定").or_else(english)?
        }
        _ => return None,
    };
    let spaced = |c: char| c.is_whitespace() || matches!(c, '-' | ':' | '：');
    let code: String = raw.chars().filter(|c| !spaced(*c)).collect();
    let alone = code.chars().all(|c| c.is_ascii_alphanumeric());
    (alone && code.len() <= 32).then(|| code.to_ascii_uppercase())
}
