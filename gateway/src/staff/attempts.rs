//! Counting tries, in the store, before each of them is looked at.
//!
//! Two counts slow a guesser down: one for the name that is tried, known or
//! not, and a wider one for the network address it comes from.

use crate::app::Core;
use crate::clock::{micros, moment};
use crate::store::{StoreError, staff};
use chrono::TimeDelta;
use std::net::IpAddr;

/// The window tries are counted in.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Tries for one name in a window.
const PER_NAME: i64 = 5;
/// Tries from one address in a window; an office shares one.
const PER_ADDRESS: i64 = 50;

/// A try that may be looked at.
pub(crate) struct Turn {
    name: String,
    address: String,
}

/// Counts a try. `Err` holds how long to wait instead.
pub(super) async fn take(
    core: &Core,
    what: &str,
    name: &str,
    address: &str,
) -> Result<Result<Turn, TimeDelta>, StoreError> {
    let turn = Turn {
        name: core.seal.name("attempt", &format!("{what}/{name}")),
        address: core
            .seal
            .tag("attempt", &format!("from/{}", network(address))),
    };
    for (tag, most) in [(&turn.address, PER_ADDRESS), (&turn.name, PER_NAME)] {
        if let Some(wait) = refused(core, tag, most).await? {
            return Ok(Err(wait));
        }
    }
    Ok(Ok(turn))
}

/// Counts a try at something that has no name to be counted by: for the network
/// it comes from, and for all networks together. `most`: tries in a window, of
/// one and of all.
pub(crate) async fn take_nameless(
    core: &Core,
    what: &str,
    address: &str,
    most: (i64, i64),
) -> Result<Result<Turn, TimeDelta>, StoreError> {
    let from = format!("{what}/from/{}", network(address));
    let turn = Turn {
        name: core.seal.tag("attempt", &format!("{what}/all")),
        address: core.seal.tag("attempt", &from),
    };
    for (tag, most) in [(&turn.address, most.0), (&turn.name, most.1)] {
        if let Some(wait) = refused(core, tag, most).await? {
            return Ok(Err(wait));
        }
    }
    Ok(Ok(turn))
}

/// Counts a try of somebody who is known, at something nobody forgives them for.
/// Whether there is one left of `most` in a window.
pub(crate) async fn take_own(
    core: &Core,
    what: &str,
    who: &str,
    most: i64,
) -> Result<bool, StoreError> {
    let tag = core.seal.tag("attempt", &format!("{what}/own/{who}"));
    Ok(refused(core, &tag, most).await?.is_none())
}

async fn refused(core: &Core, tag: &str, most: i64) -> Result<Option<TimeDelta>, StoreError> {
    let now = core.clock.now();
    let window = micros(now - WINDOW);
    if staff::try_once(&core.db, tag, micros(now), window, most).await? {
        return Ok(None);
    }
    let since = staff::since(&core.db, tag).await?.map_or(now, moment);
    Ok(Some((since + WINDOW - now).max(TimeDelta::minutes(1))))
}

impl Turn {
    /// It was the right person: the tries before are forgotten.
    pub(super) async fn forgive(self, core: &Core) -> Result<(), StoreError> {
        staff::forgive(&core.db, &self.name, true).await?;
        staff::forgive(&core.db, &self.address, false).await
    }

    /// It was right: this one does not count.
    pub(crate) async fn undo(self, core: &Core) -> Result<(), StoreError> {
        staff::forgive(&core.db, &self.name, false).await?;
        staff::forgive(&core.db, &self.address, false).await
    }
}

/// The part of an address one party has for itself: a whole IPv4 address, the
/// first half of an IPv6 one.
pub(crate) fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|a| a.to_canonical()) {
        Ok(IpAddr::V6(v6)) => {
            let head = &v6.segments()[..4];
            format!("{head:x?}")
        }
        Ok(v4) => v4.to_string(),
        Err(_) => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_party_cannot_take_many_addresses_of_its_own_network() {
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:203.0.113.7"), network("203.0.113.7"));
        assert_ne!(network("203.0.113.7"), network("203.0.113.8"));
        assert_eq!(network("nonsense"), "unknown");
    }
}
