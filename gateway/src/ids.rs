//! Identifiers: time-ordered, opaque, made from the clock and chance.
//!
//! A newtype per thing, so that a worker's id cannot be passed for a request's.
//! The public reference of a request is something else: see `requests::reference`.

use crate::clock::Moment;
use rand::RngCore;
use serde::{Deserialize, Serialize};
use std::fmt;

/// 32 hexadecimal characters, rising with time (UUID version 7 without dashes).
fn time_ordered(now: Moment) -> String {
    let mut random = [0_u8; 10];
    rand::rng().fill_bytes(&mut random);
    let millis = now.timestamp_millis().max(0) as u64;
    uuid::Builder::from_unix_timestamp_millis(millis, &random)
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
