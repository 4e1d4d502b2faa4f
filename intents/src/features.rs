//! What the model sees of a text: runs of one to three characters, words and pairs of words, and classes of words, as
//! hashed numbers.
//!
//! A Chinese character, a Latin word and a run of digits are one unit each; runs never cross punctuation. It deliberately
//! keeps no strings: the words behind a feature are found again from the text when evidence is asked for.

use crate::concepts;
use crate::normalize::is_han;
use crate::plain::plain;
use crate::segment::words;

/// Features live in this many buckets (2^21): a few in a hundred of the corpus' features share one.
pub(crate) const BUCKETS: usize = 1 << 20;
/// Kinds of features; each is scaled to its own length so that none drowns the others.
pub(crate) const BLOCKS: usize = 3;
/// Runs of characters, words, classes.
pub(crate) const GRAMS: usize = 0;
pub(crate) const WORDS: usize = 1;
pub(crate) const CLASSES: usize = 2;
/// Longest run of units.
const LONGEST: usize = 3;

/// Hashed features of one text by kind, each bucket once.
#[derive(Debug, Default, Clone)]
pub(crate) struct Features {
    pub(crate) blocks: [Vec<u32>; BLOCKS],
}

impl Features {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.blocks.iter().map(Vec::len).sum()
    }
}

/// Features of folded text.
pub(crate) fn extract(folded: &str) -> Features {
    let plain = plain(folded);
    let cut = words(&plain);
    let mut features = Features::default();
    features.blocks[GRAMS].reserve(plain.len() * 2);
    grams(&plain, &mut features.blocks[GRAMS]);
    word_runs(&cut, &mut features.blocks[WORDS]);
    classes(&plain, &mut features.blocks[CLASSES]);
    for list in &mut features.blocks {
        list.sort_unstable();
        list.dedup();
    }
    features
}

/// The bucket of a word; single characters and punctuation have none (the runs cover them).
pub(crate) fn word_bucket(word: &str) -> Option<u32> {
    let mut chars = word.chars();
    let first = chars.next()?;
    chars.next()?;
    if !first.is_alphanumeric() || first.is_ascii_digit() {
        return None;
    }
    Some(bucket(word_hash(word)))
}

fn word_hash(word: &str) -> u32 {
    word.bytes()
        .fold(0x51_7c_c1_b7, |h, b| mix(h, u32::from(b)))
}

/// Words, and each with its neighbour.
fn word_runs(cut: &[&str], out: &mut Vec<u32>) {
    let mut before = 0;
    for word in cut {
        out.extend(word_bucket(word));
        let alive = word.chars().next().is_some_and(char::is_alphanumeric);
        let hash = if alive { word_hash(word) } else { 0 };
        if before != 0 && hash != 0 {
            out.push(bucket(mix(before ^ 0x3c6e_f372, hash)));
        }
        if *word != " " {
            before = hash;
        }
    }
}

/// Classes, and which stand together anywhere in the text.
fn classes(plain: &str, out: &mut Vec<u32>) {
    /// Of a long text only the first pairs are told apart.
    const MOST: usize = 24;
    let mut found = Vec::with_capacity(16);
    concepts::find(plain, &mut found);
    for (at, &one) in found.iter().enumerate() {
        let one = mix(0x0bad_cafe, u32::from(one));
        out.push(bucket(one));
        for &other in found.iter().take(MOST).skip(at + 1) {
            out.push(bucket(mix(one, u32::from(other))));
        }
    }
}

fn grams(text: &str, out: &mut Vec<u32>) {
    let mut last = [0u32; LONGEST]; // hashes of the latest units, newest first
    let mut known = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((_, c)) = chars.next() {
        let unit = if is_han(c) {
            c as u32
        } else if c.is_ascii_digit() {
            while chars.next_if(|&(_, n)| n.is_ascii_digit()).is_some() {}
            1
        } else if c.is_alphanumeric() {
            let mut hash = c as u32;
            while let Some((_, n)) =
                chars.next_if(|&(_, n)| (n.is_alphanumeric() || n == '\'') && !is_han(n))
            {
                hash = mix(hash, n as u32);
            }
            hash | 0x8000_0000
        } else if c == ' ' {
            continue; // words of a Latin sentence are neighbours
        } else {
            known = 0;
            continue;
        };
        last.copy_within(0..LONGEST - 1, 1);
        last[0] = unit;
        known = (known + 1).min(LONGEST);
        let mut hash = 0x9e37_79b9;
        for (length, &unit) in last[..known].iter().enumerate() {
            hash = mix(hash ^ (length as u32), unit);
            out.push(bucket(hash));
        }
    }
}

fn mix(hash: u32, value: u32) -> u32 {
    (hash.rotate_left(5) ^ value).wrapping_mul(0x9E37_79B1)
}

fn bucket(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x85EB_CA6B);
    (hash ^ (hash >> 13)) & (BUCKETS as u32 - 1)
}

#[cfg(test)]
mod tests {
    use super::{GRAMS, WORDS, extract};

    #[test]
    fn runs_stop_at_punctuation_and_words_are_units() {
        let of = |text| extract(text).blocks;
        assert_eq!(of("低保")[GRAMS].len(), 3); // 低 保 低保
        assert_eq!(of("低,保")[GRAMS].len(), 2);
        assert_eq!(of("my boss")[GRAMS].len(), 3);
        assert_eq!(of("13800138000")[GRAMS], of("7")[GRAMS]);
        assert!(of("。!?")[WORDS].is_empty());
    }
}
