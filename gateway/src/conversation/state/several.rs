//! Several needs in one message: listed back, to confirm or to strike out.
//!
//! One form serves them all; each becomes a request of its own.

use crate::conversation::input::{Key, Words};
use crate::conversation::output::Reply;
use crate::conversation::phrases;
use crate::conversation::snapshot::State;
use crate::conversation::state::{form, menu};
use crate::conversation::turn::Turn;

/// The most needs of one message.
const MOST: usize = 4;

/// Lists the needs: service codes, best first.
pub(crate) fn enter(turn: &mut Turn, mut needs: Vec<String>) {
    needs.truncate(MOST);
    if needs.len() < 2 {
        all(turn, &needs);
        return;
    }
    let draft = turn.draft().id.clone();
    let mut text = turn.text("talk.several.heard").to_owned();
    for (at, code) in needs.iter().enumerate() {
        let number = (at + 1).to_string();
        text.push('\n');
        text.push_str(&turn.fill(
            "talk.several.line",
            &[("number", &number), ("title", turn.title(Some(code)))],
        ));
    }
    text.push('\n');
    text.push_str(turn.text("talk.several.ask"));
    // Numbers in the list are not the numbers of the buttons.
    let mut reply = Reply {
        open: true,
        ..Reply::plain(text)
    }
    .key(
        turn.text("talk.key.all"),
        Key::All {
            draft: draft.clone(),
        },
    );
    for (at, code) in needs.iter().enumerate() {
        let number = (at + 1).to_string();
        let label = turn.fill(
            "talk.key.strike",
            &[("number", &number), ("title", turn.title(Some(code)))],
        );
        reply = reply.key(
            label,
            Key::Strike {
                draft: draft.clone(),
                service: code.clone(),
            },
        );
    }
    let reply = reply.key(turn.text("talk.key.drop"), Key::Drop { draft });
    turn.reply(reply);
    turn.snap.state = State::Several { needs };
}

/// All that are still listed.
pub(crate) fn all(turn: &mut Turn, needs: &[String]) {
    let Some((first, rest)) = needs.split_first() else {
        menu::enter(turn, menus::menu::TOP);
        return;
    };
    let others = rest
        .iter()
        .map(|code| ((turn.view.new_id)(), code.clone()))
        .collect();
    turn.draft().others = others;
    form::enter(turn, first);
}

/// Without this one.
pub(crate) fn strike(turn: &mut Turn, mut needs: Vec<String>, code: &str) {
    needs.retain(|need| need != code);
    enter(turn, needs);
}

/// An answer in words: agreement, numbers to strike out, or more to say.
pub(crate) fn step(turn: &mut Turn, needs: &[String], words: &Words) {
    let text = &words.text;
    let folded = phrases::fold(text);
    if phrases::yes(text)
        || matches!(
            folded.as_str(),
            "都要" | "全办" | "全部" | "都要办" | "all" | "both"
        )
    {
        all(turn, needs);
        return;
    }
    let strikes = [
        "去掉", "不要", "删", "划掉", "不办", "without", "not", "remove",
    ]
    .iter()
    .any(|word| folded.contains(word));
    let mentioned = |at: usize| {
        let digit = char::from_digit(at as u32 + 1, 10).unwrap_or('0');
        folded.contains(digit)
            || "一二三四"
                .chars()
                .nth(at)
                .is_some_and(|han| folded.contains(han))
    };
    let (named, rest): (Vec<_>, Vec<_>) = needs
        .iter()
        .cloned()
        .enumerate()
        .partition(|(at, _)| mentioned(*at));
    let codes =
        |list: Vec<(usize, String)>| list.into_iter().map(|(_, code)| code).collect::<Vec<_>>();
    if named.is_empty() {
        turn.draft().say(text);
        turn.say("talk.confirm.noted");
        enter(turn, needs.to_vec());
    } else if strikes {
        enter(turn, codes(rest));
    } else {
        all(turn, &codes(named));
    }
}
