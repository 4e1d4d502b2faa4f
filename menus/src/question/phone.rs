//! A phone number: mainland mobiles, landlines with their area code, service
//! numbers and foreign numbers with a country code. Does not prove that the
//! number is reachable.

use chrono::NaiveDate;

use super::{Answer, Complaint, Prompt, Question, Reply, Spec, narrow, numeral, starred};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "phone",
    name: Localized::fixed("电话", "Phone"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask,
};

static HINT: Localized = Localized::fixed(
    "手机或座机都行，座机请带区号。",
    "Mobile or landline; a landline with its area code.",
);

const COMPLAINT: Complaint = Complaint::fixed(
    "这个号码好像不全。请写 11 位手机号，或者带区号的座机，比如 021-12345678。也可以回“跳过”。",
    "That number seems incomplete. Please write an 11-digit mobile, or a landline with its area code such as 021-12345678. Or reply \"skip\".",
);

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt {
        accepts_contact: true,
        ..Prompt::open(question, lang, Some(&HINT))
    }
}

fn parse(_: &Question, reply: &Reply, _: NaiveDate) -> Result<Answer, Complaint> {
    let (Reply::Text(text) | Reply::Phone(text)) = reply else {
        return Err(COMPLAINT);
    };
    if text.chars().count() > 200 {
        return Err(COMPLAINT);
    }
    let text: String = narrow(text)
        .chars()
        .map(|c| numeral::digit(c).map_or(c, |d| char::from(b'0' + d)))
        .collect();
    let joined = runs(&text);
    let mut apart = text.split(|c: char| c != '+' && !c.is_ascii_digit());
    let number = joined
        .iter()
        .find_map(|run| normal(run))
        .or_else(|| apart.find_map(normal));
    number.map(Answer::Text).ok_or(COMPLAINT)
}

/// Runs of digits that blanks, dashes, dots and brackets may divide, with a
/// leading `+` kept.
fn runs(text: &str) -> Vec<String> {
    let mut runs = Vec::new();
    let mut run = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => run.push(c),
            '+' => {
                runs.push(std::mem::take(&mut run));
                run.push(c);
            }
            ' ' | '-' | '.' | '(' | ')' | '–' | '—' | '－' if !run.is_empty() => {}
            _ => runs.push(std::mem::take(&mut run)),
        }
    }
    runs.push(run);
    runs
}

/// The number as it is stored, if the run is one.
fn normal(run: &str) -> Option<String> {
    let (foreign, digits) = run
        .strip_prefix('+')
        .map_or((false, run), |rest| (true, rest));
    let (foreign, digits) = digits
        .strip_prefix("00")
        .map_or((foreign, digits), |rest| (true, rest));
    if foreign {
        return match digits.strip_prefix("86") {
            // "+86 21 …" drops the area code's zero.
            Some(national) => mainland(national).or_else(|| mainland(&format!("0{national}"))),
            None => (8..=15)
                .contains(&digits.len())
                .then(|| format!("+{digits}")),
        };
    }
    mainland(digits).or_else(|| mainland(digits.strip_prefix("86")?))
}

fn mainland(digits: &str) -> Option<String> {
    let bytes = digits.as_bytes();
    let mobile = digits.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]);
    let landline = (10..=12).contains(&digits.len()) && bytes[0] == b'0' && bytes[1] != b'0';
    let service = digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"));
    (mobile || landline || service).then(|| digits.to_owned())
}

fn mask(question: &Question, answer: &Answer, lang: Lang) -> String {
    match answer {
        Answer::Text(number) if number.len() >= 10 => starred(number, 3, 4),
        Answer::Text(number) => starred(number, 0, 2),
        _ => super::mask_all(question, answer, lang),
    }
}
