//! What every webhook needs: a bound on the body, headers that come once, and
//! secrets compared in constant time.
//!
//! Routing and answering are the gateway's.

use crate::HeaderMap;
use crate::error::ReceiveError;
use subtle::ConstantTimeEq;

/// Largest body read from a provider, in bytes. Real updates are far below.
pub const MAX_BODY: usize = 1024 * 1024;

/// Refuses a body over [`MAX_BODY`].
pub fn bounded(body: &[u8]) -> Result<(), ReceiveError> {
    if body.len() > MAX_BODY {
        return Err(ReceiveError::TooLarge);
    }
    Ok(())
}

/// Whether both are equal. Takes as long for a near miss as for a far one; only
/// the length can be learned from the time.
pub fn same_secret(given: &[u8], expected: &[u8]) -> bool {
    given.ct_eq(expected).into()
}

/// The value of a header that must come exactly once. A repeated header is
/// refused, because two programs in a row may each read another one.
pub fn single_header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value.as_bytes()),
        _ => None,
    }
}

/// Checks a shared secret sent in a header.
pub fn secret_header(headers: &HeaderMap, name: &str, expected: &str) -> Result<(), ReceiveError> {
    match single_header(headers, name) {
        Some(given) if same_secret(given, expected.as_bytes()) => Ok(()),
        _ => Err(ReceiveError::Unauthorized),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-secret", value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_the_right_secret_sent_once_is_accepted() {
        let check = |values: &[&str]| secret_header(&headers(values), "X-Secret", "abc").is_ok();
        assert!(check(&["abc"]));
        for wrong in [
            &[][..],
            &[""],
            &["ab"],
            &["abcd"],
            &["ABC"],
            &["abc", "abc"],
            &["abc", "x"],
            &["x", "abc"],
        ] {
            assert!(!check(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn a_body_of_exactly_the_limit_is_still_read() {
        assert!(bounded(&vec![b' '; MAX_BODY]).is_ok());
        assert_eq!(
            bounded(&vec![b' '; MAX_BODY + 1]),
            Err(ReceiveError::TooLarge)
        );
    }
}
