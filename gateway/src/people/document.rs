//! Identity document numbers: form and check digit.
//!
//! A sound number proves only that nobody mistyped it, never who somebody is.
//! The division code inside is the place of *first* registration, is withdrawn
//! over time, and is never used to refuse or to route.

use chrono::{Datelike, NaiveDate};
use unicode_normalization::UnicodeNormalization;

/// The kind of document a number belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Resident identity card, 18 characters.
    Resident,
    /// Residence permit of people from Hong Kong, Macau and Taiwan.
    ResidencePermit,
    /// Foreign permanent resident card issued since 2023-12.
    ForeignPermanent,
    /// Foreign permanent resident card of 2017: 3 letters, 12 digits. It has
    /// no check digit we know.
    ForeignPermanent2017,
}

/// A number of sound form.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    pub kind: Kind,
    /// The stored form: 15-digit cards are lengthened to 18.
    pub number: String,
    pub birth: Option<NaiveDate>,
    /// Whether the number was given in the form void since 2013.
    pub first_generation: bool,
    /// Whether the check digit fits.
    pub checked: bool,
}

/// Why a number cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Length or characters fit no document we know.
    Form,
    /// The date of birth inside does not exist or lies ahead.
    Birth,
    /// Written by a spreadsheet as `4.40106E+17`: the last digits are lost.
    Spreadsheet,
}

/// Reads a number: full width, spaces and a small x are forgiven. A check
/// digit that does not fit is reported in `checked`, not refused: the caller
/// knows whether to ask again or to warn.
pub fn parse(text: &str, today: NaiveDate) -> Result<Document, Malformed> {
    let number: String = text
        .nfkc()
        .filter(|c| !c.is_whitespace() && *c != '\'' && *c != '-')
        .flat_map(char::to_uppercase)
        .take(40)
        .collect();
    if number.contains("E+") {
        return Err(Malformed::Spreadsheet);
    }
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !number.is_ascii() {
        return Err(Malformed::Form);
    }
    match number.len() {
        18 if digits(&number[..17]) => modern(&number, today, false),
        15 if digits(&number) => {
            let body = format!("{}19{}", &number[..6], &number[6..]);
            let check = check_character(&body).ok_or(Malformed::Form)?;
            modern(&format!("{body}{check}"), today, true)
        }
        15 if number.bytes().take(3).all(|b| b.is_ascii_uppercase()) && digits(&number[3..]) => {
            Ok(Document {
                kind: Kind::ForeignPermanent2017,
                number,
                birth: None,
                first_generation: false,
                checked: true,
            })
        }
        _ => Err(Malformed::Form),
    }
}

/// The check character of 17 digits (ISO 7064 MOD 11-2), `None` when they are
/// not 17 digits.
pub fn check_character(body: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    if body.len() != 17 {
        return None;
    }
    let mut sum = 0;
    for (c, weight) in body.chars().zip(WEIGHTS) {
        sum += c.to_digit(10)? * weight;
    }
    "10X98765432".chars().nth((sum % 11) as usize)
}

fn modern(number: &str, today: NaiveDate, first_generation: bool) -> Result<Document, Malformed> {
    let last = number.as_bytes()[17];
    if number.starts_with('0') || !(last.is_ascii_digit() || last == b'X') {
        return Err(Malformed::Form);
    }
    let kind = match &number[..1] {
        "9" => Kind::ForeignPermanent,
        "8" => Kind::ResidencePermit,
        _ => Kind::Resident,
    };
    let birth = NaiveDate::parse_from_str(&number[6..14], "%Y%m%d")
        .ok()
        .filter(|b| b.year() >= 1850 && *b <= today)
        .ok_or(Malformed::Birth)?;
    let checked = check_character(&number[..17]) == number.chars().last();
    Ok(Document {
        kind,
        number: number.to_owned(),
        birth: Some(birth),
        first_generation,
        checked,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 2, 14).unwrap()
    }

    #[test]
    fn sound_numbers_of_every_kind_are_read() {
        let table = [
            ("11010519491231002X", Kind::Resident, Some((1949, 12, 31))),
            // Division withdrawn long ago, born 1880: still a number.
            ("440524188001010014", Kind::Resident, Some((1880, 1, 1))),
            ("310115200002290013", Kind::Resident, Some((2000, 2, 29))),
            ("654022198511110287", Kind::Resident, Some((1985, 11, 11))),
            (
                "820000198801050024",
                Kind::ResidencePermit,
                Some((1988, 1, 5)),
            ),
            (
                "830000199201300022",
                Kind::ResidencePermit,
                Some((1992, 1, 30)),
            ),
            (
                "932682198501010017",
                Kind::ForeignPermanent,
                Some((1985, 1, 1)),
            ),
            (
                "911124198108030024",
                Kind::ForeignPermanent,
                Some((1981, 8, 3)),
            ),
            ("USA110085010118", Kind::ForeignPermanent2017, None),
        ];
        for (number, kind, birth) in table {
            let read = parse(number, today()).ok().unwrap();
            assert_eq!(read.kind, kind, "{number}");
            assert!(read.checked, "{number}");
            let birth = birth.and_then(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d));
            assert_eq!(read.birth, birth, "{number}");
        }
    }

    #[test]
    fn writing_is_forgiven() {
        for text in [
            "１１０１０５１９４９１２３１００２Ｘ",
            " 110105 19491231 002x ",
            "'11010519491231002X",
        ] {
            assert_eq!(
                parse(text, today()).ok().unwrap().number,
                "11010519491231002X"
            );
        }
        let old = parse("110105491231002", today()).ok().unwrap();
        assert_eq!(old.number, "11010519491231002X");
        assert!(old.first_generation);
    }

    #[test]
    fn impossible_numbers_are_refused_with_the_reason() {
        let table = [
            ("110105194902290029", Malformed::Birth),
            ("110105209912310029", Malformed::Birth),
            ("000105194912310024", Malformed::Form),
            ("123456789012345678", Malformed::Birth),
            ("11010519491231002", Malformed::Form),
            ("1101051949123X0021", Malformed::Form),
            ("4.40106E+17", Malformed::Spreadsheet),
            ("", Malformed::Form),
            ("身份证号码不详", Malformed::Form),
        ];
        for (number, why) in table {
            assert_eq!(parse(number, today()).err(), Some(why), "{number}");
        }
    }

    #[test]
    fn a_wrong_check_digit_is_reported_not_refused() {
        for number in ["110105194912310021", "911840198501010020"] {
            assert!(!parse(number, today()).ok().unwrap().checked, "{number}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_answered_without_a_panic(text in ".{0,40}") {
            let _ = parse(&text, today());
        }

        #[test]
        fn one_wrong_digit_is_always_noticed(serial in 0_u32..999, place in 14_usize..17, shift in 1_u32..10) {
            let body = format!("11010519491231{serial:03}");
            let check = check_character(&body).unwrap();
            let mut wrong: Vec<char> = body.chars().collect();
            let digit = (wrong[place].to_digit(10).unwrap() + shift) % 10;
            wrong[place] = char::from_digit(digit, 10).unwrap();
            let wrong: String = wrong.into_iter().collect();
            proptest::prop_assert_ne!(check_character(&wrong), Some(check));
        }
    }
}
