//! Holes in a roster, found before a resident finds them.
//!
//! Only what the roster says today; leave to come, double booking and the
//! share of nights are not looked at.

use super::worker::Duty;
use super::{Role, Roster, Tree, UnitKind};
use crate::clock::Moment;
use crate::ids::UnitId;

/// Something nobody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub unit: UnitId,
    pub role: Role,
    /// The main holder exists and the deputy is missing.
    pub deputy: bool,
    pub zh: String,
    pub en: String,
}

/// Every gap: a community without a coordinator or deputy, a street without
/// its office, a district without a bureau, a duty chief, or somebody at the
/// duty desk around the clock. In the order of the units' codes.
pub fn gaps(tree: &Tree, roster: &Roster, at: Moment) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for unit in tree.units() {
        let roles: &[Role] = match unit.kind {
            UnitKind::Community => &[Role::Coord],
            UnitKind::Street => &[Role::Street],
            UnitKind::District => &[Role::Duty, Role::DutyChief, Role::District],
            UnitKind::City | UnitKind::Grid => &[],
        };
        for &role in roles {
            let holders = roster.present(&unit.code, role, at);
            let mut gap = |deputy: bool, zh: &str, en: &str| {
                gaps.push(Gap {
                    unit: unit.code.clone(),
                    role,
                    deputy,
                    zh: format!("{}：{}{zh}", unit.name, role.zh()),
                    en: format!("{}: {en} {}", unit.name, role.en()),
                });
            };
            let covers = |open: bool| holders.iter().any(|w| w.duty.covers(open));
            if holders.is_empty() {
                gap(false, "无人在岗", "nobody present as");
            } else if role == Role::Duty && !(covers(true) && covers(false)) {
                gap(false, "没有做到全天有人", "not around the clock:");
            } else if role == Role::Coord && !holders.iter().any(|w| w.deputy) {
                gap(true, "缺少副手", "no deputy for");
            } else if role == Role::Coord && holders.iter().all(|w| w.duty == Duty::Night) {
                gap(false, "白天无人", "nobody by day as");
            }
        }
    }
    gaps
}
