//! Stories: what people live through with the gateway, told through its front
//! door, on SQLite or PostgreSQL (`LINLI_TEST_ENGINE`).
//!
//! One file for each theme; people and time come from the harness.

mod accounts;
mod alike;
mod asking;
mod board;
mod commands;
mod consent;
mod console;
mod copying;
mod crisis;
mod crowd;
mod death;
mod duty;
mod editing;
mod english;
mod following;
mod forgetting;
mod front_door;
mod guarding;
mod hiding;
mod hostile;
mod importing;
mod keys;
mod ladder;
mod learning;
mod looks;
mod messenger;
mod offscript;
mod operation;
mod persons;
mod photos;
mod places;
mod privacy;
mod programs;
mod providers;
mod proving;
mod proxy;
mod publishing;
mod record;
mod refused;
mod resuming;
mod rights;
mod routing;
mod rulebooks;
mod second_opinion;
mod single_sign_on;
mod storage;
mod sure;
mod waiting;
mod webhooks;
mod year;

#[cfg(feature = "teremock")]
mod teremock;
