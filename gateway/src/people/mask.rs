//! Masks for names and numbers, and a wrapper that cannot be printed.
//!
//! Masked forms are for lists, pushes and messages; the clear value is shown
//! on a page of its own that logs the reading. No encryption here.

use std::fmt;

/// A value that prints as `***` wherever it ends up: logs, panics, debug
/// output. Take it out deliberately with [`Secret::expose`].
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The clear value. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The clear value, giving up the wrapper.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Surnames of two characters that are common enough to matter: the mask
/// keeps the surname and hides the given name.
const LONG_SURNAMES: [&str; 16] = [
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯",
    "端木", "长孙", "宇文", "闻人",
];

/// `王小明` → `王**`, `欧阳娜` → `欧阳*`, `John Smith` → `J***`. The number of
/// stars of a Chinese name follows its length; elsewhere it says nothing.
pub fn name(name: &str) -> String {
    let name = name.trim();
    let count = name.chars().count();
    let Some(first) = name.chars().next() else {
        return String::new();
    };
    if first.is_ascii() || name.contains(char::is_whitespace) || name.contains('·') {
        return format!("{first}***");
    }
    let surname = LONG_SURNAMES
        .iter()
        .find(|s| count > 2 && name.starts_with(**s))
        .map_or(1, |s| s.chars().count());
    let shown: String = name.chars().take(surname).collect();
    // A single character is hidden too: a mask never shows the whole.
    match count - surname {
        0 => "*".to_owned(),
        hidden => format!("{shown}{}", "*".repeat(hidden.min(4))),
    }
}

/// `19900000001` → `199****0001`. Short numbers keep only their last two digits.
pub fn phone(phone: &str) -> String {
    keep_ends(phone, 3, 4, 4)
}

/// `44010119491231035X` → `4401**********035X`.
pub fn id_number(number: &str) -> String {
    keep_ends(number, 4, 4, 4)
}

/// A text in which every number long enough to lead to somebody is masked:
/// `电话19900000001` → `电话199****0001`, also where it is written in groups, wide
/// or in words.
pub fn numbers(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let loose = digits(&chars, at, true);
        let places = if loose.len() >= LONG {
            loose
        } else {
            digits(&chars, at, false)
        };
        at = places.last().map_or(at, |last| *last) + 1;
        if places.len() >= SHORTEST {
            let tail = if places.len() >= LONG { 4 } else { 2 };
            let head = if places.len() >= LONG { 3 } else { 0 };
            for place in &places[head..places.len() - tail] {
                chars[*place] = '*';
            }
        }
    }
    chars.into_iter().collect()
}

/// Digits in a row that may be somebody's number.
const SHORTEST: usize = 7;
/// As many as a mobile number has: those count also in groups and in words.
const LONG: usize = 11;

/// Where the digits of the number are that begins at `at`. `loose`: they may
/// stand in groups, and be words.
fn digits(chars: &[char], at: usize, loose: bool) -> Vec<usize> {
    let spelled = |c: char| "零〇一二三四五六七八九幺".contains(c);
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c) || loose && spelled(c);
    let gap = |c: char| {
        matches!(
            c,
            ' ' | '\u{a0}' | '\u{3000}' | '-' | '－' | '—' | '.' | '·'
        )
    };
    let mut places: Vec<usize> = Vec::new();
    for (place, c) in chars.iter().enumerate().skip(at) {
        let next = places.last().is_none_or(|last| place - last == 1);
        if digit(*c) || places.len() == 17 && next && matches!(c, 'X' | 'x' | 'Ｘ' | 'ｘ') {
            places.push(place);
        } else if !(loose && next && !places.is_empty() && gap(*c)) {
            break;
        }
    }
    places
}

/// Keeps `head` and `tail` characters and stars the rest, when at least
/// `hidden` characters stay hidden; else shows at most the last two.
fn keep_ends(text: &str, head: usize, tail: usize, hidden: usize) -> String {
    let chars: Vec<char> = text.trim().chars().collect();
    let (head, tail) = if chars.len() >= head + tail + hidden {
        (head, tail)
    } else if chars.len() > 4 {
        (0, 2)
    } else {
        (0, 0)
    };
    let mut out: String = chars[..head].iter().collect();
    out.extend(std::iter::repeat_n('*', chars.len() - head - tail));
    out.extend(&chars[chars.len() - tail..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_only_the_surname() {
        assert_eq!(name("王小明"), "王**");
        assert_eq!(name("王明"), "王*");
        assert_eq!(name("欧阳娜"), "欧阳*");
        assert_eq!(name("欧阳"), "欧*");
        assert_eq!(name("王"), "*");
        assert_eq!(name("John Smith"), "J***");
        assert_eq!(name("阿依古丽·买买提"), "阿***");
        assert_eq!(name("  "), "");
    }

    #[test]
    fn numbers_keep_only_their_ends() {
        assert_eq!(phone("19900000001"), "199****0001");
        assert_eq!(phone("12345"), "***45");
        assert_eq!(phone("110"), "***");
        assert_eq!(id_number("44010119491231035X"), "4401**********035X");
        assert_eq!(id_number("1234"), "****");
        assert_eq!(id_number(""), "");
    }

    #[test]
    fn numbers_in_words_are_masked_and_small_ones_stay() {
        assert_eq!(
            numbers("3号楼501，电话19900000001。身份证44010119491231035X"),
            "3号楼501，电话199****0001。身份证440***********035X"
        );
        assert_eq!(numbers("低保 2026 年"), "低保 2026 年");
        assert_eq!(numbers("2026-03-02 9 点"), "2026-03-02 9 点");
        assert_eq!(numbers("8-9 点，88881234"), "8-9 点，******34");
        assert_eq!(numbers("19900000001"), "199****0001");
        assert_eq!(numbers(""), "");
    }

    #[test]
    fn numbers_in_groups_wide_or_in_words_are_masked_too() {
        for (clear, masked) in [
            ("199 0000 0001", "199 **** 0001"),
            ("199-0000-0001。", "199-****-0001。"),
            ("１９９０００００００１", "１９９****０００１"),
            ("一九九零零零零零零零一", "一九九****零零零一"),
            ("440101 19491231 035X", "440*** ******** 035X"),
            ("三楼二零一", "三楼二零一"),
            ("199\n0000\n0001", "199\n0000\n0001"),
        ] {
            assert_eq!(numbers(clear), masked);
        }
    }

    #[test]
    fn a_secret_never_prints_what_it_holds() {
        #[derive(Debug)]
        struct Holder {
            #[expect(dead_code, reason = "only printed")]
            phone: Option<Secret<String>>,
        }
        let holder = Holder {
            phone: Some("19900000001".into()),
        };
        let printed = format!("{holder:?} {holder:#?} {}", Secret::new("19900000001"));
        assert!(!printed.contains("1990"), "{printed}");
        assert_eq!(Secret::new(7).expose(), &7);
    }
}
