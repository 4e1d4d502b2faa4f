//! A CSV table with named columns, read line by line.
//!
//! Knows quoting, line ends, delimiters and header names in two languages;
//! what the columns mean is the business of `units`, `workers`, `residents`.

use super::report::{LineError, Report};
use super::{Fault, Source, cell, decode};
use crate::intake::is_steering;
use csv::StringRecord;
use std::io::Read;
use unicode_normalization::UnicodeNormalization;

/// A column a file may have.
pub(super) struct Column {
    pub(super) key: &'static str,
    /// Accepted header names; the first Chinese one is shown in messages.
    pub(super) names: &'static [&'static str],
    pub(super) required: bool,
    /// Values are personal: hints are masked.
    pub(super) secret: bool,
    /// Longest value, in characters.
    pub(super) max: usize,
}

/// A column that is not personal.
pub(super) const fn column(
    key: &'static str,
    names: &'static [&'static str],
    required: bool,
    max: usize,
) -> Column {
    Column {
        key,
        names,
        required,
        secret: false,
        max,
    }
}

type Records<'a> = csv::Reader<Box<dyn Read + 'a>>;

/// One data line.
pub(super) struct Row<'a> {
    pub(super) line: usize,
    record: &'a StringRecord,
    header: &'a Header<'a>,
}

struct Header<'a> {
    columns: &'a [Column],
    /// Position and name in the file, in the order of `columns`.
    found: Vec<Option<(usize, String)>>,
    width: usize,
}

/// Reads a table of at most `most` lines and hands every well-formed line to `each`. What is wrong
/// with the file or a line goes to the report.
pub(super) fn read(
    source: Source<'_>,
    columns: &[Column],
    most: usize,
    report: &mut Report,
    each: &mut dyn FnMut(&Row<'_>, &mut Report),
) {
    let mut reader = match open(source, report) {
        Ok(reader) => reader,
        Err(fault) => return report.error(whole(fault)),
    };
    let mut record = StringRecord::new();
    let mut header: Option<Header<'_>> = None;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            // Decoded text is valid and lengths are flexible: only reading
            // itself can fail, when the disk does or the file changes.
            Err(_) => return report.error(whole(Fault::Unreadable)),
        }
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(0, |p| p.line() as usize);
        match &header {
            None => match Header::of(&record, line, columns, report) {
                Some(found) => header = Some(found),
                None => return,
            },
            Some(header) => {
                report.lines += 1;
                if report.lines > most {
                    let max = most;
                    return report.error(LineError {
                        line,
                        ..whole(Fault::TooManyLines { max })
                    });
                }
                let row = Row {
                    line,
                    record: &record,
                    header,
                };
                if row.is_sound(report) {
                    each(&row, report);
                }
            }
        }
    }
    match header {
        None => report.error(whole(Fault::Empty)),
        Some(_) if report.lines == 0 => report.error(whole(Fault::NoRows)),
        Some(_) => {}
    }
}

/// A reader of records that knows encoding and delimiter of the file.
fn open<'a>(source: Source<'a>, report: &mut Report) -> Result<Records<'a>, Fault> {
    let encoding = decode::detect(source)?;
    report.encoding = encoding.name;
    let (text, head) = decode::reader(source, encoding)?;
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true);
    Ok(builder.delimiter(delimiter(&head)).from_reader(text))
}

impl<'a> Header<'a> {
    fn of(
        record: &StringRecord,
        line: usize,
        columns: &'a [Column],
        report: &mut Report,
    ) -> Option<Self> {
        let before = report.error_count;
        let mut found: Vec<Option<(usize, String)>> = vec![None; columns.len()];
        let error = |name: &str, reason: Fault| LineError {
            line,
            column: Some(cell::shortened(name)),
            value_hint: None,
            reason,
        };
        for (index, name) in record.iter().enumerate() {
            let folded = folded(name);
            if folded.is_empty() {
                continue;
            }
            let known = |c: &Column| c.names.contains(&folded.as_str());
            let Some(column) = columns.iter().position(known) else {
                let known = columns.iter().map(shown).collect::<Vec<_>>().join("、");
                report.warn(error(name.trim(), Fault::ColumnUnknown { known }));
                continue;
            };
            if let Some((first, _)) = found[column] {
                let first = first + 1;
                report.error(error(name.trim(), Fault::ColumnTwice { first }));
                continue;
            }
            found[column] = Some((index, name.trim().to_owned()));
        }
        for (column, found) in columns.iter().zip(&found) {
            if column.required && found.is_none() {
                let names = column.names.join("、");
                report.error(error(shown(column), Fault::ColumnMissing { names }));
            }
        }
        (report.error_count == before).then_some(Self {
            columns,
            found,
            width: record.len(),
        })
    }
}

impl Row<'_> {
    /// The trimmed value of a column; empty when the file has no such column.
    pub(super) fn get(&self, key: &str) -> &str {
        let columns = self.header.columns;
        let index = columns.iter().position(|c| c.key == key);
        index.map_or("", |index| self.value(index))
    }

    /// The trimmed value of a column by its place among the known ones.
    fn value(&self, column: usize) -> &str {
        self.header.found[column]
            .as_ref()
            .and_then(|(index, _)| self.record.get(*index))
            .map_or("", cell::trimmed)
    }

    /// The value of a column, `None` when empty.
    pub(super) fn some(&self, key: &str) -> Option<&str> {
        Some(self.get(key)).filter(|value| !value.is_empty())
    }

    /// The value of a column that must not be empty.
    pub(super) fn need(&self, key: &str, report: &mut Report) -> Option<&str> {
        let value = self.some(key);
        if value.is_none() {
            report.error(self.at(key, Fault::Missing));
        }
        value
    }

    /// What is wrong with a column of this line.
    pub(super) fn at(&self, key: &str, reason: Fault) -> LineError {
        let columns = self.header.columns;
        let secret = columns.iter().any(|c| c.key == key && c.secret);
        LineError {
            line: self.line,
            column: Some(self.name_of(key).to_owned()),
            value_hint: self.some(key).map(|value| cell::hint(key, value, secret)),
            reason,
        }
    }

    /// A column as the file calls it, or as it might.
    pub(super) fn name_of(&self, key: &str) -> &str {
        let Some(index) = self.header.columns.iter().position(|c| c.key == key) else {
            return "";
        };
        match &self.header.found[index] {
            Some((_, name)) => name,
            None => shown(&self.header.columns[index]),
        }
    }

    /// Checks that hold for every table.
    fn is_sound(&self, report: &mut Report) -> bool {
        let before = report.error_count;
        // An unclosed quote swallows the lines after it: say that, rather
        // than whatever the rest looks like.
        if self.record.iter().any(|f| f.trim().contains(['\n', '\r'])) {
            report.error(LineError {
                line: self.line,
                column: None,
                value_hint: None,
                reason: Fault::LineBreak,
            });
            return false;
        }
        let extra = self.record.iter().skip(self.header.width);
        let surplus = extra.filter(|field| !field.trim().is_empty()).count();
        if self.record.len() < self.header.width || surplus > 0 {
            report.error(LineError {
                line: self.line,
                column: None,
                value_hint: None,
                reason: Fault::FieldCount {
                    expected: self.header.width,
                    found: self.record.len(),
                },
            });
            return false;
        }
        for (index, column) in self.header.columns.iter().enumerate() {
            let value = self.value(index);
            if value.chars().any(|c| c.is_control() || is_steering(c)) {
                report.error(self.at(column.key, Fault::Control));
            } else if value.len() > column.max && value.chars().count() > column.max {
                report.error(self.at(column.key, Fault::TooLong { max: column.max }));
            }
        }
        report.error_count == before
    }
}

/// Something wrong with the file itself.
fn whole(reason: Fault) -> LineError {
    LineError {
        line: 1,
        column: None,
        value_hint: None,
        reason,
    }
}

fn shown(column: &Column) -> &'static str {
    column
        .names
        .iter()
        .find(|name| !name.is_ascii())
        .unwrap_or(&column.key)
}

/// Header names are compared without width, case, spaces and stars.
fn folded(name: &str) -> String {
    name.nfkc()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | '_' | '-' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .take(60)
        .collect()
}

/// Comma, unless the first line has more tabs or semicolons.
fn delimiter(bytes: &[u8]) -> u8 {
    let line = bytes
        .split(|b| *b == b'\n')
        .find(|line| line.iter().any(u8::is_ascii_graphic))
        .unwrap_or_default();
    let count = |wanted: u8| line.split(|b| *b == wanted).count();
    [b'\t', b';']
        .into_iter()
        .find(|other| count(*other) > count(b','))
        .unwrap_or(b',')
}
