//! Tests of the policy: the shipped ladder, and every contradiction named.
#![allow(clippy::unwrap_used)]

use super::*;

fn said(found: &[Finding]) -> String {
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// The findings of the shipped policy after replacing one text by another.
fn findings(from: &str, to: &str) -> String {
    assert!(DEFAULT.contains(from), "the shipped policy says {from}");
    let changed = DEFAULT.replacen(from, to, 1);
    let found = Policy::parse(&changed).unwrap_err();
    said(&found)
}

#[test]
fn the_shipped_ladder_follows_the_table_of_its_classes() {
    let policy = Policy::builtin();
    let crisis = &policy.class(Class::Crisis).clocks[0];
    assert_eq!(crisis.limit, Limit::Fixed(Span::minutes(5)));
    assert_eq!(crisis.rungs[0].at, When::After(Span::minutes(2)));
    let (class, clock, rung) = policy.rung("normal_district").unwrap();
    assert_eq!((class, clock), (Class::Normal, ClockName::Accept));
    assert_eq!(rung.at, When::Overdue(Span::working_days(1)));
    assert_eq!(policy.class(Class::Normal).notices, Notices::Working);
    assert!(
        policy
            .pauses
            .iter()
            .all(|p| !p.classes.contains(&Class::Crisis))
    );
    let used = policy
        .classes
        .values()
        .flat_map(|c| &c.clocks)
        .flat_map(|r| &r.rungs);
    let used: std::collections::BTreeSet<&str> = used
        .flat_map(|r| r.actions.iter())
        .map(|a| a.name.as_str())
        .collect();
    assert_eq!(
        used.len(),
        ACTIONS.len(),
        "the shipped ladder shows every action"
    );
}

#[test]
fn every_contradiction_of_a_policy_is_named() {
    let cases = [
        (
            r#"at = "50%""#,
            r#"at = "101%""#,
            "percents go from 1 to 100",
        ),
        (
            r#"at = "80%", do = ["remind lead", "remind deputy"]"#,
            r#"at = "40%", do = ["remind lead"]"#,
            "normal_soon stands after normal_half but is not later",
        ),
        (r#"at = "+2m""#, r#"at = "+7m""#, "not later"),
        (
            "remind duty_desk",
            "shout duty_desk",
            "\"shout\" is no action",
        ),
        ("remind duty_desk", "remind mayor", "\"mayor\" is unknown"),
        ("remind duty_desk", "remind", "whom it is for"),
        ("remind duty_desk", "remind resident", "does not make sense"),
        (
            "remind duty_desk",
            "tell_resident lead",
            "does not make sense",
        ),
        (
            r#"classes = ["normal", "urgent"]"#,
            r#"classes = ["crisis"]"#,
            "a crisis is never paused",
        ),
        (r#"code = "check""#, r#"code = "outside""#, "listed twice"),
        (
            r#"stops = ["resolve"]"#,
            r#"stops = ["house"]"#,
            "\"house\" is unknown",
        ),
        (r#"stops = ["resolve"]"#, "stops = []", "stops no clock"),
        (
            r#"key = "hunger_remind""#,
            r#"key = "crisis_call_again""#,
            "used twice",
        ),
        (r#"key = "hunger_remind""#, r#"key = "Hunger!""#, "a key is"),
        (
            r#"limit = "5m""#,
            r#"limit = "first_contact""#,
            "a limit of its own in plain time",
        ),
        (r#"limit = "5m""#, r#"limit = "soon""#, "not a span"),
        (r#"limit = "15m""#, r#"limit = "0m""#, "longer than nothing"),
        (
            r#"limit = "60m""#,
            "limit = \"60m\"\notherwise = \"1d\"",
            "needs no `otherwise`",
        ),
        (
            r#"clock = "contact""#,
            r#"clock = "accept""#,
            "listed twice",
        ),
        (
            r#"clock = "contact""#,
            r#"clock = "nap""#,
            "\"nap\" is unknown",
        ),
        (
            r#"notices = "working""#,
            r#"notices = "never""#,
            "\"never\" is unknown",
        ),
        (
            r#"notices = "anytime""#,
            r#"notices = "working""#,
            "a crisis does not wait",
        ),
        ("close_tries = 2", "close_tries = 1", "at least two"),
        ("version = 1", "version = 0", "counts from 1"),
        ("version = 1", "version = 1\ncolour = 3", "colour"),
        (
            "limit = \"15m\"",
            "limit = \"15m\"\nafter_accept = true",
            "cannot wait for the acceptance",
        ),
        (r#"do = ["remind duty_desk"]"#, "do = []", "does nothing"),
        (
            r#"zh = "正在核对信息""#,
            r#"zh = """#,
            "a label in Chinese and in English",
        ),
    ];
    for (from, to, expected) in cases {
        let found = findings(from, to);
        assert!(found.contains(expected), "{from} -> {to}: {found}");
    }
}

#[test]
fn a_class_that_is_missing_or_made_up_is_named() {
    let changed = DEFAULT.replace("classes.hunger", "classes.thirst");
    let found = said(&Policy::parse(&changed).unwrap_err());
    assert!(found.contains("hunger is missing"), "{found}");
    assert!(found.contains("\"thirst\" is unknown"), "{found}");
}

#[test]
fn all_contradictions_are_found_at_once_and_nothing_is_applied() {
    let changed = DEFAULT
        .replace("50%", "150%")
        .replace("version = 1", "version = 0")
        .replacen("remind duty_desk", "shout duty_desk", 1);
    assert!(Policy::parse(&changed).unwrap_err().len() >= 4);
}

#[test]
fn an_action_exists_by_being_named_to_the_reader() {
    let changed = DEFAULT.replacen("remind duty_desk", "whistle duty_desk", 1);
    assert!(Policy::parse(&changed).is_err());
    let mut names = ACTIONS.to_vec();
    names.push("whistle");
    assert!(Policy::parse_with(&changed, &names).is_ok());
}
