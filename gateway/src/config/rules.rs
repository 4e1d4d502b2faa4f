//! The documents the configuration points to: ladder and calendar. What is
//! wrong in them is found by their own readers; here it is read and blamed.

use super::load::{Loaded, Problem, Problems, Source};
use crate::calendar::Calendar;
use crate::escalation::policy::Policy;
use crate::finding::Finding;
use std::path::Path;

impl Loaded {
    /// The ladder in force: the file's, or the shipped one.
    pub fn policy(&self) -> Result<Policy, Problems> {
        match &self.config.escalation.policy_file {
            None => Ok(Policy::builtin()),
            Some(path) => self.document("escalation.policy_file", path, Policy::parse),
        }
    }

    /// The working calendar in force: the file's (JSON when its name ends so,
    /// else TOML), or the shipped one. It must keep the city's time.
    pub fn calendar(&self) -> Result<Calendar, Problems> {
        let key = "escalation.calendar_file";
        let calendar = match &self.config.escalation.calendar_file {
            None => Calendar::builtin(),
            Some(path) if path.extension().is_some_and(|e| e == "json") => {
                self.document(key, path, Calendar::from_json)?
            }
            Some(path) => self.document(key, path, Calendar::from_toml)?,
        };
        let (city, own) = (self.config.city.utc_offset, calendar.offset());
        if city == own {
            return Ok(calendar);
        }
        Err(Problems(vec![Problem {
            key: key.to_owned(),
            source: self.source("city.utc_offset"),
            what: format!("the calendar is for {own}, city.utc_offset is {city}"),
        }]))
    }

    /// Whether messages can be kept while the database is away. Makes nothing:
    /// where the folder is not there yet, the one it would be made in is tried.
    pub fn folders(&self) -> Result<(), Problems> {
        let dir = std::path::absolute(&self.config.spool.dir);
        let tried = dir.and_then(|dir| {
            let there = dir.ancestors().find(|folder| folder.exists());
            crate::spool::try_folder(there.unwrap_or(&dir))
        });
        tried.map_err(|e| {
            Problems(vec![Problem {
                key: "spool.dir".to_owned(),
                source: self.source("spool.dir"),
                what: format!("nothing can be kept there: {e}"),
            }])
        })
    }

    fn document<T>(
        &self,
        key: &str,
        path: &Path,
        read: fn(&str) -> Result<T, Vec<Finding>>,
    ) -> Result<T, Problems> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| {
            Problems(vec![Problem {
                key: key.to_owned(),
                source: self.source(key),
                what: format!("{name} cannot be read: {e}"),
            }])
        })?;
        read(&text).map_err(|findings| {
            let blame = |finding: Finding| Problem {
                key: finding.place,
                source: Source::File {
                    name: name.clone(),
                    line: 0,
                },
                what: finding.problem.to_string(),
            };
            Problems(findings.into_iter().map(blame).collect())
        })
    }

    fn source(&self, key: &str) -> Source {
        let given = self.given.iter().rfind(|g| g.0 == key);
        given.map_or(Source::Default, |g| g.2.clone())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::Config;
    use super::*;

    fn loaded(file: &str) -> Loaded {
        Config::from_sources(Some(("a.toml", file)), []).unwrap()
    }

    #[test]
    fn the_shipped_ladder_and_calendar_are_in_force_without_files() {
        let loaded = loaded("");
        loaded.policy().unwrap();
        loaded.calendar().unwrap();
    }

    #[test]
    fn every_contradiction_of_a_file_is_named_with_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ladder.toml");
        std::fs::write(&path, "version = \"x\"\n").unwrap();
        let name = path.to_str().unwrap();
        let file = format!("[escalation]\npolicy_file = \"{name}\"\ncalendar_file = \"{name}\"\n");
        let loaded = loaded(&file);
        for problems in [loaded.policy().unwrap_err(), loaded.calendar().unwrap_err()] {
            assert!(!problems.0.is_empty());
            for problem in problems.0 {
                assert!(problem.to_string().starts_with(name), "{problem}");
            }
        }
    }

    #[test]
    fn a_file_that_is_not_there_and_a_calendar_of_another_place_are_refused() {
        let missing = loaded("[escalation]\npolicy_file = \"/no/such.toml\"\n");
        let said = missing.policy().unwrap_err().to_string();
        assert!(said.contains("a.toml:2: escalation.policy_file: /no/such.toml cannot be read"));
        let elsewhere = loaded("[city]\nutc_offset = \"+06:00\"\n");
        let said = elsewhere.calendar().unwrap_err().to_string();
        assert!(said.contains("a.toml:2: escalation.calendar_file: the calendar is for +08:00"));
    }
}
