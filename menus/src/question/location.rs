//! Where someone is now: a shared pin or a free sentence. A pin is a
//! convenience, never a requirement.

use chrono::NaiveDate;

use super::{Answer, Complaint, Point, Prompt, Question, Reply, Spec, text};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "location",
    name: Localized::fixed("位置", "Location"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask,
};

static HINT: Localized = Localized::fixed(
    "写附近的路口、商店也行。",
    "A crossing or a shop nearby will do.",
);

const COMPLAINT: Complaint = Complaint::fixed(
    "请发定位，或者写您在哪里，附近的路口、商店也行，最多 200 个字。也可以回“跳过”。",
    "Please share your location or write where you are, 200 characters at most; a crossing or shop nearby will do. Or reply \"skip\".",
);

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt {
        accepts_location: true,
        ..Prompt::open(question, lang, Some(&HINT))
    }
}

fn parse(_: &Question, reply: &Reply, _: NaiveDate) -> Result<Answer, Complaint> {
    place(reply).ok_or(COMPLAINT)
}

pub(super) fn place(reply: &Reply) -> Option<Answer> {
    if let Reply::Location { lat, lon } = *reply {
        let real = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        return real.then(|| Answer::Place {
            point: Some(Point { lat, lon }),
            text: String::new(),
        });
    }
    let text = text::kept(reply, 2, 200)?;
    Some(Answer::Place { point: None, text })
}

pub(super) fn in_words(point: Option<Point>, text: &str, lang: Lang) -> String {
    match (point, text, lang) {
        (Some(Point { lat, lon }), "", Lang::Zh) => format!("定位 {lat:.5}, {lon:.5}"),
        (Some(Point { lat, lon }), "", Lang::En) => format!("pin {lat:.5}, {lon:.5}"),
        (Some(_), text, Lang::Zh) => format!("{text}（有定位）"),
        (Some(_), text, Lang::En) => format!("{text} (with pin)"),
        (None, text, _) => text.to_owned(),
    }
}

/// The beginning of an address tells the area; the rest stays covered.
pub(super) fn mask(question: &Question, answer: &Answer, lang: Lang) -> String {
    match answer {
        Answer::Place { text, .. } if text.chars().count() > 8 => {
            format!("{}…", text.chars().take(4).collect::<String>())
        }
        _ => super::mask_all(question, answer, lang),
    }
}
