//! What is said and done when somebody is in danger.
//!
//! The card is said before anything else and the case is opened in the same
//! step, with no question before it. Unsure danger opens the same case silently
//! and asks one kind question. The bot never argues, diagnoses, asks why or
//! shows a menu. Recognising danger is the business of `intents`; living through
//! it message by message is `state::crisis`.

use crate::conversation::accord::Accord;
use crate::conversation::input::{Key, Words};
use crate::conversation::output::{Case, Effect, Opening, Reply, ReplyKind, Said};
use crate::conversation::snapshot::{Awaits, Danger, Live, State};
use crate::conversation::subjects;
use crate::conversation::turn::{Turn, known};
use crate::conversation::view::Lines;
use crate::ids::DraftId;
use crate::texts;
use bots::Attachment;
use menus::{Lang, Urgency};

/// The prefix of services that are emergencies.
const PREFIX: &str = "CRI-";

/// Whether a service is an emergency, answered by its card and never by a form.
pub(crate) fn is_danger(code: &str) -> bool {
    code.starts_with(PREFIX)
}

/// The kind of texts a danger uses.
fn kind(service: &str) -> &'static str {
    match service {
        "CRI-SUICIDE" => "suicide",
        "CRI-DV" => "violence",
        "CRI-CHILD" => "child",
        "CRI-ABUSE" => "abuse",
        "CRI-MISSING" => "missing",
        "CRI-UNRESP" => "unresp",
        "CRI-HUNGER" => "hunger",
        "CRI-MEDICAL" => "medical",
        "CRI-FIREGAS" => "firegas",
        _ => "other",
    }
}

/// Dangers in which whoever causes them may read along: nothing is named and
/// nobody is called without a yes.
pub(crate) fn is_hidden(service: &str) -> bool {
    matches!(service, "CRI-DV" | "CRI-CHILD" | "CRI-ABUSE")
}

/// Dangers that only the duty desk may see.
pub(crate) fn is_restricted(turn: &Turn, service: &str) -> bool {
    let known = matches!(
        service,
        "CRI-SUICIDE" | "CRI-DV" | "CRI-CHILD" | "CRI-ABUSE"
    );
    known
        || turn
            .service(service)
            .is_some_and(|service| service.restricted)
}

/// Dangers whose card asks for the place.
fn asks_place(service: &str) -> bool {
    matches!(service, "CRI-HUNGER" | "CRI-MISSING" | "CRI-UNRESP")
}

/// Dangers that the community looks after, not the duty desk.
fn is_local(service: &str) -> bool {
    matches!(service, "CRI-HUNGER" | "CRI-UNRESP")
}

/// The card of a danger: numbers first, at most 90 characters in Chinese and one
/// text message in English.
pub fn card(service: &str, lines: &Lines, desk_down: bool, lang: Lang) -> String {
    let kind = kind(service);
    let desk = match (desk_down, is_hidden(service)) {
        (true, _) => "crisis.desk.down",
        (false, true) => "crisis.desk.quiet",
        (false, false) => "crisis.desk.ok",
    };
    let desk = texts::fill(lang, desk, &numbers(lines));
    let key = match (kind, &lines.mind) {
        ("suicide", None) => "crisis.card.suicide_plain".to_owned(),
        ("violence", _) if lines.police_sms.is_none() => "crisis.card.child".to_owned(),
        _ => format!("crisis.card.{kind}"),
    };
    let mut values = numbers(lines).to_vec();
    values.push(("desk", &desk));
    texts::fill(lang, &key, &values)
}

pub(crate) fn numbers(lines: &Lines) -> [(&'static str, &str); 5] {
    [
        ("police", &lines.police),
        ("fire", &lines.fire),
        ("ambulance", &lines.ambulance),
        ("sms", lines.police_sms.as_deref().unwrap_or_default()),
        ("mind", lines.mind.as_deref().unwrap_or_default()),
    ]
}

/// Danger was found in words of any state.
pub(crate) fn found(turn: &mut Turn, words: &Words, attachments: Vec<Attachment>, edited: bool) {
    let Some(hit) = &words.verdict.crisis else {
        return;
    };
    meet(
        turn,
        &hit.service,
        hit.sure,
        &hit.words,
        &words.text,
        attachments,
        edited,
    );
    if let Some(held) = &turn.snap.held
        && !is_restricted(turn, &hit.service)
    {
        // Whoever is talking to the person right now is the first who can act.
        let mut said = Said::words(Case::Request(held.request.clone()), &words.text);
        said.danger = Some(hit.service.clone());
        turn.effect(Effect::Say(Box::new(said)));
    }
}

/// An emergency was picked from the menu or named in answer to a question.
pub(crate) fn picked(turn: &mut Turn, service: &str) {
    let words = match turn.snap.draft.take_if(|draft| !draft.stands()) {
        Some(draft) => draft.words.join("\n"),
        None => String::new(),
    };
    meet(turn, service, true, &[], &words, Vec::new(), false);
}

/// The classifier or an unanswered question leaves danger possible.
pub(crate) fn possible(turn: &mut Turn, service: &str, words: &Words) {
    meet(turn, service, false, &[], &words.text, Vec::new(), false);
}

/// Opens a case, or tells the open one, and says the card or the kind question.
fn meet(
    turn: &mut Turn,
    service: &str,
    sure: bool,
    evidence: &[String],
    text: &str,
    attachments: Vec<Attachment>,
    edited: bool,
) {
    let before = match &turn.snap.state {
        State::Crisis(live) => Some(live.clone()),
        _ => None,
    };
    let case = open_case(turn, service);
    let known = case.is_some();
    let draft = case.unwrap_or_else(|| (turn.view.new_id)());
    if known {
        let mut said = Said::words(Case::Draft(draft.clone()), text);
        said.attachments = attachments;
        said.edited = edited;
        said.danger = Some(service.to_owned());
        turn.effect(Effect::Say(Box::new(said)));
    } else {
        open(turn, &draft, service, sure, evidence, text, attachments);
    }
    let same = before.filter(|live| live.service == service);
    // A second sign of danger needs no second question.
    let sure = sure || known;
    let live = Live {
        awaits: match (sure, is_hidden(service)) {
            (false, _) => Awaits::Danger,
            (true, true) => Awaits::Call,
            (true, false) => Awaits::Nothing,
        },
        heard: same.as_ref().map_or(0, |live| live.heard),
        placed: asks_place(service)
            || same.as_ref().is_some_and(|live| live.placed)
            || !turn.view.places.find(text).is_empty(),
        phoned: turn.snap.known.phone.is_some() || same.as_ref().is_some_and(|live| live.phoned),
        hushed: same.is_some_and(|live| live.hushed),
        draft: draft.clone(),
        service: service.to_owned(),
    };
    let reply = if sure {
        card_reply(turn, &live)
    } else {
        question(turn, &live)
    };
    turn.reply(reply);
    turn.snap.state = State::Crisis(live);
}

/// The case that these words belong to: the same danger, or another one whose
/// officer may see and act on this one too. Restricted dangers never join a case
/// that a community sees, and no danger waits behind a slower one.
fn open_case(turn: &Turn, service: &str) -> Option<DraftId> {
    let fits = |danger: &&Danger| {
        danger.service == service
            || (!is_local(&danger.service)
                && (is_restricted(turn, &danger.service) || !is_restricted(turn, service)))
    };
    let same = turn
        .snap
        .danger
        .iter()
        .rev()
        .find(|danger| danger.service == service);
    same.or_else(|| turn.snap.danger.iter().rev().find(fits))
        .map(|danger| danger.draft.clone())
}

fn open(
    turn: &mut Turn,
    draft: &DraftId,
    service: &str,
    sure: bool,
    evidence: &[String],
    text: &str,
    attachments: Vec<Attachment>,
) {
    let kept = turn.snap.draft.as_ref();
    let anonymous = subjects::wants_no_name(text) || kept.is_some_and(|kept| kept.accord.anonymous);
    let accord = Accord {
        anonymous,
        ..Accord::default()
    };
    let opening = Opening {
        draft: draft.clone(),
        service: service.to_owned(),
        words: if text.is_empty() {
            Vec::new()
        } else {
            vec![text.to_owned()]
        },
        answers: std::collections::BTreeMap::new(),
        attachments,
        class_hint: Urgency::Crisis,
        evidence: evidence.to_vec(),
        guesses: Vec::new(),
        silent: !sure,
        crisis_words: evidence.to_vec(),
        unit: place(turn, text)
            .or_else(|| kept.and_then(|kept| kept.unit.as_ref().map(|unit| unit.0.clone()))),
        hukou: None,
        known: known(&turn.snap, anonymous),
        pin: kept.and_then(|kept| kept.pin),
        for_other: None,
        accord,
        lang: turn.lang(),
        related: None,
    };
    turn.effect(Effect::Open(Box::new(opening)));
    let at = turn.now();
    turn.snap.danger.push(Danger {
        draft: draft.clone(),
        service: service.to_owned(),
        at,
    });
    let surplus = turn.snap.danger.len().saturating_sub(8);
    turn.snap.danger.drain(..surplus);
}

/// The unit named in the words, when exactly one is.
fn place(turn: &Turn, text: &str) -> Option<crate::ids::UnitId> {
    match turn.view.places.find(text).as_slice() {
        [(unit, _)] => Some(unit.clone()),
        _ => None,
    }
}

/// The card with its buttons.
pub(crate) fn card_reply(turn: &Turn, live: &Live) -> Reply {
    let text = card(
        &live.service,
        turn.view.lines,
        turn.view.desk_down,
        turn.lang(),
    );
    let reply = Reply::of(ReplyKind::Crisis, text);
    if live.awaits != Awaits::Call {
        return reply;
    }
    let key = |yes| Key::Call {
        draft: live.draft.clone(),
        yes,
    };
    reply
        .key(turn.text("crisis.key.safe"), key(true))
        .key(turn.text("crisis.key.unsafe"), key(false))
}

/// The one kind question.
fn question(turn: &Turn, live: &Live) -> Reply {
    let text = turn.text(&format!("crisis.ask.{}", kind(&live.service)));
    let key = |yes| Key::Danger {
        draft: live.draft.clone(),
        yes,
    };
    Reply::of(ReplyKind::Crisis, text)
        .key(turn.text("crisis.key.yes"), key(true))
        .key(turn.text("crisis.key.no"), key(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICES: [&str; 10] = [
        "CRI-SUICIDE",
        "CRI-DV",
        "CRI-CHILD",
        "CRI-ABUSE",
        "CRI-MISSING",
        "CRI-UNRESP",
        "CRI-HUNGER",
        "CRI-MEDICAL",
        "CRI-FIREGAS",
        "CRI-NEW",
    ];

    fn every_card(mut check: impl FnMut(&str, Lang, &str)) {
        let bare = Lines {
            mind: None,
            police_sms: None,
            ..Lines::default()
        };
        for service in SERVICES {
            for lines in [&Lines::default(), &bare] {
                for down in [false, true] {
                    for lang in Lang::ALL {
                        check(service, lang, &card(service, lines, down, lang));
                    }
                }
            }
        }
    }

    #[test]
    fn cards_are_short_and_complete() {
        every_card(|service, lang, card| {
            let most = if lang == Lang::Zh { 90 } else { 160 };
            assert!(
                card.chars().count() <= most,
                "{service} {}: {card}",
                card.chars().count()
            );
            assert!(
                !card.contains('{') && card.contains('1'),
                "{service}: {card}"
            );
        });
    }

    #[test]
    fn cards_of_violence_name_nothing() {
        every_card(|service, _, card| {
            for word in [
                "家暴", "暴力", "虐待", "孩子", "儿童", "老人", "violence", "abuse", "child",
            ] {
                assert!(
                    !is_hidden(service) || !card.contains(word),
                    "{service}: {card}"
                );
            }
        });
    }

    #[test]
    fn a_card_never_promises_a_desk_that_cannot_be_reached() {
        for service in SERVICES {
            let zh = card(service, &Lines::default(), true, Lang::Zh);
            assert!(
                zh.contains("联系不上值班员") && !zh.contains("已请") && !zh.contains("已转"),
                "{zh}"
            );
            assert!(card(service, &Lines::default(), false, Lang::Zh).contains("值班同志"));
        }
    }

    #[test]
    fn an_untested_line_is_not_shown() {
        let bare = Lines {
            mind: None,
            police_sms: None,
            ..Lines::default()
        };
        for service in ["CRI-SUICIDE", "CRI-DV"] {
            let card = card(service, &bare, false, Lang::Zh);
            assert!(
                !card.contains("12356") && !card.contains("12110") && card.contains("110"),
                "{card}"
            );
        }
    }
}
