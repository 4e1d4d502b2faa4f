//! Finds the weights: every column against the rest by dual coordinate descent, all columns in one sweep.
//!
//! The convex problem of a linear support vector machine with squared hinge, with a price for each line and column. The
//! order of the lines is shuffled by a fixed sequence, so the result does not depend on chance. It deliberately knows
//! nothing of texts or services.

use super::Point;

/// Columns are padded to a multiple of this, so that the inner loops fill the processor's registers.
const LANES: usize = 16;

/// Which side of each column a point belongs on (1 or -1; 0 says nothing), and the price of being wrong.
pub(super) struct Sides {
    pub(super) width: usize,
    side: Vec<i8>,
    price: Vec<f32>,
}

impl Sides {
    pub(super) fn new(points: usize, columns: usize) -> Sides {
        let width = columns.next_multiple_of(LANES);
        Sides {
            width,
            side: vec![0; points * width],
            price: vec![0.0; points * width],
        }
    }

    /// Sets one place; without a price it says nothing.
    pub(super) fn set(&mut self, point: usize, column: usize, side: f32, price: f32) {
        let at = point * self.width + column;
        self.side[at] = if price > 0.0 { side as i8 } else { 0 };
        self.price[at] = price;
    }
}

/// Points and what they should say.
pub(super) struct Problem<'a> {
    pub(super) points: &'a [Point],
    pub(super) rows: usize,
    pub(super) sides: &'a Sides,
}

impl Problem<'_> {
    /// Weights by row and column; the last row is the bias.
    pub(super) fn solve(&self, passes: usize) -> Vec<f32> {
        let width = self.sides.width;
        let mut weights = vec![0.0f32; (self.rows + 1) * width];
        let mut alphas = vec![0.0f32; self.points.len() * width];
        let mut order = Order::new(self.points.len());
        let (mut scores, mut steps) = (vec![0.0f32; width], vec![0.0f32; width]);
        for _ in 0..passes {
            for &at in order.shuffled() {
                let point = &self.points[at as usize];
                let from = at as usize * width;
                let norm = 1.0 + point.iter().map(|(_, v)| v * v).sum::<f32>();
                self.score(&weights, point, &mut scores);
                let alphas = &mut alphas[from..from + width];
                let sides = &self.sides.side[from..from + width];
                let prices = &self.sides.price[from..from + width];
                let mut moved = 0.0f32;
                for column in 0..width {
                    let side = f32::from(sides[column]);
                    let diagonal = 0.5 / prices[column].max(1e-6);
                    let gradient = side * scores[column] - 1.0 + diagonal * alphas[column];
                    let next =
                        (alphas[column] - gradient / (norm + diagonal)).max(0.0) * side.abs();
                    steps[column] = (next - alphas[column]) * side;
                    alphas[column] = next;
                    moved = moved.max(steps[column].abs());
                }
                if moved > 1e-5 {
                    self.step(&mut weights, point, &steps);
                }
            }
        }
        weights
    }

    fn score(&self, weights: &[f32], point: &Point, scores: &mut [f32]) {
        let width = self.sides.width;
        scores.copy_from_slice(&weights[self.rows * width..]);
        for &(row, value) in point {
            let row = &weights[row as usize * width..][..width];
            for (score, weight) in scores.iter_mut().zip(row) {
                *score += value * weight;
            }
        }
    }

    fn step(&self, weights: &mut [f32], point: &Point, steps: &[f32]) {
        let width = self.sides.width;
        for &(row, value) in point {
            let row = &mut weights[row as usize * width..][..width];
            for (weight, step) in row.iter_mut().zip(steps) {
                *weight += value * step;
            }
        }
        for (weight, step) in weights[self.rows * width..].iter_mut().zip(steps) {
            *weight += step;
        }
    }
}

/// A fixed sequence of shuffles.
struct Order {
    order: Vec<u32>,
    random: u32,
}

impl Order {
    fn new(points: usize) -> Order {
        Order {
            order: (0..points as u32).collect(),
            random: 0x2545_F491,
        }
    }

    fn shuffled(&mut self) -> &[u32] {
        for i in (1..self.order.len()).rev() {
            self.random ^= self.random << 13;
            self.random ^= self.random >> 17;
            self.random ^= self.random << 5;
            self.order.swap(i, self.random as usize % (i + 1));
        }
        &self.order
    }
}
