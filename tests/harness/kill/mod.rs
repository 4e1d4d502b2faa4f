//! Gateways as real processes that are killed while people talk to them.
//!
//! [`City`] runs them on a database of its own, behind one address, with clocks
//! that are a little wrong and run fast enough for the ladder to climb.
//! [`Crowd`] is the people, [`check`] compares what they saw with what is
//! stored. Nothing here says what is killed when; that is the stories'.

mod balancer;
mod check;
mod city;
mod crowd;
mod process;

pub use check::{Seen, check};
pub use city::{City, Plan};
pub use crowd::{Crowd, Told};
pub use process::{Postgres, Process, redis};
