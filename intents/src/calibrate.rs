//! Raw scores to probabilities that mean what they say, by one temperature.
//!
//! It deliberately does not decide anything: the temperature, the thresholds and the figures behind them are in `verdict`.

/// Probabilities of all columns; those of the first `classes` add up to one.
pub(crate) fn softmax(scores: &[f32], classes: usize, sharpness: f32) -> Vec<f32> {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut shares: Vec<f32> = scores
        .iter()
        .map(|s| ((s - highest) * sharpness).exp())
        .collect();
    let sum: f32 = shares[..classes].iter().sum();
    for share in &mut shares {
        *share /= sum.max(f32::MIN_POSITIVE);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::softmax;

    #[test]
    fn probabilities_add_up_and_survive_large_scores() {
        let shares = softmax(&[1000.0, -1000.0, 999.0], 3, 8.0);
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}
