//! A place in a list that is read a part at a time, as it stands in an address.
//!
//! Two numbers by which the list is ordered and the id that tells equals apart:
//! nothing of it is about a person.

use crate::store::requests::Stored;
use std::fmt;

/// The place after a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What the list is ordered by first.
    pub first: i64,
    /// And then.
    pub then: i64,
    /// And then.
    pub id: String,
}

impl Place {
    /// The place of a request in the order of danger and age.
    pub fn of(row: &Stored) -> Self {
        Self {
            first: row.class,
            then: row.opened_at,
            id: row.id.clone(),
        }
    }

    /// What the list is ordered by, for the store.
    pub fn parts(&self) -> (i64, i64, &str) {
        (self.first, self.then, &self.id)
    }

    /// A place as it was written; `None` for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let mut number = || parts.next()?.parse().ok();
        let (first, then) = (number()?, number()?);
        let id = parts.next()?;
        let plain = id.len() <= 128 && id.bytes().all(|b| b.is_ascii_graphic());
        (!id.is_empty() && plain).then(|| Self {
            first,
            then,
            id: id.to_owned(),
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.first, self.then, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written_and_nothing_else_is_one() {
        let place = Place {
            first: 3,
            then: -1_771_034_400_000_000,
            id: "01J.x".to_owned(),
        };
        assert_eq!(Place::read(&place.to_string()), Some(place));
        for text in ["", "3", "3.4", "3.4.", "a.4.x", "3.4.a b", "3.4.\u{202e}"] {
            assert_eq!(Place::read(text), None, "{text}");
        }
    }
}
