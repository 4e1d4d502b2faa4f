//! Residents' own words to ranked services, urgency, danger and facts.
//!
//! Pure computation: no IO, no async, no clock and no randomness; the same text always gets the same verdict.
//! [`Classifier::train`] learns from the catalogue's examples, [`Classifier::classify`] reads one message, and
//! [`crisis::scan`] works without any model. It deliberately does not know what a service is beyond its code: urgency
//! of the catalogue, menus and routing are joined by the gateway. No text is kept or logged here.

mod calibrate;
mod classifier;
pub mod crisis;
mod danger;
pub mod evaluate;
mod features;
mod model;
pub mod normalize;
pub mod redact;
pub mod report;
pub mod segment;
pub mod slots;
mod split;
mod verdict;

pub use classifier::{Classifier, Example};
pub use crisis::CrisisHit;
pub use segment::preload;
pub use slots::{IdNumber, Slots};
pub use verdict::{Decision, Ranked, Urgency, Verdict};
