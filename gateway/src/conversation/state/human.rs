//! A person was asked for: what is written goes to them until they are done.

use crate::clock::moment;
use crate::conversation::input::Words;
use crate::conversation::output::{Case, Effect, Reply, Said};
use crate::conversation::phrases::{self, Command};
use crate::conversation::snapshot::State;
use crate::conversation::state::idle;
use crate::conversation::turn::{HUMAN, Turn};
use crate::conversation::wishes;
use chrono::TimeDelta;

/// Words for the person.
pub(crate) fn pass(turn: &mut Turn, words: &Words) {
    if matches!(phrases::command(&words.text), Some(Command::List(_))) {
        idle::words(turn, words);
    } else if let Some(to) = case(turn) {
        turn.say_to(to, &words.text);
        heard(turn, wishes::asks_when(&words.text));
    } else {
        turn.idle();
        idle::step(turn, words);
    }
}

/// Anything that is not words, told from where it goes.
pub(crate) fn pass_other(turn: &mut Turn, said: impl FnOnce(Case) -> Said) -> bool {
    let Some(to) = case(turn) else { return false };
    turn.effect(Effect::Say(Box::new(said(to))));
    heard(turn, false);
    true
}

/// The request that a person looks at; `None` once it is closed.
fn case(turn: &Turn) -> Option<Case> {
    let State::Human { draft, .. } = &turn.snap.state else {
        return None;
    };
    if let Some(mine) = turn.open_requests().find(|mine| mine.service == HUMAN) {
        return Some(Case::Request(mine.id.clone()));
    }
    let closed = turn
        .view
        .requests
        .iter()
        .any(|mine| mine.draft.as_ref() == Some(draft));
    (!closed).then(|| Case::Draft(draft.clone()))
}

/// Says that it arrived: in full at first and after a pause, else in a word,
/// because silence would worry. Who waits, or asks, is told until when.
fn heard(turn: &mut Turn, asked: bool) {
    let paused = turn.view.now - moment(turn.snap.last_at) > TimeDelta::minutes(5);
    let State::Human { told, .. } = &mut turn.snap.state else {
        return;
    };
    let full = paused || asked || !std::mem::replace(told, true);
    let mut text = turn
        .text(if full {
            "talk.human.heard"
        } else {
            "talk.human.more"
        })
        .to_owned();
    let mine = turn.open_requests().find(|mine| mine.service == HUMAN);
    if let Some(promise) = mine.and_then(|mine| mine.promise.as_ref()).filter(|_| full) {
        text.push_str(&turn.fill("talk.human.promise", &[("promise", promise)]));
    }
    turn.reply(Reply::plain(text));
}
