//! A worker: roles, the unit they work for, and when they are there.
//!
//! Three plain patterns of duty; what is booked beside them is `booking`.
//! Accounts, passwords and messenger bindings are not here.

use super::Role;
use super::booking::{self, Plan};
use crate::clock::Moment;
use crate::ids::{UnitId, WorkerId};
use crate::people::Secret;
use chrono::{FixedOffset, NaiveDate, NaiveDateTime};

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
    /// Open requests the worker can carry at a time; unlimited when not said.
    pub capacity: Option<u32>,
    /// What is booked for the worker, from the roster.
    pub plans: Vec<Plan>,
}

impl Worker {
    /// Active and not on leave at `at` (days of leave are days in China).
    pub fn present(&self, at: Moment) -> bool {
        let today = day(at);
        self.active
            && self.away_until.is_none_or(|last| last < today)
            && !self.plans.iter().any(|plan| plan.away(today))
    }

    /// Who stands in while the worker is on leave.
    pub fn substitute(&self, at: Moment) -> Option<&WorkerId> {
        let today = day(at);
        let mut leave = self.plans.iter().filter(|plan| plan.away(today));
        leave.find_map(Plan::stand_in)
    }

    /// Present, and covered by the roster or else by the duty pattern.
    pub fn on_duty(&self, at: Moment, open: bool) -> bool {
        let booked = || booking::covers(&self.plans, local(at), open);
        self.present(at) && booked().unwrap_or_else(|| self.duty.covers(open))
    }
}

/// The wall clock in China at a moment.
pub(crate) fn local(at: Moment) -> NaiveDateTime {
    let china = FixedOffset::east_opt(8 * 3600).expect("eight hours is a valid offset");
    at.with_timezone(&china).naive_local()
}

/// The date in China at a moment.
pub(crate) fn day(at: Moment) -> NaiveDate {
    local(at).date()
}
