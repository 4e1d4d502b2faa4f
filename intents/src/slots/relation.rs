//! Who is in need, as seen from the writer. It deliberately names a relation only when the text does.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// One line per relation: its name, then the words for it.
const RELATIONS: &str = include_str!("../../lexicon/relations.txt");

struct Relations {
    words: AhoCorasick,
    names: Vec<&'static str>,
}

/// The relation named first, such as 母亲 for `我妈`.
pub(super) fn find(folded: &str) -> Option<String> {
    let relations = relations();
    let found = relations.words.find(folded)?;
    Some(relations.names[found.pattern().as_usize()].to_owned())
}

fn relations() -> &'static Relations {
    static RELATED: OnceLock<Relations> = OnceLock::new();
    RELATED.get_or_init(|| {
        let (mut words, mut names) = (Vec::new(), Vec::new());
        for line in RELATIONS.lines().filter(|l| !l.starts_with('#')) {
            let mut parts = line.split_whitespace();
            if let Some(name) = parts.next() {
                for word in parts {
                    words.push(word.replace('_', " "));
                    names.push(name);
                }
            }
        }
        let words = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words)
            .expect("the relation list is small");
        Relations { words, names }
    })
}
