//! Encryption at rest and keyed hashes.
//!
//! Sensitive text is sealed with XChaCha20-Poly1305 before it reaches the store,
//! and names the key that opens it: one key seals, several may open. Equality
//! search works on keyed hashes, never on the text: a [`Seal::tag`] of something
//! short (a telephone number) changes with the key and is looked up under every
//! key, a [`Seal::name`] of something nobody can guess (a session) never changes.
//! Bringing everything under a new key is `rotation`'s.

pub mod file;
mod ring;

use arc_swap::ArcSwap;
use hmac::{Hmac, Mac};
use ring::Ring;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Seals and opens text; cheap to clone, clones share their keys.
#[derive(Clone)]
pub struct Seal {
    ring: Arc<ArcSwap<Ring>>,
    names: [u8; 32],
    /// Where keys that are not known yet may have come from.
    file: Option<PathBuf>,
}

/// A sealed value that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Sealed with a key that is not here.
    #[error("sealed with key {key}, which is not here")]
    Unknown {
        /// Name of the key.
        key: String,
    },
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
        write!(f, "Seal({})", self.fingerprint())
    }
}

impl Seal {
    /// With one key.
    pub fn new(secret: &[u8]) -> Self {
        Self::with_others(secret, std::iter::empty())
    }

    /// With a key that seals and further ones that open.
    pub fn with_others<'a>(current: &[u8], others: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let ring = Ring::new(current, others);
        Self {
            names: ring.current().tag_key(),
            ring: Arc::new(ArcSwap::from_pointee(ring)),
            file: None,
        }
    }

    /// With the keys of a file, the last of which seals. A key that joins the
    /// file later is found when it is needed.
    ///
    /// # Errors
    /// As [`file::read_or_make`].
    pub fn of_file(path: &Path) -> std::io::Result<Self> {
        let keys = file::read_or_make(path)?;
        let ring = of_keys(&keys);
        Ok(Self {
            names: ring.current().tag_key(),
            ring: Arc::new(ArcSwap::from_pointee(ring)),
            file: Some(path.to_owned()),
        })
    }

    /// With this key for names.
    #[must_use]
    pub fn naming(self, names: [u8; 32]) -> Self {
        Self { names, ..self }
    }

    /// The key for names of an installation that begins now, or that was begun
    /// under the key with this fingerprint.
    pub fn first_names(&self, fingerprint: Option<&str>) -> [u8; 32] {
        let ring = self.ring.load();
        let began = fingerprint.and_then(|f| ring.find(f));
        began.map_or_else(rand::random, ring::Key::tag_key)
    }

    /// Identifies the key that seals, without revealing it.
    pub fn fingerprint(&self) -> String {
        self.ring.load().current().fingerprint().to_owned()
    }

    /// All keys, the one that seals first.
    pub fn fingerprints(&self) -> Vec<String> {
        let ring = self.ring.load();
        let all = ring.keys().iter();
        all.map(|k| k.fingerprint().to_owned()).collect()
    }

    /// What values sealed now begin with, and no others.
    pub fn prefix(&self) -> String {
        self.ring.load().current().prefix()
    }

    /// Looks at the key file again, if there is one.
    pub fn reload(&self) {
        let Some(keys) = self.file.as_ref().and_then(|path| file::read(path).ok()) else {
            return;
        };
        self.ring.store(Arc::new(of_keys(&keys)));
    }

    /// Seals bytes to text: "v2:", the key's name and base64 of nonce and ciphertext.
    pub fn seal(&self, plain: &[u8]) -> String {
        self.ring.load().current().seal(plain)
    }

    /// Opens what [`Seal::seal`] made.
    pub fn open(&self, text: &str) -> Result<Vec<u8>, SealError> {
        match self.ring.load().open(text) {
            Err(SealError::Unknown { .. }) if self.file.is_some() => {}
            done => return done,
        }
        self.reload();
        self.ring.load().open(text)
    }

    /// Seals a document.
    pub fn seal_json(&self, value: &impl Serialize) -> String {
        self.seal(&serde_json::to_vec(value).expect("our documents have string keys"))
    }

    /// Opens a document.
    pub fn open_json<T: DeserializeOwned>(&self, text: &str) -> Result<T, SealError> {
        serde_json::from_slice(&self.open(text)?).map_err(|e| SealError::Form(e.to_string()))
    }

    /// Keyed hash of `text` for one purpose, to be stored: 32 hexadecimal
    /// characters. Changes with the key that seals.
    pub fn tag(&self, purpose: &str, text: &str) -> String {
        self.ring.load().current().tag(purpose, text)
    }

    /// The hashes under which `text` may be stored now, one for each key.
    pub fn tags(&self, purpose: &str, text: &str) -> Vec<String> {
        let ring = self.ring.load();
        ring.keys().iter().map(|k| k.tag(purpose, text)).collect()
    }

    /// Keyed hash of something nobody can guess: a session, a code, a press of
    /// a button. Stays the same whatever key seals.
    pub fn name(&self, purpose: &str, text: &str) -> String {
        ring::tag(&self.names, purpose, text)
    }
}

fn of_keys(keys: &[String]) -> Ring {
    let (last, older) = keys.split_last().expect("a key file holds a key");
    Ring::new(last.as_bytes(), older.iter().map(String::as_bytes))
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
    fn a_value_names_its_key_and_opens_while_that_key_is_there() {
        let (old, new) = (Seal::new(b"one"), Seal::new(b"two"));
        let both = Seal::with_others(b"two", [&b"one"[..]]);
        for seal in [&old, &new] {
            let text = seal.seal(b"x");
            assert!(text.starts_with(&seal.prefix()), "{text}");
            assert_eq!(both.open(&text).unwrap(), b"x");
        }
        assert!(both.seal(b"x").starts_with(&new.prefix()));
        assert!(matches!(
            new.open(&old.seal(b"x")),
            Err(SealError::Unknown { .. })
        ));
    }

    #[test]
    fn a_value_of_the_first_form_opens_with_whichever_key_made_it() {
        // Sealed with the key "one" before values named their keys.
        let text = "v1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert!(Seal::new(b"one").open(text).is_err(), "made up");
        let text = first_form(b"one", b"x");
        assert_eq!(Seal::new(b"one").open(&text).unwrap(), b"x");
        let both = Seal::with_others(b"two", [&b"one"[..]]);
        assert_eq!(both.open(&text).unwrap(), b"x");
        assert!(Seal::new(b"two").open(&text).is_err());
    }

    fn first_form(secret: &[u8], plain: &[u8]) -> String {
        use base64::Engine;
        use chacha20poly1305::aead::{Aead, KeyInit};
        let mut mac = keyed(secret);
        mac.update(b"linli/data/1");
        let key = mac.finalize().into_bytes();
        let cipher = chacha20poly1305::XChaCha20Poly1305::new_from_slice(&key).unwrap();
        let mut out = vec![7; 24];
        let nonce = chacha20poly1305::XNonce::clone_from_slice(&out);
        out.extend(cipher.encrypt(&nonce, plain).unwrap());
        let text = base64::engine::general_purpose::STANDARD_NO_PAD.encode(out);
        format!("v1:{text}")
    }

    #[test]
    fn damaged_text_is_refused_and_never_panics() {
        let seal = Seal::new(b"one");
        let sound = seal.seal(b"x");
        let other = Seal::new(b"two");
        for text in [
            "",
            "v1:",
            "v1:AAAA",
            "v2:AAAA",
            "v2::",
            "v2:邻里:AAAA",
            "v1:@@",
            "v3:AAAA",
            &sound[..20],
            &sound.replacen(&seal.prefix(), &other.prefix(), 1),
        ] {
            assert!(seal.open(text).is_err(), "{text}");
            assert!(other.open(text).is_err(), "{text}");
        }
    }

    #[test]
    fn tags_depend_on_purpose_text_and_key_and_names_do_not_on_the_key() {
        let seal = Seal::new(b"one");
        assert_eq!(seal.tag("phone", "1"), seal.tag("phone", "1"));
        assert_ne!(seal.tag("phone", "1"), seal.tag("id", "1"));
        assert_ne!(seal.tag("phone", "1"), Seal::new(b"two").tag("phone", "1"));
        let both = Seal::with_others(b"two", [&b"one"[..]])
            .naming(seal.first_names(Some(&seal.fingerprint())));
        assert!(both.tags("phone", "1").contains(&seal.tag("phone", "1")));
        assert_eq!(both.tags("phone", "1")[0], both.tag("phone", "1"));
        assert_eq!(both.name("bind", "1"), seal.name("bind", "1"));
    }

    #[test]
    fn a_key_that_joins_the_file_opens_at_once_and_seals_after_the_next_look() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let running = Seal::of_file(&path).unwrap();
        let before = running.seal(b"before");
        let mut keys = file::read(&path).unwrap();
        keys.push(file::random_key());
        file::write(&path, &keys).unwrap();
        let next = Seal::of_file(&path).unwrap();
        assert_ne!(next.fingerprint(), running.fingerprint());
        assert_eq!(running.open(&next.seal(b"after")).unwrap(), b"after");
        assert_eq!(next.open(&before).unwrap(), b"before");
        assert_eq!(next.fingerprint(), running.fingerprint());
    }
}
