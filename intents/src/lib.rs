//! Residents' own words to ranked services, urgency, danger and facts.
//!
//! Pure computation: no IO, no async, no clock and no randomness; the same text always gets the same verdict.
//! [`Classifier::train`] learns from the catalogue's examples, [`Classifier::classify`] reads one message, and
//! [`crisis::scan`] works without any model. It deliberately does not know what a service is beyond its code: urgency
//! of the catalogue, menus and routing are joined by the gateway. No text is kept or logged here.

mod adapt;
mod calibrate;
mod classifier;
mod concepts;
pub mod corpus;
pub mod crisis;
pub mod evaluate;
mod features;
mod model;
pub mod normalize;
mod plain;
pub mod redact;
pub mod report;
pub mod segment;
pub mod slots;
mod split;
mod spot;
pub mod training;
mod urgency;
mod verdict;

pub use classifier::{Classifier, Example, Signals, preload};
pub use crisis::CrisisHit;
pub use slots::{IdNumber, Slots};
pub use verdict::{Decision, Ranked, Urgency, Verdict};
