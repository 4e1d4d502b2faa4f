//! People: what is known of a resident, and how it is kept from being shown.
//!
//! [`Secret`] keeps personal values out of logs, [`mask`] is how they appear
//! on screen, [`anonymous`] takes them out of words, [`phone`] and [`document`] bring numbers into one form,
//! [`persons`] keeps what was told of whom. Proving that a number belongs to somebody is `identity`.

pub mod anonymous;
pub mod document;
pub mod mask;
pub mod persons;
pub mod phone;
pub mod resident;

pub use mask::Secret;
pub use resident::Resident;
