//! Bookings: when a worker is there, apart from the plain pattern.
//!
//! A weekly pattern replaces the plain one; single duties add to it; leave and
//! swaps take away. Times are China's. Whether the people booked suffice is
//! `lint`; who of them gets a case is `routing`.

use crate::ids::WorkerId;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

/// A set of weekdays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Reads 「一三五」, 「周一至周五」, 「每天」, 「工作日」, `1-5`, `Mon-Fri`, `1 3 5`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        match text.as_str() {
            "每天" | "天天" | "daily" | "every day" => return Some(Self(0b111_1111)),
            "工作日" | "weekdays" => return Some(Self(0b1_1111)),
            "周末" | "weekend" => return Some(Self(0b110_0000)),
            _ => {}
        }
        let mut text = text
            .replace("星期", "")
            .replace(['周', '、', ',', '，', ';', ' '], "")
            .replace(['至', '到', '–', '~', '～'], "-");
        for (index, name) in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            .iter()
            .enumerate()
        {
            text = text.replace(name, &(index + 1).to_string());
        }
        let (mut days, mut before, mut range) = (Self(0), None, false);
        for c in text.chars() {
            if c == '-' {
                range = before.is_some() && !range;
                if !range {
                    return None;
                }
                continue;
            }
            let day = "一二三四五六日1234567天".chars().position(|d| d == c)?;
            let day = if day == 14 { 6 } else { day % 7 };
            let first = if range { before? } else { day };
            if first > day {
                return None;
            }
            days.0 |= (first..=day).fold(0, |set, d| set | 1 << d);
            (before, range) = (Some(day), false);
        }
        (days.0 != 0 && !range).then_some(days)
    }

    /// Whether the day of the week of a date is in it.
    pub fn holds(self, day: NaiveDate) -> bool {
        self.0 & (1 << day.weekday().num_days_from_monday()) != 0
    }

    /// Monday to Friday only.
    fn office(self) -> bool {
        self.0 & 0b110_0000 == 0
    }

    /// The digits 1 to 7 of its days, Monday first.
    pub fn digits(self) -> String {
        let days = (0..7_u8).filter(|d| self.0 & (1 << d) != 0);
        days.map(|d| char::from(b'1' + d)).collect()
    }

    /// 「周一、二」.
    pub fn zh(self) -> String {
        let names = ["一", "二", "三", "四", "五", "六", "日"];
        let days: Vec<&str> = (0..7)
            .filter(|d| self.0 & (1 << d) != 0)
            .map(|d| names[d])
            .collect();
        format!("周{}", days.join("、"))
    }

    /// `Mon, Tue`.
    pub fn en(self) -> String {
        let days = (0..7_u8).filter(|d| self.0 & (1 << d) != 0);
        let names = days.filter_map(|d| Weekday::try_from(d).ok());
        let names: Vec<String> = names.map(|d| d.to_string()).collect();
        names.join(", ")
    }
}

/// Hours of a day in minutes since midnight; an end that is not after the
/// beginning is on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hours {
    pub from: u16,
    pub to: u16,
}

impl Hours {
    /// Reads two clock times such as `9:00` and `24:00`.
    pub fn parse(from: &str, to: &str) -> Option<Self> {
        let minutes = |text: &str| {
            let text = text.trim().replace('：', ":");
            let (hour, minute) = text.split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (minute < 60 && (hour < 24 || (hour == 24 && minute == 0)))
                .then_some(hour * 60 + minute)
        };
        let (from, to) = (minutes(from)?, minutes(to)? % 1440);
        (from < 1440).then_some(Self { from, to })
    }

    /// Begin and end of the hours that begin on `day`.
    pub fn on(self, day: NaiveDate) -> (NaiveDateTime, NaiveDateTime) {
        let midnight = day.and_time(NaiveTime::MIN);
        let past = if self.to <= self.from { 1440 } else { 0 };
        let at = |minutes: u16, more: i64| midnight + TimeDelta::minutes(i64::from(minutes) + more);
        (at(self.from, 0), at(self.to, past))
    }

    /// Minutes from begin to end.
    pub fn length(self) -> u16 {
        let past = if self.to <= self.from { 1440 } else { 0 };
        self.to + past - self.from
    }

    /// Whether they go past midnight.
    pub fn overnight(self) -> bool {
        self.to <= self.from && self.to != 0
    }

    fn covers(self, day: NaiveDate, at: NaiveDateTime) -> bool {
        let (from, to) = self.on(day);
        from <= at && at < to
    }
}

impl std::fmt::Display for Hours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let to = if self.to == 0 { 1440 } else { self.to };
        let clock = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
        write!(f, "{}–{}", clock(self.from), clock(to))
    }
}

/// What is booked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Plan {
    /// Every week, from `first` to `last` if given.
    Weekly {
        days: Weekdays,
        hours: Hours,
        /// Only while the working calendar is open: holidays are free.
        office: bool,
        first: Option<NaiveDate>,
        last: Option<NaiveDate>,
    },
    /// Once.
    Duty { day: NaiveDate, hours: Hours },
    /// Away on these days, both included; the substitute stands in.
    Leave {
        first: NaiveDate,
        last: NaiveDate,
        substitute: Option<WorkerId>,
    },
    /// The duties that begin on `day` are taken by somebody else.
    Swap { day: NaiveDate, with: WorkerId },
}

impl Plan {
    /// The office default of weekly hours: Monday to Friday by day follows the
    /// working calendar, nights and weekends do not.
    pub fn follows_calendar(days: Weekdays, hours: Hours) -> bool {
        days.office() && !hours.overnight()
    }

    /// The stored name of its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Weekly { .. } => "weekly",
            Self::Duty { .. } => "duty",
            Self::Leave { .. } => "leave",
            Self::Swap { .. } => "swap",
        }
    }

    /// Who stands in, for leave and swaps.
    pub fn stand_in(&self) -> Option<&WorkerId> {
        match self {
            Self::Leave { substitute, .. } => substitute.as_ref(),
            Self::Swap { with, .. } => Some(with),
            Self::Weekly { .. } | Self::Duty { .. } => None,
        }
    }

    /// Away on that day.
    pub(super) fn away(&self, on: NaiveDate) -> bool {
        matches!(self, Self::Leave { first, last, .. } if (*first..=*last).contains(&on))
    }

    /// The hours that begin on a day by this plan alone.
    pub fn hours_on(&self, on: NaiveDate) -> Option<Hours> {
        match self {
            Self::Weekly {
                days,
                hours,
                first,
                last,
                ..
            } => {
                let valid = first.is_none_or(|f| f <= on) && last.is_none_or(|l| on <= l);
                (days.holds(on) && valid).then_some(*hours)
            }
            Self::Duty { day, hours } => (*day == on).then_some(*hours),
            Self::Leave { .. } | Self::Swap { .. } => None,
        }
    }
}

/// Somebody's booking.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Booking {
    pub worker: WorkerId,
    pub plan: Plan,
}

/// Whether plans cover a local moment; `None` when they hold no weekly
/// pattern and no single duty at that moment, so that the plain one counts.
pub(super) fn covers(plans: &[Plan], at: NaiveDateTime, open: bool) -> Option<bool> {
    let today = at.date();
    let days = [Some(today), today.pred_opt()];
    let swapped = |on: NaiveDate| {
        plans
            .iter()
            .any(|p| matches!(p, Plan::Swap { day, .. } if *day == on))
    };
    let there = days.into_iter().flatten().any(|day| {
        !swapped(day)
            && plans.iter().any(|plan| {
                let free = matches!(plan, Plan::Weekly { office: true, .. }) && !open;
                !free && plan.hours_on(day).is_some_and(|h| h.covers(day, at))
            })
    });
    let weekly = plans.iter().any(|p| matches!(p, Plan::Weekly { .. }));
    if there {
        Some(true)
    } else if weekly || swapped(today) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    #[test]
    fn weekdays_are_read_as_people_write_them() {
        for (text, digits) in [
            ("一三五", "135"),
            ("周一至周五", "12345"),
            ("周一、周三", "13"),
            ("星期六、星期日", "67"),
            ("周天", "7"),
            ("1-5", "12345"),
            ("Mon-Fri", "12345"),
            ("1 3 5", "135"),
            ("1-3,6", "1236"),
            ("每天", "1234567"),
            ("工作日", "12345"),
        ] {
            let days = Weekdays::parse(text).map(Weekdays::digits);
            assert_eq!(days.as_deref(), Some(digits), "{text}");
        }
        for text in ["", "八", "5-1", "-", "1-", "1--3", "x"] {
            assert_eq!(Weekdays::parse(text), None, "{text}");
        }
    }

    #[test]
    fn hours_may_go_past_midnight() {
        let night = Hours::parse("22:00", "7:00").unwrap();
        assert_eq!((night.length(), night.overnight()), (540, true));
        assert!(night.covers(day("2026-03-02"), at("2026-03-03 06:59")));
        assert!(!night.covers(day("2026-03-02"), at("2026-03-03 07:00")));
        let evening = Hours::parse("18：00", "24:00").unwrap();
        assert_eq!((evening.length(), evening.overnight()), (360, false));
        assert_eq!(evening.to_string(), "18:00–24:00");
        for (from, to) in [
            ("25:00", "1:00"),
            ("9", "10"),
            ("24:00", "9:00"),
            ("9:60", "10:00"),
        ] {
            assert_eq!(Hours::parse(from, to), None);
        }
    }

    #[test]
    fn a_swap_takes_the_duties_that_begin_that_day_and_no_others() {
        let nights = Plan::Weekly {
            days: Weekdays::parse("每天").unwrap(),
            hours: Hours::parse("22:00", "07:00").unwrap(),
            office: false,
            first: None,
            last: None,
        };
        let swap = Plan::Swap {
            day: day("2026-03-03"),
            with: "w2".into(),
        };
        let plans = [nights, swap];
        assert_eq!(covers(&plans, at("2026-03-03 05:00"), false), Some(true));
        assert_eq!(covers(&plans, at("2026-03-03 23:00"), false), Some(false));
        assert_eq!(covers(&plans, at("2026-03-04 05:00"), false), Some(false));
        assert_eq!(covers(&plans, at("2026-03-04 23:00"), false), Some(true));
        assert_eq!(covers(&[], at("2026-03-04 23:00"), false), None);
    }
}
