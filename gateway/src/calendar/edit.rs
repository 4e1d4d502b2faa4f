//! Pure edits of a written calendar: each gives the whole new text, or says what
//! would be wrong with it. Nothing is half done.

use super::document::build;
use super::notice;
use super::written::{Document, Off, WEEK, Work, Year, read, write};
use crate::finding::{Finding, Problem, one};
use chrono::{Datelike, NaiveDate};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Days off, first and last included.
    Off {
        from: NaiveDate,
        to: NaiveDate,
        name: String,
    },
    /// A make-up working day, or a day with hours of its own: `09:00-12:00`.
    /// Without windows it has the usual ones.
    Work {
        on: NaiveDate,
        name: String,
        windows: Vec<String>,
    },
    /// Takes away what is listed from this day on: the days off that begin with
    /// it, and the work on it.
    Clear { on: NaiveDate },
    /// The windows of a weekday, Monday being 0; none is a day off.
    Hours { day: usize, windows: Vec<String> },
    /// All days of a year as its notice announces them, in place of whatever was
    /// listed for it. The year is that of the notice unless it is given.
    Announce {
        text: String,
        year: Option<i32>,
        source: String,
    },
}

/// The text after all edits; nothing changes while one of them is wrong.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, Vec<Finding>> {
    let mut document = read(text)?;
    for edit in edits {
        change(&mut document, edit)?;
    }
    document
        .years
        .retain(|_, year| !(year.off.is_empty() && year.work.is_empty()));
    for year in document.years.values_mut() {
        year.off.sort_by(|a, b| a.from.cmp(&b.from));
        year.work.sort_by(|a, b| a.on.cmp(&b.on));
    }
    build(&document)?;
    Ok(write(&document))
}

/// What is listed for a year: a stretch of days off, or a working day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub year: String,
    pub from: NaiveDate,
    /// Included.
    pub to: NaiveDate,
    pub name: String,
    pub works: bool,
    /// Hours of its own, if it is worked and has some.
    pub windows: Vec<String>,
}

/// Everything that is listed, year by year and in order of time; nothing for a
/// text that cannot be read.
pub fn listed(text: &str) -> Vec<Listed> {
    let mut all = Vec::new();
    for (key, year) in read(text).map(|d| d.years).unwrap_or_default() {
        let days = |from: &str, to: &str| from.parse().ok().zip(to.parse().ok());
        let off = year.off.iter().filter_map(|off| {
            let (from, to) = days(&off.from, off.to.as_ref().unwrap_or(&off.from))?;
            Some((from, to, &off.name, None))
        });
        let work = year.work.iter().filter_map(|work| {
            let (from, to) = days(&work.on, &work.on)?;
            Some((from, to, &work.name, Some(work.windows.clone())))
        });
        let mut of_year: Vec<_> = off.chain(work).collect();
        of_year.sort_by_key(|(from, ..)| *from);
        all.extend(of_year.into_iter().map(|(from, to, name, work)| Listed {
            year: key.clone(),
            from,
            to,
            name: name.clone(),
            works: work.is_some(),
            windows: work.flatten().unwrap_or_default(),
        }));
    }
    all
}

/// The windows of each weekday as they are written, Monday first.
pub fn hours(text: &str) -> [String; 7] {
    let weekly = read(text).map(|d| d.weekly).unwrap_or_default();
    WEEK.map(|day| weekly.get(day).map(|w| w.join(", ")).unwrap_or_default())
}

fn change(document: &mut Document, edit: &Edit) -> Result<(), Vec<Finding>> {
    match edit {
        Edit::Off { from, to, name } => {
            // New Year may begin in the last days of the year before.
            year(document, to.year()).off.push(Off {
                from: from.to_string(),
                to: Some(to.to_string()),
                name: name.clone(),
            });
        }
        Edit::Work { on, name, windows } => {
            year(document, on.year()).work.push(Work {
                on: on.to_string(),
                name: name.clone(),
                windows: Some(windows.clone()).filter(|w| !w.is_empty()),
            });
        }
        Edit::Clear { on } => clear(document, *on)?,
        Edit::Hours { day, windows } => hours_of(document, *day, windows),
        Edit::Announce { text, year, source } => {
            let notice = notice::read(text, *year, source)?;
            announce(document, notice);
        }
    }
    Ok(())
}

fn clear(document: &mut Document, on: NaiveDate) -> Result<(), Vec<Finding>> {
    let (day, mut cleared) = (on.to_string(), false);
    for year in document.years.values_mut() {
        let before = year.off.len() + year.work.len();
        year.off.retain(|off| off.from != day);
        year.work.retain(|work| work.on != day);
        cleared |= year.off.len() + year.work.len() != before;
    }
    if cleared {
        return Ok(());
    }
    Err(one("years", Problem::NothingOnThatDay { date: on }))
}

fn hours_of(document: &mut Document, day: usize, windows: &[String]) {
    let key = WEEK[day % WEEK.len()];
    if windows.is_empty() {
        document.weekly.remove(key);
        return;
    }
    // Make-up days of a weekday that is worked from now on keep the hours they had.
    let first = WEEK.iter().find_map(|day| document.weekly.get(*day));
    let usual = document.makeup.as_ref().or(first).cloned();
    for work in document.years.values_mut().flat_map(|y| &mut y.work) {
        let on: Option<NaiveDate> = work.on.parse().ok();
        let same = on.is_some_and(|on| on.weekday().num_days_from_monday() as usize == day);
        if same && work.windows.is_none() {
            work.windows.clone_from(&usual);
        }
    }
    document.weekly.insert(key.to_owned(), windows.to_vec());
}

fn announce(document: &mut Document, notice: notice::Notice) {
    let off = notice.off.into_iter().map(|(from, to, name)| Off {
        from: from.to_string(),
        to: Some(to.to_string()),
        name,
    });
    let work = notice.work.into_iter().map(|(on, name)| Work {
        on: on.to_string(),
        name,
        windows: None,
    });
    let mut year = Year {
        source: notice.source,
        off: off.collect(),
        work: work.collect(),
    };
    // Where its weekday is worked anyway, a make-up day says its hours.
    let worked = |on: &str| {
        let on: Option<NaiveDate> = on.parse().ok();
        let day = on.map(|on| WEEK[on.weekday().num_days_from_monday() as usize]);
        let hours = day.and_then(|day| document.weekly.get(day));
        hours.filter(|hours| !hours.is_empty()).cloned()
    };
    for work in &mut year.work {
        work.windows = worked(&work.on);
    }
    document.years.insert(notice.year.to_string(), year);
}

fn year(document: &mut Document, year: i32) -> &mut Year {
    document.years.entry(year.to_string()).or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::calendar::{BUILTIN, Calendar};

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn off(from: &str, to: &str) -> Edit {
        Edit::Off {
            from: date(from),
            to: date(to),
            name: "本地".into(),
        }
    }

    #[test]
    fn a_day_is_added_and_taken_away_again_without_a_trace() {
        let added = apply(BUILTIN, &[off("2026-03-05", "2026-03-06")]).unwrap();
        let calendar = Calendar::from_text(&added).unwrap();
        assert!(!calendar.day(date("2026-03-06")).working);
        assert!(calendar.day(date("2026-03-09")).working);
        let clear = Edit::Clear {
            on: date("2026-03-05"),
        };
        assert_eq!(
            apply(&added, std::slice::from_ref(&clear)).unwrap(),
            BUILTIN
        );
        let refused = apply(BUILTIN, &[clear]).unwrap_err();
        assert!(
            refused[0]
                .to_string()
                .contains("nothing is listed for 2026-03-05")
        );
    }

    #[test]
    fn what_contradicts_is_refused_and_nothing_is_kept() {
        for (edit, why) in [
            (off("2026-03-09", "2026-03-06"), "reversed"),
            (off("2026-01-04", "2026-01-04"), "both off and worked"),
            (off("2026-03-05", "2026-12-06"), "days long"),
        ] {
            let refused = apply(BUILTIN, &[edit]).unwrap_err();
            assert!(
                refused.iter().any(|f| f.to_string().contains(why)),
                "{why}: {refused:?}"
            );
        }
    }

    #[test]
    fn a_day_and_a_weekday_may_have_hours_of_their_own() {
        let edits = [
            Edit::Work {
                on: date("2026-03-05"),
                name: "半天".into(),
                windows: vec!["09:00-12:00".into()],
            },
            Edit::Hours {
                day: 5,
                windows: vec!["10:00-11:00".into()],
            },
            Edit::Hours {
                day: 0,
                windows: vec![],
            },
        ];
        let calendar = Calendar::from_text(&apply(BUILTIN, &edits).unwrap()).unwrap();
        assert_eq!(calendar.windows(date("2026-03-05")).len(), 1);
        assert_eq!(calendar.weekly_hours(5), "10:00-11:00");
        assert!(!calendar.day(date("2026-03-09")).working);
    }

    #[test]
    fn a_year_that_loses_its_last_day_is_not_announced_any_more() {
        let text = apply(BUILTIN, &[off("2027-01-01", "2027-01-01")]).unwrap();
        let years = |text: &str| Calendar::from_text(text).unwrap().known_years().unwrap();
        assert_eq!(years(&text), [2025, 2026, 2027]);
        let clear = Edit::Clear {
            on: date("2027-01-01"),
        };
        assert_eq!(years(&apply(&text, &[clear]).unwrap()), [2025, 2026]);
        let eve = apply(BUILTIN, &[off("2026-12-31", "2027-01-02")]).unwrap();
        assert_eq!(
            years(&eve),
            [2025, 2026, 2027],
            "it belongs to the year it ends in"
        );
    }
}
