//! The second factor: time-based codes (RFC 6238) and recovery codes.

use crate::clock::Moment;
use crate::seal::Seal;
use qrcode::QrCode;
use qrcode::render::svg;
use rand::RngCore;
use subtle::ConstantTimeEq;
use totp_rs::{Algorithm, TOTP};

/// Seconds a code lasts.
const STEP: u64 = 30;
/// Steps a device's clock may be off, either way.
const SKEW: i64 = 1;
/// How many recovery codes there are.
const SPARE: usize = 10;
/// Letters and digits that are not mistaken for another.
const SYMBOLS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A new secret: 160 bits, as the standard wants.
pub(super) fn secret() -> Vec<u8> {
    let mut bytes = vec![0_u8; 20];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

fn totp(secret: &[u8], name: &str) -> TOTP {
    // A colon would end the issuer within the address.
    let name = name.replace(':', " ");
    let issuer = Some("Linli".to_owned());
    TOTP::new(Algorithm::SHA1, 6, 0, STEP, secret.to_vec(), issuer, name)
        .expect("160 bits and six digits are within the standard")
}

/// The time step for which a code is right at this moment, if there is one.
pub(super) fn step(secret: &[u8], code: &str, now: Moment) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 {
        return None;
    }
    let totp = totp(secret, "x");
    let present = now.timestamp().div_euclid(STEP as i64);
    let mut found = None;
    // All are compared, so that time tells nothing about which.
    for step in present - SKEW..=present + SKEW {
        let expected = totp.generate(step.max(0) as u64 * STEP);
        if bool::from(expected.as_bytes().ct_eq(digits.as_bytes())) {
            found = Some(step);
        }
    }
    found
}

/// What a person needs to put a secret into their device.
pub struct Shown {
    /// For typing, in groups of four.
    pub text: String,
    /// `otpauth://…`
    pub address: String,
    /// The address as a picture, without a document's head.
    pub svg: String,
}

/// A secret for the eyes of its owner.
pub(super) fn shown(secret: &[u8], name: &str) -> Shown {
    let totp = totp(secret, name);
    let address = totp.get_url();
    let plain = totp.get_secret_base32();
    let groups: Vec<&str> = (0..plain.len())
        .step_by(4)
        .map(|at| &plain[at..plain.len().min(at + 4)])
        .collect();
    let code = QrCode::new(address.as_bytes()).expect("an address fits into a code");
    let drawn = code
        .render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    let svg = drawn
        .find("<svg")
        .map_or(String::new(), |at| drawn[at..].to_owned());
    Shown {
        text: groups.join(" "),
        address,
        svg,
    }
}

/// New recovery codes, and the tags to store.
pub(super) fn recovery(seal: &Seal) -> (Vec<String>, Vec<String>) {
    let mut codes = Vec::with_capacity(SPARE);
    for _ in 0..SPARE {
        let mut bytes = [0_u8; 10];
        rand::rng().fill_bytes(&mut bytes);
        let symbols = bytes.map(|b| char::from(SYMBOLS[usize::from(b) % 32]));
        let (left, right) = symbols.split_at(5);
        let half = |part: &[char]| part.iter().collect::<String>();
        codes.push(format!("{}-{}", half(left), half(right)));
    }
    let tags = codes.iter().filter_map(|code| tag(seal, code)).collect();
    (codes, tags)
}

/// The tag of a recovery code, however it was typed; `None`: it is none.
pub(super) fn tag(seal: &Seal, code: &str) -> Option<String> {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_uppercase();
    (plain.len() == 10).then(|| seal.name("recovery", &plain))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::clock::moment;

    fn at(seconds: i64) -> Moment {
        moment(seconds * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six of eight digits.
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(
                step(secret, code, at(seconds)),
                Some(seconds / 30),
                "{code}"
            );
            let spaced = format!(" {} {} ", &code[..3], &code[3..]);
            assert_eq!(step(secret, &spaced, at(seconds)), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_lasts_one_step_more_on_either_side_and_no_longer() {
        let secret = b"12345678901234567890";
        let code = "005924";
        let base = 1_234_567_890;
        for (off, right) in [
            (-60, false),
            (-30, true),
            (0, true),
            (30, true),
            (60, false),
        ] {
            assert_eq!(step(secret, code, at(base + off)).is_some(), right, "{off}");
        }
        for wrong in ["", "00592", "0059244", "００５９２４", "abcdef"] {
            assert_eq!(step(secret, wrong, at(base)), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_shown_as_text_address_and_picture() {
        let shown = shown(b"12345678901234567890", "周:敏");
        assert_eq!(shown.text, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(
            shown.address.starts_with("otpauth://totp/Linli:"),
            "{}",
            shown.address
        );
        assert!(shown.svg.starts_with("<svg") && shown.svg.contains("<path"));
        assert!(!shown.svg.contains("style"));
    }

    #[test]
    fn recovery_codes_are_read_however_they_are_typed() {
        let seal = Seal::new(b"key");
        let (codes, tags) = recovery(&seal);
        assert_eq!((codes.len(), tags.len()), (SPARE, SPARE));
        let typed = format!(" {} ", codes[0].replace('-', " ").to_lowercase());
        assert_eq!(tag(&seal, &typed).as_ref(), Some(&tags[0]));
        assert_eq!(tag(&seal, "123456"), None);
    }
}
