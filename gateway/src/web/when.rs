//! Moments and spans in words, in the city's local time.
//!
//! Knows nothing of working time; deadlines come ready.

use super::Lang;
use super::page::Page;
use super::words::{self, Words};
use crate::clock::Moment;
use crate::desk::view::Chip;
use chrono::{Datelike, TimeDelta, Timelike};

/// A span as its largest unit: "3 天", "2 小时", "15 分钟". The script does the
/// same sum when it keeps chips fresh.
pub(super) fn span(w: &Words, span: TimeDelta) -> String {
    let minutes = span.num_minutes().abs();
    let put = |pattern: &str, n: i64| pattern.replace("{}", &n.to_string());
    match minutes {
        0 => w.under_a_minute.to_owned(),
        1..60 => put(w.minutes, minutes),
        60..2880 => put(w.hours, minutes / 60),
        _ => put(w.days, minutes / 1440),
    }
}

/// "还剩 2 小时" or "已超时 3 小时".
pub(super) fn until(w: &Words, due: Moment, now: Moment) -> String {
    let pattern = if due >= now { w.left } else { w.late };
    pattern.replace("{}", &span(w, due - now))
}

/// A moment for people: the time alone today, else with the day.
pub(super) fn at(page: &Page, at: Moment) -> String {
    let (local, now) = (
        at.with_timezone(&page.offset),
        page.now.with_timezone(&page.offset),
    );
    let time = clock_time(page, at);
    if local.date_naive() == now.date_naive() {
        return time;
    }
    format!("{} {time}", date(page, at))
}

/// "14:05".
pub(super) fn clock_time(page: &Page, at: Moment) -> String {
    let local = at.with_timezone(&page.offset);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// "11月21日" or "21 Nov"; with the year when it is another one.
pub(super) fn date(page: &Page, at: Moment) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let local = at.with_timezone(&page.offset);
    let (year, month, day) = (local.year(), local.month(), local.day());
    let other_year = year != page.now.with_timezone(&page.offset).year();
    match (page.lang, other_year) {
        (Lang::Zh, false) => format!("{month}月{day}日"),
        (Lang::Zh, true) => format!("{year}年{month}月{day}日"),
        (Lang::En, false) => format!("{day} {}", MONTHS[local.month0() as usize]),
        (Lang::En, true) => format!("{day} {} {year}", MONTHS[local.month0() as usize]),
    }
}

/// The day of the week.
pub(super) fn weekday(page: &Page, at: Moment) -> &'static str {
    let local = at.with_timezone(&page.offset);
    words::weekday(page.lang, local.weekday().num_days_from_monday() as usize)
}

/// Whole seconds in the form of `datetime` attributes.
pub(super) fn stamp(at: Moment) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A clock's chip, ready to draw.
pub(super) struct ChipView {
    pub(super) clock: String,
    pub(super) words: String,
    /// "late", "soon", "paused" or "calm"; the words say it too.
    pub(super) tone: &'static str,
    pub(super) paused: bool,
    pub(super) stamp: String,
    pub(super) millis: i64,
    /// The due moment in full.
    pub(super) at: String,
}

impl ChipView {
    pub(super) fn new(page: &Page, chip: &Chip) -> Self {
        let left = chip.due - page.now;
        let tone = match () {
            () if chip.paused => "paused",
            () if chip.late || left < TimeDelta::zero() => "late",
            () if left < TimeDelta::hours(2) => "soon",
            () => "calm",
        };
        Self {
            clock: words::clock(page.lang, chip.clock).to_owned(),
            words: if chip.paused {
                page.w.paused.to_owned()
            } else {
                until(page.w, chip.due, page.now)
            },
            tone,
            paused: chip.paused,
            stamp: stamp(chip.due),
            millis: chip.due.timestamp_millis(),
            at: at(page, chip.due),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    #[test]
    fn a_chip_says_how_long_in_the_largest_unit() {
        let zh = words(Lang::Zh);
        let now = Moment::from_timestamp(1_800_000_000, 0).unwrap_or_default();
        for (minutes, want) in [
            (0, "还剩 不到 1 分钟"),
            (15, "还剩 15 分钟"),
            (119, "还剩 1 小时"),
            (120, "还剩 2 小时"),
            (2879, "还剩 47 小时"),
            (2880, "还剩 2 天"),
            (-180, "已超时 3 小时"),
        ] {
            assert_eq!(until(zh, now + TimeDelta::minutes(minutes), now), want);
        }
        let en = until(words(Lang::En), now - TimeDelta::hours(3), now);
        assert_eq!(en, "3 h overdue");
    }
}
