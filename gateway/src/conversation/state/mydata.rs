//! 「我的数据」: see, correct, take consent back, delete. Whatever a person has to
//! decide becomes a request with a clock of its own.

use crate::conversation::accord::Correction;
use crate::conversation::input::{Key, Words};
use crate::conversation::output::{Effect, Reply};
use crate::conversation::snapshot::State;
use crate::conversation::state::{consent, form, prove};
use crate::conversation::turn::Turn;
use crate::conversation::{phrases, wishes};
use crate::people::mask;
use menus::question::{self, Answer, Reply as Given};

/// The service for it.
pub(crate) const SERVICE: &str = "SVC-PRIVACY";
/// The question that tells what is wanted, and its options as in the catalogue.
const KIND: &str = "request_kind";
const CHOICES: [&str; 4] = ["see", "correct", "withdraw", "delete"];

/// Whether the open draft still has to be asked what is wanted.
pub(crate) fn is_open(turn: &Turn, code: &str) -> bool {
    let told = turn.snap.draft.as_ref();
    code == SERVICE && !told.is_some_and(|draft| draft.answers.contains_key(KIND))
}

/// Asks what is wanted.
pub(crate) fn enter(turn: &mut Turn) {
    turn.draft().service = Some(SERVICE.to_owned());
    turn.draft().needs.clear();
    let draft = turn.draft().id.clone();
    let mut reply = Reply::plain(turn.text("consent.data.ask"));
    for choice in CHOICES {
        let key = Key::Data {
            draft: draft.clone(),
            choice: choice.to_owned(),
        };
        reply = reply.key(turn.text(&format!("consent.data.{choice}")), key);
    }
    turn.reply(reply);
    turn.snap.state = State::MyData;
}

/// An answer in words.
pub(crate) fn step(turn: &mut Turn, words: &Words) {
    let folded = phrases::fold(&words.text);
    let says = |list: &[&str]| list.iter().any(|word| folded.contains(word));
    let choice = if says(&["撤", "withdraw", "takeback"]) {
        "withdraw"
    } else if says(&["删", "注销", "delete", "erase"]) {
        "delete"
    } else if says(&["改", "更正", "correct", "change"]) {
        "correct"
    } else if says(&["看", "查", "副本", "see", "copy"]) {
        "see"
    } else {
        ""
    };
    if choice.is_empty() && !wishes::skip(&words.text) {
        turn.draft().say(&words.text);
    }
    picked(turn, choice);
}

/// Goes on with what was chosen; with nothing chosen, a person will ask.
pub(crate) fn picked(turn: &mut Turn, choice: &str) {
    match choice {
        "withdraw" if !turn.snap.consents.is_empty() => {
            turn.snap.draft = None;
            turn.idle();
            return consent::list(turn);
        }
        "correct" if offers_known(turn) => return,
        "see" => {
            if let Some(number) = turn.view.proving.fresh.clone() {
                return give(turn, number);
            }
            if prove::before_copy(turn) {
                return;
            }
        }
        _ => {}
    }
    let kind = if choice.is_empty() { "other" } else { choice };
    begin(turn, kind);
}

/// Gives what is kept under a number to whoever proved that it is theirs.
pub(crate) fn give(turn: &mut Turn, number: String) {
    turn.snap.draft = None;
    turn.idle();
    turn.say("consent.copy.head");
    turn.effect(Effect::Copy { number });
}

/// No code comes, or none is wanted: a person gives it.
pub(crate) fn by_request(turn: &mut Turn) {
    turn.say("prove.copy.later");
    begin(turn, "see");
}

fn begin(turn: &mut Turn, kind: &str) {
    let answer = Answer::Choice(vec![kind.to_owned()]);
    turn.draft().answers.insert(KIND.to_owned(), answer);
    form::enter(turn, SERVICE);
}

/// Shows what is known and may be wrong; `false` if nothing is.
fn offers_known(turn: &mut Turn) -> bool {
    let known = turn.snap.known.clone();
    let draft = turn.draft().id.clone();
    let items = [
        ("name", known.name.as_deref().map(mask::name)),
        ("phone", known.phone.as_deref().map(mask::phone)),
    ];
    let mut reply = Reply::plain(turn.text("consent.data.which"));
    for (what, shown) in items {
        if let Some(shown) = shown {
            let label = turn.text(&format!("task.kind.{what}"));
            let key = Key::Correct {
                draft: draft.clone(),
                what: what.to_owned(),
            };
            reply = reply.key(format!("{label} {shown}"), key);
        }
    }
    if reply.keys.is_empty() {
        return false;
    }
    turn.reply(reply);
    turn.snap.state = State::MyData;
    true
}

/// Asks for the right value.
pub(crate) fn correct(turn: &mut Turn, what: String) {
    turn.say("consent.data.right");
    turn.snap.state = State::Correct { what };
}

/// The right value, for a worker to look at with the old one.
pub(crate) fn corrected(turn: &mut Turn, what: &str, words: &Words) {
    let today = turn.view.local().date_naive();
    let field = turn.service(SERVICE).and_then(|s| s.field(what));
    let read = field.map(|f| question::parse(f, &Given::Text(words.text.clone()), today));
    let new = match read {
        Some(Ok(Answer::Text(new))) => new,
        Some(Err(complaint)) if !wishes::skip(&words.text) => {
            let text = complaint.say(turn.lang()).to_owned();
            turn.reply(Reply::plain(text));
            return;
        }
        _ => return begin(turn, "correct"),
    };
    let mut known = turn.snap.known.clone();
    let place = match what {
        "name" => &mut known.name,
        _ => &mut known.phone,
    };
    let old = place.replace(new.clone()).unwrap_or_default();
    turn.draft().accord.correction = Some(Correction {
        what: what.to_owned(),
        old,
        new,
    });
    turn.snap.known = known.clone();
    turn.effect(Effect::Remember(known));
    begin(turn, "correct");
}
