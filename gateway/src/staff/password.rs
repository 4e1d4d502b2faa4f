//! Passwords: which are too weak, and their argon2id hashes.
//!
//! Hashing takes memory and time by design, so it runs off the main threads and
//! only a few at once: many sign-ins side by side wait instead of filling the
//! memory.

use crate::store::{Work, worked};
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use rand::RngCore;
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Fewest characters.
pub const SHORTEST: usize = 12;
/// Most characters, so that hashing stays bounded.
pub const LONGEST: usize = 128;
/// KiB of memory, rounds and lanes of one hash.
const COST: (u32, u32, u32) = (32 * 1024, 3, 1);
/// Hashes computed at once.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// What nobody's password is compared with, so that an unknown name takes as
/// long as a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| hashed(b"nobody's", COST));

/// Pieces that carry no surprise; a password must hold more than them.
const COMMON: [&str; 16] = [
    "password", "passw0rd", "qwerty", "asdfgh", "zxcvbn", "abc123", "123456", "654321", "111111",
    "000000", "888888", "letmein", "admin", "welcome", "linli", "woaini",
];

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than [`SHORTEST`] characters.
    Short,
    /// More than [`LONGEST`].
    Long,
    /// Little more than a common piece, the name, or one character.
    Common,
}

/// What is wrong with a password for this account, if anything.
pub fn weakness(password: &str, name: &str) -> Option<Weak> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(Weak::Short);
    }
    if length > LONGEST {
        return Some(Weak::Long);
    }
    let mut rest = password.to_lowercase();
    let name = name.to_lowercase();
    for piece in COMMON.iter().copied().chain([name.as_str()]) {
        if piece.chars().count() >= 3 {
            rest = rest.replace(piece, "");
        }
    }
    let mut kinds: Vec<char> = rest.chars().collect();
    let left = kinds.len();
    kinds.sort_unstable();
    kinds.dedup();
    (left < 6 || kinds.len() < 4).then_some(Weak::Common)
}

/// What looking at a password said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// It is the account's.
    pub right: bool,
    /// A hash at the present cost, where the stored one is of an older one.
    pub upgrade: Option<String>,
}

/// The hash to store, in the PHC format.
pub async fn hash(password: &str) -> String {
    let password = password.to_owned();
    apart(move || hashed(password.as_bytes(), COST)).await
}

/// Compares with a stored hash; `None` takes as long and is never right.
pub async fn verify(password: &str, stored: Option<&str>) -> Verdict {
    let (password, stored) = (password.to_owned(), stored.map(str::to_owned));
    apart(move || {
        // Made before it is known whether it is needed.
        let nobody = LazyLock::force(&NOBODY);
        let known = stored.is_some();
        let text = stored.unwrap_or_else(|| nobody.clone());
        let Ok(parsed) = PasswordHash::new(&text) else {
            return Verdict {
                right: false,
                upgrade: None,
            };
        };
        let fits = with(COST).verify_password(password.as_bytes(), &parsed);
        let right = fits.is_ok() && known;
        let same =
            Params::try_from(&parsed).is_ok_and(|p| (p.m_cost(), p.t_cost(), p.p_cost()) == COST);
        let upgrade = (right && !same).then(|| hashed(password.as_bytes(), COST));
        Verdict { right, upgrade }
    })
    .await
}

async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let _turn = AT_ONCE.acquire().await.expect("it is never closed");
    worked(Work::Hash);
    let done = tokio::task::spawn_blocking(work).await;
    done.expect("hashing does not panic")
}

fn with((memory, rounds, lanes): (u32, u32, u32)) -> Argon2<'static> {
    let params = Params::new(memory, rounds, lanes, None).expect("the cost is within bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hashed(password: &[u8], cost: (u32, u32, u32)) -> String {
    let mut salt = [0_u8; 16];
    rand::rng().fill_bytes(&mut salt);
    let salt = SaltString::encode_b64(&salt).expect("16 bytes make a salt");
    let hash = with(cost).hash_password(password, &salt);
    hash.expect("salt and cost are within bounds").to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_password_is_right_for_its_own_hash_only() {
        let stored = hash("correct horse staple").await;
        assert!(stored.starts_with("$argon2id$v=19$m=32768,t=3,p=1$"));
        let yes = verify("correct horse staple", Some(&stored)).await;
        assert!(yes.right && yes.upgrade.is_none());
        for wrong in ["correct horse stapl", "", "Correct horse staple"] {
            assert!(!verify(wrong, Some(&stored)).await.right, "{wrong}");
        }
        assert!(!verify("nobody's", None).await.right);
        assert!(!verify("x", Some("$argon2id$broken")).await.right);
    }

    #[tokio::test]
    async fn a_hash_of_former_cost_is_replaced_at_the_next_sign_in() {
        let old = hashed(b"correct horse staple", (8 * 1024, 1, 1));
        let verdict = verify("correct horse staple", Some(&old)).await;
        let new = verdict.upgrade.unwrap();
        assert!(verdict.right && new.contains("m=32768"));
        assert!(verify("correct horse staple", Some(&new)).await.right);
        assert_eq!(verify("wrong", Some(&old)).await.upgrade, None);
    }

    #[test]
    fn weak_passwords_are_named_and_long_sentences_are_taken() {
        for (password, why) in [
            ("short", Weak::Short),
            ("password1234", Weak::Common),
            ("zhou.min.2026", Weak::Common),
            ("aaaaaaaaaaaaaaaa", Weak::Common),
            ("123456654321111111", Weak::Common),
        ] {
            assert_eq!(weakness(password, "zhou.min"), Some(why), "{password}");
        }
        assert_eq!(weakness(&"x1yz".repeat(40), "a"), Some(Weak::Long));
        for good in [
            "correct horse staple",
            "我家门口有三棵大榕树呢吧",
            "T7#kqv-90.Lm2",
        ] {
            assert_eq!(weakness(good, "zhou.min"), None, "{good}");
        }
    }
}
