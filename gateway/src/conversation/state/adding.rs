//! Adding to an open request: what is written goes into its thread.

use crate::conversation::input::{Key, Words};
use crate::conversation::need;
use crate::conversation::output::{Case, Reply};
use crate::conversation::phrases;
use crate::conversation::snapshot::State;
use crate::conversation::state::{choose, idle};
use crate::conversation::turn::Turn;
use crate::conversation::view::Mine;
use crate::ids::RequestId;

/// Asks what is to be added.
pub(crate) fn enter(turn: &mut Turn, mine: &Mine) {
    if !mine.open {
        choose::show(turn, mine);
        return;
    }
    let text = turn.fill("request.add_ask", &[("reference", &mine.reference)]);
    turn.reply(Reply::plain(text));
    turn.snap.state = State::Adding {
        request: mine.id.clone(),
    };
}

/// Words to add; another matter is asked about first.
pub(crate) fn step(turn: &mut Turn, request: &RequestId, words: &Words) {
    if phrases::thanks(&words.text) {
        turn.say("talk.thanks");
        turn.idle();
        return;
    }
    let Some(mine) = turn.request(request) else {
        turn.idle();
        idle::step(turn, words);
        return;
    };
    if need::another(&words.verdict, &mine.service, &words.text) && turn.snap.draft.is_none() {
        apart(turn, mine, words);
        return;
    }
    turn.say_to(Case::Request(request.clone()), &words.text);
    heard(turn, mine);
}

/// Says that it arrived.
pub(crate) fn heard(turn: &mut Turn, mine: &Mine) {
    let who = mine
        .who
        .clone()
        .unwrap_or_else(|| turn.text("request.worker").to_owned());
    let text = turn.fill(
        "request.added",
        &[("reference", &mine.reference), ("who", &who)],
    );
    turn.reply(Reply::plain(text));
    turn.snap.state = State::Adding {
        request: mine.id.clone(),
    };
}

/// Does this belong to the request, or is it another matter?
fn apart(turn: &mut Turn, mine: &Mine, words: &Words) {
    let fresh = need::gather(turn, words);
    let Some(service) = fresh.guesses.first().cloned() else {
        return;
    };
    let id = fresh.id.clone();
    turn.snap.draft = Some(fresh);
    let title = turn.request_title(mine);
    let attach = turn.fill(
        "talk.key.attach",
        &[("title", &title), ("reference", &mine.reference)],
    );
    let begin = turn.fill("talk.key.begin", &[("title", turn.title(Some(&service)))]);
    let reply = Reply::plain(turn.fill("request.apart", &[("reference", &mine.reference)]))
        .key(
            attach,
            Key::Attach {
                draft: id.clone(),
                request: mine.id.clone(),
            },
        )
        .key(begin, Key::Pick { draft: id, service });
    turn.reply(reply);
    turn.snap.state = State::Sort;
}
