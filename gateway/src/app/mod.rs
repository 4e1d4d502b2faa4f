//! The gateway put together: shared parts ([`Core`]), starting ([`start()`]),
//! doors, the register, and what the pages ask for ([`backend`]).

pub mod backend;
mod core;
pub mod door;
mod keys;
mod porch;
pub mod register;
pub mod resume;
pub mod serve;
mod start;
pub mod survey;
pub mod upkeep;
pub mod watch;

pub use core::Core;
pub(crate) use keys::NAMES;
pub use keys::seal;
pub use porch::begin;
pub use start::{App, StartError, open, parts, start};
