//! Measures on held-back hands: trains without one writer's sentences, reads them, and goes on to the next writer.
//!
//! `cargo run --release -p intents --example holdout [--dump FILE]` prints the figures over all hands and by style. It
//! deliberately tests a hand only on services that another hand wrote about as well.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::Write as _;

use intents::corpus::{self, Line};
use intents::evaluate::{Truth, figures};
use intents::training::{self, Options, Word};
use intents::{Classifier, Verdict};

fn main() {
    let args = Args(std::env::args().collect());
    let texts = texts(&args);
    let (mut lines, mut words): (Vec<Line>, Vec<Word>) = (vec![], vec![]);
    for (name, text) in &texts {
        if name == "catalogue.tsv" {
            words.extend(training::words(text));
        } else {
            lines.extend(corpus::read(text).map(|l| l.expect("a line")));
        }
    }
    let options = args.options();
    let only = args.value("--hands");
    let mut dump = args
        .value("--dump")
        .map(|f| File::create(f).expect("a file"));
    let mut hands: Vec<&str> = lines.iter().map(|l| l.hand).collect();
    hands.sort_unstable();
    hands.dedup();
    let together = args.value("--together");
    let groups: Vec<String> = match &together {
        Some(group) => vec![group.clone()],
        None => hands.iter().map(|hand| (*hand).to_owned()).collect(),
    };
    let mut all: Vec<Case> = Vec::new();
    let mut styles: BTreeMap<&str, Vec<Case>> = BTreeMap::new();
    for group in groups {
        if only.as_ref().is_some_and(|o| !o.contains(&group)) {
            continue;
        }
        let (held, seen): (Vec<Line>, Vec<Line>) =
            lines.iter().partition(|l| group.contains(l.hand));
        let known: HashSet<&str> = seen.iter().map(|l| l.service).collect();
        let bytes = training::train(&seen, &words, &options);
        let classifier = Classifier::of_model(bytes, &PAIRS).expect("a model");
        let mut fold = Vec::new();
        for line in held.iter().filter(|l| known.contains(l.service)) {
            let verdict = classifier.classify(line.text);
            if let Some(file) = &mut dump {
                writeln!(file, "{}", row(line, &classifier, &verdict)).expect("written");
            }
            styles
                .entry(line.style)
                .or_default()
                .push((truth(line), verdict.clone()));
            fold.push((truth(line), verdict));
        }
        print(&group, &fold);
        all.extend(fold);
    }
    for (style, cases) in &styles {
        print(style, cases);
    }
    print("all", &all);
    if args.has("--confusions") {
        for (a, b, n) in figures(&all).confusions.iter().take(40) {
            println!("{n} {a} -> {b}");
        }
    }
}

type Case = (Truth, Verdict);

/// The files of the corpus, by name.
fn texts(args: &Args) -> Vec<(String, String)> {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    let folder = args.value("--corpus").unwrap_or_else(|| own.to_owned());
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the corpus") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        if name.ends_with(".tsv") {
            texts.push((
                name.into_owned(),
                std::fs::read_to_string(&path).expect("a text"),
            ));
        }
    }
    texts.sort();
    texts
}

/// What stands on the command line.
struct Args(Vec<String>);

impl Args {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|a| a == name)
    }

    fn value(&self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|a| a == name)?;
        self.0.get(at + 1).cloned()
    }

    /// The training options, each to be tried with another number.
    fn options(&self) -> Options {
        let mut options = Options::default();
        let [ask, danger, pressing] = &mut options.heads;
        let [grams, words, classes, pairs] = &mut options.blocks;
        let [bayes_ask, bayes_danger, bayes_pressing] = &mut options.bayes_heads;
        let (kept, floor) = (&mut options.kept.0, &mut options.kept.1);
        for (name, option) in [
            ("--cost", &mut options.cost),
            ("--positive", &mut options.positive),
            ("--further", &mut options.further),
            ("--bayes", &mut options.bayes),
            ("--smooth", &mut options.smooth),
            ("--bayes-ask", bayes_ask),
            ("--bayes-danger", bayes_danger),
            ("--bayes-pressing", bayes_pressing),
            ("--pressing", pressing),
            ("--ask", ask),
            ("--danger", danger),
            ("--grams", grams),
            ("--words", words),
            ("--classes", classes),
            ("--pairs", pairs),
            ("--kept", kept),
            ("--floor", floor),
        ] {
            if let Some(value) = self.value(name) {
                *option = value.parse().expect("a number");
            }
        }
        options.cases = !self.has("--nocases");
        options
    }
}

fn truth(line: &Line) -> Truth {
    let further = line.further().map(str::to_owned);
    Truth {
        service: line.service.to_owned(),
        urgency: line.urgency,
        needs: further.filter(|_| line.is_service()).collect(),
    }
}

/// One message with everything that was read from it, for a table.
fn row(line: &Line, classifier: &Classifier, verdict: &Verdict) -> String {
    let s = classifier.signals(line.text);
    let ranked: Vec<String> = s
        .ranked
        .iter()
        .map(|r| format!("{}:{:.4}", r.service, r.confidence))
        .collect();
    let rule = intents::crisis::scan(line.text)
        .map_or("-".into(), |r| format!("{}:{}", r.service, r.sure));
    [
        line.hand.to_owned(),
        line.service.to_owned(),
        format!("{:?}", line.urgency),
        line.style.to_owned(),
        line.further().collect::<Vec<_>>().join(","),
        ranked.join(","),
        format!("{:.4}", s.nothing),
        format!("{:.3}", s.known),
        format!("{:.4}", s.heads[0]),
        format!("{:.4}", s.threat),
        format!("{:.4}", s.heads[2]),
        rule,
        format!("{:?}", verdict.decision),
        verdict.needs.join(","),
        line.text.to_owned(),
        format!("{:.4}", s.heads[1]),
        format!("{}:{:.5}", s.danger.0, s.danger.1),
    ]
    .join("\t")
}

fn print(name: &str, cases: &[Case]) {
    let f = figures(cases);
    println!(
        "{name} n {} top1 {:.3} top3 {:.3} f1 {:.3} ece {:.3} none {:.3}/{:.3} ask {:.3} crisis {:.3}/{:.3} needs {:.3}",
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
}

/// Services that are known to be confused, as the starter catalogue has them.
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
