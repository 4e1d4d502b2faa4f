//! Asking what the first contact needs, one question at a time.
//!
//! Every question can be skipped; a reply that cannot be read is asked for once
//! more and then left to the worker. What earlier words or requests told is
//! filled in and shown for confirmation. Which questions exist is the business
//! of `menus::form`.

use crate::conversation::crisis;
use crate::conversation::facts;
use crate::conversation::input::{Key, Words};
use crate::conversation::need;
use crate::conversation::output::{Ask, Reply};
use crate::conversation::phrases;
use crate::conversation::snapshot::State;
use crate::conversation::state::{consent, menu, mydata, place, prove, several, switch};
use crate::conversation::turn::{HUMAN, Turn};
use crate::conversation::wishes;
use crate::ids::DraftId;
use menus::Service;
use menus::form::{self, Outcome};
use menus::question::{self, Answer, Keep, Question, Reply as Said};

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
        code if mydata::is_open(turn, code) => return mydata::enter(turn),
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
    facts::prefill(turn, service);
    let line = turn.fill(line, &[("title", service.label().get(turn.lang()))]);
    if current(turn).is_none() && turn.draft().related.is_some() {
        // Nothing is left to ask: that it is the next one is still worth saying.
        turn.reply(Reply::plain(line.as_str()));
    }
    ask(turn, Some(line));
}

/// Asks the next question, after `line`; confirms when none is left.
pub(crate) fn ask(turn: &mut Turn, line: Option<String>) {
    tell(turn);
    let Some((_, question)) = current(turn) else {
        if !place::unknown(turn) && !consent::asks(turn) {
            prove::before_confirm(turn);
        }
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

/// Says what is done with what people tell, before anything is asked or sent.
fn tell(turn: &mut Turn) {
    let code = turn.draft().service.clone();
    if let Some(service) = code.and_then(|code| turn.service(&code)) {
        consent::tell(turn, service);
    }
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
    if question.keep == Some(Keep::Closing) {
        add(turn.text("talk.form.closing"));
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
    } else if !consent::asks(turn) {
        prove::before_confirm(turn);
    }
}

/// A reply in words.
pub(crate) fn step(turn: &mut Turn, words: &Words) {
    let Some((service, question)) = current(turn) else {
        ask(turn, None);
        return;
    };
    if aside(turn, question, words) {
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

/// Words that answer something else than the question waiting: no telephone to
/// be called on, a number given late, a wish to change the answer before.
fn aside(turn: &mut Turn, question: &Question, words: &Words) -> bool {
    let folded = phrases::fold(&words.text);
    if question.kind.key() == "phone" && wishes::no_phone(&words.text) {
        skip(turn, &question.key);
        turn.say("talk.form.no_phone");
        ask(turn, None);
        return true;
    }
    let number = folded.chars().all(|c| c.is_ascii_digit());
    if is_place(question)
        && let Some(phone) = words.verdict.slots.phone.clone().filter(|_| number)
    {
        turn.draft()
            .answers
            .insert("phone".to_owned(), Answer::Text(phone));
        turn.draft().skipped.retain(|key| key != "phone");
        turn.say("talk.contact.kept");
        ask(turn, None);
        return true;
    }
    let changes = [
        "改",
        "改一下",
        "改改",
        "修改",
        "写错了",
        "说错了",
        "填错了",
        "change",
        "edit",
    ];
    if changes.contains(&folded.as_str()) && turn.draft().trail.len() > 1 {
        back(turn);
        return true;
    }
    false
}

/// The words beside a file tell what it shows. Where any words would do they are no answer: they are kept, `true`.
pub(crate) fn caption(turn: &mut Turn, words: &Words) -> bool {
    let Some((service, question)) = current(turn) else {
        return false;
    };
    let any = match question.kind.key() {
        "text" | "name" => true,
        _ => is_place(question) && words.verdict.slots.place.is_none(),
    };
    let kept = any && !need::another(&words.verdict, service.code.as_str(), &words.text);
    if kept {
        turn.draft().say(&words.text);
    }
    kept
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

/// Whether a place was told for the open draft that no unit is known for.
pub(crate) fn place_told(turn: &Turn) -> Option<String> {
    let draft = turn.snap.draft.as_ref()?;
    let service = turn.service(draft.service.as_deref()?)?;
    let told = |q: &&Question| is_place(q) && draft.answers.contains_key(&q.key);
    let mut places = service.fields.iter().filter(told);
    let field = places.find(|q| q.key != "hukou")?;
    draft.unit.is_none().then(|| field.key.clone())
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

/// Units an answer may mean: by what people call them first, then on the map.
fn spots(turn: &Turn, answer: &Answer) -> Vec<(crate::ids::UnitId, String)> {
    let (point, text) = match answer {
        Answer::Place { point, text } => (*point, text.as_str()),
        Answer::Text(text) => (None, text.as_str()),
        _ => return Vec::new(),
    };
    let mut spots = turn.view.places.find(text);
    if let Some(pin) = point.filter(|_| spots.is_empty()) {
        spots = turn.view.places.at(pin.lat, pin.lon);
    }
    spots.truncate(MOST_PLACES);
    spots
}
