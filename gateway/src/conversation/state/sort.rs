//! Something was sent that no service is known for: a voice note, a photo, or
//! words nobody understood. It is kept until the person says where it belongs.

use crate::conversation::input::{Escape, Key};
use crate::conversation::output::Reply;
use crate::conversation::snapshot::State;
use crate::conversation::turn::Turn;

/// The most open requests offered to take it.
const OFFERED: usize = 2;

/// Asks where it belongs; `text` is the key of the sentence before the choices.
pub(crate) fn enter(turn: &mut Turn, text: &str) {
    let draft = turn.draft().id.clone();
    let mut reply = Reply {
        open: true,
        ..Reply::plain(turn.text(text))
    };
    let open: Vec<_> = turn.open_requests().take(OFFERED).collect();
    for mine in open {
        let title = turn.request_title(mine);
        let label = turn.fill(
            "talk.key.attach",
            &[("title", &title), ("reference", &mine.reference)],
        );
        reply = reply.key(
            label,
            Key::Attach {
                draft: draft.clone(),
                request: mine.id.clone(),
            },
        );
    }
    for escape in [Escape::Human, Escape::Menu] {
        let (label, key) = turn.escape_key(escape);
        reply = reply.key(label, key);
    }
    turn.reply(reply);
    turn.snap.state = State::Sort;
}

/// Words nobody understood: what the bot can do.
pub(crate) fn unclear(turn: &mut Turn) {
    let again = turn.snap.state == State::Sort;
    enter(
        turn,
        if again {
            "talk.sort.unclear_again"
        } else {
            "talk.sort.unclear"
        },
    );
}
