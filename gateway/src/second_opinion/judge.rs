//! Which verdicts a second opinion may be asked about, and what it may change.
//!
//! The rule: `ask` becomes `route` to one of the services that were ranked here
//! already; `none` becomes `ask`, never `route`, so that the person decides.
//! Nothing that smells of danger is asked about, and no service of danger is
//! ever offered. Pure.

use intents::{Decision, Ranked, Urgency, Verdict};
use menus::Catalogue;

/// Services of danger.
const CRISIS: &str = "CRI-";
/// A service of danger as probable as this is a suspicion.
const SUSPICION: f32 = 0.05;
/// Most services an answer may name.
pub(super) const MOST: usize = 3;

/// A service that may be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    pub code: String,
    pub name: String,
}

/// Whether a second opinion may be asked about this reading of `text`.
pub fn wanted(text: &str, verdict: &Verdict) -> bool {
    let undecided = matches!(verdict.decision, Decision::Ask | Decision::None);
    // Several needs are put to the person as a list; nothing is left to decide.
    let single = verdict.needs.len() <= 1;
    undecided && single && !smells_of_danger(text, verdict)
}

fn smells_of_danger(text: &str, verdict: &Verdict) -> bool {
    let ranked = |r: &Ranked| r.service.starts_with(CRISIS) && r.confidence >= SUSPICION;
    let named = |code: &String| code.starts_with(CRISIS);
    verdict.crisis.is_some()
        || verdict.urgency != Urgency::Normal
        || verdict.ranked.iter().any(ranked)
        || verdict.choices.iter().chain(&verdict.needs).any(named)
        || intents::crisis::scan(text).is_some()
}

/// The services that an answer may name.
pub fn offered(verdict: &Verdict, catalogue: &Catalogue) -> Vec<Offered> {
    let known = |code: &str| {
        let of = |s: &&menus::Service| s.code.as_str() == code && !code.starts_with(CRISIS);
        catalogue.services().iter().find(of)
    };
    let mut codes: Vec<&str> = Vec::new();
    if verdict.decision == Decision::Ask {
        let ranked = verdict.ranked.iter().map(|r| &r.service);
        codes.extend(verdict.choices.iter().chain(ranked).map(String::as_str));
    } else {
        codes.extend(catalogue.services().iter().map(|s| s.code.as_str()));
    }
    let mut offered: Vec<Offered> = Vec::new();
    for service in codes.into_iter().filter_map(known) {
        let one = Offered {
            code: service.code.as_str().to_owned(),
            name: service.name.zh.to_string(),
        };
        if !offered.contains(&one) {
            offered.push(one);
        }
    }
    offered
}

/// The verdict after an answer that named `codes`, all of them offered; `None`
/// if it stays as it was.
pub fn revised(verdict: &Verdict, codes: &[String]) -> Option<Verdict> {
    match (verdict.decision, codes) {
        (Decision::Ask, [one]) => Some(routed(verdict, one)),
        (Decision::None, [_, ..]) => Some(asked(verdict, codes)),
        _ => None,
    }
}

fn routed(verdict: &Verdict, code: &str) -> Verdict {
    let mut revised = verdict.clone();
    revised.decision = Decision::Route;
    revised.choices.clear();
    revised.needs = vec![code.to_owned()];
    let first = verdict.ranked.first();
    if first.is_none_or(|r| r.service != code) {
        // They spoke for another service.
        revised.evidence.clear();
    }
    lead(&mut revised.ranked, code);
    revised
}

fn asked(verdict: &Verdict, codes: &[String]) -> Verdict {
    let mut revised = verdict.clone();
    revised.decision = Decision::Ask;
    revised.choices = codes.to_vec();
    let local = verdict.ranked.iter().map(|r| &r.service);
    for code in local.filter(|c| !c.starts_with(CRISIS)) {
        // A question needs two answers.
        if revised.choices.len() < 2 && !revised.choices.contains(code) {
            revised.choices.push(code.clone());
        }
    }
    revised.needs = codes[..1].to_vec();
    revised.evidence.clear();
    for code in codes.iter().rev() {
        lead(&mut revised.ranked, code);
    }
    revised
}

/// Puts a service first, as probable as the one it displaces.
fn lead(ranked: &mut Vec<Ranked>, code: &str) {
    let best = ranked.first().map_or(0.0, |r| r.confidence);
    ranked.retain(|r| r.service != code);
    ranked.insert(
        0,
        Ranked {
            service: code.to_owned(),
            confidence: best,
        },
    );
    ranked.truncate(5);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use intents::{CrisisHit, Slots};

    fn verdict(decision: Decision, ranked: &[(&str, f32)]) -> Verdict {
        let of = |(code, confidence): &(&str, f32)| Ranked {
            service: (*code).into(),
            confidence: *confidence,
        };
        Verdict {
            decision,
            urgency: Urgency::Normal,
            ranked: ranked.iter().map(of).collect(),
            needs: ranked.iter().take(1).map(|r| r.0.to_owned()).collect(),
            choices: Vec::new(),
            slots: Slots::default(),
            evidence: vec!["饭".into()],
            crisis: None,
        }
    }

    #[test]
    fn only_the_undecided_is_asked_about_and_never_danger() {
        let ask = verdict(Decision::Ask, &[("ELD-MEAL", 0.3), ("ELD-VISIT", 0.2)]);
        assert!(wanted("做饭", &ask));
        assert!(!wanted("我要跳楼", &ask), "the words themselves are read");
        for spoil in [
            |v: &mut Verdict| v.decision = Decision::Route,
            |v: &mut Verdict| v.urgency = Urgency::Urgent,
            |v: &mut Verdict| v.needs.push("BAS-DIBAO".into()),
            |v: &mut Verdict| v.choices.push("CRI-SUICIDE".into()),
            |v: &mut Verdict| v.ranked[1].service = "CRI-SUICIDE".into(),
            |v: &mut Verdict| {
                v.crisis = Some(CrisisHit {
                    service: "CRI-SUICIDE".into(),
                    sure: false,
                    words: Vec::new(),
                });
            },
        ] {
            let mut spoilt = ask.clone();
            spoil(&mut spoilt);
            assert!(!wanted("做饭", &spoilt), "{spoilt:?}");
        }
    }

    /// Every case of the lexicon's own list, whatever the model makes of it.
    #[test]
    fn no_dangerous_case_of_the_list_is_ever_asked_about() {
        let cases = include_str!("../../../intents/lexicon/crisis_cases.tsv");
        let classifier = crate::world::train(menus::starter());
        let mut dangers = 0;
        for line in cases.lines().filter(|l| !l.starts_with('#')) {
            let mut fields = line.split('\t');
            let (text, service) = (fields.next().unwrap(), fields.next().unwrap_or("none"));
            if service.starts_with(CRISIS) {
                dangers += 1;
                assert!(!wanted(text, &classifier.classify(text)), "{text}");
            }
        }
        assert!(dangers > 100, "{dangers}");
    }

    #[test]
    fn danger_is_never_offered() {
        let catalogue = menus::starter();
        let none = verdict(Decision::None, &[]);
        let all = offered(&none, catalogue);
        assert!(all.len() > 60 && all.iter().all(|o| !o.code.starts_with("CRI-")));
        let ask = verdict(
            Decision::Ask,
            &[("ELD-MEAL", 0.3), ("CRI-SUICIDE", 0.01), ("NO-SUCH", 0.1)],
        );
        let few: Vec<String> = offered(&ask, catalogue)
            .into_iter()
            .map(|o| o.code)
            .collect();
        assert_eq!(few, ["ELD-MEAL"]);
    }

    #[test]
    fn ask_becomes_route_and_none_becomes_a_question() {
        let codes = |list: &[&str]| list.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let ask = verdict(Decision::Ask, &[("ELD-MEAL", 0.3), ("ELD-VISIT", 0.2)]);
        let route = revised(&ask, &codes(&["ELD-VISIT"])).unwrap();
        assert_eq!(
            (route.decision, route.needs),
            (Decision::Route, codes(&["ELD-VISIT"]))
        );
        assert_eq!(route.ranked[0].service, "ELD-VISIT");
        assert!(route.evidence.is_empty());
        assert_eq!(
            revised(&ask, &codes(&["ELD-VISIT", "ELD-MEAL"])),
            None,
            "still in two minds"
        );
        assert_eq!(revised(&ask, &[]), None);

        let none = verdict(Decision::None, &[("CRI-SUICIDE", 0.02), ("ELD-MEAL", 0.01)]);
        let asks = revised(&none, &codes(&["BAS-DIBAO"])).unwrap();
        assert_eq!(asks.decision, Decision::Ask);
        assert_eq!(asks.choices, codes(&["BAS-DIBAO", "ELD-MEAL"]));
    }
}
