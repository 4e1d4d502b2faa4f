//! The supervisors' figures: the backlog of every unit in bands of age, what is
//! late and why. Taken in the auditor's walk over all open requests, so that
//! the board and the audit always speak of the same ones.
//!
//! Holds references, services and numbers; no words, names or addresses of
//! residents. Reading the requests is the caller's.

use crate::clock::Moment;
use crate::escalation::why::Words;
use crate::escalation::{ClockView, clocks, why};
use crate::ids::{RequestId, UnitId};
use crate::requests::case::Case;
use crate::requests::event::{Class, ClockName};
use crate::requests::notify;
use crate::requests::status::Status;
use crate::territory::Tree;
use crate::world::World;
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// Upper ends of the bands of age in days; the last band has none.
pub const BANDS: [i64; 4] = [1, 3, 7, 30];
/// Late requests that are listed, of any unit; the figures count all.
pub const LISTED: usize = 500;

/// Open requests of one unit, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// By age, youngest band first.
    pub ages: [u32; BANDS.len() + 1],
    /// In danger.
    pub crisis: u32,
    /// Of those, that nobody has taken yet.
    pub crisis_waiting: u32,
    /// That nobody has taken yet, as the queue counts.
    pub unassigned: u32,
    /// With a clock that runs out before this day ends and has not yet.
    pub due_today: u32,
    /// With a clock that ran out.
    pub overdue: u32,
}

impl Backlog {
    /// All open requests.
    pub fn open(&self) -> u32 {
        self.ages.iter().sum()
    }

    fn add(&mut self, other: &Self) {
        for (sum, more) in self.ages.iter_mut().zip(other.ages) {
            *sum += more;
        }
        self.crisis += other.crisis;
        self.crisis_waiting += other.crisis_waiting;
        self.unassigned += other.unassigned;
        self.due_today += other.due_today;
        self.overdue += other.overdue;
    }
}

/// A request with a clock that ran out.
#[derive(Clone, Debug)]
pub struct Late {
    /// Which one.
    pub request: RequestId,
    /// Public reference as shown.
    pub reference: String,
    /// Service code.
    pub service: String,
    /// How dangerous.
    pub class: Class,
    /// Where it lies.
    pub unit: UnitId,
    /// The clock: "accept", "contact", "resolve".
    pub clock: &'static str,
    /// When it ran out.
    pub due: Moment,
    /// Why it has not gone further up, or what comes next.
    pub why: Words,
}

/// All open requests at one moment.
#[derive(Clone, Debug)]
pub struct Board {
    /// When they were counted.
    pub at: Moment,
    /// By the unit where they lie; units without any are left out.
    pub units: BTreeMap<UnitId, Backlog>,
    /// The late ones by the unit where they lie, so that none is crowded out by
    /// what is worse elsewhere: of each the most dangerous, then longest overdue.
    pub late: BTreeMap<UnitId, Vec<Late>>,
    /// What the auditor found, a sentence each; empty is good.
    pub findings: Vec<String>,
}

impl Board {
    /// An empty board.
    pub fn new(at: Moment) -> Self {
        Self {
            at,
            units: BTreeMap::new(),
            late: BTreeMap::new(),
            findings: Vec::new(),
        }
    }

    /// Counts one open request.
    pub fn count(&mut self, case: &Case, world: &World) {
        let (calendar, policy, limits) = case.rules(world);
        let mut views = clocks(&case.log, calendar, policy, &limits, self.at);
        // The clocks that somebody outside waits for.
        views.retain(|view| view.clock != ClockName::House);
        let late = views.iter().find(|view| view.is_overdue());
        let today = calendar.date(self.at);
        let ends_today = |view: &ClockView| {
            view.stopped_at.is_none() && !view.is_overdue() && calendar.date(view.due.at) == today
        };
        let backlog = self.units.entry(case.place.unit.clone()).or_default();
        backlog.ages[band(self.at - case.opened_at)] += 1;
        let (danger, waiting) = (case.class() == Class::Crisis, is_waiting(case));
        backlog.crisis += u32::from(danger);
        backlog.crisis_waiting += u32::from(danger && waiting);
        backlog.unassigned += u32::from(waiting);
        backlog.due_today += u32::from(late.is_none() && views.iter().any(ends_today));
        backlog.overdue += u32::from(late.is_some());
        let Some(view) = late else { return };
        self.list(Late {
            request: case.id.clone(),
            reference: notify::shown(&case.reference),
            service: case.service.clone(),
            class: case.class(),
            unit: case.place.unit.clone(),
            clock: view.clock.code(),
            due: view.due.at,
            why: why::why(&case.log, calendar, policy, &limits, self.at).sentence,
        });
    }

    fn list(&mut self, late: Late) {
        let here = self.late.entry(late.unit.clone()).or_default();
        here.push(late);
        if here.len() >= 2 * LISTED {
            shorten(here);
        }
    }

    /// Keeps the late ones that are listed.
    pub fn shorten(&mut self) {
        self.late.values_mut().for_each(shorten);
    }

    /// The backlog of a unit and everything below it; of all without one.
    pub fn of(&self, tree: &Tree, unit: Option<&UnitId>) -> Backlog {
        let mut sum = Backlog::default();
        for (lies, backlog) in &self.units {
            if unit.is_none_or(|unit| tree.within(lies, unit)) {
                sum.add(backlog);
            }
        }
        sum
    }

    /// The most pressing late ones of a unit and everything below it; of all
    /// without one.
    pub fn late_in<'b>(&'b self, tree: &Tree, unit: Option<&UnitId>) -> Vec<&'b Late> {
        let here = |lies: &UnitId| unit.is_none_or(|unit| tree.within(lies, unit));
        let here = self.late.iter().filter(|(lies, _)| here(lies));
        let mut late: Vec<&Late> = here.flat_map(|(_, late)| late).collect();
        late.sort_by_key(|late| late.rank());
        late.truncate(LISTED);
        late
    }
}

impl Late {
    /// The most dangerous first, then the longest overdue.
    fn rank(&self) -> (std::cmp::Reverse<Class>, Moment) {
        (std::cmp::Reverse(self.class), self.due)
    }
}

fn shorten(late: &mut Vec<Late>) {
    late.sort_by_key(Late::rank);
    late.truncate(LISTED);
}

/// Whether it waits for somebody to take it.
fn is_waiting(case: &Case) -> bool {
    let status = case.status();
    status.is_active() && status < Status::Acknowledged
}

/// The band of an age.
fn band(age: TimeDelta) -> usize {
    let within = |days: &i64| age < TimeDelta::days(*days);
    BANDS.iter().position(within).unwrap_or(BANDS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_age_falls_into_one_band() {
        for (hours, want) in [
            (0, 0),
            (23, 0),
            (24, 1),
            (72, 2),
            (167, 2),
            (168, 3),
            (720, 4),
        ] {
            assert_eq!(band(TimeDelta::hours(hours)), want, "{hours} h");
        }
        assert_eq!(band(TimeDelta::hours(-5)), 0, "a clock that jumped back");
    }
    #[test]
    fn what_is_worse_elsewhere_crowds_nothing_out_of_a_units_own_list() {
        let date = chrono::NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date");
        let tree = Tree::new(crate::demo::city().units, date);
        let mut board = Board::new(crate::clock::moment(0));
        let late = |unit: &str, class, n: i64| Late {
            request: RequestId(format!("{unit}-{n}")),
            reference: String::new(),
            service: String::new(),
            class,
            unit: UnitId::from(unit),
            clock: "contact",
            due: crate::clock::moment(n),
            why: Words {
                zh: String::new(),
                en: String::new(),
            },
        };
        for n in 0..3 * LISTED as i64 {
            board.list(late("590102002", Class::Crisis, n));
        }
        for n in 0..5 {
            board.list(late("590102001", Class::Normal, -n));
        }
        board.shorten();
        let listed = |unit: Option<&str>| {
            let unit = unit.map(UnitId::from);
            let late = board.late_in(&tree, unit.as_ref()).into_iter();
            late.map(|late| late.request.0.clone()).collect::<Vec<_>>()
        };
        let own = listed(Some("590102001"));
        assert_eq!(own, [-4, -3, -2, -1, 0].map(|n| format!("590102001-{n}")));
        assert_eq!(listed(Some("590102002")).len(), LISTED);
        let all = listed(None);
        assert_eq!((all.len(), &*all[0]), (LISTED, "590102002-0"));
        assert_eq!(listed(Some("590102")), all);
    }
}
