//! The stored form of a catalogue: one JSON text, written the same way every
//! time, so that two versions can be compared line by line.
//!
//! `"format": 1` names the form; other formats and unknown keys are refused
//! with the place where they stand. Questions that several services share are
//! written once under `questions` and referred to by key. Whether the content
//! makes sense is for [`crate::check`].

mod answers;
mod read;
mod stored;

use std::collections::HashMap;

use serde::Deserialize;
use thiserror::Error;

use crate::catalogue::Catalogue;
use crate::question::Question;

/// The form this build reads and writes.
pub const FORMAT: u32 = 1;

/// Why a document was refused.
#[derive(Debug, Error)]
pub enum DocumentError {
    #[error("the catalogue is not readable JSON of the expected form: {0}")]
    Malformed(#[from] serde_json::Error),
    #[error("the catalogue has format {found}, this version reads format {FORMAT}")]
    UnknownFormat { found: u64 },
    #[error("the catalogue does not say its format; add \"format\": {FORMAT}")]
    NoFormat,
    #[error("{place}: {problem}")]
    Invalid {
        /// Such as `services[3] BAS-DIBAO`.
        place: String,
        problem: String,
    },
}

/// Writes a catalogue. The same catalogue always gives the same bytes.
pub fn to_json(catalogue: &Catalogue) -> String {
    let document = stored::Document::of(catalogue);
    let mut text = serde_json::to_string_pretty(&document).expect("a document has only text keys");
    text.push('\n');
    text
}

/// Reads what [`to_json`] wrote, or an edited form of it.
pub fn from_json(text: &str) -> Result<Catalogue, DocumentError> {
    #[derive(Deserialize)]
    struct Head {
        format: Option<serde_json::Value>,
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let head: Head = serde_json::from_str(text)?;
    let format = head.format.ok_or(DocumentError::NoFormat)?;
    match format.as_u64() {
        Some(found) if found == u64::from(FORMAT) => {}
        Some(found) => return Err(DocumentError::UnknownFormat { found }),
        None => return Err(DocumentError::NoFormat),
    }
    read::catalogue(serde_json::from_str(text)?)
}

/// Questions by key, for the shared part of a document.
type Shared<'a> = HashMap<&'a str, &'a Question>;

#[cfg(test)]
mod tests;
