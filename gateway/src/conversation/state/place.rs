//! Which of several places with a similar name was meant.

use crate::conversation::input::{Key, Words};
use crate::conversation::output::Reply;
use crate::conversation::phrases;
use crate::conversation::snapshot::State;
use crate::conversation::state::form;
use crate::conversation::turn::Turn;
use crate::ids::UnitId;

/// Asks which one.
pub(crate) fn enter(turn: &mut Turn, question: String, spots: Vec<(UnitId, String)>) {
    let draft = turn.draft().id.clone();
    let mut reply = Reply::plain(turn.text("talk.place.which"));
    for (unit, name) in &spots {
        reply = reply.key(
            name.clone(),
            Key::Spot {
                draft: draft.clone(),
                unit: unit.clone(),
            },
        );
    }
    reply = reply.key(
        turn.text("talk.key.skip"),
        Key::Skip {
            draft,
            question: question.clone(),
        },
    );
    turn.reply(reply);
    turn.snap.state = State::Place { question, spots };
}

/// An answer in words: the name, or a place told anew. Never asked twice.
pub(crate) fn step(turn: &mut Turn, question: &str, spots: &[(UnitId, String)], words: &Words) {
    let said = phrases::fold(&words.text);
    let named = spots
        .iter()
        .find(|(_, name)| !said.is_empty() && phrases::fold(name).contains(&said));
    match named {
        Some(spot) => set(turn, question, spot.clone()),
        None => turn.draft().say(&words.text),
    }
    form::ask(turn, None);
}

/// A place was picked.
pub(crate) fn picked(turn: &mut Turn, unit: &UnitId) {
    if let State::Place { question, spots } = turn.snap.state.clone()
        && let Some(spot) = spots.iter().find(|(known, _)| known == unit)
    {
        set(turn, &question, spot.clone());
    }
    form::ask(turn, None);
}

/// Notes the place for the question that asked for it.
pub(crate) fn set(turn: &mut Turn, question: &str, spot: (UnitId, String)) {
    let draft = turn.draft();
    if question == "hukou" {
        draft.hukou = Some(spot);
    } else {
        draft.unit = Some(spot);
    }
}
