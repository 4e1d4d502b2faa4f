//! Danger that no rule knows yet: a model of dangerous against harmless sentences, joined to the rules by union.
//!
//! It learns from the regression suite of the rules beside the catalogue's own examples, so every miss that becomes a
//! case teaches it. Its hits are never sure. It deliberately knows no guard: idioms and denials are taught by cases.

use crate::features::{Features, extract};
use crate::model::Model;
use crate::normalize::fold;
use crate::segment::words;

/// Cases of the crisis rules: text, service or `none`, how sure.
const CASES: &str = include_str!("../lexicon/crisis_cases.tsv");
/// Prefix of crisis services.
pub(crate) const CRISIS: &str = "CRI-";
/// Share of harmless messages, not seen in training, that may be taken for danger. A kind question to one of a hundred
/// costs little beside one person in danger who gets a menu.
const FALSE_ALARMS: f32 = 0.01;
/// The same where the main model names a crisis service as well.
const SECONDED: f32 = 0.03;
/// Folds of the threshold's cross-fit.
const FOLDS: usize = 4;
/// Label of harmless sentences; the crisis services follow.
const HARMLESS: u32 = 0;

/// Tells dangerous sentences from harmless ones.
pub(crate) struct Danger {
    model: Model,
    /// Crisis services by label; the first is no service.
    services: Vec<String>,
    /// Margins for [`FALSE_ALARMS`] and [`SECONDED`].
    thresholds: [f32; 2],
}

impl Danger {
    /// Learns from the shipped cases and from `examples` with the codes of their services.
    pub(crate) fn train<'a>(examples: impl Iterator<Item = (&'a Features, &'a str)>) -> Danger {
        let mut services = vec![String::new()];
        let (mut points, mut labels) = (Vec::new(), Vec::new());
        let mut learn = |features: Features, service: &str| {
            points.push(features);
            labels.push(if service.starts_with(CRISIS) {
                services
                    .iter()
                    .position(|s| s == service)
                    .unwrap_or_else(|| {
                        services.push(service.to_owned());
                        services.len() - 1
                    }) as u32
            } else {
                HARMLESS
            });
        };
        for line in CASES.lines().filter(|l| !l.starts_with('#')) {
            let mut fields = line.split('\t');
            if let (Some(text), Some(service)) = (fields.next(), fields.next()) {
                let folded = fold(text);
                learn(extract(&folded, &words(&folded)), service);
            }
        }
        for (features, service) in examples {
            learn(features.clone(), service);
        }
        let thresholds = thresholds(&points, &labels, services.len());
        let model = Model::train(&points, &labels, services.len());
        Danger {
            model,
            services,
            thresholds,
        }
    }

    /// The crisis service whose sentences the text is like, if any; `seconded` when another reading says so too.
    pub(crate) fn sees(&self, features: &Features, seconded: bool) -> Option<&str> {
        let (margin, label) = margin(&self.model, features);
        (margin >= self.thresholds[usize::from(seconded)]).then(|| self.services[label].as_str())
    }
}

/// The margins that only [`FALSE_ALARMS`] and [`SECONDED`] of the harmless sentences exceed when they are held back.
fn thresholds(points: &[Features], labels: &[u32], classes: usize) -> [f32; 2] {
    let mut margins = Vec::new();
    for fold in 0..FOLDS {
        let (mut seen, mut seen_labels) = (Vec::new(), Vec::new());
        for (at, (point, &label)) in points.iter().zip(labels).enumerate() {
            if at % FOLDS != fold {
                seen.push(point.clone());
                seen_labels.push(label);
            }
        }
        let model = Model::train(&seen, &seen_labels, classes);
        let harmless = points
            .iter()
            .zip(labels)
            .enumerate()
            .filter(|(at, (_, label))| at % FOLDS == fold && **label == HARMLESS);
        margins.extend(harmless.map(|(_, (point, _))| margin(&model, point).0));
    }
    margins.sort_unstable_by(|a, b| b.total_cmp(a));
    [FALSE_ALARMS, SECONDED].map(|share| {
        let allowed = (margins.len() as f32 * share) as usize;
        margins.get(allowed).copied().unwrap_or(0.0)
    })
}

/// How far the likeliest danger lies above the harmless, and which it is.
fn margin(model: &Model, features: &Features) -> (f32, usize) {
    let (scores, _) = model.scores(features);
    let best = (1..scores.len())
        .max_by(|a, b| scores[*a].total_cmp(&scores[*b]))
        .unwrap_or(0);
    (scores[best] - scores[HARMLESS as usize], best)
}

#[cfg(test)]
mod tests {
    use super::Danger;
    use crate::features::extract;
    use crate::normalize::fold;
    use crate::segment::words;

    fn sees<'d>(danger: &'d Danger, text: &str) -> Option<&'d str> {
        let folded = fold(text);
        danger.sees(&extract(&folded, &words(&folded)), false)
    }

    #[test]
    fn sentences_that_no_rule_knows_are_seen_by_their_likeness() {
        let danger = Danger::train(std::iter::empty());
        for text in [
            "独居的大爷两天没有露面,敲门没有人应",
            "奶奶早上出门到现在没有回来,到处找",
        ] {
            assert!(sees(&danger, text).is_some(), "{text}");
        }
        for text in ["想申请低保", "电梯坏了", "老人想送餐", "公交卡怎么办"] {
            assert_eq!(sees(&danger, text), None, "{text}");
        }
    }
}
