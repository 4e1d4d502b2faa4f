//! A person's name. Takes "我叫李小梅" and "my name is Tom" apart; does not
//! judge which names are real.

use chrono::NaiveDate;

use super::{Answer, Complaint, Prompt, Question, Reply, Spec, starred, words};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "name",
    name: Localized::fixed("姓名", "Name"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask,
};

const LIMIT: usize = 50;

const COMPLAINT: Complaint = Complaint::fixed(
    "请写名字，比如“李小梅”，只写姓也可以。不想说可以回“跳过”。",
    "Please write a name, such as \"Mary Li\"; a family name alone is fine. Reply \"skip\" to leave it out.",
);

const OPENINGS: &[&str] = &[
    "我的名字叫",
    "我的名字是",
    "我名字叫",
    "名字叫",
    "名字是",
    "孩子叫",
    "学生叫",
    "我叫做",
    "我叫",
    "他叫",
    "她叫",
    "叫我",
    "我姓",
    "免贵姓",
    "姓名",
    "名字",
    "叫",
    "我是",
    "my name is",
    "the name is",
    "name is",
    "i am called",
    "i am",
    "i'm",
    "name",
];

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt::open(question, lang, None)
}

fn parse(_: &Question, reply: &Reply, _: NaiveDate) -> Result<Answer, Complaint> {
    let text = words(reply, LIMIT + 20).ok_or(COMPLAINT)?;
    let bare = without_opening(&text)
        .trim_matches(|c: char| c.is_whitespace() || ":,.，。：！!".contains(c));
    let fits = (1..=LIMIT).contains(&bare.chars().count());
    let is_name = bare
        .chars()
        .all(|c| c.is_alphabetic() || c.is_whitespace() || "·•.'’-()（）".contains(c));
    if fits && is_name && bare.chars().any(char::is_alphabetic) {
        Ok(Answer::Text(bare.to_owned()))
    } else {
        Err(COMPLAINT)
    }
}

fn without_opening(text: &str) -> &str {
    for opening in OPENINGS {
        let Some((start, rest)) = text.split_at_checked(opening.len()) else {
            continue;
        };
        if !start.eq_ignore_ascii_case(opening) || rest.trim().is_empty() {
            continue;
        }
        // "Name" opens a phrase only as a whole word; "Namey" is a name.
        let whole_word = !opening.is_ascii() || !rest.starts_with(char::is_alphanumeric);
        if whole_word {
            return rest;
        }
    }
    text
}

fn mask(question: &Question, answer: &Answer, lang: Lang) -> String {
    match answer {
        Answer::Text(name) => starred(name, 1, 0),
        _ => super::mask_all(question, answer, lang),
    }
}
