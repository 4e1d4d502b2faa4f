//! Encryption at rest and keyed hashes.
//!
//! Sensitive text is sealed with XChaCha20-Poly1305 under the data key before
//! it reaches the store; equality search works on keyed hashes (tags), never on
//! the text. Rotation of the key is not here yet; the version prefix is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use rand::RngCore;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// Seals and opens text under one data key.
#[derive(Clone)]
pub struct Seal {
    cipher: XChaCha20Poly1305,
    tag_key: [u8; 32],
    fingerprint: String,
}

/// A sealed value that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Another key, or a damaged value.
    #[error("sealed value cannot be opened with this key")]
    Locked,
    /// Opened, but not what was expected inside.
    #[error("sealed value has an unexpected form: {0}")]
    Form(String),
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes any key length")
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seal({})", self.fingerprint)
    }
}

impl Seal {
    /// Derives the working keys from a secret of any length.
    pub fn new(secret: &[u8]) -> Self {
        let derive = |purpose: &str| -> [u8; 32] {
            let mut mac = keyed(secret);
            mac.update(purpose.as_bytes());
            mac.finalize().into_bytes().into()
        };
        Self {
            cipher: XChaCha20Poly1305::new(Key::from_slice(&derive("linli/data/1"))),
            tag_key: derive("linli/tag/1"),
            fingerprint: hex::encode(&Sha256::digest(derive("linli/fingerprint/1"))[..8]),
        }
    }

    /// Identifies the key without revealing it.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Seals bytes to text: "v1:" and base64 of nonce and ciphertext.
    pub fn seal(&self, plain: &[u8]) -> String {
        let mut nonce = [0_u8; 24];
        rand::rng().fill_bytes(&mut nonce);
        let mut out = nonce.to_vec();
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce), plain)
            .expect("message fits in memory");
        out.extend_from_slice(&sealed);
        let mut text = String::with_capacity(3 + out.len() * 4 / 3 + 4);
        text.push_str("v1:");
        BASE64.encode_string(&out, &mut text);
        text
    }

    /// Opens what [`Seal::seal`] made.
    pub fn open(&self, text: &str) -> Result<Vec<u8>, SealError> {
        let body = text.strip_prefix("v1:").ok_or(SealError::Locked)?;
        let bytes = BASE64.decode(body).map_err(|_| SealError::Locked)?;
        let (nonce, sealed) = bytes.split_at_checked(24).ok_or(SealError::Locked)?;
        self.cipher
            .decrypt(XNonce::from_slice(nonce), sealed)
            .map_err(|_| SealError::Locked)
    }

    /// Seals a document.
    pub fn seal_json(&self, value: &impl Serialize) -> String {
        self.seal(&serde_json::to_vec(value).expect("our documents have string keys"))
    }

    /// Opens a document.
    pub fn open_json<T: DeserializeOwned>(&self, text: &str) -> Result<T, SealError> {
        serde_json::from_slice(&self.open(text)?).map_err(|e| SealError::Form(e.to_string()))
    }

    /// Keyed hash of `text` for one purpose: 32 hexadecimal characters.
    pub fn tag(&self, purpose: &str, text: &str) -> String {
        let mut mac = keyed(&self.tag_key);
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        hex::encode(&mac.finalize().into_bytes()[..16])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_the_same_key() {
        let seal = Seal::new(b"one");
        let text = seal.seal("床上躺了三天".as_bytes());
        assert_eq!(seal.open(&text).unwrap(), "床上躺了三天".as_bytes());
        assert!(Seal::new(b"two").open(&text).is_err());
        assert!(!text.contains("床"));
    }

    #[test]
    fn damaged_text_is_refused_and_never_panics() {
        let seal = Seal::new(b"one");
        for text in [
            "",
            "v1:",
            "v1:AAAA",
            "v2:AAAA",
            "v1:@@",
            &seal.seal(b"x")[..20],
        ] {
            assert!(seal.open(text).is_err(), "{text}");
        }
    }

    #[test]
    fn tags_depend_on_purpose_and_text() {
        let seal = Seal::new(b"one");
        assert_eq!(seal.tag("phone", "1"), seal.tag("phone", "1"));
        assert_ne!(seal.tag("phone", "1"), seal.tag("id", "1"));
        assert_ne!(seal.tag("phone", "1"), Seal::new(b"two").tag("phone", "1"));
    }
}
