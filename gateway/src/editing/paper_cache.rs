//! Texts that were read a moment ago. The pages of an editor ask for the same ones
//! again and again, and a menu takes milliseconds to read and to check.

use super::paper::{Found, Kind, Paper};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Texts kept: what is in force and a draft of each kind.
const KEPT: usize = 2 * Kind::ALL.len();

/// A text that was understood, and what is to mend in it.
#[derive(Debug)]
pub struct Reading {
    pub paper: Arc<Paper>,
    pub findings: Vec<Found>,
}

/// The newest readings; the same text is read once.
#[derive(Debug, Default)]
pub struct Readings(Mutex<VecDeque<(Kind, String, Arc<Reading>)>>);

impl Readings {
    /// Understands a text, or says what is wrong with it.
    ///
    /// # Errors
    /// What keeps it from being read.
    pub fn read(&self, kind: Kind, text: &str) -> Result<Arc<Reading>, Vec<Found>> {
        if let Some(known) = self.known(kind, text) {
            return Ok(known);
        }
        let paper = Paper::read(kind, text)?;
        let findings = paper.findings();
        let reading = Arc::new(Reading {
            paper: Arc::new(paper),
            findings,
        });
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.truncate(KEPT - 1);
        all.push_front((kind, text.to_owned(), Arc::clone(&reading)));
        Ok(reading)
    }

    fn known(&self, kind: Kind, text: &str) -> Option<Arc<Reading>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all
            .iter()
            .position(|(of, read, _)| *of == kind && read == text)?;
        let known = all.remove(at)?;
        let reading = Arc::clone(&known.2);
        all.push_front(known);
        Some(reading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_read_once_and_no_other_is_taken_for_it() {
        let readings = Readings::default();
        let text = menus::document::to_json(menus::starter());
        let first = readings.read(Kind::Menu, &text).expect("what is shipped");
        let again = readings.read(Kind::Menu, &text).expect("the same");
        assert!(Arc::ptr_eq(&first, &again));
        let other = text.replacen("助餐", "送饭", 1);
        assert_ne!(text, other);
        let changed = readings.read(Kind::Menu, &other).expect("sound as well");
        assert_ne!(changed.paper, first.paper);
        assert!(readings.read(Kind::Calendar, &text).is_err());
        for n in 0..20 {
            let padded = format!("{text}{}", " ".repeat(n));
            assert!(readings.read(Kind::Menu, &padded).is_ok());
        }
        assert_eq!(readings.0.lock().expect("sound").len(), KEPT);
    }
}
