//! Which of several places with a similar name was meant.

use crate::conversation::input::{Key, Words};
use crate::conversation::output::Reply;
use crate::conversation::phrases;
use crate::conversation::snapshot::State;
use crate::conversation::state::form;
use crate::conversation::turn::Turn;
use crate::conversation::wishes;
use crate::ids::UnitId;

/// Streets offered when a place is unknown; in a larger city the name is told.
const MOST_STREETS: usize = 12;

/// Asks which one.
pub(crate) fn enter(turn: &mut Turn, question: String, spots: Vec<(UnitId, String)>) {
    turn.draft().lost |= question != "hukou";
    offer(turn, "talk.place.which", question, spots);
}

fn offer(turn: &mut Turn, line: &str, question: String, spots: Vec<(UnitId, String)>) {
    let draft = turn.draft().id.clone();
    let mut reply = Reply::plain(turn.text(line));
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

/// A place was told that nobody knows here: asks once for the street, so that
/// somebody near takes it. `false` when there is nothing to ask.
pub(crate) fn unknown(turn: &mut Turn) -> bool {
    let Some(question) = form::place_told(turn).filter(|_| !turn.draft().lost) else {
        return false;
    };
    let streets = turn.view.places.streets();
    if streets.is_empty() {
        return false;
    }
    turn.draft().lost = true;
    let shown = streets.into_iter().take(MOST_STREETS).collect();
    offer(turn, "talk.place.unknown", question, shown);
    true
}

/// An answer in words: the name, or a place told anew. Never asked twice.
pub(crate) fn step(turn: &mut Turn, question: &str, spots: &[(UnitId, String)], words: &Words) {
    let said = phrases::fold(&words.text);
    let named = spots
        .iter()
        .find(|(_, name)| !said.is_empty() && phrases::fold(name).contains(&said));
    let found = turn.view.places.find(&words.text);
    match (named, found.as_slice()) {
        (Some(spot), _) | (None, [spot]) => set(turn, question, spot.clone()),
        _ if wishes::skip(&words.text) => {}
        _ => turn.draft().say(&words.text),
    }
    form::ask(turn, None);
}

/// None of them, or not known: what was told stays as it is.
pub(crate) fn left(turn: &mut Turn) {
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
