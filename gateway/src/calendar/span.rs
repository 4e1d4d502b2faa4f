//! Lengths of time as people write them in rules: `5m`, `4hw`, `10dw`.
//!
//! A span says how long and on which calendar; turning it into a moment is the
//! work of [`super::Calendar`]. Months are not spans here: whoever reads a rule
//! in months decides what a month is.

use crate::clock::Moment;
use chrono::TimeDelta;
use std::fmt;

/// Spans longer than this are cut to it when they are added: a rule beyond ten
/// years is a mistake, and a walk over days must end.
pub const LONGEST_DAYS: u32 = 3660;

/// Unit of a [`Span`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Minutes,
    Hours,
    Days,
}

/// A length of time, on working time or on plain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    pub amount: u32,
    pub unit: Unit,
    /// Counted on the working calendar (open windows, working days).
    pub working: bool,
}

impl Span {
    /// Plain minutes.
    pub const fn minutes(amount: u32) -> Self {
        Self {
            amount,
            unit: Unit::Minutes,
            working: false,
        }
    }

    /// Plain hours.
    pub const fn hours(amount: u32) -> Self {
        Self {
            amount,
            unit: Unit::Hours,
            working: false,
        }
    }

    /// Plain days of 24 hours.
    pub const fn days(amount: u32) -> Self {
        Self {
            amount,
            unit: Unit::Days,
            working: false,
        }
    }

    /// Working days: the day of the start is not counted.
    pub const fn working_days(amount: u32) -> Self {
        Self {
            amount,
            unit: Unit::Days,
            working: true,
        }
    }

    /// Hours of open windows.
    pub const fn working_hours(amount: u32) -> Self {
        Self {
            amount,
            unit: Unit::Hours,
            working: true,
        }
    }

    pub const fn is_zero(&self) -> bool {
        self.amount == 0
    }

    /// Reads `5m`, `2h`, `1d` and the working forms `30mw`, `4hw`, `10dw`.
    /// `None` for anything else and for more than ten years.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (text, working) = match text.strip_suffix('w') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let unit = match text.chars().last()? {
            'm' => Unit::Minutes,
            'h' => Unit::Hours,
            'd' => Unit::Days,
            _ => return None,
        };
        let digits = &text[..text.len() - 1];
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let span = Self {
            amount: digits.parse().ok()?,
            unit,
            working,
        };
        (span.nominal_minutes() <= u64::from(LONGEST_DAYS) * 1440).then_some(span)
    }

    /// Minutes with days of 24 hours, for comparing spans with each other;
    /// says nothing about when a working span ends.
    pub fn nominal_minutes(&self) -> u64 {
        let unit = match self.unit {
            Unit::Minutes => 1,
            Unit::Hours => 60,
            Unit::Days => 1440,
        };
        u64::from(self.amount) * unit
    }

    /// The plain length, cut to ten years. For working minutes and hours the
    /// length of open time; meaningless for working days.
    pub(crate) fn length(self) -> TimeDelta {
        let minutes = self.nominal_minutes().min(u64::from(LONGEST_DAYS) * 1440);
        TimeDelta::minutes(i64::try_from(minutes).expect("cut above"))
    }

    /// In words, Chinese.
    pub fn zh(&self) -> String {
        let unit = match (self.unit, self.working) {
            (Unit::Minutes, false) => "分钟",
            (Unit::Hours, false) => "小时",
            (Unit::Days, false) => "天",
            (Unit::Minutes, true) => "分钟（工作时间）",
            (Unit::Hours, true) => "小时（工作时间）",
            (Unit::Days, true) => "个工作日",
        };
        format!("{} {unit}", self.amount)
    }

    /// In words, English.
    pub fn en(&self) -> String {
        let unit = match self.unit {
            Unit::Minutes => "minute",
            Unit::Hours => "hour",
            Unit::Days => "day",
        };
        let working = if self.working { "working " } else { "" };
        let plural = if self.amount == 1 { "" } else { "s" };
        format!("{} {working}{unit}{plural}", self.amount)
    }
}

impl fmt::Display for Span {
    /// The form [`Span::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Minutes => 'm',
            Unit::Hours => 'h',
            Unit::Days => 'd',
        };
        write!(f, "{}{unit}", self.amount)?;
        if self.working {
            f.write_str("w")?;
        }
        Ok(())
    }
}

/// What a stretch of time was for a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It counted.
    Counted,
    /// The rest of the day on which a span of working days started.
    StartDay,
    /// A day off with its name.
    Off(String),
    /// Night, break or weekend.
    Closed,
    /// The clock stood still, with the reason's code.
    Paused(String),
}

/// A stretch of time, `from` included, `to` excluded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub from: Moment,
    pub to: Moment,
    pub kind: Kind,
}

/// A due moment and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub at: Moment,
    /// From the start to `at`, in order, without gaps.
    pub segments: Vec<Segment>,
    /// Years on the way whose days off nobody has announced: the weekday rule
    /// was used, and people must be told.
    pub unknown_years: Vec<i32>,
}
