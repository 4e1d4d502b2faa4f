//! What will happen to a request unless somebody acts: the lines of the timeline
//! that lie ahead, each with what has to be done by when.
//!
//! Pure; when a rung is due and what it does is the plan's business.

use super::view::Line;
use crate::clock::Moment;
use crate::conversation::moment_words;
use crate::escalation::{self, why};
use crate::requests::case::Case;
use crate::requests::event::ClockName;
use crate::requests::notify::offset;
use crate::requests::status::project;
use crate::texts;
use crate::world::World;
use menus::Lang;

/// What a rung does, in words.
pub(super) fn rung(rung: &str, case: &Case, world: &World, lang: Lang) -> String {
    let policy = world.policy(case.versions.1);
    let Some((_, _, rung)) = policy.rung(rung) else {
        return String::new();
    };
    words_of(&rung.actions, lang)
}

fn words_of(actions: &[crate::escalation::policy::Action], lang: Lang) -> String {
    let words = actions.iter().map(|a| {
        let words = why::action(a);
        if lang == Lang::En { words.en } else { words.zh }
    });
    words
        .collect::<Vec<_>>()
        .join(if lang == Lang::En { "; " } else { "；" })
}

/// What will happen unless somebody acts.
pub(super) fn lines(case: &Case, world: &World, lang: Lang, now: Moment) -> Vec<Line> {
    let (calendar, policy, limits) = case.rules(world);
    let paused = project(&case.log).is_some_and(|p| p.paused.is_some());
    let planned = escalation::plan(&case.log, calendar, policy, &limits);
    planned
        .into_iter()
        .filter(|_| !paused)
        .take(6)
        .map(|p| {
            let at = p.at.max(now);
            let rung = words_of(&p.actions, lang);
            let text = if p.clock == ClockName::House {
                texts::fill(lang, "desk.fact.future_house", &[("rung", &rung)])
            } else {
                let of = |kind: &str| texts::text(lang, &format!("desk.{kind}.{}", p.clock.code()));
                let by = moment_words(p.due_of_clock, offset(), lang);
                let (todo, what) = (of("todo"), of("what"));
                let values = [
                    ("by", by.as_str()),
                    ("todo", todo),
                    ("what", what),
                    ("rung", &rung),
                ];
                texts::fill(lang, "desk.fact.future", &values)
            };
            Line {
                at,
                side: "future",
                text,
                quote: None,
            }
        })
        .collect()
}
