//! What to mend about places that have a service otherwise, as far as only the
//! territory tells: which units there are today, and which lie around which.

use super::paper::{Found, Paper};
use crate::ids::UnitId;
use crate::territory::Tree;
use menus::catalogue::Override;
use menus::check::together;
use menus::edit::Edit;
use menus::{Catalogue, Localized};

/// What to mend about the places of a menu.
pub(super) fn findings(paper: &Paper, tree: &Tree) -> Vec<Found> {
    let Paper::Menu(catalogue) = paper else {
        return Vec::new();
    };
    let mut units: Vec<&str> = catalogue.overrides().iter().map(|o| &*o.unit).collect();
    units.dedup();
    units
        .into_iter()
        .flat_map(|unit| of(catalogue, unit, tree))
        .collect()
}

/// A unit that has services otherwise and is not there any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub unit: String,
    /// As it was called; its code where nobody knows any more.
    pub name: String,
    /// Code and name of the unit in its place.
    pub successor: Option<(String, String)>,
    /// How many services it has otherwise.
    pub services: usize,
}

/// The units of a menu that are not there any more.
pub(super) fn ended(paper: &Paper, tree: &Tree) -> Vec<Ended> {
    let Paper::Menu(catalogue) = paper else {
        return Vec::new();
    };
    let mut all: Vec<Ended> = Vec::new();
    for one in catalogue.overrides() {
        if let Some(known) = all.iter_mut().find(|known| known.unit == one.unit) {
            known.services += 1;
            continue;
        }
        let code = UnitId::from(one.unit.as_str());
        let now = tree.current(&code);
        if now.is_some_and(|now| now.code == code) {
            continue;
        }
        let name = tree.get(&code).map_or(&one.unit, |unit| &unit.name);
        all.push(Ended {
            unit: one.unit.clone(),
            name: name.clone(),
            successor: now.map(|now| (now.code.to_string(), tree.full_name(&now.code))),
            services: 1,
        });
    }
    all
}

/// What a unit is called; one that ended by its own name, not by its successor's.
pub(super) fn name(unit: &str, tree: &Tree) -> String {
    let code = UnitId::from(unit);
    match (tree.get(&code), tree.current(&code)) {
        (Some(own), now) if now.is_none_or(|now| now.code != code) => own.name.clone(),
        _ => tree.full_name(&code),
    }
}

/// Takes away everything a unit has otherwise; `to` has it from now on, as far as
/// that has nothing of its own.
pub fn settled(catalogue: &Catalogue, unit: &str, to: Option<&str>) -> Vec<Edit> {
    let here = catalogue.overrides().iter().filter(|one| one.unit == unit);
    let edit = |one: &Override, unit: &str, attribute: &str, value: Option<&str>| Edit::Override {
        unit: unit.to_owned(),
        code: one.service.clone(),
        attribute: attribute.to_owned(),
        value: value.map(str::to_owned),
    };
    let own = |to: &str, one: &Override, attribute: &str| {
        let mut all = catalogue.overrides().iter();
        all.any(|o| o.unit == to && o.service == one.service && o.values.contains_key(attribute))
    };
    let mut edits = Vec::new();
    for one in here {
        for (attribute, value) in &one.values {
            edits.push(edit(one, unit, attribute, None));
            if let Some(to) = to.filter(|to| !own(to, one, attribute)) {
                edits.push(edit(one, to, attribute, Some(value)));
            }
        }
    }
    edits
}

fn of(catalogue: &Catalogue, unit: &str, tree: &Tree) -> Vec<Found> {
    let code = UnitId::from(unit);
    let text = match (tree.get(&code), tree.current(&code)) {
        (Some(_), Some(now)) if now.code == code => {
            let found = together(catalogue, &tree.around(&code)).into_iter();
            return found.map(Found::from).collect();
        }
        (Some(ended), Some(now)) => Localized::new(
            format!(
                "{}（{unit}）已经撤销，现在由{}（{}）接替：这里另外规定的不再起作用，要继续用请写到新单位下面，不用了请删掉",
                ended.name, now.name, now.code
            ),
            format!(
                "{} ({unit}) has ended and {} ({}) stands in its place: what is otherwise here counts no longer; enter it for the new unit, or take it away",
                ended.name, now.name, now.code
            ),
        ),
        _ => Localized::new(
            format!(
                "没有单位 {unit}，或者已经撤销：这里另外规定的不起作用，请改成现有的单位或者删掉"
            ),
            format!(
                "There is no unit {unit}, or not any more: what is otherwise here does not count; enter it for a unit there is, or take it away"
            ),
        ),
    };
    let services = catalogue.overrides().iter().filter(|o| o.unit == unit);
    services
        .map(|one| Found {
            place: one.service.to_string(),
            field: format!("override.{unit}"),
            text: text.clone(),
            grave: false,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::territory::{Unit, UnitKind};
    use chrono::NaiveDate;
    use menus::ServiceCode;
    use menus::edit::apply_all;

    fn otherwise(unit: &str) -> Edit {
        Edit::Override {
            unit: unit.into(),
            code: ServiceCode::new("ELD-MEAL"),
            attribute: "in_menu".into(),
            value: Some("no".into()),
        }
    }

    #[test]
    fn a_place_that_ended_says_who_stands_in_its_place_and_what_to_do() {
        let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let mut old = Unit::new("12", UnitKind::Street, "旧街", Some("1"));
        old.valid_to = Some(day(2025));
        old.successor = Some("13".into());
        let units = vec![
            Unit::new("1", UnitKind::District, "区", None),
            old,
            Unit::new("13", UnitKind::Street, "新街", Some("1")),
        ];
        let tree = Tree::new(units, day(2026));
        let edits = [otherwise("1"), otherwise("12"), otherwise("99")];
        let catalogue = apply_all(menus::starter(), &edits).unwrap();
        let found = findings(&Paper::Menu(Box::new(catalogue)), &tree);
        let told: Vec<&str> = found.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(told, ["override.12", "override.99"]);
        assert!(found[0].text.zh.contains("新街（13）接替"), "{found:?}");
        assert!(found[1].text.en.contains("no unit 99"), "{found:?}");
        assert!(found.iter().all(|f| f.place == "ELD-MEAL" && !f.grave));
    }
}
