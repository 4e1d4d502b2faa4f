//! Escalation: what has to happen when nobody acts.
//!
//! `policy` is the ladder as data; `clocks` says when a request is due and how
//! that came about; `plan` lists the rungs that are still to fire; `audit`
//! compares what should have fired with what did; `why` puts it into words.
//! All of these are pure functions of (event log, calendar, policy, limits of
//! the service): no database, no reading of the time.

pub mod audit;
mod bounce;
#[cfg(test)]
mod cases;
pub mod clocks;
pub mod engine;
pub mod fire;
pub mod plan;
pub mod policy;
mod track;
pub mod why;

pub use bounce::give_back;
pub use clocks::{ClockView, Limits, clocks};
pub use plan::{Planned, next, overdue, plan};
pub use policy::Policy;
