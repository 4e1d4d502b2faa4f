//! A whole number: an age, a number of people. Takes the number out of a
//! sentence; refuses to guess between several.

use chrono::NaiveDate;

use super::numeral::{self, Found};
use super::{Answer, Complaint, Prompt, Question, Range, Reply, Spec, words};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "integer",
    name: Localized::fixed("整数", "Whole number"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask: super::mask_all,
};

const ANY: Range = Range {
    least: 0,
    most: 1_000_000,
};
const YEARS: &[&str] = &["岁", "周岁", "years", "year"];
const COUNTED: &[&str] = &[
    "个人", "口人", "口", "人", "位", "个", "小时", "公斤", "千克", "people", "kg", "hours",
];
const NOTHING: &[&str] = &["没有", "没", "无", "没人", "none", "no", "nobody"];

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt::open(question, lang, None)
}

fn parse(question: &Question, reply: &Reply, _: NaiveDate) -> Result<Answer, Complaint> {
    let range = question.range.unwrap_or(ANY);
    let text = words(reply, 200).ok_or_else(|| complaint(range))?;
    let number = if NOTHING.contains(&text.to_lowercase().trim_end_matches(['。', '.'])) {
        Some(0)
    } else {
        the_one(&text, if is_age(question) { YEARS } else { COUNTED })
    };
    let fits = number.filter(|number| (range.least..=range.most).contains(number));
    // A minus sign in front would turn into its opposite.
    let fits = fits.filter(|number| *number == 0 || !text.starts_with('-'));
    fits.map(Answer::Number).ok_or_else(|| complaint(range))
}

fn is_age(question: &Question) -> bool {
    question.key == "age" || question.key.ends_with("_age")
}

/// The number that one of the words follows, or the only one.
fn the_one(text: &str, words: &[&str]) -> Option<i64> {
    let found = numeral::find(text);
    let named = |found: &&Found| {
        words
            .iter()
            .any(|word| text[found.end..].trim_start().starts_with(word))
    };
    let mut candidates: Vec<&Found> = found.iter().filter(named).collect();
    if candidates.is_empty() {
        candidates = found.iter().collect();
    }
    let first = candidates.first()?.whole()?;
    candidates
        .iter()
        .all(|found| found.whole() == Some(first))
        .then_some(first)
}

fn complaint(range: Range) -> Complaint {
    let Range { least, most } = range;
    Complaint(Localized::new(
        format!(
            "请只写一个数字，{least} 到 {most} 之间，比如 {}。不清楚可以回“跳过”。",
            example(range)
        ),
        format!(
            "Please write one number from {least} to {most}, such as {}. Reply \"skip\" if you do not know.",
            example(range)
        ),
    ))
}

fn example(range: Range) -> i64 {
    let Range { least, most } = range;
    if (least..=most).contains(&3) {
        3
    } else {
        least
    }
}
