//! Requests: how they are opened, what may be done to them, what is on record.
//!
//! `event`, `status` and `reference` are pure: no database, no clock.

pub mod act;
pub mod event;
pub mod reference;
pub mod status;
