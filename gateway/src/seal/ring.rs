//! The keys that can open, and the one that seals.
//!
//! A key is named by what it is: the first half of its fingerprint, so that two
//! keys never share a name and a value says which one opens it. Where keys come
//! from is the configuration's, or `file`'s.

use super::{SealError, keyed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key as CipherKey, XChaCha20Poly1305, XNonce};
use hmac::Mac;
use rand::RngCore;
use sha2::{Digest, Sha256};

/// One key, ready to work.
#[derive(Clone)]
pub(super) struct Key {
    cipher: XChaCha20Poly1305,
    tagging: [u8; 32],
    fingerprint: String,
}

impl Key {
    /// Derives the working keys from a secret of any length.
    pub(super) fn new(secret: &[u8]) -> Self {
        let derive = |purpose: &str| -> [u8; 32] {
            let mut mac = keyed(secret);
            mac.update(purpose.as_bytes());
            mac.finalize().into_bytes().into()
        };
        Self {
            cipher: XChaCha20Poly1305::new(CipherKey::from_slice(&derive("linli/data/1"))),
            tagging: derive("linli/tag/1"),
            fingerprint: hex::encode(&Sha256::digest(derive("linli/fingerprint/1"))[..8]),
        }
    }

    pub(super) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(super) fn tag_key(&self) -> [u8; 32] {
        self.tagging
    }

    /// What a sealed value begins with: form, key and a colon.
    pub(super) fn prefix(&self) -> String {
        format!("v2:{}:", &self.fingerprint[..8])
    }

    pub(super) fn seal(&self, plain: &[u8]) -> String {
        let mut nonce = [0_u8; 24];
        rand::rng().fill_bytes(&mut nonce);
        let mut text = self.prefix();
        // The name of the key is sealed along, so that it cannot be exchanged.
        let payload = Payload {
            msg: plain,
            aad: text.as_bytes(),
        };
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce), payload)
            .expect("message fits in memory");
        let mut out = nonce.to_vec();
        out.extend_from_slice(&sealed);
        text.reserve(out.len() * 4 / 3 + 4);
        BASE64.encode_string(&out, &mut text);
        text
    }

    fn open(&self, body: &str, aad: &[u8]) -> Result<Vec<u8>, SealError> {
        let bytes = BASE64.decode(body).map_err(|_| SealError::Locked)?;
        let (nonce, sealed) = bytes.split_at_checked(24).ok_or(SealError::Locked)?;
        let payload = Payload { msg: sealed, aad };
        self.cipher
            .decrypt(XNonce::from_slice(nonce), payload)
            .map_err(|_| SealError::Locked)
    }

    pub(super) fn tag(&self, purpose: &str, text: &str) -> String {
        tag(&self.tagging, purpose, text)
    }
}

/// Keyed hash of `text` for one purpose: 32 hexadecimal characters.
pub(super) fn tag(key: &[u8; 32], purpose: &str, text: &str) -> String {
    let mut mac = keyed(key);
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(text.as_bytes());
    hex::encode(&mac.finalize().into_bytes()[..16])
}

/// The current key, then the others, each once.
#[derive(Clone)]
pub(super) struct Ring(Vec<Key>);

impl Ring {
    pub(super) fn new<'a>(current: &[u8], others: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut keys = vec![Key::new(current)];
        for secret in others {
            let key = Key::new(secret);
            if keys.iter().all(|k| k.fingerprint != key.fingerprint) {
                keys.push(key);
            }
        }
        Self(keys)
    }

    pub(super) fn current(&self) -> &Key {
        &self.0[0]
    }

    pub(super) fn keys(&self) -> &[Key] {
        &self.0
    }

    pub(super) fn find(&self, fingerprint: &str) -> Option<&Key> {
        self.0.iter().find(|k| k.fingerprint == fingerprint)
    }

    /// Opens a value with the key it names; one of the first form names none.
    pub(super) fn open(&self, text: &str) -> Result<Vec<u8>, SealError> {
        if let Some(body) = text.strip_prefix("v1:") {
            let mut tries = self.0.iter().map(|key| key.open(body, b""));
            return tries.find(Result::is_ok).ok_or(SealError::Locked)?;
        }
        let rest = text.strip_prefix("v2:").ok_or(SealError::Locked)?;
        let (name, body) = rest.split_once(':').ok_or(SealError::Locked)?;
        let aad = text.as_bytes().get(..name.len() + 4);
        let aad = aad.ok_or(SealError::Locked)?;
        let mut named = self.0.iter().filter(|k| k.fingerprint[..8] == *name);
        let key = named.next().ok_or_else(|| SealError::Unknown {
            key: name.chars().take(8).collect(),
        })?;
        key.open(body, aad)
    }
}
