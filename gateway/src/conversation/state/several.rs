//! Several needs in one message: listed back, to confirm or to strike out.
//!
//! Each becomes a draft of its own, with its own form; they take their turns,
//! and what one of them was told is not asked again by the next. Nothing but
//! the person's word strikes one out.

use crate::conversation::draft::Draft;
use crate::conversation::input::{Key, Words};
use crate::conversation::need;
use crate::conversation::output::Reply;
use crate::conversation::phrases;
use crate::conversation::snapshot::State;
use crate::conversation::state::{form, menu};
use crate::conversation::turn::Turn;
use crate::conversation::wishes;
use intents::Decision;
use menus::Service;

/// The most needs of one message.
const MOST: usize = 4;

/// Lists the needs: service codes, best first.
pub(crate) fn enter(turn: &mut Turn, mut needs: Vec<String>) {
    needs.truncate(MOST);
    if needs.len() < 2 {
        all(turn, &needs);
        return;
    }
    turn.draft().needs.clone_from(&needs);
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

/// Goes on with an open draft that has not begun: the list, or the one need that
/// waited for its turn.
pub(crate) fn go_on(turn: &mut Turn, needs: Vec<String>) {
    enter(turn, needs);
}

/// All that are still listed, one after the other.
pub(crate) fn all(turn: &mut Turn, needs: &[String]) {
    let Some(first) = needs.first() else {
        menu::enter(turn, menus::menu::TOP);
        return;
    };
    turn.draft().needs = needs.to_vec();
    form::enter(turn, first);
}

/// Parts the needs of the open draft: `code` stays, each of the others becomes a
/// draft that waits for its turn. `false` if there are no others.
pub(crate) fn part(turn: &mut Turn, code: &str) -> bool {
    let needs = std::mem::take(&mut turn.draft().needs);
    let others: Vec<&String> = needs.iter().filter(|need| *need != code).collect();
    if others.is_empty() {
        return false;
    }
    let whole = turn.draft().clone();
    let root = whole.id.clone();
    let restricted = |code: &str| turn.service(code).is_some_and(|service| service.restricted);
    let mixed = restricted(code) || others.iter().any(|code| restricted(code));
    let mut parts = Vec::with_capacity(others.len());
    for other in others.iter().rev() {
        let mut draft = whole.clone();
        draft.needs = vec![(*other).clone()];
        draft.related = Some(root.clone());
        narrow(turn, &mut draft, other, &needs, mixed && !restricted(other));
        parts.push(draft);
    }
    let mut first = whole;
    narrow(turn, &mut first, code, &needs, mixed && !restricted(code));
    for mut draft in parts {
        draft.id = (turn.view.new_id)();
        turn.snap.lay_aside(draft);
    }
    turn.snap.draft = Some(first);
    true
}

/// Leaves in a draft what belongs to its own need. Beside a `secret` one the
/// words go to that alone: they may tell what other queues must not see. Whom
/// another part of the message spoke of is not whom this one is for.
fn narrow(turn: &Turn, draft: &mut Draft, code: &str, needs: &[String], secret: bool) {
    let spoken = |text: &String| speaks_of(turn, text, code, needs);
    if !draft.words.iter().any(spoken) {
        draft.for_other = None;
        for key in ["relation", "subject_age", "age"] {
            draft.facts.remove(key);
        }
    }
    if secret {
        draft.words.clear();
        draft.evidence.clear();
        draft.attachments.clear();
        draft.facts.remove("description");
    }
}

/// Whether the parts of the text that speak of the service also speak of a
/// person. A part belongs to the service it names; those that name none belong to
/// the services that no part names.
fn speaks_of(turn: &Turn, text: &str, code: &str, needs: &[String]) -> bool {
    const PEOPLE: [&str; 26] = [
        "妈", "母", "爸", "父", "爷", "奶", "外婆", "外公", "姥", "老伴", "老公", "老婆", "丈夫",
        "儿", "女", "孩", "娃", "孙", "邻居", "朋友", "mother", "father", "mom", "dad", "child",
        "neighb",
    ];
    const ENDS: [char; 11] = ['，', ',', '。', '；', ';', '！', '!', '？', '?', '\n', '、'];
    let text = text.to_lowercase();
    let named = |part: &str, code: &str| {
        turn.service(code)
            .is_some_and(|service| names(service).any(|name| part.contains(&name.to_lowercase())))
    };
    let parts = || text.split(ENDS).filter(|part| !part.is_empty());
    let outright = parts().any(|part| named(part, code));
    let mut mine = parts().filter(|part| {
        if outright {
            named(part, code)
        } else {
            !needs.iter().any(|other| named(part, other))
        }
    });
    mine.any(|part| PEOPLE.iter().any(|who| part.contains(who)))
}

/// What people call a service.
fn names(service: &Service) -> impl Iterator<Item = &str> {
    let label = service.label();
    let names = [&service.name.zh, &service.name.en, &label.zh, &label.en];
    let aliases = service.aliases.iter().map(String::as_str);
    let names = names.into_iter().map(AsRef::as_ref).chain(aliases);
    names.filter(|name| !name.is_empty())
}

/// A further need that came up beside the open matter waits for its turn.
pub(crate) fn set_aside(turn: &mut Turn, text: &str, code: &str) {
    let mut waiting = turn.snap.aside.iter();
    if waiting.any(|draft| draft.subject() == Some(code)) {
        return;
    }
    let mut draft = turn.new_draft();
    draft.say(text);
    draft.needs = vec![code.to_owned()];
    draft.related = turn.snap.draft.as_ref().map(|open| open.id.clone());
    let title = turn.title(Some(code));
    let line = turn.fill("talk.aside.later", &[("title", title)]);
    turn.reply(Reply::plain(line));
    turn.snap.lay_aside(draft);
}

/// Services of the same message that wait for their turn after this draft, in
/// order.
pub(crate) fn waiting(turn: &Turn, draft: &Draft) -> Vec<String> {
    let aside = turn.snap.aside.iter().rev();
    let mine = aside.filter(|other| other.id != draft.id && follows(other, draft));
    mine.filter_map(|other| other.subject().map(str::to_owned))
        .collect()
}

fn follows(other: &Draft, draft: &Draft) -> bool {
    let root = draft.related.as_ref().unwrap_or(&draft.id);
    other.service.is_none() && other.related.as_ref() == Some(root)
}

/// The next need of the same message takes its turn, after `sent` was sent. What
/// that one was told is not asked again. `false` if none waits.
pub(crate) fn next(turn: &mut Turn, sent: &Draft) -> bool {
    let Some(at) = turn.snap.aside.iter().rposition(|d| follows(d, sent)) else {
        return false;
    };
    let mut draft = turn.snap.aside.remove(at);
    let code = draft.subject().unwrap_or_default().to_owned();
    let Some(service) = turn.service(&code) else {
        return next(turn, sent);
    };
    for (key, answer) in &sent.answers {
        if key != "description" && service.field(key).is_some() {
            draft.answers.insert(key.clone(), answer.clone());
            draft.given.push(key.clone());
        }
    }
    draft.unit = draft.unit.take().or_else(|| sent.unit.clone());
    draft.hukou = draft.hukou.take().or_else(|| sent.hukou.clone());
    draft.pin = draft.pin.or(sent.pin);
    turn.snap.draft = Some(draft);
    form::begin(turn, service, "talk.several.next");
    true
}

/// Without this one.
pub(crate) fn strike(turn: &mut Turn, mut needs: Vec<String>, code: &str) {
    needs.retain(|need| need != code);
    enter(turn, needs);
}

/// An answer in words: agreement, numbers or names to strike out, another need,
/// or more to say. What cannot be read is asked about once; then all are gone
/// through, and each can still be left.
pub(crate) fn step(turn: &mut Turn, needs: &[String], words: &Words) {
    let text = &words.text;
    if phrases::yes(text) || wishes::all(text) || wishes::skip(text) {
        all(turn, needs);
        return;
    }
    let folded = phrases::fold(text);
    let has = |list: &[&str]| list.iter().any(|word| folded.contains(word));
    let (named, rest): (Vec<String>, Vec<String>) = {
        let named = |(at, code): &(usize, &String)| mentions(turn, &folded, *at, code);
        let (named, rest): (Vec<_>, Vec<_>) = needs.iter().enumerate().partition(named);
        let codes =
            |list: Vec<(usize, &String)>| list.into_iter().map(|(_, c)| c.clone()).collect();
        (codes(named), codes(rest))
    };
    let strikes = has(&[
        "去掉", "不要", "不用", "删", "划掉", "不办", "别办", "算了", "without", "not", "remove",
        "drop",
    ]);
    if named.is_empty() {
        unread(turn, needs, words);
    } else if strikes && rest.is_empty() {
        which(turn, needs.to_vec());
    } else if strikes {
        enter(turn, rest);
    } else if has(&["只", "就办", "only", "just"]) {
        all(turn, &named);
    } else {
        // The one named goes first; the others keep their turns.
        let ordered: Vec<String> = named.into_iter().chain(rest).collect();
        all(turn, &ordered);
    }
}

/// Whether an answer means the need at this place of the list.
fn mentions(turn: &Turn, folded: &str, at: usize, code: &str) -> bool {
    let digit = char::from_digit(at as u32 + 1, 10).unwrap_or('0');
    let han = "一二三四".chars().nth(at).unwrap_or('〇');
    let numbered = folded.contains(digit)
        || [
            format!("第{han}"),
            format!("{han}个"),
            format!("要{han}"),
            format!("掉{han}"),
        ]
        .iter()
        .any(|form| folded.contains(form.as_str()))
        || folded.chars().eq([han]);
    let named = || {
        turn.service(code).is_some_and(|service| {
            names(service).any(|name| {
                let name = phrases::fold(name);
                name.chars().count() > 1 && folded.contains(&name)
            })
        })
    };
    numbered || named()
}

fn unread(turn: &mut Turn, needs: &[String], words: &Words) {
    let more: Vec<String> = need::gather(turn, words).needs;
    let routed = words.verdict.decision == Decision::Route;
    let best = words.verdict.ranked.first().filter(|_| routed);
    let mut list = needs.to_vec();
    for code in more
        .into_iter()
        .chain(best.map(|best| best.service.clone()))
    {
        if !list.contains(&code) && turn.service(&code).is_some() {
            list.push(code);
        }
    }
    if phrases::no(&words.text) {
        which(turn, list);
        return;
    }
    let asked = turn.draft().asked;
    turn.draft().say(&words.text);
    if list.len() > needs.len() {
        enter(turn, list);
    } else if asked > 0 {
        turn.draft().asked = 0;
        all(turn, needs);
    } else {
        turn.draft().asked = 1;
        turn.say("talk.confirm.noted");
        enter(turn, list);
    }
}

/// Which is to be struck out? All of them is 「取消」.
fn which(turn: &mut Turn, needs: Vec<String>) {
    let asked = turn.draft().asked;
    turn.draft().asked = 1;
    if asked > 0 {
        turn.draft().asked = 0;
        all(turn, &needs);
        return;
    }
    turn.say("talk.several.which");
    enter(turn, needs);
}
