//! A worker: roles, the unit they work for, and when they are there.
//!
//! A first cut of duty: three patterns and a last day of leave. Weekly
//! patterns, swaps and capacity are not here yet; accounts, passwords and
//! messenger bindings never will be.

use super::Role;
use crate::clock::Moment;
use crate::ids::{UnitId, WorkerId};
use crate::people::Secret;
use chrono::{FixedOffset, NaiveDate};

/// When a worker is on duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duty {
    /// While the working calendar is open.
    WorkingHours,
    /// Around the clock.
    Always,
    /// While the working calendar is closed: nights, weekends, holidays.
    Night,
}

impl Duty {
    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WorkingHours => "working_hours",
            Self::Always => "always",
            Self::Night => "night",
        }
    }

    /// Reads the stored name and the words people write in a file.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_lowercase().as_str() {
            "working_hours" | "working hours" | "day" | "工作时间" | "白班" | "日班" => {
                Self::WorkingHours
            }
            "always" | "24h" | "7x24" | "7×24" | "全天" | "全天候" => Self::Always,
            "night" | "夜班" | "值夜" => Self::Night,
            _ => return None,
        })
    }

    /// Whether the pattern covers a moment at which the working calendar is
    /// `open`.
    pub fn covers(self, open: bool) -> bool {
        match self {
            Self::WorkingHours => open,
            Self::Always => true,
            Self::Night => !open,
        }
    }
}

/// A worker as imported and stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    /// The staff number, given by the authority.
    pub id: WorkerId,
    /// Shown to residents ("who will call you").
    pub name: String,
    pub roles: Vec<Role>,
    pub unit: UnitId,
    /// Normalised number; not shown in lists or logs.
    pub phone: Option<Secret<String>>,
    /// Stands in for the main holder of the same roles.
    pub deputy: bool,
    pub duty: Duty,
    pub active: bool,
    /// Last day of the present leave, included.
    pub away_until: Option<NaiveDate>,
    /// The household the worker lives in or is related to: its cases never
    /// go to this worker.
    pub household: Option<String>,
}

impl Worker {
    /// Active and not on leave at `at` (days of leave are days in China).
    pub fn present(&self, at: Moment) -> bool {
        self.active && self.away_until.is_none_or(|last| last < day(at))
    }

    /// Present and covered by the duty pattern.
    pub fn on_duty(&self, at: Moment, open: bool) -> bool {
        self.present(at) && self.duty.covers(open)
    }
}

/// The date in China at a moment.
pub(crate) fn day(at: Moment) -> NaiveDate {
    let china = FixedOffset::east_opt(8 * 3600).expect("eight hours is a valid offset");
    at.with_timezone(&china).date_naive()
}
