//! How long one message takes: the whole classifier, the crisis rules alone, and beside them plain segmentation.
//!
//! `cargo bench -p intents` prints all three for the same sentences of 17 to 23 characters. It deliberately measures no
//! throughput over threads: a verdict needs nothing shared.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use intents::{Classifier, Example, crisis, preload, segment};

/// Sentences of the crisis suite stand in for traffic: half of them are harmless.
const CASES: &str = include_str!("../lexicon/crisis_cases.tsv");

fn sentences() -> Vec<(&'static str, &'static str)> {
    CASES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut fields = line.split('\t');
            Some((fields.next()?, fields.next()?))
        })
        .collect()
}

fn compare(criterion: &mut Criterion) {
    preload();
    let all = sentences();
    let classifier = Classifier::train(
        all.iter().map(|&(text, service)| Example { service, text }),
        &[],
    );
    let texts: Vec<&str> = all
        .iter()
        .map(|s| s.0)
        .filter(|t| (17..=23).contains(&t.chars().count()))
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
