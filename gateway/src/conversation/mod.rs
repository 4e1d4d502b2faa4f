//! The dialogue with a resident, as a pure function.
//!
//! [`understand`] turns one raw message into what it means; [`step`] takes what
//! was kept of the conversation, that meaning and a [`View`] of the world, and
//! gives the next snapshot, the replies to say and the effects to apply. No
//! database, no clock and no waiting: the intake loads, calls and commits.
//!
//! `step` is total: any input in any state is answered, nothing ends the
//! conversation, and nothing told is lost. The order of precedence is written
//! down once, in `guard`: danger, then buttons, then the words that work
//! everywhere, then a worker who holds the conversation, then the state.
//!
//! To add a state, see `state`; to add something to say, see `texts`.

pub mod accord;
mod crisis;
mod deed;
mod draft;
mod escape;
mod facts;
mod forget;
mod guard;
mod hide;
mod input;
mod materials;
mod need;
pub mod notices;
mod output;
mod phrases;
mod press;
mod promise;
mod snapshot;
mod state;
mod subjects;
mod tongue;
mod turn;
mod understand;
mod view;
mod wishes;

#[cfg(test)]
mod tests;

pub use crisis::card;
pub use deed::{Deed, urged_until};
pub use draft::Draft;
pub use input::{Escape, Key, Understood, Words};
pub use output::{Ask, Case, Effect, Opening, Reply, ReplyKind, Said, Step};
pub(crate) use phrases::small_talk as is_small_talk;
pub use promise::{Promised, moment_words, promise_card};
pub use snapshot::{Awaits, Danger, FORMAT, Held, Known, Live, Offer, Purpose, Snapshot, State};
pub use state::prove::Wait;
pub(crate) use state::prove::ways as prove_ways;
pub(crate) use understand::picked;
pub use understand::{understand, words};
pub use view::{Lines, Means, Mine, NoPlaces, Places, Proving, View};

use menus::Lang;
use turn::Turn;

/// The language in which a message will be answered: what the world is told in.
pub fn language(before: &Snapshot, input: &Understood) -> Lang {
    guard::language(before, input)
}

/// The language of a text, when it tells; for those who answer outside a step.
pub fn language_of(text: &str) -> Option<Lang> {
    tongue::language(text)
}

/// Whether a message asks to take what was said off the screen.
pub fn hides(text: &str) -> bool {
    escape::escape(text) == Some(Escape::Hide)
}

/// One step of a conversation. `None` begins it. Never panics and never ends
/// the conversation.
pub fn step(before: Option<Snapshot>, input: Understood, view: &mut View) -> Step {
    let mut turn = Turn::new(before, view);
    guard::receive(&mut turn, input);
    turn.finish()
}
