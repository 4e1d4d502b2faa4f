//! Takes phones, ID numbers, other long numbers and e-mail addresses out of a text before it is shown or learnt from.
//!
//! It deliberately masks too much rather than too little (every run of seven digits), and does not find names.

use unicode_normalization::UnicodeNormalization;

/// Runs of at least this many digits are numbers of somebody.
const SHORTEST: usize = 7;

/// `text` with `[电话]`, `[证件号]`, `[号码]` and `[邮箱]` in place of what identifies a person.
pub fn redact(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        if let Some((end, mask)) = number(&chars, at) {
            out.push_str(mask);
            at = end;
        } else if let Some((end, kept)) = mail(&chars, at, &out) {
            out.truncate(kept);
            out.push_str("[邮箱]");
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

/// End and mask of a long number that begins at `at`; single gaps and dashes inside belong to it.
fn number(chars: &[char], at: usize) -> Option<(usize, &'static str)> {
    digit(chars[at])?;
    let mut digits = String::new();
    let mut end = at;
    let mut next = at;
    while next < chars.len() {
        if let Some(d) = digit(chars[next]) {
            digits.push(d);
            end = next + 1;
        } else if !(is_gap(chars[next]) && next == end) {
            break;
        }
        next += 1;
    }
    if digits.len() < SHORTEST {
        return None;
    }
    if digits.len() >= 17
        && chars
            .get(end)
            .is_some_and(|c| matches!(c, 'x' | 'X' | 'ｘ' | 'Ｘ'))
    {
        return Some((end + 1, "[证件号]"));
    }
    Some((
        end,
        match digits.len() {
            18 | 15 => "[证件号]",
            11 | 12 if digits.starts_with(['0', '1']) => "[电话]",
            13 if digits.starts_with("86") => "[电话]",
            _ => "[号码]",
        },
    ))
}

/// At an `@` between address characters: end of the address, and how much of `out` stays.
fn mail(chars: &[char], at: usize, out: &str) -> Option<(usize, usize)> {
    if !matches!(chars[at], '@' | '＠') {
        return None;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let kept = out.trim_end_matches(is_part).len();
    let length = chars[at + 1..].iter().take_while(|&&c| is_part(c)).count();
    (kept < out.len() && length > 2).then_some((at + 1 + length, kept))
}

/// The ASCII digit behind a digit of any width or a spelled-out one.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '幺' => Some('1'),
        '〇' | '零' => Some('0'),
        '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' => {
            "一二三四五六七八九"
                .chars()
                .position(|d| d == c)
                .and_then(|v| char::from_digit(v as u32 + 1, 10))
        }
        c if (c as u32) > 0x7F => std::iter::once(c)
            .nfkc()
            .next()
            .filter(char::is_ascii_digit),
        _ => None,
    }
}

fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '-' | '\u{3000}' | '－' | '\u{200b}')
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn numbers_of_people_are_masked_and_small_numbers_stay() {
        assert_eq!(redact("我电话13800138000，82岁"), "我电话[电话]，82岁");
        assert_eq!(redact("138 0013 8000"), "[电话]");
        assert_eq!(
            redact("身份证１１０１０５１９４９１２３１００２Ｘ。"),
            "身份证[证件号]。"
        );
        assert_eq!(redact("一三八零零一三八零零零打我"), "[电话]打我");
        assert_eq!(redact("卡6222021234567890123"), "卡[号码]");
        assert_eq!(
            redact("写信给 a.b+c@example.com 谢谢"),
            "写信给 [邮箱] 谢谢"
        );
        assert_eq!(
            redact("12345 住3栋502室，欠3000元"),
            "12345 住3栋502室，欠3000元"
        );
        assert_eq!(redact("@所有人"), "@所有人");
        assert_eq!(redact(""), "");
    }
}
