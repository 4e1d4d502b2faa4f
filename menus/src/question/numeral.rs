//! Numbers as people write them: 82, ８２, 八十二, 三千五, 1.2万, 两万三.
//!
//! Works in hundredths so that money needs no floating point. Does not know
//! what is being counted; the kinds choose among the numbers found.

/// A number found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// In hundredths.
    pub hundredths: i64,
    /// Byte offset just behind it.
    pub end: usize,
    /// Byte offset of its first character.
    pub start: usize,
}

impl Found {
    /// The whole number, unless it has a fraction.
    pub(crate) fn whole(self) -> Option<i64> {
        (self.hundredths % 100 == 0).then_some(self.hundredths / 100)
    }
}

/// The value of a Chinese or ASCII digit.
pub(crate) fn digit(c: char) -> Option<u8> {
    Some(match c {
        '0'..='9' => c as u8 - b'0',
        '零' | '〇' | '○' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '两' | '贰' | '兩' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn unit(c: char) -> Option<i128> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' | 'k' | 'K' => 1000,
        '万' | '萬' | 'w' | 'W' => 10_000,
        '亿' | '億' => 100_000_000,
        _ => return None,
    })
}

/// One, in the fixed point used while reading (1.2345万 is exact).
const ONE: i128 = 1_000_000;

/// The largest value read; larger ones are ignored.
const LIMIT: i128 = 1_000_000_000_000 * ONE;

/// Every number of a (narrowed) text, in order.
pub(crate) fn find(text: &str) -> Vec<Found> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let (start, c) = chars[at];
        if digit(c).is_none() && !matches!(c, '十' | '拾') {
            at += 1;
            continue;
        }
        let (value, next) = read(&chars, at);
        let end = chars.get(next).map_or(text.len(), |(offset, _)| *offset);
        if let Some(value) = value.filter(|value| *value <= LIMIT) {
            let hundredths = (value / (ONE / 100)) as i64;
            found.push(Found {
                hundredths,
                end,
                start,
            });
        }
        at = next;
    }
    found
}

/// Reads one number from `at`; gives its value in fixed point (`None` when too
/// large) and the index behind it.
fn read(chars: &[(usize, char)], mut at: usize) -> (Option<i128>, usize) {
    let mut total: i128 = 0; // sections closed by 万 or 亿
    let mut section: i128 = 0;
    let mut pending: Option<i128> = None; // a digit run that waits for its unit
    let mut last_unit: i128 = 1;
    let mut after_zero = false;
    let mut sane = true;
    while let Some(&(_, c)) = chars.get(at) {
        if digit(c).is_some() && pending.is_none() {
            let (value, next) = digits(chars, at);
            after_zero = digit(c) == Some(0) && last_unit > 1;
            sane &= value.is_some();
            // A zero between units only separates: 三千零五.
            pending = value.filter(|value| *value != 0 || last_unit == 1);
            at = next;
            continue;
        }
        let Some(unit) = unit(c).filter(|_| !is_latin_word(chars, at)) else {
            break;
        };
        if unit >= 10_000 {
            let whole = section + pending.take().unwrap_or(0);
            let whole = if whole == 0 { ONE } else { whole };
            total = if unit > 10_000 {
                (total + whole) * unit
            } else {
                total + whole * unit
            };
            section = 0;
        } else {
            section += pending.take().unwrap_or(ONE) * unit;
        }
        sane &= total <= LIMIT && section <= LIMIT;
        if !sane {
            (total, section) = (0, 0);
        }
        last_unit = unit;
        after_zero = false;
        at += 1;
    }
    if let Some(rest) = pending {
        // 三千五 is 3500, 两万三 is 23000; 三千零五 and 十五 are not.
        let is_short = last_unit >= 100 && !after_zero && rest % ONE == 0 && rest < 10 * ONE;
        section += if is_short {
            rest * last_unit / 10
        } else {
            rest
        };
    }
    (sane.then_some(total + section), at)
}

/// A run of digits with an optional fraction, in fixed point. Commas between
/// thousands are skipped.
fn digits(chars: &[(usize, char)], mut at: usize) -> (Option<i128>, usize) {
    let mut value: i128 = 0;
    let mut scale = ONE;
    let mut in_fraction = false;
    let next_is_digit = |at: usize| chars.get(at + 1).is_some_and(|(_, c)| digit(*c).is_some());
    while let Some(&(_, c)) = chars.get(at) {
        if let Some(digit) = digit(c) {
            if in_fraction {
                scale /= 10;
                value += i128::from(digit) * scale;
            } else {
                value = (value * 10).saturating_add(i128::from(digit) * ONE);
            }
        } else if matches!(c, '.' | '点') && !in_fraction && next_is_digit(at) {
            in_fraction = true;
        } else if c == ',' && !in_fraction && groups_of_three(chars, at) {
        } else {
            break;
        }
        at += 1;
        if value > LIMIT * 10 {
            value = LIMIT * 10;
        }
    }
    ((value <= LIMIT).then_some(value), at)
}

fn groups_of_three(chars: &[(usize, char)], comma: usize) -> bool {
    let ascii = |at: usize| chars.get(at).is_some_and(|(_, c)| c.is_ascii_digit());
    (1..=3).all(|step| ascii(comma + step)) && !ascii(comma + 4)
}

/// `k` and `w` are units only when no other letter touches them.
fn is_latin_word(chars: &[(usize, char)], at: usize) -> bool {
    chars[at].1.is_ascii_alphabetic()
        && chars
            .get(at + 1)
            .is_some_and(|(_, c)| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::inconsistent_digit_grouping)] // yuan_fen

    use super::*;
    use proptest::prelude::*;

    fn one(text: &str) -> i64 {
        let found = find(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        found[0].hundredths
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value) in [
            ("82", 82_00),
            ("八十二", 82_00),
            ("十五", 15_00),
            ("二十", 20_00),
            ("三千五", 3500_00),
            ("三千零五", 3005_00),
            ("三千零五十", 3050_00),
            ("1.2万", 12_000_00),
            ("1万2", 12_000_00),
            ("两万三", 23_000_00),
            ("一百八", 180_00),
            ("12,500", 12_500_00),
            ("一千二百三十四", 1234_00),
            ("十二万三千", 123_000_00),
            ("3k", 3000_00),
            ("三点五", 3_50),
            ("0.5", 50),
            ("一亿两千万", 120_000_000_00),
            ("二〇二六", 2026_00),
            ("〇", 0),
            ("万", -1),
            ("五百零六", 506_00),
            ("一万零五百", 10_500_00),
            ("12.345", 12_34),
            ("1.2345万", 12_345_00),
        ] {
            if value >= 0 {
                assert_eq!(one(text), value, "{text}");
            } else {
                assert!(find(text).is_empty(), "{text}");
            }
        }
    }

    #[test]
    fn several_numbers_are_found_in_order() {
        let values: Vec<_> = find("我82岁，老伴79，每月3000元")
            .iter()
            .map(|f| f.whole().unwrap())
            .collect();
        assert_eq!(values, [82, 79, 3000]);
    }

    #[test]
    fn numbers_beyond_reason_are_ignored() {
        assert!(find("99999999999999999999999999999999999999999999999999").is_empty());
        assert!(find("九万亿亿亿亿亿亿亿亿亿亿").is_empty());
    }

    proptest! {
        #[test]
        fn any_number_in_ascii_is_read_back(value in 0_i64..1_000_000_000) {
            prop_assert_eq!(one(&value.to_string()), value * 100);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[0-9一二两三十百千万亿零点,. kwa年]{0,40}") {
            for found in find(&text) {
                prop_assert!(text.get(found.start..found.end).is_some());
            }
        }
    }
}
