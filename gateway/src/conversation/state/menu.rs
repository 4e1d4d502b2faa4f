//! The menu: five choices a screen, then paging, then what is always there.

use crate::conversation::input::{Escape, Key};
use crate::conversation::output::Reply;
use crate::conversation::snapshot::State;
use crate::conversation::turn::Turn;
use menus::menu::{Entry, TOP, Target};

/// Shows a screen. Unknown keys show one that exists.
pub(crate) fn enter(turn: &mut Turn, key: &str) {
    let menu = turn.view.menu;
    let lang = turn.lang();
    let screen = menu.screen(key);
    let mut text = screen.title.get(lang).to_owned();
    let is_top = screen.parent.is_none();
    if !is_top {
        text = format!("{text}\n{}", turn.text("talk.menu.pick"));
    }
    let key_of = |entry: &Entry| match &entry.target {
        Target::Screen(key) => Key::Screen(key.clone()),
        Target::Service(code) => Key::Service(code.as_str().to_owned()),
    };
    let mut reply = Reply::plain(String::new());
    for entry in screen.entries.iter().chain(&screen.paging) {
        reply = reply.key(entry.label.get(lang), key_of(entry));
    }
    if is_top && turn.view.channel.buttons {
        for button in menu.buttons() {
            reply = reply.key(
                button.label.get(lang),
                always(button.key, button.service.as_str()),
            );
        }
    } else if is_top {
        // Numbers stay few: what is always there is reached by its word.
        let labels: Vec<&str> = menu
            .buttons()
            .iter()
            .map(|button| button.label.get(lang))
            .collect();
        let list = labels.join(turn.text("talk.comma"));
        text = format!(
            "{text}\n{}",
            turn.fill("talk.menu.words", &[("list", &list)])
        );
    } else {
        let (label, key) = turn.escape_key(Escape::Back);
        reply = reply.key(label, key);
    }
    reply = turn.with_continue(reply);
    reply.text = text;
    turn.reply(reply);
    turn.snap.state = State::Menu {
        screen: screen.key.clone(),
    };
}

/// One level up; from the top the conversation rests.
pub(crate) fn back(turn: &mut Turn, key: &str) {
    match turn.view.menu.screen(key).parent.clone() {
        Some(parent) => enter(turn, &parent),
        None if turn.view.menu.screen(key).key != TOP => enter(turn, TOP),
        None => super::idle::rest(turn),
    }
}

fn always(key: &str, service: &str) -> Key {
    match key {
        "progress" => Key::Escape(Escape::Progress),
        "human" => Key::Escape(Escape::Human),
        _ => Key::Service(service.to_owned()),
    }
}
