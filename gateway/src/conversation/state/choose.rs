//! Telling about the person's requests, and choosing one of several.

use crate::clock::Moment;
use crate::conversation::crisis;
use crate::conversation::deed::{Deed, urged_until};
use crate::conversation::input::{Escape, Key, Words};
use crate::conversation::output::{Effect, Reply};
use crate::conversation::promise::moment_words;
use crate::conversation::snapshot::{Purpose, State};
use crate::conversation::state::{adding, idle, rating, withdraw};
use crate::conversation::turn::Turn;
use crate::conversation::view::Mine;

/// Requests on one screen.
const PAGE: usize = 5;

/// What 「进度」 does.
pub(crate) fn progress(turn: &mut Turn) {
    enter(turn, Purpose::Progress, 0);
}

/// Lists the requests of a purpose; a single one is taken at once.
pub(crate) fn enter(turn: &mut Turn, purpose: Purpose, page: u32) {
    let fitting: Vec<&Mine> = turn
        .view
        .requests
        .iter()
        .filter(|mine| fits(mine, purpose, turn.view.now))
        .collect();
    match fitting.as_slice() {
        [] => none(turn, purpose),
        [one] => act(turn, purpose, one),
        many => list(turn, purpose, page, many),
    }
}

fn none(turn: &mut Turn, purpose: Purpose) {
    let key = if purpose == Purpose::Progress {
        "request.none"
    } else {
        "request.none_fitting"
    };
    let mut reply = Reply::plain(turn.text(key));
    reply = turn.with_continue(reply);
    let (label, key) = turn.escape_key(Escape::Menu);
    turn.reply(reply.key(label, key));
    turn.idle();
}

fn list(turn: &mut Turn, purpose: Purpose, page: u32, many: &[&Mine]) {
    let pages = many.len().div_ceil(PAGE);
    let page = (page as usize).min(pages - 1);
    let shown = &many[page * PAGE..many.len().min((page + 1) * PAGE)];
    let count = many.len().to_string();
    let heading = match purpose {
        Purpose::Progress => "request.list.progress",
        Purpose::Add => "request.list.add",
        Purpose::Withdraw => "request.list.withdraw",
        Purpose::Urge => "request.list.urge",
        Purpose::Rate => "request.list.rate",
        Purpose::Reopen => "request.list.reopen",
    };
    let mut reply = Reply::plain(turn.fill(heading, &[("count", &count)]));
    for (at, mine) in shown.iter().enumerate() {
        let number = (at + 1).to_string();
        reply.text.push('\n');
        reply.text.push_str(&turn.fill(
            "request.list.line",
            &[("number", &number), ("facts", &facts(turn, mine))],
        ));
        let title = turn.request_title(mine);
        let label = turn.fill(
            "request.key.one",
            &[("title", &title), ("reference", &mine.reference)],
        );
        reply = reply.key(label, key(purpose, mine));
    }
    if page + 1 < pages {
        reply = reply.key(
            turn.text("talk.key.more"),
            Key::List {
                purpose,
                page: page as u32 + 1,
            },
        );
    }
    if page > 0 {
        reply = reply.key(
            turn.text("talk.key.before"),
            Key::List {
                purpose,
                page: page as u32 - 1,
            },
        );
    }
    let (label, back) = turn.escape_key(Escape::Menu);
    turn.reply(reply.key(label, back));
    turn.snap.state = State::Choose {
        purpose,
        page: page as u32,
    };
}

/// Whether a request can be chosen for this.
pub(crate) fn fits(mine: &Mine, purpose: Purpose, now: Moment) -> bool {
    match purpose {
        Purpose::Progress => true,
        Purpose::Add => mine.open,
        Purpose::Urge => mine.open && !mine.decided,
        Purpose::Withdraw => mine.open && !mine.decided && !crisis::is_danger(&mine.service),
        Purpose::Rate => (mine.decided || !mine.open) && !mine.rated,
        Purpose::Reopen => !mine.open && mine.reopen_until.is_some_and(|until| until >= now),
    }
}

fn key(purpose: Purpose, mine: &Mine) -> Key {
    let id = mine.id.clone();
    match purpose {
        Purpose::Progress | Purpose::Rate => Key::Show(id),
        Purpose::Add => Key::Add(id),
        Purpose::Withdraw => Key::Withdraw(id),
        Purpose::Urge => Key::Urge(id),
        Purpose::Reopen => Key::Reopen(id),
    }
}

fn act(turn: &mut Turn, purpose: Purpose, mine: &Mine) {
    match purpose {
        Purpose::Progress => show(turn, mine),
        Purpose::Add => adding::enter(turn, mine),
        Purpose::Withdraw => withdraw::enter(turn, &mine.id),
        Purpose::Urge => urge(turn, mine),
        Purpose::Rate => rating::enter(turn, &mine.id, false),
        Purpose::Reopen => reopen(turn, mine),
    }
}

/// Reference, what, who, by when, and the recorded fact.
fn facts(turn: &Turn, mine: &Mine) -> String {
    let title = turn.request_title(mine);
    let mut text = turn.fill(
        "request.facts.title",
        &[("title", &title), ("reference", &mine.reference)],
    );
    let mut line = |part: String| {
        text.push('\n');
        text.push_str(&part);
    };
    if !mine.status.is_empty() {
        line(turn.fill("request.facts.status", &[("status", &mine.status)]));
    }
    let named = |who: &&String| mine.open && !mine.status.contains(who.as_str());
    if let Some(who) = mine.who.as_ref().filter(named) {
        line(turn.fill("request.facts.who", &[("who", who)]));
    }
    if let Some(promise) = mine.promise.as_ref().filter(|_| mine.open) {
        line(turn.fill("request.facts.promise", &[("promise", promise)]));
    }
    text
}

/// One request, with what can be done about it.
pub(crate) fn show(turn: &mut Turn, mine: &Mine) {
    let now = turn.view.now;
    let mut reply = Reply::plain(facts(turn, mine));
    if let Some(from) = urged_until(mine, now) {
        let when = moment_words(from, turn.view.offset, turn.lang());
        reply.text.push('\n');
        reply
            .text
            .push_str(&turn.fill("request.facts.urged", &[("when", &when)]));
    }
    for deed in Deed::of(mine, now) {
        reply = reply.key(turn.text(deed.label()), deed.key(mine.id.clone()));
    }
    reply = turn.with_continue(reply);
    let (label, back) = turn.escape_key(Escape::Menu);
    turn.reply(reply.key(label, back));
    turn.snap.state = State::Choose {
        purpose: Purpose::Progress,
        page: 0,
    };
}

pub(crate) fn may_urge(mine: &Mine, now: Moment) -> bool {
    mine.urge_from.is_none_or(|from| from <= now)
}

/// Urges once; again only from the moment the rule allows.
pub(crate) fn urge(turn: &mut Turn, mine: &Mine) {
    if !mine.open {
        show(turn, mine);
    } else if may_urge(mine, turn.view.now) {
        turn.effect(Effect::Urge {
            request: mine.id.clone(),
        });
        let text = turn.fill("request.urged", &[("reference", &mine.reference)]);
        turn.reply(Reply::plain(text));
    } else {
        let from = mine.urge_from.unwrap_or(turn.view.now);
        let when = moment_words(from, turn.view.offset, turn.lang());
        let text = turn.fill(
            "request.urged_already",
            &[("reference", &mine.reference), ("when", &when)],
        );
        turn.reply(Reply::plain(text));
    }
}

/// Reopens within the time allowed; a new request is offered after it.
pub(crate) fn reopen(turn: &mut Turn, mine: &Mine) {
    if mine.open {
        show(turn, mine);
    } else if fits(mine, Purpose::Reopen, turn.view.now) {
        turn.effect(Effect::Reopen {
            request: mine.id.clone(),
        });
        let text = turn.fill("request.reopened", &[("reference", &mine.reference)]);
        turn.reply(Reply::plain(text));
        turn.snap.state = State::Adding {
            request: mine.id.clone(),
        };
    } else {
        let (label, key) = turn.escape_key(Escape::Menu);
        let text = turn.fill("request.too_late", &[("reference", &mine.reference)]);
        turn.reply(Reply::plain(text).key(label, key));
        turn.idle();
    }
}

/// Words instead of a choice: a reference, or a need after all.
pub(crate) fn step(turn: &mut Turn, _purpose: Purpose, _page: u32, words: &Words) {
    idle::step(turn, words);
}
