//! The service catalogue and its menu: pure data, no IO, no async.
//!
//! What residents can ask for ([`catalogue`]), how they pick it ([`menu`],
//! [`clarify`]), what they are asked ([`form`], [`question`]), and how
//! administrators change it ([`edit`], [`check`](mod@check), [`diff`](mod@diff), [`document`]).
//! Knows no database, no channel and no clock; "today" is a parameter.

pub mod catalogue;
pub mod check;
pub mod clarify;
pub mod diff;
pub mod document;
pub mod edit;
pub mod form;
pub mod localized;
pub mod menu;
mod ordinal;
pub mod question;
mod starter;

pub use catalogue::{
    Assurance, Basis, Catalogue, Category, Parts, Place, Role, Route, Service, ServiceCode, Span,
    TimeLimit, Unit, Urgency, first_contact, resolution,
};
pub use localized::{Lang, Localized};
pub use menu::Menu;
pub use starter::starter;
