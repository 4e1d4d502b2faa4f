//! Who someone is to the writer: 我妈, "my neighbour", 本人. The words are data
//! in `relations.json`; what is not in it is kept as said.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Answer, Choice, Complaint, Prompt, Question, Reply, Spec, choice, text};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "relation",
    name: Localized::fixed("关系", "Relation"),
    prompt,
    parse,
    describe,
    mask: super::mask_all,
};

const COMPLAINT: Complaint = Complaint::fixed(
    "请写是您的什么人，比如“我妈”“邻居”“本人”，最多 50 个字。也可以回“跳过”。",
    "Please write who they are to you, such as \"my mother\", \"neighbour\" or \"myself\". Or reply \"skip\".",
);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    key: String,
    zh: String,
    en: String,
    words: Vec<String>,
    /// Offered as a button.
    #[serde(default)]
    button: bool,
    /// What the other side is when the writer says "我是她的…".
    inverse: Option<String>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("relations.json")).expect("the shipped relations are valid")
});

static CHOICES: LazyLock<Vec<Choice>> = LazyLock::new(|| ROWS.iter().map(choice_of).collect());

static BUTTONS: LazyLock<Vec<Choice>> = LazyLock::new(|| {
    ROWS.iter()
        .filter(|row| row.button)
        .map(choice_of)
        .collect()
});

fn choice_of(row: &Row) -> Choice {
    Choice {
        key: row.key.clone(),
        label: Localized::new(row.zh.clone(), row.en.clone()),
    }
}

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt::of(question, lang, &BUTTONS)
}

fn parse(_: &Question, reply: &Reply, _: NaiveDate) -> Result<Answer, Complaint> {
    if let Reply::Choice(key) = reply {
        let known = ROWS.iter().any(|row| row.key == *key);
        return known
            .then(|| Answer::Choice(vec![key.clone()]))
            .ok_or(COMPLAINT);
    }
    let said = text::kept(reply, 1, 50).ok_or(COMPLAINT)?;
    let narrowed = super::narrow(&said).to_lowercase();
    if let Some(option) = choice::pick(&BUTTONS, &narrowed)
        .filter(|_| narrowed.trim().chars().all(|c| c.is_ascii_digit()))
    {
        return Ok(Answer::Choice(vec![option.key.clone()]));
    }
    match read(&narrowed) {
        Some(key) => Ok(Answer::Choice(vec![key.to_owned()])),
        None if said.chars().any(char::is_alphabetic) => Ok(Answer::Text(said)),
        None => Err(COMPLAINT),
    }
}

/// The relation whose longest word the text holds; turned round for "我是他儿子".
fn read(text: &str) -> Option<&'static str> {
    const TURNED: &[&str] = &[
        "我是他",
        "我是她",
        "我是老人",
        "我是孩子",
        "我是病人",
        "i am his",
        "i am her",
        "i'm his",
        "i'm her",
        "i am their",
    ];
    let turned = TURNED.iter().find_map(|opening| text.split_once(opening));
    match turned {
        Some((_, rest)) => longest(rest).map(|row| row.inverse.as_deref().unwrap_or(&row.key)),
        None => longest(text).map(|row| row.key.as_str()),
    }
}

fn longest(text: &str) -> Option<&'static Row> {
    let length = |row: &Row| {
        let held = row.words.iter().filter(|word| contains(text, word));
        held.map(|word| word.chars().count()).max()
    };
    let rows = ROWS
        .iter()
        .filter_map(|row| length(row).map(|length| (row, length)));
    // The first of equals.
    rows.reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map(|(row, _)| row)
}

/// English words must stand alone: "son" is not in "person".
fn contains(text: &str, word: &str) -> bool {
    if word.is_ascii() {
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphabetic());
        text.match_indices(word).any(|(at, _)| {
            edge(text[..at].chars().next_back()) && edge(text[at + word.len()..].chars().next())
        })
    } else {
        text.contains(word)
    }
}

fn describe(question: &Question, answer: &Answer, lang: Lang) -> String {
    match answer {
        Answer::Choice(keys) => choice::in_words(&CHOICES, keys, lang),
        _ => super::describe_plain(question, answer, lang),
    }
}
