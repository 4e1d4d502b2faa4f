//! Trains the model of services when the crate is built, from the sentences of `corpus/` and the lexicon.
//!
//! The modules that do it are the crate's own. It deliberately trains nothing but the shipped model: held-back folds are
//! `examples/holdout.rs`.
#![allow(dead_code, unreachable_pub, missing_docs)]

use std::path::Path;

#[path = "src/concepts.rs"]
mod concepts;
#[path = "src/corpus.rs"]
mod corpus;
#[path = "src/crisis/mod.rs"]
mod crisis;
#[path = "src/features.rs"]
mod features;
#[path = "src/model/mod.rs"]
mod model;
#[path = "src/normalize.rs"]
mod normalize;
#[path = "src/plain.rs"]
mod plain;
#[path = "src/segment.rs"]
mod segment;
#[path = "src/spot.rs"]
mod spot;
#[path = "src/training/mod.rs"]
mod training;
#[path = "src/urgency.rs"]
mod urgency;

fn main() {
    for path in [
        "build.rs",
        "corpus",
        "lexicon",
        "src/crisis",
        "src/training",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    for module in [
        "concepts",
        "corpus",
        "features",
        "normalize",
        "plain",
        "segment",
        "spot",
        "urgency",
    ] {
        println!("cargo::rerun-if-changed=src/{module}.rs");
    }
    let mut files: Vec<_> = std::fs::read_dir("corpus")
        .expect("the corpus lies beside this file")
        .map(|entry| entry.expect("a folder that can be read").path())
        .filter(|path| path.extension().is_some_and(|e| e == "tsv"))
        .collect();
    files.sort();
    let texts: Vec<(bool, String)> = files
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("a corpus file that can be read");
            (path.ends_with("catalogue.tsv"), text)
        })
        .collect();
    let (mut lines, mut words) = (Vec::new(), Vec::new());
    for (catalogue, text) in &texts {
        if *catalogue {
            words.extend(training::words(text));
        } else {
            lines.extend(corpus::read(text).map(|line| line.expect("a sound corpus line")));
        }
    }
    let bytes = training::train(&lines, &words, &training::Options::default());
    let folder = std::env::var("OUT_DIR").expect("set by cargo");
    std::fs::write(Path::new(&folder).join("model.bin"), bytes).expect("the build folder takes it");
}
