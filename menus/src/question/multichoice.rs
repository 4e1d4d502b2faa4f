//! Several of the question's options: "1、3", "扶手和坡道", "都要".

use chrono::NaiveDate;

use super::{Answer, Choice, Complaint, Prompt, Question, Reply, Spec, choice, words};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "multichoice",
    name: Localized::fixed("多选", "Several choices"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask: super::mask_all,
};

const ALL: &[&str] = &["都要", "全部", "全要", "都选", "都", "all", "everything"];

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt {
        many: true,
        ..Prompt::of(question, lang, &question.options)
    }
}

fn parse(question: &Question, reply: &Reply, _: NaiveDate) -> Result<Answer, Complaint> {
    let options = &question.options;
    let chosen = match reply {
        Reply::Choice(keys) => by_keys(options, keys),
        _ => words(reply, 200).and_then(|text| several(options, &text)),
    };
    let chosen = chosen
        .filter(|chosen| !chosen.is_empty())
        .ok_or_else(|| choice::complaint(options, true))?;
    // In the question's order, each once.
    let keys = options
        .iter()
        .filter(|option| chosen.contains(&option.key.as_str()));
    Ok(Answer::Choice(
        keys.map(|option| option.key.clone()).collect(),
    ))
}

/// A web form may send several keys at once, divided by commas.
fn by_keys<'o>(options: &'o [Choice], keys: &str) -> Option<Vec<&'o str>> {
    let find = |key: &str| {
        options
            .iter()
            .find(|option| option.key == key.trim())
            .map(|option| option.key.as_str())
    };
    keys.split(',').map(find).collect()
}

fn several<'o>(options: &'o [Choice], text: &str) -> Option<Vec<&'o str>> {
    if ALL.contains(&text.to_lowercase().as_str()) {
        return Some(options.iter().map(|option| option.key.as_str()).collect());
    }
    let parts: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || "、，,;；/+和跟与及&".contains(c))
        .filter(|part| !part.is_empty() && *part != "and")
        .collect();
    // "13" without a thirteenth option means 1 and 3.
    let is_digits = |part: &str| part.len() > 1 && part.bytes().all(|byte| byte.is_ascii_digit());
    if let [digits] = parts[..]
        && is_digits(digits)
        && options.len() < 10
    {
        let at = |digit: u8| options.get(usize::from(digit - b'0').checked_sub(1)?);
        return digits
            .bytes()
            .map(|digit| at(digit).map(|option| option.key.as_str()))
            .collect();
    }
    let exact: Option<Vec<&str>> = parts
        .iter()
        .map(|part| choice::pick(options, part).map(|option| option.key.as_str()))
        .collect();
    Some(exact.unwrap_or_else(|| named_in(options, text)))
}

/// Options whose label a sentence names.
fn named_in<'o>(options: &'o [Choice], text: &str) -> Vec<&'o str> {
    let text = text.to_lowercase();
    let named = |option: &&Choice| {
        text.contains(&option.label.zh.to_lowercase())
            || text.contains(&option.label.en.to_lowercase())
    };
    options
        .iter()
        .filter(named)
        .map(|option| option.key.as_str())
        .collect()
}
