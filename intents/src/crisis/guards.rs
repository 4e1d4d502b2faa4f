//! One text as the rules see it: hits, clauses, sentences, and what speaks against a hit.
//!
//! It deliberately only reads; what a guard costs is decided in `rules`.

use std::borrow::Cow;

use super::lexicon::{Kind, Lexicon, Tag, TagSet};
use crate::normalize::is_stop;
use crate::spot::Spot;

/// Characters that may stand between a denial and what it denies.
const BETWEEN: &str = "想要过是会打算真去再又的人被有到任何发生存在什么那么他她它我动曾试图因为觉得说家里系俾人咩爸妈现今天啥子";
/// The same for Latin words.
const BETWEEN_WORDS: [&str; 22] = [
    "want", "wants", "to", "going", "trying", "planning", "be", "gonna", "thinking", "about", "of",
    "a", "any", "really", "ever", "even", "is", "he", "she", "there", "no", "the",
];
/// Farthest a denial reaches, in bytes.
const REACH: usize = 24;

/// What stands farther than this many bytes away says nothing.
const NEAR: u32 = 600;

/// A word of the lexicon at its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) tag: Tag,
    /// Byte range in the text.
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A text with its hits in order of their beginning.
pub(super) struct Scene<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) hits: Vec<Hit>,
    pub(super) present: TagSet,
    /// Ends of clauses and sentences in bytes, ascending.
    clauses: Vec<u32>,
    sentences: Vec<u32>,
}

impl<'t> Scene<'t> {
    /// Finds all words; those inside an idiom are dropped.
    pub(super) fn read(lexicon: &Lexicon, text: Cow<'t, str>, gaps: &[u32]) -> Scene<'t> {
        let mut hits: Vec<Hit> = Vec::with_capacity(16);
        let mut masks: Vec<(u32, u32)> = Vec::new();
        let bytes = text.as_bytes();
        let letter = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphanumeric);
        lexicon.words.every(&text, |Spot { start, end, word }| {
            let (front, back) = lexicon.borders[word];
            if (front && start > 0 && letter(bytes.get(start - 1)))
                || (back && letter(bytes.get(end)))
            {
                return;
            }
            for &tag in lexicon.tags(word) {
                if lexicon.kinds[tag as usize] == Kind::Mask {
                    masks.push((start as u32, end as u32));
                } else {
                    hits.push(Hit {
                        tag,
                        start: start as u32,
                        end: end as u32,
                    });
                }
            }
        });
        drop_masked(&mut hits, &mut masks);
        hits.sort_unstable_by_key(|h| (h.start, h.end, h.tag));
        let mut present = TagSet::default();
        for hit in &hits {
            present.add(hit.tag);
        }
        let (mut clauses, mut sentences) = (gaps.to_vec(), Vec::new());
        for (at, c) in text.char_indices().filter(|&(_, c)| is_stop(c)) {
            clauses.push(at as u32);
            if !matches!(c, ',' | '、' | ':' | '(' | ')' | '"' | '“' | '”') {
                sentences.push(at as u32);
            }
        }
        if !gaps.is_empty() {
            clauses.sort_unstable();
        }
        Scene {
            text,
            hits,
            present,
            clauses,
            sentences,
        }
    }

    /// Whether both places are in the same clause.
    pub(super) fn same_clause(&self, a: u32, b: u32) -> bool {
        between(&self.clauses, a, b) == 0
    }

    /// Clauses that end between two places.
    pub(super) fn clauses_between(&self, a: u32, b: u32) -> usize {
        between(&self.clauses, a, b)
    }

    /// Whether both places are in the same sentence.
    pub(super) fn same_sentence(&self, a: u32, b: u32) -> bool {
        between(&self.sentences, a, b) == 0
    }

    /// Hits that begin in `from..to`.
    pub(super) fn hits_in(&self, from: u32, to: u32) -> &[Hit] {
        let first = self.hits.partition_point(|h| h.start < from);
        let last = first + self.hits[first..].partition_point(|h| h.start < to);
        &self.hits[first..last]
    }

    /// Hits near enough to say something about `place` (200 characters): keeps long texts linear.
    pub(super) fn around(&self, place: u32) -> &[Hit] {
        self.hits_in(place.saturating_sub(NEAR), place.saturating_add(NEAR))
    }

    /// Whether a hit of `tag` stands in the same sentence as `place`.
    pub(super) fn in_sentence(&self, tag: Tag, place: u32) -> bool {
        self.present.has(tag)
            && self
                .around(place)
                .iter()
                .any(|h| h.tag == tag && self.same_sentence(h.start, place))
    }

    /// Whether the words before `start` deny it: `没有想死`, `不是家暴`, `don't want to kill myself`.
    pub(super) fn denied(&self, denial: Tag, start: u32) -> bool {
        if !self.present.has(denial) {
            return false;
        }
        let from = start.saturating_sub(REACH as u32 + 12);
        self.hits_in(from, start).iter().any(|h| {
            h.tag == denial
                && h.end <= start
                && self.same_clause(h.start, start)
                && is_bridge(&self.text[h.end as usize..start as usize])
        })
    }
}

/// Whether nothing but filling words stands between a denial and its object.
fn is_bridge(between: &str) -> bool {
    if between.len() > REACH {
        return false;
    }
    if between.is_ascii() {
        return between
            .split([' ', '\''])
            .all(|w| w.is_empty() || BETWEEN_WORDS.contains(&w));
    }
    between.chars().all(|c| BETWEEN.contains(c))
}

/// How many borders lie between two places.
fn between(borders: &[u32], a: u32, b: u32) -> usize {
    if borders.is_empty() {
        return 0;
    }
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    borders.partition_point(|&x| x <= high) - borders.partition_point(|&x| x <= low)
}

/// Drops hits that lie inside a longer idiom.
fn drop_masked(hits: &mut Vec<Hit>, masks: &mut [(u32, u32)]) {
    if masks.is_empty() {
        return;
    }
    masks.sort_unstable();
    // The farthest end of any idiom that begins at or before each place decides.
    let mut farthest: Vec<(u32, u32)> = Vec::with_capacity(masks.len());
    for &(start, end) in masks.iter() {
        let reach = farthest.last().map_or(end, |&(_, e)| e.max(end));
        farthest.push((start, reach));
    }
    hits.retain(|hit| {
        let upto = farthest.partition_point(|&(start, _)| start <= hit.start);
        // An idiom covers a hit only as a whole; `farthest` is an upper bound, so look at the near ones.
        upto == 0
            || farthest[upto - 1].1 < hit.end
            || !masks[upto.saturating_sub(8)..upto]
                .iter()
                .any(|&(start, end)| {
                    start <= hit.start && hit.end <= end && end - start > hit.end - hit.start
                })
    });
}
