//! Signatures of what programs are told, by the scheme of Standard Webhooks:
//! HMAC-SHA256 over id, time and body, so that a receiver can tell ours from
//! others' and new from old.

use base64::prelude::{BASE64_STANDARD, Engine};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// What a secret begins with where people see it.
const MARK: &str = "whsec_";

/// The value of `webhook-signature`. `seconds` is the time of the attempt.
pub(super) fn signature(secret: &[u8], id: &str, seconds: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length is a key");
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    let code = mac.finalize().into_bytes();
    format!("v1,{}", BASE64_STANDARD.encode(code))
}

/// A secret as people copy it.
pub(super) fn shown(secret: &[u8]) -> String {
    format!("{MARK}{}", BASE64_STANDARD.encode(secret))
}

/// A secret as a program chose it.
pub(super) fn read(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64_STANDARD.decode(text.strip_prefix(MARK)?).ok()?;
    (24..=64).contains(&bytes.len()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn it_signs_like_the_reference_library() {
        // Made with `standardwebhooks` 1.1.0 from PyPI.
        let secret = BASE64_STANDARD
            .decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            .unwrap();
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", r#"{"test": 2432232314}"#);
        let signed = signature(&secret, id, 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(shown(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }
}
