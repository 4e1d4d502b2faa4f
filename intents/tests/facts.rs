//! Facts in made-up messages against what a person would find in them (`facts.tsv`).
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use intents::slots::{self, Slots};

const TABLE: &str = include_str!("facts.tsv");
/// The facts, as the table names them.
const NAMES: [&str; 6] = ["phone", "id", "typo", "yuan", "age", "relation"];

/// One line: what is expected, which facts are not judged, the message.
struct Row {
    line: usize,
    expected: BTreeMap<&'static str, String>,
    open: Vec<&'static str>,
    text: &'static str,
}

fn rows() -> Vec<Row> {
    let lines = TABLE
        .lines()
        .enumerate()
        .filter(|(_, l)| !l.is_empty() && !l.starts_with('#'));
    lines
        .map(|(n, line)| {
            let (facts, text) = line
                .split_once('\t')
                .unwrap_or_else(|| panic!("line {}: no tab", n + 1));
            let mut row = Row {
                line: n + 1,
                expected: BTreeMap::new(),
                open: vec![],
                text,
            };
            for fact in facts.split(' ').filter(|f| *f != "-") {
                let name = fact.split(['=', '?']).next().unwrap();
                let name = NAMES
                    .iter()
                    .find(|n| **n == name)
                    .unwrap_or_else(|| panic!("line {}: {name}", n + 1));
                match fact.split_once('=') {
                    Some((_, value)) => drop(row.expected.insert(name, value.to_owned())),
                    None => row.open.push(name),
                }
            }
            row
        })
        .collect()
}

fn found(slots: &Slots) -> BTreeMap<&'static str, String> {
    let mut found = BTreeMap::new();
    let mut note = |name, value: Option<String>| value.map(|v| found.insert(name, v));
    note("phone", slots.phone.clone());
    if let Some(id) = &slots.id_number {
        let name = if id.checksum_ok || id.value.len() == 15 {
            "id"
        } else {
            "typo"
        };
        note(name, Some(id.value.clone()));
    }
    note(
        "yuan",
        slots.amount.map(|fen| (fen as f64 / 100.0).to_string()),
    );
    note("age", slots.age.map(|age| age.to_string()));
    note("relation", slots.relation.clone());
    found
}

#[test]
fn facts_are_found_where_they_are_and_nowhere_else() {
    let mut wrong = Vec::new();
    // of each fact: found rightly, found, meant
    let mut counts: BTreeMap<&str, [u32; 3]> = BTreeMap::new();
    let rows = rows();
    for row in &rows {
        let found = found(&slots::of(row.text));
        for name in NAMES.iter().filter(|n| !row.open.contains(n)) {
            let (meant, got) = (row.expected.get(name), found.get(name));
            let count = counts.entry(name).or_default();
            count[0] += u32::from(got.is_some() && meant == got);
            count[1] += u32::from(got.is_some());
            count[2] += u32::from(meant.is_some());
            if meant != got {
                wrong.push(format!(
                    "line {}: {name} {meant:?}, found {got:?}: {}",
                    row.line, row.text
                ));
            }
        }
    }
    for (name, [right, got, meant]) in &counts {
        println!("{name}: {right} right of {got} found and {meant} meant");
    }
    assert!(rows.len() >= 300, "{} messages", rows.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
