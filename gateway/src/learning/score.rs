//! Measuring a classifier before and after a batch of corrections.
//!
//! The sentences are `fixed.tsv`, which no training has seen, and the lexicon's
//! own crisis cases, which the shipped model learnt from: few, and always the
//! same. They say whether a batch makes things worse, not how good the model is
//! on a city's messages; that is `gateway evaluate`'s business.

use intents::evaluate::{Truth, figures};
use intents::{Classifier, Urgency, Verdict};
use menus::Catalogue;

const FIXED: &str = include_str!("fixed.tsv");
const CRISIS: &str = include_str!("../../../intents/lexicon/crisis_cases.tsv");

/// Shares, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The right service ranked first.
    pub top1: f32,
    /// Dangers that were seen.
    pub crisis_recall: f32,
    /// Harmless messages taken for danger.
    pub false_alarms: f32,
}

/// Measures. Takes some milliseconds of CPU; services that the catalogue does
/// not have are left out.
pub fn score(classifier: &Classifier, catalogue: &Catalogue) -> Score {
    let known = |code: &str| catalogue.service(code).is_some() || code == "none";
    let cases: Vec<(Truth, Verdict)> = cases()
        .filter(|(truth, _)| known(&truth.service))
        .map(|(truth, text)| (truth, classifier.classify(text)))
        .collect();
    let figures = figures(&cases);
    Score {
        top1: figures.top1,
        crisis_recall: figures.crisis_recall,
        false_alarms: figures.crisis_false_alarms,
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

fn cases() -> impl Iterator<Item = (Truth, &'static str)> {
    let truth = |service: &str, urgency| Truth {
        service: service.to_owned(),
        urgency,
        needs: Vec::new(),
    };
    let fixed = lines(FIXED).filter_map(move |fields| {
        let [service, urgency, text] = fields[..] else {
            return None;
        };
        let urgency = match urgency {
            "c" => Urgency::Crisis,
            "u" => Urgency::Urgent,
            _ => Urgency::Normal,
        };
        Some((truth(service, urgency), text))
    });
    // The lexicon says of each whether it is danger; which is not asked here.
    let crisis = lines(CRISIS).filter_map(move |fields| {
        let (text, service) = (*fields.first()?, *fields.get(1)?);
        let danger = service.starts_with("CRI-");
        danger.then(|| (truth(service, Urgency::Crisis), text))
    });
    fixed.chain(crisis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_line_is_read_and_every_kind_of_need_is_there() {
        let written = |text: &str| {
            let held = |l: &&str| !l.is_empty() && !l.starts_with('#');
            text.lines().filter(held).count()
        };
        let fixed = lines(FIXED).filter(|f| f.len() == 3).count();
        assert_eq!(fixed, written(FIXED), "three columns each");
        assert!(cases().count() > fixed + 100);
        let catalogue = menus::starter();
        let mut seen = HashSet::new();
        for fields in lines(FIXED) {
            let known = fields[0] == "none" || catalogue.service(fields[0]).is_some();
            assert!(known, "{}", fields[0]);
            assert!(["n", "u", "c"].contains(&fields[1]), "{}", fields[1]);
            assert!(seen.insert(fields[2]), "twice: {}", fields[2]);
        }
        let categories = catalogue.categories().iter();
        for category in
            categories.filter(|c| catalogue.services().iter().any(|s| s.category == c.code))
        {
            let of = |f: Vec<&str>| {
                catalogue
                    .service(f[0])
                    .is_some_and(|s| s.category == category.code)
            };
            assert!(lines(FIXED).any(of), "{}", category.code);
        }
    }

    #[test]
    fn the_shipped_model_finds_most_of_them() {
        let catalogue = menus::starter();
        let now = score(&crate::world::train(catalogue), catalogue);
        assert!(now.top1 > 0.4 && now.crisis_recall > 0.85, "{now:?}");
        assert!(now.false_alarms < 0.1, "{now:?}");
        let nobody = Classifier::train(std::iter::empty(), &[]);
        assert!(score(&nobody, catalogue).top1 < now.top1);
    }
}
