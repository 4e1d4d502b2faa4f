//! Joins the parts: trains on examples, then reads messages.
//!
//! It deliberately keeps no state between messages and no text after training.

use std::collections::HashMap;

use crate::calibrate::{fit, softmax};
use crate::crisis::{CrisisHit, scan_folded};
use crate::danger::{CRISIS, Danger};
use crate::features::{Features, extract, word_bucket};
use crate::model::Model;
use crate::normalize::fold;
use crate::segment::words;
use crate::slots;
use crate::split::{clauses, without_denied};
use crate::verdict::{
    CRISIS_AT, Decision, MOST_RANKED, Ranked, Reading, Urgency, Verdict, decide, is_need,
};

/// Label of what is no request.
const NOTHING: &str = "none";
/// Greetings, thanks, small talk, spam: one a line.
const SMALL_TALK: &str = include_str!("../../lexicon/none.txt");
/// Of a longer message only this many bytes are ranked; danger is looked for in all of it.
const LONGEST: usize = 12_000;
/// Most clauses that are ranked apart.
const MOST_CLAUSES: usize = 12;
/// Every fifth example of a service is held back to calibrate.
const FOLD: usize = 5;
/// Most words of evidence.
const MOST_EVIDENCE: usize = 6;

/// A sentence and the code of the service it asks for; `none` for no request at all.
#[derive(Debug, Clone, Copy)]
pub struct Example<'a> {
    pub service: &'a str,
    pub text: &'a str,
}

/// Reads messages. Cheap to share in an `Arc`; about 10 MB for the starter catalogue.
pub struct Classifier {
    model: Model,
    danger: Danger,
    services: Vec<String>,
    nothing: usize,
    sharpness: f32,
    pairs: Vec<Vec<String>>,
}

/// The model's view of one text.
struct Ranking {
    ranked: Vec<Ranked>,
    nothing: f32,
    known: f32,
}

impl Classifier {
    /// Learns from `examples`; `pairs` are groups of services that are known to be confused.
    ///
    /// The same examples in the same order give the same classifier. Without any example every text is `None` or crisis.
    pub fn train<'a>(examples: impl Iterator<Item = Example<'a>>, pairs: &[&[&str]]) -> Classifier {
        let mut numbers: HashMap<String, u32> = HashMap::from([(NOTHING.to_owned(), 0)]);
        let mut services = vec![NOTHING.to_owned()];
        let (mut points, mut labels): (Vec<Features>, Vec<u32>) = (Vec::new(), Vec::new());
        let small_talk = SMALL_TALK
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
            .map(|text| Example {
                service: NOTHING,
                text,
            });
        for example in small_talk.chain(examples) {
            let folded = fold(example.text);
            points.push(extract(&folded, &words(&folded)));
            labels.push(
                *numbers
                    .entry(example.service.to_owned())
                    .or_insert_with(|| {
                        services.push(example.service.to_owned());
                        services.len() as u32 - 1
                    }),
            );
        }
        let sharpness = fit(&held_back(&points, &labels, services.len()));
        let danger = Danger::train(
            points
                .iter()
                .zip(&labels)
                .map(|(point, &label)| (point, services[label as usize].as_str())),
        );
        let model = Model::train(&points, &labels, services.len());
        let pairs = pairs
            .iter()
            .map(|p| p.iter().map(|s| (*s).to_owned()).collect())
            .collect();
        Classifier {
            model,
            danger,
            services,
            nothing: 0,
            sharpness,
            pairs,
        }
    }

    /// Reads one message. Never fails; time grows with the length of the text, ranking stops after 4,000 characters.
    pub fn classify(&self, text: &str) -> Verdict {
        let folded = fold(text);
        let found = scan_folded(&folded);
        let clipped = clip(&folded);
        let asked = without_denied(clipped);
        let asked = asked.as_deref().unwrap_or(clipped);
        let cut = words(asked);
        let (ranking, features) = self.rank(asked, &cut);
        let reading = Reading {
            ranked: &ranking.ranked,
            nothing: ranking.nothing,
            known: ranking.known,
        };
        let (mut decision, mut choices) = decide(&reading, &self.pairs);
        let best = ranking
            .ranked
            .first()
            .filter(|_| decision != Decision::None);
        let mut evidence = best.map_or_else(Vec::new, |best| {
            self.evidence(&cut, &features, &best.service)
        });
        let crisis = found
            .crisis
            .or_else(|| self.suspicion(&ranking, &features, &evidence));
        let mut needs = Vec::new();
        if decision != Decision::None {
            needs.extend(ranking.ranked.first().map(|r| r.service.clone()));
            self.further_needs(asked, &mut needs);
        }
        let mut ranked = ranking.ranked;
        ranked.truncate(MOST_RANKED);
        let mut urgency = if found.pressing.is_empty() {
            Urgency::Normal
        } else {
            Urgency::Urgent
        };
        if let Some(hit) = &crisis {
            decision = Decision::Crisis;
            urgency = Urgency::Crisis;
            lead(hit, &mut ranked, &mut needs);
            evidence.splice(0..0, hit.words.iter().cloned());
        } else {
            evidence.splice(0..0, found.pressing);
        }
        dedup(&mut evidence);
        evidence.truncate(MOST_EVIDENCE);
        if decision != Decision::Ask {
            choices.clear();
        }
        Verdict {
            decision,
            urgency,
            ranked,
            needs,
            choices,
            slots: slots::find(clipped),
            evidence,
            crisis,
        }
    }

    /// Danger that no rule knows, suspected by the model; never sure.
    fn suspicion(
        &self,
        ranking: &Ranking,
        features: &Features,
        evidence: &[String],
    ) -> Option<CrisisHit> {
        let first = ranking.ranked.first();
        let named =
            first.is_some_and(|r| r.service.starts_with(CRISIS) && r.confidence >= CRISIS_AT);
        self.danger.sees(features, named).map(|service| CrisisHit {
            service: service.to_owned(),
            sure: false,
            words: evidence.to_vec(),
        })
    }

    fn rank(&self, folded: &str, cut: &[&str]) -> (Ranking, Features) {
        let features = extract(folded, cut);
        let (scores, known) = self.model.scores(&features);
        let shares = softmax(&scores, self.sharpness);
        let mut order: Vec<usize> = (0..shares.len()).filter(|&c| c != self.nothing).collect();
        let most = MOST_RANKED.min(order.len());
        if most < order.len() {
            order.select_nth_unstable_by(most, |a, b| shares[*b].total_cmp(&shares[*a]));
            order.truncate(most);
        }
        order.sort_unstable_by(|a, b| shares[*b].total_cmp(&shares[*a]).then(a.cmp(b)));
        let ranked = order
            .iter()
            .map(|&c| Ranked {
                service: self.services[c].clone(),
                confidence: shares[c],
            })
            .collect();
        (
            Ranking {
                ranked,
                nothing: shares[self.nothing],
                known,
            },
            features,
        )
    }

    /// Adds the services of clauses that ask for something else.
    fn further_needs(&self, asked: &str, needs: &mut Vec<String>) {
        let parts = clauses(asked);
        if parts.len() < 2 {
            return;
        }
        for part in parts.into_iter().take(MOST_CLAUSES) {
            let (ranking, _) = self.rank(part, &words(part));
            let Some(best) = ranking.ranked.first() else {
                continue;
            };
            let runner_up = ranking
                .ranked
                .get(1)
                .map_or(0.0, |r| r.confidence)
                .max(ranking.nothing);
            if is_need(best, runner_up) && !needs.contains(&best.service) {
                needs.push(best.service.clone());
            }
        }
    }

    /// The words that speak most for `service`.
    fn evidence(&self, cut: &[&str], features: &Features, service: &str) -> Vec<String> {
        let Some(class) = self.services.iter().position(|s| s == service) else {
            return Vec::new();
        };
        if features.words.is_empty() {
            return Vec::new();
        }
        let mut weighed: Vec<(f32, &str)> = cut
            .iter()
            .filter_map(|word| {
                word_bucket(word).map(|b| (self.model.weight(b, class as u32), *word))
            })
            .filter(|(weight, _)| *weight > 0.0)
            .collect();
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut found: Vec<String> = weighed
            .into_iter()
            .take(MOST_EVIDENCE)
            .map(|(_, w)| w.to_owned())
            .collect();
        dedup(&mut found);
        found
    }
}

/// Scores of every fifth example of each label by a model that has not seen them.
fn held_back(points: &[Features], labels: &[u32], classes: usize) -> Vec<(Vec<f32>, u32)> {
    let mut counts = vec![0usize; classes];
    let (mut seen, mut seen_labels, mut held) = (Vec::new(), Vec::new(), Vec::new());
    for (point, &label) in points.iter().zip(labels) {
        counts[label as usize] += 1;
        if counts[label as usize].is_multiple_of(FOLD) {
            held.push((point, label));
        } else {
            seen.push(point.clone());
            seen_labels.push(label);
        }
    }
    if held.is_empty() {
        return Vec::new();
    }
    let model = Model::train(&seen, &seen_labels, classes);
    held.into_iter()
        .map(|(point, label)| (model.scores(point).0, label))
        .collect()
}

/// The first [`LONGEST`] bytes, whole characters.
fn clip(folded: &str) -> &str {
    &folded[..folded.floor_char_boundary(LONGEST)]
}

/// Danger comes before whatever else was asked for.
fn lead(hit: &CrisisHit, ranked: &mut Vec<Ranked>, needs: &mut Vec<String>) {
    put_first(ranked, &hit.service, if hit.sure { 0.99 } else { 0.6 });
    needs.retain(|n| *n != hit.service);
    needs.insert(0, hit.service.clone());
}

fn put_first(ranked: &mut Vec<Ranked>, service: &str, confidence: f32) {
    let old = ranked
        .iter()
        .position(|r| r.service == service)
        .map(|at| ranked.remove(at));
    let confidence = old.map_or(confidence, |r| r.confidence.max(confidence));
    // The rest share what remains, so that the list still reads as probabilities.
    let rest: f32 = ranked.iter().map(|r| r.confidence).sum();
    if rest > 1.0 - confidence {
        for other in ranked.iter_mut() {
            other.confidence *= (1.0 - confidence) / rest;
        }
    }
    ranked.insert(
        0,
        Ranked {
            service: service.to_owned(),
            confidence,
        },
    );
    ranked.truncate(MOST_RANKED);
}

fn dedup(list: &mut Vec<String>) {
    let mut kept: Vec<String> = Vec::with_capacity(list.len());
    for word in list.drain(..) {
        if !kept.contains(&word) {
            kept.push(word);
        }
    }
    *list = kept;
}

#[cfg(test)]
mod tests;
