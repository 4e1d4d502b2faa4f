//! Where someone lives, in words or as a shared pin. Does not look the place
//! up: the gateway's territory does.

use chrono::NaiveDate;

use super::{Answer, Complaint, Prompt, Question, Reply, Spec, location};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "address",
    name: Localized::fixed("地址", "Address"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask: location::mask,
};

static HINT: Localized = Localized::fixed(
    "比如：幸福里小区 3 栋 502",
    "For example: Garden Court, building 3, flat 502",
);

const COMPLAINT: Complaint = Complaint::fixed(
    "请写小区和楼栋，比如“幸福里小区 3 栋 502”，最多 200 个字。也可以发定位，或者回“跳过”。",
    "Please write the estate and the building, 200 characters at most. You may share your location, or reply \"skip\".",
);

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt {
        accepts_location: true,
        ..Prompt::open(question, lang, Some(&HINT))
    }
}

fn parse(_: &Question, reply: &Reply, _: NaiveDate) -> Result<Answer, Complaint> {
    location::place(reply).ok_or(COMPLAINT)
}
