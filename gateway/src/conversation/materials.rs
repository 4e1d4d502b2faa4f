//! What is not words: contact cards, map pins, files, edits, the start of a
//! conversation, and things we cannot read. Nothing of it is lost.

use crate::conversation::draft::Proving;
use crate::conversation::guard;
use crate::conversation::input::Key;
use crate::conversation::input::{Understood, Words};
use crate::conversation::output::{Case, Effect, Reply, Said};
use crate::conversation::phrases;
use crate::conversation::press;
use crate::conversation::snapshot::State;
use crate::conversation::state::{self, adding, confirm, crisis, form, human, idle, prove, sort};
use crate::conversation::turn::Turn;
use bots::{Attachment, AttachmentKind};
use menus::question::Reply as Given;

/// The most files kept with one draft.
const MOST_FILES: usize = 20;

/// Takes what is not words.
pub(crate) fn receive(turn: &mut Turn, input: Understood) {
    match input {
        Understood::Contact { phone, own } => contact(turn, &phone, own),
        Understood::Place { lat, lon } => pin(turn, lat, lon),
        Understood::File { file, caption } => self::file(turn, file, caption.as_ref()),
        Understood::Edited(words) => edited(turn, &words),
        Understood::Start { payload } => start(turn, payload.as_deref()),
        Understood::Unsupported(kind) => unsupported(turn, &kind),
        Understood::Key(_) | Understood::Stale | Understood::Words(_) | Understood::Nothing => {}
    }
}

/// Passes it on where somebody is listening: the officer, the worker who talks
/// to the person, the thread being added to. `false` if nobody is.
fn passed(turn: &mut Turn, said: impl Fn(Case) -> Said) -> bool {
    if let State::Crisis(live) = turn.snap.state.clone() {
        let said = said(Case::Draft(live.draft.clone()));
        crisis::pass(turn, live, said);
        return true;
    }
    if guard::held(turn, &said) {
        return true;
    }
    if let State::Adding { request } = turn.snap.state.clone()
        && let Some(mine) = turn.request(&request)
    {
        turn.effect(Effect::Say(Box::new(said(Case::Request(request)))));
        adding::heard(turn, mine);
        return true;
    }
    human::pass_other(turn, said)
}

fn contact(turn: &mut Turn, phone: &str, own: bool) {
    if own {
        let known = crate::conversation::snapshot::Known {
            phone: Some(phone.to_owned()),
            ..turn.snap.known.clone()
        };
        turn.snap.known = known.clone();
        turn.effect(Effect::Remember(known));
        turn.effect(Effect::Proved {
            verifier: "contact_card",
            subject: phone.to_owned(),
            code: None,
        });
        if let Some(draft) = turn.snap.draft.as_mut() {
            draft.proving = Some(Proving::Phone);
        }
    }
    let text = turn.fill("talk.contact.told", &[("phone", phone)]);
    if passed(turn, |to| Said::words(to, &text)) {
        return;
    }
    if !own {
        turn.say("talk.contact.not_own");
        state::again(turn);
        return;
    }
    if let State::Prove(wait) = turn.snap.state.clone() {
        return prove::card(turn, &wait, phone);
    }
    if turn.snap.state == State::Form && form::reply(turn, &Given::Phone(phone.to_owned())) {
        return;
    }
    turn.say("talk.contact.kept");
    if let Some(draft) = turn.snap.draft.as_mut() {
        draft.facts.insert("phone".to_owned(), phone.to_owned());
        state::again(turn);
    }
}

fn pin(turn: &mut Turn, lat: f64, lon: f64) {
    let text = turn.text("talk.pin.told").to_owned();
    if passed(turn, |to| Said {
        pin: Some((lat, lon)),
        ..Said::words(to, &text)
    }) {
        return;
    }
    turn.draft().pin = Some((lat, lon));
    if turn.draft().unit.is_none()
        && let [spot] = turn.view.places.at(lat, lon).as_slice()
    {
        turn.draft().unit = Some(spot.clone());
    }
    if turn.snap.state == State::Form && form::reply(turn, &Given::Location { lat, lon }) {
        return;
    }
    turn.say("talk.pin.kept");
    if turn.draft().service.is_some() {
        state::again(turn);
    } else {
        sort::enter(turn, "talk.sort.pin");
    }
}

fn file(turn: &mut Turn, file: Attachment, caption: Option<&Words>) {
    let text = caption.map_or("", |words| words.text.as_str());
    if passed(turn, |to| Said {
        attachments: vec![file.clone()],
        ..Said::words(to, text)
    }) {
        return;
    }
    let (received, kind) = match file.kind {
        AttachmentKind::Voice => ("talk.file.voice", "voice"),
        AttachmentKind::Photo => ("talk.file.photo", "photo"),
        AttachmentKind::Video => ("talk.file.video", "video"),
        AttachmentKind::Document => ("talk.file.document", "document"),
    };
    let voice = file.kind == AttachmentKind::Voice;
    let id = file.id.clone();
    let draft = turn.draft();
    if draft.attachments.len() < MOST_FILES {
        draft.attachments.push(file);
    }
    let known = draft.service.is_some();
    let kind = kind.to_owned();
    let form = turn.snap.state == State::Form;
    if form && form::reply(turn, &Given::Attachment { id, kind }) {
        if let Some(words) = caption {
            turn.draft().say(&words.text);
        }
        return;
    }
    turn.say(received);
    match caption {
        Some(words) if form && words.escape.is_none() && form::caption(turn, words) => {
            state::again(turn);
        }
        Some(words) if known || phrases::fold(&words.text).chars().count() > 1 => {
            if words.escape.is_none() {
                state::step(turn, words);
            } else {
                state::again(turn);
            }
        }
        _ if known && turn.snap.state == State::Confirm => confirm::enter(turn),
        _ if known => state::go_on(turn),
        _ => sort::enter(
            turn,
            if voice {
                "talk.sort.voice"
            } else {
                "talk.sort.file"
            },
        ),
    }
}

/// A message was rewritten. Where somebody is listening they see the new words;
/// a draft keeps both.
fn edited(turn: &mut Turn, words: &Words) {
    if passed(turn, |to| Said {
        edited: true,
        ..Said::words(to, &words.text)
    }) {
        return;
    }
    if let Some(draft) = turn.snap.draft.as_mut() {
        draft.say(&words.text);
        turn.say("talk.edited.kept");
        state::again(turn);
        return;
    }
    let latest = turn.open_requests().next();
    if let Some(mine) = latest {
        let said = Said {
            edited: true,
            ..Said::words(Case::Request(mine.id.clone()), &words.text)
        };
        turn.effect(Effect::Say(Box::new(said)));
        adding::heard(turn, mine);
        return;
    }
    if words.escape.is_some() {
        turn.say("talk.edited.again");
    } else {
        idle::words(turn, words);
    }
}

/// The conversation was opened, perhaps at a service by a link.
fn start(turn: &mut Turn, payload: Option<&str>) {
    turn.opening_line = None;
    let code = payload
        .map(str::to_ascii_uppercase)
        .filter(|code| turn.service(code).is_some());
    if let Some(code) = code {
        if !turn.snap.greeted {
            turn.snap.greeted = true;
            turn.say("talk.welcome.short");
        }
        press::press(turn, Key::Service(code));
        return;
    }
    if matches!(turn.snap.state, State::Crisis(_)) {
        turn.say("crisis.reply.stays");
        return;
    }
    if turn.snap.held.is_some() {
        guard::escape(turn, crate::conversation::input::Escape::Progress);
        return;
    }
    turn.snap.greeted = false;
    idle::welcome(turn);
}

fn unsupported(turn: &mut Turn, kind: &str) {
    let text = turn.fill("talk.unsupported.told", &[("kind", kind)]);
    if passed(turn, |to| Said::words(to, &text)) {
        return;
    }
    let key = if kind == "group" {
        "talk.unsupported.group"
    } else {
        "talk.unsupported.other"
    };
    let text = turn.text(key);
    turn.reply(Reply::plain(text));
}
