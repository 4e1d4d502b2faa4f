//! Rules about what may be written where in the source.

use crate::text::{Part, before_tests, lines_with, only};
use crate::tree::{File, Tree};
use crate::{clean, found};

/// The path of a crate and the only paths (beginnings) that may use it.
const CRATES_AT: [(&str, &[&str]); 5] = [
    ("sqlx::", &["gateway/src/store/"]),
    (
        "teloxide::",
        &["bots/src/telegram", "tests/stories/teremock"],
    ),
    (
        "jieba_rs::",
        &["intents/src/segment.rs", "intents/benches/"],
    ),
    ("redis::", &["gateway/src/bus"]),
    ("askama::", &["gateway/src/web/"]),
];

/// Reading the machine's clock, and the only paths that may: the clock, and
/// programs that measure.
const CLOCK_CALLS: [&str; 5] = [
    "Utc::now",
    "Local::now",
    "Instant::now",
    "SystemTime::now",
    "disallowed_methods",
];
const CLOCK_AT: [&str; 3] = ["gateway/src/clock.rs", "tests/load/", "intents/benches/"];

/// Ways of asking the database for the time.
const SQL_CLOCKS: [&str; 6] = [
    "now()",
    "current_timestamp",
    "current_date",
    "clock_timestamp",
    "datetime('now",
    "unixepoch",
];

/// Crates that compute and nothing else, and what they must not say.
const PURE: [&str; 2] = ["menus/src/", "intents/src/"];
const IMPURE: [&str; 6] = ["async", "await", "tokio", "std::fs", "std::net", "std::env"];

/// Files whose types are a stored or sent format, and so may be `Serialize`:
/// by the end of their name, or one by one with the reason.
const FORMATS: [&str; 3] = ["/document", "/api/", "/web/"];
const FORMATS_BY_NAME: [(&str, &str); 5] = [
    (
        "gateway/src/identity/proof.rs",
        "kept sealed with the record",
    ),
    ("gateway/src/requests/act.rs", "kept with a one-time button"),
    (
        "gateway/src/people/persons/task.rs",
        "kept sealed with the request",
    ),
    (
        "gateway/src/requests/case/story.rs",
        "kept sealed with the request",
    ),
    ("gateway/src/requests/summary.rs", "kept beside the request"),
];
/// Where domain types live.
const DOMAIN: [&str; 8] = [
    "menus/src/",
    "gateway/src/calendar",
    "gateway/src/escalation/",
    "gateway/src/people/",
    "gateway/src/requests/",
    "gateway/src/routing",
    "gateway/src/territory/",
    "gateway/src/identity/",
];

const MAX_LINES: usize = 400;
const MAX_FUNCTION: usize = 60;

fn begins(path: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|b| path.starts_with(b))
}

/// "path:line: word" for each use of a word in the wanted part of the file.
fn uses(file: &File, part: Part, words: &[&str]) -> Vec<String> {
    let text = only(part, &file.text);
    let at = |word: &&str| {
        let lines = lines_with(&text, word).into_iter();
        let path = &file.path;
        lines
            .map(|n| format!("{path}:{n}: {word}"))
            .collect::<Vec<_>>()
    };
    words.iter().flat_map(at).collect()
}

fn crates_in_their_place(tree: &Tree) -> Vec<String> {
    let check = |file: &File| {
        let strangers = CRATES_AT.iter().filter(|(_, at)| !begins(&file.path, at));
        let words: Vec<&str> = strangers.map(|(word, _)| *word).collect();
        uses(file, Part::Code, &words)
    };
    tree.rust().flat_map(check).collect()
}

#[test]
fn each_big_dependency_is_used_in_its_place_only() {
    clean(crates_in_their_place);
    let bad = found(
        crates_in_their_place,
        &[
            ("gateway/src/web/a.rs", "//! sqlx\nuse sqlx::query;"),
            ("gateway/src/store/a.rs", "use sqlx::query;"),
            (
                "bots/src/sms.rs",
                "let x = \"askama\"; use teloxide::types;",
            ),
        ],
    );
    assert_eq!(
        bad,
        [
            "gateway/src/web/a.rs:2: sqlx::",
            "bots/src/sms.rs:1: teloxide::"
        ]
    );
}

fn one_clock(tree: &Tree) -> Vec<String> {
    let files = tree.rust().filter(|f| !begins(&f.path, &CLOCK_AT));
    files
        .flat_map(|f| uses(f, Part::Code, &CLOCK_CALLS))
        .collect()
}

#[test]
fn the_machines_clock_is_read_in_one_file_only() {
    clean(one_clock);
    let bad = "fn a() { chrono::Utc::now(); // Instant::now\n tokio::time::Instant::now() }";
    assert_eq!(found(one_clock, &[("bots/src/a.rs", bad)]).len(), 2);
    assert!(found(one_clock, &[("gateway/src/clock.rs", bad)]).is_empty());
}

fn no_clock_in_sql(tree: &Tree) -> Vec<String> {
    let check = |file: &File| {
        let lower = File {
            path: file.path.clone(),
            text: file.text.to_lowercase(),
            executable: false,
        };
        if file.is("rs") && file.path.starts_with("gateway/src/store/") {
            return uses(&lower, Part::Strings, &SQL_CLOCKS);
        }
        if !file.is("sql") {
            return Vec::new();
        }
        let lines = lower.text.lines().enumerate();
        lines
            .filter(|(_, l)| {
                let code = l.split("--").next().unwrap_or_default();
                SQL_CLOCKS.iter().any(|c| code.contains(c))
            })
            .map(|(n, l)| format!("{}:{}: {l}", file.path, n + 1))
            .collect()
    };
    tree.files.iter().flat_map(check).collect()
}

#[test]
fn sql_never_asks_the_database_for_the_time() {
    clean(no_clock_in_sql);
    let bad = found(
        no_clock_in_sql,
        &[
            (
                "migrations/1.sql",
                "-- now() is not used\nx DEFAULT CURRENT_TIMESTAMP",
            ),
            (
                "gateway/src/store/a.rs",
                "let t = clock.now(); q(\"SELECT NOW()\")",
            ),
        ],
    );
    assert_eq!(bad.len(), 2, "{bad:?}");
}

fn pure_crates(tree: &Tree) -> Vec<String> {
    let files = tree
        .rust()
        .filter(|f| begins(&f.path, &PURE) && !f.is_test());
    let check = |file: &File| {
        let product = File {
            path: file.path.clone(),
            text: before_tests(&file.text).to_owned(),
            executable: false,
        };
        uses(&product, Part::Code, &IMPURE)
    };
    files.flat_map(check).collect()
}

#[test]
fn menus_and_intents_wait_for_nothing_and_touch_no_files() {
    clean(pure_crates);
    let bad = "async fn a() { std::fs::read(p) }\n#[cfg(test)]\nmod tests { use std::env; }";
    assert_eq!(found(pure_crates, &[("menus/src/a.rs", bad)]).len(), 2);
    assert!(found(pure_crates, &[("bots/src/a.rs", bad)]).is_empty());
}

fn purpose_first(tree: &Tree) -> Vec<String> {
    let bare = |f: &&File| {
        let first = f.text.lines().next().and_then(|l| l.strip_prefix("//!"));
        first.is_none_or(|said| said.trim().len() < 8)
    };
    let files = tree.rust().filter(bare);
    files
        .map(|f| format!("{}: does not say what it is for", f.path))
        .collect()
}

#[test]
fn every_file_says_first_what_it_is_for() {
    clean(purpose_first);
    let bad = [
        ("a.rs", "use b;"),
        ("b.rs", ""),
        ("c.rs", "//! c"),
        ("d.rs", "//! Counts sheep."),
    ];
    assert_eq!(found(purpose_first, &bad).len(), 3);
}

fn short_files(tree: &Tree) -> Vec<String> {
    let long = |file: &File| {
        let lines = before_tests(&file.text).lines().count();
        (lines > MAX_LINES).then(|| format!("{}: {lines} lines", file.path))
    };
    tree.rust()
        .filter(|f| !f.is_test())
        .filter_map(long)
        .collect()
}

#[test]
fn no_file_is_longer_than_four_hundred_lines_without_its_tests() {
    clean(short_files);
    let (long, tests) = ("x;\n".repeat(401), "#[cfg(test)]\nmod tests {}\n");
    let fits = format!("{}{tests}{long}", "x;\n".repeat(399));
    let bad = [
        ("a.rs", long.as_str()),
        ("b.rs", &fits),
        ("tests/c.rs", &long),
    ];
    assert_eq!(found(short_files, &bad), ["a.rs: 401 lines"]);
}

/// Functions that are tables, an arm or a line for each case: (file, name).
const TABLES: [(&str, &str); 9] = [
    ("gateway/src/desk/messenger/dialogue.rs", "press"),
    ("gateway/src/desk/past.rs", "line"),
    ("gateway/src/escalation/fire.rs", "act"),
    ("gateway/src/requests/follow.rs", "apply"),
    ("gateway/src/requests/perform/mod.rs", "run"),
    ("gateway/src/requests/status/mod.rs", "apply"),
    ("gateway/src/requests/event/stored.rs", "from_detail"),
    ("gateway/src/routing/reason.rs", "sentence"),
    ("gateway/src/store/changes.rs", "steps"),
];

/// Functions as (first line from 1, lines).
fn functions(text: &str) -> Vec<(usize, usize)> {
    let code = only(Part::Code, text);
    let mut found = Vec::new();
    for first in lines_with(&code, "fn") {
        let mut depth = 0_usize;
        for (n, line) in code.lines().enumerate().skip(first - 1) {
            let opened = depth + line.matches('{').count();
            depth = opened.saturating_sub(line.matches('}').count());
            if depth == 0 && (opened > 0 || line.trim_end().ends_with(';')) {
                found.push((first, n + 2 - first));
                break;
            }
        }
    }
    found
}

fn short_functions(tree: &Tree) -> Vec<String> {
    let check = |file: &File| {
        let path = file.path.clone();
        let all = functions(before_tests(&file.text)).into_iter();
        let table = |at: usize| {
            let line = file.text.lines().nth(at - 1).unwrap_or_default();
            let name = |n: &str| line.contains(&format!("fn {n}("));
            TABLES.iter().any(|(path, n)| file.path == *path && name(n))
        };
        let long = all.filter(|(at, lines)| *lines > MAX_FUNCTION && !table(*at));
        long.map(move |(at, lines)| format!("{path}:{at}: {lines} lines"))
            .collect::<Vec<_>>()
    };
    tree.rust()
        .filter(|f| !f.is_test())
        .flat_map(check)
        .collect()
}

#[test]
fn no_function_is_longer_than_sixty_lines() {
    clean(short_functions);
    let long = format!(
        "fn a();\nfn b() {{\n{}}}\nfn c() {{}}\n",
        "    x;\n".repeat(60)
    );
    assert_eq!(
        found(short_functions, &[("a.rs", &long)]),
        ["a.rs:2: 62 lines"]
    );
    assert_eq!(functions("fn a() -> X\nwhere\n{\n b()\n}\n"), [(1, 5)]);
}

/// A private struct that only stores or sends is what we want; a type that the
/// rest of the program sees must not be the format too.
fn domain_types_are_not_formats(tree: &Tree) -> Vec<String> {
    let format = |path: &str| {
        let named = FORMATS_BY_NAME.iter().any(|(file, _)| path == *file);
        named || FORMATS.iter().any(|f| path.contains(f))
    };
    let check = |file: &File| {
        let code = only(Part::Code, before_tests(&file.text));
        let lines: Vec<&str> = code.lines().map(str::trim).collect();
        let public = |at: &usize| {
            let mut below = lines[*at..].iter();
            let item = below.find(|l| l.contains("struct ") || l.contains("enum "));
            let import = lines[at - 1].starts_with("use ");
            !import && item.is_some_and(|l| l.starts_with("pub ") || l.starts_with("impl "))
        };
        let uses = lines_with(&code, "Serialize").into_iter().filter(public);
        let path = file.path.clone();
        uses.map(move |n| format!("{path}:{n}: Serialize"))
            .collect::<Vec<_>>()
    };
    let files = tree
        .rust()
        .filter(|f| begins(&f.path, &DOMAIN) && !format(&f.path));
    files.flat_map(check).collect()
}

#[test]
fn domain_types_do_not_become_wire_formats_by_accident() {
    clean(domain_types_are_not_formats);
    let bad = "use serde::Serialize;\n#[derive(Serialize)]\n#[serde(x)]\npub struct A;\n\
               #[derive(Serialize)]\nstruct B;";
    let files = [
        ("menus/src/menu.rs", bad),
        ("menus/src/document.rs", bad),
        ("bots/src/a.rs", bad),
    ];
    assert_eq!(
        found(domain_types_are_not_formats, &files),
        ["menus/src/menu.rs:2: Serialize"]
    );
}

fn sentences(tree: &Tree) -> Vec<String> {
    let check = |file: &File| {
        let code = only(Part::Code, &file.text);
        let lines: Vec<&str> = code.lines().map(str::trim).collect();
        let mut findings = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            if !line.starts_with("#[test]") && !line.starts_with("#[tokio::test") {
                continue;
            }
            let named = lines[at..].iter().find_map(|l| l.split_once("fn "));
            let name = named.map_or("", |(_, rest)| rest.split('(').next().unwrap_or(rest));
            if name.matches('_').count() < 2 {
                findings.push(format!("{}:{}: {name}", file.path, at + 1));
            }
        }
        findings
    };
    tree.rust().flat_map(check).collect()
}

#[test]
fn the_names_of_tests_are_sentences() {
    clean(sentences);
    let bad = "#[test]\nfn works() {}\n#[tokio::test(x)]\nasync fn rungs_fire_once() {}\n";
    assert_eq!(found(sentences, &[("a.rs", bad)]), ["a.rs:1: works"]);
}
