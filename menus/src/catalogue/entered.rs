//! How attributes are written in an editor's form, and read back from it.

use thiserror::Error;

use super::{Basis, Span, TimeLimit, milestone};
use crate::localized::{Lang, Localized};

/// Why a value was refused; said to the administrator.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", .0.en)]
pub struct Refused(pub Localized);

/// The longest line and the most lines an administrator may enter.
const LINE_LIMIT: usize = 500;
const LINES_LIMIT: usize = 500;

const BASES: &[(&str, Localized)] = &[
    ("statutory", Localized::fixed("国家规定", "statutory")),
    ("local", Localized::fixed("本地规定", "local rule")),
    ("customary", Localized::fixed("内部要求", "customary")),
];

pub(super) fn limit_value(limit: &TimeLimit) -> String {
    let calendar = if limit.span.working {
        "working"
    } else {
        "continuous"
    };
    format!(
        "{} {} {calendar} {}",
        limit.milestone,
        limit.span.iso(),
        BASES[limit.basis as usize].0
    )
}

pub(super) fn limit_words(limit: &TimeLimit, lang: Lang) -> String {
    let name =
        milestone(&limit.milestone).map_or(limit.milestone.as_str(), |known| known.name.get(lang));
    let (span, basis) = (
        limit.span.describe(lang),
        BASES[limit.basis as usize].1.get(lang),
    );
    match lang {
        Lang::Zh => format!("{name}：{span}（{basis}）"),
        Lang::En => format!("{name}: {span} ({basis})"),
    }
}

pub(super) fn limit_of(line: &str) -> Result<TimeLimit, Refused> {
    let refused = || {
        Refused(Localized::new(
            format!("“{line}”写法不对，请写成：first_contact P1D working customary"),
            format!(
                "\"{line}\" is not understood; write it as: first_contact P1D working customary"
            ),
        ))
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let [
        milestone,
        span,
        calendar @ ("working" | "continuous"),
        basis,
    ] = words[..]
    else {
        return Err(refused());
    };
    let span = Span::parse(span, calendar == "working").map_err(|_| refused())?;
    let basis = [Basis::Statutory, Basis::Local, Basis::Customary][position(BASES, basis)?];
    Ok(TimeLimit {
        milestone: milestone.to_owned(),
        span,
        basis,
    })
}

pub(super) fn yes_or_no(value: &str) -> Result<bool, Refused> {
    match value.trim() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(Refused(Localized::fixed(
            "请选“是”或“否”",
            "Choose yes or no",
        ))),
    }
}

pub(super) fn position(list: &[(&str, Localized)], value: &str) -> Result<usize, Refused> {
    list.iter()
        .position(|(word, _)| *word == value.trim())
        .ok_or_else(|| {
            let words = list
                .iter()
                .map(|(word, _)| *word)
                .collect::<Vec<_>>()
                .join(", ");
            Refused(Localized::new(
                format!("只能是：{words}"),
                format!("It must be one of: {words}"),
            ))
        })
}

pub(super) fn one_line(value: &str) -> Result<String, Refused> {
    let value = value.trim();
    if value.contains(char::is_control) || value.chars().count() > LINE_LIMIT {
        return Err(Refused(Localized::new(
            format!("只能写一行，最多 {LINE_LIMIT} 个字"),
            format!("It must be one line of at most {LINE_LIMIT} characters"),
        )));
    }
    Ok(value.to_owned())
}

/// Lines without blanks and repetitions.
pub(super) fn items(value: &str) -> Result<Vec<String>, Refused> {
    let mut items: Vec<String> = Vec::new();
    for line in value.lines().filter(|line| !line.trim().is_empty()) {
        let line = one_line(line)?;
        if !items.contains(&line) {
            items.push(line);
        }
    }
    if items.len() > LINES_LIMIT {
        return Err(Refused(Localized::new(
            format!("最多 {LINES_LIMIT} 行"),
            format!("At most {LINES_LIMIT} lines"),
        )));
    }
    Ok(items)
}
