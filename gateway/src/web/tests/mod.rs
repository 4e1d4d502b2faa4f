//! The pages through the front door: requests into the router, answers out.
#![allow(clippy::unwrap_used)]

mod accounts;
mod browser;
mod console;
mod doors;
mod hostile;
mod interface;
mod machines;
mod matrix;
mod operation;
mod resident;
mod weight;
mod worker;
