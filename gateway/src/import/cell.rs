//! Values of single cells: trimming, dates, yes and no, lists, hints.
//!
//! Also the other direction: making a value safe to open in a spreadsheet.

use super::report::Report;
use super::table::Row;
use super::{Existing, Fault};
use crate::people::{document, mask, phone};
use chrono::{Datelike, NaiveDate};
use std::borrow::Cow;

/// Longest value shown beside an error, in characters.
const HINT_MAX: usize = 40;

/// Without surrounding spaces, ideographic and no-break ones included, and
/// without the apostrophe with which spreadsheets mark text.
pub(super) fn trimmed(value: &str) -> &str {
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}';
    let value = value.trim_matches(blank);
    value.strip_prefix('\'').unwrap_or(value)
}

/// A value as it may be shown: masked by kind when personal, else shortened.
pub(super) fn hint(key: &str, value: &str, secret: bool) -> String {
    match key {
        "phone" => mask::phone(&shortened(value)),
        "id_number" => mask::id_number(&shortened(value)),
        "name" if secret => mask::name(&shortened(value)),
        _ if secret => "***".to_owned(),
        _ => shortened(value),
    }
}

pub(super) fn shortened(value: &str) -> String {
    let shown = value.chars().filter(|c| !c.is_control());
    let mut short: String = shown.take(HINT_MAX).collect();
    if value.chars().count() > HINT_MAX {
        short.push('…');
    }
    short
}

/// Makes a cell harmless when the file is opened in a spreadsheet: a leading
/// character that would start a formula gets an apostrophe before it.
pub fn for_spreadsheet(value: &str) -> Cow<'_, str> {
    if value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{value}"))
    } else {
        Cow::Borrowed(value)
    }
}

/// A code: letters, digits and `-_.`.
pub(super) fn code(row: &Row<'_>, key: &str, report: &mut Report) -> Option<String> {
    let value = row.need(key, report)?;
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if value.chars().all(sound) {
        Some(value.to_owned())
    } else {
        report.error(row.at(key, Fault::Characters));
        None
    }
}

/// A date, `None` when empty or wrong.
pub(super) fn date(
    row: &Row<'_>,
    key: &str,
    existing: &Existing,
    report: &mut Report,
) -> Option<NaiveDate> {
    let value = row.some(key)?;
    let Some(date) = parse_date(value) else {
        report.error(row.at(key, Fault::DateForm));
        return None;
    };
    let earliest = NaiveDate::from_ymd_opt(1949, 10, 1).expect("a real day");
    let latest = existing
        .today
        .with_year(existing.today.year() + 10)
        .unwrap_or(existing.today);
    if date < earliest || date > latest {
        report.error(row.at(key, Fault::DateFar { earliest, latest }));
        return None;
    }
    Some(date)
}

/// `2026-02-14`, `2026/2/14`, `2026.2.14`, `2026年2月14日`, `20260214`.
fn parse_date(value: &str) -> Option<NaiveDate> {
    if value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit()) {
        return NaiveDate::parse_from_str(value, "%Y%m%d").ok();
    }
    let value = value.trim_end_matches('日');
    let mut parts = value.split(['-', '/', '.', '年', '月']);
    let mut number = || parts.next()?.trim().parse::<u32>().ok();
    let (year, month, day) = (number()?, number()?, number()?);
    if parts.next().is_some() || !(1000..=9999).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year as i32, month, day)
}

/// Yes or no; `default` when empty.
pub(super) fn yes(row: &Row<'_>, key: &str, default: bool, report: &mut Report) -> bool {
    let value = row.get(key).to_lowercase();
    match value.as_str() {
        "" => default,
        "是" | "y" | "yes" | "true" | "1" | "√" | "✓" | "在岗" | "有" => true,
        "否" | "n" | "no" | "false" | "0" | "×" | "x" | "离岗" | "无" => false,
        _ => {
            let allowed = "是、否、yes、no".to_owned();
            report.error(row.at(key, Fault::OneOf { allowed }));
            default
        }
    }
}

/// A whole number above nothing, `None` when empty or wrong.
pub(super) fn count(row: &Row<'_>, key: &str, report: &mut Report) -> Option<u32> {
    let value = row.some(key)?;
    let read = value.parse::<u32>().ok().filter(|n| *n > 0);
    if read.is_none() {
        report.error(row.at(key, Fault::NotANumber));
    }
    read
}

/// The parts of a list: split at `;`, `；`, `、` and `|`.
pub(super) fn list(value: &str) -> impl Iterator<Item = &str> {
    value
        .split([';', '；', '、', '|'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// A telephone number in its stored form; nobody is called at a hotline.
pub(super) fn telephone(row: &Row<'_>, report: &mut Report) -> Option<String> {
    dialled(row, report, |kind| kind != phone::Kind::Hotline)
}

/// The same of an office, which may be a hotline.
pub(super) fn office_telephone(row: &Row<'_>, report: &mut Report) -> Option<String> {
    dialled(row, report, |_| true)
}

fn dialled(row: &Row<'_>, report: &mut Report, fits: fn(phone::Kind) -> bool) -> Option<String> {
    let value = row.some("phone")?;
    let read = phone::parse(value).filter(|(_, kind)| fits(*kind));
    if read.is_none() {
        report.error(row.at("phone", Fault::PhoneForm));
    }
    read.map(|(number, _)| number)
}

/// A document number in its stored form. A check digit that does not fit is
/// a warning: real registers hold such numbers, and real people.
pub(super) fn number(row: &Row<'_>, existing: &Existing, report: &mut Report) -> Option<String> {
    let value = row.some("id_number")?;
    match document::parse(value, existing.today) {
        Ok(document) => {
            if !document.checked {
                report.warn(row.at("id_number", Fault::NumberCheck));
            }
            if document.first_generation {
                report.warn(row.at("id_number", Fault::NumberOld));
            }
            Some(document.number)
        }
        Err(malformed) => {
            let fault = match malformed {
                document::Malformed::Form => Fault::NumberForm,
                document::Malformed::Birth => Fault::NumberBirth,
                document::Malformed::Spreadsheet => Fault::NumberSpreadsheet,
            };
            report.error(row.at("id_number", fault));
            None
        }
    }
}
