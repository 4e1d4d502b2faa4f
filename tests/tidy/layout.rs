//! Rules about files, their names, manifests, migrations and the README.

use crate::tree::{File, Tree};
use crate::{clean, found};

/// What the top level may hold besides files whose name begins with a dot.
const TOP: [&str; 9] = [
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "LICENSE",
    "menus",
    "intents",
    "bots",
    "gateway",
    "migrations",
];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 9] = [
    "util", "utils", "helper", "helpers", "common", "manager", "service", "misc", "stuff",
];

/// Marks of unfinished work, put together here so as not to be found.
const UNFINISHED: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
];

/// The fuzz targets need a nightly compiler and stand outside of the workspace.
const OUTSIDE: &str = "tests/fuzz/Cargo.toml";

/// Crates that know neither each other nor the gateway.
const LEAVES: [&str; 3] = ["menus", "intents", "bots"];

/// What the README must tell a newcomer to type.
const COMMANDS: [&str; 2] = ["cargo run --release -- demo", "tests/run"];

fn top_level(tree: &Tree) -> Vec<String> {
    let top = |f: &File| f.path.split('/').next().unwrap_or_default().to_owned();
    let mut names: Vec<String> = tree.files.iter().map(top).collect();
    names.dedup();
    let known = |n: &String| n.starts_with('.') || n == "tests" || TOP.contains(&n.as_str());
    names.into_iter().filter(|n| !known(n)).collect()
}

#[test]
fn the_top_level_holds_only_what_belongs_there() {
    clean(top_level);
    let files = [
        (".ci/run", ""),
        ("Makefile", ""),
        ("menus/a.rs", ""),
        ("docs/a.md", ""),
    ];
    assert_eq!(found(top_level, &files), ["Makefile", "docs"]);
}

fn speaking_names(tree: &Tree) -> Vec<String> {
    let empty = |f: &&File| {
        let mut parts = f.path.split('/').map(|p| p.split('.').next().unwrap_or(p));
        parts.any(|p| EMPTY_NAMES.contains(&p))
    };
    tree.rust().filter(empty).map(|f| f.path.clone()).collect()
}

#[test]
fn no_module_has_a_name_that_says_nothing() {
    clean(speaking_names);
    let files = [
        ("bots/src/utils.rs", ""),
        ("gateway/src/common/a.rs", ""),
        ("a/roster.rs", ""),
    ];
    assert_eq!(
        found(speaking_names, &files),
        ["bots/src/utils.rs", "gateway/src/common/a.rs"]
    );
}

fn finished(tree: &Tree) -> Vec<String> {
    let marks = |f: &File| {
        let path = f.path.clone();
        let lines = f.text.lines().enumerate();
        let marked = lines.filter(|(_, line)| {
            UNFINISHED.iter().any(|mark| {
                line.match_indices(mark).any(|(at, _)| {
                    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                    let before = line[..at].chars().next_back();
                    !letter(before) && !letter(line[at + mark.len()..].chars().next())
                })
            })
        });
        let found: Vec<_> = marked
            .map(|(n, line)| format!("{path}:{}: {line}", n + 1))
            .collect();
        found
    };
    let ours = |f: &&File| {
        ["rs", "sql", "html", "css", "js", "toml", "md", "sh"]
            .iter()
            .any(|e| f.is(e))
    };
    tree.files.iter().filter(ours).flat_map(marks).collect()
}

#[test]
fn nothing_is_left_for_later() {
    clean(finished);
    let bad = format!(
        "a\n// {}: b\n{}x)\n{}X-1\n",
        UNFINISHED[0], UNFINISHED[3], UNFINISHED[2]
    );
    let lines = found(finished, &[("a.rs", &bad), ("b.bin", &bad)]);
    assert_eq!(lines.len(), 1, "{lines:?}");
    let later = format!("{})", UNFINISHED[3]);
    assert_eq!(found(finished, &[("a.rs", &later)]).len(), 1);
}

fn manifests(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|f| f.path.ends_with("/Cargo.toml") && f.path != OUTSIDE)
    {
        let own = file.path.split('/').next().unwrap_or_default();
        if !file.text.contains("[lints]\nworkspace = true") {
            findings.push(format!(
                "{}: does not take the workspace's lints",
                file.path
            ));
        }
        let mut section = "";
        for line in file.text.lines() {
            if line.starts_with('[') {
                section = line;
            }
            let Some((name, value)) = line.split_once('=') else {
                continue;
            };
            let name = name.trim().split('.').next().unwrap_or_default();
            if !section.ends_with("dependencies]") {
                continue;
            }
            if !line.contains("workspace") && !value.trim().starts_with('[') {
                findings.push(format!(
                    "{}: {name}: version belongs to the workspace",
                    file.path
                ));
            }
            if LEAVES.contains(&own) && (LEAVES.contains(&name) || name == "gateway") {
                findings.push(format!("{}: must not know {name}", file.path));
            }
        }
    }
    findings
}

#[test]
fn leaf_crates_know_only_the_world_and_versions_stand_in_one_place() {
    clean(manifests);
    let good = "[lints]\nworkspace = true\n[dependencies]\nserde.workspace = true\n";
    let bad = "[dependencies]\nmenus.workspace = true\nserde = \"1\"\n";
    let lines = found(
        manifests,
        &[("bots/Cargo.toml", bad), ("menus/Cargo.toml", good)],
    );
    assert_eq!(lines.len(), 3, "{lines:?}");
}

/// Lints and bans that must not be switched off quietly.
const GUARDS: [(&str, &[&str]); 2] = [
    (
        "Cargo.toml",
        &[
            "unsafe_code = \"forbid\"",
            "unreachable_pub",
            "unwrap_used",
            "dbg_macro",
            "pedantic",
        ],
    ),
    (
        ".clippy.toml",
        &[
            "chrono::Utc::now",
            "std::time::Instant::now",
            "std::time::SystemTime::now",
        ],
    ),
];

fn guards(tree: &Tree) -> Vec<String> {
    let missing = |(path, words): &(&str, &[&str])| {
        let text = tree.file(path).map_or("", |f| &f.text);
        let gone = words.iter().filter(|w| !text.contains(*w));
        gone.map(|w| format!("{path}: {w} is gone"))
            .collect::<Vec<_>>()
    };
    GUARDS.iter().flat_map(missing).collect()
}

#[test]
fn the_lints_stay_switched_on() {
    clean(guards);
    let lax = "[workspace.lints.rust]\nunsafe_code = \"deny\"\n";
    assert_eq!(found(guards, &[("Cargo.toml", lax)]).len(), 8);
}

fn explained_tables(tree: &Tree) -> Vec<String> {
    let check = |file: &File| {
        let mut before = "";
        let mut findings = Vec::new();
        for line in file.text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let table = line.to_lowercase().starts_with("create table");
            if table && !before.starts_with("--") {
                findings.push(format!("{}: {line} has no comment", file.path));
            }
            before = line;
        }
        findings
    };
    tree.files
        .iter()
        .filter(|f| f.is("sql"))
        .flat_map(check)
        .collect()
}

#[test]
fn every_table_says_what_it_is_for() {
    clean(explained_tables);
    let bad = "-- What people ask for.\nCREATE TABLE a (\n);\ncreate table b (\n);\n";
    assert_eq!(
        found(explained_tables, &[("migrations/1.sql", bad)]).len(),
        1
    );
}

fn one_test_command(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for path in [".ci/run", "tests/run"] {
        match tree.file(path) {
            None => findings.push(format!("{path} is missing")),
            Some(f) if !f.executable => findings.push(format!("{path} cannot be executed")),
            Some(_) => {}
        }
    }
    if tree
        .file(".ci/run")
        .is_some_and(|f| !f.text.contains("exec tests/run"))
    {
        findings.push(".ci/run does not call tests/run".to_owned());
    }
    findings
}

#[test]
fn the_checks_elsewhere_are_the_readmes_test_command() {
    clean(one_test_command);
    let files = [(".ci/run", "cargo test"), ("tests/run", "")];
    assert_eq!(found(one_test_command, &files).len(), 1);
    assert_eq!(found(one_test_command, &[]).len(), 2);
}

fn readme(tree: &Tree) -> Vec<String> {
    let text = tree.file("README.md").map_or("", |f| &f.text);
    let missing = COMMANDS.iter().filter(|c| !text.contains(*c));
    missing
        .map(|c| format!("README.md does not say {c}"))
        .collect()
}

#[test]
fn the_readme_names_the_two_commands() {
    clean(readme);
    assert_eq!(found(readme, &[("README.md", "make test")]).len(), 2);
}
