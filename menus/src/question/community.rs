//! The name of a community or village. Matching it with a unit is the
//! gateway's business.

use chrono::NaiveDate;

use super::{Answer, Complaint, Prompt, Question, Reply, Spec, text};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "community",
    name: Localized::fixed("社区或村", "Community or village"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask: super::mask_all,
};

static HINT: Localized = Localized::fixed(
    "比如：光明街道幸福社区",
    "For example: Guangming street, Xingfu community",
);

const COMPLAINT: Complaint = Complaint::fixed(
    "请写社区或村的名字，比如“光明街道幸福社区”，最多 100 个字。不清楚可以回“跳过”。",
    "Please write the name of the community or village, 100 characters at most. Reply \"skip\" if you do not know.",
);

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt::open(question, lang, Some(&HINT))
}

fn parse(_: &Question, reply: &Reply, _: NaiveDate) -> Result<Answer, Complaint> {
    text::kept(reply, 2, 100).map(Answer::Text).ok_or(COMPLAINT)
}
