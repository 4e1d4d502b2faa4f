//! The stored form: round trips and clear refusals.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::catalogue::{Span, Urgency};
use crate::edit::{Edit, apply_all};
use crate::question::{Choice, KINDS, Keep, Kind, Range};
use crate::{Localized, starter};

fn refused(text: &str) -> String {
    from_json(text).unwrap_err().to_string()
}

fn changed(from: &str, to: &str) -> String {
    let text = to_json(starter());
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn the_starter_survives_storing_byte_for_byte() {
    let text = to_json(starter());
    let read = from_json(&text).unwrap();
    assert_eq!(&read, starter());
    assert_eq!(to_json(&read), text);
}

#[test]
fn an_unknown_or_missing_format_is_refused_by_name() {
    assert_eq!(
        refused(&changed("\"format\": 1", "\"format\": 7")),
        "the catalogue has format 7, this version reads format 1"
    );
    assert!(refused("{}").contains("add \"format\": 1"));
    assert!(refused("{\"format\": \"one\"}").contains("add \"format\": 1"));
}

#[test]
fn unknown_fields_are_refused_wherever_they_stand() {
    for (from, to) in [
        ("\"version\": 1", "\"colour\": 1, \"version\": 1"),
        (
            "\"restricted\": true",
            "\"colour\": 1, \"restricted\": true",
        ),
        ("\"required\": false", "\"colour\": 1, \"required\": false"),
    ] {
        assert!(
            refused(&changed(from, to)).contains("unknown field `colour`"),
            "{to}"
        );
    }
}

#[test]
fn refusals_name_the_place() {
    for (from, to, said) in [
        (
            "\"kind\": \"phone\"",
            "\"kind\": \"fax\"",
            "there is no kind of question 'fax'",
        ),
        (
            "\"span\": \"PT5M\"",
            "\"span\": \"5 min\"",
            "services[0] CRI-SUICIDE: human_ack: '5 min' is not a duration",
        ),
        (
            "\"ask\": \"location\"",
            "\"ask\": \"planet\"",
            "services[0] CRI-SUICIDE: asks 'planet'",
        ),
        (
            "\"urgency\": \"crisis\"",
            "\"urgency\": \"soon\"",
            "unknown variant `soon`",
        ),
        (
            "\"key\": \"phone\"",
            "\"key\": \"location\"",
            "questions[1] location: this key is defined twice",
        ),
        ("\"ask\": \"location\",", "", "either 'ask' or 'own'"),
        ("\"least\": 0", "\"least\": 999", "is empty"),
    ] {
        let refusal = refused(&changed(from, to));
        assert!(refusal.contains(said), "{refusal}");
    }
}

#[test]
fn rubbish_and_truncated_text_are_refused() {
    let whole = to_json(starter());
    for text in [
        "",
        "null",
        "[]",
        "低保",
        "{\"format\": 1}",
        &whole[..whole.len() / 2],
    ] {
        assert!(from_json(text).is_err());
    }
    assert!(from_json(&format!("\u{FEFF}{whole}")).is_ok());
}

#[test]
fn a_service_with_its_own_wording_keeps_it() {
    let mut own = starter()
        .service("ELD-MEAL")
        .unwrap()
        .field("phone")
        .unwrap()
        .clone();
    own.label = Localized::fixed("老人电话", "Their phone");
    let edits = [Edit::Ask {
        code: "ELD-MEAL".into(),
        question: own.clone(),
    }];
    let after = apply_all(starter(), &edits).unwrap();
    let read = from_json(&to_json(&after)).unwrap();
    assert_eq!(read.service("ELD-MEAL").unwrap().field("phone"), Some(&own));
    assert_eq!(read, after);
}

fn any_text() -> impl Strategy<Value = Localized> {
    ("\\PC{0,6}", "\\PC{0,6}").prop_map(|(zh, en)| Localized::new(zh, en))
}

fn any_question() -> impl Strategy<Value = Question> {
    let parts = (
        "[a-c]",
        any_text(),
        proptest::option::of(any_text()),
        0..KINDS.len(),
        any::<(bool, bool)>(),
        proptest::collection::vec(("[a-c]{1,3}", any_text()), 0..4),
        proptest::option::of((-9_i64..9, 9_i64..99)),
    );
    parts.prop_map(
        |(key, label, ask, kind, (required, sensitive), options, range)| Question {
            key,
            purpose: ask.clone(),
            label,
            ask,
            kind: Kind::named(KINDS[kind].key).unwrap(),
            required,
            sensitive,
            keep: required.then_some(Keep::Closing),
            options: options
                .into_iter()
                .map(|(key, label)| Choice { key, label })
                .collect(),
            range: range.map(|(least, most)| Range { least, most }),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_catalogue_survives_storing(
        names in proptest::collection::vec(any_text(), 1..6),
        questions in proptest::collection::vec(proptest::collection::vec(any_question(), 0..4), 1..6),
        words in proptest::collection::vec("\\PC{0,12}", 0..4),
        flags in any::<[bool; 3]>(),
        version in any::<u32>(),
        amount in any::<u32>(),
    ) {
        let mut parts = starter().parts().clone();
        parts.version = version;
        parts.services.truncate(6);
        for (index, service) in parts.services.iter_mut().enumerate() {
            service.name = names[index % names.len()].clone();
            service.short = (index % 2 == 0).then(|| names[0].clone());
            service.fields.clone_from(&questions[index % questions.len()]);
            service.aliases.clone_from(&words);
            [service.restricted, service.public_notice, service.in_menu] = flags;
            service.urgency = if flags[0] { Urgency::Urgent } else { Urgency::Normal };
            service.limits[0].span = Span { working: flags[1], ..Span::days(amount) };
        }
        let catalogue = Catalogue::new(parts);
        let text = to_json(&catalogue);
        let read = from_json(&text).unwrap();
        prop_assert_eq!(&read, &catalogue);
        prop_assert_eq!(to_json(&read), text);
    }
}
