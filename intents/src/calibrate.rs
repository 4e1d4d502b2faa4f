//! Raw scores to probabilities that mean what they say, by one temperature.
//!
//! It deliberately does not decide anything: the temperature, the thresholds and the figures behind them are in `verdict`.

/// Turns scores of all columns into probabilities; those of the first `classes` add up to one.
pub(crate) fn softmax(scores: &mut [f32], classes: usize, sharpness: f32) {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for score in &mut *scores {
        // The root has a normal form where the number itself has none any more.
        let root = exp((*score - highest) * sharpness * 0.5);
        *score = root * root;
    }
    let sum: f32 = scores[..classes].iter().sum();
    for share in scores {
        *share /= sum.max(f32::MIN_POSITIVE);
    }
}

/// The exponential of what is not above zero, to a few parts in a million. Without a call for each number the compiler
/// works out several at once.
fn exp(number: f32) -> f32 {
    /// Added to a small number it leaves the nearest whole one in the last bits.
    const WHOLE: f32 = 12_582_912.0;
    // 2^x is 2^n times 2^f; smaller powers have no normal form.
    let power = (number * std::f32::consts::LOG2_E).max(-126.0);
    let shifted = power + WHOLE;
    let part = (power - (shifted - WHOLE)) * std::f32::consts::LN_2;
    let terms = [
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ];
    let fine = terms.into_iter().fold(0.0, |sum, term| sum * part + term);
    f32::from_bits(fine.to_bits().wrapping_add(shifted.to_bits() << 23))
}

#[cfg(test)]
mod tests {
    use super::{exp, softmax};

    #[test]
    fn the_exponential_is_that_of_the_library() {
        for number in (0..8_700_000u32)
            .step_by(997)
            .map(|n| n as f32 / -100_000.0)
        {
            let (ours, theirs) = (exp(number), number.exp());
            assert!(
                (ours - theirs).abs() <= theirs * 5e-6,
                "{number}: {ours} {theirs}"
            );
        }
        assert_eq!(exp(0.0).to_bits(), 1.0f32.to_bits());
        assert!((0.0..1e-37).contains(&exp(f32::MIN)));
    }

    #[test]
    fn probabilities_add_up_and_survive_large_scores() {
        let mut shares = [1000.0, -1000.0, 999.0];
        softmax(&mut shares, 3, 8.0);
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}
