//! Arabic and Chinese numerals with 十 百 千 万, as values. It deliberately does not know units such as 元 or 岁.

/// One numeral of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numeral {
    /// Byte range.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) value: f64,
    /// Written with 千 or 万: an amount even without 元.
    pub(super) large: bool,
}

/// All numerals, in order. Spelled-out digits without a place (`一三八`) and runs over 12 digits are no values.
pub(super) fn all(folded: &str) -> Vec<Numeral> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) =
        folded[at..].find(|c: char| c.is_ascii_digit() || digit(c).is_some() || c == '十')
    {
        let start = at + offset;
        let (end, value, large) = read(&folded[start..]);
        if let Some(value) = value {
            found.push(Numeral {
                start,
                end: start + end,
                value,
                large,
            });
        }
        at = start + end;
    }
    found
}

/// Length in bytes, value and whether 千 or 万 was written; at least one character is consumed.
fn read(text: &str) -> (usize, Option<f64>, bool) {
    let mut total = 0.0; // sections closed by 万
    let mut section = 0.0;
    let mut current: Option<f64> = None;
    let mut last_unit = 1.0;
    let (mut large, mut plain) = (false, 0); // plain: Chinese digits without a place in a row
    let mut end = 0;
    let mut bad = false;
    while let Some(c) = text[end..].chars().next() {
        if c.is_ascii_digit() {
            let (length, value) = arabic(&text[end..]);
            bad |= current.is_some() || value.is_none();
            current = value;
            end += length;
            continue;
        }
        if let Some(value) = digit(c) {
            plain = if current.is_some() { plain + 1 } else { 0 };
            bad |= plain > 0;
            current = Some(value);
        } else if let Some(unit) = place(c) {
            // `几` stands for an unknown digit: 十几万 counts as 十万.
            let digit = current.take().unwrap_or(if section == 0.0 && total == 0.0 {
                1.0
            } else {
                0.0
            });
            if unit >= 10_000.0 {
                total += (section + digit.max(f64::from(u8::from(section == 0.0 && digit == 0.0))))
                    * unit;
                section = 0.0;
            } else {
                section += digit * unit;
            }
            large |= unit >= 1000.0;
            last_unit = unit;
            plain = 0;
        } else if c == '几' && end > 0 && text[end + c.len_utf8()..].starts_with(['万', '千']) {
            current = Some(0.0);
        } else {
            break;
        }
        end += c.len_utf8();
    }
    // 两万三 is 23,000; 一百零五 is 105.
    let spoken_zero = text[..end].contains('零');
    let rest = current.map_or(0.0, |d| {
        if last_unit >= 100.0 && d < 10.0 && !spoken_zero {
            d * last_unit / 10.0
        } else {
            d
        }
    });
    (end, (!bad).then_some(total + section + rest), large)
}

/// `1,200.5`: length in bytes and value; none when too long to be a count.
fn arabic(text: &str) -> (usize, Option<f64>) {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let inner =
            matches!(bytes[end], b'.' | b',') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        let thousands = bytes[end] != b','
            || (bytes.len() >= end + 4 && bytes[end + 1..end + 4].iter().all(u8::is_ascii_digit));
        if !(bytes[end].is_ascii_digit() || (inner && thousands)) {
            break;
        }
        end += 1;
    }
    if end > 16 {
        return (end, None);
    }
    (end, text[..end].replace(',', "").parse().ok())
}

fn digit(c: char) -> Option<f64> {
    "零一二三四五六七八九"
        .chars()
        .position(|d| d == c)
        .map(|v| v as f64)
        .or(match c {
            '两' => Some(2.0),
            '〇' => Some(0.0),
            _ => None,
        })
}

fn place(c: char) -> Option<f64> {
    match c {
        '十' => Some(10.0),
        '百' => Some(100.0),
        '千' => Some(1000.0),
        '万' => Some(10_000.0),
        _ => None,
    }
}
