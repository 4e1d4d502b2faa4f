//! One of the question's options, by button, number, or the option's words.

use chrono::NaiveDate;

use super::{Answer, Choice, Complaint, Prompt, Question, Reply, Spec, narrow, words};
use crate::localized::{Lang, Localized};
use crate::ordinal;

pub(super) const SPEC: Spec = Spec {
    key: "choice",
    name: Localized::fixed("单选", "One choice"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask: super::mask_all,
};

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt::of(question, lang, &question.options)
}

fn parse(question: &Question, reply: &Reply, _: NaiveDate) -> Result<Answer, Complaint> {
    let options = &question.options;
    let chosen = match reply {
        Reply::Choice(key) => options.iter().find(|option| option.key == *key),
        _ => words(reply, 200).and_then(|text| pick(options, &text)),
    };
    chosen
        .map(|option| Answer::Choice(vec![option.key.clone()]))
        .ok_or_else(|| complaint(options, false))
}

/// The option a text means: its number from 1, its key or label, or the only
/// option whose label holds the text or lies in it. Where one label lies in
/// another (没有 / 有) the longer wins.
pub(super) fn pick<'o>(options: &'o [Choice], text: &str) -> Option<&'o Choice> {
    let text = text
        .trim_matches(|c: char| c.is_whitespace() || "。.,，、!！()（）\"“”".contains(c))
        .to_lowercase();
    // Labels are narrowed like the text: 走得慢，要人扶.
    let labels = |option: &Choice| {
        [narrow(&option.label.zh), narrow(&option.label.en)].map(|label| label.to_lowercase())
    };
    let exact = |option: &&Choice| option.key == text || labels(option).contains(&text);
    // 一级 names an option before 一 counts as a number.
    if let Some(option) = options.iter().find(exact) {
        return Some(option);
    }
    if let Some(place) = ordinal::read(&text) {
        return options.get(place.checked_sub(1)?);
    }
    let said: Vec<(&Choice, usize)> = options
        .iter()
        .filter_map(|option| {
            let found = labels(option)
                .into_iter()
                .filter(|label| !label.is_empty() && affirmed(&text, label));
            found
                .map(|label| label.chars().count())
                .max()
                .map(|length| (option, length))
        })
        .collect();
    if let Some(longest) = said.iter().map(|(_, length)| *length).max() {
        return only(
            said.into_iter()
                .filter(|(_, length)| *length == longest)
                .map(|(option, _)| option),
        );
    }
    let part = text.chars().count() >= 2;
    only(
        options
            .iter()
            .filter(|option| part && labels(option).iter().any(|label| label.contains(&text))),
    )
}

/// Whether the text holds the label without a "not" in front: 不坐轮椅.
fn affirmed(text: &str, label: &str) -> bool {
    const NOT: &[&str] = &["不", "没", "没有", "不是", "非", "not", "not a", "no"];
    let mut places = text.match_indices(label);
    places.any(|(at, _)| !NOT.iter().any(|not| text[..at].trim_end().ends_with(not)))
}

fn only<'o>(mut options: impl Iterator<Item = &'o Choice>) -> Option<&'o Choice> {
    options.next().filter(|_| options.next().is_none())
}

pub(super) fn in_words(options: &[Choice], keys: &[String], lang: Lang) -> String {
    let label = |key: &String| {
        let option = options.iter().find(|option| option.key == *key);
        option.map_or_else(|| key.clone(), |option| option.label.get(lang).to_owned())
    };
    let labels: Vec<_> = keys.iter().map(label).collect();
    labels.join(if lang == Lang::Zh { "、" } else { ", " })
}

pub(super) fn complaint(options: &[Choice], many: bool) -> Complaint {
    let list = |lang: Lang| {
        let numbered = options
            .iter()
            .enumerate()
            .map(|(index, option)| format!("{} {}", index + 1, option.label.get(lang)));
        numbered
            .collect::<Vec<_>>()
            .join(if lang == Lang::Zh { "，" } else { ", " })
    };
    let (zh, en) = if many {
        ("，可以选好几个", ", one or several")
    } else {
        ("", "")
    };
    Complaint(Localized::new(
        format!("请选一个数字{zh}：{}。也可以回“跳过”。", list(Lang::Zh)),
        format!(
            "Please choose a number{en}: {}. Or reply \"skip\".",
            list(Lang::En)
        ),
    ))
}
