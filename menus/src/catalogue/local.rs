//! What one place has otherwise than the whole: a service hidden or shown, called
//! by another name, with other time limits, led by another desk.
//!
//! It is said in attributes as they are entered. A place is given as the codes of
//! all units around it, from wide to narrow: the narrower has the last word. Codes
//! say nothing by themselves, and nothing here knows which places there are.

use std::collections::BTreeMap;

use super::{ATTRIBUTES, Attribute, Catalogue, Refused, Service, ServiceCode};
use crate::localized::Lang;

/// The attributes a place may have otherwise.
pub const OTHERWISE: [&str; 9] = [
    "in_menu",
    "name.zh",
    "name.en",
    "short.zh",
    "short.en",
    "limits",
    "role",
    "route.lead",
    "route.copy",
];

/// What is otherwise about a service in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Code of the place.
    pub unit: String,
    pub service: ServiceCode,
    /// Attributes of [`OTHERWISE`] in their entered form.
    pub values: BTreeMap<String, String>,
}

impl Override {
    /// What is otherwise, in words, a line an attribute.
    pub fn words(&self, service: &Service, catalogue: &Catalogue, lang: Lang) -> Vec<String> {
        let mut there = service.clone();
        self.apply(&mut there);
        let rows = ATTRIBUTES.iter();
        let rows = rows.filter(|row| self.values.contains_key(row.key));
        let line = |row: &Attribute| {
            let words = row.said(&there, catalogue, lang).replace('\n', "; ");
            match lang {
                Lang::Zh => format!("{}：{words}", row.label.get(lang)),
                Lang::En => format!("{}: {words}", row.label.get(lang)),
            }
        };
        rows.map(line).collect()
    }

    fn apply(&self, service: &mut Service) {
        let renamed = ["name.zh", "name.en"];
        if renamed.iter().any(|key| self.values.contains_key(*key)) {
            // The short name was one of the former name.
            service.short = None;
        }
        for (key, value) in &self.values {
            // Values were tried when they were entered or read.
            let _ = try_on(service, key, value);
        }
    }
}

/// Sets an attribute that may be otherwise. `None`: there is no such attribute.
pub(crate) fn try_on(service: &mut Service, key: &str, value: &str) -> Option<Result<(), Refused>> {
    let known = OTHERWISE.contains(&key);
    let row = ATTRIBUTES.iter().find(|row| known && row.key == key)?;
    row.set.map(|set| set(service, value))
}

/// Has a value otherwise, or as everywhere again; the list stays in its order.
pub(crate) fn set_otherwise(
    all: &mut Vec<Override>,
    (unit, service): (&str, &ServiceCode),
    attribute: &str,
    value: Option<&str>,
) {
    let wanted = (unit, service);
    let at = match all.binary_search_by(|o| (o.unit.as_str(), &o.service).cmp(&wanted)) {
        Ok(at) => at,
        Err(at) => {
            let one = Override {
                unit: unit.to_owned(),
                service: service.clone(),
                values: BTreeMap::new(),
            };
            all.insert(at, one);
            at
        }
    };
    match value {
        Some(value) => all[at]
            .values
            .insert(attribute.to_owned(), value.to_owned()),
        None => all[at].values.remove(attribute),
    };
    all.retain(|o| !o.values.is_empty());
}

impl Catalogue {
    /// What is otherwise in places, by place and service.
    pub fn overrides(&self) -> &[Override] {
        &self.parts.overrides
    }

    /// Those of the units around a place that have something otherwise, in the same
    /// order: two places with the same list have the same menu.
    pub fn overriding<'p>(&self, around: &[&'p str]) -> Vec<&'p str> {
        let says = |unit: &&str| self.parts.overrides.iter().any(|o| o.unit == *unit);
        around.iter().copied().filter(says).collect()
    }

    /// The catalogue as it is in a place, given as the units around it from wide to
    /// narrow: under the same version, with nothing otherwise any more.
    #[must_use]
    pub fn at(&self, around: &[&str]) -> Self {
        let mut parts = self.parts.clone();
        let all = std::mem::take(&mut parts.overrides);
        for unit in around {
            for one in all.iter().filter(|o| o.unit == *unit) {
                let found = parts.services.iter_mut();
                for service in found.filter(|service| service.code == one.service) {
                    one.apply(service);
                }
            }
        }
        Self::new(parts)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::edit::{Edit, apply_all};
    use crate::{diff::diff, starter};

    fn otherwise(unit: &str, attribute: &str, value: &str) -> Edit {
        Edit::Override {
            unit: unit.into(),
            code: ServiceCode::new("ELD-MEAL"),
            attribute: attribute.into(),
            value: Some(value.into()).filter(|v: &String| !v.is_empty()),
        }
    }

    #[test]
    fn the_narrower_place_has_the_last_word_and_other_places_stay_as_they_are() {
        let mut edits = vec![
            otherwise("A", "name.zh", "街道饭堂"),
            otherwise("A", "in_menu", "yes"),
            otherwise("D1", "name.zh", "区里饭堂"),
            otherwise("D1", "in_menu", "no"),
            otherwise("D1", "limits", "first_contact PT4H working local"),
        ];
        let all = apply_all(starter(), &edits).unwrap();
        let meal = |around: &[&str]| all.at(around).service("ELD-MEAL").unwrap().clone();
        // The codes of units tell nothing about which lies in which.
        let grid = ["C", "D1", "A", "WG-7"];
        assert_eq!(meal(&grid).label().zh, "街道饭堂");
        assert!(meal(&grid).in_menu);
        assert_eq!(meal(&grid).limits.len(), 1, "the district's");
        assert_eq!(meal(&["C", "D1", "B"]).label().zh, "区里饭堂");
        assert!(!meal(&["C", "D1", "B"]).in_menu);
        let untouched = meal(&["C", "D10", "A1"]);
        assert_eq!(&untouched, starter().service("ELD-MEAL").unwrap());
        assert_eq!(all.overriding(&grid), ["D1", "A"]);
        assert!(all.overriding(&["C", "D10", "A1"]).is_empty());
        // In another order it is the same document, and it survives storing.
        edits.reverse();
        assert_eq!(apply_all(starter(), &edits).unwrap(), all);
        let stored = crate::document::to_json(&all);
        assert_eq!(crate::document::from_json(&stored).unwrap(), all);
        let odd = stored.replace("PT4H working", "soon working");
        assert!(crate::document::from_json(&odd).is_err());
        let told = diff(starter(), &all, str::to_owned);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[1].text.zh.starts_with("D1的“助餐送餐”另有安排："),
            "{told:?}"
        );
        assert!(told[1].text.zh.contains("显示在菜单：否"), "{told:?}");
    }

    #[test]
    fn what_is_taken_back_leaves_nothing_and_what_cannot_be_is_refused() {
        let edits = [
            otherwise("590102", "in_menu", "no"),
            otherwise("590102", "in_menu", ""),
        ];
        assert_eq!(&apply_all(starter(), &edits).unwrap(), starter());
        for (attribute, value) in [
            ("restricted", "no"),
            ("in_menu", "maybe"),
            ("limits", "soon"),
        ] {
            let edit = otherwise("590102", attribute, value);
            assert!(apply_all(starter(), &[edit]).is_err(), "{attribute}");
        }
    }

    #[test]
    fn what_is_wrong_in_one_place_is_found_with_the_place() {
        let found = |edit| {
            let after = apply_all(starter(), &[edit]).unwrap();
            let known = crate::check::check(starter());
            let all = crate::check::check(&after).into_iter();
            let new: Vec<_> = all.filter(|f| !known.contains(f)).collect();
            new
        };
        let long = otherwise(
            "590102",
            "name.en",
            "A very long name that no button can bear",
        );
        let one = found(long);
        assert_eq!(one[0].field, "override.590102");
        assert!(one[0].message.zh.starts_with("590102："), "{one:?}");
        assert!(found(otherwise("590102", "in_menu", "no")).is_empty());
    }

    #[test]
    fn what_is_wrong_only_together_is_found_in_the_narrower_place() {
        let edits = [
            otherwise("D1", "name.zh", "区里饭堂"),
            otherwise("D1", "name.en", "Canteen"),
            otherwise("S1", "short.zh", "饭堂"),
        ];
        let after = apply_all(starter(), &edits).unwrap();
        let alone = crate::check::check(&after).into_iter();
        let half: Vec<_> = alone.filter(|f| f.message.zh.contains("短名称")).collect();
        assert!(half.is_empty(), "{half:?}");
        let found = crate::check::together(&after, &["C", "D1", "S1", "G1"]);
        assert_eq!(found[0].field, "override.S1");
        assert!(
            found[0].message.zh.starts_with("S1：短名称缺少"),
            "{found:?}"
        );
        for place in [&["C", "D1"][..], &["C", "D2", "S1"], &["C"]] {
            assert!(crate::check::together(&after, place).is_empty());
        }
    }
}
