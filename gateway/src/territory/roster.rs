//! The roster: workers found by unit and role.
//!
//! Answers who could and who is there; which of them gets a case is `routing`.

use super::booking::Plan;
use super::{Booking, Role, Worker};
use crate::clock::Moment;
use crate::ids::{UnitId, WorkerId};
use std::collections::HashMap;

/// All workers, indexed. Rebuild it when workers change.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    workers: Vec<Worker>,
    by_id: HashMap<WorkerId, usize>,
    by_unit: HashMap<UnitId, Vec<usize>>,
}

impl Roster {
    /// Indexes the workers. Of two with the same id the later one counts.
    pub fn new(workers: Vec<Worker>) -> Self {
        Self::with(workers, Vec::new())
    }

    /// Indexes the workers with what is booked for them. A swap gives the
    /// duties of its day to whoever takes them.
    pub fn with(workers: Vec<Worker>, bookings: Vec<Booking>) -> Self {
        let mut latest: HashMap<WorkerId, Worker> = HashMap::with_capacity(workers.len());
        for worker in workers {
            latest.insert(worker.id.clone(), worker);
        }
        let mut taken: Vec<Booking> = Vec::new();
        let mut plans: HashMap<WorkerId, Vec<Plan>> = HashMap::new();
        for Booking { worker, plan } in bookings {
            plans.entry(worker).or_default().push(plan);
        }
        for own in plans.values() {
            for swap in own {
                let Plan::Swap { day, with } = swap else {
                    continue;
                };
                let hours = own.iter().filter_map(|plan| plan.hours_on(*day));
                taken.extend(hours.map(|hours| Booking {
                    worker: with.clone(),
                    plan: Plan::Duty { day: *day, hours },
                }));
            }
        }
        for Booking { worker, plan } in taken {
            plans.entry(worker).or_default().push(plan);
        }
        let mut workers: Vec<Worker> = latest.into_values().collect();
        for worker in &mut workers {
            worker
                .plans
                .extend(plans.remove(&worker.id).unwrap_or_default());
        }
        // Main holders before deputies, then by staff number: the order in
        // which people are chosen must not depend on the order of rows.
        workers.sort_by(|a, b| (a.deputy, &a.id).cmp(&(b.deputy, &b.id)));
        let mut by_id = HashMap::with_capacity(workers.len());
        let mut by_unit: HashMap<UnitId, Vec<usize>> = HashMap::new();
        for (index, worker) in workers.iter().enumerate() {
            by_id.insert(worker.id.clone(), index);
            by_unit.entry(worker.unit.clone()).or_default().push(index);
        }
        Self {
            workers,
            by_id,
            by_unit,
        }
    }

    /// Everybody, main holders before deputies, then by staff number.
    pub fn workers(&self) -> &[Worker] {
        &self.workers
    }

    pub fn get(&self, id: &WorkerId) -> Option<&Worker> {
        self.by_id.get(id).map(|&index| &self.workers[index])
    }

    /// Everybody of the unit itself, not of the units below it.
    pub fn at<'a>(&'a self, unit: &UnitId) -> impl Iterator<Item = &'a Worker> + use<'a> {
        self.by_unit
            .get(unit)
            .into_iter()
            .flatten()
            .map(|&index| &self.workers[index])
    }

    /// Holders of the role at the unit who are active and not on leave, main
    /// holders before deputies. Whoever stands in for somebody on leave takes
    /// that person's place.
    pub fn present(&self, unit: &UnitId, role: Role, at: Moment) -> Vec<&Worker> {
        let mut there: Vec<&Worker> = Vec::new();
        for holder in self.at(unit).filter(|w| w.roles.contains(&role)) {
            let stand_in = || {
                let id = holder.substitute(at).filter(|_| holder.active)?;
                self.get(id).filter(|w| w.present(at))
            };
            let here = if holder.present(at) {
                Some(holder)
            } else {
                stand_in()
            };
            there.extend(here.filter(|w| there.iter().all(|t| t.id != w.id)));
        }
        there
    }

    /// Whether somebody is booked to stand in for a colleague of the unit, at
    /// whatever time.
    pub fn stands_in(&self, worker: &WorkerId, unit: &UnitId) -> bool {
        let plans = self.at(unit).flat_map(|holder| &holder.plans);
        plans.filter_map(Plan::stand_in).any(|id| id == worker)
    }

    /// Of those, the ones on duty at this moment. `open` says whether the
    /// working calendar is.
    pub fn on_duty(&self, unit: &UnitId, role: Role, at: Moment, open: bool) -> Vec<&Worker> {
        let mut there = self.present(unit, role, at);
        there.retain(|w| w.on_duty(at, open));
        there
    }
}
