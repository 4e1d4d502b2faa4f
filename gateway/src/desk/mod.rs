//! The workers' side: who may do what, queues, sheets, the messenger dialogue.

pub mod access;
pub mod board;
mod button;
mod case_cache;
pub(crate) mod coming;
pub mod desks;
pub mod doing;
pub mod equity;
mod fortnight;
mod identity;
pub mod looks;
pub mod mending;
pub mod merges;
pub mod messenger;
pub mod mine;
pub mod pairing;
pub mod part;
mod past;
pub mod persons;
pub mod place;
pub mod privacy;
pub mod queue;
pub mod reviews;
mod seen;
mod sheet;
mod told;
pub mod units;
pub mod view;
pub mod visits;

pub use access::{Access, access};
pub use button::Button;
pub use case_cache::CaseCache;
pub(crate) use case_cache::opened;
pub(crate) use sheet::{bare_card, nobody, outline};
pub use sheet::{mark, sheet};
