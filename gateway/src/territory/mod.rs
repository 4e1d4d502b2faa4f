//! Territory: who is where, and who works there.
//!
//! [`Unit`]s form a [`Tree`] (city, district, street, community, grid) that is
//! looked up by code or by the words residents use; [`Worker`]s form a
//! [`Roster`]. Everything here is plain data in memory: reading files is
//! `import`, keeping rows is `store`, choosing the responsible desk is
//! `routing`.

mod area;
pub mod booking;
pub mod datum;
pub mod document;
pub mod lint;
mod lint_words;
pub mod role;
pub mod roster;
pub mod tree;
pub mod unit;
mod words;
pub mod worker;

pub use area::{Area, NotAnArea};
pub use booking::{Booking, Hours, Plan, Weekdays};
pub use role::Role;
pub use roster::Roster;
pub use tree::Tree;
pub use unit::{OUTSIDE, Unit, UnitKind};
pub use words::Match;
pub use worker::{Duty, Worker};
