//! A day, absolute or told from today (昨天). A month alone is not enough:
//! a made-up day would look like a fact.

use chrono::NaiveDate;

use super::{Answer, Complaint, Prompt, Question, Reply, Spec, dates, words};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "date",
    name: Localized::fixed("日期", "Date"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask: super::mask_all,
};

static HINT: Localized = Localized::fixed(
    "比如：昨天，2月3日，2026年2月3日",
    "For example: yesterday, 2026-02-03",
);

const COMPLAINT: Complaint = Complaint::fixed(
    "请写是哪一天，比如“昨天”“2月3日”“2026年2月3日”。记不清可以回“跳过”。",
    "Please write the day, such as \"yesterday\" or 2026-02-03. Reply \"skip\" if you do not remember.",
);

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt::open(question, lang, Some(&HINT))
}

fn parse(_: &Question, reply: &Reply, today: NaiveDate) -> Result<Answer, Complaint> {
    let text = words(reply, 100).ok_or(COMPLAINT)?;
    dates::find(&text, today).map(Answer::Date).ok_or(COMPLAINT)
}
