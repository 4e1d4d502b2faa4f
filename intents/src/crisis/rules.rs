//! Judges a scene: which rules are fulfilled, how much remains of each after its guards, which is gravest.
//!
//! It deliberately holds no words; they are data.

use super::guards::{Hit, Scene};
use super::lexicon::{Kind, Lexicon, Rule, Tag};
use super::{CrisisHit, Found};

/// From grave to less grave among hits of the same strength: what must be acted on within minutes first.
const GRAVITY: [&str; 9] = [
    "CRI-SUICIDE",
    "CRI-FIREGAS",
    "CRI-CHILD",
    "CRI-ABUSE",
    "CRI-DV",
    "CRI-MEDICAL",
    "CRI-MISSING",
    "CRI-UNRESP",
    "CRI-HUNGER",
];
/// Most occurrences of one rule that are looked at; a longer text repeats itself.
const MOST_TRIES: usize = 64;

/// The gravest danger of the scene and what is pressing besides.
pub(super) fn judge(lexicon: &Lexicon, scene: &Scene<'_>) -> Found {
    let mut found = Found::default();
    let mut best: Option<(u8, usize)> = None; // level, gravity
    if scene.hits.is_empty() {
        return found;
    }
    for rule in lexicon.possible(&scene.present) {
        let Some(service) = rule.service else {
            if let Some((_, words)) = strongest(rule, scene, lexicon) {
                found.pressing.extend(words);
            }
            continue;
        };
        let gravity = GRAVITY
            .iter()
            .position(|s| *s == service)
            .expect("rules name known crisis services");
        let rank = |level: u8, gravity: usize| (level, GRAVITY.len() - gravity);
        // A rule that cannot win is not worth its search.
        if best.is_some_and(|(level, other)| rank(level, other) >= rank(rule.level, gravity)) {
            continue;
        }
        let Some((level, words)) = strongest(rule, scene, lexicon) else {
            continue;
        };
        if best.is_none_or(|(old, other)| rank(old, other) < rank(level, gravity)) {
            best = Some((level, gravity));
            found.explicit = level == 3;
            found.crisis = Some(CrisisHit {
                service: service.to_owned(),
                sure: level >= 2,
                words,
            });
        }
    }
    found
}

/// The strongest remaining level of one rule and its words.
fn strongest(rule: &Rule, scene: &Scene<'_>, lexicon: &Lexicon) -> Option<(u8, Vec<String>)> {
    let mut best: Option<(u8, Vec<String>)> = None;
    let anchors = scene.hits.iter().filter(|h| rule.parts[0].contains(&h.tag));
    for first in anchors.take(MOST_TRIES * 64) {
        let mut chain = vec![*first];
        if !complete(rule, scene, &mut chain) {
            continue;
        }
        let level = remaining(rule, scene, lexicon, &chain);
        if level > 0 && best.as_ref().is_none_or(|(old, _)| *old < level) {
            chain.sort_unstable_by_key(|h| h.start);
            let words = chain
                .iter()
                .map(|h| scene.text[h.start as usize..h.end as usize].to_owned())
                .collect();
            best = Some((level, words));
            if level == rule.level {
                break;
            }
        }
    }
    best
}

/// Finds the other parts near the first; nearest first, in the same sentence.
fn complete(rule: &Rule, scene: &Scene<'_>, chain: &mut Vec<Hit>) -> bool {
    let Some(part) = rule.parts.get(chain.len()) else {
        return true;
    };
    let last = chain[chain.len() - 1];
    let (from, to) = if rule.ordered {
        (last.start, last.end.saturating_add(rule.window + 1))
    } else {
        let low = chain.iter().map(|h| h.start).min().unwrap_or(last.start);
        let high = chain.iter().map(|h| h.end).max().unwrap_or(last.end);
        // A hit that begins far enough back may still end inside the window.
        (
            low.saturating_sub(rule.window + 30),
            high.saturating_add(rule.window + 1),
        )
    };
    let mut near: Vec<Hit> = scene
        .hits_in(from, to)
        .iter()
        .filter(|h| part.contains(&h.tag) && scene.same_sentence(h.start, last.start))
        .filter(|h| {
            !chain
                .iter()
                .any(|c| c.start <= h.start && h.end <= c.end && c.tag == h.tag)
        })
        .filter(|h| {
            !rule.ordered
                || h.start >= last.end
                || (h.start > last.start && h.end > last.end)
                || (h.start >= last.start && h.tag != last.tag)
        })
        .copied()
        .collect();
    near.sort_unstable_by_key(|h| h.start.abs_diff(last.end).min(last.start.abs_diff(h.end)));
    for hit in near.into_iter().take(8) {
        chain.push(hit);
        if complete(rule, scene, chain) {
            return true;
        }
        chain.pop();
    }
    false
}

/// Whether a word of this kind stands in a clause of the occurrence.
fn is_near(scene: &Scene<'_>, chain: &[Hit], place: u32, tag: Tag) -> bool {
    let mut around = scene.around(place).iter();
    around.any(|h| h.tag == tag && chain.iter().any(|c| scene.same_clause(h.start, c.start)))
}

/// What happens to somebody, as against what somebody does.
fn is_body(service: &str) -> bool {
    matches!(
        service,
        "CRI-MEDICAL" | "CRI-FIREGAS" | "CRI-MISSING" | "CRI-UNRESP" | "CRI-HUNGER"
    )
}

/// What guards leave of the rule's level for this occurrence.
fn remaining(rule: &Rule, scene: &Scene<'_>, lexicon: &Lexicon, chain: &[Hit]) -> u8 {
    let guards = &lexicon.guards;
    let first = chain.iter().map(|h| h.start).min().unwrap_or(0);
    let last = chain.iter().map(|h| h.start).max().unwrap_or(0);
    if scene.around(first).iter().any(|h| {
        rule.unless.has(h.tag)
            && (scene.same_sentence(h.start, first) || scene.same_sentence(h.start, last))
    }) {
        return 0;
    }
    if chain
        .iter()
        .any(|h| lexicon.kinds[h.tag as usize] == Kind::What && scene.denied(guards.deny, h.start))
    {
        return 0;
    }
    let end = chain.iter().map(|h| h.end).max().unwrap_or(0);
    let body = rule.service.is_none_or(is_body);
    let mut cost = 0;
    let now = scene.in_sentence(guards.now, last);
    let old = before(scene, guards.past, last, 2);
    let recent = before(scene, guards.recent, last, 2);
    if (old || recent) && !now {
        cost += if body && old { 2 } else { 1 };
    }
    if (body || rule.level < 3 || old) && calmed(scene, lexicon, end) {
        cost += if body { 2 } else { 1 };
    }
    if body && before(scene, guards.maybe, last, 0) {
        cost += 2;
    }
    // In hospital, dead, long past or a matter of papers: somebody knows already.
    if matches!(rule.service, Some("CRI-MEDICAL" | "CRI-FIREGAS")) {
        let chronic = !now && scene.in_sentence(guards.chronic, first);
        // Nobody is cared for by a machine that stops.
        let cared = rule.level < 3 && scene.in_sentence(guards.cared, first);
        cost += if chronic { 2 } else { 0 } + u8::from(cared);
    }
    // Nobody dreams of what happens now; a plan is heard all the same, and so is what follows the waking.
    let awake = before(scene, guards.awake, first, 0);
    if rule.level < 3 && !awake && before(scene, guards.dream, first, 0) {
        return 0;
    }
    let Some(told) = told(scene, lexicon, chain, awake) else {
        return 0;
    };
    cost += told;
    if rule.level < 3 && scene.present.has(guards.joke) {
        cost += 1;
    }
    // Means, place or plan outweigh a laugh, a memory or a story told: a human looks at them.
    if rule.level == 3 && !body {
        3u8.saturating_sub(cost.min(2))
    } else {
        rule.level.saturating_sub(cost)
    }
}

/// Whether `tag` stands in the same sentence before `place`, at most `clauses` clauses away.
fn before(scene: &Scene<'_>, tag: Tag, place: u32, clauses: usize) -> bool {
    scene.present.has(tag)
        && scene.around(place).iter().any(|h| {
            h.tag == tag
                && h.start < place
                && scene.clauses_between(h.start, place) <= clauses
                && scene.same_sentence(h.start, place)
        })
}

/// What it costs that something is told of elsewhere; none when it is only a story.
fn told(scene: &Scene<'_>, lexicon: &Lexicon, chain: &[Hit], awake: bool) -> Option<u8> {
    let guards = &lexicon.guards;
    let first = chain.iter().map(|h| h.start).min().unwrap_or(0);
    let last = chain.iter().map(|h| h.start).max().unwrap_or(0);
    // Bystanders film what happens; only a part of a work makes a story of what stands before it.
    let is_story = before(scene, guards.story, first, 1) || named_after(scene, guards.part, last);
    if awake || !is_story {
        return Some(0);
    }
    let near = |tag| is_near(scene, chain, last, tag);
    // A story without anybody near it is only a story; with one of the family in it, it is none.
    match (near(guards.kin), near(guards.me)) {
        (true, _) => Some(0),
        (false, true) => Some(2),
        (false, false) => None,
    }
}

/// Whether `tag` follows in the same clause: `上吊那一章`.
fn named_after(scene: &Scene<'_>, tag: Tag, place: u32) -> bool {
    scene.present.has(tag)
        && scene
            .around(place)
            .iter()
            .any(|h| h.tag == tag && h.start >= place && scene.same_clause(h.start, place))
}

/// Whether all is said to be well at or after `place`; `没回来了` is not.
fn calmed(scene: &Scene<'_>, lexicon: &Lexicon, place: u32) -> bool {
    let guards = &lexicon.guards;
    scene.present.has(guards.calm)
        && scene.around(place).iter().any(|h| {
            h.tag == guards.calm && h.start >= place && !scene.denied(guards.deny, h.start)
        })
}
