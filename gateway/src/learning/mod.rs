//! Learning from corrections: what workers put under another service becomes,
//! once an administrator has read it, an example for the model.
//!
//! A correction is proposed with the act (`propose`), decided about in batches
//! (`review`), measured (`trial`, with [`score()`]) and published as a version of
//! a document (`publish`); running processes take the newest version over as
//! they do a catalogue. Nothing is ever learnt without a person's yes, and a
//! batch that makes danger less visible is refused.

mod document;
mod order;
mod propose;
mod publish;
mod review;
mod score;
mod train;
mod trial;

pub use document::Lessons;
pub use order::{Learning, Order, Said, carry_out};
pub use propose::propose;
pub use publish::{PublishError, Published, publish, roll_back};
pub use review::{Board, Decided, Decision, Proposal, Version, board, decide};
pub use score::{Score, score};
pub use train::{train, train_with};
pub use trial::{Refusal, Trial, trial};

/// The kind of the documents that hold what was learnt.
pub const KIND: &str = "lessons";

/// A sentence and the service it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The request it comes from.
    pub request: String,
    /// Code.
    pub service: String,
    /// Words without the person in them.
    pub text: String,
}
