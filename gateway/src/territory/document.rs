//! Stored forms of units and workers: versioned JSON with structs of their own.
//!
//! The store keeps these texts (a worker's is sealed before); the domain types
//! stay free to change.

use super::{Duty, Role, Unit, UnitKind, Worker};
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
    })
}

/// The stored form of a worker, personal values in clear: seal it.
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
            assert_eq!(unit_from_json(&unit_to_json(&unit)).unwrap(), unit);
        }
        for mut worker in city.workers {
            worker.away_until = NaiveDate::from_ymd_opt(2026, 1, 2);
            assert_eq!(worker_from_json(&worker_to_json(&worker)).unwrap(), worker);
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
