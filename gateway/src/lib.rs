//! The gateway: state, people, time and web pages around the three leaf crates.
//!
//! It joins `menus`, `intents` and `bots`, and is the only crate with a
//! database. The path of one message is written down in the README.

pub mod app;
pub mod audit;
mod breaker;
pub mod bus;
pub mod calendar;
pub mod cli;
pub mod clients;
pub mod clock;
pub mod config;
pub mod conversation;
pub mod copying;
pub mod demo;
pub mod desk;
pub mod editing;
pub mod escalation;
pub mod finding;
pub mod identity;
pub mod ids;
pub mod import;
pub mod intake;
pub mod learning;
pub mod lifecycle;
pub mod outbox;
pub mod people;
pub mod photos;
pub mod probing;
pub mod published;
pub mod requests;
pub mod retention;
pub mod rights;
pub mod rotation;
pub mod routing;
pub mod seal;
pub mod second_opinion;
pub mod sms;
pub mod spool;
pub mod staff;
pub mod store;
pub mod telemetry;
pub mod territory;
pub mod texts;
pub mod web;
pub mod webhooks;
pub mod world;
