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
/// `电话19900000001` → `电话199****0001`.
pub fn numbers(text: &str) -> String {
    const SHORTEST: usize = 7;
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    // One more character ends the last run.
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_digit() || (matches!(c, 'X' | 'x') && run.len() == 17) {
            run.push(c);
            continue;
        }
        if run.len() >= SHORTEST {
            out.push_str(&phone(&run));
        } else {
            out.push_str(&run);
        }
        run.clear();
        out.push(c);
    }
    out.pop();
    out
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
        assert_eq!(numbers("19900000001"), "199****0001");
        assert_eq!(numbers(""), "");
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
