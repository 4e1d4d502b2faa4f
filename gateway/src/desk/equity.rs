//! Who is served and how, by unit: quiet places, nights, ways in, and the three
//! rates with what they are made of.
//!
//! A count below ten is never told, nor a share that would tell one: few people
//! are known people. What is restricted is not counted at all.

use crate::app::Core;
use crate::clock::micros;
use crate::ids::UnitId;
use crate::requests::notify;
use crate::store::StoreError;
use crate::store::equity::{self, Served};
use crate::world::World;
use chrono::TimeDelta;

/// Smaller counts are hidden.
pub const LEAST: i64 = 10;
/// How far back is looked.
pub const DAYS: i64 = 90;

/// A count that may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// As it is.
    Told(i64),
    /// Fewer than ten.
    Few,
}

impl Count {
    /// Hides what is small.
    pub const fn of(count: i64) -> Self {
        if count < LEAST {
            Self::Few
        } else {
            Self::Told(count)
        }
    }
}

/// A part of a whole, if neither the part nor the rest is small.
fn part(part: i64, whole: i64) -> Option<(i64, i64)> {
    (part >= LEAST && whole - part >= LEAST).then_some((part, whole))
}

/// The same in percent.
fn share(of: i64, whole: i64) -> Option<i64> {
    part(of, whole).map(|(of, whole)| (of * 100 + whole / 2) / whole)
}

/// A unit with everything below it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Whether there is something below it.
    pub deeper: bool,
    /// Requests.
    pub opened: Count,
    /// Requests for each thousand residents of the register.
    pub per_thousand: Option<i64>,
    /// Percent opened at night.
    pub night: Option<i64>,
    /// Percent from the web chat.
    pub web: Option<i64>,
    /// Confirmed by the resident, of those closed.
    pub solved: Option<(i64, i64)>,
}

/// A look at a unit, or at all of them.
#[derive(Clone, Debug)]
pub struct Equity {
    /// Code and name from the top to the unit.
    pub path: Vec<(String, String)>,
    /// What lies right below.
    pub rows: Vec<Row>,
    /// Everything in it: confirmed by the resident, of those closed.
    pub solved: Option<(i64, i64)>,
}

/// `None` for a unit that is not on the map.
///
/// # Errors
/// Of the store.
pub async fn equity(core: &Core, unit: Option<&str>) -> Result<Option<Equity>, StoreError> {
    let (world, now) = (core.world(), core.clock.now());
    let here = unit.map(UnitId::from);
    if here
        .as_ref()
        .is_some_and(|code| world.tree.get(code).is_none())
    {
        return Ok(None);
    }
    let hours = i64::from(notify::offset().local_minus_utc()) / 3600;
    let since = micros(now - TimeDelta::days(DAYS));
    let served = equity::served(&core.db, since, hours).await?;
    let residents = equity::residents(&core.db).await?;
    let below: Vec<UnitId> = if let Some(code) = &here {
        world.tree.children(code).map(|u| u.code.clone()).collect()
    } else {
        let highest = world.tree.units().filter(|u| u.parent.is_none());
        highest.map(|u| u.code.clone()).collect()
    };
    let inside = |code: &UnitId| here.as_ref().is_none_or(|top| world.tree.within(code, top));
    let all = sum(&served, inside);
    let mut rows: Vec<Row> = below
        .iter()
        .map(|code| row(&world, code, &served, &residents))
        .collect();
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    let path = here.map(|code| {
        let path = world.tree.path(&code).into_iter().rev();
        path.map(|u| (u.code.0.clone(), u.name.clone())).collect()
    });
    Ok(Some(Equity {
        path: path.unwrap_or_default(),
        rows,
        solved: part(all.confirmed, all.closed),
    }))
}

fn sum(served: &[Served], inside: impl Fn(&UnitId) -> bool) -> Served {
    let mut all = Served::default();
    for one in served
        .iter()
        .filter(|one| inside(&UnitId::from(one.unit.as_str())))
    {
        all.opened += one.opened;
        all.night += one.night;
        all.web += one.web;
        all.closed += one.closed;
        all.confirmed += one.confirmed;
    }
    all
}

fn row(world: &World, code: &UnitId, served: &[Served], residents: &[(String, i64)]) -> Row {
    let inside = |unit: &UnitId| world.tree.within(unit, code);
    let all = sum(served, inside);
    let homes = residents
        .iter()
        .filter(|(unit, _)| inside(&UnitId::from(unit.as_str())));
    let homes: i64 = homes.map(|(_, count)| count).sum();
    let told = all.opened >= LEAST && homes >= LEAST;
    Row {
        code: code.0.clone(),
        name: world.unit_name(code).to_owned(),
        deeper: world.tree.children(code).next().is_some(),
        opened: Count::of(all.opened),
        per_thousand: told.then(|| all.opened * 1000 / homes),
        night: share(all.night, all.opened),
        web: share(all.web, all.opened),
        solved: part(all.confirmed, all.closed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_counts_and_shares_that_would_tell_them_are_hidden() {
        assert_eq!(Count::of(9), Count::Few);
        assert_eq!(Count::of(0), Count::Few);
        assert_eq!(Count::of(10), Count::Told(10));
        assert_eq!(share(10, 40), Some(25));
        assert_eq!(share(9, 40), None);
        assert_eq!(share(31, 40), None, "the rest is small");
    }
}
