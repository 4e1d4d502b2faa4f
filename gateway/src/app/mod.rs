//! The gateway put together: shared parts ([`Core`]), doors, the register.

mod core;
pub mod door;
pub mod register;

pub use core::Core;
