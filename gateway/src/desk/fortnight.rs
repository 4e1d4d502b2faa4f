//! The two weeks ahead of a worker, in words.

use super::mine::{Mine, Own, colleagues, today};
use crate::clock::Moment;
use crate::ids::WorkerId;
use crate::territory::{Duty, Plan, Worker};
use crate::texts;
use crate::world::World;
use chrono::NaiveDate;
use menus::Lang;

/// Days shown ahead.
const SHOWN: usize = 14;

/// The fortnight, what can be taken back, and who could stand in.
pub(super) fn view(worker: &Worker, plans: &[Own], world: &World, now: Moment, lang: Lang) -> Mine {
    let today = today(now);
    let days = today.iter_days().take(SHOWN).map(|day| {
        let weekday = texts::text(lang, &format!("desk.weekday.{}", day.format("%u")));
        let label = format!("{} {weekday}", day.format("%m-%d"));
        (label, hours(worker, plans, day, world, lang))
    });
    Mine {
        days: days.collect(),
        booked: plans
            .iter()
            .filter(|(_, plan, desk)| {
                let past = matches!(plan, Plan::Leave { last, .. } if *last < today)
                    || matches!(plan, Plan::Swap { day, .. } if *day < today);
                *desk && !past
            })
            .map(|(id, plan, _)| (id.clone(), words(plan, world, lang)))
            .collect(),
        colleagues: colleagues(worker, world)
            .map(|w| {
                (
                    w.id.0.clone(),
                    format!("{} · {}", w.name, world.unit_name(&w.unit)),
                )
            })
            .collect(),
        ..Mine::default()
    }
}

/// A booking in words.
fn words(plan: &Plan, world: &World, lang: Lang) -> String {
    let zh = lang != Lang::En;
    let name = |id: &WorkerId| world.worker_name(id).unwrap_or(id.as_str()).to_owned();
    match plan {
        Plan::Leave {
            first,
            last,
            substitute,
        } => {
            let who = substitute.as_ref().map(name);
            let key = if who.is_some() { "leave_with" } else { "leave" };
            let (first, last) = (first.to_string(), last.to_string());
            let values = [
                ("first", first.as_str()),
                ("last", last.as_str()),
                ("who", who.as_deref().unwrap_or_default()),
            ];
            texts::fill(lang, &format!("desk.roster.{key}"), &values)
        }
        Plan::Swap { day, with } => {
            let (day, who) = (day.to_string(), name(with));
            let values = [("day", day.as_str()), ("who", who.as_str())];
            texts::fill(lang, "desk.roster.swap", &values)
        }
        Plan::Duty { day, hours } => format!("{day} {hours}"),
        Plan::Weekly { days, hours, .. } => {
            format!("{} {hours}", if zh { days.zh() } else { days.en() })
        }
    }
}

/// When the worker is there on a day, in words.
fn hours(worker: &Worker, plans: &[Own], day: NaiveDate, world: &World, lang: Lang) -> String {
    let text = |key: &str| texts::text(lang, &format!("desk.roster.{key}")).to_owned();
    let own = || plans.iter().map(|(_, plan, _)| plan);
    let away = own()
        .any(|p| matches!(p, Plan::Leave { first, last, .. } if (*first..=*last).contains(&day)));
    if away || worker.away_until.is_some_and(|last| day <= last) {
        return text("away");
    }
    if own().any(|p| matches!(p, Plan::Swap { day: d, .. } if *d == day)) {
        return text("swapped");
    }
    // The worker's own plans hold what colleagues gave them, too.
    let mut found: Vec<String> = worker
        .plans
        .iter()
        .filter_map(|plan| plan.hours_on(day))
        .map(|hours| hours.to_string())
        .collect();
    found.dedup();
    let weekly = own().any(|p| matches!(p, Plan::Weekly { .. }));
    if !found.is_empty() {
        return found.join("、");
    }
    if weekly {
        return text("free");
    }
    let open = !world.calendar(world.versions().2).windows(day).is_empty();
    match worker.duty {
        Duty::Always => text("always"),
        Duty::Night => text("night"),
        Duty::WorkingHours if open => text("working"),
        Duty::WorkingHours => text("free"),
    }
}
