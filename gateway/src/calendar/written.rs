//! The written form of a calendar: JSON or TOML is read, JSON is written, the
//! same way every time, so that two versions can be compared line by line.
//!
//! What is written here may contradict itself; `document` finds that.

use crate::finding::{Finding, Problem, one};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub(super) const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) version: u32,
    #[serde(default)]
    pub(super) title: String,
    pub(super) offset: String,
    pub(super) weekly: BTreeMap<String, Vec<String>>,
    /// Windows of make-up working days; by default those of the first working
    /// day of the week.
    pub(super) makeup: Option<Vec<String>>,
    /// The weekly pattern holds in every year: nothing is ever unknown.
    #[serde(default)]
    pub(super) every_year: bool,
    #[serde(default)]
    pub(super) years: BTreeMap<String, Year>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Year {
    /// Where the days were published; for people.
    #[serde(default)]
    pub(super) source: String,
    #[serde(default)]
    pub(super) off: Vec<Off>,
    #[serde(default)]
    pub(super) work: Vec<Work>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Off {
    pub(super) from: String,
    pub(super) to: Option<String>,
    pub(super) name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Work {
    pub(super) on: String,
    pub(super) name: String,
    pub(super) windows: Option<Vec<String>>,
}

/// Reads either form.
pub(super) fn read(text: &str) -> Result<Document, Vec<Finding>> {
    if text.trim_start().starts_with('{') {
        from_json(text)
    } else {
        from_toml(text)
    }
}

pub(super) fn from_json(text: &str) -> Result<Document, Vec<Finding>> {
    serde_json::from_str(text).map_err(|e| unreadable(&e))
}

pub(super) fn from_toml(text: &str) -> Result<Document, Vec<Finding>> {
    toml::from_str(text).map_err(|e| unreadable(&e))
}

fn unreadable(error: &dyn std::fmt::Display) -> Vec<Finding> {
    let why = error.to_string().trim().to_owned();
    one("document", Problem::Unreadable { why })
}

/// The JSON form, a line a day.
pub(super) fn write(document: &Document) -> String {
    let mut out = format!("{{\n  \"version\": {},\n", document.version);
    if !document.title.is_empty() {
        line(
            &mut out,
            &format!("  \"title\": {},", text(&document.title)),
        );
    }
    line(
        &mut out,
        &format!("  \"offset\": {},", text(&document.offset)),
    );
    let weekly = WEEK.iter().filter_map(|day| {
        let windows = document.weekly.get(*day)?;
        Some(format!("    \"{day}\": {}", list(windows)))
    });
    let weekly: Vec<String> = weekly.collect();
    let _ = write!(out, "  \"weekly\": {{\n{}\n  }}", weekly.join(",\n"));
    if let Some(makeup) = &document.makeup {
        let _ = write!(out, ",\n  \"makeup\": {}", list(makeup));
    }
    if document.every_year {
        out.push_str(",\n  \"every_year\": true");
    }
    if !document.years.is_empty() {
        let years = document.years.iter();
        let years: Vec<String> = years.map(|(key, of)| year(key, of)).collect();
        let _ = write!(out, ",\n  \"years\": {{\n{}\n  }}", years.join(",\n"));
    }
    out.push_str("\n}\n");
    out
}

fn year(key: &str, year: &Year) -> String {
    let mut parts = Vec::new();
    if !year.source.is_empty() {
        parts.push(format!("      \"source\": {}", text(&year.source)));
    }
    let off = year.off.iter().map(|off| {
        let to = off.to.as_ref().unwrap_or(&off.from);
        let (from, to, name) = (text(&off.from), text(to), text(&off.name));
        format!("        {{ \"from\": {from}, \"to\": {to}, \"name\": {name} }}")
    });
    let work = year.work.iter().map(|work| {
        let windows = work.windows.as_ref();
        let windows = windows.map(|w| format!(", \"windows\": {}", list(w)));
        let (on, name) = (text(&work.on), text(&work.name));
        let windows = windows.unwrap_or_default();
        format!("        {{ \"on\": {on}, \"name\": {name}{windows} }}")
    });
    for (name, days) in [
        ("off", off.collect::<Vec<_>>()),
        ("work", work.collect::<Vec<_>>()),
    ] {
        if !days.is_empty() {
            parts.push(format!(
                "      \"{name}\": [\n{}\n      ]",
                days.join(",\n")
            ));
        }
    }
    format!("    {}: {{\n{}\n    }}", text(key), parts.join(",\n"))
}

fn line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|t| text(t)).collect();
    format!("[{}]", texts.join(", "))
}

fn text(value: &str) -> String {
    serde_json::to_string(value).expect("a text is always written")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_shipped_calendar_is_written_as_it_was_read() {
        let shipped = crate::calendar::BUILTIN;
        assert_eq!(write(&read(shipped).unwrap()), shipped);
    }

    #[test]
    fn nothing_a_document_can_say_is_lost() {
        let given = "version = 3\noffset = \"+08:00\"\nmakeup = [\"10:00-12:00\"]\n[weekly]\nsun = [\"08:00-09:00\"]\n\
                     mon = []\n[[years.2026.work]]\non = \"2026-01-04\"\nname = \"a \\\"b\\\"\"\nwindows = [\"01:00-02:00\"]\n";
        let once = write(&read(given).unwrap());
        assert_eq!(write(&read(&once).unwrap()), once);
        for part in [
            "10:00-12:00",
            "\"mon\": []",
            "a \\\"b\\\"",
            "01:00-02:00",
            "08:00-09:00",
        ] {
            assert!(once.contains(part), "{part}: {once}");
        }
    }
}
