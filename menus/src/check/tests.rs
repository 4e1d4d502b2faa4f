//! Each finding is provoked once; the shipped catalogue is clean elsewhere.
#![allow(clippy::unwrap_used, clippy::semicolon_if_nothing_returned)]

use super::*;
use crate::catalogue::{Parts, Place, Service};
use crate::question::{Choice, Keep, Kind, Question};
use crate::starter;

fn findings(change: impl FnOnce(&mut Parts)) -> Vec<Finding> {
    let mut parts = starter().parts().clone();
    change(&mut parts);
    let known = check(starter());
    let mut found = check(&Catalogue::new(parts));
    found.retain(|finding| !known.contains(finding));
    assert!(found.iter().all(|finding| finding.message.is_complete()));
    found
}

fn of_service(code: &str, change: impl FnOnce(&mut Service)) -> Vec<(Severity, String)> {
    let found = findings(|parts| {
        change(
            parts
                .services
                .iter_mut()
                .find(|service| service.code == *code)
                .unwrap(),
        )
    });
    assert!(
        found.iter().all(|finding| finding.place == code),
        "{found:#?}"
    );
    found
        .into_iter()
        .map(|finding| (finding.severity, finding.message.en.to_string()))
        .collect()
}

#[allow(clippy::needless_pass_by_value)] // reads better at forty calls
fn only(found: Vec<(Severity, String)>, severity: Severity, said: &str) {
    let [(found, text)] = &found[..] else {
        panic!("{found:#?}")
    };
    assert_eq!(*found, severity);
    assert!(text.contains(said), "{text}");
}

#[test]
fn a_crisis_with_a_required_field_is_an_error() {
    let found = of_service("CRI-DV", |service| service.fields[0].required = true);
    only(found, Severity::Error, "must not require");
}

#[test]
fn a_crisis_that_may_wait_for_monday_is_an_error() {
    let found = of_service("CRI-DV", |service| service.limits[0].span.working = true);
    only(found, Severity::Error, "on holidays too");
}

#[test]
fn missing_owner_deadline_route_and_aliases_are_errors() {
    only(
        of_service("CAR-HAIR", |s| s.role.clear()),
        Severity::Error,
        "No role",
    );
    only(
        of_service("CAR-HAIR", |s| s.role = "NOBODY".into()),
        Severity::Error,
        "NOBODY does not exist",
    );
    only(
        of_service("CAR-HAIR", |s| s.limits.clear()),
        Severity::Error,
        "no deadline",
    );
    only(
        of_service("CAR-HAIR", |s| s.route.lead = Place::None),
        Severity::Error,
        "names no lead",
    );
    only(
        of_service("CAR-HAIR", |s| s.aliases.clear()),
        Severity::Error,
        "no aliases",
    );
    only(
        of_service("CAR-HAIR", |s| s.category = "ZZZ".into()),
        Severity::Error,
        "ZZZ does not exist",
    );
    only(
        of_service("CAR-HAIR", |s| s.examples.truncate(1)),
        Severity::Warning,
        "Fewer than three",
    );
}

#[test]
fn restricted_services_stay_with_the_district() {
    only(
        of_service("CRI-DV", |s| s.route.lead = Place::Residence),
        Severity::Error,
        "led by the district",
    );
    only(
        of_service("CRI-DV", |s| s.route.copy = Some(Place::Hukou)),
        Severity::Error,
        "not be copied",
    );
    only(
        of_service("CRI-DV", |s| s.public_notice = true),
        Severity::Error,
        "posted publicly",
    );
}

#[test]
fn missing_translations_and_long_labels_are_errors() {
    only(
        of_service("CAR-HAIR", |s| s.name.en = "".into()),
        Severity::Error,
        "lacks its Chinese or English",
    );
    let long = Localized::fixed("理发", "Haircuts, laundry and more");
    only(
        of_service("CAR-HAIR", |s| s.short = Some(long)),
        Severity::Error,
        "too long",
    );
    only(
        of_service("CAR-HAIR", |s| {
            s.fields[0].ask = Some(Localized::fixed("问", ""))
        }),
        Severity::Error,
        "phone lacks",
    );
    let found = findings(|parts| {
        parts.categories[1].short =
            Some(Localized::fixed("基本生活", "Basic living and emergencies"))
    });
    assert!(found[0].message.en.contains("too long"));
}

#[test]
fn duplicates_are_found() {
    let found = findings(|parts| parts.services.push(parts.services[0].clone()));
    assert!(
        found
            .iter()
            .any(|f| f.place == "CRI-SUICIDE" && f.message.en.contains("code is used twice"))
    );
    only(
        of_service("CAR-HAIR", |s| s.aliases.push("低保".into())),
        Severity::Warning,
        "also belongs to BAS-DIBAO",
    );
    let found = findings(|parts| parts.categories.push(parts.categories[3].clone()));
    assert_eq!(found.len(), 1);
    only(
        of_service("CAR-HAIR", |s| s.fields.push(s.fields[0].clone())),
        Severity::Error,
        "appears twice",
    );
}

#[test]
fn asking_too_much_is_a_warning_and_asking_without_a_purpose_an_error() {
    let found = of_service("ELD-HOME", |s| {
        s.fields.iter_mut().for_each(|field| field.required = true)
    });
    only(
        found,
        Severity::Warning,
        "keep what the first contact needs",
    );
    only(
        of_service("ELD-HOME", |s| {
            s.fields[0].sensitive = true;
            s.fields[0].keep = Some(Keep::Closing);
        }),
        Severity::Error,
        "must say its purpose",
    );
}

#[test]
fn choices_need_options_that_fit() {
    let choice = |options: Vec<Choice>| {
        let mut question = Question::new(
            "size",
            Localized::fixed("大小", "Size"),
            Kind::named("choice").unwrap(),
        );
        question.options = options;
        question
    };
    let option = |key: &str| Choice {
        key: key.into(),
        label: Localized::fixed("大", "Large"),
    };
    only(
        of_service("CAR-HAIR", |s| s.fields.push(choice(vec![]))),
        Severity::Error,
        "no options",
    );
    let twice = choice(vec![option("a"), option("a")]);
    only(
        of_service("CAR-HAIR", |s| s.fields.push(twice)),
        Severity::Error,
        "option a twice",
    );
    let six = choice(["a", "b", "c", "d", "e", "f"].map(option).to_vec());
    only(
        of_service("CAR-HAIR", |s| s.fields.push(six)),
        Severity::Warning,
        "more than five",
    );
    let phone = |s: &mut Service| s.fields[0].options = vec![option("a")];
    only(
        of_service("CAR-HAIR", phone),
        Severity::Warning,
        "does not use",
    );
}

#[test]
fn pairs_must_lead_somewhere() {
    let found = findings(|parts| parts.pairs[0].choices[0].service = "NO-WHERE".into());
    assert_eq!(found[0].place, "pair 1");
    let found = findings(|parts| parts.pairs[2].choices.truncate(1));
    assert!(found[0].message.en.contains("two to five"));
    let found = findings(|parts| parts.pairs[12].unanswered = Some("GO-NE".into()));
    assert!(found[0].message.en.contains("GO-NE"));
}

#[test]
fn everything_wrong_is_said_at_once() {
    let found = findings(|parts| {
        parts.categories.retain(|category| category.code != "CRI");
        parts.services[20].limits.clear();
        parts.services[30].role.clear();
    });
    let places: std::collections::HashSet<_> =
        found.iter().map(|finding| finding.place.as_str()).collect();
    assert!(places.len() >= 11, "{places:?}");
}

#[test]
fn codes_have_a_form() {
    for code in ["dibao", "BAS", "BAS-", "BAS-dibao", "低保-X"] {
        let found = findings(|parts| parts.services[40].code = code.into());
        assert!(
            found
                .iter()
                .any(|finding| finding.message.en.contains("CATEGORY-NAME")),
            "{code}"
        );
    }
}

#[test]
fn an_empty_catalogue_is_told_what_it_lacks() {
    let found = check(&Catalogue::new(Parts::default()));
    assert_eq!(found.len(), 1);
}
