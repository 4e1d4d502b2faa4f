//! A moment as people say it: "明天上午", "每天饭点", "随时". The words are always
//! kept; what can be understood of them is added, never made up.

use chrono::NaiveDate;

use super::{Answer, Complaint, Prompt, Question, Reply, Spec, dates, narrow, text};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "datetime",
    name: Localized::fixed("时间", "Time"),
    prompt,
    parse,
    describe,
    mask: super::mask_all,
};

static HINT: Localized = Localized::fixed(
    "比如：明天上午，周三下午 3 点，随时",
    "For example: tomorrow morning, Wednesday 3 pm, any time",
);

const COMPLAINT: Complaint = Complaint::fixed(
    "请写一个时间，比如“明天上午”“周三下午3点”“随时”，最多 100 个字。也可以回“跳过”。",
    "Please write a time, such as \"tomorrow morning\" or \"any time\", 100 characters at most. Or reply \"skip\".",
);

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt::open(question, lang, Some(&HINT))
}

fn parse(_: &Question, reply: &Reply, today: NaiveDate) -> Result<Answer, Complaint> {
    let said = text::kept(reply, 1, 100).ok_or(COMPLAINT)?;
    let narrowed = narrow(&said);
    Ok(Answer::Moment {
        date: dates::find(&narrowed, today),
        time: dates::time(&narrowed),
        said,
    })
}

fn describe(question: &Question, answer: &Answer, lang: Lang) -> String {
    let Answer::Moment { date, time, said } = answer else {
        return super::describe_plain(question, answer, lang);
    };
    let understood: Vec<String> = date
        .map(|date| dates::in_words(date, lang))
        .into_iter()
        .chain(time.map(|time| time.format("%H:%M").to_string()))
        .collect();
    match (understood.is_empty(), lang) {
        (true, _) => said.clone(),
        (false, Lang::Zh) => format!("{said}（{}）", understood.join(" ")),
        (false, Lang::En) => format!("{said} ({})", understood.join(" ")),
    }
}
