//! Arabic and Chinese numerals with 十 百 千 万, as values. It deliberately does not know units such as 元 or 岁.

/// One numeral of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numeral {
    /// Byte range.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Of a range such as 三五百 the lower end.
    pub(super) value: f64,
    /// What its last place multiplies by: 10,000 for 两万, 1 for plain digits.
    pub(super) place: f64,
    /// Written with 千 or 万: an amount even without 元.
    pub(super) large: bool,
}

/// All numerals, in order. Spelled-out digits without a place (`一三八`) and runs over 16 digits are no values.
pub(super) fn all(folded: &str) -> Vec<Numeral> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = folded[at..]
        .find(|c: char| c.is_ascii_digit() || digit(c).is_some() || matches!(c, '十' | '拾'))
    {
        let start = at + offset;
        let mut reading = Reading::new(&folded[start..]);
        while reading.step() {}
        let end = start + reading.end;
        // 几十 and 好几千 are no numbers.
        if !reading.bad && !folded[..start].ends_with('几') {
            found.push(Numeral {
                start,
                end,
                value: reading.value(),
                place: reading.place,
                large: reading.large,
            });
        }
        at = end;
    }
    found
}

/// A numeral on its way.
struct Reading<'a> {
    text: &'a str,
    /// Bytes read; at least one character.
    end: usize,
    /// Sections closed by 万, the open one, and a digit that waits for its place.
    total: f64,
    section: f64,
    current: Option<f64>,
    place: f64,
    large: bool,
    /// Chinese digits without a place in a row.
    plain: u32,
    bad: bool,
}

impl<'a> Reading<'a> {
    fn new(text: &'a str) -> Self {
        Reading {
            text,
            end: 0,
            total: 0.0,
            section: 0.0,
            current: None,
            place: 1.0,
            large: false,
            plain: 0,
            bad: false,
        }
    }

    /// Reads one more character or Arabic number; false at the end of the numeral.
    fn step(&mut self) -> bool {
        let Some(c) = self.text[self.end..].chars().next() else {
            return false;
        };
        let arabic = self.text[..self.end].ends_with(|c: char| c.is_ascii_digit());
        if c.is_ascii_digit() {
            // 三3 is two numerals, and so is 1800一个月.
            if self.current.is_some() {
                return false;
            }
            self.arabic();
            return true;
        }
        if arabic && digit(c).is_some() {
            return false;
        }
        if let Some(value) = digit(c) {
            self.digit(value);
        } else if let Some(unit) = place(c) {
            self.unit(unit);
        } else if matches!(c, '几' | '多' | '来')
            && self.place > 1.0
            && self.text[self.end + c.len_utf8()..].starts_with(['万', '千'])
        {
            // 十几万 counts as 十万.
            self.current = Some(0.0);
        } else if let Some(unit) = letter(c).filter(|_| self.current.is_some() && self.plain == 0)
            && !self.text[self.end + 1..].starts_with(|c: char| c.is_ascii_alphanumeric())
            && self.text[..self.end].ends_with(|c: char| c.is_ascii_digit())
        {
            self.unit(unit);
            self.end += 1;
            return false;
        } else {
            return false;
        }
        self.end += c.len_utf8();
        true
    }

    fn arabic(&mut self) {
        let (length, value) = arabic(&self.text[self.end..]);
        self.bad |= value.is_none();
        self.current = value;
        self.end += length;
    }

    fn digit(&mut self, value: f64) {
        let Some(before) = self.current.filter(|zero| *zero > 0.0 || self.place < 10.0) else {
            self.current = Some(value);
            return;
        };
        self.plain += 1;
        // 三五百, 七八十: about so many.
        let about =
            before > 0.0 && (value - before - 1.0).abs() < 0.5 || (before, value) == (3.0, 5.0);
        self.bad |= self.plain > 1 || !about;
    }

    fn unit(&mut self, unit: f64) {
        let first = self.section == 0.0 && self.total == 0.0;
        let digit = self.current.take().unwrap_or(if first { 1.0 } else { 0.0 });
        if unit >= 10_000.0 {
            let whole = self.section + digit;
            self.total += (if whole == 0.0 { 1.0 } else { whole }) * unit;
            self.section = 0.0;
        } else {
            self.section += digit * unit;
        }
        self.large |= unit >= 1000.0;
        self.place = unit;
        self.plain = 0;
    }

    /// 两万三 is 23,000; 一百零五 is 105.
    fn value(&self) -> f64 {
        let spoken_zero = self.text[..self.end].contains(['零', '〇']);
        let rest = self.current.map_or(0.0, |d| {
            if self.place >= 100.0 && d < 10.0 && !spoken_zero {
                d * self.place / 10.0
            } else {
                d
            }
        });
        self.total + self.section + rest
    }
}

/// `1,200.5`: length in bytes and value; none when too long to be a count.
fn arabic(text: &str) -> (usize, Option<f64>) {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let inner =
            matches!(bytes[end], b'.' | b',') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        let thousands = bytes[end] != b','
            || (bytes.len() >= end + 4
                && bytes[end + 1..end + 4].iter().all(u8::is_ascii_digit)
                && !bytes.get(end + 4).is_some_and(u8::is_ascii_digit));
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

pub(super) fn digit(c: char) -> Option<f64> {
    super::digits::value(c)
        .filter(|_| c != '幺')
        .and_then(|d| d.to_digit(10))
        .map(f64::from)
}

fn place(c: char) -> Option<f64> {
    match c {
        '十' | '拾' => Some(10.0),
        '百' | '佰' => Some(100.0),
        '千' | '仟' => Some(1000.0),
        '万' => Some(10_000.0),
        _ => None,
    }
}

/// 3k, 5w.
fn letter(c: char) -> Option<f64> {
    match c {
        'k' => Some(1000.0),
        'w' => Some(10_000.0),
        _ => None,
    }
}
