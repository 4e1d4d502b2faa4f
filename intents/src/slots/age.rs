//! Which numeral of a text is an age. It deliberately does not work one out from a year or an animal of birth: this crate
//! knows no date.

use super::numerals::Numeral;
use super::tail;

/// The age of the person in need in full years: the one behind the words for that person (`near`, a byte offset), else
/// the first.
pub(super) fn find(folded: &str, numerals: &[Numeral], near: Option<usize>) -> Option<u8> {
    let mut first = None;
    for numeral in numerals {
        if let Some(age) = of(folded, numeral) {
            if near.is_none_or(|at| numeral.start > at) {
                return Some(age);
            }
            first = first.or(Some(age));
        }
    }
    first
}

/// `82岁`, `八十多岁`, `今年82`, and `八十二了` for people of sixty and more.
fn of(folded: &str, numeral: &Numeral) -> Option<u8> {
    let years = numeral.value;
    if !(0.0..=120.0).contains(&years) {
        return None;
    }
    let rest = folded[numeral.end..].trim_start_matches([' ', '-', '多', '来', '几', '好']);
    let said = ["岁", "周岁", "years old", "year old", "year-old", "yrs old"]
        .iter()
        .any(|unit| rest.starts_with(unit));
    let before = folded[..numeral.start].trim_end_matches([' ', ':', '是']);
    let called = [
        "今年", "虚岁", "周岁", "年龄", "年纪", "岁数", "aged", "age",
    ]
    .iter()
    .any(|word| before.ends_with(word));
    let ends = |rest: &str| {
        rest.is_empty()
            || rest.starts_with(|c: char| {
                crate::normalize::is_stop(c) || matches!(c, '了' | ' ' | '的')
            })
    };
    let whole = years.fract() == 0.0;
    let called = called && whole && years >= 1.0 && ends(&folded[numeral.end..]);
    let old = whole
        && (60.0..=110.0).contains(&years)
        && (rest.starts_with('了') || rest.starts_with("的人"))
        && !measured(before);
    (said || called || old).then_some(years as u8)
}

/// Before a number that is no age although 了 follows it.
fn measured(before: &str) -> bool {
    let near = tail(before, 3);
    [
        "花", "欠", "等", "排", "涨", "交", "付", "压", "心率", "血糖", "体重", "考", "分", "房龄",
        "工龄", "住", "第", "烧", "温",
    ]
    .iter()
    .any(|word| near.contains(word))
}
