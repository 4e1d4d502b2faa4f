//! The regression suite of the crisis lexicon: `lexicon/crisis_cases.tsv`, and what no case may do.

use std::fmt::Write;

use proptest::prelude::*;

use super::{scan, scan_folded};
use crate::normalize::fold;

const CASES: &str = include_str!("../../lexicon/crisis_cases.tsv");

fn cases() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    CASES.lines().filter(|l| !l.starts_with('#')).map(|line| {
        let mut fields = line.split('\t');
        let mut field = || fields.next().expect("three fields a line");
        (field(), field(), field())
    })
}

#[test]
fn every_case_of_the_regression_suite_is_read_as_written() {
    let mut wrong = String::new();
    for (text, service, sure) in cases() {
        let hit = scan(text);
        let found = hit.as_ref().map_or(("none", "-"), |h| {
            (h.service.as_str(), if h.sure { "sure" } else { "unsure" })
        });
        if found != (service, sure) {
            writeln!(
                wrong,
                "{text}: {service} {sure} expected, found {found:?} {:?}",
                hit.as_ref().map(|h| &h.words)
            )
            .unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_suite_holds_enough_of_both_kinds() {
    let (all, calm) = (cases().count(), cases().filter(|c| c.1 == "none").count());
    assert!(
        all >= 250 && calm >= 100,
        "{all} cases, {calm} of them false dangers"
    );
}

#[test]
fn danger_is_found_in_other_scripts_gaps_and_long_surroundings() {
    let padding = "今天社区的人来过,说材料都收齐了。".repeat(2_000);
    for (text, service, _) in cases().filter(|c| c.2 == "sure" && c.0.chars().count() > 4) {
        let wide: String = text
            .chars()
            .map(|c| {
                if c.is_ascii_lowercase() {
                    char::from_u32(c as u32 + 0xFEE0).unwrap()
                } else {
                    c
                }
            })
            .collect();
        for variant in [
            wide,
            text.to_uppercase(),
            format!("{padding}{text}。{padding}"),
            format!("\u{202e}{text}\u{200b}"),
        ] {
            let hit = scan(&variant).unwrap_or_else(|| panic!("missed: {text}"));
            assert_eq!((hit.service.as_str(), hit.sure), (service, true), "{text}");
        }
    }
}

#[test]
fn life_threatening_circumstances_are_pressing() {
    for text in [
        "胰岛素没了，今天没打",
        "今晚被房东赶出去了",
        "没地方住，孩子还小",
        "没钱做透析了",
        "I have nowhere to sleep tonight",
    ] {
        assert!(!scan_folded(&fold(text)).pressing.is_empty(), "{text}");
    }
    for text in ["想申请公租房", "透析能报销吗", "房东不退押金"] {
        assert!(scan_folded(&fold(text)).pressing.is_empty(), "{text}");
    }
}

#[test]
fn a_megabyte_of_the_worst_word_ends_in_time() {
    for word in ["打", "不想死", "孩子打", "没", "我😀", "摔", "a", " 死"] {
        scan(&word.repeat(1_000_000 / word.len()));
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*", noise in proptest::collection::vec(any::<char>(), 0..200)) {
        scan(&text);
        scan(&noise.into_iter().collect::<String>());
    }

    #[test]
    fn words_of_danger_in_any_order_do_not_panic(picks in proptest::collection::vec(0..8usize, 0..60)) {
        let words = ["我", "不", "想死", ",", "老人", " ", "摔倒", "没有"];
        scan(&picks.into_iter().map(|p| words[p]).collect::<String>());
    }
}
