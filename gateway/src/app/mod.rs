//! The gateway put together: shared parts ([`Core`]), starting ([`start()`]),
//! doors, the register, and what the pages ask for ([`backend`]).

pub mod backend;
mod core;
pub mod door;
pub mod register;
pub mod serve;
mod start;
pub mod upkeep;

pub use core::Core;
pub use start::{App, StartError, open, parts, seal, start};
