//! At rest: a greeting, a command, a reference number or a need.

use crate::conversation::accord::Consent;
use crate::conversation::input::{Escape, Key, Words};
use crate::conversation::need;
use crate::conversation::output::{Case, Reply};
use crate::conversation::phrases::{self, Command};
use crate::conversation::press;
use crate::conversation::snapshot::State;
use crate::conversation::state::{adding, choose, consent, form, menu, mydata, rating};
use crate::conversation::turn::Turn;
use crate::conversation::view::Mine;
use crate::conversation::wishes;
use intents::Decision;
use menus::Lang;
use menus::menu::TOP;

pub(crate) fn step(turn: &mut Turn, words: &Words) {
    if let Some(key) = answered(turn, &words.text) {
        press::press(turn, key);
        return;
    }
    if let Some((mine, rest)) = referred(turn, &words.text) {
        if rest {
            turn.say_to(Case::Request(mine.id.clone()), &words.text);
            adding::heard(turn, mine);
        } else {
            choose::show(turn, mine);
        }
        return;
    }
    self::words(turn, words);
}

/// The button that a plain yes or no means, when a question with such buttons
/// was the last thing said.
fn answered(turn: &Turn, text: &str) -> Option<Key> {
    let (yes, no) = (phrases::yes(text), phrases::no(text));
    let done = rating::said(text);
    let fits = |key: &Key| match key {
        Key::Continue { .. } => yes,
        Key::Drop { .. } => no,
        Key::Solved { solved, .. } => done == Some(*solved),
        _ => false,
    };
    let offered = turn.snap.offered.iter().map(|offer| &offer.key);
    let asked = offered
        .clone()
        .any(|key| matches!(key, Key::Drop { .. } | Key::Solved { .. }));
    offered.filter(|_| asked).find(|key| fits(key)).cloned()
}

/// Small talk and commands, else a need.
pub(crate) fn words(turn: &mut Turn, words: &Words) {
    let text = &words.text;
    if phrases::greeting(text) {
        welcome(turn);
    } else if phrases::thanks(text) {
        turn.say("talk.thanks");
    } else if let Some(command) = phrases::command(text) {
        obey(turn, command);
    } else if wishes::asks_when(text)
        && words.verdict.decision != Decision::Route
        && turn.open_requests().next().is_some()
    {
        choose::progress(turn);
    } else {
        need::hear(turn, words);
    }
}

fn obey(turn: &mut Turn, command: Command) {
    match command {
        Command::List(purpose) => choose::enter(turn, purpose, 0),
        Command::Language(lang) => speak(turn, lang),
        Command::Consents => consent::list(turn),
        Command::MyData => form::enter(turn, mydata::SERVICE),
        Command::Aloud => consent::aloud(turn, Consent::Notice),
        Command::Help => {
            turn.snap.greeted = false;
            welcome(turn);
        }
    }
}

/// The first words of a conversation, or the first of the day; then what was put
/// aside, or the menu.
pub(crate) fn welcome(turn: &mut Turn) {
    let first = hello(turn);
    if offer_aside(turn) {
        // One question at a time; the menu is a tap away.
        turn.idle();
        return;
    }
    menu::enter(turn, TOP);
    if first {
        offer_language(turn);
    }
}

/// The menu was asked for before anybody was greeted.
pub(crate) fn welcome_to_menu(turn: &mut Turn) {
    let first = hello(turn);
    menu::enter(turn, TOP);
    if first {
        offer_language(turn);
    }
}

/// Says hello; whether for the first time.
fn hello(turn: &mut Turn) -> bool {
    if turn.snap.greeted {
        turn.say("talk.welcome.again");
        return false;
    }
    turn.snap.greeted = true;
    let text = format!(
        "{}\n\n{}",
        turn.text("talk.welcome.hello"),
        turn.text("talk.welcome.words")
    );
    turn.reply(Reply::plain(text));
    true
}

/// The button for the other language, with the newest ones, because pages show
/// no others.
fn offer_language(turn: &mut Turn) {
    let (label, other) = match turn.snap.lang {
        Lang::Zh => ("English", Lang::En),
        Lang::En => ("中文", Lang::Zh),
    };
    if let Some(newest) = turn.replies.last_mut() {
        newest.keys.push((label.to_owned(), Key::Language(other)));
    }
}

/// The person chose a language.
pub(crate) fn speak(turn: &mut Turn, lang: Lang) {
    turn.snap.lang = lang;
    turn.snap.lang_fixed = true;
    turn.say("talk.language");
    if matches!(turn.snap.state, State::Idle | State::Menu { .. }) {
        menu::enter(turn, TOP);
    } else {
        super::again(turn);
    }
}

/// Nothing is under way any more.
pub(crate) fn rest(turn: &mut Turn) {
    turn.idle();
    turn.say("talk.rest");
    offer_aside(turn);
}

/// Offers to go on with what was put aside last; `false` if there is nothing.
pub(crate) fn offer_aside(turn: &mut Turn) -> bool {
    let Some(draft) = turn.snap.aside.last() else {
        return false;
    };
    let id = draft.id.clone();
    let title = turn.title_of(draft);
    let text = turn.fill("talk.aside.offer", &[("title", title)]);
    let reply = Reply::plain(text)
        .key(
            turn.text("talk.key.go_on"),
            Key::Continue { draft: id.clone() },
        )
        .key(turn.text("talk.key.drop"), Key::Drop { draft: id });
    let (label, menu) = turn.escape_key(Escape::Menu);
    turn.reply(reply.key(label, menu));
    true
}

/// The request whose reference the text names, and whether it says more.
fn referred<'v>(turn: &Turn<'_, 'v>, text: &str) -> Option<(&'v Mine, bool)> {
    if turn.view.requests.is_empty() || text.len() > 8000 {
        return None;
    }
    let plain = plain(text);
    turn.view.requests.iter().find_map(|mine| {
        let reference = self::plain(&mine.reference);
        let found = reference.chars().count() >= 4 && plain.contains(&reference);
        found.then(|| (mine, plain.chars().count() > reference.chars().count() + 4))
    })
}

fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_uppercase)
        .collect()
}
