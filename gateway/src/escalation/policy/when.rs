//! The moment of a rung relative to its clock: `+10m`, `80%`, `due +1dw`.
//!
//! Reading it and comparing two of them; `track` turns it into a moment.

use super::Limit;
use crate::calendar::Span;

/// The moment of a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Share of the time between start and due, 1 to 100.
    Percent(u8),
    /// After the start.
    After(Span),
    /// After the due moment; zero at it.
    Overdue(Span),
}

impl When {
    /// Reads `+10m`, `80%` (1 to 100), `due` and `due +1dw`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(percent) = text.strip_suffix('%') {
            let percent = percent.parse().ok().filter(|p| (1..=100).contains(p))?;
            return Some(Self::Percent(percent));
        }
        if text == "due" {
            return Some(Self::Overdue(Span::minutes(0)));
        }
        if let Some(rest) = text.strip_prefix("due") {
            let span = rest.trim_start().strip_prefix('+')?;
            return Span::parse(span).map(Self::Overdue);
        }
        Span::parse(text.strip_prefix('+')?).map(Self::After)
    }

    /// Whether it comes before `other` on one clock; `None` when that depends
    /// on the limit of the service.
    pub(super) fn precedes(self, other: Self, limit: Limit) -> Option<bool> {
        if let Limit::Fixed(limit) = limit {
            // In hundredths of a minute, so that percents stay whole.
            let total = limit.nominal_minutes() * 100;
            let nominal = |when| match when {
                Self::Percent(p) => total / 100 * u64::from(p),
                Self::After(span) => span.nominal_minutes() * 100,
                Self::Overdue(span) => total + span.nominal_minutes() * 100,
            };
            return Some(nominal(self) < nominal(other));
        }
        match (self, other) {
            (Self::Percent(a), Self::Percent(b)) => Some(a < b),
            (Self::After(a), Self::After(b)) | (Self::Overdue(a), Self::Overdue(b)) => {
                Some(a.nominal_minutes() < b.nominal_minutes())
            }
            (Self::Percent(_), Self::Overdue(_)) => Some(true),
            (Self::Overdue(_), Self::Percent(_)) => Some(false),
            _ => None,
        }
    }
}
