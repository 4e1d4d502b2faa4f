//! Taking a request back, after one question. Danger is not withdrawn here: the
//! officer is told instead.

use crate::conversation::crisis;
use crate::conversation::input::{Key, Words};
use crate::conversation::output::{Effect, Reply};
use crate::conversation::phrases;
use crate::conversation::snapshot::State;
use crate::conversation::state::{choose, idle};
use crate::conversation::turn::Turn;
use crate::ids::RequestId;

/// Asks whether it is really to be withdrawn.
pub(crate) fn enter(turn: &mut Turn, request: &RequestId) {
    let Some(mine) = turn.request(request) else {
        turn.say("request.unknown");
        turn.idle();
        return;
    };
    if crisis::is_danger(&mine.service) {
        turn.say("request.withdraw_danger");
        turn.idle();
        return;
    }
    if !mine.open {
        choose::show(turn, mine);
        return;
    }
    let title = turn.request_title(mine);
    let text = turn.fill(
        "request.withdraw_ask",
        &[("title", &title), ("reference", &mine.reference)],
    );
    let reply = Reply::plain(text)
        .key(
            turn.text("request.key.withdraw_now"),
            Key::WithdrawNow(request.clone()),
        )
        .key(turn.text("request.key.keep"), Key::Keep(request.clone()));
    turn.reply(reply);
    turn.snap.state = State::Withdraw {
        request: request.clone(),
    };
}

/// An answer in words.
pub(crate) fn step(turn: &mut Turn, request: &RequestId, words: &Words) {
    let folded = phrases::fold(&words.text);
    if phrases::yes(&words.text) || matches!(folded.as_str(), "撤回" | "撤" | "撤销" | "withdraw")
    {
        now(turn, request);
    } else if phrases::no(&words.text)
        || matches!(folded.as_str(), "不撤" | "不撤回" | "留着" | "keep")
    {
        keep(turn);
    } else {
        turn.idle();
        idle::step(turn, words);
    }
}

/// Withdraws it.
pub(crate) fn now(turn: &mut Turn, request: &RequestId) {
    match turn.request(request) {
        Some(mine) if mine.open && !crisis::is_danger(&mine.service) => {
            turn.effect(Effect::Withdraw {
                request: request.clone(),
            });
            let text = turn.fill("request.withdrawn", &[("reference", &mine.reference)]);
            turn.reply(Reply::plain(text));
            turn.idle();
        }
        _ => enter(turn, request),
    }
}

/// It goes on.
pub(crate) fn keep(turn: &mut Turn) {
    turn.say("request.kept");
    turn.idle();
}
