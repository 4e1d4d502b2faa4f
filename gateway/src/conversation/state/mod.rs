//! The states of a conversation, one per file.
//!
//! Each has an `enter`, which says what the state has to say and sets it, and,
//! where words mean something special there, a `step`. Danger, buttons, files
//! and the words that work everywhere are handled before a state is asked (see
//! `guard`). To add a state: its variant in `State`, its file here, its line in
//! [`step`] and in [`again`].

pub(crate) mod adding;
pub(crate) mod choose;
pub(crate) mod clarify;
pub(crate) mod confirm;
pub(crate) mod consent;
pub(crate) mod crisis;
pub(crate) mod form;
pub(crate) mod human;
pub(crate) mod idle;
pub(crate) mod menu;
pub(crate) mod mydata;
pub(crate) mod place;
pub(crate) mod prove;
pub(crate) mod rating;
pub(crate) mod several;
pub(crate) mod sort;
pub(crate) mod switch;
pub(crate) mod whom;
pub(crate) mod withdraw;

use crate::conversation::draft::Draft;
use crate::conversation::input::Words;
use crate::conversation::snapshot::State;
use crate::conversation::turn::Turn;

/// Words that no guard took.
pub(crate) fn step(turn: &mut Turn, words: &Words) {
    match turn.snap.state.clone() {
        State::Idle | State::Menu { .. } | State::Sort => idle::step(turn, words),
        State::Clarify { choices } => clarify::step(turn, &choices, words),
        State::Form => form::step(turn, words),
        State::Place { question, spots } => place::step(turn, &question, &spots, words),
        State::Prove(wait) => prove::step(turn, &wait, words),
        State::Consent { consent } => consent::step(turn, consent, words),
        State::Guardian => consent::guardian(turn, words),
        State::Whom => whom::step(turn, words),
        State::MyData => mydata::step(turn, words),
        State::Correct { what } => mydata::corrected(turn, &what, words),
        State::Confirm => confirm::step(turn, words),
        State::Change => confirm::change_step(turn, words),
        State::Several { needs } => several::step(turn, &needs, words),
        State::Switch { fresh } => switch::step(turn, *fresh, words),
        State::Crisis(live) => crisis::step(turn, live, words),
        State::Choose { purpose, page } => choose::step(turn, purpose, page, words),
        State::Withdraw { request } => withdraw::step(turn, &request, words),
        State::Adding { request } => adding::step(turn, &request, words),
        State::Rating { request, solved } => rating::step(turn, &request, solved, words),
        State::Human { .. } => human::pass(turn, words),
    }
}

/// Says once more what the state waits for, after something that changed
/// nothing.
pub(crate) fn again(turn: &mut Turn) {
    match turn.snap.state.clone() {
        State::Menu { screen } => menu::enter(turn, &screen),
        State::Clarify { choices } => clarify::again(turn, choices),
        State::Form => form::ask(turn, None),
        State::Place { question, spots } => place::enter(turn, question, spots),
        State::Prove(wait) => prove::again(turn, &wait),
        State::Consent { consent } => consent::ask(turn, consent),
        State::Guardian => turn.say("consent.guardian.ask"),
        State::Whom => whom::enter(turn),
        State::MyData => mydata::enter(turn),
        State::Correct { what } => mydata::correct(turn, what),
        State::Confirm => confirm::enter(turn),
        State::Change => confirm::change(turn),
        State::Several { needs } => several::enter(turn, needs),
        State::Switch { fresh } => switch::enter(turn, *fresh),
        State::Sort => sort::enter(turn, "talk.sort.again"),
        State::Choose { purpose, page } => choose::enter(turn, purpose, page),
        State::Withdraw { request } => withdraw::enter(turn, &request),
        State::Rating { request, solved } => rating::enter(turn, &request, solved),
        State::Idle | State::Crisis(_) | State::Adding { .. } | State::Human { .. } => {}
    }
}

/// Goes on with the open draft wherever it stood; the menu without one.
pub(crate) fn go_on(turn: &mut Turn) {
    let catalogue = turn.view.catalogue;
    match turn.snap.draft.as_mut() {
        Some(Draft {
            service: Some(code),
            ..
        }) if catalogue.service(&code).is_some() => form::resume(turn),
        Some(draft) if draft.service.is_some() => {
            // The service was taken out of the catalogue: the words stay.
            draft.service = None;
            turn.say("talk.menu.gone");
            menu::enter(turn, menus::menu::TOP);
        }
        Some(Draft { needs, .. }) if !needs.is_empty() => {
            let needs = needs.clone();
            several::go_on(turn, needs);
        }
        Some(draft) if !draft.is_blank() => sort::enter(turn, "talk.sort.again"),
        _ => menu::enter(turn, menus::menu::TOP),
    }
}
