//! What is wrong with a document somebody wrote: one finding per contradiction.
//!
//! Calendars and policies report every finding at once and apply nothing while
//! one is left. This file knows nothing about either of them.

use std::fmt;

/// One contradiction, with the place in the document where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where: a path such as `years.2026.work` or `classes.normal.clocks.accept`.
    pub place: String,
    /// What is wrong, in a sentence.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// Findings while they are being collected.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(crate) fn add(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        self.0.push(Finding {
            place: place.into(),
            problem: problem.into(),
        });
    }

    /// The value when nothing was found, else everything that was.
    pub(crate) fn verdict<T>(self, value: T) -> Result<T, Vec<Finding>> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self.0)
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Finding> {
        self.0
    }
}
