//! What the shipped catalogue promises.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::catalogue::{Urgency, first_contact, resolution};
use crate::check::{Severity, check};
use crate::{Lang, Place, Span};

#[test]
fn it_holds_89_services_in_14_menu_categories_and_one_behind_the_buttons() {
    let starter = starter();
    assert_eq!(starter.services().len(), 89);
    assert_eq!(starter.categories().len(), 15);
    assert_eq!(
        starter
            .categories()
            .iter()
            .filter(|category| category.in_menu)
            .count(),
        14
    );
    assert!(!starter.category("SVC").unwrap().in_menu);
    assert_eq!(starter.services_of("SVC").count(), 5);
    assert_eq!(starter.roles().len(), 23);
    assert_eq!(
        starter
            .services()
            .iter()
            .map(|service| service.examples.len())
            .sum::<usize>(),
        777
    );
    assert!(
        starter
            .services()
            .iter()
            .all(|service| service.aliases.len() >= 3)
    );
}

#[test]
fn the_file_is_exactly_what_storing_it_would_write() {
    assert!(
        document::to_json(starter()) == TEXT,
        "store the shipped catalogue again"
    );
}

#[test]
fn it_has_no_errors_and_only_the_warnings_we_know() {
    let findings = check(starter());
    let errors: Vec<_> = findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let warned: Vec<_> = findings
        .iter()
        .map(|finding| finding.place.as_str())
        .collect();
    assert_eq!(
        warned,
        ["BAS-DIBAO", "BAS-GANGXING", "CHI-FACTO", "DSB-TWO"],
        "{findings:#?}"
    );
}

#[test]
fn services_are_found_by_code() {
    let dibao = starter().service("BAS-DIBAO").unwrap();
    assert_eq!(dibao.name.get(Lang::Zh), "最低生活保障（低保）");
    assert_eq!(dibao.route.lead, Place::Hukou);
    assert_eq!(starter().service("BAS-NOTHING"), None);
}

#[test]
fn promises_come_from_the_limits() {
    let of = |code: &str| {
        let service = starter().service(code).unwrap();
        (first_contact(service), resolution(service))
    };
    assert_eq!(
        of("BAS-DIBAO"),
        (Some(Span::working_days(1)), Some(Span::working_days(30)))
    );
    assert_eq!(
        of("BAS-LINSHI"),
        (Some(Span::hours(2)), Some(Span::working_days(15)))
    );
    assert_eq!(
        of("CRI-HUNGER"),
        (Some(Span::minutes(15)), Some(Span::days(3)))
    );
    assert_eq!(
        of("ELD-VISIT"),
        (Some(Span::working_days(1)), Some(Span::working_days(3)))
    );
    assert_eq!(
        of("COM-UTIL"),
        (Some(Span::hours(1)), Some(Span::working_days(1)))
    );
    assert_eq!(of("SVC-HUMAN").1, None);
    assert_eq!(of("CRI-MEDICAL"), (Some(Span::minutes(5)), None));
}

#[test]
fn a_person_answers_a_crisis_within_a_quarter_of_an_hour() {
    for service in starter()
        .services()
        .iter()
        .filter(|service| service.urgency == Urgency::Crisis)
    {
        assert!(service.category == "CRI");
        assert!(
            first_contact(service).unwrap().rough_minutes() <= 15,
            "{}",
            service.code
        );
        assert!(
            service.fields.iter().all(|field| !field.required),
            "{}",
            service.code
        );
    }
}

#[test]
fn exactly_six_services_are_restricted_to_the_district_desk() {
    let restricted: Vec<_> = starter()
        .services()
        .iter()
        .filter(|s| s.restricted)
        .map(|s| s.code.as_str())
        .collect();
    assert_eq!(
        restricted,
        [
            "CRI-SUICIDE",
            "CRI-DV",
            "CRI-ABUSE",
            "CRI-CHILD",
            "SVC-COMPLAINT",
            "SVC-PRIVACY"
        ]
    );
}

#[test]
fn every_question_is_asked_in_both_languages_and_every_sensitive_one_says_why() {
    for service in starter().services() {
        for field in &service.fields {
            assert!(field.label.is_complete(), "{}", field.key);
            assert!(field.ask.as_ref().unwrap().is_complete(), "{}", field.key);
            assert_eq!(field.sensitive, field.purpose.is_some(), "{}", field.key);
            if field.kind.has_options() {
                assert!((2..=5).contains(&field.options.len()), "{}", field.key);
            }
        }
    }
}
