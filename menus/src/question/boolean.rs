//! Yes or no, in the many ways people say it. "不知道" is neither.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::{Answer, Choice, Complaint, Prompt, Question, Reply, Spec, words};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "boolean",
    name: Localized::fixed("是或否", "Yes or no"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask: super::mask_all,
};

const COMPLAINT: Complaint = Complaint::fixed(
    "请回“是”或“否”，“有”或“没有”也行。说不准可以回“跳过”。",
    "Please answer yes or no. Reply \"skip\" if you are not sure.",
);

static CHOICES: LazyLock<Vec<Choice>> = LazyLock::new(|| {
    let choice = |key: &str, label| Choice {
        key: key.to_owned(),
        label,
    };
    vec![
        choice("yes", Localized::fixed("是", "Yes")),
        choice("no", Localized::fixed("否", "No")),
    ]
});

/// Neither yes nor no, though they hold words of both.
const UNSURE: &[&str] = &[
    "不知道",
    "不清楚",
    "不确定",
    "说不准",
    "说不清",
    "不晓得",
    "唔知",
    "not sure",
    "don't know",
    "dont know",
    "no idea",
    "是不是",
    "有没有",
    "能不能",
];
/// Yes, though they hold a word of no.
const YES_FIRST: &[&str] = &["没错", "不错", "没问题", "不止", "no problem", "not only"];
const NO: &[&str] = &["没", "不", "否", "无", "未", "冇", "唔", "别", "沒"];
const YES: &[&str] = &[
    "是", "有", "对", "嗯", "好", "行", "可以", "能", "在", "已经", "会", "愿意", "要", "係", "啱",
    "對", "转了", "醒",
];
const EN_NO: &[&str] = &[
    "no", "not", "n", "nope", "none", "never", "isn't", "don't", "doesn't", "nobody", "false",
];
const EN_YES: &[&str] = &[
    "yes", "y", "yeah", "yep", "sure", "ok", "okay", "true", "right",
];

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt::of(question, lang, &CHOICES)
}

fn parse(_: &Question, reply: &Reply, _: NaiveDate) -> Result<Answer, Complaint> {
    if let Reply::Choice(key) = reply {
        return match key.as_str() {
            "yes" => Ok(Answer::Yes(true)),
            "no" => Ok(Answer::Yes(false)),
            _ => Err(COMPLAINT),
        };
    }
    let text = words(reply, 60).ok_or(COMPLAINT)?.to_lowercase();
    read(&text).map(Answer::Yes).ok_or(COMPLAINT)
}

/// A plain first clause decides; otherwise every clause that says something
/// must say the same. "没人管我，有危险" is asked again rather than guessed.
fn read(text: &str) -> Option<bool> {
    const PLAIN_YES: &[&str] = &["是", "是的", "有", "有的", "yes", "y", "1"];
    const PLAIN_NO: &[&str] = &["不是", "没有", "没", "否", "无", "no", "n", "2", "0"];
    if UNSURE.iter().any(|word| text.contains(word)) {
        return None;
    }
    let clauses = text
        .split(|c: char| ",，。.;；!！、?？".contains(c))
        .map(str::trim);
    let mut clauses = clauses.filter(|clause| !clause.is_empty()).peekable();
    let first = clauses.peek()?;
    if PLAIN_YES.contains(first) {
        return Some(true);
    }
    if PLAIN_NO.contains(first) {
        return Some(false);
    }
    let mut said = clauses.filter_map(read_clause);
    let first = said.next()?;
    said.all(|other| other == first).then_some(first)
}

fn read_clause(clause: &str) -> Option<bool> {
    let holds = |list: &[&str]| list.iter().any(|word| clause.contains(word));
    let has_word = |list: &[&str]| {
        clause
            .split(|c: char| !c.is_alphanumeric() && c != '\'')
            .any(|word| list.contains(&word))
    };
    if holds(YES_FIRST) {
        Some(true)
    } else if holds(NO) || has_word(EN_NO) {
        Some(false)
    } else if holds(YES) || has_word(EN_YES) {
        Some(true)
    } else {
        None
    }
}

pub(super) fn in_words(yes: bool, lang: Lang) -> &'static str {
    match (yes, lang) {
        (true, Lang::Zh) => "是",
        (false, Lang::Zh) => "否",
        (true, Lang::En) => "yes",
        (false, Lang::En) => "no",
    }
}
