//! Identifiers: time-ordered, opaque, made from the clock and chance.
//!
//! A newtype per thing, so that a worker's id cannot be passed for a request's.
//! The public reference of a request is something else: see `requests::reference`.

use crate::clock::Moment;
use rand::RngCore;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// 32 hexadecimal characters, rising with time (UUID version 7 without dashes)
/// and, within this process, rising from call to call: two replies written in
/// one millisecond keep their order, and a clock that jumps back reorders
/// nothing.
fn time_ordered(now: Moment) -> String {
    /// The last one given: milliseconds in the upper bits, a counter in the lower 12.
    static LAST: AtomicU64 = AtomicU64::new(0);
    let floor = (now.timestamp_millis().max(0) as u64) << 12;
    let step = |last: u64| Some(floor.max(last + 1));
    let last = LAST
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, step)
        .expect("the step always gives a value");
    let stamp = floor.max(last + 1);
    let mut random = [0_u8; 10];
    rand::rng().fill_bytes(&mut random);
    random[..2].copy_from_slice(&((stamp & 0xfff) as u16).to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(stamp >> 12, &random)
        .into_uuid()
        .simple()
        .to_string()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// A new id of this moment.
            pub fn new(now: Moment) -> Self {
                Self(time_ordered(now))
            }

            /// Below every id of this moment and later ones: for ranges.
            pub fn lowest(at: Moment) -> Self {
                Self(format!("{:012x}", at.timestamp_millis().max(0)))
            }

            /// The text form, as stored.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )*};
}

ids! {
    /// A request (a case).
    RequestId
    /// A person: resident or somebody they speak for.
    PersonId
    /// A worker's account.
    WorkerId
    /// A unit of the territory: city, district, street, community, grid. Holds the unit's code.
    UnitId
    /// A message waiting for, or having left through, a channel.
    OutboxId
    /// A stored incoming message.
    InboundId
    /// A draft request inside a conversation; opening is idempotent on it.
    DraftId
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::moment;

    #[test]
    fn ids_rise_from_call_to_call_even_if_the_clock_jumps_back() {
        let hour = 3_600_000_000;
        let mut ids: Vec<String> = (0..5000).map(|_| time_ordered(moment(hour))).collect();
        ids.push(time_ordered(moment(0)));
        let mut sorted = ids.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(ids, sorted);
        assert!(ids.iter().all(|id| id.len() == 32));
        let lowest = OutboxId::lowest(moment(hour)).0;
        assert!(ids.iter().all(|id| *id > lowest));
        assert!(OutboxId::lowest(moment(hour + 60_000_000)).0 > ids[0]);
    }
}
