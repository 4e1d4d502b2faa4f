//! Holes and burdens of a roster over the days to come, found before a resident
//! finds them: nobody there, two places at once, one person with all the nights.
//!
//! Looks every half hour. Pure; telling people is `app::watch`'s.

use super::booking::{Hours, Plan};
use super::worker::{day, local};
use super::{Role, Roster, Tree, Unit, UnitKind, Worker};
use crate::clock::Moment;
use crate::ids::{UnitId, WorkerId};
use chrono::{NaiveDate, TimeDelta, Timelike};
use std::collections::{BTreeMap, BTreeSet};

/// How often it is looked.
const STEP: TimeDelta = TimeDelta::minutes(30);
/// Nights (22:00–07:00) in the window from which one person's share is looked at.
const NIGHTS: usize = 4;

/// Something wrong with the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A desk nobody holds for a while.
    Nobody {
        unit: UnitId,
        role: Role,
        from: Moment,
        /// The first look at which somebody is there again, or the end of the window.
        to: Moment,
    },
    /// A desk whose main holder has no deputy.
    NoDeputy { unit: UnitId, role: Role },
    /// Two bookings of one person at the same time.
    Twice {
        worker: WorkerId,
        day: NaiveDate,
        hours: (Hours, Hours),
    },
    /// Booked while on leave, without a swap.
    Away { worker: WorkerId, day: NaiveDate },
    /// Whoever stands in is away, too, or works here no more.
    StandIn {
        worker: WorkerId,
        stand_in: WorkerId,
        day: NaiveDate,
    },
    /// One person has more than half of a desk's nights.
    Nights {
        worker: WorkerId,
        unit: UnitId,
        nights: usize,
        of: usize,
    },
}

/// A stretch of time and when the working calendar is open in it.
pub struct Window<'a> {
    pub from: Moment,
    pub to: Moment,
    pub open: &'a dyn Fn(Moment) -> bool,
}

impl Window<'_> {
    fn looks(&self) -> impl Iterator<Item = Moment> {
        let to = self.to;
        std::iter::successors(Some(self.from), |at| Some(*at + STEP)).take_while(move |at| *at < to)
    }
}

/// When somebody has to be at a desk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// On duty around the clock.
    Always,
    /// On duty while the working calendar is open.
    Open,
    /// Not on leave.
    Present,
}

/// The desks a unit must have, each with when somebody has to be there: the one
/// place that says what a gap is.
fn desks(unit: &Unit) -> &'static [(Role, Need)] {
    match unit.kind {
        UnitKind::Community => &[(Role::Coord, Need::Open)],
        UnitKind::Street => &[(Role::Street, Need::Open)],
        UnitKind::District => &[
            (Role::Duty, Need::Always),
            (Role::DutyChief, Need::Present),
            (Role::District, Need::Present),
        ],
        UnitKind::City | UnitKind::Grid => &[],
    }
}

/// Everything, gaps by time and then by unit, then the bookings.
pub fn lint(tree: &Tree, roster: &Roster, window: &Window<'_>) -> Vec<Finding> {
    let mut findings = lacks(tree, roster, window);
    for worker in roster.workers().iter().filter(|w| w.active) {
        bookings(worker, roster, window, &mut findings);
    }
    findings.extend(nights(tree, roster, window));
    findings
}

/// Gaps, and desks without a deputy.
pub fn lacks(tree: &Tree, roster: &Roster, window: &Window<'_>) -> Vec<Finding> {
    let mut found = gaps(tree, roster, window);
    let communities = tree.units().filter(|u| u.kind == UnitKind::Community);
    for unit in communities {
        let holders = roster.present(&unit.code, Role::Coord, window.from);
        if !holders.is_empty() && !holders.iter().any(|w| w.deputy) {
            found.push(Finding::NoDeputy {
                unit: unit.code.clone(),
                role: Role::Coord,
            });
        }
    }
    found
}

/// Desks without anybody, each stretch once.
pub fn gaps(tree: &Tree, roster: &Roster, window: &Window<'_>) -> Vec<Finding> {
    let of = |unit: &'_ Unit| desks(unit).iter();
    let desks: Vec<(&UnitId, Role, Need)> = tree
        .units()
        .flat_map(|unit| of(unit).map(|(role, need)| (&unit.code, *role, *need)))
        .collect();
    let mut since: BTreeMap<(&UnitId, Role), Moment> = BTreeMap::new();
    let mut found = Vec::new();
    let mut end = |key: (&UnitId, Role), from: Moment, to: Moment| {
        found.push(Finding::Nobody {
            unit: key.0.clone(),
            role: key.1,
            from,
            to,
        });
    };
    for at in window.looks() {
        let open = (window.open)(at);
        for &(unit, role, need) in &desks {
            let needed = need != Need::Open || open;
            let there = || match need {
                Need::Present => !roster.present(unit, role, at).is_empty(),
                _ => !roster.on_duty(unit, role, at, open).is_empty(),
            };
            let key = (unit, role);
            if needed && !there() {
                since.entry(key).or_insert(at);
            } else if let Some(from) = since.remove(&key) {
                end(key, from, at);
            }
        }
    }
    for (key, from) in since {
        end(key, from, window.to);
    }
    found.sort_by_key(|finding| match finding {
        Finding::Nobody { unit, from, .. } => (*from, unit.clone()),
        _ => (window.to, UnitId::from("")),
    });
    found
}

fn bookings(worker: &Worker, roster: &Roster, window: &Window<'_>, findings: &mut Vec<Finding>) {
    let (first, last) = (day(window.from), day(window.to));
    for today in first.iter_days().take_while(|d| *d <= last) {
        let plans = || worker.plans.iter();
        let swapped = plans().any(|p| matches!(p, Plan::Swap { day, .. } if *day == today));
        let hours: Vec<Hours> = plans().filter_map(|p| p.hours_on(today)).collect();
        let away = plans().any(|p| p.away(today));
        let id = || worker.id.clone();
        for (index, one) in hours.iter().enumerate() {
            let over = |other: &&Hours| {
                let (a, b) = (one.on(today), other.on(today));
                a.0 < b.1 && b.0 < a.1
            };
            if let Some(other) = hours[index + 1..].iter().find(over).filter(|_| !swapped) {
                findings.push(Finding::Twice {
                    worker: id(),
                    day: today,
                    hours: (*one, *other),
                });
            }
        }
        let duty = plans().any(|p| matches!(p, Plan::Duty { day, .. } if *day == today));
        if away && duty && !swapped {
            findings.push(Finding::Away {
                worker: id(),
                day: today,
            });
        }
        stand_ins(worker, today, roster, findings);
    }
}

fn stand_ins(worker: &Worker, today: NaiveDate, roster: &Roster, findings: &mut Vec<Finding>) {
    let needed = worker
        .plans
        .iter()
        .filter(|plan| plan.away(today) || matches!(plan, Plan::Swap { day, .. } if *day == today));
    for stand_in in needed.filter_map(Plan::stand_in) {
        let there = roster
            .get(stand_in)
            .is_some_and(|other| other.active && !other.plans.iter().any(|plan| plan.away(today)));
        if !there {
            findings.push(Finding::StandIn {
                worker: worker.id.clone(),
                stand_in: stand_in.clone(),
                day: today,
            });
        }
    }
}

/// Who carries the nights of the desks that never close: told where one person
/// has more than half of at least [`NIGHTS`], and colleagues could share.
fn nights(tree: &Tree, roster: &Roster, window: &Window<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for unit in tree.units().filter(|u| u.kind == UnitKind::District) {
        let mut by: BTreeMap<WorkerId, BTreeSet<NaiveDate>> = BTreeMap::new();
        let mut all: BTreeSet<NaiveDate> = BTreeSet::new();
        for at in window.looks() {
            let hour = local(at).hour();
            if (7..22).contains(&hour) {
                continue;
            }
            // A night belongs to the day it begins on.
            let night = day(at - TimeDelta::hours(7));
            let there = roster.on_duty(&unit.code, Role::Duty, at, (window.open)(at));
            // Somebody who is there together with others does not carry it alone.
            if let [alone] = there.as_slice() {
                by.entry(alone.id.clone()).or_default().insert(night);
            }
            all.insert(night);
        }
        let colleagues = roster.at(&unit.code);
        let colleagues = colleagues.filter(|w| w.active && w.roles.contains(&Role::Duty));
        if all.len() < NIGHTS || colleagues.count() < 2 {
            continue;
        }
        found.extend(by.into_iter().filter(|(_, n)| n.len() * 2 > all.len()).map(
            |(worker, nights)| Finding::Nights {
                worker,
                unit: unit.code.clone(),
                nights: nights.len(),
                of: all.len(),
            },
        ));
    }
    found
}

impl Finding {
    /// The unit it is about, if it is about one.
    pub fn unit(&self) -> Option<&UnitId> {
        match self {
            Self::Nobody { unit, .. } | Self::NoDeputy { unit, .. } | Self::Nights { unit, .. } => {
                Some(unit)
            }
            Self::Twice { .. } | Self::Away { .. } | Self::StandIn { .. } => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
