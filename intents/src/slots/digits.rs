//! Phone and ID numbers among the digit groups of a text. It deliberately ignores bank cards, order numbers and hotlines.

use super::{IdNumber, Slots, tail};

/// Weights of the check character, ISO 7064 MOD 11-2 as used by GB 11643.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

/// Digits written together, and where they began.
struct Group {
    start: usize,
    end: usize,
    digits: String,
}

/// Fills phone and ID number from folded text.
pub(super) fn find(folded: &str, slots: &mut Slots) {
    let groups = groups(folded);
    let mut used = vec![false; groups.len()];
    for from in 0..groups.len() {
        if used[from] || slots.id_number.is_some() {
            continue;
        }
        // 110105 19491231 0021: up to four neighbouring groups may be one number.
        for to in from..groups.len().min(from + 4) {
            if to > from && !adjacent(folded, &groups[to - 1], &groups[to]) {
                break;
            }
            let joined: String = groups[from..=to]
                .iter()
                .map(|g| g.digits.as_str())
                .collect();
            let named = tail(&folded[..groups[from].start], 12);
            let named = named.contains("身份证")
                || named.contains("证号")
                || named.contains("证件")
                || named.contains("id");
            if let Some(id) = id_number(&joined, named) {
                slots.id_number = Some(id);
                used[from..=to].iter_mut().for_each(|u| *u = true);
                break;
            }
        }
    }
    for from in 0..groups.len() {
        for to in from..groups.len().min(from + 4) {
            if used[to]
                || slots.phone.is_some()
                || (to > from && !adjacent(folded, &groups[to - 1], &groups[to]))
            {
                break;
            }
            let joined: String = groups[from..=to]
                .iter()
                .map(|g| g.digits.as_str())
                .collect();
            let more = groups
                .get(to + 1)
                .is_some_and(|next| adjacent(folded, &groups[to], next) && next.digits.len() <= 4);
            slots.phone = phone(&joined).filter(|p| !(more && p.len() < 11));
        }
    }
}

/// `110105194912310021` to its value; `named` says that the text calls it an ID number.
fn id_number(digits: &str, named: bool) -> Option<IdNumber> {
    let bytes = digits.as_bytes();
    let value = |range: std::ops::Range<usize>| digits[range].parse::<u32>().ok();
    let date = |month: u32, day: u32, leap: bool| {
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u32::from(leap),
            _ => 0,
        };
        (1..=days).contains(&day)
    };
    let born = match bytes.len() {
        18 if bytes[..17].iter().all(u8::is_ascii_digit) => {
            let year = value(6..10)?;
            let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            (1850..2100).contains(&year) && date(value(10..12)?, value(12..14)?, leap)
        }
        15 if named && bytes.iter().all(u8::is_ascii_digit) => {
            date(value(8..10)?, value(10..12)?, true)
        }
        _ => false,
    };
    if !born || bytes[0] == b'0' {
        return None;
    }
    let checksum_ok = bytes.len() == 18 && {
        let sum: u32 = WEIGHTS
            .iter()
            .zip(bytes)
            .map(|(w, b)| w * u32::from(b - b'0'))
            .sum();
        CHECKS[(sum % 11) as usize] == bytes[17]
    };
    Some(IdNumber {
        value: digits.to_owned(),
        checksum_ok,
    })
}

fn phone(digits: &str) -> Option<String> {
    let local = digits
        .strip_prefix("0086")
        .or_else(|| digits.strip_prefix("86").filter(|d| d.len() == 11))
        .unwrap_or(digits);
    let bytes = local.as_bytes();
    if !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mobile = bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]);
    // Area codes are 010, 02x (8 digits follow) or 0xxx (7 or 8 digits follow).
    let landline = bytes.len() > 2 && bytes[0] == b'0' && {
        let area = if matches!(bytes[1], b'1' | b'2') {
            3
        } else {
            4
        };
        let short = bytes.len() == area + 7 && area == 4;
        (bytes.len() == area + 8 || short)
            && bytes[1] != b'0'
            && !matches!(bytes[area], b'0' | b'1')
    };
    (mobile || landline).then(|| local.to_owned())
}

/// Groups of at least one digit; runs of seven and more spelled-out digits (一三八…) count as digits.
fn groups(folded: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut chars = folded.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let arabic = c.is_ascii_digit();
        let Some(first) = spelled(c) else { continue };
        let (mut digits, mut end) = (String::from(first), start + c.len_utf8());
        while let Some((at, n)) =
            chars.next_if(|&(_, n)| spelled(n).is_some() && n.is_ascii_digit() == arabic)
        {
            digits.extend(spelled(n));
            end = at + n.len_utf8();
        }
        if arabic {
            let after = chars.clone().nth(1).map(|(_, n)| n);
            if digits.len() > 2
                && chars.peek().is_some_and(|&(_, n)| n == 'x')
                && !after.is_some_and(|n| n.is_ascii_alphanumeric())
            {
                chars.next();
                digits.push('X');
                end += 1;
            }
        } else if digits.len() < 7 {
            continue;
        }
        groups.push(Group { start, end, digits });
    }
    groups
}

fn adjacent(folded: &str, left: &Group, right: &Group) -> bool {
    matches!(&folded[left.end..right.start], " " | "-" | ") " | ")" | "")
        && !left.digits.ends_with('X')
}

fn spelled(c: char) -> Option<char> {
    if c.is_ascii_digit() {
        return Some(c);
    }
    let value = match c {
        '零' | '〇' => 0,
        '一' | '幺' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    };
    char::from_digit(value, 10)
}
