//! Finding units by the words residents use.
//!
//! An exact search for every known name and alias in a sentence. Nothing is
//! guessed: no sounds, no spelling, no distance on a map.

use super::Tree;
use crate::ids::UnitId;
use std::cmp::Reverse;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// Longest sentence looked at, in characters.
const SENTENCE_MAX: usize = 4_000;

/// A unit named in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    pub unit: UnitId,
    /// The words that named it, as they are in the territory.
    pub words: String,
}

/// Index of all names and aliases.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    units: HashMap<String, Vec<UnitId>>,
    /// Lengths in characters of the words beginning with a character, longest first.
    lengths: HashMap<char, Vec<usize>>,
}

/// Words found at one place of a sentence and the units they may mean.
struct Hit {
    start: usize,
    end: usize,
    words: String,
    units: Vec<UnitId>,
}

impl Words {
    pub(super) fn of(tree: &Tree, past: &[(UnitId, String)]) -> Self {
        let mut index = Self::default();
        for unit in tree.every() {
            // Old names lead to whoever took over.
            let Some(now) = tree.current(&unit.code) else {
                continue;
            };
            for words in std::iter::once(&unit.name).chain(&unit.aliases) {
                index.add(&folded(words), &now.code);
            }
        }
        for (code, name) in past {
            if let Some(now) = tree.current(code) {
                index.add(&folded(name), &now.code);
            }
        }
        for units in index.units.values_mut() {
            units.sort();
        }
        for lengths in index.lengths.values_mut() {
            lengths.sort_unstable_by(|a, b| b.cmp(a));
        }
        index
    }

    fn add(&mut self, words: &str, unit: &UnitId) {
        let length = words.chars().count();
        let Some(first) = words.chars().next().filter(|_| length >= 2) else {
            return;
        };
        let lengths = self.lengths.entry(first).or_default();
        if !lengths.contains(&length) {
            lengths.push(length);
        }
        let units = self.units.entry(words.to_owned()).or_default();
        if !units.contains(unit) {
            units.push(unit.clone());
        }
    }

    pub(super) fn find(&self, sentence: &str, tree: &Tree) -> Vec<Match> {
        let mut hits = self.hits(sentence);
        let all: Vec<Vec<UnitId>> = hits.iter().map(|h| h.units.clone()).collect();
        for (index, hit) in hits.iter_mut().enumerate() {
            if hit.units.len() > 1 {
                narrow(&mut hit.units, index, &all, tree);
            }
        }
        let named: Vec<UnitId> = hits.iter().flat_map(|h| h.units.clone()).collect();
        hits.sort_by_key(|h| (Reverse(h.end - h.start), h.start));
        let mut found: Vec<Match> = Vec::new();
        for hit in hits {
            for unit in hit.units {
                let wider = named.iter().any(|n| *n != unit && tree.within(n, &unit));
                if !wider && !found.iter().any(|m| m.unit == unit) {
                    found.push(Match {
                        unit,
                        words: hit.words.clone(),
                    });
                }
            }
        }
        found
    }

    /// Everything known in the sentence that is not inside something longer.
    fn hits(&self, sentence: &str) -> Vec<Hit> {
        let chars: Vec<char> = folded(sentence).chars().take(SENTENCE_MAX).collect();
        let mut hits: Vec<Hit> = Vec::new();
        for start in 0..chars.len() {
            let Some(lengths) = self.lengths.get(&chars[start]) else {
                continue;
            };
            for &length in lengths {
                let end = start + length;
                if end > chars.len() || !whole(&chars, start, end) {
                    continue;
                }
                let words: String = chars[start..end].iter().collect();
                let Some(units) = self.units.get(&words) else {
                    continue;
                };
                // Hits come by rising start, so only earlier ones can hold this one.
                if !hits.iter().any(|h| h.end >= end) {
                    hits.push(Hit {
                        start,
                        end,
                        words,
                        units: units.clone(),
                    });
                }
                break;
            }
        }
        hits
    }
}

/// Keeps the units that lie in, or hold, a unit named elsewhere in the
/// sentence, if there are any.
fn narrow(units: &mut Vec<UnitId>, index: usize, all: &[Vec<UnitId>], tree: &Tree) {
    let related = |unit: &UnitId| {
        all.iter().enumerate().any(|(other, named)| {
            other != index
                && named
                    .iter()
                    .any(|n| n != unit && (tree.within(unit, n) || tree.within(n, unit)))
        })
    };
    let kept: Vec<UnitId> = units.iter().filter(|u| related(u)).cloned().collect();
    if !kept.is_empty() {
        *units = kept;
    }
}

/// Whether the words do not begin or end in the middle of a number.
fn whole(chars: &[char], start: usize, end: usize) -> bool {
    let inside = |a: char, b: char| numeral(a) && numeral(b);
    let begins = start == 0 || !inside(chars[start - 1], chars[start]);
    let ends = end == chars.len() || !inside(chars[end - 1], chars[end]);
    begins && ends
}

fn numeral(c: char) -> bool {
    c.is_ascii_alphanumeric() || "零〇一二三四五六七八九十百千两".contains(c)
}

/// One form for comparison: half width, lower case, no spaces.
fn folded(text: &str) -> String {
    folded_plain(text).unwrap_or_else(|| folded_with_tables(text))
}

fn folded_with_tables(text: &str) -> String {
    text.chars()
        .take(SENTENCE_MAX)
        .nfkc()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The same for text of ASCII, its wide forms and common Chinese characters,
/// which needs no tables; `None` for any other.
fn folded_plain(text: &str) -> Option<String> {
    let mut folded = String::with_capacity(text.len().min(SENTENCE_MAX * 3));
    for c in text.chars().take(SENTENCE_MAX) {
        let narrow = match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0)?,
            '\u{3000}' => ' ',
            '、' | '。' | '一'..='鿿' => c,
            _ if c.is_ascii() => c,
            _ => return None,
        };
        if !narrow.is_whitespace() {
            folded.push(narrow.to_ascii_lowercase());
        }
    }
    Some(folded)
}

#[cfg(test)]
mod tests {
    use super::{folded_plain, folded_with_tables};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_short_way_of_folding_gives_what_the_tables_give(text in "[ -~！-～\u{3000}、。一-鿿]{0,60}") {
            prop_assert_eq!(folded_plain(&text), Some(folded_with_tables(&text)));
        }
    }
}
