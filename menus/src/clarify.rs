//! The one question that separates services which get confused.
//!
//! The pairs are part of the catalogue; this module only finds the one that
//! fits. Whether to ask at all is the conversation's decision.

use crate::catalogue::{Catalogue, ServiceCode};
use crate::localized::Localized;

/// Services that get confused and the question that separates them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub question: Localized,
    /// Two to five; each leads to one service.
    pub choices: Vec<Answer>,
    /// The service taken when the resident does not answer: set where silence
    /// may mean danger.
    pub unanswered: Option<ServiceCode>,
}

/// A button under the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub label: Localized,
    pub service: ServiceCode,
}

/// The question to ask, borrowed from the catalogue.
pub type Clarify<'c> = &'c Pair;

impl Pair {
    fn holds(&self, code: &str) -> bool {
        self.choices.iter().any(|choice| choice.service == code)
    }

    /// The codes of its services, for training a classifier.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.choices.iter().map(|choice| choice.service.as_str())
    }
}

/// The pair that separates services a classifier hesitates between, best guess
/// first. `None` unless some pair holds two of the first three. The pair that
/// holds most of them wins, then the one that holds the best guess, then the
/// one that asks least.
pub fn question_for<'c>(
    catalogue: &'c Catalogue,
    hesitating: &[ServiceCode],
) -> Option<Clarify<'c>> {
    let guesses = &hesitating[..hesitating.len().min(3)];
    let candidates = guesses
        .iter()
        .flat_map(|code| catalogue.pairs_of(code.as_str()));
    let candidates = candidates.filter_map(|index| catalogue.pairs().get(*index));
    let rank = |pair: &Pair| {
        let held = guesses
            .iter()
            .enumerate()
            .filter(|(at, code)| !guesses[..*at].contains(code) && pair.holds(code.as_str()));
        let held = held.count();
        let best = guesses
            .first()
            .is_some_and(|code| pair.holds(code.as_str()));
        (held, best, std::cmp::Reverse(pair.choices.len()))
    };
    let best = candidates
        .map(|pair| (rank(pair), pair))
        .filter(|(rank, _)| rank.0 >= 2);
    // The first of equals: pairs are listed in order of importance.
    best.reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, pair)| pair)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::starter;

    fn codes(list: &[&str]) -> Vec<ServiceCode> {
        list.iter().map(|code| ServiceCode::new(code)).collect()
    }

    #[test]
    fn every_confusable_group_has_its_question_with_a_button_for_each_member() {
        for group in [
            &["DSB-TWO", "ELD-SUBSIDY", "MED-LTCI"][..],
            &["BAS-DIBAO", "BAS-LINSHI", "BAS-GANGXING"],
            &["MED-JIUZHU", "MED-INSURE", "CHA-MEDAID", "BAS-LINSHI"],
            &["ELD-VISIT", "ELD-HOME", "CAR-NURSE", "ELD-INST"],
            &["HOU-AGING", "HOU-BARRIER", "HOU-REPAIR", "HOU-DANGER"],
            &["HOU-REPAIR", "COM-PROPERTY", "COM-UTIL"],
            &["CHI-ORPHAN", "CHI-FACTO", "CHI-NEEDY", "CHI-LEFT"],
            &["EMP-UNEMP", "LEG-WAGE", "EMP-JOB"],
            &["LEG-MEDIATE", "CRI-DV", "COM-ENV"],
            &["BAS-FUNERAL", "CRI-MISSING"],
            &["BAS-VAGRANT", "BAS-LINSHI"],
            &["CRI-HUNGER", "CHA-GOODS"],
            &["SOC-COUNSEL", "CRI-SUICIDE"],
            &["MED-MENTAL", "CRI-SUICIDE"],
            &["CAR-RESPITE", "CRI-SUICIDE"],
        ] {
            for left in group {
                for right in group {
                    if left == right {
                        continue;
                    }
                    let pair = question_for(starter(), &codes(&[left, right])).unwrap();
                    for member in [left, right] {
                        assert!(pair.holds(member), "{left} {right}: {}", pair.question.zh);
                    }
                }
            }
            let whole = question_for(starter(), &codes(group)).unwrap();
            assert!(
                group.iter().take(3).all(|member| whole.holds(member)),
                "{group:?}"
            );
        }
        assert_eq!(starter().pairs().len(), 15);
    }

    #[test]
    fn silence_after_a_question_about_self_harm_counts_as_danger() {
        let pair = question_for(starter(), &codes(&["SOC-COUNSEL", "CRI-SUICIDE"])).unwrap();
        assert_eq!(pair.unanswered.as_ref().unwrap(), &"CRI-SUICIDE");
    }

    #[test]
    fn services_that_nobody_confuses_get_no_question() {
        assert!(question_for(starter(), &codes(&["ELD-MEAL", "LEG-AID"])).is_none());
        assert!(question_for(starter(), &codes(&["BAS-DIBAO"])).is_none());
        assert!(question_for(starter(), &codes(&["BAS-DIBAO", "BAS-DIBAO"])).is_none());
        assert!(question_for(starter(), &codes(&["NO-SUCH", "BAS-DIBAO"])).is_none());
        assert!(question_for(starter(), &[]).is_none());
    }
}
