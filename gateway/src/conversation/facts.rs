//! What words and earlier requests already told: noted under the questions it may
//! answer, filled in, and shown to the person for confirmation. Never asked here.

use crate::conversation::draft::Draft;
use crate::conversation::turn::Turn;
use intents::Slots;
use menus::Service;
use menus::form;
use menus::question::{self, Answer, Reply as Said};

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
pub(crate) fn prefill(turn: &mut Turn, service: &Service) {
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
    // A document number is compared with the register where it was told, even if
    // the form is too short to ask for it.
    let told = service.fields.iter();
    let told = told.filter(|question| question.kind.key() == "id_number");
    for question in form::questions(service, &draft.answers)
        .into_iter()
        .chain(told)
    {
        let open = !draft.answers.contains_key(&question.key);
        let Some(fact) = facts.get(&question.key).filter(|_| open) else {
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
