//! A resident as the imported register knows them.
//!
//! Facts somebody else recorded, for matching and pre-filling; what a person
//! told us and what was verified are kept apart from it.

use super::Secret;
use crate::ids::UnitId;
use crate::seal::Seal;
use serde::{Deserialize, Serialize};

/// One line of the register. Prints without personal values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident {
    pub name: Secret<String>,
    /// Normalised by [`super::phone::parse`].
    pub phone: Option<Secret<String>>,
    /// Normalised by [`super::document::parse`].
    pub id_number: Option<Secret<String>>,
    /// Unit of the household registration, or
    /// [`OUTSIDE`](crate::territory::OUTSIDE).
    pub hukou: Option<UnitId>,
    /// Unit where the person lives.
    pub residence: Option<UnitId>,
    /// Number of the household in the register.
    pub household: Option<String>,
    /// Preferred language tag, such as `zh`, `yue` or `en`.
    pub language: Option<String>,
}

/// The keyed hashes by which a resident is found; they change with the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tags {
    /// Who this is in a later file: the document number says so, else name and
    /// telephone.
    pub id: String,
    pub document: Option<String>,
    pub phone: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hukou: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    residence: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    household: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
}

impl Resident {
    /// The hashes under the key that seals now.
    pub fn tags(&self, seal: &Seal) -> Tags {
        let tag = |purpose: &str, value: &Option<Secret<String>>| {
            value.as_ref().map(|v| seal.tag(purpose, v.expose()))
        };
        let document = tag("document", &self.id_number);
        let id = document.clone().unwrap_or_else(|| {
            let phone = self.phone.as_ref().map_or("", |p| p.expose().as_str());
            seal.tag("resident", &format!("{}/{phone}", self.name.expose()))
        });
        Tags {
            id,
            document,
            phone: tag("phone", &self.phone),
        }
    }

    /// The stored form, personal values in clear: seal it.
    pub fn to_json(&self) -> String {
        let clear = |value: &Option<Secret<String>>| value.as_ref().map(|s| s.expose().clone());
        let stored = Stored {
            name: self.name.expose().clone(),
            phone: clear(&self.phone),
            id_number: clear(&self.id_number),
            hukou: self.hukou.as_ref().map(|u| u.0.clone()),
            residence: self.residence.as_ref().map(|u| u.0.clone()),
            household: self.household.clone(),
            language: self.language.clone(),
        };
        serde_json::to_string(&stored).expect("plain text")
    }

    /// Reads the stored form.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        let stored: Stored = serde_json::from_str(text)?;
        Ok(Self {
            name: Secret::new(stored.name),
            phone: stored.phone.map(Secret::new),
            id_number: stored.id_number.map(Secret::new),
            hukou: stored.hukou.map(UnitId),
            residence: stored.residence.map(UnitId),
            household: stored.household,
            language: stored.language,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_resident_is_read_back_and_never_printed() {
        for resident in crate::demo::city().residents {
            let printed = format!("{resident:?}");
            assert!(!printed.contains(resident.name.expose()), "{printed}");
            assert!(!printed.contains("59010219"), "{printed}");
            let back = Resident::from_json(&resident.to_json()).unwrap();
            assert_eq!(back, resident);
        }
    }
}
