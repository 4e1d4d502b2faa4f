//! A sparse linear model: one line per service against the rest, trained by dual coordinate descent.
//!
//! The same convex problem as a linear support vector machine (squared hinge, C = 1), solved in a fixed order, so that
//! the same examples always give the same model. It deliberately knows neither texts nor thresholds; scores become
//! probabilities in `calibrate`.

use crate::features::{BUCKETS, Features};

/// Weights smaller than this share of a feature's largest are noise and are dropped.
const KEPT_SHARE: f32 = 0.03;
/// Passes over the examples; the order of services in a ranking stops changing well before.
const PASSES: usize = 12;
/// Price of a wrong example.
const COST: f32 = 1.0;

/// Inverse document frequencies and the row of each feature.
struct Vocabulary {
    /// Bucket to row + 1; zero is an unknown feature.
    rows: Vec<u32>,
    idf: Vec<f32>,
}

/// Trained weights. Memory: 2 MB for the index and 8 bytes per kept weight.
pub(crate) struct Model {
    vocabulary: Vocabulary,
    /// Start of each row in `weights`; one more than rows.
    starts: Vec<u32>,
    weights: Vec<(u32, f32)>,
    bias: Vec<f32>,
}

/// One example as rows and values, unit length per block.
type Sparse = Vec<(u32, f32)>;

impl Model {
    /// Trains on `examples` labelled by class number below `classes`.
    pub(crate) fn train(examples: &[Features], labels: &[u32], classes: usize) -> Model {
        let vocabulary = Vocabulary::of(examples);
        let points: Vec<Sparse> = examples.iter().map(|f| vocabulary.point(f)).collect();
        let norms: Vec<f32> = points
            .iter()
            .map(|p| 1.0 + p.iter().map(|(_, v)| v * v).sum::<f32>())
            .collect();
        let mut rows: Vec<Vec<(u32, f32)>> = vec![Vec::new(); vocabulary.idf.len()];
        let mut bias = Vec::with_capacity(classes);
        let mut weights = vec![0.0f32; vocabulary.idf.len() + 1];
        for class in 0..classes as u32 {
            weights.fill(0.0);
            one_against_rest(&points, &norms, labels, class, &mut weights);
            bias.push(weights[weights.len() - 1]);
            for (row, &weight) in rows.iter_mut().zip(&weights) {
                if weight.abs() > 1e-4 {
                    row.push((class, weight));
                }
            }
        }
        let mut starts = Vec::with_capacity(rows.len() + 1);
        let mut kept = Vec::new();
        for row in rows {
            starts.push(kept.len() as u32);
            let largest = row.iter().map(|(_, w)| w.abs()).fold(0.0, f32::max);
            kept.extend(
                row.into_iter()
                    .filter(|(_, w)| w.abs() >= largest * KEPT_SHARE),
            );
        }
        starts.push(kept.len() as u32);
        kept.shrink_to_fit();
        Model {
            vocabulary,
            starts,
            weights: kept,
            bias,
        }
    }

    /// Raw score of every class, and the share of the text's features that were ever seen (0 to 1).
    pub(crate) fn scores(&self, features: &Features) -> (Vec<f32>, f32) {
        let mut scores = self.bias.clone();
        let point = self.vocabulary.point(features);
        for &(row, value) in &point {
            for &(class, weight) in self.row(row) {
                scores[class as usize] += weight * value;
            }
        }
        let all = (features.grams.len() + features.words.len()).max(1);
        (scores, point.len() as f32 / all as f32)
    }

    /// How strongly one bucket speaks for `class`; zero when unknown.
    pub(crate) fn weight(&self, bucket: u32, class: u32) -> f32 {
        match self.vocabulary.rows[bucket as usize] {
            0 => 0.0,
            row => {
                let idf = self.vocabulary.idf[row as usize - 1];
                self.row(row - 1)
                    .iter()
                    .find(|(c, _)| *c == class)
                    .map_or(0.0, |(_, w)| w * idf)
            }
        }
    }

    fn row(&self, row: u32) -> &[(u32, f32)] {
        &self.weights[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }
}

impl Vocabulary {
    fn of(examples: &[Features]) -> Vocabulary {
        let mut counts = vec![0u32; BUCKETS];
        for bucket in examples.iter().flat_map(|f| f.grams.iter().chain(&f.words)) {
            counts[*bucket as usize] += 1;
        }
        let total = (examples.len() + 1) as f32;
        let mut vocabulary = Vocabulary {
            rows: vec![0; BUCKETS],
            idf: Vec::new(),
        };
        for (bucket, &count) in counts.iter().enumerate() {
            if count > 0 {
                vocabulary.idf.push((total / (count + 1) as f32).ln() + 1.0);
                vocabulary.rows[bucket] = vocabulary.idf.len() as u32;
            }
        }
        vocabulary
    }

    /// Characters and words each scaled to length one, so that neither drowns the other.
    fn point(&self, features: &Features) -> Sparse {
        let mut point = Vec::with_capacity(features.grams.len() + features.words.len());
        for block in [&features.grams, &features.words] {
            let start = point.len();
            for &bucket in block {
                let row = self.rows[bucket as usize];
                if row > 0 {
                    point.push((row - 1, self.idf[row as usize - 1]));
                }
            }
            let length = point[start..]
                .iter()
                .map(|(_, v)| v * v)
                .sum::<f32>()
                .sqrt()
                .max(f32::MIN_POSITIVE);
            point[start..].iter_mut().for_each(|(_, v)| *v /= length);
        }
        point
    }
}

/// Solves one binary problem into `weights`, whose last place is the bias.
fn one_against_rest(
    points: &[Sparse],
    norms: &[f32],
    labels: &[u32],
    class: u32,
    weights: &mut [f32],
) {
    let last = weights.len() - 1;
    let mut alphas = vec![0.0f32; points.len()];
    let mut order: Vec<u32> = (0..points.len() as u32).collect();
    let mut random = 0x2545_F491u32; // fixed: the result must not depend on chance
    let diagonal = 0.5 / COST;
    for _ in 0..PASSES {
        for i in (1..order.len()).rev() {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            order.swap(i, random as usize % (i + 1));
        }
        let mut moved = 0.0f32;
        for &i in &order {
            let i = i as usize;
            let side = if labels[i] == class { 1.0 } else { -1.0 };
            let dot: f32 = points[i]
                .iter()
                .map(|&(row, v)| weights[row as usize] * v)
                .sum::<f32>()
                + weights[last];
            let gradient = side * dot - 1.0 + diagonal * alphas[i];
            let next = (alphas[i] - gradient / (norms[i] + diagonal)).max(0.0);
            let step = (next - alphas[i]) * side;
            if step.abs() > 1e-7 {
                alphas[i] = next;
                points[i]
                    .iter()
                    .for_each(|&(row, v)| weights[row as usize] += step * v);
                weights[last] += step;
                moved = moved.max(step.abs());
            }
        }
        if moved < 1e-3 {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Model;
    use crate::features::extract;

    #[test]
    fn training_twice_gives_the_same_scores_and_the_right_class() {
        let texts = ["申请低保", "低保怎么办", "电梯坏了", "电梯没人修"];
        let examples: Vec<_> = texts
            .iter()
            .map(|t| extract(t, &crate::segment::words(t)))
            .collect();
        let labels = [0, 0, 1, 1];
        let (a, b) = (
            Model::train(&examples, &labels, 2),
            Model::train(&examples, &labels, 2),
        );
        let asked = extract("我想问低保", &[]);
        assert_eq!(a.scores(&asked), b.scores(&asked));
        let (scores, known) = a.scores(&asked);
        assert!(scores[0] > scores[1] && known > 0.0 && known < 1.0);
    }

    #[test]
    fn an_unknown_text_scores_the_bias_alone() {
        let model = Model::train(&[extract("低保", &[])], &[0], 1);
        assert_eq!(model.scores(&extract("zzzz", &[])).0, model.bias);
    }
}
