//! What is wrong with a document somebody wrote: one finding per contradiction.
//!
//! Calendars and policies report every finding at once and apply nothing while
//! one is left. A finding is data: where it stands, and what kind of problem with
//! which values (`problem`); its words are made from that in both languages. This
//! folder knows nothing about calendars and policies themselves.

mod place;
mod problem;

pub use problem::Problem;

use menus::Localized;
use std::fmt;

/// One contradiction, with the place in the document where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where: a path such as `years.2026.work` or `classes.normal.accept`.
    pub place: String,
    /// What is wrong.
    pub problem: Problem,
}

impl Finding {
    /// Where and what, as people say it.
    pub fn words(&self) -> Localized {
        Self::told(
            &place::words(&self.place, |part| Localized::new(part, part)),
            self.problem.words(),
        )
    }

    /// The same, the steps of a ladder by their names in the place of their keys.
    pub fn words_with(&self, step: impl Fn(&str) -> Localized) -> Localized {
        let problem = Localized::new(
            self.problem
                .with_steps(|key| step(key).zh.into_owned())
                .words()
                .zh,
            self.problem
                .with_steps(|key| step(key).en.into_owned())
                .words()
                .en,
        );
        Self::told(&place::words(&self.place, step), problem)
    }

    fn told(place: &Localized, problem: Localized) -> Localized {
        if *place == Localized::default() {
            return problem;
        }
        Localized::new(
            format!("{}：{}", place.zh, problem.zh),
            format!("{}: {}", place.en, problem.en),
        )
    }
}

impl fmt::Display for Finding {
    /// English, with the path: for logs and the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// The one thing that is wrong.
pub(crate) fn one(place: &str, problem: Problem) -> Vec<Finding> {
    let place = place.to_owned();
    vec![Finding { place, problem }]
}

/// Findings while they are being collected.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(crate) fn add(&mut self, place: impl Into<String>, problem: Problem) {
        self.0.push(Finding {
            place: place.into(),
            problem,
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
