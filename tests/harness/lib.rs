//! harness

pub mod botapi;
