//! How many calls a program may make in a minute, in this process.

use crate::clock::Moment;
use dashmap::DashMap;

/// Calls of one program in a minute.
pub(super) const PER_MINUTE: u32 = 600;

/// Counts calls by program.
#[derive(Debug, Default)]
pub(super) struct Pace(DashMap<String, (i64, u32)>);

impl Pace {
    /// Counts a call. `Err`: too many, wait so many seconds.
    pub(super) fn take(&self, client: &str, now: Moment) -> Result<(), u64> {
        let (minute, second) = (
            now.timestamp().div_euclid(60),
            now.timestamp().rem_euclid(60),
        );
        let mut count = self.0.entry(client.to_owned()).or_insert((minute, 0));
        if count.0 != minute {
            *count = (minute, 0);
        }
        count.1 += 1;
        if count.1 > PER_MINUTE {
            return Err(60 - second.unsigned_abs());
        }
        Ok(())
    }
}
