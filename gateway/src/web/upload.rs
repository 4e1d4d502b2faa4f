//! Forms with files: read whole, bounded, and only together with their token.
//!
//! Names and types that come with a file are thrown away here: nobody may rely
//! on them, and they are somebody's.

use super::Shared;
use super::gate::Fields;
use super::problem::Problem;
use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use std::collections::BTreeMap;

/// Files in one form.
pub(super) const MOST_FILES: usize = 3;
/// Bytes of a whole form.
pub(super) const MOST_BYTES: usize = 12 * 1024 * 1024;
/// Parts of a form; a browser sends an empty one where no file was chosen.
const MOST_PARTS: usize = 16;
/// Bytes of a field that is no file.
const MOST_FIELD: usize = 64 * 1024;

/// A form whose token has not been looked at.
pub(super) struct Upload {
    /// What was written.
    pub(super) fields: Fields,
    /// Contents of the files that were chosen.
    pub(super) files: Vec<Bytes>,
}

fn refused(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::TooLarge
    } else {
        Problem::Unreadable
    }
}

impl FromRequest<Shared> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, site: &Shared) -> Result<Self, Problem> {
        let form = Multipart::from_request(request, site).await;
        let mut form = form.map_err(|_| Problem::Unreadable)?;
        let (mut fields, mut files) = (BTreeMap::new(), Vec::new());
        for _ in 0..MOST_PARTS {
            let Some(part) = form.next_field().await.map_err(|e| refused(&e))? else {
                let fields = Fields::of_parts(fields);
                return Ok(Self { fields, files });
            };
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().is_some();
            let bytes = part.bytes().await.map_err(|e| refused(&e))?;
            if file && !bytes.is_empty() {
                files.push(bytes);
            } else if !file {
                if bytes.len() > MOST_FIELD {
                    return Err(Problem::TooLarge);
                }
                let text = String::from_utf8(bytes.to_vec());
                fields.insert(name, text.map_err(|_| Problem::Unreadable)?);
            }
        }
        Err(Problem::Unreadable)
    }
}
