//! A resident's words, passed on live to the worker who has the case.

use crate::conversation::Said;
use crate::ids::WorkerId;
use crate::outbox::{Lane, Letter, Parcel};
use crate::people::mask;
use crate::requests::case::class_of;
use crate::requests::event::Class;
use crate::requests::notify;
use crate::requests::status::Status;
use crate::store::requests::Brief;
use crate::world::World;

/// Passes a resident's words on to the worker who accepted the case, live.
pub(super) fn relay(brief: &Brief, said: &Said, world: &World, letters: &mut Vec<Letter>) {
    let accepted = Status::from_code(&brief.status).is_some_and(|s| s >= Status::Acknowledged);
    let Some(worker) = brief.lead_worker.clone().filter(|_| accepted) else {
        return;
    };
    let reference = notify::shown(&brief.reference);
    let lang = menus::Lang::Zh;
    let text = if said.text.is_empty() {
        crate::texts::fill(
            lang,
            "desk.chat.resident_file",
            &[("reference", &reference)],
        )
    } else {
        // In danger a number may be the one thing that helps; else the sheet has it.
        let danger = class_of(brief.class) == Class::Crisis;
        let text = if danger {
            said.text.clone()
        } else {
            mask::numbers(&said.text)
        };
        crate::texts::fill(
            lang,
            "desk.chat.resident_says",
            &[("reference", &reference), ("text", &text)],
        )
    };
    for chat in world.chats_of(&WorkerId(worker)) {
        letters.push(Letter {
            to: chat.clone(),
            lane: Lane::Reply,
            request: Some(brief.id.clone()),
            parcel: Parcel::text(text.clone()),
            not_before: None,
        });
    }
}
