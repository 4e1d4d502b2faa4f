//! What the model sees of a text: runs of one to three characters, words and pairs of words, classes of words and groups
//! of the crisis lexicon, as hashed numbers.
//!
//! A Chinese character, a Latin word and a run of digits are one unit each; runs never cross punctuation. It deliberately
//! keeps no strings: the words behind a feature are found again from the text when evidence is asked for.

use std::borrow::Cow;

use crate::concepts;
use crate::crisis::Marks;
use crate::normalize::is_han;
use crate::plain::plain;
use crate::segment::words;

/// Features live in this many buckets: with half as many, words nobody used in training too often meet a stranger's.
pub(crate) const BUCKETS: usize = 1 << 21;
/// Kinds of features; each is scaled to its own length so that none drowns the others.
pub(crate) const BLOCKS: usize = 4;
/// The last kind: pairs of words of one clause, after runs of characters, words and classes.
pub(crate) const PAIRS: usize = 3;
/// Longest run of units.
const LONGEST: usize = 3;
/// How many words back a word is paired with.
const REACH: usize = 5;

/// Hashed features of one text by kind, each bucket once.
#[derive(Debug, Default, Clone)]
pub(crate) struct Features {
    pub(crate) blocks: [Vec<u32>; BLOCKS],
}

impl Features {
    /// In ascending order: what is learned must not depend on the order in which features are found.
    pub(crate) fn sorted(mut self) -> Features {
        self.blocks.iter_mut().for_each(|list| list.sort_unstable());
        self
    }

    /// Leaves each bucket once a kind; a little table of those that were there is quicker than sorting.
    fn once(&mut self) {
        const USUAL: usize = 512;
        let slots = (self.len() * 2).next_power_of_two();
        if slots <= USUAL {
            self.once_by(&mut [0; USUAL]);
        } else {
            self.once_by(&mut vec![0; slots]);
        }
    }

    /// `seen` is empty, and longer than there are features by far; its length is a power of two.
    fn once_by(&mut self, seen: &mut [u32]) {
        let slots = seen.len();
        for (kind, list) in (1..).zip(&mut self.blocks) {
            list.retain(|bucket| {
                let key = kind << BUCKETS.trailing_zeros() | bucket;
                let mut slot = *bucket as usize;
                loop {
                    slot &= slots - 1;
                    if seen[slot] == 0 {
                        seen[slot] = key;
                        return true;
                    }
                    if seen[slot] == key {
                        return false;
                    }
                    slot += 1;
                }
            });
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.blocks.iter().map(Vec::len).sum()
    }
}

/// Features of folded text with the groups of the crisis lexicon that stand in it.
pub(crate) fn extract(folded: &str, marks: Marks) -> Features {
    extract_with_words(folded, marks).0
}

/// The same, with the text's words where it had to be put in no plainer ones.
pub(crate) fn extract_with_words(folded: &str, marks: Marks) -> (Features, Option<Vec<&str>>) {
    match plain(folded) {
        Cow::Borrowed(plain) => {
            let cut = words(plain);
            (of_words(plain, &cut, marks), Some(cut))
        }
        Cow::Owned(plain) => (of_words(&plain, &words(&plain), marks), None),
    }
}

fn of_words(plain: &str, cut: &[&str], marks: Marks) -> Features {
    let mut features = Features::default();
    let [runs, words, named, pairs] = &mut features.blocks;
    runs.reserve(plain.len());
    words.reserve(cut.len() * 2);
    pairs.reserve(cut.len() * 4);
    named.reserve(32);
    grams(plain, runs);
    word_runs(cut, words, pairs);
    classes(plain, named);
    let group = |group| bucket(mix(0x7a65, u32::from(group)));
    named.extend(marks.groups().map(group));
    features.once();
    features
}

/// The bucket of a word; single characters and punctuation have none (the runs cover them).
pub(crate) fn word_bucket(word: &str) -> Option<u32> {
    let mut chars = word.chars();
    let first = chars.next()?;
    chars.next()?;
    if !is_letter(first) || first.is_ascii_digit() {
        return None;
    }
    Some(bucket(word_hash(word)))
}

/// A letter or a digit; asking Unicode's tables about each Chinese character takes time.
fn is_letter(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric()
}

fn word_hash(word: &str) -> u32 {
    word.bytes()
        .fold(0x51_7c_c1_b7, |h, b| mix(h, u32::from(b)))
}

/// Words, each with its neighbour, and in either order with those a little farther away in the same clause.
fn word_runs(cut: &[&str], out: &mut Vec<u32>, pairs: &mut Vec<u32>) {
    let mut clause = [0u32; REACH]; // hashes of the latest words, newest first
    for word in cut {
        if *word == " " {
            continue;
        }
        out.extend(word_bucket(word));
        if !word.chars().next().is_some_and(is_letter) {
            clause = [0; REACH];
            continue;
        }
        let hash = word_hash(word);
        if clause[0] != 0 {
            out.push(bucket(mix(clause[0] ^ 0x3c6e_f372, hash)));
        }
        for &far in clause[1..].iter().filter(|far| **far != 0) {
            pairs.push(bucket(mix(far.min(hash) ^ 0x77, far.max(hash))));
        }
        clause.copy_within(0..REACH - 1, 1);
        clause[0] = hash;
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
    use super::extract;
    use crate::crisis::Marks;

    #[test]
    fn runs_stop_at_punctuation_and_words_are_units() {
        let of = |text| extract(text, Marks::default()).blocks;
        assert_eq!(of("低保")[0].len(), 3); // 低 保 低保
        assert_eq!(of("低,保")[0].len(), 2);
        assert_eq!(of("my boss")[0].len(), 3);
        assert_eq!(of("13800138000")[0], of("7")[0]);
        assert!(of("。!?")[1].is_empty());
    }
}
