//! How long one message takes: the whole classifier, the crisis rules alone, and beside them plain segmentation.
//!
//! `cargo bench -p intents` prints all three for the same sentences of 17 to 23 characters. It deliberately measures no
//! throughput over threads: a verdict needs nothing shared.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use intents::{Classifier, Example, corpus, crisis, preload, segment, training};

/// What residents write: harmless and not.
const CORPUS: [&str; 4] = [
    include_str!("../corpus/bas.tsv"),
    include_str!("../corpus/cri.tsv"),
    include_str!("../corpus/eld.tsv"),
    include_str!("../corpus/none.tsv"),
];
const CATALOGUE: &str = include_str!("../corpus/catalogue.tsv");

fn compare(criterion: &mut Criterion) {
    preload();
    let words = training::words(CATALOGUE).map(|word| Example {
        service: word.service,
        text: word.text,
    });
    let classifier = Classifier::train(words, &[]);
    let texts: Vec<&str> = CORPUS
        .iter()
        .flat_map(|text| corpus::read(text))
        .map(|line| line.expect("a sound corpus").text)
        .filter(|text| (17..=23).contains(&text.chars().count()))
        .collect();
    let mut group = criterion.benchmark_group("one message of 20 characters");
    let mut turn = texts.iter().cycle();
    group.bench_function("segmentation alone (jieba cut)", |b| {
        b.iter(|| black_box(segment::words(turn.next().expect("a cycle has no end"))));
    });
    group.bench_function("crisis rules alone", |b| {
        b.iter(|| black_box(crisis::scan(turn.next().expect("a cycle has no end"))));
    });
    group.bench_function("classify", |b| {
        b.iter(|| black_box(classifier.classify(turn.next().expect("a cycle has no end"))));
    });
    group.finish();
}

criterion_group!(benches, compare);
criterion_main!(benches);
