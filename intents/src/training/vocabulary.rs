//! Which features are learned from, how rare each is, and where its row lies.
//!
//! It deliberately knows nothing of services.

use super::Point;
use super::Sample;
use crate::features::{BLOCKS, BUCKETS, Features, PAIRS};
use crate::model::HEADS;

/// Pairs of words that meet in fewer lines are left out: most never meet again.
const FEWEST_PAIRS: u32 = 3;

/// Inverse document frequencies and the row of each feature.
pub(super) struct Vocabulary {
    /// Bucket to row + 1; zero is a feature that is left out.
    pub(super) rows: Vec<u32>,
    pub(super) buckets: Vec<u32>,
    pub(super) idf: Vec<f32>,
    pub(super) rare: f32,
    taught: usize,
    pub(super) counts: Vec<u32>,
}

impl Vocabulary {
    pub(super) fn of(samples: &[Sample], least: u32, machine: u32) -> Vocabulary {
        let mut counts = vec![0u32; BUCKETS];
        for bucket in samples
            .iter()
            .flat_map(|s| s.features.blocks.iter().flatten())
        {
            counts[*bucket as usize] += 1;
        }
        let mut pairs = vec![false; BUCKETS];
        for bucket in samples.iter().flat_map(|s| &s.features.blocks[PAIRS]) {
            pairs[*bucket as usize] = true;
        }
        for bucket in samples
            .iter()
            .flat_map(|s| s.features.blocks[..PAIRS].iter().flatten())
        {
            pairs[*bucket as usize] = false;
        }
        let total = (samples.len() + 1) as f32;
        let idf = |count: u32| (total / (count + 1) as f32).ln() + 1.0;
        let mut buckets: Vec<u32> = (0..BUCKETS as u32)
            .filter(|b| {
                counts[*b as usize]
                    >= if pairs[*b as usize] {
                        FEWEST_PAIRS
                    } else {
                        least
                    }
            })
            .collect();
        let taught = buckets
            .iter()
            .filter(|b| counts[**b as usize] >= machine)
            .count();
        // Frequent features lie together: they stay in the processor's cache.
        buckets.sort_by_key(|b| std::cmp::Reverse(counts[*b as usize]));
        let mut rows = vec![0; BUCKETS];
        for (row, &bucket) in buckets.iter().enumerate() {
            rows[bucket as usize] = row as u32 + 1;
        }
        Vocabulary {
            rows,
            idf: buckets.iter().map(|b| idf(counts[*b as usize])).collect(),
            counts: buckets.iter().map(|b| counts[*b as usize]).collect(),
            buckets,
            rare: idf(1),
            taught,
        }
    }

    /// Mean weights of the features of one line, for the columns that are not their own.
    pub(super) fn elsewhere(&self, weights: &[f32], width: usize, columns: usize) -> Vec<f32> {
        let (mut sums, mut counts) = (vec![0.0f64; columns + HEADS], vec![0u32; columns + HEADS]);
        for row in (0..self.counts.len()).filter(|row| self.counts[*row] == 1) {
            let weights = &weights[row * width..][..columns];
            let own = (0..columns).max_by(|a, b| weights[*a].total_cmp(&weights[*b]));
            for (column, weight) in weights.iter().enumerate().filter(|(c, _)| Some(*c) != own) {
                sums[column] += f64::from(*weight);
                counts[column] += 1;
            }
        }
        let mean = |(sum, count): (f64, u32)| (sum / f64::from(count.max(1))) as f32;
        sums.into_iter().zip(counts).map(mean).collect()
    }

    /// Rows with values, as `Model::point` gives features with values; unknown features count for the length only.
    pub(super) fn point(&self, features: &Features, weights: [f32; BLOCKS]) -> Point {
        let mut point = Vec::with_capacity(features.len());
        for (block, weight) in features.blocks.iter().zip(weights) {
            let start = point.len();
            let mut length = 0.0;
            for &bucket in block {
                match self.rows[bucket as usize] {
                    0 => length += self.rare * self.rare,
                    row => {
                        let idf = self.idf[row as usize - 1];
                        length += idf * idf;
                        if (row as usize) <= self.taught {
                            point.push((row - 1, idf));
                        }
                    }
                }
            }
            let scale = weight / length.sqrt().max(f32::MIN_POSITIVE);
            point[start..].iter_mut().for_each(|(_, v)| *v *= scale);
        }
        point
    }
}
