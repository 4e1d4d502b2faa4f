//! Reading CSV files of units, workers, residents and the roster.
//!
//! Every line is checked and every bad one is named with its line number, the
//! column and the reason; a file with any error yields no rows at all, so that
//! nothing can be half imported. Applying the rows, in one transaction, is the
//! caller's; a dry run prints the report and stops.
//!
//! To add a kind of file: a list of columns with their names in both
//! languages, a function from [`table::Row`] to the record, and a `parse_…`
//! beside the ones here.

mod cell;
mod decode;
mod fault;
mod report;
mod residents;
mod roster;
mod table;
#[cfg(test)]
mod tests;
mod units;
mod workers;

pub use cell::for_spreadsheet;
pub use decode::Source;
pub use fault::Fault;
pub use report::{LineError, Parsed, Report};
pub use residents::{parse_residents, read_residents};
pub use roster::parse_roster;
pub use units::parse_units;
pub use workers::parse_workers;

use crate::ids::{UnitId, WorkerId};
use crate::territory::{Roster, Tree, Unit, UnitKind};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// Longest file of units, workers or the roster, in lines. They are held in
/// memory; residents are not.
const MOST: usize = 200_000;

/// What is known before a file is read.
#[derive(Clone, Debug)]
pub struct Existing {
    today: NaiveDate,
    units: HashMap<UnitId, Known>,
    workers: HashSet<WorkerId>,
}

/// As much of a unit as other lines refer to.
#[derive(Clone, Debug)]
struct Known {
    kind: UnitKind,
    parent: Option<UnitId>,
    successor: Option<UnitId>,
}

impl Known {
    fn of(unit: &Unit) -> Self {
        Self {
            kind: unit.kind,
            parent: unit.parent.clone(),
            successor: unit.successor.clone(),
        }
    }
}

impl Existing {
    /// The units a file may refer to, as of today.
    pub fn new<'a>(today: NaiveDate, units: impl IntoIterator<Item = &'a Unit>) -> Self {
        let units = units
            .into_iter()
            .map(|unit| (unit.code.clone(), Known::of(unit)))
            .collect();
        Self {
            today,
            units,
            workers: HashSet::new(),
        }
    }

    /// The units of a tree, ended ones included.
    pub fn of(tree: &Tree) -> Self {
        Self::new(tree.today(), tree.every())
    }

    /// With the workers a roster may name.
    #[must_use]
    pub fn with(mut self, roster: &Roster) -> Self {
        let ids = roster.workers().iter().map(|w| w.id.clone());
        self.workers.extend(ids);
        self
    }

    fn knows(&self, worker: &WorkerId) -> bool {
        self.workers.contains(worker)
    }

    fn kind(&self, code: &str) -> Option<UnitKind> {
        self.units.get(&UnitId::from(code)).map(|known| known.kind)
    }
}
