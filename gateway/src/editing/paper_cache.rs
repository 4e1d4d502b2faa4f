//! Documents that were read a moment ago. The pages of an editor ask for the same
//! ones again and again; a menu takes milliseconds to fetch, to read and to check.
//!
//! Nothing in it can be out of date: a text is known by itself, and a version in
//! force never changes. Which version is in force is asked every time.

use super::paper::{Found, Kind, Paper};
use crate::store::{Db, StoreError, corrections, documents};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Texts kept: what is in force and a draft of each kind.
const KEPT: usize = 2 * Kind::ALL.len();

/// A text that was understood, and what is to mend in it.
#[derive(Debug)]
pub struct Read {
    pub paper: Arc<Paper>,
    pub findings: Vec<Found>,
}

/// What was read last; the same text is read once.
#[derive(Debug, Default)]
pub struct PaperCache {
    read: Mutex<VecDeque<(Kind, String, Arc<Read>)>>,
    /// The newest version of each kind that was asked for.
    in_force: Mutex<HashMap<&'static str, (i64, Arc<str>)>>,
}

impl PaperCache {
    /// Understands a text, or says what is wrong with it.
    ///
    /// # Errors
    /// What keeps it from being read.
    pub fn read(&self, kind: Kind, text: &str) -> Result<Arc<Read>, Vec<Found>> {
        if let Some(known) = self.known(kind, text) {
            return Ok(known);
        }
        let paper = Paper::read(kind, text)?;
        let findings = paper.findings();
        let read = Arc::new(Read {
            paper: Arc::new(paper),
            findings,
        });
        let mut all = held(&self.read);
        all.truncate(KEPT - 1);
        all.push_front((kind, text.to_owned(), Arc::clone(&read)));
        Ok(read)
    }

    fn known(&self, kind: Kind, text: &str) -> Option<Arc<Read>> {
        let mut all = held(&self.read);
        let at = all
            .iter()
            .position(|(of, read, _)| *of == kind && read == text)?;
        let known = all.remove(at)?;
        let read = Arc::clone(&known.2);
        all.push_front(known);
        Some(read)
    }

    /// The version in force and its text; `None` before anything was published.
    pub async fn in_force(
        &self,
        db: &Db,
        kind: Kind,
    ) -> Result<Option<(u32, Arc<str>)>, StoreError> {
        let version = documents::newest(db, kind.code()).await?;
        let known = held(&self.in_force).get(kind.code()).cloned();
        if let Some((_, text)) = known.filter(|(known, _)| *known == version) {
            return Ok(Some((version as u32, text)));
        }
        let Some((_, text, _)) = corrections::version(db, kind.code(), version).await? else {
            return Ok(None);
        };
        let text: Arc<str> = text.into();
        held(&self.in_force).insert(kind.code(), (version, Arc::clone(&text)));
        Ok(Some((version as u32, text)))
    }
}

/// A panic elsewhere leaves nothing half done in here.
fn held<T>(all: &Mutex<T>) -> MutexGuard<'_, T> {
    all.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_read_once_and_no_other_is_taken_for_it() {
        let papers = PaperCache::default();
        let text = menus::document::to_json(menus::starter());
        let first = papers.read(Kind::Menu, &text).expect("what is shipped");
        let again = papers.read(Kind::Menu, &text).expect("the same");
        assert!(Arc::ptr_eq(&first, &again));
        let other = text.replacen("助餐", "送饭", 1);
        assert_ne!(text, other);
        let changed = papers.read(Kind::Menu, &other).expect("sound as well");
        assert_ne!(changed.paper, first.paper);
        assert!(papers.read(Kind::Calendar, &text).is_err());
        for n in 0..20 {
            let padded = format!("{text}{}", " ".repeat(n));
            assert!(papers.read(Kind::Menu, &padded).is_ok());
        }
        assert_eq!(held(&papers.read).len(), KEPT);
    }
}
