//! The promise card: who, what and by when, on one plain screen.
//!
//! Nothing is computed here: the moment comes from the clocks, the names from
//! the routing.

use crate::clock::Moment;
use crate::conversation::output::{Reply, ReplyKind};
use crate::texts;
use chrono::{Datelike, FixedOffset, Timelike};
use menus::Lang;

/// What was promised, ready to be said.
#[derive(Clone, Debug, PartialEq)]
pub struct Promised {
    /// The public reference.
    pub reference: String,
    /// The service's name; `None` where it must not be named.
    pub service: Option<String>,
    /// The worker or the desk that leads.
    pub who: String,
    pub desk_phone: Option<String>,
    /// The latest moment of what is promised.
    pub by: Moment,
    /// The span in words, such as "one working day".
    pub by_words: Option<String>,
    /// The community that gets a copy.
    pub copy: Option<String>,
    /// The yearly holidays of that time are not known yet.
    pub unknown_year: bool,
    /// The moment bounds the first contact, not the outcome.
    pub first_contact: bool,
}

/// The card said right after a request was opened.
pub fn promise_card(promised: &Promised, lang: Lang, offset: FixedOffset) -> Reply {
    let mut text = texts::text(lang, "notice.card.sent").to_owned();
    let mut line = |key: &str, values: &[(&str, &str)]| {
        text.push('\n');
        text.push_str(&texts::fill(lang, key, values));
    };
    line(
        "notice.card.reference",
        &[("reference", &promised.reference)],
    );
    match &promised.service {
        Some(service) => line("notice.card.what", &[("what", service)]),
        None => line("notice.card.private", &[]),
    }
    line("notice.card.who", &[("who", &promised.who)]);
    let by = moment_words(promised.by, offset, lang);
    let key = if promised.first_contact {
        "notice.card.contact"
    } else {
        "notice.card.outcome"
    };
    line(key, &[("by", &by)]);
    if let Some(words) = &promised.by_words {
        line("notice.card.span", &[("span", words)]);
    }
    if promised.unknown_year {
        line("notice.card.unknown_year", &[]);
    }
    if let Some(copy) = &promised.copy {
        line("notice.card.copy", &[("copy", copy)]);
    }
    if let Some(phone) = &promised.desk_phone {
        line("notice.card.phone", &[("phone", phone)]);
    }
    line("notice.card.next", &[]);
    Reply::of(ReplyKind::Card, text)
}

/// A moment in words: 「2月24日（周二）下午5点半」 or "Tue 24 Feb, 17:30".
pub fn moment_words(at: Moment, offset: FixedOffset, lang: Lang) -> String {
    let at = at.with_timezone(&offset);
    let (hour, minute) = (at.hour(), at.minute());
    match lang {
        Lang::Zh => {
            const DAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
            let day = DAYS[at.weekday().num_days_from_monday() as usize];
            let part = match hour {
                0..=5 => "凌晨",
                6..=11 => "上午",
                12 => "中午",
                13..=17 => "下午",
                _ => "晚上",
            };
            let twelve = if hour > 12 { hour - 12 } else { hour };
            let time = match minute {
                0 => format!("{twelve}点"),
                30 => format!("{twelve}点半"),
                _ => format!("{twelve}点{minute:02}分"),
            };
            format!("{}月{}日（周{day}）{part}{time}", at.month(), at.day())
        }
        Lang::En => at.format("%a %-d %b, %H:%M").to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use chrono::{TimeZone, Utc};

    fn promised() -> Promised {
        Promised {
            reference: "7K3-92P".into(),
            service: Some("助餐送餐".into()),
            who: "幸福社区协理员".into(),
            desk_phone: Some("0512-1234567".into()),
            by: Utc.with_ymd_and_hms(2026, 2, 24, 9, 30, 0).unwrap(),
            by_words: Some("1 个工作日".into()),
            copy: None,
            unknown_year: false,
            first_contact: true,
        }
    }

    #[test]
    fn the_card_says_who_what_and_by_when_on_one_screen() {
        let china = FixedOffset::east_opt(8 * 3600).unwrap();
        let card = promise_card(&promised(), Lang::Zh, china);
        for part in [
            "7K3-92P",
            "助餐送餐",
            "幸福社区协理员",
            "2月24日（周二）下午5点半",
            "0512-1234567",
        ] {
            assert!(card.text.contains(part), "{part} in {}", card.text);
        }
        assert!(
            card.text.chars().count() < 200 && !card.text.contains('{'),
            "{}",
            card.text
        );
        let card = promise_card(&promised(), Lang::En, china);
        assert!(card.text.contains("Tue 24 Feb, 17:30"), "{}", card.text);
    }

    #[test]
    fn an_unknown_year_is_said_and_a_restricted_service_is_not() {
        let china = FixedOffset::east_opt(8 * 3600).unwrap();
        let plain = promise_card(&promised(), Lang::Zh, china);
        let promised = Promised {
            unknown_year: true,
            service: None,
            ..promised()
        };
        let card = promise_card(&promised, Lang::Zh, china);
        assert!(card.text.contains("放假") && !plain.text.contains("放假"));
        assert!(!card.text.contains("助餐") && card.text.contains("办什么：您刚才说的事"));
    }

    #[test]
    fn hours_are_said_as_people_say_them() {
        let china = FixedOffset::east_opt(8 * 3600).unwrap();
        for (hour, said) in [
            (16, "凌晨0点"),
            (1, "上午9点"),
            (4, "中午12点"),
            (12, "晚上8点"),
        ] {
            let at = Utc.with_ymd_and_hms(2026, 3, 2, hour, 0, 0).unwrap();
            assert!(moment_words(at, china, Lang::Zh).ends_with(said), "{hour}");
        }
    }
}
