//! Identity numbers: resident cards of 18 and 15 digits, residence permits of people from Hong Kong, Macau and Taiwan,
//! and permanent residence cards of foreigners in both forms. It deliberately never asks for one, does not judge the
//! division code, and only reports a check character that does not fit.

use super::context::{Named, calls_for};
use super::digits::Run;
use super::{IdNumber, head, tail};

/// Weights of the check character, ISO 7064 MOD 11-2 as used by GB 11643.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";
/// No clock here: births up to this year are possible.
const LAST_BIRTH: u32 = 2035;

/// The identity number that a run of digit groups is.
pub(super) fn of(run: &Run) -> Option<IdNumber> {
    if !matches!(run.joined.len(), 12 | 15 | 17 | 18) {
        return None;
    }
    let called = calls_for(run.before());
    let named = called == Named::Identity
        || (called != Named::Other
            && [tail(run.before(), 60), head(run.after(), 20)]
                .iter()
                .any(|near| near.contains("身份证")));
    match run.joined.len() {
        12 if run.from == run.to => lettered(run),
        15 if named && run.from == run.to && bounded(run.before(), run.after()) => {
            (run.joined.as_bytes()[0] != b'0' && date(&run.joined[8..12], true)).then(|| IdNumber {
                value: run.joined.clone(),
                checksum_ok: false,
            })
        }
        // An order may look like one, but hardly down to the check character.
        17 | 18 => modern(run, named).filter(|id| id.checksum_ok || called != Named::Other),
        _ => None,
    }
}

/// 18 characters, the last of which may be an X, set off or not.
fn modern(run: &Run, named: bool) -> Option<IdNumber> {
    let mut value = run.joined.clone();
    let mut after = run.after();
    if value.len() == 17 {
        let rest = after.strip_prefix([' ', '-']).unwrap_or(after);
        after = rest.strip_prefix(['x', '×', '叉'])?;
        value.push('X');
    }
    if !bounded(run.before(), after) || !form(&value) {
        return None;
    }
    let checksum_ok = check(&value);
    let usual = run.from == run.to
        || [
            [6, 8, 4, 0, 0],
            [6, 8, 3, 0, 0],
            [6, 4, 4, 4, 0],
            [6, 4, 4, 3, 0],
            [6, 4, 2, 2, 4],
            [6, 4, 2, 2, 3],
        ]
        .iter()
        .any(|shape| run.shaped(shape.split(|l| *l == 0).next().unwrap_or_default()));
    let fits = run.even && (usual || ((checksum_ok || named) && !run.goes_on()));
    fits.then_some(IdNumber { value, checksum_ok })
}

/// `USA110085010118`: nationality and 12 digits with the date of birth in them.
fn lettered(run: &Run) -> Option<IdNumber> {
    let before = run.before();
    let before = before.strip_suffix(' ').unwrap_or(before);
    let letters = before.len()
        - before
            .trim_end_matches(|c: char| c.is_ascii_lowercase())
            .len();
    let free = !run.after().starts_with(|c: char| c.is_ascii_alphanumeric());
    (letters == 3 && free && !before.ends_with("tel") && date(&run.joined[6..10], true)).then(
        || IdNumber {
            value: before[before.len() - 3..].to_uppercase() + &run.joined,
            checksum_ok: false,
        },
    )
}

/// Division, a possible birth date.
fn form(value: &str) -> bool {
    let Ok(year) = value[6..10].parse::<u32>() else {
        return false;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let division = match value.as_bytes()[0] {
        b'0' => false,
        b'8' => matches!(&value[..6], "810000" | "820000" | "830000"),
        _ => true,
    };
    division && (1850..=LAST_BIRTH).contains(&year) && date(&value[10..14], leap)
}

/// `1231` is a day of a year.
fn date(month_day: &str, leap: bool) -> bool {
    let (Ok(month), Ok(day)) = (month_day[..2].parse::<u32>(), month_day[2..].parse::<u32>())
    else {
        return false;
    };
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    (1..=days).contains(&day)
}

fn check(value: &str) -> bool {
    let bytes = value.as_bytes();
    let sum: u32 = WEIGHTS
        .iter()
        .zip(bytes)
        .map(|(w, b)| w * u32::from(b - b'0'))
        .sum();
    CHECKS[(sum % 11) as usize] == bytes[17]
}

/// No letter or further digit sticks to it, but for `id` before it.
fn bounded(before: &str, after: &str) -> bool {
    let start = before
        .trim_end_matches(|c: char| c.is_ascii_lowercase())
        .len();
    matches!(
        &before[start..],
        "" | "id" | "no" | "is" | "card" | "number"
    ) && !after.starts_with(|c: char| c.is_ascii_alphanumeric())
}
