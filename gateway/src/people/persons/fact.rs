//! A fact about a person: its kind, its value in one form, how surely it holds.
//!
//! A fact that was told and one that was checked are two records; neither
//! replaces the other. Values are kept sealed and found by keyed hash.

use crate::ids::PersonId;
use crate::people::{Secret, document, mask};
use crate::seal::{Seal, SealError};
use serde::{Deserialize, Serialize};

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Name,
    Phone,
    /// The number of an identity document.
    Document,
    /// The number of the household in the register.
    Household,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Name, Self::Phone, Self::Document, Self::Household];

    /// Back from the stored name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The stored name; also what its hash is made for, as in the register.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Document => "document",
            Self::Household => "household",
        }
    }
}

/// How surely it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    Claimed,
    Verified,
}

impl Basis {
    /// As stored.
    pub const fn code(self) -> i64 {
        self as i64
    }

    /// Back from the stored form.
    pub const fn from_code(code: i64) -> Self {
        if code == 1 {
            Self::Verified
        } else {
            Self::Claimed
        }
    }
}

/// A value of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub kind: Kind,
    pub value: Secret<String>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    kind: String,
    value: String,
}

impl Fact {
    /// With the value in its one form; `None` if nothing is left of it.
    pub fn new(kind: Kind, value: &str) -> Option<Self> {
        let value: String = match kind {
            Kind::Name => value.split_whitespace().collect::<Vec<_>>().join(" "),
            _ => value.chars().filter(|c| !c.is_whitespace()).collect(),
        };
        (!value.is_empty()).then(|| Self {
            kind,
            value: value.into(),
        })
    }

    /// Under which hashes it may be stored now.
    pub fn tags(&self, seal: &Seal) -> Vec<String> {
        seal.tags(self.kind.code(), self.value.expose())
    }

    /// The hash to store.
    pub fn tag(&self, seal: &Seal) -> String {
        seal.tag(self.kind.code(), self.value.expose())
    }

    /// The sealed form.
    pub fn sealed(&self, seal: &Seal) -> String {
        seal.seal_json(&Stored {
            kind: self.kind.code().to_owned(),
            value: self.value.expose().clone(),
        })
    }

    /// Opens the sealed form.
    pub fn open(sealed: &str, seal: &Seal) -> Result<Self, SealError> {
        let stored: Stored = seal.open_json(sealed)?;
        let kind = Kind::from_code(&stored.kind);
        Ok(Self {
            kind: kind.ok_or_else(|| SealError::Form("a fact of no known kind".into()))?,
            value: stored.value.into(),
        })
    }

    /// Fit for a list.
    pub fn masked(&self) -> String {
        let value = self.value.expose();
        match self.kind {
            Kind::Name => mask::name(value),
            Kind::Phone => mask::phone(value),
            Kind::Document => mask::id_number(value),
            Kind::Household => "***".to_owned(),
        }
    }

    /// Whether both cannot be true of one person. People have several phones and
    /// renew cards; a resident's number is for life, and a name is one.
    pub fn contradicts(&self, other: &Self) -> bool {
        if self.kind != other.kind || self.value == other.value {
            return false;
        }
        match self.kind {
            Kind::Name => true,
            Kind::Document => for_life(self) && for_life(other),
            Kind::Phone | Kind::Household => false,
        }
    }
}

/// Whether the number is one that nobody gets a second of.
fn for_life(fact: &Fact) -> bool {
    let number = fact.value.expose();
    // Any day that is later than every birth will do: only the kind is asked for.
    document::parse(number, chrono::NaiveDate::MAX)
        .is_ok_and(|read| read.kind == document::Kind::Resident)
}

/// A fact that holds, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The row.
    pub id: String,
    /// For whom it counts.
    pub person: PersonId,
    pub fact: Fact,
    pub basis: Basis,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn fact(kind: Kind, value: &str) -> Fact {
        Fact::new(kind, value).unwrap()
    }

    #[test]
    fn a_fact_is_read_back_found_by_its_hash_and_never_printed() {
        let seal = Seal::new(b"one");
        let card = fact(Kind::Document, "110105 19491231 002X");
        let sealed = card.sealed(&seal);
        assert_eq!(Fact::open(&sealed, &seal).unwrap(), card);
        assert!(card.tags(&seal).contains(&card.tag(&seal)));
        assert_eq!(card.tag(&seal), seal.tag("document", "11010519491231002X"));
        assert!(!format!("{card:?}{sealed}").contains("1949"));
        assert!(Fact::new(Kind::Name, "  ").is_none());
    }

    #[test]
    fn only_what_a_person_has_one_of_can_be_contradicted() {
        let two = |kind, a, b| fact(kind, a).contradicts(&fact(kind, b));
        assert!(two(Kind::Name, "王秀英", "王秀兰"));
        assert!(!two(Kind::Name, "王秀英", " 王秀英 "));
        assert!(!two(Kind::Phone, "13812345670", "13900000000"));
        let (one, other) = ("11010519491231002X", "440524188001010014");
        assert!(two(Kind::Document, one, other));
        // A permanent resident's old card beside the new one.
        assert!(!two(
            Kind::Document,
            "USA110085010118",
            "932682198501010017"
        ));
        assert!(!two(
            Kind::Document,
            "810000199408230021",
            "830000199201300022"
        ));
        assert!(!fact(Kind::Name, one).contradicts(&fact(Kind::Document, other)));
    }
}
