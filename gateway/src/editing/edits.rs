//! Changes to a draft as the forms make them, one kind of document each.

use super::Found;
use super::paper::{Kind, found};
use super::sentences::named;
use crate::calendar;
use crate::escalation::{Policy, policy};
use menus::{Localized, document, edit};

/// What a form changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Edits {
    Menu(Vec<edit::Edit>),
    Ladder(Vec<policy::edit::Edit>),
    Calendar(Vec<calendar::edit::Edit>),
}

/// Why nothing came of it.
pub(super) enum Unmade {
    /// An edit that cannot be made.
    Refused(Localized),
    /// The text would contradict itself.
    Grave(Vec<Found>),
    /// The text is no such document.
    Gone,
}

impl Edits {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Menu(_) => Kind::Menu,
            Self::Ladder(_) => Kind::Policy,
            Self::Calendar(_) => Kind::Calendar,
        }
    }

    /// The text after the changes.
    pub(super) fn apply(&self, text: &str) -> Result<String, Unmade> {
        match self {
            Self::Menu(edits) => {
                let before = document::from_json(text).map_err(|_| Unmade::Gone)?;
                let after = edit::apply_all(&before, edits);
                let after = after.map_err(|error| Unmade::Refused(error.message()))?;
                Ok(document::to_json(&after))
            }
            Self::Ladder(edits) => {
                let before = Policy::parse(text).ok();
                let told = |found| Unmade::Grave(named(found, before.as_ref()));
                policy::edit::apply(text, edits).map_err(told)
            }
            Self::Calendar(edits) => {
                calendar::edit::apply(text, edits).map_err(|f| Unmade::Grave(found(f)))
            }
        }
    }
}
