//! One question to tell services apart. An unclear answer goes to a person with
//! the best guesses; it is never asked twice.

use crate::conversation::facts;
use crate::conversation::input::{Escape, Key, Words};
use crate::conversation::output::Reply;
use crate::conversation::phrases;
use crate::conversation::snapshot::State;
use crate::conversation::state::{form, idle, several, sort};
use crate::conversation::turn::Turn;
use crate::conversation::wishes;
use crate::conversation::{crisis, need};
use intents::Decision;
use menus::clarify::question_for;
use menus::{ServiceCode, clarify::Pair};

/// The most services offered when no prepared question fits.
const OFFERED: usize = 3;
const SUICIDE: &str = "CRI-SUICIDE";

/// Asks about the draft's words.
pub(crate) fn enter(turn: &mut Turn, words: &Words) {
    let verdict = &words.verdict;
    let ranked = verdict.ranked.iter().map(|ranked| &ranked.service);
    let codes: Vec<String> = if verdict.choices.is_empty() {
        ranked.take(OFFERED).cloned().collect()
    } else {
        verdict.choices.iter().take(OFFERED).cloned().collect()
    };
    let known: Vec<String> = codes
        .into_iter()
        .filter(|code| turn.service(code).is_some())
        .collect();
    match known.as_slice() {
        [] => sort::unclear(turn),
        [one] if crisis::is_danger(one) => crisis::possible(turn, one, words),
        _ => again(turn, known),
    }
}

/// Whether the question that was asked last names a danger, or danger is being talked about.
pub(crate) fn asks_of_danger(turn: &Turn) -> bool {
    match &turn.snap.state {
        State::Clarify { choices } => dangers(choices).next().is_some(),
        State::Crisis(_) => true,
        _ => false,
    }
}

fn dangers(choices: &[String]) -> impl Iterator<Item = &str> {
    let codes = choices.iter().map(String::as_str);
    codes.filter(|code| crisis::is_danger(code))
}

/// Asks the question for these services.
pub(crate) fn again(turn: &mut Turn, choices: Vec<String>) {
    if choices.is_empty() {
        sort::unclear(turn);
        return;
    }
    let lang = turn.lang();
    let draft = turn.draft().id.clone();
    let pick = |service: &str| Key::Pick {
        draft: draft.clone(),
        service: service.to_owned(),
    };
    let mut reply = match pair(turn, &choices) {
        Some(pair) => pair
            .choices
            .iter()
            .fold(Reply::plain(pair.question.get(lang)), |reply, choice| {
                reply.key(choice.label.get(lang), pick(choice.service.as_str()))
            }),
        None => choices.iter().fold(
            Reply::plain(turn.text("talk.clarify.which")),
            |reply, code| match turn.service(code) {
                Some(service) => reply.key(service.label().get(lang), pick(code)),
                None => reply,
            },
        ),
    };
    if dangers(&choices).next().is_some() {
        // Whoever is in danger needs no answer of ours first.
        let low = choices.iter().any(|code| code == SUICIDE) && turn.view.lines.mind.is_some();
        let key = if low {
            "talk.clarify.low"
        } else {
            "talk.clarify.danger"
        };
        let now = turn.fill(key, &crisis::numbers(turn.view.lines));
        reply.text = format!("{}\n{now}", reply.text);
    }
    reply = reply.key(
        turn.text("talk.key.other"),
        Key::Other {
            draft: draft.clone(),
        },
    );
    turn.reply(reply);
    turn.snap.state = State::Clarify { choices };
}

/// An answer in words.
pub(crate) fn step(turn: &mut Turn, choices: &[String], words: &Words) {
    if phrases::command(&words.text).is_some() {
        idle::words(turn, words);
        return;
    }
    if let Some(code) = named(turn, choices, &words.text) {
        turn.draft().say(&words.text);
        form::enter(turn, &code);
        return;
    }
    if wishes::all(&words.text) && pair(turn, choices).is_none() {
        several::enter(turn, choices.to_vec());
        return;
    }
    if words.verdict.decision == Decision::None && words.verdict.slots.phone.is_some() {
        // A number to call is no answer, and no reason to give up either.
        facts::facts(turn.draft(), &words.verdict.slots);
        again(turn, choices.to_vec());
        return;
    }
    let routed = matches!(words.verdict.decision, Decision::Route | Decision::Crisis);
    let leaning = words
        .verdict
        .ranked
        .first()
        .filter(|best| choices.contains(&best.service));
    match leaning {
        Some(best) if !routed && words.verdict.decision == Decision::Ask => {
            let best = best.service.clone();
            turn.draft().say(&words.text);
            form::enter(turn, &best);
        }
        _ if routed => need::hear(turn, words),
        _ => {
            // Danger that was possible and not denied stays possible.
            let unanswered = pair(turn, choices).and_then(|pair| pair.unanswered.as_ref());
            let silent = unanswered
                .map(ServiceCode::as_str)
                .filter(|code| crisis::is_danger(code))
                .or_else(|| dangers(choices).next());
            if let Some(danger) = silent {
                crisis::possible(turn, danger, words);
                return;
            }
            turn.draft().say(&words.text);
            let draft = turn.draft();
            for code in choices {
                if !draft.guesses.contains(code) {
                    draft.guesses.push(code.clone());
                }
            }
            need::unclear_to_human(turn);
        }
    }
}

/// None of the services fits: more words, the menu or a person.
pub(crate) fn other(turn: &mut Turn) {
    let (label, key) = turn.escape_key(Escape::Menu);
    let reply = Reply {
        open: true,
        ..Reply::plain(turn.text("talk.clarify.other"))
    }
    .key(label, key);
    let (label, key) = turn.escape_key(Escape::Human);
    turn.reply(reply.key(label, key));
    turn.snap.state = State::Sort;
}

/// The prepared question, unless it leaves out a danger.
fn pair<'v>(turn: &Turn<'_, 'v>, choices: &[String]) -> Option<&'v Pair> {
    let codes: Vec<ServiceCode> = choices.iter().map(|code| ServiceCode::new(code)).collect();
    let pair = question_for(turn.view.catalogue, &codes)?;
    let offers = |code: &str| pair.choices.iter().any(|c| c.service.as_str() == code);
    dangers(choices).all(offers).then_some(pair)
}

/// The service that a short answer names by its label or an alias.
fn named(turn: &Turn, choices: &[String], text: &str) -> Option<String> {
    let said = crate::conversation::phrases::fold(text);
    if said.is_empty() {
        return None;
    }
    let folded = crate::conversation::phrases::fold;
    choices
        .iter()
        .find(|code| {
            turn.service(code).is_some_and(|service| {
                folded(&service.name.zh) == said
                    || folded(&service.name.en) == said
                    || service.aliases.iter().any(|alias| folded(alias) == said)
            })
        })
        .cloned()
}
