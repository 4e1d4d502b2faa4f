//! Stories: what people live through with the gateway, told through its front
//! door, on SQLite or PostgreSQL (`LINLI_TEST_ENGINE`).
//!
//! One file for each theme; people and time come from the harness.

mod asking;
mod crisis;
mod following;
mod ladder;

#[cfg(feature = "teremock")]
mod teremock;
