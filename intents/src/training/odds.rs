//! The log-odds of each feature in a column against outside it, as naive Bayes has them.
//!
//! With few sentences a service, and few that cannot be placed, counting finds more than the margin alone. Heads have a
//! column for yes and one for no. It deliberately knows nothing of weights.

use super::Sample;
use super::vocabulary::Vocabulary;

/// Farthest a single feature may pull.
const MOST: f32 = 4.0;

/// By row and column: how much likelier the feature is in the column than outside it.
pub(super) struct Odds {
    columns: usize,
    odds: Vec<f32>,
}

impl Odds {
    /// `says` gives the columns that a sample speaks for, with shares; none leaves it out. `smooth` draws the odds of
    /// rare features to even.
    pub(super) fn of(
        samples: &[Sample],
        vocabulary: &Vocabulary,
        columns: usize,
        smooth: f32,
        says: impl Fn(&Sample) -> &[(usize, f32)],
    ) -> Odds {
        let rows = vocabulary.idf.len();
        let (mut odds, mut totals) = (vec![0.0f32; rows * columns], vec![0.0f32; columns]);
        let (mut seen, mut all) = (vec![0.0f32; rows], 0.0);
        for sample in samples {
            for &(column, share) in says(sample) {
                totals[column] += share;
                all += share;
                for bucket in sample.features.blocks.iter().flatten() {
                    if let Some(row) = vocabulary.rows[*bucket as usize].checked_sub(1) {
                        odds[row as usize * columns + column] += share;
                        seen[row as usize] += share;
                    }
                }
            }
        }
        for (row, seen) in odds.chunks_exact_mut(columns).zip(seen) {
            let even = smooth * seen / all + 0.01;
            for (here, total) in row.iter_mut().zip(&totals) {
                let inside = (*here + even) / (total + smooth);
                let outside = (seen - *here + even) / (all - total + smooth);
                *here = (inside / outside).ln().clamp(-MOST, MOST);
            }
        }
        Odds { columns, odds }
    }

    /// Those of one row, by column.
    pub(super) fn row(&self, row: usize) -> &[f32] {
        &self.odds[row * self.columns..][..self.columns]
    }
}
