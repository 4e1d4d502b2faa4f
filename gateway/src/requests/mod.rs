//! Requests: how they are opened, what may be done to them, what is on record.

pub mod act;
