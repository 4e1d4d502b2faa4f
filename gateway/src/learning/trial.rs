//! Training with the accepted examples, and what would come of it.
//!
//! Nothing is written. The figures are those of the fixed sentences before and
//! after; who publishes goes by the same.

use super::{Example, Score, score};
use crate::app::Core;
use crate::learning::review::accepted;
use crate::store::StoreError;
use crate::world::{World, train_with};
use intents::{Classifier, Decision};
use menus::Catalogue;
use sha2::{Digest, Sha256};

/// Services of danger.
const CRISIS: &str = "CRI-";
/// Shares closer than this are the same.
const SAME: f32 = 1e-6;

/// What training with the accepted examples would change.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What would be learnt.
    pub examples: Vec<Example>,
    /// With what is in force.
    pub before: Score,
    /// With the examples.
    pub after: Score,
    /// Why it cannot be published, if so.
    pub refusal: Option<Refusal>,
    /// Names exactly this trial: another batch, catalogue or version has another.
    pub mark: String,
}

/// Why a batch is refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Fewer dangers of the fixed sentences would be seen.
    Recall {
        /// Share now.
        before: f32,
        /// Share with the batch.
        after: f32,
    },
    /// An example speaks of danger and would teach that it is something else.
    Danger {
        /// The request it comes from.
        request: String,
    },
}

/// Trains and measures.
pub async fn trial(core: &Core) -> Result<Trial, StoreError> {
    let examples = accepted(core).await?;
    let world = core.world();
    let done = tokio::task::spawn_blocking(move || run(&world, examples)).await;
    done.map_err(|_| StoreError::Refused("training failed".into()))
}

fn run(world: &World, examples: Vec<Example>) -> Trial {
    let catalogue = &world.newest().catalogue;
    let candidate = train_with(catalogue, &examples);
    let before = score(&world.classifier, catalogue);
    let after = score(&candidate, catalogue);
    let refusal = refusal(before, after, &examples, &world.classifier);
    let mark = mark(&examples, catalogue, world.lessons.version);
    Trial {
        examples,
        before,
        after,
        refusal,
        mark,
    }
}

/// Danger comes first: what is seen as danger now must stay so.
fn refusal(before: Score, after: Score, examples: &[Example], now: &Classifier) -> Option<Refusal> {
    let misleading = examples.iter().find(|e| {
        let danger = || now.classify(&e.text).decision == Decision::Crisis;
        !e.service.starts_with(CRISIS) && danger()
    });
    if let Some(example) = misleading {
        return Some(Refusal::Danger {
            request: example.request.clone(),
        });
    }
    (after.crisis_recall < before.crisis_recall - SAME).then_some(Refusal::Recall {
        before: before.crisis_recall,
        after: after.crisis_recall,
    })
}

fn mark(examples: &[Example], catalogue: &Catalogue, version: u32) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{}/{version}\0", catalogue.version()));
    for example in examples {
        hash.update(format!(
            "{}\0{}\0{}\0",
            example.request, example.service, example.text
        ));
    }
    hex::encode(&hash.finalize()[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(service: &str, text: &str) -> Example {
        Example {
            request: "r1".into(),
            service: service.into(),
            text: text.into(),
        }
    }

    const NOW: Score = Score {
        top1: 0.8,
        crisis_recall: 0.95,
        false_alarms: 0.01,
    };

    #[test]
    fn a_batch_that_lowers_crisis_recall_is_refused_and_others_are_not() {
        let classifier = crate::world::train(menus::starter());
        let harmless = [example("ELD-MEAL", "想吃口热乎的")];
        let with = |recall: f32| Score {
            crisis_recall: recall,
            ..NOW
        };
        let lower = refusal(NOW, with(0.94), &harmless, &classifier);
        assert!(matches!(lower, Some(Refusal::Recall { .. })), "{lower:?}");
        for recall in [0.95, 0.96] {
            assert_eq!(refusal(NOW, with(recall), &harmless, &classifier), None);
        }
        // The rest may become worse: that is for a person to weigh.
        let worse = Score { top1: 0.1, ..NOW };
        assert_eq!(refusal(NOW, worse, &harmless, &classifier), None);
    }

    #[test]
    fn words_of_danger_are_not_learnt_as_something_else() {
        let classifier = crate::world::train(menus::starter());
        let danger = |service| [example(service, "我不想活了，药都买好了")];
        let found = refusal(NOW, NOW, &danger("SOC-COUNSEL"), &classifier);
        assert_eq!(
            found,
            Some(Refusal::Danger {
                request: "r1".into()
            })
        );
        assert_eq!(refusal(NOW, NOW, &danger("CRI-SUICIDE"), &classifier), None);
    }

    #[test]
    fn a_mark_names_batch_catalogue_and_version() {
        let catalogue = menus::starter();
        let one = [example("ELD-MEAL", "a")];
        let marks = [
            mark(&one, catalogue, 0),
            mark(&one, catalogue, 1),
            mark(&[], catalogue, 0),
            mark(&[example("ELD-MEAL", "b")], catalogue, 0),
        ];
        let different: std::collections::HashSet<_> = marks.iter().collect();
        assert_eq!(different.len(), marks.len());
        assert_eq!(mark(&one, catalogue, 0), marks[0]);
    }
}
