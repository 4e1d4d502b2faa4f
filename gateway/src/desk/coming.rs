//! What will happen to a request unless somebody acts: the lines of the timeline
//! that lie ahead, each with what has to be done by when.
//!
//! Pure; when a rung is due and what it does is the plan's business.

use super::view::Line;
use crate::clock::Moment;
use crate::conversation::moment_words;
use crate::escalation::policy::{Action, Target};
use crate::escalation::{self, why};
use crate::requests::case::Case;
use crate::requests::event::{ClockName, Entry, Fact};
use crate::requests::notify::offset;
use crate::requests::status::project;
use crate::requests::stays;
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

fn words_of(actions: &[Action], lang: Lang) -> String {
    let words = actions.iter().map(|a| {
        let words = why::action(a);
        if lang == Lang::En { words.en } else { words.zh }
    });
    words
        .collect::<Vec<_>>()
        .join(if lang == Lang::En { "; " } else { "；" })
}

/// Whether a rung spoke to a desk that does not exist: there is no copy.
pub(super) fn moot(entry: &Entry, case: &Case, world: &World) -> bool {
    let Fact::Fired { rung, .. } = &entry.fact else {
        return false;
    };
    let policy = world.policy(case.versions.1);
    let rung = policy.rung(rung);
    case.place.copy.is_none() && rung.is_some_and(|(_, _, r)| only_copy(&r.actions))
}

fn only_copy(actions: &[Action]) -> bool {
    !actions.is_empty() && actions.iter().all(|a| a.to == Target::Copy)
}

/// The time at wrong desks, if there was any.
pub(super) fn astray(case: &Case, world: &World, lang: Lang) -> Option<String> {
    let (calendar, ..) = case.rules(world);
    let (time, units) = stays::astray(&case.log, calendar)?;
    let (hours, minutes) = (time.num_hours(), time.num_minutes() % 60);
    let (hours, minutes) = (hours.to_string(), minutes.to_string());
    let values = [("hours", hours.as_str()), ("minutes", minutes.as_str())];
    let time = texts::fill(lang, "desk.stay.hours", &values);
    let names: Vec<&str> = units.iter().map(|u| world.unit_name(u)).collect();
    let units = names.join(if lang == Lang::En { ", " } else { "、" });
    let values = [("time", time.as_str()), ("units", units.as_str())];
    Some(texts::fill(lang, "desk.stay.astray", &values))
}

/// What will happen unless somebody acts, as far as a page shows it.
pub(super) fn lines(case: &Case, world: &World, lang: Lang, now: Moment) -> Vec<Line> {
    let mut lines = all(case, world, lang, now);
    lines.truncate(6);
    lines
}

/// Everything that will happen unless somebody acts.
pub(crate) fn all(case: &Case, world: &World, lang: Lang, now: Moment) -> Vec<Line> {
    let (calendar, policy, limits) = case.rules(world);
    let paused = project(&case.log).is_some_and(|p| p.paused.is_some());
    let planned = escalation::plan(&case.log, calendar, policy, &limits);
    planned
        .into_iter()
        .filter(|_| !paused)
        .filter(|p| case.place.copy.is_some() || !only_copy(&p.actions))
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
