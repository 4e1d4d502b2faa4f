//! Repeating back before anything is sent: confirm, change or cancel.

use crate::conversation::accord::Consent;
use crate::conversation::draft::{Draft, Proving};
use crate::conversation::input::{Key, Words};
use crate::conversation::need;
use crate::conversation::output::{Effect, Reply};
use crate::conversation::phrases;
use crate::conversation::snapshot::State;
use crate::conversation::state::{idle, menu, several, switch, whom};
use crate::conversation::turn::Turn;
use crate::conversation::wishes;
use crate::ids::DraftId;
use crate::people::mask;
use menus::question;
use menus::{Assurance, Service};

/// The longest quotation of the person's own words, in characters.
const QUOTED: usize = 60;

/// Says what will be sent and asks.
pub(crate) fn enter(turn: &mut Turn) {
    let Some(service) = service(turn) else {
        super::go_on(turn);
        return;
    };
    let lang = turn.lang();
    let title = turn.draft_title();
    let draft = turn.draft().clone();
    let mut text = match &draft.for_other {
        Some(relation) => {
            let whom = turn.text(&format!("talk.relation.{relation}"));
            turn.fill(
                "talk.confirm.for_other",
                &[("whom", whom), ("title", title)],
            )
        }
        None => turn.fill("talk.confirm.own", &[("title", title)]),
    };
    for field in service
        .fields
        .iter()
        .filter(|field| field.key != "description")
    {
        if let Some(answer) = draft.answers.get(&field.key) {
            let value = question::shown(field, answer, lang);
            text.push('\n');
            text.push_str(&turn.fill(
                "talk.confirm.line",
                &[("label", field.label.get(lang)), ("value", &value)],
            ));
        }
    }
    for line in extra_lines(turn, &draft) {
        text.push('\n');
        text.push_str(&line);
    }
    if let Some(key) = left_to_prove(turn, service, &draft) {
        text.push('\n');
        text.push_str(turn.text(key));
    }
    let id = draft.id.clone();
    let reply = Reply::plain(text)
        .key(
            turn.text("talk.key.confirm"),
            Key::Confirm { draft: id.clone() },
        )
        .key(
            turn.text("talk.key.change"),
            Key::Change { draft: id.clone() },
        )
        .key(turn.text("talk.key.drop"), Key::Drop { draft: id });
    let reply = whom::offer(turn, &draft, reply);
    turn.reply(reply);
    turn.snap.state = State::Confirm;
}

/// What is said of a proof that is still missing.
fn left_to_prove(turn: &Turn, service: &Service, draft: &Draft) -> Option<&'static str> {
    let reached = match draft.proving {
        Some(Proving::Phone) => turn.view.proving.reached.max(Assurance::L1),
        _ => turn.view.proving.reached,
    };
    let agreed = |consent| draft.accord.agreed.get(&consent) == Some(&true);
    match service.assurance {
        need if need <= reached => None,
        Assurance::L2 | Assurance::L3 if agreed(Consent::Face) => None,
        Assurance::L2 if agreed(Consent::RealName) => None,
        Assurance::L0 | Assurance::L1 => Some("talk.confirm.proof_phone"),
        Assurance::L2 | Assurance::L3 => Some("talk.confirm.proof_id"),
    }
}

fn extra_lines(turn: &Turn, draft: &Draft) -> Vec<String> {
    let mut lines = Vec::new();
    // Told along the way, and kept although nobody asks for it here.
    if let Some(question::Answer::Text(phone)) = draft.answers.get("phone")
        && service(turn).is_some_and(|service| service.field("phone").is_none())
    {
        lines.push(turn.fill("talk.confirm.phone", &[("phone", phone)]));
    }
    let others = draft.accord.others.iter();
    let others: Vec<&str> = others
        .map(|who| turn.text(&format!("talk.relation.{who}")))
        .collect();
    if !others.is_empty() {
        let list = others.join(turn.text("talk.comma"));
        lines.push(turn.fill("talk.confirm.each", &[("list", &list)]));
    }
    let waiting = several::waiting(turn, draft);
    if !waiting.is_empty() {
        let titles: Vec<&str> = waiting.iter().map(|code| turn.title(Some(code))).collect();
        let list = titles.join(turn.text("talk.comma"));
        lines.push(turn.fill("talk.confirm.others", &[("list", &list)]));
    }
    if let Some((_, name)) = &draft.unit {
        lines.push(turn.fill("talk.confirm.place", &[("place", name)]));
    }
    if !draft.words.is_empty() {
        // Whoever looks over the shoulder, or finds the telephone, reads it too.
        let said = mask::numbers(&draft.words.join(" "));
        let mut quoted: String = said.chars().take(QUOTED).collect();
        if said.chars().count() > QUOTED {
            quoted.push('…');
        }
        lines.push(turn.fill("talk.confirm.words", &[("words", &quoted)]));
    }
    if !draft.attachments.is_empty() {
        let count = draft.attachments.len().to_string();
        lines.push(turn.fill("talk.confirm.files", &[("count", &count)]));
    }
    lines
}

/// An answer in words.
pub(crate) fn step(turn: &mut Turn, words: &Words) {
    let text = &words.text;
    if phrases::yes(text) || wishes::send(text) {
        send(turn);
    } else if phrases::no(text)
        || matches!(
            phrases::fold(text).as_str(),
            "改" | "改改" | "改一改" | "修改" | "change" | "edit"
        )
    {
        change(turn);
    } else if phrases::greeting(text) || phrases::thanks(text) || wishes::skip(text) {
        enter(turn);
    } else {
        let Some(service) = service(turn) else {
            need::hear(turn, words);
            return;
        };
        let fresh = need::gather(turn, words);
        if need::another(&words.verdict, service.code.as_str(), text) {
            switch::enter(turn, fresh);
        } else {
            let code = service.code.as_str();
            turn.draft().absorb(fresh);
            turn.say("talk.confirm.noted");
            need::set_aside_others(turn, words, code);
            enter(turn);
        }
    }
}

/// The person agreed: exactly one request for this draft.
pub(crate) fn send(turn: &mut Turn) {
    let Some(service) = service(turn) else {
        super::go_on(turn);
        return;
    };
    let Some(draft) = turn.snap.draft.take() else {
        return;
    };
    remember(turn, &draft);
    let told = draft.clone();
    let copies = each(turn, &draft);
    for draft in std::iter::once(draft).chain(copies) {
        turn.snap.finish(draft.id.clone());
        let opening = turn.opening(draft, service.code.as_str());
        turn.effect(Effect::Open(Box::new(opening)));
    }
    turn.idle();
    if !several::next(turn, &told) {
        idle::offer_aside(turn);
    }
}

/// The same for each further person, without what belongs to the first one.
fn each(turn: &mut Turn, draft: &Draft) -> Vec<Draft> {
    const OWN: [&str; 4] = ["name", "id_number", "subject_age", "relation"];
    let others = draft.accord.others.clone();
    let copy = |who: String| {
        let mut copy = draft.clone();
        copy.id = (turn.view.new_id)();
        copy.related = Some(draft.id.clone());
        copy.for_other = Some(who);
        copy.accord.others.clear();
        copy.answers.retain(|key, _| !OWN.contains(&key.as_str()));
        copy
    };
    others.into_iter().map(copy).collect()
}

/// What the draft told about the person, for the next time.
pub(crate) fn remember(turn: &mut Turn, draft: &Draft) {
    let text = |key: &str| match draft.answers.get(key) {
        Some(question::Answer::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let mut known = turn.snap.known.clone();
    known.phone = text("phone").or(known.phone);
    if draft.for_other.is_none() {
        known.name = text("name").or(known.name);
        known.place = draft.unit.clone().or(known.place);
        known.hukou = draft.hukou.clone().or(known.hukou);
    }
    if known != turn.snap.known {
        turn.snap.known = known.clone();
        turn.effect(Effect::Remember(known));
    }
}

/// What is to be changed?
pub(crate) fn change(turn: &mut Turn) {
    let Some(service) = service(turn) else {
        super::go_on(turn);
        return;
    };
    let lang = turn.lang();
    let draft = turn.draft().clone();
    let mut reply = Reply::plain(turn.text("talk.change.which"));
    for key in draft.answers.keys().chain(&draft.skipped) {
        if let Some(field) = service.field(key) {
            reply = reply.key(
                field.label.get(lang),
                Key::Edit {
                    draft: draft.id.clone(),
                    question: key.clone(),
                },
            );
        }
    }
    let reply = reply
        .key(
            turn.text("talk.key.elsewhere"),
            Key::Elsewhere {
                draft: draft.id.clone(),
            },
        )
        .key(
            turn.text("talk.key.nothing"),
            Key::Continue { draft: draft.id },
        );
    turn.reply(reply);
    turn.snap.state = State::Change;
}

/// Words instead of a choice: another matter, or something to add.
pub(crate) fn change_step(turn: &mut Turn, words: &Words) {
    if phrases::no(&words.text) || phrases::yes(&words.text) {
        // Nothing is sent by a word that answers another question.
        enter(turn);
    } else {
        step(turn, words);
    }
}

/// It is about another service: the words are kept, the menu chooses.
pub(crate) fn elsewhere(turn: &mut Turn) {
    let draft = turn.draft();
    draft.service = None;
    draft.question = None;
    draft.trail.clear();
    let (phone, facts) = (draft.answers.remove("phone"), &mut draft.facts);
    if let Some(question::Answer::Text(phone)) = phone {
        facts.insert("phone".to_owned(), phone);
    }
    draft.answers.clear();
    draft.skipped.clear();
    draft.given.clear();
    turn.say("talk.change.elsewhere");
    menu::enter(turn, menus::menu::TOP);
}

/// Drops a draft: the open one or one put aside. Nothing was sent.
pub(crate) fn discard(turn: &mut Turn, id: &DraftId) {
    let several = |draft: &Draft| draft.related.is_some();
    let one = turn.snap.draft.iter().chain(&turn.snap.aside);
    let one = one
        .filter(|draft| draft.id == *id)
        .any(|draft| several(draft) || !several::waiting(turn, draft).is_empty());
    turn.snap.aside.retain(|draft| draft.id != *id);
    turn.snap.draft.take_if(|draft| draft.id == *id);
    turn.idle();
    turn.say(if one {
        "talk.dropped_one"
    } else {
        "talk.dropped"
    });
    idle::offer_aside(turn);
}

fn service<'v>(turn: &Turn<'_, 'v>) -> Option<&'v Service> {
    let draft = turn.snap.draft.as_ref()?;
    turn.service(draft.service.as_deref()?)
}
