//! 云溪市, a made-up city for the demonstration and the tests.
//!
//! Nothing in it exists: the division code 59 is not assigned, telephone
//! numbers are a row, names were put together by chance. The same three files
//! serve as examples of what `gateway import` reads.

use crate::import::{Existing, parse_residents, parse_units, parse_workers};
use crate::people::Resident;
use crate::territory::{Unit, Worker};
use chrono::NaiveDate;

/// The example files, as `gateway import` takes them.
pub const UNITS_CSV: &str = include_str!("units.csv");
pub const WORKERS_CSV: &str = include_str!("workers.csv");
pub const RESIDENTS_CSV: &str = include_str!("residents.csv");

/// The whole city.
#[derive(Clone, Debug)]
pub struct City {
    pub units: Vec<Unit>,
    pub workers: Vec<Worker>,
    pub residents: Vec<Resident>,
}

/// Reads the city through the same code that imports a real one.
pub fn city() -> City {
    let today = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a real day");
    let units = parse_units(UNITS_CSV.as_bytes(), &Existing::new(today, []));
    let existing = Existing::new(today, &units.rows);
    City {
        workers: parse_workers(WORKERS_CSV.as_bytes(), &existing).rows,
        residents: parse_residents(RESIDENTS_CSV.as_bytes(), &existing).rows,
        units: units.rows,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::people::document;
    use crate::territory::lint::{Window, lacks};
    use crate::territory::{Role, Roster, Tree, UnitKind};
    use chrono::TimeDelta;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 2, 14).unwrap()
    }

    #[test]
    fn the_city_is_whole_and_every_line_of_it_is_clean() {
        let units = parse_units(UNITS_CSV.as_bytes(), &Existing::new(today(), []));
        let existing = Existing::new(today(), &units.rows);
        let workers = parse_workers(WORKERS_CSV.as_bytes(), &existing);
        let residents = parse_residents(RESIDENTS_CSV.as_bytes(), &existing);
        for report in [&units.report, &workers.report, &residents.report] {
            assert!(
                report.is_clean() && report.warning_count == 0,
                "{}",
                report.en()
            );
        }
        let count = |kind| units.rows.iter().filter(|u| u.kind == kind).count();
        assert_eq!(
            UnitKind::ALL.map(count),
            [1, 1, 3, 8, 20],
            "city, district, streets, communities, grids"
        );
        assert_eq!(residents.rows.len(), 40);
    }

    /// What the roster lacks over a working day and the night after it.
    fn lacking(tree: &Tree, roster: &Roster) -> Vec<String> {
        let open = |at: Moment| at < Moment::default() + TimeDelta::hours(9);
        let window = Window {
            from: Moment::default(),
            to: Moment::default() + TimeDelta::days(1),
            open: &open,
        };
        let found = lacks(tree, roster, &window);
        let words = found.iter().map(|lack| lack.words(tree, roster, true));
        words.collect()
    }

    #[test]
    fn every_role_a_service_needs_is_held_and_no_desk_is_empty() {
        let city = city();
        for role in Role::ALL {
            let held = city.workers.iter().any(|w| w.roles.contains(role));
            assert!(held || *role == Role::Bot, "{role}");
        }
        let tree = Tree::new(city.units, today());
        let roster = Roster::new(city.workers);
        assert_eq!(lacking(&tree, &roster), Vec::<String>::new());
    }

    #[test]
    fn a_missing_deputy_or_night_is_reported_as_a_gap() {
        let mut city = city();
        city.workers.retain(|w| {
            let coordinator = w.unit.as_str() == "590102001001" && w.roles.contains(&Role::Coord);
            !(coordinator && w.deputy)
        });
        for worker in &mut city.workers {
            if worker.roles.contains(&Role::Duty) {
                worker.duty = crate::territory::Duty::WorkingHours;
            }
        }
        let tree = Tree::new(city.units, today());
        assert_eq!(
            lacking(&tree, &Roster::new(city.workers)),
            [
                "溪东区 值守岗：1970-01-01 17:00 至 1970-01-02 08:00 无人在岗",
                "青石街道桃源社区 救助协理员：缺少副手"
            ]
        );
    }

    #[test]
    fn nothing_in_it_belongs_to_anybody() {
        for resident in city().residents {
            let number = resident.id_number.unwrap();
            assert!(number.expose().starts_with("5901"));
            assert!(document::parse(number.expose(), today()).is_ok_and(|d| d.checked));
            if let Some(phone) = resident.phone {
                assert!(phone.expose().starts_with("199000"));
            }
        }
    }
}
