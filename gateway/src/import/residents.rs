//! Residents: the register against which names and numbers are matched.
//!
//! May be large: lines are handed on one by one, and only a short fingerprint
//! of each number is remembered to find repetitions. Values never appear in a
//! report in clear.

use super::report::{Parsed, Report};
use super::table::{self, Column, Row};
use super::{Existing, Fault, Source, cell};
use crate::ids::UnitId;
use crate::people::{Resident, Secret};
use crate::territory::OUTSIDE;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

const COLUMNS: &[Column] = &[
    column("name", &["name", "姓名"], true, 60, true),
    column(
        "phone",
        &[
            "phone",
            "mobile",
            "tel",
            "电话",
            "手机",
            "手机号",
            "联系电话",
        ],
        false,
        40,
        true,
    ),
    column(
        "id_number",
        &[
            "idnumber",
            "身份证号",
            "身份证",
            "身份证号码",
            "证件号码",
            "公民身份号码",
        ],
        false,
        40,
        true,
    ),
    column(
        "hukou",
        &["hukou", "户籍", "户籍地", "户籍社区", "户籍代码"],
        true,
        32,
        false,
    ),
    column(
        "residence",
        &[
            "residence",
            "居住地",
            "现住",
            "常住地",
            "居住社区",
            "居住代码",
        ],
        true,
        32,
        false,
    ),
    column(
        "household",
        &["household", "户号", "家庭编号"],
        false,
        40,
        false,
    ),
    column("language", &["language", "lang", "语言"], false, 20, false),
];

/// Language tags of the words people write.
const LANGUAGES: &[(&str, &str)] = &[
    ("zh", "zh"),
    ("普通话", "zh"),
    ("中文", "zh"),
    ("汉语", "zh"),
    ("yue", "yue"),
    ("粤语", "yue"),
    ("广东话", "yue"),
    ("en", "en"),
    ("英语", "en"),
    ("english", "en"),
];

const fn column(
    key: &'static str,
    names: &'static [&'static str],
    required: bool,
    max: usize,
    secret: bool,
) -> Column {
    Column {
        key,
        names,
        required,
        secret,
        max,
    }
}

/// Reads a file of residents into memory. See [`read_residents`] for files
/// that are large.
pub fn parse_residents<'a>(from: impl Into<Source<'a>>, existing: &Existing) -> Parsed<Resident> {
    let mut rows = Vec::new();
    let mut broken = false;
    let report = read_residents(from.into(), existing, &mut |resident, clean| {
        if clean {
            rows.push(resident);
        } else if !broken {
            // Nothing will be applied: give the memory back at once.
            broken = true;
            rows = Vec::new();
        }
    });
    Parsed::new(rows, report)
}

/// Reads a file of residents line by line; `each` gets every good line and
/// whether the file was without error so far. The report decides in the end:
/// apply nothing unless it is clean, which takes two passes or one
/// transaction that is given up.
pub fn read_residents(
    from: Source<'_>,
    existing: &Existing,
    each: &mut dyn FnMut(Resident, bool),
) -> Report {
    let mut report = Report::default();
    let mut seen = Seen::default();
    table::read(
        from,
        COLUMNS,
        usize::MAX,
        &mut report,
        &mut |row, report| {
            let resident = resident(row, existing, report);
            let Some(resident) = resident.filter(|r| seen.is_new(r, row, report)) else {
                return;
            };
            each(resident, report.is_clean());
        },
    );
    report.sort();
    report
}

fn resident(row: &Row<'_>, existing: &Existing, report: &mut Report) -> Option<Resident> {
    let before = report.error_count;
    let name = row.need("name", report).map(Secret::from);
    let phone = cell::telephone(row, report).map(Secret::new);
    let id_number = cell::number(row, existing, report).map(Secret::new);
    let hukou = place(row, "hukou", existing, report);
    let residence = place(row, "residence", existing, report);
    let language = row.some("language").and_then(|value| {
        let folded = value.to_lowercase();
        let known = LANGUAGES.iter().find(|(word, _)| *word == folded);
        if known.is_none() {
            let allowed = "zh、yue、en".to_owned();
            report.error(row.at("language", Fault::OneOf { allowed }));
        }
        known.map(|(_, tag)| (*tag).to_owned())
    });
    if report.error_count > before {
        return None;
    }
    if phone.is_none() && id_number.is_none() {
        report.warn(row.at("phone", Fault::NoContact));
        return None;
    }
    Some(Resident {
        name: name?,
        phone,
        id_number,
        hukou,
        residence,
        household: row.some("household").map(str::to_owned),
        language,
    })
}

/// A unit code, or a word for "not here".
fn place(row: &Row<'_>, key: &str, existing: &Existing, report: &mut Report) -> Option<UnitId> {
    let value = row.some(key)?;
    if matches!(value, "外地" | "外省" | "外市" | "市外" | "非本市")
        || value.eq_ignore_ascii_case(OUTSIDE)
    {
        return Some(UnitId::from(OUTSIDE));
    }
    if existing.kind(value).is_none() {
        report.error(row.at(key, Fault::UnitUnknown));
        return None;
    }
    Some(UnitId::from(value))
}

/// Remembers who was seen, by fingerprint only.
#[derive(Default)]
struct Seen {
    hash: RandomState,
    lines: HashMap<u64, u32>,
}

impl Seen {
    /// Whether nobody with this document number was there before. The same
    /// name and telephone without a number is only suspicious.
    fn is_new(&mut self, resident: &Resident, row: &Row<'_>, report: &mut Report) -> bool {
        let print = match (&resident.id_number, &resident.phone) {
            (Some(number), _) => self.hash.hash_one(("id", number.expose())),
            (None, Some(phone)) => {
                let name = resident.name.expose();
                self.hash.hash_one(("phone", phone.expose(), name))
            }
            (None, None) => return false,
        };
        let line = u32::try_from(row.line).unwrap_or(u32::MAX);
        let Some(first) = self.lines.insert(print, line) else {
            return true;
        };
        self.lines.insert(print, first);
        let line = first as usize;
        if resident.id_number.is_some() {
            report.error(row.at("id_number", Fault::Twice { line }));
        } else {
            report.warn(row.at("name", Fault::TwiceProbably { line }));
        }
        false
    }
}
