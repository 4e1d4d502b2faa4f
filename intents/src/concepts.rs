//! Classes of words that mean the same to a service: relations, parts of the body, money, authorities, things.
//!
//! A class is a feature beside the words, so that a sentence whose words nobody used in training is still near those
//! that say the same otherwise, in another dialect or in English. It deliberately weighs nothing; the model does.

use std::sync::OnceLock;

use crate::spot::Spotter;

/// `name word word …` a line, in folded and plain spelling; `_` stands for a space.
const CONCEPTS: &str = include_str!("../lexicon/concepts.txt");

struct Concepts {
    words: Spotter,
    /// Class of each word, and whether it is a Latin word that must stand alone.
    classes: Vec<(u16, bool)>,
}

/// Adds the classes of plain text to `found`, each once, in ascending order.
pub(crate) fn find(plain: &str, found: &mut Vec<u16>) {
    let concepts = concepts();
    let bytes = plain.as_bytes();
    let letter = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphanumeric);
    for hit in concepts.words.longest(plain) {
        let (class, latin) = concepts.classes[hit.word];
        let inside = hit.start > 0 && letter(bytes.get(hit.start - 1));
        if latin && inside {
            continue;
        }
        found.push(class);
    }
    found.sort_unstable();
    found.dedup();
}

/// Reads the list; otherwise the first message pays for it.
pub(crate) fn preload() {
    concepts();
}

fn concepts() -> &'static Concepts {
    static CONCEPTS_ONCE: OnceLock<Concepts> = OnceLock::new();
    CONCEPTS_ONCE.get_or_init(|| {
        let (mut words, mut classes) = (Vec::new(), Vec::new());
        let lines = CONCEPTS
            .lines()
            .filter(|l| !l.starts_with('#') && !l.is_empty());
        for (class, line) in lines.enumerate() {
            for word in line.split_whitespace().skip(1) {
                words.push(word.replace('_', " "));
                classes.push((
                    class as u16,
                    word.starts_with(|c: char| c.is_ascii_alphabetic()),
                ));
            }
        }
        Concepts {
            words: Spotter::new(&words),
            classes,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::find;

    fn of(text: &str) -> Vec<u16> {
        let mut found = Vec::new();
        find(text, &mut found);
        found
    }

    #[test]
    fn words_of_one_class_are_the_same_and_parts_of_words_are_not() {
        assert!(!of("洗澡").is_empty());
        assert_eq!(of("洗澡"), of("擦身"));
        assert_eq!(of("洗澡"), of("洗澡洗澡"));
        assert!(of("abathe").is_empty());
    }
}
