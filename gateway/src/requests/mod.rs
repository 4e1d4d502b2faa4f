//! Requests: how they are opened, what may be done to them, what is on record.
//!
//! `event`, `status` and `reference` are pure facts and tables; `case` joins a
//! request with its log; `open`, `perform` (workers) and `follow` (residents)
//! change it; `notify` words the messages that go with a change. No database
//! here: cases are loaded and committed by their callers.

pub mod act;
pub mod case;
pub mod event;
pub mod follow;
pub mod notify;
pub mod open;
pub mod perform;
pub mod reference;
pub mod status;
pub mod stays;
pub mod summary;
