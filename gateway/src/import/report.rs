//! What reading a file came to: counts, errors and warnings by line.
//!
//! Bounded: of a million bad lines the first ones are kept and all counted.

use super::Fault;
use std::fmt::Write;

/// Errors, and warnings, kept in full.
const KEPT: usize = 200;
/// Of those, how many the printed report lists.
const LISTED: usize = 50;

/// Something wrong, or odd, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineError {
    /// Line of the file, counted from 1; the header is usually line 1.
    pub line: usize,
    /// The column as the file calls it.
    pub column: Option<String>,
    /// The value, shortened, and masked in personal columns.
    pub value_hint: Option<String>,
    pub reason: Fault,
}

impl LineError {
    fn write(&self, zh: bool, out: &mut String) {
        let place = match (&self.column, zh) {
            (Some(column), true) => format!("第 {} 行「{column}」", self.line),
            (None, true) => format!("第 {} 行", self.line),
            (Some(column), false) => format!("line {}, {column}", self.line),
            (None, false) => format!("line {}", self.line),
        };
        let reason = if zh {
            self.reason.zh()
        } else {
            self.reason.en()
        };
        let value = match &self.value_hint {
            Some(value) if zh => format!("（{value}）"),
            Some(value) => format!(" ({value})"),
            None => String::new(),
        };
        let colon = if zh { "：" } else { ": " };
        let _ = writeln!(out, "  {place}{colon}{reason}{value}");
    }
}

/// The outcome of reading one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The text encoding that was used.
    pub encoding: &'static str,
    /// Data lines read, header and blank lines not counted.
    pub lines: usize,
    /// The first errors, in the order of lines.
    pub errors: Vec<LineError>,
    /// How many there are in all.
    pub error_count: usize,
    pub warnings: Vec<LineError>,
    pub warning_count: usize,
}

impl Report {
    /// Whether every line may be applied.
    pub fn is_clean(&self) -> bool {
        self.error_count == 0
    }

    pub(super) fn error(&mut self, error: LineError) {
        self.error_count += 1;
        if self.errors.len() < KEPT {
            self.errors.push(error);
        }
    }

    pub(super) fn warn(&mut self, warning: LineError) {
        self.warning_count += 1;
        if self.warnings.len() < KEPT {
            self.warnings.push(warning);
        }
    }

    /// Checks across lines come after checks of lines: bring them in order.
    pub(super) fn sort(&mut self) {
        self.errors.sort_by_key(|e| e.line);
        self.warnings.sort_by_key(|e| e.line);
    }

    /// As text in Chinese: the first errors and warnings, and how many more.
    pub fn zh(&self) -> String {
        let mut out = format!(
            "共 {} 行，{} 个错误，{} 个提醒，文字编码 {}。\n",
            self.lines, self.error_count, self.warning_count, self.encoding
        );
        list(&mut out, "错误：", &self.errors, self.error_count, true);
        list(&mut out, "提醒：", &self.warnings, self.warning_count, true);
        if !self.is_clean() {
            out.push_str("没有导入任何内容，请改正后重新导入。\n");
        }
        out
    }

    /// As text in English.
    pub fn en(&self) -> String {
        let mut out = format!(
            "{} lines, {} errors, {} warnings, read as {}.\n",
            self.lines, self.error_count, self.warning_count, self.encoding
        );
        list(&mut out, "Errors:", &self.errors, self.error_count, false);
        list(
            &mut out,
            "Warnings:",
            &self.warnings,
            self.warning_count,
            false,
        );
        if !self.is_clean() {
            out.push_str("Nothing was imported; correct the file and import it again.\n");
        }
        out
    }
}

fn list(out: &mut String, title: &str, of: &[LineError], count: usize, zh: bool) {
    if of.is_empty() {
        return;
    }
    let _ = writeln!(out, "{title}");
    for error in of.iter().take(LISTED) {
        error.write(zh, out);
    }
    let more = count - of.len().min(LISTED);
    if more > 0 {
        let _ = if zh {
            writeln!(out, "  ……还有 {more} 个")
        } else {
            writeln!(out, "  … and {more} more")
        };
    }
}

/// Rows and the report on them.
#[derive(Clone, Debug)]
pub struct Parsed<T> {
    /// Every record of the file; empty as soon as one line is wrong.
    pub rows: Vec<T>,
    pub report: Report,
}

impl<T> Parsed<T> {
    pub(super) fn new(rows: Vec<T>, mut report: Report) -> Self {
        report.sort();
        let rows = if report.is_clean() { rows } else { Vec::new() };
        Self { rows, report }
    }
}
