//! The classifier of a catalogue: its names, aliases and examples, and what was
//! learnt from corrections beside them.
//!
//! Which of the words matter is `intents`' business.

use super::Example as Lesson;
use intents::{Classifier, Example};
use menus::{Catalogue, Service};

/// A classifier that knows the words of a catalogue.
pub fn train(catalogue: &Catalogue) -> Classifier {
    train_with(catalogue, &[])
}

/// The same with what was learnt beside it; services that the catalogue no
/// longer has are passed over.
pub fn train_with(catalogue: &Catalogue, lessons: &[Lesson]) -> Classifier {
    let words = |s: &Service| {
        let mut words = vec![s.name.zh.to_string(), s.name.en.to_string()];
        words.extend(s.aliases.iter().cloned());
        words.extend(s.examples.iter().cloned());
        words
    };
    let texts: Vec<(&str, Vec<String>)> = catalogue
        .services()
        .iter()
        .map(|s| (s.code.as_str(), words(s)))
        .collect();
    let pairs: Vec<Vec<&str>> = catalogue
        .pairs()
        .iter()
        .map(|p| p.codes().collect())
        .collect();
    let pairs: Vec<&[&str]> = pairs.iter().map(Vec::as_slice).collect();
    let examples = texts
        .iter()
        .flat_map(|(service, words)| words.iter().map(move |text| Example { service, text }));
    let learnt = lessons
        .iter()
        .filter(|lesson| catalogue.service(&lesson.service).is_some())
        .map(|lesson| Example {
            service: &lesson.service,
            text: &lesson.text,
        });
    Classifier::train(examples.chain(learnt), &pairs)
}
