//! Downloading a file somebody sent.
//!
//! The link contains the bot's token, so it never leaves this file; the gateway
//! passes the bytes on.

use super::api::{Api, Failure, failure};
use crate::Bytes;
use crate::error::FetchError;
use serde::Deserialize;
use serde_json::json;
use std::fmt::Write;

/// The most the Bot API gives out, in bytes.
const LARGEST: u64 = 20 * 1024 * 1024;

#[derive(Deserialize)]
struct File {
    file_path: Option<String>,
    file_size: Option<u64>,
}

pub(super) async fn fetch(api: &Api, id: &str) -> Result<Bytes, FetchError> {
    let file: File = api.call("getFile", &json!({"file_id": id})).await?;
    if file.file_size.is_some_and(|size| size > LARGEST) {
        return Err(FetchError::TooLarge(LARGEST));
    }
    let path = file.file_path.ok_or(FetchError::Gone)?;
    match download(api, &encoded(&path, true)).await {
        // Some servers know the path as one segment only.
        Err(FetchError::Gone) if path.contains('/') => download(api, &encoded(&path, false)).await,
        other => other,
    }
}

async fn download(api: &Api, path: &str) -> Result<Bytes, FetchError> {
    let mut response = api.file(path).await?;
    match response.status().as_u16() {
        200..300 => {}
        404 | 410 => return Err(FetchError::Gone),
        code @ 500.. => return Err(FetchError::Temporary(format!("HTTP {code}"))),
        code => return Err(FetchError::Rejected(format!("HTTP {code}"))),
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        // The declared length may be absent or a lie.
        if (bytes.len() + chunk.len()) as u64 > LARGEST {
            return Err(FetchError::TooLarge(LARGEST));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

/// The path with everything outside the unreserved characters percent-encoded.
fn encoded(path: &str, keep_slashes: bool) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.trim_start_matches('/').bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(byte.into());
            }
            b'/' if keep_slashes => out.push('/'),
            _ => write!(out, "%{byte:02X}").expect("a String takes all"),
        }
    }
    out
}

impl From<Failure> for FetchError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TooFast(wait) => Self::RetryAfter(wait),
            Failure::Down(cause) | Failure::Unanswered(cause) => Self::Temporary(cause),
            Failure::Refused { description, .. } => {
                let text = description.to_lowercase();
                if text.contains("too big") {
                    Self::TooLarge(LARGEST)
                } else if text.contains("file_id") || text.contains("unavailable") {
                    Self::Gone
                } else {
                    Self::Rejected(description)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_encoded_with_and_without_their_slashes() {
        assert_eq!(encoded("/photos/a b%.jpg", true), "photos/a%20b%25.jpg");
        assert_eq!(encoded("photos/文.jpg", false), "photos%2F%E6%96%87.jpg");
        assert_eq!(encoded("a?b#c", true), "a%3Fb%23c");
    }
}
