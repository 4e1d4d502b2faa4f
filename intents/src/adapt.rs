//! What an administrator's own words add to the shipped model: small corrections of its weights, learned in milliseconds.
//!
//! Names, aliases and examples that the shipped model was not trained on are learned by passive-aggressive steps: each
//! moves the weights just far enough for its service to lead. It deliberately forgets nothing the model knows: a word
//! that is taken out of the catalogue stays understood.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::model::{Feature, Model, Point};

/// Passes over the new examples.
const PASSES: usize = 6;
/// How far ahead of all others the right service must be.
const LEAD: f32 = 1.5;
/// Longest step.
const BOLDNESS: f32 = 1.0;
/// Corrections beyond the shipped columns and in them, by bucket.
#[derive(Default)]
pub(crate) struct Delta {
    weights: HashMap<u32, Vec<(u32, f32)>, BuildHasherDefault<Scattered>>,
}

/// A bucket is a hash already: it only needs its bits spread over the word.
#[derive(Default)]
struct Scattered(u64);

impl Hasher for Scattered {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    fn write_u32(&mut self, bucket: u32) {
        self.0 = (self.0 ^ u64::from(bucket)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Delta {
    /// Adds the corrections for `point` to scores of all columns and new services.
    pub(crate) fn add(&self, point: &Point, scores: &mut [f32]) {
        if self.weights.is_empty() {
            return;
        }
        for feature in point {
            let Some(row) = self.weights.get(&feature.bucket) else {
                continue;
            };
            for &(column, weight) in row {
                scores[column as usize] += weight * feature.value;
            }
        }
    }

    /// How strongly a bucket was corrected for a column.
    pub(crate) fn weight(&self, bucket: u32, column: usize) -> f32 {
        self.weights
            .get(&bucket)
            .and_then(|row| row.iter().find(|(c, _)| *c as usize == column))
            .map_or(0.0, |(_, w)| *w)
    }

    /// Learns `examples` (points and columns); `rivals` are the columns that may be chosen, `scores` gives the shipped
    /// scores of a point.
    pub(crate) fn learn(
        &mut self,
        examples: &[(Point, usize)],
        rivals: &[usize],
        scores: impl Fn(&Point) -> Vec<f32>,
    ) {
        let shipped: Vec<Vec<f32>> = examples.iter().map(|(point, _)| scores(point)).collect();
        for _ in 0..PASSES {
            let mut quiet = true;
            for ((point, wanted), shipped) in examples.iter().zip(&shipped) {
                let mut now = shipped.clone();
                self.add(point, &mut now);
                let rival = rivals
                    .iter()
                    .copied()
                    .filter(|column| column != wanted)
                    .max_by(|a, b| now[*a].total_cmp(&now[*b]));
                let ahead = rival.map_or(now[*wanted], |rival| now[*wanted] - now[rival]);
                if ahead >= LEAD {
                    continue;
                }
                quiet = false;
                let length: f32 = point.iter().map(|f| f.value * f.value).sum();
                let step = ((LEAD - ahead) / (2.0 * length.max(1e-3))).min(BOLDNESS);
                for &Feature { bucket, value, .. } in point {
                    self.bump(bucket, *wanted, step * value);
                    if let Some(rival) = rival {
                        self.bump(bucket, rival, -step * value);
                    }
                }
            }
            if quiet {
                break;
            }
        }
    }

    fn bump(&mut self, bucket: u32, column: usize, by: f32) {
        let row = self.weights.entry(bucket).or_default();
        match row.iter_mut().find(|(c, _)| *c as usize == column) {
            Some((_, weight)) => *weight += by,
            None => row.push((column as u32, by)),
        }
    }
}

/// Scores of a point by the shipped model, with room for `extra` new services behind the heads.
pub(crate) fn widened(model: &Model, point: &Point, extra: usize) -> (Vec<f32>, f32) {
    let (mut scores, known) = model.scores(point, extra);
    scores.resize(scores.len() + extra, NEW_BIAS);
    (scores, known)
}

/// Score of a service that the shipped model does not know, before its examples speak.
const NEW_BIAS: f32 = -0.9;
