//! Stored forms of units and workers: versioned JSON with structs of their own.
//!
//! The store keeps these texts (a worker's is sealed before); the domain types
//! stay free to change.

use super::{Area, Duty, Hours, Plan, Role, Unit, UnitKind, Weekdays, Worker};
use crate::ids::{UnitId, WorkerId};
use crate::people::Secret;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A stored text that cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum Damaged {
    #[error("not the stored form: {0}")]
    Form(#[from] serde_json::Error),
    #[error("unknown {what}: {value}")]
    Unknown { what: &'static str, value: String },
}

#[derive(Serialize, Deserialize)]
struct StoredUnit {
    code: String,
    kind: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hours: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_to: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    successor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    area: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct StoredWorker {
    id: String,
    name: String,
    roles: Vec<String>,
    unit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    deputy: bool,
    duty: String,
    active: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    away_until: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    household: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    capacity: Option<u32>,
}

/// The stored form of a unit.
pub fn unit_to_json(unit: &Unit) -> String {
    let stored = StoredUnit {
        code: unit.code.0.clone(),
        kind: unit.kind.as_str().to_owned(),
        name: unit.name.clone(),
        parent: unit.parent.as_ref().map(|code| code.0.clone()),
        aliases: unit.aliases.clone(),
        phone: unit.phone.clone(),
        hours: unit.hours.clone(),
        valid_from: unit.valid_from,
        valid_to: unit.valid_to,
        successor: unit.successor.as_ref().map(|code| code.0.clone()),
        area: unit.area.as_ref().map(|area| area.as_str().to_owned()),
    };
    serde_json::to_string(&stored).expect("plain text and dates")
}

/// Reads a stored unit.
pub fn unit_from_json(text: &str) -> Result<Unit, Damaged> {
    let stored: StoredUnit = serde_json::from_str(text)?;
    Ok(Unit {
        kind: UnitKind::parse(&stored.kind).ok_or_else(|| unknown("kind", &stored.kind))?,
        code: UnitId(stored.code),
        name: stored.name,
        parent: stored.parent.map(UnitId),
        aliases: stored.aliases,
        phone: stored.phone,
        hours: stored.hours,
        valid_from: stored.valid_from,
        valid_to: stored.valid_to,
        successor: stored.successor.map(UnitId),
        // An outline that cannot be read any more only means that somebody asks.
        area: stored.area.and_then(|text| Area::parse(&text).ok()),
    })
}

/// The stored form of a worker, personal values in clear: seal it. Plans are
/// stored apart.
pub fn worker_to_json(worker: &Worker) -> String {
    let stored = StoredWorker {
        id: worker.id.0.clone(),
        name: worker.name.clone(),
        roles: worker.roles.iter().map(|r| r.as_str().to_owned()).collect(),
        unit: worker.unit.0.clone(),
        phone: worker.phone.as_ref().map(|p| p.expose().clone()),
        deputy: worker.deputy,
        duty: worker.duty.as_str().to_owned(),
        active: worker.active,
        away_until: worker.away_until,
        household: worker.household.clone(),
        capacity: worker.capacity,
    };
    serde_json::to_string(&stored).expect("plain text and dates")
}

/// Reads a stored worker. Roles this version does not know are left out: a
/// worker with one role less is better than none.
pub fn worker_from_json(text: &str) -> Result<Worker, Damaged> {
    let stored: StoredWorker = serde_json::from_str(text)?;
    Ok(Worker {
        duty: Duty::parse(&stored.duty).ok_or_else(|| unknown("duty", &stored.duty))?,
        id: WorkerId(stored.id),
        name: stored.name,
        roles: stored.roles.iter().filter_map(|r| Role::parse(r)).collect(),
        unit: UnitId(stored.unit),
        phone: stored.phone.map(Secret::new),
        deputy: stored.deputy,
        active: stored.active,
        away_until: stored.away_until,
        household: stored.household,
        capacity: stored.capacity,
        plans: Vec::new(),
    })
}

#[derive(Default, Serialize, Deserialize)]
struct StoredPlan {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    days: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hours: Option<(u16, u16)>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    office: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stand_in: Option<String>,
}

/// The stored form of a booking's plan: codes, days and hours.
pub fn plan_to_json(plan: &Plan) -> String {
    let mut stored = StoredPlan {
        kind: plan.kind().to_owned(),
        stand_in: plan.stand_in().map(|w| w.0.clone()),
        ..StoredPlan::default()
    };
    match plan {
        Plan::Weekly {
            days,
            hours,
            office,
            first,
            last,
        } => {
            stored.days = Some(days.digits());
            stored.hours = Some((hours.from, hours.to));
            (stored.office, stored.first, stored.last) = (*office, *first, *last);
        }
        Plan::Duty { day, hours } => {
            stored.first = Some(*day);
            stored.hours = Some((hours.from, hours.to));
        }
        Plan::Leave { first, last, .. } => {
            (stored.first, stored.last) = (Some(*first), Some(*last));
        }
        Plan::Swap { day, .. } => stored.first = Some(*day),
    }
    serde_json::to_string(&stored).expect("plain text and dates")
}

/// Reads a stored plan.
pub fn plan_from_json(text: &str) -> Result<Plan, Damaged> {
    let stored: StoredPlan = serde_json::from_str(text)?;
    let damaged = || unknown("plan", &stored.kind);
    let stand_in = stored.stand_in.clone().map(WorkerId);
    let hours = || {
        let (from, to) = stored.hours.filter(|h| h.0 < 1440 && h.1 < 1440)?;
        Some(Hours { from, to })
    };
    Ok(match stored.kind.as_str() {
        "weekly" => Plan::Weekly {
            days: (stored.days.as_deref())
                .and_then(Weekdays::parse)
                .ok_or_else(damaged)?,
            hours: hours().ok_or_else(damaged)?,
            office: stored.office,
            first: stored.first,
            last: stored.last,
        },
        "duty" => Plan::Duty {
            day: stored.first.ok_or_else(damaged)?,
            hours: hours().ok_or_else(damaged)?,
        },
        "leave" => Plan::Leave {
            first: stored.first.ok_or_else(damaged)?,
            last: stored.last.ok_or_else(damaged)?,
            substitute: stand_in,
        },
        "swap" => Plan::Swap {
            day: stored.first.ok_or_else(damaged)?,
            with: stand_in.ok_or_else(damaged)?,
        },
        _ => return Err(damaged()),
    })
}

fn unknown(what: &'static str, value: &str) -> Damaged {
    Damaged::Unknown {
        what,
        value: value.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_comes_back_the_same() {
        let city = crate::demo::city();
        for mut unit in city.units {
            unit.valid_to = NaiveDate::from_ymd_opt(2030, 1, 2);
            unit.successor = Some("5901".into());
            unit.area = Area::parse("POLYGON((120 30,121 30,121 31,120 30))").ok();
            assert_eq!(unit_from_json(&unit_to_json(&unit)).unwrap(), unit);
        }
        for mut worker in city.workers {
            worker.away_until = NaiveDate::from_ymd_opt(2026, 1, 2);
            assert_eq!(worker_from_json(&worker_to_json(&worker)).unwrap(), worker);
        }
    }

    #[test]
    fn a_stored_plan_comes_back_the_same() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let hours = Hours::parse("22:00", "07:00").unwrap();
        let weekly = |office, first| Plan::Weekly {
            days: Weekdays::parse("1-5").unwrap(),
            hours,
            office,
            first,
            last: first,
        };
        for plan in [
            weekly(true, None),
            weekly(false, Some(day)),
            Plan::Duty { day, hours },
            Plan::Leave {
                first: day,
                last: day,
                substitute: None,
            },
            Plan::Leave {
                first: day,
                last: day,
                substitute: Some("w".into()),
            },
            Plan::Swap {
                day,
                with: "w".into(),
            },
        ] {
            assert_eq!(plan_from_json(&plan_to_json(&plan)).unwrap(), plan);
        }
        for odd in [r#"{"kind":"duty"}"#, r#"{"kind":"rest"}"#, "x"] {
            assert!(plan_from_json(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_damaged_text_is_named_and_an_unknown_role_is_left_out() {
        assert!(unit_from_json("{}").is_err());
        let odd = r#"{"code":"1","kind":"planet","name":"x"}"#;
        assert_eq!(
            unit_from_json(odd).unwrap_err().to_string(),
            "unknown kind: planet"
        );
        let worker = r#"{"id":"1","name":"x","roles":["COORD","NEW"],"unit":"1","deputy":false,"duty":"always","active":true}"#;
        assert_eq!(worker_from_json(worker).unwrap().roles, [Role::Coord]);
    }
}
