//! Text messages on the terminal, for a demonstration without a provider.
//!
//! Never for a real district: whoever sees the terminal sees the codes.

use super::{Outcome, Text};
use crate::people::mask;

pub(super) fn send(text: &Text) -> Outcome {
    println!(
        "[SMS to {}] {} is the code; it holds {} minutes.",
        mask::phone(&text.phone),
        text.code,
        text.minutes
    );
    Outcome::Sent(None)
}
