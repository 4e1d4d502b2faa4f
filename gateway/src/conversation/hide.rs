//! Taking what was said off the screen, because somebody may look over the
//! shoulder. Says in plain words how far that goes; nothing is lost in the store,
//! no case is closed, and the state stays what it was.
//!
//! A page of ours shows nothing of before until the person's own word brings it
//! back. A messenger takes back what it still can.

use crate::conversation::output::{Case, Effect, Reply, ReplyKind};
use crate::conversation::snapshot::State;
use crate::conversation::turn::Turn;

/// 「隐藏」.
pub(crate) fn hide(turn: &mut Turn) {
    turn.opening_line = None;
    turn.snap.hidden = Some(turn.now());
    turn.effect(Effect::Hide);
    if let State::Crisis(live) = &turn.snap.state {
        // Whoever is about to call should know.
        let to = Case::Draft(live.draft.clone());
        let text = turn.text("talk.hide.told").to_owned();
        turn.say_to(to, &text);
    }
    let means = turn.view.channel;
    let key = match (means.page, means.unsend) {
        (true, _) => "talk.hide.page",
        (false, true) => "talk.hide.unsent",
        (false, false) => "talk.hide.by_hand",
    };
    say(turn, key);
}

/// 「显示」.
pub(crate) fn show(turn: &mut Turn) {
    turn.opening_line = None;
    let hidden = turn.snap.hidden.take().is_some();
    let key = match (hidden, turn.view.channel.page) {
        (true, true) => "talk.hide.shown",
        (true, false) => "talk.hide.kept",
        (false, _) => "talk.hide.nothing",
    };
    say(turn, key);
}

fn say(turn: &mut Turn, key: &str) {
    let text = turn.text(key);
    turn.reply(Reply::of(ReplyKind::Preface, text));
}
