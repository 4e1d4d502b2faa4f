//! How long one message takes: the whole classifier, the crisis rules alone, and beside them plain segmentation.
//!
//! `cargo bench -p intents` prints all of them for the same sentences of 17 to 23 characters, segmentation as anybody has
//! it from jieba-rs (the bare dictionary; guessing unknown words by its HMM, and without, as the classifier cuts), and
//! last the median and the slowest of each, one by one. It deliberately measures no throughput over threads: a
//! verdict needs nothing shared.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use intents::{Classifier, Example, corpus, crisis, preload, training};
use jieba_rs::Jieba;

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
    let jieba = Jieba::new();
    for (name, hmm) in [
        ("segmentation alone (jieba cut with HMM)", true),
        ("segmentation alone (jieba cut without HMM)", false),
    ] {
        group.bench_function(name, |b| {
            b.iter(|| black_box(jieba.cut(turn.next().expect("a cycle has no end"), hmm)));
        });
    }
    group.bench_function("crisis rules alone", |b| {
        b.iter(|| black_box(crisis::scan(turn.next().expect("a cycle has no end"))));
    });
    group.bench_function("classify", |b| {
        b.iter(|| black_box(classifier.classify(turn.next().expect("a cycle has no end"))));
    });
    group.finish();
    let with = slowest("jieba cut with HMM", &texts, |text| jieba.cut(text, true));
    let without = slowest("jieba cut without HMM", &texts, |text| {
        jieba.cut(text, false)
    });
    let whole = slowest("classify", &texts, |text| classifier.classify(text));
    let times = |alone: Duration| whole.as_secs_f64() / alone.as_secs_f64();
    println!(
        "classify by its p50 takes {:.1} times as long as jieba cut with HMM, {:.1} times as without",
        times(with),
        times(without)
    );
}

/// Prints what the median and the slowest hundredth and thousandth take, each message measured by itself: other programs
/// disturb a median less than a mean. Returns the median.
#[allow(clippy::disallowed_methods)] // a measurement reads the clock
fn slowest<'t, R>(name: &str, texts: &[&'t str], read: impl Fn(&'t str) -> R) -> Duration {
    const ROUNDS: usize = 20;
    let mut times: Vec<Duration> = Vec::with_capacity(texts.len() * ROUNDS);
    for text in texts.iter().cycle().take(texts.len() * ROUNDS) {
        let start = Instant::now();
        drop(black_box(read(text)));
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let at = |share: f64| times[(times.len() as f64 * share) as usize];
    println!(
        "{name}, one by one: p50 {:?}, p99 {:?}, p99.9 {:?} of {} messages",
        at(0.5),
        at(0.99),
        at(0.999),
        times.len()
    );
    at(0.5)
}

criterion_group!(benches, compare);
criterion_main!(benches);
