//! Telephone numbers brought into one form: digits only.
//!
//! Mainland mobiles and landlines, hotlines, and numbers of elsewhere with
//! their `+`. Whether a number answers, or whose it is, is not known here.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// What a number looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Mainland mobile, 11 digits.
    Mobile,
    /// Mainland landline with its area code.
    Landline,
    /// A short or shared service number: 110, 12345, 96110, 400…
    Hotline,
    /// With `+` and a country code other than 86.
    Abroad,
}

/// Brings a number into its stored form: `+86 199-0000-0001` →
/// `19900000001`, `（0575）8123 4567` → `057581234567`, `+852 5123 4567` →
/// `+85251234567`. `None` when it is no number we know the form of.
pub fn parse(text: &str) -> Option<(String, Kind)> {
    // Spreadsheets mark text cells with an apostrophe.
    let text: Cow<'_, str> = if text.is_ascii() {
        text.into()
    } else {
        text.nfkc().collect()
    };
    let text = text.trim().trim_start_matches('\'');
    if text.chars().count() > 40 {
        return None;
    }
    let mut digits = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => digits.push(c),
            ' ' | '-' | '(' | ')' | '.' | '\t' | '–' | '—' | '‐' | '−' => {}
            _ => return None,
        }
    }
    let local = digits
        .strip_prefix("+86")
        .or_else(|| digits.strip_prefix("0086"))
        .or_else(|| {
            digits
                .strip_prefix("86")
                .filter(|rest| rest.len() == 11 && rest.starts_with('1'))
        })
        .unwrap_or(&digits);
    if let Some(abroad) = local.strip_prefix('+') {
        let sound = (8..=15).contains(&abroad.len()) && !abroad.starts_with('0');
        return sound.then(|| (local.to_owned(), Kind::Abroad));
    }
    mainland(local).map(|kind| (local.to_owned(), kind))
}

/// The form of a number without country code.
fn mainland(digits: &str) -> Option<Kind> {
    let bytes = digits.as_bytes();
    match (bytes.first()?, bytes.len()) {
        (b'1', 11) if bytes[1] >= b'3' => Some(Kind::Mobile),
        // Area codes have 3 or 4 digits, numbers 7 or 8.
        (b'0', 10..=12) if bytes[1] != b'0' => Some(Kind::Landline),
        (b'1', 3..=5) | (b'9', 5) => Some(Kind::Hotline),
        (b'4' | b'8', 10) if digits.starts_with("400") || digits.starts_with("800") => {
            Some(Kind::Hotline)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_ways_of_writing_give_one_number() {
        for text in [
            "19900000001",
            "199 0000 0001",
            "+86 199-0000-0001",
            "0086 19900000001",
            "8619900000001",
            "１９９０００００００１",
            "'19900000001",
        ] {
            assert_eq!(
                parse(text),
                Some(("19900000001".to_owned(), Kind::Mobile)),
                "{text}"
            );
        }
        assert_eq!(
            parse("（0575）8123-4567"),
            Some(("057581234567".to_owned(), Kind::Landline))
        );
        assert_eq!(
            parse("+852 5123 4567"),
            Some(("+85251234567".to_owned(), Kind::Abroad))
        );
        assert_eq!(parse("12345"), Some(("12345".to_owned(), Kind::Hotline)));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "1990000000",
            "199000000012",
            "12000000000",
            "1.99E+10",
            "无",
            "+12",
            "电话199",
            "199+0000001",
            "00000000000",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
