//! Which of a numbered list a reply means: "2", "２.", "第二个", "我选3", "option 2".
//!
//! Only whole replies count; a number inside a sentence is for others to read.

use crate::question::numeral;

/// The place from 1 that a (narrowed) reply names.
pub(crate) fn read(text: &str) -> Option<usize> {
    const BEFORE: &[&str] = &[
        "我要选",
        "我选",
        "我要",
        "选择",
        "选",
        "要",
        "第",
        "no.",
        "option",
        "number",
        "#",
        "(",
    ];
    const BEHIND: &[&str] = &["个", "项", "条", "号", "吧", "的", "那个", ")"];
    if text.len() > 60 {
        return None;
    }
    let lower = text.to_lowercase();
    let mut rest = trimmed(&lower);
    for word in BEFORE {
        rest = trimmed(rest.strip_prefix(word).unwrap_or(rest));
    }
    for _ in 0..2 {
        let behind = BEHIND.iter().find_map(|word| rest.strip_suffix(word));
        rest = trimmed(behind.unwrap_or(rest));
    }
    let [number] = numeral::find(rest)[..] else {
        return None;
    };
    let whole = number.start == 0 && number.end == rest.len();
    number
        .whole()
        .filter(|_| whole)
        .and_then(|number| usize::try_from(number).ok())
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || ".。、,，!！:：".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_list_are_read_as_people_answer() {
        for text in [
            "2",
            "2.",
            " 2、",
            "第二个",
            "我选2",
            "选第2项吧",
            "(2)",
            "option 2",
            "二",
            "No. 2",
            "2号",
        ] {
            assert_eq!(read(text), Some(2), "{text}");
        }
        assert_eq!(read("0"), Some(0));
        assert_eq!(read("12"), Some(12));
    }

    #[test]
    fn sentences_and_fractions_are_not_numbers_of_a_list() {
        for text in ["", "低保", "2.5", "我2个孩子", "2和3", "第", "82岁"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
