//! In danger: every message goes live to the case; the bot asks at most two
//! gentle things and shows no menu.

use crate::clock::moment;
use crate::conversation::crisis;
use crate::conversation::input::Words;
use crate::conversation::output::{Ask, Case, Effect, Reply, ReplyKind, Said};
use crate::conversation::phrases;
use crate::conversation::snapshot::{Awaits, Live, State};
use crate::conversation::turn::Turn;
use crate::conversation::wishes;
use chrono::TimeDelta;

/// How often a message is acknowledged in full; later ones in a word.
const ACKNOWLEDGED: u8 = 5;

/// Words while in danger (danger words themselves were met before).
pub(crate) fn step(turn: &mut Turn, mut live: Live, words: &Words) {
    let text = &words.text;
    let slots = &words.verdict.slots;
    live.placed |= slots.place.is_some() || !turn.view.places.find(text).is_empty();
    if let Some(phone) = &slots.phone {
        live.phoned = true;
        turn.snap.known.phone = Some(phone.clone());
        turn.effect(Effect::Remember(turn.snap.known.clone()));
    }
    let mut said = Said::words(Case::Draft(live.draft.clone()), text);
    if live.awaits == Awaits::Danger && !phrases::no(text) {
        said.danger = Some(live.service.clone());
    }
    pass_on(turn, &live, said);
    match live.awaits {
        Awaits::Danger if phrases::no(text) => calmed(turn, live),
        Awaits::Danger => confirmed(turn, live),
        Awaits::Call if phrases::no(text) => call(turn, live, false),
        Awaits::Call if phrases::yes(text) => call(turn, live, true),
        _ if live.hushed && wishes::convenient(text) => call(turn, live, true),
        _ if wishes::asks_when(text) && waiting(turn, &live) => {
            turn.snap.state = State::Crisis(live);
        }
        _ => follow(turn, live),
    }
}

/// Tells somebody who asks how long it takes what the case says; `false` if it
/// says nothing yet, or a worker is talking.
fn waiting(turn: &mut Turn, live: &Live) -> bool {
    let mut mine = turn.view.requests.iter();
    let mine = mine.find(|mine| mine.draft.as_ref() == Some(&live.draft));
    let promise = mine.and_then(|mine| mine.promise.as_ref());
    let Some(promise) = promise.filter(|_| turn.snap.held.is_none() && !live.hushed) else {
        return false;
    };
    let text = turn.fill("crisis.reply.waiting", &[("promise", promise)]);
    turn.reply(Reply::of(ReplyKind::Crisis, text));
    true
}

/// Anything that is not words: a pin, a photo, a phone number.
pub(crate) fn pass(turn: &mut Turn, mut live: Live, said: Said) {
    live.placed |= said.pin.is_some();
    live.phoned |= turn.snap.known.phone.is_some();
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
    turn.snap.greeted = true;
    turn.idle();
}

/// The person says whether a call is safe.
pub(crate) fn call(turn: &mut Turn, live: Live, allowed: bool) {
    turn.effect(Effect::Call {
        case: Case::Draft(live.draft.clone()),
        allowed,
    });
    let (key, ask) = match (allowed, live.placed) {
        (false, _) => ("crisis.reply.hush", None),
        (true, false) => ("crisis.reply.call", Some(Ask::Place)),
        (true, true) => ("crisis.reply.heard", None),
    };
    gentle(turn, key, ask);
    let placed = live.placed || allowed;
    turn.snap.state = State::Crisis(Live {
        awaits: Awaits::Nothing,
        hushed: !allowed,
        placed,
        ..live
    });
}

fn pass_on(turn: &mut Turn, live: &Live, said: Said) {
    if let Some(held) = &turn.snap.held
        && !crisis::is_restricted(turn, &live.service)
    {
        let to = Case::Request(held.request.clone());
        turn.effect(Effect::Say(Box::new(Said { to, ..said.clone() })));
    }
    turn.effect(Effect::Say(Box::new(said)));
}

/// One gentle question more, or a word that somebody is there.
fn follow(turn: &mut Turn, mut live: Live) {
    let quiet = turn.snap.held.is_some();
    let heard = if turn.view.desk_down {
        "crisis.reply.heard_down"
    } else {
        "crisis.reply.heard"
    };
    if quiet {
        // The officer is talking.
    } else if !live.hushed && !live.placed {
        live.placed = true;
        gentle(turn, "crisis.reply.where", Some(Ask::Place));
    } else if !live.hushed && !live.phoned {
        live.phoned = true;
        gentle(turn, "crisis.reply.phone", Some(Ask::Contact));
    } else if live.heard < ACKNOWLEDGED || long_silent(turn) || turn.view.desk_down {
        gentle(turn, heard, None);
    } else {
        gentle(turn, "crisis.reply.more", None);
    }
    live.heard = live.heard.saturating_add(1);
    turn.snap.state = State::Crisis(live);
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
