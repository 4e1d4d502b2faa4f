//! What is wrong with a roster, in sentences for people. Workers are named,
//! residents never.

use super::lint::Finding;
use super::worker::local;
use super::{Roster, Tree};
use crate::clock::Moment;
use crate::ids::WorkerId;

impl Finding {
    /// In a sentence.
    pub fn words(&self, tree: &Tree, roster: &Roster, zh: bool) -> String {
        let (chinese, english) = self.both(tree, roster);
        if zh { chinese } else { english }
    }

    fn both(&self, tree: &Tree, roster: &Roster) -> (String, String) {
        let name = |id: &WorkerId| {
            let known = roster.get(id).map(|w| w.name.as_str()).unwrap_or_default();
            format!("{known} ({id})")
        };
        let at = |moment: &Moment| local(*moment).format("%Y-%m-%d %H:%M").to_string();
        match self {
            Self::Nobody {
                unit,
                role,
                from,
                to,
            } => {
                let (unit, from, to) = (tree.full_name(unit), at(from), at(to));
                (
                    format!("{unit} {}：{from} 至 {to} 无人在岗", role.zh()),
                    format!("{unit}, {}: nobody from {from} to {to}", role.en()),
                )
            }
            Self::NoDeputy { unit, role } => (
                format!("{} {}：缺少副手", tree.full_name(unit), role.zh()),
                format!("{}, {}: no deputy", tree.full_name(unit), role.en()),
            ),
            Self::Twice { worker, day, hours } => {
                let (who, (one, two)) = (name(worker), hours);
                (
                    format!("{who}：{day} 排了两个班，{one} 和 {two}"),
                    format!("{who}: booked twice on {day}, {one} and {two}"),
                )
            }
            Self::Away { worker, day } => (
                format!("{}：{day} 请假，但排了值班", name(worker)),
                format!("{}: on leave on {day}, but booked", name(worker)),
            ),
            Self::StandIn {
                worker,
                stand_in,
                day,
            } => {
                let (who, other) = (name(worker), name(stand_in));
                (
                    format!("{who}：{day} 由{other}替班，但替班人也不在"),
                    format!("{who}: {other} stands in on {day}, but is away, too"),
                )
            }
            Self::Nights {
                worker,
                unit,
                nights,
                of,
            } => {
                let (who, unit) = (name(worker), tree.full_name(unit));
                (
                    format!("{unit}：{of} 个夜里有 {nights} 个由{who}一人值守"),
                    format!("{unit}: {who} alone carries {nights} of {of} nights"),
                )
            }
        }
    }
}
