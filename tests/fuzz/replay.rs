//! The committed seeds through the same functions that are fuzzed, on the ordinary compiler. Nothing new is guessed here;
//! `tests/fuzz/run` does that.
// The targets are public in the crate that fuzzes them.
#![allow(clippy::unwrap_used, unreachable_pub)]

#[path = "targets/product.rs"]
mod product;
#[path = "targets/text.rs"]
mod text;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use text::Target;

fn targets() -> Vec<Target> {
    [&text::TARGETS[..], &product::TARGETS[..]].concat()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz")
        .join(name)
}

/// Names of what lies in a folder, without endings.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|e| {
            e.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

#[test]
fn every_seed_and_what_is_left_of_it_when_cut_is_borne_by_its_target() {
    for (name, target) in targets() {
        let mut seeds = 0;
        for entry in fs::read_dir(folder("seeds").join(name)).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            assert!(
                bytes.len() < 16 * 1024,
                "{} is no small seed",
                path.display()
            );
            println!("{}", path.display()); // the last one, if it panics
            for part in [
                &bytes[..],
                &bytes[..bytes.len() / 2],
                &bytes[bytes.len() / 3..],
            ] {
                target(part);
            }
            seeds += 1;
        }
        assert!(seeds >= 2, "{name} has {seeds} seeds");
    }
}

#[test]
fn every_target_has_its_program_its_entry_and_its_seeds() {
    let named: BTreeSet<String> = targets()
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(named, names(&folder("fuzz_targets")));
    assert_eq!(named, names(&folder("seeds")));
    let manifest = fs::read_to_string(folder("Cargo.toml")).unwrap();
    let entries = manifest
        .lines()
        .filter_map(|l| l.strip_prefix("path = \"fuzz_targets/"));
    assert_eq!(
        named,
        entries
            .map(|l| l.trim_end_matches(".rs\"").to_owned())
            .collect()
    );
    for name in &named {
        let program =
            fs::read_to_string(folder("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(
            program.contains(&format!("::{name}(data)")),
            "{name} runs another target"
        );
    }
}
