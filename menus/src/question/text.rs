//! Free text. Keeps the resident's own words; reads nothing into them.

use chrono::NaiveDate;

use super::{Answer, Complaint, Prompt, Question, Reply, Spec, TEXT_LIMIT};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "text",
    name: Localized::fixed("文字", "Text"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask: super::mask_all,
};

const COMPLAINT: Complaint = Complaint::fixed(
    "请打字说几句，最多 2000 个字。不想说可以回“跳过”。",
    "Please type a few words, 2000 characters at most. Reply \"skip\" to leave it out.",
);

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt::open(question, lang, None)
}

fn parse(_: &Question, reply: &Reply, _: NaiveDate) -> Result<Answer, Complaint> {
    kept(reply, 1, TEXT_LIMIT)
        .map(Answer::Text)
        .ok_or(COMPLAINT)
}

/// The resident's words when their length is between two bounds, in characters, and
/// they are words at all: 「？？」 is no answer.
pub(super) fn kept(reply: &Reply, least: usize, most: usize) -> Option<String> {
    let (Reply::Text(text) | Reply::Choice(text)) = reply else {
        return None;
    };
    let text = super::own_words(text);
    let fits = (least..=most).contains(&text.chars().count());
    (fits && text.chars().any(char::is_alphanumeric)).then_some(text)
}
