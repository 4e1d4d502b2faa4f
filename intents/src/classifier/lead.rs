//! Puts danger in front of a verdict's lists. It deliberately decides nothing about danger itself.

use crate::crisis::CrisisHit;
use crate::verdict::{MOST_CHOICES, MOST_RANKED, PLAINLY, Ranked};

/// Danger is the first need. It also leads the ranking, unless the words are plainly about another service.
pub(super) fn lead(
    hit: &CrisisHit,
    explicit: bool,
    ranked: &mut Vec<Ranked>,
    needs: &mut Vec<String>,
) {
    let share = ranked
        .iter()
        .find(|r| r.service == hit.service)
        .map_or(0.0, |r| r.confidence);
    let best = ranked.first().map_or(0.0, |r| r.confidence);
    if explicit || best - share < PLAINLY {
        put_first(ranked, &hit.service, if hit.sure { 0.6 } else { 0.3 });
    }
    needs.retain(|n| *n != hit.service);
    needs.insert(0, hit.service.clone());
}

/// Danger that nobody said plainly is one of the choices of the one question, in the place of the last if need be.
pub(super) fn offer(service: &str, choices: &mut Vec<String>) {
    if !choices.iter().any(|choice| choice == service) {
        choices.truncate(MOST_CHOICES - 1);
        choices.push(service.to_owned());
    }
}

fn put_first(ranked: &mut Vec<Ranked>, service: &str, confidence: f32) {
    let old = ranked
        .iter()
        .position(|r| r.service == service)
        .map(|at| ranked.remove(at));
    let least = ranked.first().map_or(0.0, |r| r.confidence).max(confidence);
    let confidence = old.map_or(least, |r| r.confidence.max(least));
    // The rest share what remains, so that the list still reads as probabilities.
    let rest: f32 = ranked.iter().map(|r| r.confidence).sum();
    if rest > 1.0 - confidence {
        for other in ranked.iter_mut() {
            other.confidence *= (1.0 - confidence) / rest;
        }
    }
    ranked.insert(
        0,
        Ranked {
            service: service.to_owned(),
            confidence,
        },
    );
    ranked.truncate(MOST_RANKED);
}

pub(super) fn dedup(list: &mut Vec<String>) {
    let mut kept = 0;
    for at in 0..list.len() {
        if !list[..kept].contains(&list[at]) {
            list.swap(kept, at);
            kept += 1;
        }
    }
    list.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::offer;

    #[test]
    fn danger_takes_the_place_of_the_last_of_three_choices() {
        let mut choices = ["A", "B", "C"].map(str::to_owned).to_vec();
        offer("CRI-DV", &mut choices);
        assert_eq!(choices, ["A", "B", "CRI-DV"]);
        offer("CRI-DV", &mut choices);
        assert_eq!(choices, ["A", "B", "CRI-DV"]);
    }
}
