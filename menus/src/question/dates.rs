//! Days and times of day in Chinese and English text, told from a given today.
//!
//! Finds at most one of each; knows no recurring or vague times.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, Weekday};

use super::numeral::{self, Found};
use crate::localized::Lang;

/// The first day a (narrowed) text names.
pub(super) fn find(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let text = text.to_lowercase();
    absolute(&text, today)
        .or_else(|| counted(&text, today))
        .or_else(|| weekday(&text, today))
        .or_else(|| named(&text, today))
}

/// A time of day such as 下午3点半, 15:30 or 3 pm.
pub(super) fn time(text: &str) -> Option<NaiveTime> {
    let text = text.to_lowercase();
    numeral::find(&text).into_iter().find_map(|hour| {
        let behind = &text[hour.end..];
        let rest = behind.strip_prefix(['点', '时', ':', '點']);
        let half_day = behind.trim_start();
        let english = half_day.starts_with("am") || half_day.starts_with("pm");
        if rest.is_none() && !english {
            return None;
        }
        let rest = rest.unwrap_or_default();
        let minute = if rest.starts_with('半') {
            30
        } else if rest.starts_with("一刻") {
            15
        } else {
            numeral::find(rest)
                .first()
                .filter(|f| f.start == 0)
                .and_then(|f| f.whole())
                .unwrap_or(0)
        };
        let later = ["下午", "晚上", "傍晚", "夜里", "今晚", "pm", "p.m."]
            .iter()
            .any(|word| text.contains(word));
        let hour = hour.whole()?;
        let hour = if later && (1..12).contains(&hour) {
            hour + 12
        } else {
            hour
        };
        NaiveTime::from_hms_opt(u32::try_from(hour).ok()?, u32::try_from(minute).ok()?, 0)
    })
}

/// A date for people.
pub(super) fn in_words(date: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Lang::En => date.format("%Y-%m-%d").to_string(),
    }
}

fn absolute(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    if let Some(date) = compact(text).or_else(|| english(text, today)) {
        return Some(date);
    }
    let numbers = parts(text);
    for (at, first) in numbers.iter().enumerate() {
        let next = numbers
            .get(at + 1)
            .filter(|next| joined(text, first.1, next.1));
        let third = numbers
            .get(at + 2)
            .filter(|third| next.is_some_and(|next| joined(text, next.1, third.1)));
        let behind = text[first.1.end..].chars().next();
        match (next, third) {
            (Some(month), Some(day)) if first.0 >= 32 || behind == Some('年') => {
                return ymd(century(first.0), month.0, day.0);
            }
            // An impossible date is not searched for another one in its parts.
            (Some(day), _) => {
                return match year_word(text, today) {
                    Some(year) => ymd(year, first.0, day.0),
                    None => nearest(first.0, day.0, today),
                };
            }
            (None, _) if matches!(behind, Some('号' | '日')) => {
                return day_of_month(text, first.0, today);
            }
            (None, _) => {}
        }
    }
    None
}

/// Whole numbers with their places; a dot between digits divides dates (2.3).
fn parts(text: &str) -> Vec<(i64, Found)> {
    let mut parts = Vec::new();
    let mut offset = 0;
    for piece in text.split_inclusive('.') {
        let numbers = numeral::find(piece.trim_end_matches('.'));
        parts.extend(numbers.into_iter().filter_map(|found| {
            let moved = Found {
                start: found.start + offset,
                end: found.end + offset,
                ..found
            };
            found.whole().map(|whole| (whole, moved))
        }));
        offset += piece.len();
    }
    parts
}

fn separates(c: Option<char>) -> bool {
    matches!(c, Some('年' | '月' | '-' | '/' | '.'))
}

fn joined(text: &str, left: Found, right: Found) -> bool {
    let between = text[left.end..right.start].trim();
    let mut chars = between.chars();
    separates(chars.next()) && chars.next().is_none()
}

fn compact(text: &str) -> Option<NaiveDate> {
    let run = text
        .split(|c: char| !c.is_ascii_digit())
        .find(|run| run.len() == 8)?;
    NaiveDate::parse_from_str(run, "%Y%m%d")
        .ok()
        .filter(|date| (1900..=2200).contains(&date.year()))
}

fn english(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let month_of = |word: &str| {
        MONTHS
            .iter()
            .position(|month| word.starts_with(month) && word.len() <= 9)
    };
    let number = |word: Option<&&str>| {
        word?
            .trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .parse::<i64>()
            .ok()
    };
    let (at, month) = words
        .iter()
        .enumerate()
        .find_map(|(at, word)| month_of(word).map(|month| (at, month)))?;
    let before = at
        .checked_sub(1)
        .and_then(|at| number(words.get(at)))
        .filter(|day| *day <= 31);
    let after = number(words.get(at + 1));
    let (day, year) = match before {
        Some(day) => (day, after),
        None => (after?, number(words.get(at + 2))),
    };
    match year.filter(|year| *year > 1900) {
        Some(year) => ymd(year, month as i64 + 1, day),
        None => nearest(month as i64 + 1, day, today),
    }
}

/// 3天前, 两周后, 三个月前, 5 days ago.
fn counted(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let found = numeral::find(text);
    found.into_iter().find_map(|found| {
        let amount = u32::try_from(found.whole()?)
            .ok()
            .filter(|amount| *amount <= 3650)?;
        let behind = text[found.end..].trim_start();
        let past = ["前", "之前", "以前", "ago"]
            .iter()
            .any(|word| behind.contains(word));
        let future = ["后", "之后", "以后"]
            .iter()
            .any(|word| behind.contains(word))
            || text.contains("in ");
        let starts = |list: &[&str]| list.iter().any(|word| behind.starts_with(word));
        if past == future {
            return None;
        }
        let days = if starts(&["天", "日", "day"]) {
            amount
        } else if starts(&["周", "个星期", "星期", "个礼拜", "week"]) {
            amount * 7
        } else if starts(&["个月", "month"]) {
            let months = Months::new(amount);
            return if past {
                today.checked_sub_months(months)
            } else {
                today.checked_add_months(months)
            };
        } else {
            return None;
        };
        shift(
            today,
            if past {
                -i64::from(days)
            } else {
                i64::from(days)
            },
        )
    })
}

/// 上周三, 这周五, 下周一; a bare 周三 is the next one, today included.
fn weekday(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let (at, word) = ["周", "星期", "礼拜"]
        .iter()
        .find_map(|word| text.find(word).map(|at| (at, *word)))?;
    let day = match text[at + word.len()..].chars().next()? {
        '一' | '1' => Weekday::Mon,
        '二' | '2' => Weekday::Tue,
        '三' | '3' => Weekday::Wed,
        '四' | '4' => Weekday::Thu,
        '五' | '5' => Weekday::Fri,
        '六' | '6' => Weekday::Sat,
        '日' | '天' | '末' | '7' => Weekday::Sun,
        _ => return None,
    };
    let monday = shift(today, -i64::from(today.weekday().num_days_from_monday()))?;
    let offset = i64::from(day.num_days_from_monday());
    let before = text[..at].trim_end_matches('个');
    if before.ends_with('每') {
        return None;
    }
    if before.ends_with('上') {
        shift(monday, offset - 7)
    } else if before.ends_with('下') {
        shift(monday, offset + 7)
    } else if before.ends_with('这') || before.ends_with('本') {
        shift(monday, offset)
    } else {
        let this = shift(monday, offset)?;
        if this < today {
            shift(this, 7)
        } else {
            Some(this)
        }
    }
}

fn named(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    // Longer words first: 大前天 holds 前天.
    const DAYS: &[(&str, i64)] = &[
        ("大前天", -3),
        ("大后天", 3),
        ("前天", -2),
        ("昨天", -1),
        ("昨日", -1),
        ("昨晚", -1),
        ("琴日", -1),
        ("尋日", -1),
        ("今天", 0),
        ("今日", 0),
        ("今早", 0),
        ("今晚", 0),
        ("刚才", 0),
        ("刚刚", 0),
        ("明天", 1),
        ("明日", 1),
        ("明早", 1),
        ("聽日", 1),
        ("听日", 1),
        ("后天", 2),
        ("day before yesterday", -2),
        ("yesterday", -1),
        ("last night", -1),
        ("today", 0),
        ("tonight", 0),
        ("just now", 0),
        ("day after tomorrow", 2),
        ("tomorrow", 1),
    ];
    DAYS.iter()
        .find(|(word, _)| text.contains(word))
        .and_then(|(_, days)| shift(today, *days))
}

fn day_of_month(text: &str, day: i64, today: NaiveDate) -> Option<NaiveDate> {
    let month = today.with_day(1)?;
    let month = if text.contains("上个月") || text.contains("上月") {
        month.checked_sub_months(Months::new(1))?
    } else if text.contains("下个月") || text.contains("下月") {
        month.checked_add_months(Months::new(1))?
    } else {
        month
    };
    month.with_day(u32::try_from(day).ok()?)
}

fn year_word(text: &str, today: NaiveDate) -> Option<i64> {
    let years = [
        ("去年", -1),
        ("前年", -2),
        ("今年", 0),
        ("明年", 1),
        ("last year", -1),
    ];
    years
        .iter()
        .find(|(word, _)| text.contains(word))
        .map(|(_, offset)| i64::from(today.year()) + offset)
}

/// The day of that month that lies nearest to today: 12月30日 said in January
/// is last year's.
fn nearest(month: i64, day: i64, today: NaiveDate) -> Option<NaiveDate> {
    let year = i64::from(today.year());
    let candidates = (year - 1..=year + 1).filter_map(|year| ymd(year, month, day));
    candidates.min_by_key(|date| (*date - today).num_days().abs())
}

fn century(year: i64) -> i64 {
    if (0..100).contains(&year) {
        2000 + year
    } else {
        year
    }
}

fn ymd(year: i64, month: i64, day: i64) -> Option<NaiveDate> {
    let year = i32::try_from(year)
        .ok()
        .filter(|year| (1900..=2200).contains(year))?;
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

fn shift(date: NaiveDate, days: i64) -> Option<NaiveDate> {
    let count = Days::new(days.unsigned_abs());
    if days < 0 {
        date.checked_sub_days(count)
    } else {
        date.checked_add_days(count)
    }
}
