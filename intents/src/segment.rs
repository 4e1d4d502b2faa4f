//! Chinese words, by jieba with a user dictionary of the field's own words.
//!
//! The only file that knows jieba. The dictionary is loaded once. It
//! deliberately does not filter or weigh words.

use std::sync::OnceLock;

use jieba_rs::Jieba;

/// Words of social assistance that the general dictionary cuts apart, one a line.
const WORDS: &str = include_str!("../lexicon/words.txt");

/// The words of folded text, in order, spaces and punctuation included.
pub fn words(folded: &str) -> Vec<&str> {
    // The HMM guesses unknown words; it costs time and makes features less stable.
    jieba()
        .cut(folded, false)
        .into_iter()
        .map(|token| token.word)
        .collect()
}

/// Loads the dictionary; otherwise the first message pays for it.
pub(crate) fn preload() {
    jieba();
}

fn jieba() -> &'static Jieba {
    static JIEBA: OnceLock<Jieba> = OnceLock::new();
    JIEBA.get_or_init(|| {
        let mut jieba = Jieba::new();
        for word in WORDS
            .lines()
            .map(str::trim)
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
        {
            jieba.add_word(word, None, None);
        }
        jieba
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_of_the_field_stay_whole() {
        assert!(super::words("低保边缘家庭怎么认定").contains(&"低保边缘"));
        assert!(super::words("申请临时救助").contains(&"临时救助"));
        assert!(super::words("").is_empty());
    }
}
