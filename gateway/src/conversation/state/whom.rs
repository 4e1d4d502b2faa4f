//! For whom a request is: asked only where the words did not say, and only of
//! whoever says that it is not for themselves.

use crate::conversation::draft::Draft;
use crate::conversation::facts;
use crate::conversation::input::{Key, Words};
use crate::conversation::output::Reply;
use crate::conversation::snapshot::State;
use crate::conversation::state::confirm;
use crate::conversation::turn::Turn;
use crate::conversation::{phrases, subjects, wishes};

/// For oneself, as a choice.
const SELF: &str = "self";
/// Without a name, as a choice.
const UNNAMED: &str = "unnamed";
/// Whom people ask for most, in this order.
const OFFERED: [&str; 7] = [
    "mother",
    "father",
    "spouse",
    "child",
    "relative",
    "neighbour",
    "friend",
];

/// Whether the words leave it open.
pub(crate) fn is_open(draft: &Draft) -> bool {
    draft.for_other.is_none()
        && !draft
            .words
            .iter()
            .any(|text| subjects::speaks_of_self(text))
}

/// The button that leads here, on what is read back.
pub(crate) fn offer(turn: &Turn, draft: &Draft, reply: Reply) -> Reply {
    if !is_open(draft) {
        return reply;
    }
    let key = Key::Whom {
        draft: draft.id.clone(),
        relation: None,
    };
    reply.key(turn.text("talk.key.for_other"), key)
}

/// Asks for whom it is.
pub(crate) fn enter(turn: &mut Turn) {
    let draft = turn.draft().id.clone();
    let service = turn.draft().service.clone();
    let harm = service
        .and_then(|code| turn.service(&code))
        .is_some_and(|service| service.restricted);
    let mut reply = Reply::plain(turn.text("talk.whom.ask"));
    let mut choices: Vec<(&str, &str)> = vec![(turn.text("talk.whom.self"), SELF)];
    let relations = OFFERED.map(|r| (turn.text(&format!("talk.relation.{r}")), r));
    choices.extend(relations);
    if harm {
        choices.push((turn.text("talk.whom.unnamed"), UNNAMED));
    }
    for (label, relation) in choices {
        let key = Key::Whom {
            draft: draft.clone(),
            relation: Some(relation.to_owned()),
        };
        reply = reply.key(label, key);
    }
    turn.reply(reply);
    turn.snap.state = State::Whom;
}

/// An answer in words.
pub(crate) fn step(turn: &mut Turn, words: &Words) {
    let named = words.verdict.slots.relation.as_deref();
    let relation = named.and_then(facts::relation_key);
    if subjects::wants_no_name(&words.text) {
        picked(turn, UNNAMED);
    } else if let Some(relation) = relation {
        picked(turn, relation);
    } else if phrases::no(&words.text)
        || wishes::skip(&words.text)
        || subjects::speaks_of_self(&words.text)
    {
        picked(turn, SELF);
    } else {
        turn.draft().say(&words.text);
        confirm::enter(turn);
    }
}

/// Takes a choice.
pub(crate) fn picked(turn: &mut Turn, relation: &str) {
    match relation {
        SELF => turn.draft().for_other = None,
        UNNAMED => turn.draft().accord.anonymous = true,
        relation => {
            turn.draft().for_other = Some(relation.to_owned());
            // What was filled in from before was the writer's own.
            let given = std::mem::take(&mut turn.draft().given);
            for key in given {
                if matches!(key.as_str(), "name" | "id_number") {
                    turn.draft().answers.remove(&key);
                } else {
                    turn.draft().given.push(key);
                }
            }
        }
    }
    confirm::enter(turn);
}
