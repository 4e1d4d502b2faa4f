//! Asking what the first contact needs, one question at a time.
//!
//! Every question can be skipped; a reply that cannot be read is asked for once
//! more and then left to the worker. What earlier words or requests told is
//! filled in and shown for confirmation. Which questions exist is the business
//! of `menus::form`.

use crate::conversation::crisis;
use crate::conversation::draft::Draft;
use crate::conversation::input::{Key, Words};
use crate::conversation::need;
use crate::conversation::output::{Ask, Reply};
use crate::conversation::phrases;
use crate::conversation::snapshot::State;
use crate::conversation::state::{confirm, menu, place, several, switch};
use crate::conversation::turn::{HUMAN, Turn};
use crate::ids::DraftId;
use intents::Slots;
use menus::Service;
use menus::form::{self, Outcome};
use menus::question::{self, Answer, Question, Reply as Said};

/// The service that tells the progress of requests.
const STATUS: &str = "SVC-STATUS";

/// Replies that could not be read before a question is left out.
const TRIES: u8 = 2;

/// The most places offered when a name fits several.
const MOST_PLACES: usize = 5;

/// Begins a service with the open draft (or a new one).
pub(crate) fn enter(turn: &mut Turn, code: &str) {
    if crisis::is_danger(code) {
        crisis::picked(turn, code);
        return;
    }
    match code {
        STATUS => return super::choose::progress(turn),
        HUMAN => return need::to_human(turn),
        _ => {}
    }
    let Some(service) = turn.service(code) else {
        turn.say("talk.menu.gone");
        menu::enter(turn, menus::menu::TOP);
        return;
    };
    let line = if several::part(turn, code) {
        "talk.several.first"
    } else {
        "talk.form.begin"
    };
    begin(turn, service, line);
}

/// Begins a service of the catalogue with the open draft, after a line.
pub(crate) fn begin(turn: &mut Turn, service: &Service, line: &str) {
    turn.draft().service = Some(service.code.as_str().to_owned());
    turn.draft().needs.clear();
    prefill(turn, service);
    let line = turn.fill(line, &[("title", service.label().get(turn.lang()))]);
    if current(turn).is_none() && turn.draft().related.is_some() {
        // Nothing is left to ask: that it is the next one is still worth saying.
        turn.reply(Reply::plain(line.as_str()));
    }
    ask(turn, Some(line));
}

/// Asks the next question, after `line`; confirms when none is left.
pub(crate) fn ask(turn: &mut Turn, line: Option<String>) {
    let Some((_, question)) = current(turn) else {
        confirm::enter(turn);
        return;
    };
    let text = wording(turn, question, line);
    let draft = turn.draft();
    draft.question = Some(question.key.clone());
    if draft.trail.last() != Some(&question.key) {
        draft.trail.push(question.key.clone());
    }
    let id = draft.id.clone();
    let reply = buttons(turn, question, id, text);
    turn.reply(reply);
    turn.snap.state = State::Form;
}

/// The question, why it is asked, and that it may be skipped.
fn wording(turn: &Turn, question: &Question, line: Option<String>) -> String {
    let lang = turn.lang();
    let prompt = question::prompt(question, lang);
    let mut text = line.map_or_else(String::new, |line| format!("{line}\n"));
    text.push_str(&prompt.text);
    let mut add = |line: &str| {
        text.push('\n');
        text.push_str(line);
    };
    if let Some(hint) = prompt.hint {
        add(hint);
    }
    if let Some(purpose) = question.purpose.as_ref().filter(|_| question.sensitive) {
        add(&turn.fill("talk.form.purpose", &[("purpose", purpose.get(lang))]));
    }
    let first = turn
        .snap
        .draft
        .as_ref()
        .is_none_or(|draft| draft.trail.is_empty());
    if first || !turn.view.channel.buttons {
        add(turn.text("talk.form.skip"));
    }
    text
}

/// The choices of the question, the way to skip it, and what the app can give.
fn buttons(turn: &Turn, question: &Question, draft: DraftId, text: String) -> Reply {
    let prompt = question::prompt(question, turn.lang());
    let mut reply = Reply {
        open: prompt.choices.is_empty(),
        ..Reply::plain(text)
    };
    for choice in &prompt.choices {
        let (question, choice_key) = (question.key.clone(), choice.key.to_owned());
        reply = reply.key(
            choice.label,
            Key::Answer {
                draft: draft.clone(),
                question,
                choice: choice_key,
            },
        );
    }
    let means = turn.view.channel;
    if prompt.accepts_contact && means.contact {
        reply.ask = Some(Ask::Contact);
    } else if prompt.accepts_location && means.place {
        reply.ask = Some(Ask::Place);
    }
    reply.key(
        turn.text("talk.key.skip"),
        Key::Skip {
            draft,
            question: question.key.clone(),
        },
    )
}

/// Goes on where the draft stands.
pub(crate) fn resume(turn: &mut Turn) {
    let line = turn.fill("talk.form.resume", &[("title", turn.draft_title())]);
    if current(turn).is_some() {
        ask(turn, Some(line));
    } else {
        confirm::enter(turn);
    }
}

/// A reply in words.
pub(crate) fn step(turn: &mut Turn, words: &Words) {
    let Some((service, question)) = current(turn) else {
        ask(turn, None);
        return;
    };
    if question.kind.key() == "phone" && phrases::no_phone(&words.text) {
        skip(turn, &question.key);
        turn.say("talk.form.no_phone");
        ask(turn, None);
        return;
    }
    let other = need::another(&words.verdict, service.code.as_str(), &words.text);
    if other
        && (phrases::begins_another(&words.text)
            || is_place(question) && words.verdict.slots.place.is_none())
    {
        let fresh = need::gather(turn, words);
        switch::enter(turn, fresh);
        return;
    }
    if phrases::greeting(&words.text) || phrases::thanks(&words.text) {
        ask(turn, None);
        return;
    }
    match form::answer(
        question,
        &Said::Text(words.text.clone()),
        turn.view.local().date_naive(),
    ) {
        Outcome::Again(_) if other => {
            let fresh = need::gather(turn, words);
            switch::enter(turn, fresh);
        }
        outcome => settle(turn, question, outcome, Some(&words.text)),
    }
}

/// A reply that is not words: a button, a contact card, a pin, a file.
pub(crate) fn reply(turn: &mut Turn, said: &Said) -> bool {
    let Some((_, question)) = current(turn) else {
        return false;
    };
    let outcome = form::answer(question, said, turn.view.local().date_naive());
    if matches!(outcome, Outcome::Again(_)) {
        return false;
    }
    settle(turn, question, outcome, None);
    true
}

/// Takes the outcome of a reply and goes on.
fn settle(turn: &mut Turn, question: &Question, outcome: Outcome, text: Option<&str>) {
    let key = question.key.clone();
    match outcome {
        Outcome::Answered(answer) => {
            let spots = if is_place(question) {
                spots(turn, &answer)
            } else {
                Vec::new()
            };
            let draft = turn.draft();
            draft.asked = 0;
            draft.question = None;
            draft.given.retain(|given| *given != key);
            draft.answers.insert(key.clone(), answer);
            match spots.as_slice() {
                [] => ask(turn, None),
                [spot] => {
                    place::set(turn, &key, spot.clone());
                    ask(turn, None);
                }
                _ => place::enter(turn, key, spots),
            }
        }
        Outcome::Skipped => {
            skip(turn, &key);
            ask(turn, None);
        }
        Outcome::Again(complaint) => {
            let lang = turn.lang();
            let draft = turn.draft();
            draft.asked += 1;
            if let Some(text) = text.filter(|text| text.chars().count() > 6) {
                draft.say(text);
            }
            if draft.asked >= TRIES {
                skip(turn, &key);
                turn.say("talk.form.leave");
                ask(turn, None);
            } else {
                ask(turn, Some(complaint.say(lang).to_owned()));
            }
        }
    }
}

/// Leaves a question out.
pub(crate) fn skip(turn: &mut Turn, key: &str) {
    let draft = turn.draft();
    draft.asked = 0;
    draft.question = None;
    draft.answers.remove(key);
    if !draft.skipped.iter().any(|skipped| skipped == key) {
        draft.skipped.push(key.to_owned());
    }
}

/// Asks a question again whose answer is to be changed.
pub(crate) fn edit(turn: &mut Turn, key: &str) {
    let draft = turn.draft();
    draft.answers.remove(key);
    draft.given.retain(|given| given != key);
    draft.skipped.retain(|skipped| skipped != key);
    draft.question = Some(key.to_owned());
    ask(turn, None);
}

/// The question before, or the menu before the first one. The draft stays.
pub(crate) fn back(turn: &mut Turn) {
    let waiting = turn.snap.state == State::Form;
    let draft = turn.draft();
    if waiting {
        draft.trail.pop();
    }
    match draft.trail.last().cloned() {
        Some(before) => edit(turn, &before),
        None => menu::enter(turn, menus::menu::TOP),
    }
}

/// The question that waits, or the next one.
fn current<'v>(turn: &Turn<'_, 'v>) -> Option<(&'v Service, &'v Question)> {
    let draft = turn.snap.draft.as_ref()?;
    let service = turn.service(draft.service.as_deref()?)?;
    let open = |key: &&String| !draft.answers.contains_key(*key) && !draft.skipped.contains(key);
    let waiting = draft
        .question
        .as_ref()
        .filter(open)
        .and_then(|key| service.field(key));
    let question = waiting.or_else(|| form::next(service, &draft.answers, &draft.skipped))?;
    Some((service, question))
}

fn is_place(question: &Question) -> bool {
    matches!(question.kind.key(), "address" | "community" | "location")
}

fn spots(turn: &Turn, answer: &Answer) -> Vec<(crate::ids::UnitId, String)> {
    let (Answer::Place { text, .. } | Answer::Text(text)) = answer else {
        return Vec::new();
    };
    let mut spots = turn.view.places.find(text);
    spots.truncate(MOST_PLACES);
    spots
}

/// Notes the facts of a message under the question keys they may answer.
pub(crate) fn facts(draft: &mut Draft, slots: &Slots) {
    let mut note = |key: &str, fact: Option<String>| {
        if let Some(fact) = fact {
            draft.facts.insert(key.to_owned(), fact);
        }
    };
    note("phone", slots.phone.clone());
    note(
        "id_number",
        slots.id_number.as_ref().map(|id| id.value.clone()),
    );
    note(
        "amount",
        slots
            .amount
            .map(|fen| format!("{}.{:02}", fen / 100, fen % 100)),
    );
    let age = slots.age.map(|age| age.to_string());
    note("subject_age", age.clone());
    note("age", age);
    note("relation", slots.relation.clone());
    note("residence", slots.place.clone());
    note("location", slots.place.clone());
}

/// Fills in what is known, to be confirmed with the rest.
fn prefill(turn: &mut Turn, service: &Service) {
    let today = turn.view.local().date_naive();
    let known = turn.snap.known.clone();
    let draft = turn.draft();
    let mut facts = draft.facts.clone();
    let own = draft.for_other.is_none();
    let mut offer = |key: &str, fact: Option<String>| {
        if let Some(fact) = fact {
            facts.entry(key.to_owned()).or_insert(fact);
        }
    };
    offer("phone", known.phone);
    if own {
        offer("name", known.name);
        offer("residence", known.place.map(|(_, name)| name));
        offer("hukou", known.hukou.map(|(_, name)| name));
    }
    let words = draft.words.join("\n");
    if words.chars().count() >= 6 {
        facts.insert("description".to_owned(), words);
    }
    for question in form::questions(service, &draft.answers) {
        let Some(fact) = facts.get(&question.key) else {
            continue;
        };
        if let Ok(answer) = question::parse(question, &Said::Text(fact.clone()), today) {
            draft.answers.insert(question.key.clone(), answer);
            draft.given.push(question.key.clone());
        }
    }
    // A number to call is worth keeping even where it is not asked for.
    if let Some(phone) = draft.facts.get("phone")
        && !draft.answers.contains_key("phone")
    {
        draft
            .answers
            .insert("phone".to_owned(), Answer::Text(phone.clone()));
    }
}

/// The stable key of a relation that `intents` names; `None` for the writer.
pub(crate) fn relation_key(relation: &str) -> Option<&'static str> {
    Some(match relation {
        "母亲" => "mother",
        "父亲" => "father",
        "配偶" => "spouse",
        "子女" => "child",
        "祖父母" => "grandparent",
        "孙辈" => "grandchild",
        "兄弟姐妹" => "sibling",
        "公婆岳父母" => "in_law",
        "其他亲属" => "relative",
        "邻居" => "neighbour",
        "朋友" => "friend",
        _ => return None,
    })
}
