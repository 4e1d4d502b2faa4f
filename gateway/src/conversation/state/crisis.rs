//! In danger: every message goes live to the case; the bot asks at most two
//! gentle things and shows no menu.

use crate::clock::moment;
use crate::conversation::crisis;
use crate::conversation::input::Words;
use crate::conversation::output::{Ask, Case, Effect, Reply, ReplyKind, Said};
use crate::conversation::phrases;
use crate::conversation::snapshot::{Awaits, Live, State};
use crate::conversation::turn::Turn;
use chrono::TimeDelta;

/// How often a message is acknowledged before the bot only passes on.
const ACKNOWLEDGED: u8 = 5;

/// Words while in danger (danger words themselves were met before).
pub(crate) fn step(turn: &mut Turn, live: Live, words: &Words) {
    pass_on(
        turn,
        &live,
        Said::words(Case::Draft(live.draft.clone()), &words.text),
    );
    match live.awaits {
        Awaits::Danger if phrases::no(&words.text) => calmed(turn, live),
        Awaits::Danger => confirmed(turn, live),
        Awaits::Call if phrases::no(&words.text) => call(turn, live, false),
        Awaits::Call if phrases::yes(&words.text) => call(turn, live, true),
        _ => follow(turn, live),
    }
}

/// Anything that is not words: a pin, a photo, a phone number.
pub(crate) fn pass(turn: &mut Turn, live: Live, said: Said) {
    pass_on(turn, &live, said);
    follow(turn, live);
}

/// Whether the message answers what the danger waits for, so that "0" is not
/// taken for a call for a human.
pub(crate) fn expects(live: &Live, words: &Words) -> bool {
    live.awaits != Awaits::Nothing && (phrases::no(&words.text) || phrases::yes(&words.text))
}

/// There is danger after all.
pub(crate) fn confirmed(turn: &mut Turn, live: Live) {
    let awaits = if crisis::is_hidden(&live.service) {
        Awaits::Call
    } else {
        Awaits::Nothing
    };
    let live = Live { awaits, ..live };
    let card = crisis::card_reply(turn, &live);
    turn.reply(card);
    turn.snap.state = State::Crisis(live);
}

/// There is no danger, says the person. The case stays open for a human.
pub(crate) fn calmed(turn: &mut Turn, live: Live) {
    turn.effect(Effect::Calmed {
        case: Case::Draft(live.draft),
    });
    gentle(turn, "crisis.reply.relief", None);
    turn.idle();
}

/// The person says whether a call is safe.
pub(crate) fn call(turn: &mut Turn, live: Live, allowed: bool) {
    turn.effect(Effect::Call {
        case: Case::Draft(live.draft.clone()),
        allowed,
    });
    let (key, ask) = if allowed {
        ("crisis.reply.call", Some(Ask::Place))
    } else {
        ("crisis.reply.hush", None)
    };
    gentle(turn, key, ask);
    turn.snap.state = State::Crisis(Live {
        awaits: Awaits::Nothing,
        hushed: !allowed,
        asked: live.asked + 1,
        ..live
    });
}

fn pass_on(turn: &mut Turn, live: &Live, mut said: Said) {
    if live.awaits == Awaits::Danger {
        said.danger = Some(live.service.clone());
    }
    if let Some(held) = &turn.snap.held
        && !crisis::is_restricted(turn, &live.service)
    {
        let to = Case::Request(held.request.clone());
        turn.effect(Effect::Say(Box::new(Said { to, ..said.clone() })));
    }
    turn.effect(Effect::Say(Box::new(said)));
}

/// One gentle question more, or a word that somebody is there.
fn follow(turn: &mut Turn, live: Live) {
    let asked = live.asked;
    let heard = if turn.view.desk_down {
        "crisis.reply.heard_down"
    } else {
        "crisis.reply.heard"
    };
    let next = match asked {
        _ if turn.snap.held.is_some() => None,
        _ if live.hushed => Some((heard, None)).filter(|_| asked < ACKNOWLEDGED),
        0 if asks_place(&live.service) => Some(("crisis.reply.phone", Some(Ask::Contact))),
        0 => Some(("crisis.reply.where", Some(Ask::Place))),
        1 if live.service == "CRI-SUICIDE" => Some(("crisis.reply.company", None)),
        1 if asks_place(&live.service) => Some((heard, None)),
        1 => Some(("crisis.reply.phone", Some(Ask::Contact))),
        _ if asked < ACKNOWLEDGED || long_silent(turn) => Some((heard, None)),
        _ => None,
    };
    if let Some((key, ask)) = next {
        gentle(
            turn,
            key,
            ask.filter(|ask| *ask != Ask::Contact || turn.snap.known.phone.is_none()),
        );
    }
    turn.snap.state = State::Crisis(Live {
        asked: asked.saturating_add(1),
        ..live
    });
}

/// Dangers whose card already asks for the place.
fn asks_place(service: &str) -> bool {
    matches!(service, "CRI-HUNGER" | "CRI-MISSING" | "CRI-UNRESP")
}

fn long_silent(turn: &Turn) -> bool {
    turn.view.now - moment(turn.snap.last_at) > TimeDelta::minutes(10)
}

fn gentle(turn: &mut Turn, key: &str, ask: Option<Ask>) {
    let text = turn.fill(key, &crisis::numbers(turn.view.lines));
    let means = turn.view.channel;
    let possible = |ask: &Ask| match ask {
        Ask::Contact => means.contact,
        Ask::Place => means.place,
    };
    turn.reply(Reply {
        ask: ask.filter(possible),
        ..Reply::of(ReplyKind::Crisis, text)
    });
}
