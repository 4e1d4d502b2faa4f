//! What the corpus must keep to: enough of everything, no two sentences from one frame, situations rather than names.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, HashMap, HashSet};

use intents::corpus::{AMBIGUOUS, Line, NOTHING, read};
use intents::training::words;

/// Share of common runs of three characters from which two sentences are from one frame.
const ALIKE: f32 = 0.6;
/// Fewest sentences of a service, of none, and of those that deserve a question.
const FEWEST: [usize; 3] = [120, 2_000, 600];
/// At most this share of a service's sentences may name it.
const NAMED: f32 = 1.0 / 3.0;

fn texts() -> (Vec<String>, String) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "tsv"))
        .collect();
    files.sort();
    let (catalogue, files): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|path| path.ends_with("catalogue.tsv"));
    let text = |path: &std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    (files.iter().map(text).collect(), text(&catalogue[0]))
}

fn lines(texts: &[String]) -> Vec<Line<'_>> {
    texts
        .iter()
        .flat_map(|text| read(text))
        .map(|line| line.unwrap())
        .collect()
}

/// Runs of three letters; marks and spaces do not count.
fn grams(text: &str) -> Vec<[char; 3]> {
    let letters: Vec<char> = intents::normalize::fold(text)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let mut grams: Vec<[char; 3]> = letters.windows(3).map(|w| [w[0], w[1], w[2]]).collect();
    if grams.is_empty() {
        let at = |n: usize| letters.get(n).copied().unwrap_or(' ');
        grams.push([at(0), at(1), at(2)]);
    }
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// Pairs of sentences that are nearly the same.
fn alike<'t>(texts: &[&'t str]) -> Vec<(&'t str, &'t str)> {
    let mut holders: HashMap<[char; 3], Vec<u32>> = HashMap::new();
    let mut sizes = Vec::with_capacity(texts.len());
    let mut common = vec![0u32; texts.len()];
    let mut found = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let grams = grams(text);
        let mut touched = Vec::new();
        for gram in &grams {
            let list = holders.entry(*gram).or_default();
            for &other in list.iter() {
                if common[other as usize] == 0 {
                    touched.push(other);
                }
                common[other as usize] += 1;
            }
            list.push(at as u32);
        }
        for other in touched {
            let shared = std::mem::take(&mut common[other as usize]);
            let union = grams.len() as u32 + sizes[other as usize] - shared;
            if shared as f32 >= ALIKE * union as f32 {
                found.push((texts[other as usize], *text));
            }
        }
        sizes.push(grams.len() as u32);
    }
    found
}

#[test]
fn no_two_sentences_are_from_one_frame() {
    let (texts, _) = texts();
    let all: Vec<&str> = lines(&texts).iter().map(|l| l.text).collect();
    let found = alike(&all);
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(
        alike(&["我想给老人订餐", "电梯坏了", "我想给老人订餐呀"]).len(),
        1
    );
}

#[test]
fn every_service_has_sentences_enough_and_so_do_none_and_ask() {
    let (texts, catalogue) = texts();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in lines(&texts) {
        *counts.entry(line.service).or_default() += 1;
    }
    let services: HashSet<&str> = words(&catalogue).map(|w| w.service).collect();
    let few = |label: &str, least: usize| counts.get(label).copied().unwrap_or(0) < least;
    let thin: Vec<_> = services.iter().filter(|s| few(s, FEWEST[0])).collect();
    assert!(thin.is_empty(), "{thin:?}");
    assert!(!few(NOTHING, FEWEST[1]) && !few(AMBIGUOUS, FEWEST[2]));
}

#[test]
fn sentences_speak_of_situations_and_seldom_name_the_service() {
    let (texts, catalogue) = texts();
    let mut names: HashMap<&str, Vec<String>> = HashMap::new();
    for word in words(&catalogue) {
        // Names and aliases are short; examples are sentences.
        if word.text.chars().count() <= 6 {
            names
                .entry(word.service)
                .or_default()
                .push(intents::normalize::fold(word.text));
        }
    }
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for line in lines(&texts).iter().filter(|l| l.is_service()) {
        let folded = intents::normalize::fold(line.text);
        let named = names
            .get(line.service)
            .is_some_and(|names| names.iter().any(|name| folded.contains(name.as_str())));
        let count = counts.entry(line.service).or_default();
        count.0 += usize::from(named);
        count.1 += 1;
    }
    let often = |(named, all): (usize, usize)| named as f32 > all as f32 * NAMED;
    let wrong: Vec<_> = counts.iter().filter(|(_, c)| often(**c)).collect();
    assert!(wrong.is_empty(), "(named, all): {wrong:?}");
}

#[test]
fn codes_are_known_and_ambiguous_lines_name_their_candidates() {
    let (texts, catalogue) = texts();
    let services: HashSet<&str> = words(&catalogue).map(|w| w.service).collect();
    for line in lines(&texts) {
        let known = services.contains(line.service) || !line.is_service();
        assert!(
            known && line.further().all(|f| services.contains(f)),
            "{line:?}"
        );
        if line.service == AMBIGUOUS {
            assert!(line.further().count() >= 2, "{line:?}");
        }
        if line.service == NOTHING {
            assert_eq!(line.further().count(), 0, "{line:?}");
        }
    }
}
