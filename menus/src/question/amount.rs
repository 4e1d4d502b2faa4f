//! An amount of money in yuan, kept in fen. Takes the amount out of a sentence
//! ("一个月三千五"); does not convert currencies.

use chrono::NaiveDate;

use super::numeral::{self, Found};
use super::{Answer, Complaint, Prompt, Question, Reply, Spec, words};
use crate::localized::{Lang, Localized};

pub(super) const SPEC: Spec = Spec {
    key: "amount",
    name: Localized::fixed("金额", "Amount"),
    prompt,
    parse,
    describe: super::describe_plain,
    mask: super::mask_all,
};

static HINT: Localized =
    Localized::fixed("比如：3500，三千五，1.2万", "For example 3500 or 12,000");

const COMPLAINT: Complaint = Complaint::fixed(
    "请写一个数，大概就行，比如 3500、三千五、1.2万；没有就回 0。也可以回“跳过”。",
    "Please write one figure, a rough one is fine, such as 3500; 0 if there is none. Or reply \"skip\".",
);

/// A hundred million yuan, in fen.
const MOST: i64 = 100_000_000 * 100;
const MONEY: &[&str] = &[
    "元", "块", "圆", "yuan", "rmb", "RMB", "cny", "CNY", "多块", "多元", "来块", "块钱", "多",
];
const NOT_MONEY: &[&str] = &[
    "个月", "月", "年", "天", "号", "日", "岁", "个", "口", "人", "次", "位", "周", "分之", "%",
    "点", "months", "month", "people", "years", "year", "days",
];
const NOTHING: &[&str] = &[
    "没有",
    "没",
    "无",
    "没钱",
    "没收入",
    "没有收入",
    "一分没有",
    "none",
    "no",
    "nothing",
    "no income",
];

fn prompt(question: &Question, lang: Lang) -> Prompt<'_> {
    Prompt::open(question, lang, Some(&HINT))
}

fn parse(_: &Question, reply: &Reply, _: NaiveDate) -> Result<Answer, Complaint> {
    let text = words(reply, 200).ok_or(COMPLAINT)?;
    let bare = text.trim_end_matches(['。', '.', '!', '！']).to_lowercase();
    if NOTHING.contains(&bare.as_str()) {
        return Ok(Answer::Money(0));
    }
    let fen = the_one(&text).ok_or(COMPLAINT)?;
    if (0..=MOST).contains(&fen) && !text.starts_with('-') {
        Ok(Answer::Money(fen))
    } else {
        Err(COMPLAINT)
    }
}

/// The number named as money, or the largest that is not named as something else.
fn the_one(text: &str) -> Option<i64> {
    let found = numeral::find(text);
    let behind = |found: &Found| text[found.end..].trim_start();
    let starts =
        |found: &Found, list: &[&str]| list.iter().any(|word| behind(found).starts_with(word));
    if let Some(index) = found.iter().position(|found| starts(found, MONEY)) {
        return Some(found[index].hundredths + change(text, &found, index));
    }
    let largest = found
        .iter()
        .filter(|found| !starts(found, NOT_MONEY))
        .max_by_key(|found| found.hundredths);
    largest.map(|found| found.hundredths)
}

/// The 五 of 三块五: tenths of a yuan right behind 块.
fn change(text: &str, found: &[Found], index: usize) -> i64 {
    let is_block = text[found[index].end..].starts_with('块');
    let next = found
        .get(index + 1)
        .filter(|next| is_block && next.start == found[index].end + '块'.len_utf8());
    next.and_then(|next| next.whole())
        .filter(|digit| (1..=9).contains(digit))
        .map_or(0, |digit| digit * 10)
}

/// Money for people: `3500 元`, `3500.50 元`.
pub(super) fn in_words(fen: i64, lang: Lang) -> String {
    let (yuan, rest) = (fen / 100, fen.rem_euclid(100));
    let figure = if rest == 0 {
        yuan.to_string()
    } else {
        format!("{yuan}.{rest:02}")
    };
    match lang {
        Lang::Zh => format!("{figure} 元"),
        Lang::En => format!("{figure} yuan"),
    }
}
