//! How much memory understanding takes by itself: dictionary, rules of danger, model, and 10,000 messages read.
//!
//! `cargo run --release -p intents --example memory` prints what the process holds after each step, of it what is its own
//! and what is read from the program's file. It deliberately measures nothing of the gateway.

use intents::{Classifier, Example, corpus, crisis, preload, segment, training};

const CATALOGUE: &str = include_str!("../corpus/catalogue.tsv");
const CORPUS: [&str; 3] = [
    include_str!("../corpus/bas.tsv"),
    include_str!("../corpus/eld.tsv"),
    include_str!("../corpus/none.tsv"),
];
const MESSAGES: usize = 10_000;

fn main() {
    print("at first");
    segment::words("低保");
    print("with the dictionary");
    crisis::scan("低保");
    print("with the rules of danger");
    preload();
    print("with the model");
    let words = training::words(CATALOGUE).map(|word| Example {
        service: word.service,
        text: word.text,
    });
    let classifier = Classifier::train(words, &[]);
    print("with the catalogue's words");
    let lines = CORPUS.iter().flat_map(|text| corpus::read(text));
    let texts: Vec<&str> = lines
        .map(|line| line.expect("a sound corpus").text)
        .collect();
    let needs: usize = texts
        .iter()
        .cycle()
        .take(MESSAGES)
        .map(|text| classifier.classify(text).needs.len())
        .sum();
    print(&format!("after {MESSAGES} messages ({needs} needs)"));
}

/// One line of what the kernel says.
fn print(when: &str) {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says what it holds");
    let megabytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        number.unwrap_or_default() / 1024.0
    };
    println!(
        "{when:>36}: {:6.1} MB, {:6.1} its own, {:6.1} of the program's file; at most {:6.1}",
        megabytes("VmRSS:"),
        megabytes("RssAnon:"),
        megabytes("RssFile:"),
        megabytes("VmHWM:"),
    );
}
