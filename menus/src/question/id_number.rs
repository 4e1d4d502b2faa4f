//! Identity numbers: 18 and 15 digit resident numbers, residence permits of
//! Hong Kong, Macao and Taiwan residents, and permanent residence cards of
//! foreigners (2017 and 2023 form). Checks form, birth date and check character;
//! never judges the division code, which changes and may be withdrawn.

use chrono::{Datelike, NaiveDate};

use super::{Answer, Complaint, Prompt, Question, Reply, Spec, starred, words};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "id_number",
    name: Localized::fixed("身份证号", "ID number"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask,
};

static HINT: Localized = Localized::fixed(
    "不方便可以回“跳过”，以后当面再核对。",
    "Reply \"skip\" if you would rather show it in person later.",
);

const FORM: Complaint = Complaint::fixed(
    "身份证号是 18 位，最后一位可能是 X。请再看一下；也可以回“跳过”，以后当面再核对。",
    "An ID number has 18 characters; the last may be X. Please look again, or reply \"skip\" and show it in person later.",
);

const CHECK: Complaint = Complaint::fixed(
    "这个号码好像有一位写错了。请对着证件再输一遍；也可以回“跳过”，以后当面再核对。",
    "One digit of that number seems wrong. Please copy it from the card again, or reply \"skip\" and show it in person later.",
);

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt::open(question, lang, Some(&HINT))
}

fn parse(_: &Question, reply: &Reply, today: NaiveDate) -> Result<Answer, Complaint> {
    let text = words(reply, 100).ok_or(FORM)?.to_ascii_uppercase();
    let mut best = FORM;
    for run in runs(&text) {
        // "my ID is 1101…" loses its blanks and sticks to the number.
        let bare = run.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let run = if run.len() == 15 { &run } else { bare };
        match read(run, today) {
            Ok(number) => return Ok(Answer::Text(number)),
            Err(complaint) if run.len() == 18 => best = complaint,
            Err(_) => {}
        }
    }
    Err(best)
}

/// Whether a number is one that [`parse`](super::parse) accepts, on a date.
pub fn valid(number: &str, today: NaiveDate) -> bool {
    read(number, today).is_ok()
}

/// Runs of capitals and digits; blanks and dashes inside them do not count.
fn runs(text: &str) -> Vec<String> {
    let compact = text.chars().filter(|c| !matches!(c, ' ' | '-'));
    let mut runs = vec![String::new()];
    for c in compact {
        if c.is_ascii_alphanumeric() {
            runs.last_mut().expect("runs starts with one").push(c);
        } else {
            runs.push(String::new());
        }
    }
    runs
}

fn read(number: &str, today: NaiveDate) -> Result<String, Complaint> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match number.len() {
        18 if digits(&number[..17]) && matches!(number.as_bytes()[17], b'0'..=b'9' | b'X') => {
            let plausible = number.as_bytes()[0] != b'0' && born(&number[6..14], today);
            if plausible && check_character(&number[..17]) == number.chars().next_back() {
                Ok(number.to_owned())
            } else {
                Err(CHECK)
            }
        }
        15 if digits(number) => {
            let birth = format!("19{}", &number[6..12]);
            if number.as_bytes()[0] == b'0' || !born(&birth, today) {
                return Err(CHECK);
            }
            let body = format!("{}{birth}{}", &number[..6], &number[12..]);
            let check = check_character(&body).ok_or(FORM)?;
            Ok(format!("{body}{check}"))
        }
        15 if number.bytes().take(3).all(|byte| byte.is_ascii_uppercase())
            && digits(&number[3..]) =>
        {
            Ok(number.to_owned())
        }
        _ => Err(FORM),
    }
}

/// ISO 7064 MOD 11-2 over 17 digits.
fn check_character(body: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = body
        .chars()
        .map(|c| c.to_digit(10))
        .collect::<Option<Vec<_>>>()?;
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    "10X98765432".chars().nth(sum as usize % 11)
}

fn born(compact: &str, today: NaiveDate) -> bool {
    NaiveDate::parse_from_str(compact, "%Y%m%d")
        .is_ok_and(|date| date <= today && date.year() >= 1850)
}

fn mask(question: &Question, answer: &Answer, lang: Lang) -> String {
    match answer {
        Answer::Text(number) => starred(number, 4, 4),
        _ => super::mask_all(question, answer, lang),
    }
}
