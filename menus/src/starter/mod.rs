//! The catalogue the product ships with: 89 services in 15 categories.
//!
//! A district starts from it and edits its own copy; nothing here is read after
//! that copy exists.

use std::sync::LazyLock;

use crate::catalogue::Catalogue;
use crate::document;

static STARTER: LazyLock<Catalogue> =
    LazyLock::new(|| document::from_json(TEXT).expect("the shipped catalogue is a valid document"));

const TEXT: &str = include_str!("catalogue.json");

/// The shipped catalogue, parsed once; version 1.
pub fn starter() -> &'static Catalogue {
    &STARTER
}

#[cfg(test)]
mod tests;
