//! What a pressed button does. A button of a draft that is no longer open is
//! answered kindly and changes nothing.

use crate::conversation::accord::Consent;
use crate::conversation::input::{Escape, Key};
use crate::conversation::output::{Case, Effect, Said};
use crate::conversation::snapshot::State;
use crate::conversation::state::{
    self, adding, choose, clarify, confirm, consent, crisis, form, idle, menu, mydata, place,
    prove, rating, several, switch, whom, withdraw,
};
use crate::conversation::turn::Turn;
use crate::conversation::{crisis as danger, guard};
use crate::ids::{DraftId, RequestId};
use menus::question::Reply as Given;

/// Does what the button means.
pub(crate) fn press(turn: &mut Turn, key: Key) {
    turn.opening_line = None;
    if takes_over(&key) {
        guard::release(turn);
    }
    match key {
        Key::Escape(escape) => guard::escape(turn, escape),
        Key::Screen(screen) => menu::enter(turn, &screen),
        Key::Service(code) => service(turn, &code),
        Key::Language(lang) => idle::speak(turn, lang),
        Key::Danger { draft, yes } => about_danger(turn, &draft, yes, true),
        Key::Call { draft, yes } => about_danger(turn, &draft, yes, false),
        Key::Aloud(consent) => consent::aloud(turn, consent),
        Key::Revoke(consent) => consent::revoke(turn, consent),
        key if key.draft().is_some() => of_draft(turn, key),
        key => of_request(turn, &key),
    }
}

/// A button that nobody knows, or of a draft that is gone.
pub(crate) fn stale(turn: &mut Turn) {
    turn.say("talk.stale");
    state::again(turn);
}

/// Buttons that make the bot talk again while a worker holds the conversation.
fn takes_over(key: &Key) -> bool {
    matches!(
        key,
        Key::Screen(_) | Key::Service(_) | Key::Escape(Escape::Menu)
    ) || key.draft().is_some()
}

/// A service from the menu: with the words collected so far, or beside the open
/// matter.
fn service(turn: &mut Turn, code: &str) {
    if danger::is_danger(code) {
        danger::picked(turn, code);
        return;
    }
    let open = turn
        .snap
        .draft
        .as_ref()
        .and_then(|draft| draft.service.clone());
    match open {
        Some(open) if open == code => form::resume(turn),
        Some(_) if asks_for_draft(code) && turn.service(code).is_some() => {
            let mut fresh = turn.new_draft();
            fresh.service = Some(code.to_owned());
            switch::enter(turn, fresh);
        }
        _ => form::enter(turn, code),
    }
}

/// Services that are more than a word that works everywhere.
fn asks_for_draft(code: &str) -> bool {
    !matches!(code, "SVC-STATUS" | "SVC-HUMAN")
}

fn about_danger(turn: &mut Turn, draft: &DraftId, yes: bool, kind_question: bool) {
    let live = match turn.snap.state.clone() {
        State::Crisis(live) if live.draft == *draft => live,
        _ => {
            // The answer still goes to the officer, whatever is shown now.
            if turn.snap.danger.iter().any(|danger| danger.draft == *draft) {
                let to = Case::Draft(draft.clone());
                if kind_question && yes {
                    note(turn, draft, "crisis.key.yes");
                } else if !kind_question {
                    turn.effect(Effect::Call {
                        case: to,
                        allowed: yes,
                    });
                }
                turn.say("crisis.reply.heard");
            } else {
                stale(turn);
            }
            return;
        }
    };
    let label = match (kind_question, yes) {
        (true, true) => "crisis.key.yes",
        (true, false) => "crisis.key.no",
        (false, true) => "crisis.key.safe",
        (false, false) => "crisis.key.unsafe",
    };
    note(turn, draft, label);
    match (kind_question, yes) {
        (true, true) => crisis::confirmed(turn, live),
        (true, false) => crisis::calmed(turn, live),
        (false, allowed) => crisis::call(turn, live, allowed),
    }
}

fn note(turn: &mut Turn, draft: &DraftId, label: &str) {
    let text = turn.text(label);
    let said = Said::words(Case::Draft(draft.clone()), text);
    turn.effect(Effect::Say(Box::new(said)));
}

/// Buttons of a draft.
fn of_draft(turn: &mut Turn, key: Key) {
    let Some(id) = key.draft().cloned() else {
        return;
    };
    if let (State::Switch { fresh }, Key::Begin { .. } | Key::Continue { .. }) =
        (turn.snap.state.clone(), &key)
    {
        if fresh.id == id && matches!(key, Key::Begin { .. }) {
            return switch::begin(turn, *fresh);
        }
        if is_open(turn, &id) {
            return switch::stay(turn, *fresh);
        }
    }
    if !is_open(turn, &id) && !take_up(turn, &key, &id) {
        return gone(turn, &id);
    }
    match key {
        Key::Pick { service, .. } => form::enter(turn, &service),
        Key::Other { .. } => clarify::other(turn),
        Key::Answer {
            question, choice, ..
        } => answer(turn, &question, choice),
        Key::Skip { .. } if matches!(turn.snap.state, State::Place { .. }) => place::left(turn),
        Key::Skip { question, .. } => {
            form::skip(turn, &question);
            form::ask(turn, None);
        }
        Key::Spot { unit, .. } => place::picked(turn, &unit),
        Key::Resend { .. } | Key::Later { .. } => proving(turn, &key),
        Key::Consent { consent, yes, .. } => agreed(turn, consent, yes),
        Key::Less { .. } => consent::less(turn),
        Key::Whom { relation, .. } => match relation {
            Some(relation) => whom::picked(turn, &relation),
            None => whom::enter(turn),
        },
        Key::Data { choice, .. } => mydata::picked(turn, &choice),
        Key::Correct { what, .. } => mydata::correct(turn, what),
        Key::Confirm { .. } => confirm::send(turn),
        Key::Change { .. } => confirm::change(turn),
        Key::Edit { question, .. } => form::edit(turn, &question),
        Key::Elsewhere { .. } => confirm::elsewhere(turn),
        Key::Drop { .. } => confirm::discard(turn, &id),
        Key::Continue { .. } | Key::Begin { .. } => state::go_on(turn),
        Key::All { .. } => match turn.snap.state.clone() {
            State::Several { needs } => several::all(turn, &needs),
            _ => state::go_on(turn),
        },
        Key::Strike { service, .. } => match turn.snap.state.clone() {
            State::Several { needs } => several::strike(turn, needs, &service),
            _ => state::go_on(turn),
        },
        Key::Attach { request, .. } => attach(turn, &request),
        _ => stale(turn),
    }
}

/// Another code, or none at all.
fn proving(turn: &mut Turn, key: &Key) {
    let State::Prove(wait) = turn.snap.state.clone() else {
        return state::go_on(turn);
    };
    if matches!(key, Key::Later { .. }) {
        prove::later(turn);
    } else {
        prove::resend(turn, &wait);
    }
}

/// An answer to what was asked now; one to an older question changes nothing.
fn agreed(turn: &mut Turn, consent: Consent, yes: bool) {
    if turn.snap.state == (State::Consent { consent }) {
        consent::answer(turn, consent, yes);
    } else {
        stale(turn);
    }
}

fn is_open(turn: &Turn, id: &DraftId) -> bool {
    turn.snap
        .draft
        .as_ref()
        .is_some_and(|draft| draft.id == *id)
}

/// Goes on with, or drops, a draft that was put aside.
fn take_up(turn: &mut Turn, key: &Key, id: &DraftId) -> bool {
    if !matches!(key, Key::Continue { .. } | Key::Drop { .. }) {
        return false;
    }
    let Some(at) = turn.snap.aside.iter().position(|draft| draft.id == *id) else {
        return false;
    };
    let draft = turn.snap.aside.remove(at);
    if matches!(key, Key::Continue { .. }) {
        turn.snap.put_aside();
        turn.snap.draft = Some(draft);
    } else {
        // Dropping it leaves the open one alone.
        turn.snap.aside.push(draft);
    }
    true
}

/// A button of a draft that was sent or dropped.
fn gone(turn: &mut Turn, id: &DraftId) {
    if turn.snap.done.contains(id) {
        turn.say("talk.done_already");
        state::again(turn);
    } else {
        stale(turn);
    }
}

/// An option of a question; of an older question only while it is unanswered.
fn answer(turn: &mut Turn, question: &str, choice: String) {
    let draft = turn.draft();
    if draft.answers.contains_key(question) {
        return stale(turn);
    }
    draft.question = Some(question.to_owned());
    if !form::reply(turn, &Given::Choice(choice)) {
        form::ask(turn, None);
    }
}

/// What was sent without a service belongs to a request.
fn attach(turn: &mut Turn, request: &RequestId) {
    let Some(mine) = turn.request(request).filter(|mine| mine.open) else {
        turn.say("request.unknown");
        return state::again(turn);
    };
    let Some(draft) = turn.snap.draft.take() else {
        return;
    };
    let mut said = Said::words(Case::Request(request.clone()), &draft.words.join("\n"));
    said.attachments = draft.attachments;
    said.pin = draft.pin;
    turn.effect(Effect::Say(Box::new(said)));
    turn.snap.finish(draft.id);
    adding::heard(turn, mine);
}

/// Buttons of a request.
fn of_request(turn: &mut Turn, key: &Key) {
    if let Key::List { purpose, page } = key {
        return choose::enter(turn, *purpose, *page);
    }
    let id = match key {
        Key::Show(id)
        | Key::Add(id)
        | Key::Urge(id)
        | Key::Withdraw(id)
        | Key::WithdrawNow(id)
        | Key::Keep(id)
        | Key::Reopen(id)
        | Key::Solved { request: id, .. }
        | Key::Stars { request: id, .. } => id.clone(),
        _ => return stale(turn),
    };
    let Some(mine) = turn.request(&id) else {
        turn.say("request.unknown");
        return;
    };
    match key {
        Key::Add(_) => adding::enter(turn, mine),
        Key::Urge(_) => choose::urge(turn, mine),
        Key::Withdraw(_) => withdraw::enter(turn, &id),
        Key::WithdrawNow(_) => withdraw::now(turn, &id),
        Key::Keep(_) => withdraw::keep(turn),
        Key::Reopen(_) => choose::reopen(turn, mine),
        Key::Solved { solved, .. } => rating::answer(turn, &id, *solved),
        Key::Stars { stars, .. } => rating::stars(turn, &id, *stars),
        _ => choose::show(turn, mine),
    }
}
