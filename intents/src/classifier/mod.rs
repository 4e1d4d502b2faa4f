//! Joins the parts: the shipped model with the catalogue's own words, then reads messages.
//!
//! It deliberately keeps no state between messages and no text after training.

mod evidence;
mod lead;
mod weigh;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use lead::{dedup, lead, offer};
pub use weigh::Signals;

use crate::adapt::{Delta, widened};
use crate::corpus::NOTHING;
use crate::crisis::{CrisisHit, Found, Marks, scan_folded};
use crate::features::{extract, extract_with_words};
use crate::model::{Head, Model, example_hash};
use crate::normalize::fold;
use crate::segment::words;
use crate::slots;
use crate::split::{adds, clauses, without_denied};
use crate::verdict::{
    CLAUSE_WEIGHT, Decision, HESITANT, OBLIQUE, PRESSING_AT, Ranked, Reading, SECOND_AT, Said,
    THREAT_AT, TRUSTED, UNSEEN, Urgency, Verdict, decide, is_choice, is_need,
};

/// The model that was trained when the crate was built.
const SHIPPED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/model.bin"));
/// Of a longer message only this many bytes are ranked; danger is looked for in all of it.
const LONGEST: usize = 12_000;
/// Most clauses that are ranked apart.
const MOST_CLAUSES: usize = 12;
/// Most words of evidence.
const MOST_EVIDENCE: usize = 6;
/// Prefix of crisis services.
const CRISIS: &str = "CRI-";

/// A sentence and the code of the service it asks for; `none` for no request at all.
#[derive(Debug, Clone, Copy)]
pub struct Example<'a> {
    pub service: &'a str,
    pub text: &'a str,
}

/// Reads messages. Cheap to share in an `Arc`; all classifiers share the shipped model (about 18 MB).
pub struct Classifier {
    model: Arc<Model>,
    delta: Delta,
    /// Code of each column that may be chosen; the first is no request.
    offered: Vec<(usize, String)>,
    /// Columns of crisis services, offered or not: danger is seen in any catalogue.
    crisis_columns: Vec<usize>,
    /// New services behind the shipped columns.
    extra: usize,
    pairs: Vec<Vec<String>>,
}

/// Loads dictionary, tables and model ahead of the first message (about 0.2 s of CPU).
pub fn preload() {
    crate::segment::preload();
    crate::normalize::preload();
    crate::crisis::preload();
    crate::plain::preload();
    crate::concepts::preload();
    shipped();
}

fn shipped() -> Arc<Model> {
    static MODEL: OnceLock<Arc<Model>> = OnceLock::new();
    let model = MODEL.get_or_init(|| {
        let model = Model::read(Cow::Borrowed(SHIPPED)).expect("build.rs wrote the model");
        Arc::new(model)
    });
    Arc::clone(model)
}

impl Classifier {
    /// The shipped model with the catalogue's names, aliases and `examples`; only their services are ever named.
    /// `pairs` are groups of services that are known to be confused.
    ///
    /// Takes milliseconds: what the shipped model was trained on is not learned again, the rest is added to it (see
    /// `adapt`). The same examples in the same order give the same classifier. Without any example every text is `None`
    /// or crisis.
    pub fn train<'a>(examples: impl Iterator<Item = Example<'a>>, pairs: &[&[&str]]) -> Classifier {
        Classifier::with(shipped(), examples, pairs)
    }

    /// Reads with a model of one's own, as [`crate::training::train`] gave it, for held-back folds; none when the bytes
    /// are no model. All its services are offered.
    pub fn of_model(model: Vec<u8>, pairs: &[&[&str]]) -> Option<Classifier> {
        let model = Arc::new(Model::read(Cow::Owned(model))?);
        let mut classifier = Classifier::with(Arc::clone(&model), std::iter::empty(), pairs);
        classifier.offered = model.codes.iter().cloned().enumerate().collect();
        Some(classifier)
    }

    fn with<'a>(
        model: Arc<Model>,
        examples: impl Iterator<Item = Example<'a>>,
        pairs: &[&[&str]],
    ) -> Classifier {
        let mut columns: HashMap<String, usize> = model.codes.iter().cloned().zip(0..).collect();
        let known = model.codes.len() + crate::model::HEADS;
        let mut offered = vec![(0, NOTHING.to_owned())];
        let (mut extra, mut lessons) = (0, Vec::new());
        for example in examples {
            let column = *columns
                .entry(example.service.to_owned())
                .or_insert_with(|| {
                    extra += 1;
                    known + extra - 1
                });
            if !offered.iter().any(|(c, _)| *c == column) {
                offered.push((column, example.service.to_owned()));
            }
            let folded = fold(example.text);
            if !model.knows(example_hash(example.service, &folded)) {
                lessons.push((model.point(&extract(&folded, Marks::of(&folded))), column));
            }
        }
        let mut delta = Delta::default();
        let rivals: Vec<usize> = offered.iter().map(|(column, _)| *column).collect();
        delta.learn(&lessons, &rivals, |point| widened(&model, point, extra).0);
        let pairs = pairs
            .iter()
            .map(|p| p.iter().map(|s| (*s).to_owned()).collect())
            .collect();
        let crisis_columns = (0..model.codes.len())
            .filter(|column| model.codes[*column].starts_with(CRISIS))
            .collect();
        Classifier {
            model,
            delta,
            offered,
            crisis_columns,
            extra,
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
        let (features, cut) = extract_with_words(asked, found.marks);
        let signals = self.signals_of(self.weigh(&features, asked));
        let reading = Reading {
            ranked: &signals.ranked,
            nothing: signals.nothing,
            known: signals.known,
            ask: signals.heads[Head::Ask as usize],
        };
        let (mut decision, mut choices) = decide(&reading, &self.pairs);
        let best = signals
            .ranked
            .first()
            .filter(|_| decision != Decision::None);
        let mut evidence = best.map_or_else(Vec::new, |best| {
            let cut = cut.unwrap_or_else(|| words(asked));
            self.evidence(cut, &best.service)
        });
        let crisis = self.crisis(&found, asked, &signals, &evidence);
        let ask = signals.heads[Head::Ask as usize];
        let asked_about = |hit: &CrisisHit| is_choice(decision, hit.sure, ask, signals.threat);
        let alarm = crisis.as_ref().filter(|hit| !asked_about(hit));
        if let (Some(hit), None) = (&crisis, alarm) {
            offer(&hit.service, &mut choices);
        }
        let mut needs = match decision {
            Decision::None => Vec::new(),
            _ => self.needs(asked, &signals),
        };
        let mut ranked = signals.ranked;
        let mut urgency = haste(&found, &signals.heads);
        if let Some(hit) = alarm {
            decision = Decision::Crisis;
            urgency = Urgency::Crisis;
            lead(hit, found.explicit, &mut ranked, &mut needs);
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

    /// The measures that [`Classifier::classify`] decides by.
    pub fn signals(&self, text: &str) -> Signals {
        let folded = fold(text);
        let clipped = clip(&folded);
        let asked = without_denied(clipped);
        let asked = asked.as_deref().unwrap_or(clipped);
        self.signals_of(self.rank(asked, Marks::of(&folded)))
    }

    /// One need alone leaves nothing to a second; clauses are ranked only where it did not.
    fn needs(&self, asked: &str, signals: &Signals) -> Vec<String> {
        let ranked = &signals.ranked;
        let mut needs: Vec<String> = ranked.iter().take(1).map(|r| r.service.clone()).collect();
        if ranked.get(1).is_some_and(|r| r.confidence >= SECOND_AT) {
            self.further_needs(asked, ranked, &mut needs);
        }
        needs
    }

    /// Rules or model, by union: an explicit hit of the rules stands by itself, a plain one unless the model sees nothing
    /// at all, an oblique one where the model is not far from it. What nobody said plainly and cannot be placed either
    /// is no alarm: the one question offers the danger among its choices.
    fn crisis(
        &self,
        found: &Found,
        asked: &str,
        signals: &Signals,
        evidence: &[String],
    ) -> Option<CrisisHit> {
        let (service, share) = &signals.danger;
        if let Some(hit) = &found.crisis
            && (found.explicit
                || signals.threat
                    >= if hit.sure {
                        UNSEEN
                    } else {
                        THREAT_AT - OBLIQUE
                    })
        {
            let mut hit = hit.clone();
            if !found.explicit && *share >= TRUSTED {
                hit.service.clone_from(service);
            }
            return Some(hit);
        }
        self.threatens(asked, signals.threat).then(|| CrisisHit {
            service: service.clone(),
            sure: false,
            words: evidence.to_vec(),
        })
    }

    /// Whether the model alone takes the text for danger; where it hesitates, the most threatening clause counts too.
    fn threatens(&self, asked: &str, threat: f32) -> bool {
        if !(THREAT_AT - HESITANT..THREAT_AT).contains(&threat) {
            return threat >= THREAT_AT;
        }
        let clauses = clauses(asked).into_iter().take(MOST_CLAUSES);
        clauses
            .filter(|clause| clause.len() < asked.len())
            .map(|clause| self.rank(clause, Marks::of(clause)).threat)
            .any(|worst| threat + CLAUSE_WEIGHT * (worst - threat) >= THREAT_AT)
    }

    /// Adds the services of clauses that ask for something else.
    fn further_needs(&self, asked: &str, whole: &[Ranked], needs: &mut Vec<String>) {
        let parts = clauses(asked);
        if parts.len() < 2 {
            return;
        }
        // A few words with an age in them only say whom it is about.
        let about = |part: &str| part.chars().count() <= 10 && slots::tells_an_age(part);
        for part in parts.into_iter().take(MOST_CLAUSES).filter(|p| !about(p)) {
            let ranking = self.rank(part, Marks::of(part));
            let Some(&(best, share)) = ranking.foremost.first() else {
                continue;
            };
            let service = &self.offered[best].1;
            let runner_up = ranking.foremost.get(1).map_or(0.0, |(_, share)| *share);
            let said = Said {
                clause: share,
                runner_up: runner_up.max(ranking.nothing),
                nothing: ranking.nothing,
                share: share_of(whole, service),
                first: whole.first().map_or(0.0, |r| r.confidence),
                length: asked.chars().count(),
                added: adds(part),
            };
            if is_need(&said) && !needs.contains(service) {
                needs.push(service.clone());
            }
        }
    }
}

/// How pressing the words are, danger apart.
fn haste(found: &Found, heads: &[f32; 3]) -> Urgency {
    if found.pressing.is_empty() && heads[Head::Pressing as usize] < PRESSING_AT {
        Urgency::Normal
    } else {
        Urgency::Urgent
    }
}

/// Probability of `service` in a ranking.
fn share_of(ranked: &[Ranked], service: &str) -> f32 {
    let found = ranked.iter().find(|r| r.service == service);
    found.map_or(0.0, |r| r.confidence)
}

/// The first [`LONGEST`] bytes, whole characters.
fn clip(folded: &str) -> &str {
    &folded[..folded.floor_char_boundary(LONGEST)]
}

#[cfg(test)]
mod tests;
