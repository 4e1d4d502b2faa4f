//! The gateway put together: shared parts ([`Core`]), starting ([`start()`]),
//! doors, the register, and what the pages ask for ([`backend`]).

mod core;
pub mod door;
pub mod register;
mod start;
pub mod upkeep;

pub use core::Core;
pub use start::{App, StartError, open, seal, start};
