//! Raw scores to probabilities that mean what they say, by one temperature.
//!
//! It deliberately does not decide anything: the temperature, the thresholds and the figures behind them are in `verdict`.

/// Turns scores of all columns into probabilities; those of the first `classes` add up to one.
pub(crate) fn softmax(scores: &mut [f32], classes: usize, sharpness: f32) {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for score in &mut *scores {
        *score = ((*score - highest) * sharpness).exp();
    }
    let sum: f32 = scores[..classes].iter().sum();
    for share in scores {
        *share /= sum.max(f32::MIN_POSITIVE);
    }
}

#[cfg(test)]
mod tests {
    use super::softmax;

    #[test]
    fn probabilities_add_up_and_survive_large_scores() {
        let mut shares = [1000.0, -1000.0, 999.0];
        softmax(&mut shares, 3, 8.0);
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}
