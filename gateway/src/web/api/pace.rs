//! How many calls a program may make in a minute: counted in this process, and
//! where the processes share a counter (Redis), over all of them.

use crate::clock::Moment;
use dashmap::DashMap;

/// Calls of one program in a minute.
pub(super) const PER_MINUTE: u32 = 600;

/// Counts calls by program.
#[derive(Debug, Default)]
pub(super) struct Pace(DashMap<String, (i64, u32)>);

impl Pace {
    /// Counts a call. `shared`: how many there were in this minute in all
    /// processes, if anybody counts that. `Err`: too many, wait so many seconds.
    pub(super) fn take(&self, client: &str, shared: Option<u64>, now: Moment) -> Result<(), u64> {
        let (minute, second) = (
            now.timestamp().div_euclid(60),
            now.timestamp().rem_euclid(60),
        );
        let mut count = self.0.entry(client.to_owned()).or_insert((minute, 0));
        if count.0 != minute {
            *count = (minute, 0);
        }
        count.1 += 1;
        if u64::from(count.1).max(shared.unwrap_or(0)) > u64::from(PER_MINUTE) {
            return Err(60 - second.unsigned_abs());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::moment;

    #[test]
    fn calls_of_other_processes_count_too_and_a_new_minute_begins_anew() {
        let (pace, now) = (Pace::default(), moment(61_000_000));
        let most = u64::from(PER_MINUTE);
        assert_eq!(pace.take("a", Some(most), now), Ok(()));
        assert_eq!(pace.take("a", Some(most + 1), now), Err(59));
        assert_eq!(pace.take("a", None, now), Ok(()));
        for _ in 4..PER_MINUTE {
            pace.take("a", None, now).expect("not yet");
        }
        assert_eq!(pace.take("a", Some(3), now), Ok(()), "the last one");
        assert_eq!(pace.take("a", Some(3), now), Err(59), "its own count holds");
        assert_eq!(pace.take("b", None, now), Ok(()));
        assert_eq!(pace.take("a", None, moment(120_000_000)), Ok(()));
    }
}
