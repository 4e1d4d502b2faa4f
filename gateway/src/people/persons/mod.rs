//! Persons: what is known of whom, how surely, and who may be one and the same.
//!
//! [`fact`] is what is kept of somebody, [`likeness`] compares two persons,
//! [`file`] files a request under its persons. All of it pure; reading and
//! writing is the store's, deciding is a worker's.

pub mod fact;
pub mod file;
pub mod likeness;
pub mod task;
pub mod union;

pub use fact::{Basis, Fact, Kind, Known};
