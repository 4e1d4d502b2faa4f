//! Dialect, Cantonese and common misspellings in the plain words that the model knows best.
//!
//! Only the model reads the result: rules of danger, facts and evidence work on what was written. It deliberately
//! replaces words by words and knows no grammar.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::spot::Spotter;

/// `written plain` a line, in folded spelling; `_` stands for a space, `-` for nothing.
const PLAIN: &str = include_str!("../lexicon/plain.txt");

struct Plain {
    written: Spotter,
    plain: Vec<String>,
}

/// Folded text in plain words; the longest of several readings wins.
pub(crate) fn plain(folded: &str) -> Cow<'_, str> {
    let table = table();
    let mut found = table.written.longest(folded).peekable();
    if found.peek().is_none() {
        return Cow::Borrowed(folded);
    }
    let mut text = String::with_capacity(folded.len() + 8);
    let mut from = 0;
    for hit in found {
        text.push_str(&folded[from..hit.start]);
        text.push_str(&table.plain[hit.word]);
        from = hit.end;
    }
    text.push_str(&folded[from..]);
    Cow::Owned(text)
}

/// Reads the list; otherwise the first message pays for it.
pub(crate) fn preload() {
    table();
}

fn table() -> &'static Plain {
    static TABLE: OnceLock<Plain> = OnceLock::new();
    TABLE.get_or_init(|| {
        let (mut written, mut plain) = (Vec::new(), Vec::new());
        for line in PLAIN.lines().filter(|l| !l.starts_with('#')) {
            for pair in line.split_whitespace() {
                let Some((from, to)) = pair.split_once('>') else {
                    continue;
                };
                for from in from.split('|') {
                    written.push(from.replace('_', " "));
                    plain.push(to.replace('_', " "));
                }
            }
        }
        Plain {
            written: Spotter::new(&written),
            plain,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn dialect_becomes_plain_and_plain_words_stay() {
        assert_eq!(plain("我阿妈冇饭食"), "我妈妈没有饭吃");
        assert_eq!(plain("想申请低保"), "想申请低保");
    }
}
