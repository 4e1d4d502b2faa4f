//! Cuts a message into clauses that may each hold a need, and takes out what the writer denies.
//!
//! It deliberately works on punctuation and a few joining words only; a text without either stays whole.

use std::sync::OnceLock;

use crate::normalize::is_stop;
use crate::spot::Spotter;

static JOINED: OnceLock<Spotter> = OnceLock::new();
/// Words that begin another need.
const JOINERS: [&str; 8] = [
    "另外",
    "还有",
    "还想",
    "顺便",
    "再就是",
    "以及",
    "同时",
    "also ",
];
/// A clause that opens like this says what is not wanted.
const DENIALS: [&str; 14] = [
    "不是要",
    "不是想",
    "不是问",
    "不是",
    "不要",
    "不需要",
    "不用",
    "不想要",
    "唔系",
    "唔要",
    "并不是",
    "我不是要",
    "我不是",
    "not ",
];
/// Shortest clause that can hold a need, in characters.
const SHORTEST: usize = 4;

/// Words that say that something is added, not always another need.
const ADDING: [&str; 22] = [
    "也", "还", "另", "顺便", "顺带", "同时", "以及", "再", "加上", "而且", "并且", "又", "一起",
    "一并", "仲", "同埋", "两件", "两样", "第二", "+", "and ", "also",
];

/// Whether folded text says that something is added.
pub(crate) fn adds(folded: &str) -> bool {
    static WORDS: OnceLock<Spotter> = OnceLock::new();
    WORDS.get_or_init(|| Spotter::new(&ADDING)).any(folded)
}

/// Clauses of folded text, joined again with their neighbour when too short for a need.
pub(crate) fn clauses(folded: &str) -> Vec<&str> {
    let mut cuts = Vec::new();
    for (at, c) in folded.char_indices().filter(|&(_, c)| is_stop(c)) {
        cuts.push((at, at + c.len_utf8()));
    }
    let joiners = JOINED.get_or_init(|| Spotter::new(&JOINERS));
    joiners.every(folded, |joiner| cuts.push((joiner.start, joiner.start)));
    cuts.sort_unstable();
    let mut clauses = Vec::new();
    let mut start = 0;
    for (end, next) in cuts {
        if end >= start {
            push(&mut clauses, folded[start..end].trim());
        }
        start = next.max(start);
    }
    push(&mut clauses, folded[start..].trim());
    clauses
}

/// The text without denied clauses (`不是要低保,是想问临时救助`); none when nothing is denied or nothing would remain.
pub(crate) fn without_denied(folded: &str) -> Option<String> {
    static WORDS: OnceLock<Spotter> = OnceLock::new();
    if !WORDS.get_or_init(|| Spotter::new(&DENIALS)).any(folded) {
        return None;
    }
    let all = clauses(folded);
    let kept: Vec<&str> = all
        .iter()
        .enumerate()
        .filter(|(at, clause)| {
            !(denies(clause) && all.get(at + 1).is_some_and(|next| affirms(next)))
        })
        .map(|(_, clause)| *clause)
        .collect();
    (kept.len() < all.len() && !kept.is_empty()).then(|| kept.join(","))
}

fn denies(clause: &str) -> bool {
    DENIALS.iter().any(|d| clause.starts_with(d))
}

fn affirms(clause: &str) -> bool {
    [
        "是", "我是", "而是", "想", "我想", "要", "我要", "就想", "就是", "只是", "系", "我系",
        "i ",
    ]
    .iter()
    .any(|a| clause.starts_with(a))
}

fn push<'t>(clauses: &mut Vec<&'t str>, clause: &'t str) {
    if clause.chars().count() >= SHORTEST {
        clauses.push(clause);
    }
}

#[cfg(test)]
mod tests {
    use super::{clauses, without_denied};

    #[test]
    fn a_message_falls_into_its_clauses() {
        assert_eq!(
            clauses("我妈想送餐,还想装个扶手。谢谢"),
            ["我妈想送餐", "还想装个扶手"]
        );
        assert_eq!(
            clauses("申请低保另外孩子学费怎么办"),
            ["申请低保", "另外孩子学费怎么办"]
        );
        assert!(clauses("").is_empty());
    }

    #[test]
    fn what_is_denied_is_taken_out() {
        assert_eq!(
            without_denied("不是要低保,是想问临时救助").as_deref(),
            Some("是想问临时救助")
        );
        assert_eq!(without_denied("不是要低保"), None);
        assert_eq!(without_denied("想问低保"), None);
    }
}
