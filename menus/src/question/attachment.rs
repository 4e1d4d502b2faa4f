//! A photo or document. Only its id in the attachment store passes through here.

use chrono::NaiveDate;

use super::{Answer, Complaint, Prompt, Question, Reply, Spec};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "attachment",
    name: Localized::fixed("照片或文件", "Photo or file"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask: super::describe_plain,
};

const COMPLAINT: Complaint = Complaint::fixed(
    "请发一张照片或一个文件。现在没有可以回“跳过”。",
    "Please send a photo or a file. Reply \"skip\" if you have none now.",
);

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt {
        accepts_attachment: true,
        ..Prompt::open(question, lang, None)
    }
}

fn parse(_: &Question, reply: &Reply, _: NaiveDate) -> Result<Answer, Complaint> {
    match reply {
        Reply::Attachment { id, .. } if (1..=200).contains(&id.len()) => {
            Ok(Answer::Attachment(vec![id.clone()]))
        }
        _ => Err(COMPLAINT),
    }
}

pub(super) fn in_words(count: usize, lang: Lang) -> String {
    match (lang, count) {
        (Lang::Zh, _) => format!("{count} 个附件"),
        (Lang::En, 1) => "1 attachment".to_owned(),
        (Lang::En, _) => format!("{count} attachments"),
    }
}
