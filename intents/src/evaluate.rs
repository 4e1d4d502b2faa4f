//! How well verdicts fit what people meant: pure figures over labelled messages.
//!
//! It deliberately reads no files and prints nothing; the command line does both.

use std::collections::BTreeMap;

use crate::verdict::{Decision, Urgency, Verdict};

/// What a message really was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// Code of the service; `none` for no request; `ambiguous` for one that deserves a question.
    pub service: String,
    pub urgency: Urgency,
    /// Further services the message asks for.
    pub needs: Vec<String>,
}

/// Shares are 0 to 1; one without any case to count is 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    pub messages: usize,
    /// Best and among the best three, over messages that ask for a service.
    pub top1: f32,
    pub top3: f32,
    /// Mean F1 over the services that occur.
    pub macro_f1: f32,
    /// Expected calibration error of the best service in ten bins.
    pub calibration_error: f32,
    pub crisis_recall: f32,
    pub crisis_false_alarms: f32,
    pub none_precision: f32,
    pub none_recall: f32,
    /// Ambiguous messages answered by a question.
    pub ask_recall: f32,
    /// Further needs that were found.
    pub needs_recall: f32,
    /// (meant, taken for, count), most frequent first.
    pub confusions: Vec<(String, String, usize)>,
}

/// Figures over pairs of truth and verdict.
pub fn figures(cases: &[(Truth, Verdict)]) -> Figures {
    let services: Vec<&(Truth, Verdict)> = cases
        .iter()
        .filter(|(t, _)| is_service(&t.service))
        .collect();
    let top = |truth: &Truth, verdict: &Verdict, n: usize| {
        verdict
            .ranked
            .iter()
            .take(n)
            .any(|r| r.service == truth.service)
    };
    let crisis: Vec<_> = cases
        .iter()
        .filter(|(t, _)| t.urgency == Urgency::Crisis)
        .collect();
    let calm: Vec<_> = cases
        .iter()
        .filter(|(t, _)| t.urgency != Urgency::Crisis)
        .collect();
    let none: Vec<_> = cases.iter().filter(|(t, _)| t.service == "none").collect();
    let said_none: Vec<_> = cases
        .iter()
        .filter(|(_, v)| v.decision == Decision::None)
        .collect();
    let ambiguous: Vec<_> = cases
        .iter()
        .filter(|(t, _)| t.service == "ambiguous")
        .collect();
    let further: Vec<bool> = cases
        .iter()
        .flat_map(|(t, v)| t.needs.iter().map(|n| v.needs.contains(n)))
        .collect();
    let alarm = |v: &Verdict| v.urgency == Urgency::Crisis;
    Figures {
        messages: cases.len(),
        top1: share(services.iter().map(|(t, v)| top(t, v, 1))),
        top3: share(services.iter().map(|(t, v)| top(t, v, 3))),
        macro_f1: macro_f1(&services),
        calibration_error: calibration_error(&services),
        crisis_recall: share(crisis.iter().map(|(_, v)| alarm(v))),
        crisis_false_alarms: 1.0 - share(calm.iter().map(|(_, v)| !alarm(v))),
        none_precision: share(said_none.iter().map(|(t, _)| t.service == "none")),
        none_recall: share(none.iter().map(|(_, v)| v.decision == Decision::None)),
        ask_recall: share(ambiguous.iter().map(|(_, v)| v.decision == Decision::Ask)),
        needs_recall: share(further.into_iter()),
        confusions: confusions(&services),
    }
}

fn is_service(label: &str) -> bool {
    label != "none" && label != "ambiguous"
}

fn share(cases: impl Iterator<Item = bool>) -> f32 {
    let (mut hits, mut all) = (0, 0);
    for hit in cases {
        all += 1;
        hits += usize::from(hit);
    }
    if all == 0 {
        1.0
    } else {
        hits as f32 / all as f32
    }
}

fn best(verdict: &Verdict) -> &str {
    verdict
        .ranked
        .first()
        .map_or("none", |r| r.service.as_str())
}

fn macro_f1(cases: &[&(Truth, Verdict)]) -> f32 {
    // (right, meant, taken) of each service
    let mut counts: BTreeMap<&str, (f32, f32, f32)> = BTreeMap::new();
    for (truth, verdict) in cases {
        let taken = best(verdict);
        counts.entry(&truth.service).or_default().1 += 1.0;
        counts.entry(taken).or_default().2 += 1.0;
        if taken == truth.service {
            counts.entry(taken).or_default().0 += 1.0;
        }
    }
    let meant: Vec<f32> = counts
        .values()
        .filter(|c| c.1 > 0.0)
        .map(|c| 2.0 * c.0 / (c.1 + c.2))
        .collect();
    if meant.is_empty() {
        1.0
    } else {
        meant.iter().sum::<f32>() / meant.len() as f32
    }
}

fn calibration_error(cases: &[&(Truth, Verdict)]) -> f32 {
    let mut bins = [(0.0f32, 0.0f32, 0.0f32); 10]; // count, confidence, right
    for (truth, verdict) in cases {
        let Some(first) = verdict.ranked.first() else {
            continue;
        };
        let bin = &mut bins[((first.confidence * 10.0) as usize).min(9)];
        bin.0 += 1.0;
        bin.1 += first.confidence;
        bin.2 += f32::from(u8::from(first.service == truth.service));
    }
    let all: f32 = bins.iter().map(|b| b.0).sum();
    if all == 0.0 {
        0.0
    } else {
        bins.iter().map(|b| (b.1 - b.2).abs()).sum::<f32>() / all
    }
}

fn confusions(cases: &[&(Truth, Verdict)]) -> Vec<(String, String, usize)> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (truth, verdict) in cases.iter().filter(|(t, v)| best(v) != t.service) {
        *counts
            .entry((truth.service.as_str(), best(verdict)))
            .or_default() += 1;
    }
    let mut list: Vec<_> = counts
        .into_iter()
        .map(|((a, b), n)| (a.to_owned(), b.to_owned(), n))
        .collect();
    list.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
    list
}

#[cfg(test)]
mod tests {
    use super::{Truth, figures};
    use crate::slots::Slots;
    use crate::verdict::{Decision, Ranked, Urgency, Verdict};

    fn case(
        meant: &str,
        urgency: Urgency,
        decision: Decision,
        best: &[(&str, f32)],
        said: Urgency,
    ) -> (Truth, Verdict) {
        let ranked: Vec<Ranked> = best
            .iter()
            .map(|(s, c)| Ranked {
                service: (*s).into(),
                confidence: *c,
            })
            .collect();
        (
            Truth {
                service: meant.into(),
                urgency,
                needs: vec!["B".into()],
            },
            Verdict {
                decision,
                urgency: said,
                needs: ranked.iter().map(|r| r.service.clone()).collect(),
                ranked,
                choices: vec![],
                slots: Slots::default(),
                evidence: vec![],
                crisis: None,
            },
        )
    }

    #[test]
    fn figures_count_what_they_say() {
        use Decision::{Ask, None, Route};
        use Urgency::{Crisis, Normal};
        let figures = figures(&[
            case("A", Normal, Route, &[("A", 1.0)], Normal),
            case("A", Crisis, Route, &[("B", 0.5), ("A", 0.4)], Normal),
            case("none", Normal, None, &[], Crisis),
            case("none", Normal, Ask, &[("A", 0.1)], Normal),
            case("ambiguous", Normal, Ask, &[], Normal),
        ]);
        assert!((figures.top1 - 0.5).abs() < 1e-6 && (figures.top3 - 1.0).abs() < 1e-6);
        assert!((figures.calibration_error - 0.25).abs() < 1e-6);
        assert!(
            figures.crisis_recall.abs() < 1e-6 && (figures.crisis_false_alarms - 0.25).abs() < 1e-6
        );
        assert!(
            (figures.none_precision - 1.0).abs() < 1e-6 && (figures.none_recall - 0.5).abs() < 1e-6
        );
        assert!(
            (figures.ask_recall - 1.0).abs() < 1e-6 && (figures.needs_recall - 0.2).abs() < 1e-6
        );
        assert!((figures.macro_f1 - 2.0 / 3.0).abs() < 1e-6);
        assert_eq!(figures.confusions, vec![("A".into(), "B".into(), 1)]);
    }
}
