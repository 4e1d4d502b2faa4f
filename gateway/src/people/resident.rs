//! A resident as the imported register knows them.
//!
//! Facts somebody else recorded, for matching and pre-filling; what a person
//! told us and what was verified are kept apart from it.

use super::Secret;
use crate::ids::UnitId;

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
