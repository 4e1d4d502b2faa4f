//! What the model sees of a text: runs of one to four characters, and words, as hashed numbers.
//!
//! A Chinese character, a Latin word and a run of digits are one unit each; runs never cross punctuation. It deliberately
//! keeps no strings: the words behind a feature are found again from the text when evidence is asked for.

use crate::normalize::is_han;

/// Features live in this many buckets (2^19): a few in a hundred of a starter catalogue's features share one.
pub(crate) const BUCKETS: usize = 1 << 19;
/// Longest run of units.
const LONGEST: usize = 4;

/// Hashed features of one text, each bucket once; characters and words are weighed apart.
#[derive(Debug, Default, Clone)]
pub(crate) struct Features {
    pub(crate) grams: Vec<u32>,
    pub(crate) words: Vec<u32>,
}

/// Features of folded text with its words.
pub(crate) fn extract(folded: &str, words: &[&str]) -> Features {
    let mut features = Features {
        grams: Vec::with_capacity(folded.len() * 2),
        words: Vec::with_capacity(words.len()),
    };
    grams(folded, &mut features.grams);
    features
        .words
        .extend(words.iter().filter_map(|w| word_bucket(w)));
    for list in [&mut features.grams, &mut features.words] {
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
    Some(bucket(
        word.bytes()
            .fold(0x51_7c_c1_b7, |h, b| mix(h, u32::from(b))),
    ))
}

fn grams(folded: &str, out: &mut Vec<u32>) {
    let mut last = [0u32; LONGEST]; // hashes of the latest units, newest first
    let mut known = 0;
    let mut chars = folded.char_indices().peekable();
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

    #[test]
    fn runs_stop_at_punctuation_and_words_are_units() {
        assert_eq!(extract("低保", &["低保"]).grams.len(), 3); // 低 保 低保
        assert_eq!(extract("低,保", &[]).grams.len(), 2);
        assert_eq!(extract("my boss", &[]).grams.len(), 3);
        assert_eq!(extract("13800138000", &[]).grams, extract("7", &[]).grams);
        assert!(extract("。!?", &["。"]).words.is_empty());
    }
}
