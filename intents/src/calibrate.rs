//! Raw scores to probabilities that mean what they say: one temperature, fitted on examples the model has not seen.
//!
//! It deliberately does not decide anything: the costs behind the thresholds are in `verdict`.

/// Sharpness between which the best is searched.
const RANGE: (f32, f32) = (0.5, 40.0);

/// Probabilities of the classes, adding up to one.
pub(crate) fn softmax(scores: &[f32], sharpness: f32) -> Vec<f32> {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut shares: Vec<f32> = scores
        .iter()
        .map(|s| ((s - highest) * sharpness).exp())
        .collect();
    let sum: f32 = shares.iter().sum();
    for share in &mut shares {
        *share /= sum;
    }
    shares
}

/// The sharpness under which the true labels are likeliest; 8 when nothing was held back.
pub(crate) fn fit(held_back: &[(Vec<f32>, u32)]) -> f32 {
    if held_back.is_empty() {
        return 8.0;
    }
    let loss = |sharpness: f32| -> f32 {
        held_back
            .iter()
            .map(|(scores, label)| -softmax(scores, sharpness)[*label as usize].max(1e-9).ln())
            .sum()
    };
    // The loss has one valley: golden section finds it.
    let ratio = 0.618_034_f32;
    let (mut low, mut high) = RANGE;
    for _ in 0..24 {
        let span = (high - low) * ratio;
        let (left, right) = (high - span, low + span);
        if loss(left) < loss(right) {
            high = right;
        } else {
            low = left;
        }
    }
    f32::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::{fit, softmax};

    #[test]
    fn a_model_that_is_often_wrong_gets_soft_probabilities() {
        let right = (vec![0.5, 0.0], 0u32);
        let wrong = (vec![0.5, 0.0], 1u32);
        let sure = fit(&[right.clone(), right.clone(), right.clone(), right.clone()]);
        let doubtful = fit(&[right.clone(), right.clone(), right, wrong]);
        assert!(sure > doubtful);
        let top = softmax(&[0.5, 0.0], doubtful)[0];
        assert!((top - 0.75).abs() < 0.02, "{top}"); // three of four were right
    }

    #[test]
    fn probabilities_add_up_and_survive_large_scores() {
        let shares = softmax(&[1000.0, -1000.0, 999.0], 8.0);
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}
