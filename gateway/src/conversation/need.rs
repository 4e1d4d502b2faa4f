//! Hearing a need in free words: what they say is kept in a draft, and the
//! verdict decides which state comes next.
//!
//! One clarifying question at most; after that a person looks at it. Nothing
//! here classifies: the verdict came with the words.

use crate::conversation::draft::Draft;
use crate::conversation::facts;
use crate::conversation::input::Words;
use crate::conversation::output::{Case, Effect, Reply, ReplyKind};
use crate::conversation::snapshot::State;
use crate::conversation::state::{clarify, form, human, several, sort, switch};
use crate::conversation::turn::{HUMAN, Turn};
use crate::conversation::{crisis, phrases, subjects};
use intents::{Decision, Urgency, Verdict};

/// Takes words for a need, whatever was said before.
pub(crate) fn hear(turn: &mut Turn, words: &Words) {
    let verdict = &words.verdict;
    if let Some(danger) = uncertain_danger(verdict) {
        crisis::possible(turn, danger, words);
        return;
    }
    let fresh = gather(turn, words);
    let open = turn.snap.draft.as_ref();
    let service = open.and_then(|draft| draft.service.clone());
    let Some(service) = service else {
        // Nothing under way, or words collected without a service: go on with them.
        let found = needs(turn, words);
        match turn.snap.draft.as_mut() {
            Some(draft) => {
                if draft.stands() && verdict.decision == Decision::Route {
                    draft.ask_for(found);
                }
                draft.guesses.clone_from(&fresh.guesses);
                draft.absorb(fresh);
            }
            None => turn.snap.draft = Some(fresh),
        }
        decide(turn, words);
        return;
    };
    if another(verdict, &service, &words.text) {
        switch::enter(turn, fresh);
    } else {
        turn.draft().absorb(fresh);
        set_aside_others(turn, words, &service);
        form::resume(turn);
    }
}

/// Whether words mean another matter than the open one.
pub(crate) fn another(verdict: &Verdict, service: &str, text: &str) -> bool {
    let routed = verdict.decision == Decision::Route
        && verdict
            .ranked
            .first()
            .is_some_and(|best| best.service != service);
    routed && (phrases::begins_another(text) || !verdict.needs.iter().any(|need| need == service))
}

/// A draft of the words alone.
pub(crate) fn gather(turn: &mut Turn, words: &Words) -> Draft {
    let mut draft = turn.new_draft();
    let verdict = &words.verdict;
    draft.say(&words.text);
    draft.evidence.clone_from(&verdict.evidence);
    draft.guesses = verdict
        .ranked
        .iter()
        .take(3)
        .map(|ranked| ranked.service.clone())
        .collect();
    let needs = needs(turn, words);
    if needs.len() > 1 {
        draft.needs = needs;
    }
    draft.urgent = verdict.urgency != Urgency::Normal;
    draft.for_other = verdict
        .slots
        .relation
        .as_deref()
        .and_then(facts::relation_key)
        .map(str::to_owned);
    let place = verdict.slots.place.as_deref().unwrap_or(&words.text);
    if let [spot] = turn.view.places.find(place).as_slice() {
        draft.unit = Some(spot.clone());
    }
    draft.accord.anonymous = subjects::wants_no_name(&words.text);
    if let [first, others @ ..] = subjects::several(&words.text).as_slice() {
        draft.for_other = Some((*first).to_owned());
        draft.accord.others = others.iter().map(|who| (*who).to_owned()).collect();
    }
    facts::facts(&mut draft, &verdict.slots);
    draft
}

/// The services the words ask for that can be begun. A clause may mention what
/// nobody asks for (an age, a place): where the whole message is certain of one
/// need, others count only if it speaks for them at all, or adds them in words.
fn needs(turn: &Turn, words: &Words) -> Vec<String> {
    const CERTAIN: f32 = 0.98;
    const AT_ALL: f32 = 0.002;
    let verdict = &words.verdict;
    let confidence = |need: &str| {
        let ranked = verdict.ranked.iter();
        let mut found = ranked.filter(|ranked| ranked.service == need);
        found.next().map_or(0.0, |ranked| ranked.confidence)
    };
    let best = verdict.ranked.first().map_or(0.0, |best| best.confidence);
    let certain = verdict.decision == Decision::Route
        && best >= CERTAIN
        && !phrases::adds_another(&words.text);
    let known = |need: &&String| {
        let meant = !certain || confidence(need) >= AT_ALL;
        meant && !crisis::is_danger(need) && turn.service(need).is_some()
    };
    verdict.needs.iter().filter(known).cloned().collect()
}

/// Puts the further needs of words that also speak of the open matter aside, for
/// their turn, and says so.
pub(crate) fn set_aside_others(turn: &mut Turn, words: &Words, service: &str) {
    let mut others = needs(turn, words);
    if words.verdict.decision != Decision::Route || !others.iter().any(|code| code == service) {
        return;
    }
    others.retain(|code| code != service);
    for code in others {
        several::set_aside(turn, &words.text, &code);
    }
}

/// The next state for the open draft, from the verdict of the newest words.
fn decide(turn: &mut Turn, words: &Words) {
    let verdict = &words.verdict;
    let known = turn.draft().needs.clone();
    match verdict.decision {
        Decision::Route | Decision::Ask if known.len() > 1 => several::enter(turn, known),
        Decision::Route => match verdict.ranked.first() {
            Some(best) if turn.service(&best.service).is_some() => {
                let best = best.service.clone();
                form::enter(turn, &best);
            }
            _ => lost(turn, words),
        },
        Decision::Ask => clarify::enter(turn, words),
        Decision::None | Decision::Crisis => lost(turn, words),
    }
}

/// Danger that only the classifier sees.
fn uncertain_danger(verdict: &Verdict) -> Option<&str> {
    let best = verdict
        .ranked
        .first()
        .filter(|best| crisis::is_danger(&best.service))?;
    matches!(verdict.decision, Decision::Crisis | Decision::Route).then_some(best.service.as_str())
}

/// Words nobody understands: after a clarifying question a person looks at
/// them; before, the bot says what it can do.
pub(crate) fn lost(turn: &mut Turn, words: &Words) {
    if let State::Human { .. } = turn.snap.state {
        human::pass(turn, words);
        return;
    }
    sort::unclear(turn);
}

/// Sends the open draft to a person, with the best guesses.
pub(crate) fn to_human(turn: &mut Turn) {
    send(turn, None);
}

/// The same after a question whose answer stayed unclear.
pub(crate) fn unclear_to_human(turn: &mut Turn) {
    send(turn, Some("talk.clarify.unclear"));
}

fn send(turn: &mut Turn, line: Option<&str>) {
    let mut draft = match turn.snap.draft.take() {
        Some(draft) => draft,
        None => turn.new_draft(),
    };
    let mut meant: Vec<String> = draft.service.take().into_iter().collect();
    meant.append(&mut draft.needs);
    meant.append(&mut draft.guesses);
    for guess in meant {
        if !draft.guesses.contains(&guess) {
            draft.guesses.push(guess);
        }
    }
    draft.guesses.truncate(3);
    let id = draft.id.clone();
    let open = turn.open_requests().find(|mine| mine.service == HUMAN);
    if let Some(mine) = open {
        let to = Case::Request(mine.id.clone());
        for text in &draft.words {
            turn.say_to(to.clone(), text);
        }
        if !draft.attachments.is_empty() {
            let mut said = crate::conversation::output::Said::words(to, "");
            said.attachments = draft.attachments;
            turn.effect(Effect::Say(Box::new(said)));
        }
        let text = turn.fill("talk.human.again", &[("reference", &mine.reference)]);
        turn.reply(Reply::plain(text));
    } else {
        let said = !draft.words.is_empty() || !draft.attachments.is_empty();
        let opening = turn.opening(draft, HUMAN);
        turn.effect(Effect::AskHuman(Box::new(opening)));
        turn.snap.finish(id.clone());
        let passed = if said {
            "talk.human.passed"
        } else {
            "talk.human.asked"
        };
        let text = turn.text(line.unwrap_or(passed));
        turn.reply(Reply::of(ReplyKind::Preface, text));
    }
    turn.snap.state = State::Human {
        draft: id,
        told: false,
    };
}
