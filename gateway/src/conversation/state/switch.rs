//! A new matter came up while another was open: which first? Neither is lost.

use crate::conversation::draft::Draft;
use crate::conversation::input::{Key, Words};
use crate::conversation::need;
use crate::conversation::output::Reply;
use crate::conversation::phrases;
use crate::conversation::snapshot::State;
use crate::conversation::state::{form, several, sort};
use crate::conversation::turn::Turn;

/// Asks which first; without an open matter the new one simply begins.
pub(crate) fn enter(turn: &mut Turn, fresh: Draft) {
    let Some(open) = turn
        .snap
        .draft
        .as_ref()
        .filter(|open| open.service.is_some())
    else {
        begin(turn, fresh);
        return;
    };
    let open = open.id.clone();
    let old = turn.draft_title();
    let new = if fresh.needs.len() > 1 {
        turn.title_of(&fresh)
    } else {
        turn.title(service(&fresh))
    };
    let text = turn.fill("talk.switch.ask", &[("old", old), ("new", new)]);
    let reply = Reply::plain(text)
        .key(
            turn.fill("talk.key.continue", &[("title", old)]),
            Key::Continue { draft: open },
        )
        .key(
            turn.fill("talk.key.begin", &[("title", new)]),
            Key::Begin {
                draft: fresh.id.clone(),
            },
        );
    turn.reply(reply);
    turn.snap.state = State::Switch {
        fresh: Box::new(fresh),
    };
}

/// An answer in words.
pub(crate) fn step(turn: &mut Turn, mut fresh: Draft, words: &Words) {
    match phrases::fold(&words.text).as_str() {
        "继续" | "接着" | "接着办" | "原来的" | "刚才的" | "旧的" | "前面的" | "第一个"
        | "先办原来的" | "continue" | "first" | "theoldone" | "goon" => stay(turn, fresh),
        "新的" | "先办新的" | "换" | "换新的" | "开始" | "后面的" | "第二个" | "这个" | "new"
        | "second" | "thenewone" => {
            begin(turn, fresh);
        }
        _ if phrases::yes(&words.text) || fresh.asked > 0 => {
            // Asked once: the open matter goes on, the other one waits.
            fresh.say(&words.text);
            stay(turn, fresh);
        }
        _ if phrases::no(&words.text) => stay(turn, fresh),
        _ => {
            let more = need::gather(turn, words);
            fresh.absorb(more);
            fresh.asked = 1;
            enter(turn, fresh);
        }
    }
}

/// The open matter goes on; the new one waits for its turn. Its words are kept
/// with both, because they may have been meant for the open one after all.
pub(crate) fn stay(turn: &mut Turn, fresh: Draft) {
    turn.draft().absorb(fresh.clone());
    wait(turn, fresh);
    form::resume(turn);
}

/// Lays the new matter aside, to be offered later.
pub(crate) fn wait(turn: &mut Turn, mut fresh: Draft) {
    if !fresh.stands() {
        fresh.needs.extend(service(&fresh).map(str::to_owned));
    }
    let text = turn.fill("talk.aside.later", &[("title", turn.title_of(&fresh))]);
    turn.reply(Reply::plain(text));
    turn.snap.lay_aside(fresh);
}

/// The new matter begins; the open one is put aside.
pub(crate) fn begin(turn: &mut Turn, fresh: Draft) {
    if turn
        .snap
        .draft
        .as_ref()
        .is_some_and(|open| open.service.is_some())
    {
        let text = turn.fill("talk.aside.kept", &[("title", turn.draft_title())]);
        turn.reply(Reply::plain(text));
        turn.snap.put_aside();
    }
    let code = service(&fresh).map(str::to_owned);
    match turn.snap.draft.as_mut() {
        Some(loose) => loose.absorb(fresh),
        None => turn.snap.draft = Some(fresh),
    }
    let needs = turn.draft().needs.clone();
    match code {
        _ if needs.len() > 1 => several::enter(turn, needs),
        Some(code) => form::enter(turn, &code),
        None => sort::unclear(turn),
    }
}

fn service(draft: &Draft) -> Option<&str> {
    draft
        .service
        .as_deref()
        .or_else(|| draft.guesses.first().map(String::as_str))
}
