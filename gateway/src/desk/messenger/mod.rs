//! The workers' dialogue in the messenger: buttons under pushes, a few words.
//!
//! A chat becomes a worker's by a one-time code. From then on its messages come
//! here: buttons act, free text goes to the resident while the worker is
//! talking to one, 「待办」 lists what waits. Every press is checked again against
//! who the worker is and what state the request is in.

mod binding;
mod danger;
mod dialogue;
mod further;

pub use binding::binding;

use super::doing::{self, Consequence};
use super::queue;
use crate::app::Core;
use crate::clock::{Moment, micros};
use crate::ids::{RequestId, WorkerId};
use crate::outbox::{Lane, Letter, Parcel};
use crate::requests::case::Case;
use crate::rights::Right;
use crate::store::StoreError;
use crate::store::conversations::Found;
use crate::store::rows::ConversationRow;
use crate::territory::Worker;
use crate::texts;
use crate::world::World;
use bots::{Content, Inbound};
use intents::CrisisHit;
use menus::Lang;
use serde::{Deserialize, Serialize};

/// A worker's message.
pub struct Message<'a> {
    /// As received.
    pub inbound: &'a Inbound,
    /// Danger in its words.
    pub danger: Option<&'a CrisisHit>,
}

/// What a worker's chat is in the middle of. Stored in place of a dialogue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Desk {
    /// Talking to the resident of this request.
    talking: Option<RequestId>,
    /// About to say how this request ended.
    finishing: Option<(RequestId, String)>,
    /// About to say why this request goes to this unit.
    handing: Option<(RequestId, String)>,
    /// About to write what an act needs in words.
    wording: Option<Wording>,
}

/// An act that waits for its words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wording {
    /// Why this many working days more are needed.
    Extend(RequestId, u8),
    /// Why there is no more time.
    Refuse(RequestId),
    /// What the second request, for this service, is about.
    Split(RequestId, String),
}

const LANG: Lang = Lang::Zh;

fn say(key: &str, values: &[(&str, &str)]) -> String {
    texts::fill(LANG, &format!("desk.chat.{key}"), values)
}

fn letter(inbound: &Inbound, mut parcel: Parcel) -> Letter {
    if let Content::Tap { callback, .. } = &inbound.content {
        parcel.message.answers.clone_from(callback);
    }
    Letter {
        to: inbound.address.clone(),
        lane: Lane::Reply,
        request: None,
        parcel,
        not_before: None,
    }
}

struct Dialogue<'a> {
    core: &'a Core,
    world: &'a World,
    worker: &'a Worker,
    inbound: &'a Inbound,
    now: Moment,
    desk: Desk,
    to: Consequence,
}

/// Handles a message of a worker's chat.
pub async fn receive(
    core: &Core,
    world: &World,
    message: Message<'_>,
    found: &Found,
    now: Moment,
) -> Result<Consequence, StoreError> {
    let inbound = message.inbound;
    let id = WorkerId(found.worker.clone().unwrap_or_default());
    let stored = found
        .state_sealed
        .as_deref()
        .and_then(|s| core.seal.open_json::<Desk>(s).ok());
    let desk = stored.unwrap_or_default();
    let before = desk.clone();
    let Some(worker) = world.worker(&id) else {
        return Ok(turned_away(inbound, &id, now));
    };
    // In the middle of an act the words are about the request; alone they are the worker's own, or about somebody else.
    let danger = message.danger.filter(|_| desk == Desk::default());
    let mut dialogue = Dialogue {
        core,
        world,
        worker,
        inbound,
        now,
        desk,
        to: Consequence::default(),
    };
    dialogue.to.changes.at = micros(now);
    match &inbound.content {
        Content::Tap { token, .. } => dialogue.press(token).await?,
        // Said plainly, below a picture, or by mending what was said.
        _ if let Some(hit) = danger => dialogue.danger(hit),
        Content::Text(text) => dialogue.text(text).await?,
        Content::Command(text) => dialogue.text(text.trim_start_matches('/')).await?,
        Content::Blocked => dialogue
            .to
            .changes
            .chats_ended
            .push(inbound.address.to_string()),
        _ => dialogue.reply(say("help", &[])),
    }
    if dialogue.desk != before || found.version.is_none() {
        let state = core.seal.seal_json(&dialogue.desk);
        dialogue.to.changes.conversations.push(ConversationRow {
            address: inbound.address.to_string(),
            before: found.version.unwrap_or(0),
            state,
            requests: found.requests.unwrap_or(0),
            at: micros(now),
            ended: None,
            menu: None,
            lang: None,
        });
    }
    Ok(dialogue.to)
}

/// Somebody who does not work here any more: told so, and on record.
fn turned_away(inbound: &Inbound, id: &WorkerId, now: Moment) -> Consequence {
    let mut to = Consequence::default();
    to.changes.at = micros(now);
    let line = doing::refusal(&format!("worker:{id}"), Right::Queue, "chat", now);
    to.changes.audit.push(line);
    let text = Parcel::text(say("left", &[]));
    to.letters.push(letter(inbound, text));
    to
}

/// How to reach the resident, for the worker who has the case.
fn contact(case: &Case) -> String {
    if case.story.call_allowed == Some(false) {
        return say("no_call", &[]);
    }
    match queue::phone(case) {
        Some(phone) => say("phone", &[("phone", &phone)]),
        None => say("no_phone", &[]),
    }
}
