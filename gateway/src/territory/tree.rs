//! The tree of units, looked up by code, by level and by words.
//!
//! A tree is a view on one day: codes that ended stand for their successor, or
//! for the unit above when they have none, so that an old case or an old
//! address still finds a desk. Build a new one when units change and at
//! midnight. Damaged input (cycles, lost parents) is survived, not repaired:
//! the import refuses it.

use super::words::{Match, Words};
use super::{Unit, UnitKind};
use crate::ids::UnitId;
use chrono::NaiveDate;
use std::collections::HashMap;

/// No real territory is deeper; a damaged one must not loop.
const DEPTH_MAX: usize = 16;

/// All units, indexed as of one day.
#[derive(Clone, Debug)]
pub struct Tree {
    today: NaiveDate,
    units: HashMap<UnitId, Unit>,
    /// Units valid today, sorted by code.
    valid: Vec<UnitId>,
    children: HashMap<UnitId, Vec<UnitId>>,
    words: Words,
}

impl Tree {
    /// Indexes the units as of `today`. Of two with the same code the later
    /// one counts.
    pub fn new(units: Vec<Unit>, today: NaiveDate) -> Self {
        Self::with_past(units, &[], today)
    }

    /// Indexes them with names they had before: old names still find them.
    pub fn with_past(units: Vec<Unit>, past: &[(UnitId, String)], today: NaiveDate) -> Self {
        let units: HashMap<UnitId, Unit> = units.into_iter().map(|u| (u.code.clone(), u)).collect();
        let mut valid: Vec<UnitId> = units
            .values()
            .filter(|u| u.valid_on(today))
            .map(|u| u.code.clone())
            .collect();
        valid.sort();
        let mut tree = Self {
            today,
            units,
            valid,
            children: HashMap::new(),
            words: Words::default(),
        };
        let mut children: HashMap<UnitId, Vec<UnitId>> = HashMap::new();
        for code in &tree.valid {
            if let Some(parent) = tree.parent(code) {
                children
                    .entry(parent.code.clone())
                    .or_default()
                    .push(code.clone());
            }
        }
        tree.children = children;
        tree.words = Words::of(&tree, past);
        tree
    }

    /// The day this view is of.
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// Units valid today, by code.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.valid.iter().filter_map(|code| self.units.get(code))
    }

    /// Every unit, ended ones too, in no order.
    pub fn every(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// The unit of exactly this code, ended or not: what an old case shows.
    pub fn get(&self, code: &UnitId) -> Option<&Unit> {
        self.units.get(code)
    }

    /// The unit that answers for this code today: itself, its successor, or
    /// the unit above when it ended without one. `None` for unknown codes.
    pub fn current(&self, code: &UnitId) -> Option<&Unit> {
        let mut unit = self.units.get(code)?;
        for _ in 0..DEPTH_MAX {
            if unit.valid_on(self.today) {
                return Some(unit);
            }
            let next = unit
                .successor
                .as_ref()
                .and_then(|code| self.units.get(code))
                .or_else(|| unit.parent.as_ref().and_then(|code| self.units.get(code)));
            unit = next?;
        }
        None
    }

    /// The unit directly above, as of today.
    pub fn parent(&self, code: &UnitId) -> Option<&Unit> {
        let unit = self.current(code)?;
        let parent = self.current(unit.parent.as_ref()?)?;
        // A unit that took over from its own parent must not be its own parent.
        (parent.code != unit.code).then_some(parent)
    }

    /// The unit and everything above it, narrow to wide. Empty for unknown codes.
    pub fn path(&self, code: &UnitId) -> Vec<&Unit> {
        let mut path: Vec<&Unit> = Vec::new();
        let mut next = self.current(code);
        while let Some(unit) = next {
            if path.len() >= DEPTH_MAX || path.iter().any(|u| u.code == unit.code) {
                break;
            }
            path.push(unit);
            // Valid today, as `parent` would only find out again.
            next = unit.parent.as_ref().and_then(|above| self.current(above));
        }
        path
    }

    /// Codes of everything around a place and its own, wide to narrow.
    pub fn around(&self, code: &UnitId) -> Vec<&str> {
        let path = self.path(code).into_iter().rev();
        path.map(|unit| unit.code.as_str()).collect()
    }

    /// Everything above the unit, narrow to wide.
    pub fn ancestors(&self, code: &UnitId) -> Vec<&Unit> {
        let mut path = self.path(code);
        if !path.is_empty() {
            path.remove(0);
        }
        path
    }

    /// The unit itself or the one above it that is of this level.
    pub fn at_level(&self, code: &UnitId, kind: UnitKind) -> Option<&Unit> {
        self.path(code).into_iter().find(|u| u.kind == kind)
    }

    pub fn community_of(&self, code: &UnitId) -> Option<&Unit> {
        self.at_level(code, UnitKind::Community)
    }

    pub fn street_of(&self, code: &UnitId) -> Option<&Unit> {
        self.at_level(code, UnitKind::Street)
    }

    pub fn district_of(&self, code: &UnitId) -> Option<&Unit> {
        self.at_level(code, UnitKind::District)
    }

    /// Units directly below, by code.
    pub fn children(&self, code: &UnitId) -> impl Iterator<Item = &Unit> {
        self.current(code)
            .and_then(|unit| self.children.get(&unit.code))
            .into_iter()
            .flatten()
            .filter_map(|code| self.units.get(code))
    }

    /// Units of this level below (or at) a unit, by code.
    pub fn below(&self, code: &UnitId, kind: UnitKind) -> Vec<&Unit> {
        let mut found = Vec::new();
        let mut left: Vec<&Unit> = self.current(code).into_iter().collect();
        let mut seen = 0;
        while let Some(unit) = left.pop() {
            seen += 1;
            if unit.kind == kind {
                found.push(unit);
            } else if seen <= self.units.len() {
                left.extend(self.children(&unit.code));
            }
        }
        found.sort_by(|a, b| a.code.cmp(&b.code));
        found
    }

    /// Whether `lower` lies in `upper` or is it.
    pub fn within(&self, lower: &UnitId, upper: &UnitId) -> bool {
        self.path(lower).iter().any(|u| u.code == *upper)
    }

    /// Where the duty desk for a place is: its district; for a place above
    /// the districts, or no known place, the only district there is, else the
    /// widest unit. `None` only for an empty tree.
    pub fn duty_desk(&self, place: Option<&UnitId>) -> Option<&Unit> {
        if let Some(district) = place.and_then(|code| self.district_of(code)) {
            return Some(district);
        }
        let top = place.and_then(|code| self.path(code).pop());
        let mut districts = self.units().filter(|u| u.kind == UnitKind::District);
        match (top, districts.next(), districts.next()) {
            (None, Some(only), None) => Some(only),
            (Some(top), Some(only), None) if self.within(&only.code, &top.code) => Some(only),
            (Some(top), _, _) => Some(top),
            (None, _, _) => self
                .units()
                .min_by(|a, b| (a.kind, &a.code).cmp(&(b.kind, &b.code))),
        }
    }

    /// The name with the street and community above it, as shown to people:
    /// `青石街道桃源社区`. The code itself when it is unknown.
    pub fn full_name(&self, code: &UnitId) -> String {
        let path = self.path(code);
        if path.is_empty() {
            return code.to_string();
        }
        path.iter()
            .rev()
            .filter(|u| u.kind >= UnitKind::Street || path.len() == 1 || u.code == path[0].code)
            .map(|u| u.name.as_str())
            .collect()
    }

    /// The narrowest units whose outline holds a place: several when outlines
    /// overlap, which means that it has to be asked.
    pub fn find_by_pin(&self, latitude: f64, longitude: f64) -> Vec<UnitId> {
        let holds = |u: &&Unit| {
            let area = u.area.as_ref();
            area.is_some_and(|a| a.contains(latitude, longitude))
        };
        let found: Vec<&Unit> = self.units().filter(holds).collect();
        let narrowest = found.iter().map(|u| u.kind).max();
        let narrow = found.into_iter().filter(|u| Some(u.kind) == narrowest);
        narrow.map(|u| u.code.clone()).collect()
    }

    /// Units named in a free sentence, by name or alias, longest words first.
    /// Several results mean that it has to be asked; a wider unit is left out
    /// when a narrower one inside it is named too.
    pub fn find_by_words(&self, sentence: &str) -> Vec<Match> {
        self.words.find(sentence, self)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn units() -> Vec<Unit> {
        use UnitKind::{City, Community, District, Grid, Street};
        let mut units = vec![
            Unit::new("1", City, "云溪市", None),
            Unit::new("11", District, "溪东区", Some("1")),
            Unit::new("111", Street, "青石街道", Some("11")),
            Unit::new("1111", Community, "桃源社区", Some("111")),
            Unit::new("1112", Community, "新桥社区", Some("111")),
            Unit::new("11111", Grid, "桃源第一网格", Some("1111")),
            Unit::new("11121", Grid, "新桥第一网格", Some("1112")),
        ];
        units[5].aliases = vec!["幸福里".into(), "桂花苑".into(), "12号院".into()];
        units[6].aliases = vec!["幸福里".into(), "桂花苑南区".into()];
        units
    }

    fn tree() -> Tree {
        Tree::new(units(), day(2026, 2, 14))
    }

    fn found(sentence: &str) -> Vec<String> {
        tree()
            .find_by_words(sentence)
            .into_iter()
            .map(|m| m.unit.0)
            .collect()
    }

    #[test]
    fn a_grid_knows_everything_above_it() {
        let tree = tree();
        let grid = UnitId::from("11111");
        assert_eq!(tree.community_of(&grid).unwrap().name, "桃源社区");
        assert_eq!(tree.street_of(&grid).unwrap().name, "青石街道");
        assert_eq!(tree.district_of(&grid).unwrap().name, "溪东区");
        assert_eq!(tree.ancestors(&grid).len(), 4);
        assert_eq!(tree.full_name(&grid), "青石街道桃源社区桃源第一网格");
        assert_eq!(tree.full_name(&"11".into()), "溪东区");
        assert_eq!(tree.duty_desk(Some(&grid)).unwrap().name, "溪东区");
        assert_eq!(tree.duty_desk(None).unwrap().name, "溪东区");
        assert_eq!(tree.below(&"111".into(), UnitKind::Grid).len(), 2);
    }

    #[test]
    fn an_estate_in_a_sentence_finds_its_grid() {
        assert_eq!(found("我妈住在桂花苑3栋，没人管"), ["11111"]);
        assert_eq!(found("新桥社区的"), ["1112"]);
        assert_eq!(found("不知道在哪"), Vec::<String>::new());
    }

    #[test]
    fn the_longest_name_wins_over_one_inside_it() {
        assert_eq!(found("桂花苑南区2单元"), ["11121"]);
    }

    #[test]
    fn a_name_used_twice_gives_both_and_is_never_guessed() {
        assert_eq!(found("我住幸福里"), ["11111", "11121"]);
    }

    #[test]
    fn naming_the_community_settles_which_of_two() {
        assert_eq!(found("新桥社区幸福里8号"), ["11121"]);
    }

    #[test]
    fn a_number_is_not_found_inside_a_longer_one() {
        assert_eq!(found("12号院"), ["11111"]);
        assert_eq!(found("１２号院"), ["11111"]);
        assert_eq!(found("112号院"), Vec::<String>::new());
    }

    #[test]
    fn an_ended_unit_stands_for_its_successor_or_the_one_above() {
        let mut units = units();
        units[3].valid_to = Some(day(2025, 12, 31));
        units[3].successor = Some("1112".into());
        units[5].valid_to = Some(day(2025, 12, 31));
        let tree = Tree::new(units, day(2026, 2, 14));
        assert_eq!(tree.current(&"1111".into()).unwrap().name, "新桥社区");
        assert_eq!(tree.current(&"11111".into()).unwrap().name, "新桥社区");
        assert_eq!(tree.get(&"1111".into()).unwrap().name, "桃源社区");
        let old_name = tree.find_by_words("我家在桃源社区");
        assert_eq!(old_name[0].unit.0, "1112");
    }

    #[test]
    fn a_damaged_tree_neither_loops_nor_panics() {
        let mut units = units();
        units[0].parent = Some("11111".into());
        units[1].successor = Some("11".into());
        units[1].valid_to = Some(day(2020, 1, 1));
        let tree = Tree::new(units, day(2026, 2, 14));
        for code in ["1", "11", "11111", "nowhere"] {
            tree.path(&code.into());
            tree.below(&code.into(), UnitKind::Grid);
            tree.duty_desk(Some(&code.into()));
        }
        assert!(
            Tree::new(Vec::new(), day(2026, 1, 1))
                .duty_desk(None)
                .is_none()
        );
    }
}
