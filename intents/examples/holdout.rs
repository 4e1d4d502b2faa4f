//! Measures on held-back hands: trains without one writer's sentences, reads them, and goes on to the next writer.
//!
//! `cargo run --release -p intents --example holdout [--dump FILE]` prints the figures over all hands and by style. It
//! deliberately tests a hand only on services that another hand wrote about as well.

use std::collections::{BTreeMap, HashSet};
use std::io::Write as _;

use intents::corpus::{self, Line};
use intents::evaluate::{Truth, figures};
use intents::training::{self, Options, Word};
use intents::{Classifier, Verdict};

fn main() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the corpus") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "tsv") {
            texts.push((
                path.clone(),
                std::fs::read_to_string(&path).expect("a text"),
            ));
        }
    }
    texts.sort();
    let (mut lines, mut words): (Vec<Line>, Vec<Word>) = (vec![], vec![]);
    for (path, text) in &texts {
        if path.ends_with("catalogue.tsv") {
            words.extend(training::words(text));
        } else {
            lines.extend(corpus::read(text).map(|l| l.expect("a line")));
        }
    }
    let args: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        args.iter()
            .position(|a| a == name)
            .map(|at| args[at + 1].clone())
    };
    let number = |name: &str| value(name).map(|v| v.parse::<f32>().expect("a number"));
    let mut options = Options::default();
    if let Some(x) = number("--cost") {
        options.cost = x;
    }
    if let Some(x) = number("--positive") {
        options.positive = x;
    }
    if let Some(x) = number("--further") {
        options.further = x;
    }
    if let Some(x) = number("--passes") {
        options.passes = x as usize;
    }
    if let Some(x) = number("--least") {
        options.least_lines = x as u32;
    }
    if let Some(x) = number("--grams") {
        options.blocks[0] = x;
    }
    if let Some(x) = number("--words") {
        options.blocks[1] = x;
    }
    if let Some(x) = number("--classes") {
        options.blocks[2] = x;
    }
    if let Some(x) = number("--kept") {
        options.kept.0 = x;
    }
    if let Some(x) = number("--floor") {
        options.kept.1 = x;
    }
    if let Some(x) = number("--danger") {
        options.heads[1] = x;
    }
    if args.iter().any(|a| a == "--nocases") {
        options.cases = false;
    }
    if let Some(x) = number("--bayes") {
        options.bayes = x;
    }
    if let Some(x) = number("--smooth") {
        options.smooth = x;
    }
    if let Some(x) = number("--ask") {
        options.heads[0] = x;
    }
    let only = value("--hands");
    let mut dump = value("--dump").map(|f| std::fs::File::create(f).expect("a file"));
    let mut hands: Vec<&str> = lines.iter().map(|l| l.hand).collect();
    hands.sort_unstable();
    hands.dedup();
    let mut all: Vec<(Truth, Verdict)> = Vec::new();
    let mut styles: BTreeMap<&str, Vec<(Truth, Verdict)>> = BTreeMap::new();
    for hand in hands {
        if only.as_ref().is_some_and(|o| !o.contains(hand)) {
            continue;
        }
        let (held, seen): (Vec<Line>, Vec<Line>) = lines.iter().partition(|l| l.hand == hand);
        let share = number("--share").unwrap_or(1.0);
        let seen: Vec<Line> = seen
            .into_iter()
            .enumerate()
            .filter(|(at, _)| ((at * 7919) % 1000) as f32 <= share * 1000.0 - 0.5)
            .map(|(_, l)| l)
            .collect();
        let known: HashSet<&str> = lines
            .iter()
            .filter(|l| l.hand != hand)
            .map(|l| l.service)
            .collect();
        let bytes = training::train(&seen, &words, &options);
        let size = bytes.len();
        let classifier = Classifier::of_model(bytes, &PAIRS).expect("a model");
        let mut fold = Vec::new();
        for line in held.iter().filter(|l| known.contains(l.service)) {
            let verdict = classifier.classify(line.text);
            let truth = Truth {
                service: line.service.to_owned(),
                urgency: line.urgency,
                needs: if line.is_service() {
                    line.further().map(str::to_owned).collect()
                } else {
                    vec![]
                },
            };
            if let Some(file) = &mut dump {
                let s = classifier.signals(line.text);
                let rule = intents::crisis::scan(line.text);
                let ranked: Vec<String> = s
                    .ranked
                    .iter()
                    .map(|r| format!("{}:{:.4}", r.service, r.confidence))
                    .collect();
                writeln!(file, "{}\t{}\t{:?}\t{}\t{}\t{}\t{:.4}\t{:.3}\t{:.4}\t{:.4}\t{:.4}\t{}\t{:?}\t{}\t{}\t{}", hand, line.service, line.urgency, line.style,
                    line.further().collect::<Vec<_>>().join(","), ranked.join(","), s.nothing, s.known, s.heads[0], s.threat, s.heads[2],
                    rule.map_or("-".into(), |r| format!("{}:{}", r.service, r.sure)), verdict.decision, verdict.needs.join(","), verdict.ranked.first().map_or("-", |r| r.service.as_str()), line.text).expect("written");
            }
            fold.push((truth, verdict));
        }
        let f = figures(&fold);
        println!(
            "{hand} n {} top1 {:.3} top3 {:.3} none {:.2}/{:.2} ask {:.2} crisis {:.3}/{:.3} size {}k",
            f.messages,
            f.top1,
            f.top3,
            f.none_precision,
            f.none_recall,
            f.ask_recall,
            f.crisis_recall,
            f.crisis_false_alarms,
            size / 1024
        );
        for (line, case) in held.iter().filter(|l| known.contains(l.service)).zip(&fold) {
            styles.entry(line.style).or_default().push(case.clone());
        }
        all.extend(fold);
    }
    for (style, cases) in &styles {
        let f = figures(cases);
        print!("{style} {} {:.3}/{:.3}  ", f.messages, f.top1, f.top3);
    }
    let f = figures(&all);
    println!(
        "\nALL n {} top1 {:.4} top3 {:.4} f1 {:.3} ece {:.3} none {:.3}/{:.3} ask {:.3} crisis {:.3}/{:.3} needs {:.3}",
        f.messages,
        f.top1,
        f.top3,
        f.macro_f1,
        f.calibration_error,
        f.none_precision,
        f.none_recall,
        f.ask_recall,
        f.crisis_recall,
        f.crisis_false_alarms,
        f.needs_recall
    );
    if args.iter().any(|a| a == "--confusions") {
        for (a, b, n) in f.confusions.iter().take(40) {
            println!("{n} {a} -> {b}");
        }
    }
}

const PAIRS: [&[&str]; 15] = [
    &["DSB-TWO", "ELD-SUBSIDY", "MED-LTCI"],
    &["BAS-DIBAO", "BAS-LINSHI", "BAS-GANGXING"],
    &["MED-JIUZHU", "MED-INSURE", "CHA-MEDAID", "BAS-LINSHI"],
    &["ELD-VISIT", "ELD-HOME", "CAR-NURSE", "ELD-INST"],
    &["HOU-AGING", "HOU-BARRIER", "HOU-REPAIR", "HOU-DANGER"],
    &["HOU-REPAIR", "COM-PROPERTY", "COM-UTIL"],
    &["CHI-ORPHAN", "CHI-FACTO", "CHI-NEEDY", "CHI-LEFT"],
    &["EMP-UNEMP", "LEG-WAGE", "EMP-JOB"],
    &["LEG-MEDIATE", "CRI-DV", "COM-ENV"],
    &["BAS-FUNERAL", "CRI-MISSING"],
    &["BAS-VAGRANT", "BAS-LINSHI"],
    &["CRI-HUNGER", "CHA-GOODS"],
    &["SOC-COUNSEL", "CRI-SUICIDE"],
    &["MED-MENTAL", "CRI-SUICIDE"],
    &["CAR-RESPITE", "SOC-COUNSEL"],
];
