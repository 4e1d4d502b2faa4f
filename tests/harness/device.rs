//! The telephone that shows the codes of a second factor.

use gateway::clock::Moment;
use totp_rs::{Algorithm, Secret, TOTP};

/// The code of this secret (in the letters people type) at this moment.
///
/// # Panics
/// If it is no secret.
pub fn totp(secret: &str, at: Moment) -> String {
    let bytes = Secret::Encoded(secret.to_owned()).to_bytes();
    let bytes = bytes.expect("a secret in base 32");
    let device = TOTP::new(Algorithm::SHA1, 6, 0, 30, bytes, None, "x".to_owned());
    let seconds = at.timestamp().try_into().expect("after 1970");
    device.expect("a long enough secret").generate(seconds)
}
