//! Solved or not, and only then how well. "Not solved" goes one level up.

use crate::conversation::input::{Key, Words};
use crate::conversation::output::{Case, Effect, Reply};
use crate::conversation::phrases;
use crate::conversation::snapshot::State;
use crate::conversation::turn::Turn;
use crate::ids::RequestId;

/// Asks whether it is solved or, when it is, for one to five stars.
pub(crate) fn enter(turn: &mut Turn, request: &RequestId, solved: bool) {
    let reference = turn
        .request(request)
        .map_or("", |mine| mine.reference.as_str());
    let reply = if solved {
        (1..=5_u8).fold(
            Reply::plain(turn.text("request.stars_ask")),
            |reply, stars| {
                let label = turn.text(&format!("request.stars.{stars}"));
                reply.key(
                    label,
                    Key::Stars {
                        request: request.clone(),
                        stars,
                    },
                )
            },
        )
    } else {
        let answer = |solved| Key::Solved {
            request: request.clone(),
            solved,
        };
        Reply::plain(turn.fill("request.solved_ask", &[("reference", reference)]))
            .key(turn.text("request.key.solved"), answer(true))
            .key(turn.text("request.key.unsolved"), answer(false))
    };
    turn.reply(reply);
    turn.snap.state = State::Rating {
        request: request.clone(),
        solved,
    };
}

/// An answer in words; anything else is a remark and goes into the thread.
pub(crate) fn step(turn: &mut Turn, request: &RequestId, solved: bool, words: &Words) {
    if let Some(solved) = said(&words.text).filter(|_| !solved) {
        answer(turn, request, solved);
    } else {
        turn.say_to(Case::Request(request.clone()), &words.text);
        turn.say("request.remark");
        turn.idle();
    }
}

/// Solved or not, when a short answer says so.
pub(crate) fn said(text: &str) -> Option<bool> {
    let folded = phrases::fold(text);
    let word = phrases::polite(&folded);
    let not = phrases::no(text)
        || matches!(
            word,
            "没解决"
                | "沒解決"
                | "未解决"
                | "还没解决"
                | "还没有解决"
                | "没有解决"
                | "没办好"
                | "还没办好"
                | "没人来"
                | "还没来"
                | "还没"
                | "还没有"
                | "notsolved"
                | "notyet"
                | "unsolved"
        );
    let yes = phrases::yes(text)
        || matches!(
            word,
            "解决"
                | "解決"
                | "都解决"
                | "已经解决"
                | "办好"
                | "已经办好"
                | "好"
                | "来过"
                | "满意"
                | "solved"
                | "itssolved"
                | "done"
                | "alldone"
        );
    match (yes, not) {
        (_, true) => Some(false),
        (true, false) => Some(true),
        (false, false) => None,
    }
}

/// Solved or not.
pub(crate) fn answer(turn: &mut Turn, request: &RequestId, solved: bool) {
    turn.effect(Effect::Rate {
        request: request.clone(),
        solved,
        stars: None,
    });
    if solved {
        turn.say("request.solved");
        enter(turn, request, true);
    } else {
        turn.say("request.unsolved");
        turn.snap.state = State::Adding {
            request: request.clone(),
        };
    }
}

/// How well.
pub(crate) fn stars(turn: &mut Turn, request: &RequestId, stars: u8) {
    let stars = stars.clamp(1, 5);
    turn.effect(Effect::Rate {
        request: request.clone(),
        solved: true,
        stars: Some(stars),
    });
    turn.say("request.rated");
    turn.idle();
}
