//! The roster: workers found by unit and role.
//!
//! Answers who could and who is there; which of them gets a case is `routing`.

use super::{Role, Worker};
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
        let mut latest: HashMap<WorkerId, Worker> = HashMap::with_capacity(workers.len());
        for worker in workers {
            latest.insert(worker.id.clone(), worker);
        }
        let mut workers: Vec<Worker> = latest.into_values().collect();
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
    /// holders before deputies.
    pub fn present(&self, unit: &UnitId, role: Role, at: Moment) -> Vec<&Worker> {
        self.at(unit)
            .filter(|w| w.roles.contains(&role) && w.present(at))
            .collect()
    }

    /// Of those, the ones on duty at this moment. `open` says whether the
    /// working calendar is.
    pub fn on_duty(&self, unit: &UnitId, role: Role, at: Moment, open: bool) -> Vec<&Worker> {
        self.at(unit)
            .filter(|w| w.roles.contains(&role) && w.on_duty(at, open))
            .collect()
    }
}
