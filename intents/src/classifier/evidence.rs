//! The words of a message that spoke for what it was taken for. It deliberately changes no verdict.

use super::lead::dedup;
use super::{Classifier, MOST_EVIDENCE};
use crate::features::word_bucket;

impl Classifier {
    /// The words that speak most for `service`, as the writer put them.
    pub(super) fn evidence(&self, cut: Vec<&str>, service: &str) -> Vec<String> {
        let Some((column, _)) = self.offered.iter().find(|(_, code)| code == service) else {
            return Vec::new();
        };
        let mut weighed: Vec<(f32, &str)> = cut
            .into_iter()
            .filter_map(|word| {
                let bucket = word_bucket(word)?;
                let shipped = self.model.weight(bucket, *column);
                Some((shipped + self.delta.weight(bucket, *column), word))
            })
            .filter(|(weight, _)| *weight > 0.0)
            .collect();
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut found: Vec<String> = weighed
            .into_iter()
            .take(MOST_EVIDENCE)
            .map(|(_, w)| w.to_owned())
            .collect();
        dedup(&mut found);
        found
    }
}
