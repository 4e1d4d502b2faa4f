//! Spans and moments as the stories write them.

use chrono::{FixedOffset, NaiveDateTime, TimeDelta};
use gateway::clock::Moment;

pub fn seconds(n: i64) -> TimeDelta {
    TimeDelta::seconds(n)
}

pub fn minutes(n: i64) -> TimeDelta {
    TimeDelta::minutes(n)
}

pub fn hours(n: i64) -> TimeDelta {
    TimeDelta::hours(n)
}

pub fn days(n: i64) -> TimeDelta {
    TimeDelta::days(n)
}

/// A moment as people of the city write it: "2026-03-02 09:00".
///
/// # Panics
/// If it is not written so.
pub fn local(text: &str) -> Moment {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M")
        .expect("YYYY-MM-DD HH:MM")
        .and_local_timezone(FixedOffset::east_opt(8 * 3600).expect("within a day"))
        .single()
        .expect("an offset has no gaps")
        .to_utc()
}
