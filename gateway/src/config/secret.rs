//! A setting that must not be printed.
//!
//! It hides itself in `Debug` and has no `Display`, so that a log line or an
//! error cannot carry it by accident. Memory is not wiped: whoever can read the
//! process's memory can read its configuration too.

use serde::Deserialize;
use std::fmt;

/// Text that only [`Secret::expose`] shows.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes the text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it was left empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "(none)" } else { "***" })
    }
}
