//! One text on the scales: what the model makes of its features. It deliberately decides nothing by it.

use super::Classifier;
use crate::adapt::widened;
use crate::calibrate::softmax;
use crate::crisis::Marks;
use crate::features::{Features, extract};
use crate::model::Head;
use crate::verdict::{MOST_RANKED, Ranked, SHARPNESS, threat};

/// The measures behind a verdict, for evaluation.
#[derive(Debug, Clone, PartialEq)]
pub struct Signals {
    /// Best first, without the class that is no service.
    pub ranked: Vec<Ranked>,
    /// Probability of being no request at all.
    pub nothing: f32,
    /// Share of the text's features that the model knows.
    pub known: f32,
    /// Raw scores of the questions: ask, danger, pressing.
    pub heads: [f32; 3],
    /// How much the model takes it for danger.
    pub threat: f32,
    /// The likeliest crisis service and its probability.
    pub danger: (String, f32),
}

/// [`Signals`] by numbers.
pub(super) struct Weighed {
    /// Places among the offered services with their probabilities, best first.
    pub(super) foremost: Vec<(usize, f32)>,
    pub(super) nothing: f32,
    known: f32,
    heads: [f32; 3],
    pub(super) threat: f32,
    /// Column and probability.
    danger: Option<(usize, f32)>,
}

impl Classifier {
    /// Ranks folded text.
    pub(super) fn rank(&self, folded: &str, marks: Marks) -> Weighed {
        self.weigh(&extract(folded, marks), folded)
    }

    pub(super) fn weigh(&self, features: &Features, folded: &str) -> Weighed {
        let point = self.model.point(features);
        let (mut scores, known) = widened(&self.model, &point, self.extra);
        self.delta.add(&point, &mut scores);
        let heads = [Head::Ask, Head::Danger, Head::Pressing].map(|h| scores[self.model.head(h)]);
        softmax(&mut scores, self.model.codes.len(), SHARPNESS);
        let all = scores;
        let danger: f32 = self.crisis_columns.iter().map(|column| all[*column]).sum();
        let mut likeliest: Option<(usize, f32)> = None;
        for &column in &self.crisis_columns {
            if likeliest.is_none_or(|(_, most)| all[column] > most) {
                likeliest = Some((column, all[column]));
            }
        }
        let mut shares: Vec<f32> = self.offered.iter().map(|(c, _)| all[*c]).collect();
        let sum: f32 = shares.iter().sum();
        for share in &mut shares {
            *share /= sum.max(f32::MIN_POSITIVE);
        }
        Weighed {
            foremost: foremost(&shares),
            nothing: shares[0],
            known,
            heads,
            threat: threat(&heads, danger, all[0], known, folded.chars().count()),
            danger: likeliest,
        }
    }

    pub(super) fn signals_of(&self, weighed: Weighed) -> Signals {
        let ranked = weighed.foremost.into_iter().map(|(place, share)| Ranked {
            service: self.offered[place].1.clone(),
            confidence: share,
        });
        let danger = weighed
            .danger
            .map_or_else(Default::default, |(column, share)| {
                (self.model.codes[column].clone(), share)
            });
        Signals {
            ranked: ranked.collect(),
            nothing: weighed.nothing,
            known: weighed.known,
            heads: weighed.heads,
            threat: weighed.threat,
            danger,
        }
    }
}

/// The services with the largest shares, the largest first; of equals the earlier.
fn foremost(shares: &[f32]) -> Vec<(usize, f32)> {
    let mut best = [(0, -1.0); MOST_RANKED];
    for (at, &share) in shares.iter().enumerate().skip(1) {
        if share <= best[MOST_RANKED - 1].1 {
            continue;
        }
        let mut place = MOST_RANKED - 1;
        while place > 0 && best[place - 1].1 < share {
            best[place] = best[place - 1];
            place -= 1;
        }
        best[place] = (at, share);
    }
    let held = MOST_RANKED.min(shares.len() - 1);
    best[..held].to_vec()
}

#[cfg(test)]
mod tests {
    use super::{MOST_RANKED, foremost};

    #[test]
    fn the_foremost_are_those_a_full_sort_puts_first() {
        let shares: Vec<f32> = (0..40u32).map(|n| f32::from((n * 37 % 11) as u8)).collect();
        for length in [1, 2, 5, 6, 7, 40] {
            let shares = &shares[..length];
            let mut order: Vec<usize> = (1..length).collect();
            order.sort_by(|a, b| shares[*b].total_cmp(&shares[*a]).then(a.cmp(b)));
            order.truncate(MOST_RANKED);
            let found: Vec<usize> = foremost(shares).iter().map(|(at, _)| *at).collect();
            assert_eq!(found, order, "of {length}");
        }
    }
}
