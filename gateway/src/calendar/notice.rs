//! Next year's days off as the State Council announces them, read from the text
//! of the notice, or from plain dates a line each.
//!
//! "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。"
//! "2027-01-01 2027-01-03 元旦" and "2027-01-04 元旦 班"
//!
//! A notice says some things twice: weekdays and numbers of days are compared
//! with the dates, and a difference is a finding. Whether the days fit the rest
//! of a calendar is not looked at here.

use crate::finding::{Finding, Findings, Problem, one};
use chrono::{Datelike, NaiveDate};

/// What a notice announces for a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) year: i32,
    /// Where it was published; for people.
    pub(super) source: String,
    /// First and last day off, and the holiday.
    pub(super) off: Vec<(NaiveDate, NaiveDate, String)>,
    /// Make-up working days.
    pub(super) work: Vec<(NaiveDate, String)>,
}

const WEEKDAYS: [char; 7] = ['一', '二', '三', '四', '五', '六', '日'];
/// Words after a plain date that make it a working day.
const WORKED: [&str; 5] = ["上班", "补班", "班", "workday", "work"];
/// Words after a plain date that say nothing more.
const SAID: [&str; 7] = ["放假", "调休", "休", "off", "至", "–", "-"];

/// Reads a notice. `year` if somebody entered it; otherwise the text names it.
pub(super) fn read(text: &str, year: Option<i32>, source: &str) -> Result<Notice, Vec<Finding>> {
    let Some(year) = year.or_else(|| named_year(text)) else {
        return Err(one("notice", Problem::NoticeWithoutYear {}));
    };
    let mut reader = Reader {
        notice: Notice {
            year,
            source: source.trim().to_owned(),
            off: Vec::new(),
            work: Vec::new(),
        },
        findings: Findings::default(),
    };
    for line in text.lines() {
        if line
            .trim()
            .get(..10)
            .is_some_and(|d| d.parse::<NaiveDate>().is_ok())
        {
            reader.plain(line.trim());
        } else if let Some((name, rest)) = line.split_once(['：', ':']) {
            reader.sentence(holiday(name), rest);
        }
    }
    if reader.notice.off.is_empty() {
        let nothing = Problem::NoticeWithoutDays {};
        reader.findings.add("notice", nothing);
    }
    reader.findings.verdict(reader.notice)
}

/// The year of "关于2027年部分节假日安排的通知", or of the first plain date.
fn named_year(text: &str) -> Option<i32> {
    let after = |word: &str| text.split_once(word).map(|(_, rest)| rest.trim_start());
    let title = [after("关于"), after("现将")].into_iter().flatten();
    let dates = text.lines().map(str::trim_start);
    let plain = dates.filter(|l| l.get(..10).is_some_and(|d| d.parse::<NaiveDate>().is_ok()));
    let years = title
        .chain(plain)
        .filter_map(|rest| rest.get(..4)?.parse().ok());
    years.into_iter().find(|year| (1990..=2200).contains(year))
}

/// "一、元旦" is 元旦.
fn holiday(name: &str) -> &str {
    let name = name.trim();
    match name.split_once(['、', '.', '．']) {
        Some((number, rest))
            if number
                .chars()
                .all(|c| "一二三四五六七八九十0123456789".contains(c)) =>
        {
            rest.trim()
        }
        _ => name,
    }
}

struct Reader {
    notice: Notice,
    findings: Findings,
}

/// What stands in a sentence of a notice.
enum Word {
    Date(NaiveDate),
    To,
    Off,
    Work,
    Days(i64),
}

impl Reader {
    /// `2027-01-01 2027-01-03 元旦`, `2027-01-04 元旦 班`.
    fn plain(&mut self, line: &str) {
        let parts = line.split(|c: char| c.is_whitespace() || "，,、".contains(c));
        let mut dates = Vec::new();
        let (mut name, mut worked) = (String::new(), false);
        for part in parts.filter(|part| !part.is_empty()) {
            if let Ok(date) = part.parse::<NaiveDate>() {
                dates.push(date);
            } else if WORKED.contains(&part) {
                worked = true;
            } else if !SAID.contains(&part) {
                name.push_str(part);
            }
        }
        let (Some(from), Some(to)) = (dates.first(), dates.last()) else {
            return;
        };
        if worked {
            let days = dates.iter().map(|date| (*date, name.clone()));
            self.notice.work.extend(days);
        } else {
            self.notice.off.push((*from, *to, name));
        }
    }

    /// What comes after the name of a holiday.
    fn sentence(&mut self, name: &str, text: &str) {
        let (mut dates, mut range): (Vec<NaiveDate>, bool) = (Vec::new(), false);
        for word in self.words(text) {
            match word {
                Word::Date(date) => dates.push(date),
                Word::To => range = true,
                Word::Off => {
                    let ends = (dates.first().copied(), dates.last().copied());
                    if let (true, (Some(from), Some(to))) = (range, ends) {
                        self.notice.off.push((from, to, name.to_owned()));
                    } else {
                        let days = dates.iter().map(|d| (*d, *d, name.to_owned()));
                        self.notice.off.extend(days);
                    }
                    (dates, range) = (Vec::new(), false);
                }
                Word::Work => {
                    let days = dates.drain(..).map(|d| (d, format!("{name}调休")));
                    self.notice.work.extend(days);
                }
                Word::Days(said) => self.counted(said),
            }
        }
    }

    /// "共3天": the days off just read.
    fn counted(&mut self, said: i64) {
        let Some((from, to, _)) = self.notice.off.last() else {
            return;
        };
        let (from, days) = (*from, (*to - *from).num_days() + 1);
        if days != said {
            let differs = Problem::NoticeCount { from, said, days };
            self.findings.add("notice", differs);
        }
    }

    fn words(&mut self, text: &str) -> Vec<Word> {
        let text: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (mut words, mut at) = (Vec::new(), 0);
        let (mut year, mut month) = (self.notice.year, 0);
        let follows = |at: usize, word: &str| text[at..].iter().copied().take(2).eq(word.chars());
        while at < text.len() {
            let digits = text[at..].iter().take_while(|c| c.is_ascii_digit()).count();
            let number: String = text[at..at + digits].iter().collect();
            let number: Option<u32> = number.parse().ok().filter(|_| digits > 0);
            at += digits.max(1);
            match (number, text.get(at)) {
                (Some(n), Some('年')) => year = i32::try_from(n).unwrap_or(year),
                (Some(n), Some('月')) => month = n,
                (Some(n), Some('日')) => {
                    if let Some(date) = NaiveDate::from_ymd_opt(year, month, n) {
                        self.weekday(date, &text[at + 1..]);
                        words.push(Word::Date(date));
                    } else {
                        let given = format!("{year}-{month}-{n}");
                        self.findings.add("notice", Problem::NotADate { given });
                    }
                }
                (Some(n), Some('天')) => words.push(Word::Days(i64::from(n))),
                (None, _) if text[at - 1] == '至' => words.push(Word::To),
                (None, _) if follows(at - 1, "放假") => words.push(Word::Off),
                (None, _) if follows(at - 1, "上班") => words.push(Word::Work),
                _ => {}
            }
        }
        words
    }

    /// "（周四）", "（农历除夕、周六）" or "（星期四）" right behind a date.
    fn weekday(&mut self, date: NaiveDate, behind: &[char]) {
        if !behind.first().is_some_and(|c| "（(".contains(*c)) {
            return;
        }
        let inside: Vec<char> = behind[1..]
            .iter()
            .copied()
            .take_while(|c| !"）)".contains(*c))
            .collect();
        let named = inside.windows(2).filter(|two| "周期".contains(two[0]));
        let mut said = named.filter_map(|two| {
            let day = if two[1] == '天' { '日' } else { two[1] };
            WEEKDAYS.iter().position(|known| *known == day)
        });
        let (said, is) = (
            said.next_back(),
            date.weekday().num_days_from_monday() as usize,
        );
        if let Some(said) = said.filter(|said| *said != is) {
            let day = |at: usize| format!("周{}", WEEKDAYS[at]);
            let (said, is) = (day(said), day(is));
            self.findings
                .add("notice", Problem::NoticeWeekday { date, said, is });
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::calendar::edit::{Edit, apply};
    use crate::calendar::{BUILTIN, Calendar};
    use proptest::prelude::*;

    /// Wording and dates of the notice for 2026.
    const NOTICE: &str = "国务院办公厅关于2026年部分节假日安排的通知\n\
        经国务院批准，现将2026年元旦、春节、清明节放假调休日期的具体安排通知如下。\n\
        一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。\n\
        二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。\n\
        三、清明节：4月4日（周六）至6日（周一）放假，共3天。\n\
        四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。\n\
        五、端午节：6月19日（周五）至21日（周日）放假，共3天。\n\
        六、中秋节：9月25日（周五）至27日（周日）放假，共3天。\n\
        七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。\n";

    #[test]
    fn the_notice_of_2026_gives_the_shipped_days() {
        let notice = read(NOTICE, None, "").unwrap();
        assert_eq!(
            (notice.year, notice.off.len(), notice.work.len()),
            (2026, 7, 6)
        );
        let announce = Edit::Announce {
            text: NOTICE.into(),
            year: None,
            source: String::new(),
        };
        let ours = apply(BUILTIN, &[announce]).unwrap();
        let (ours, shipped) = (Calendar::from_text(&ours).unwrap(), Calendar::builtin());
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        for date in first.iter_days().take(365) {
            assert_eq!(ours.day(date).working, shipped.day(date).working, "{date}");
        }
    }

    #[test]
    fn a_notice_that_contradicts_itself_is_told_where() {
        let why = |from: &str, to: &str| {
            let found = read(&NOTICE.replacen(from, to, 1), None, "").unwrap_err();
            found[0].to_string()
        };
        assert!(why("1月4日（周日）", "1月4日（周六）").contains("2026-01-04 is 周日"));
        assert!(why("共9天", "共8天").contains("9 days begin on 2026-02-15, the notice says 8"));
        assert!(why("2月28日", "2月30日").contains("2026-2-30"));
        assert!(read("元旦：1月1日放假", None, "").is_err());
        assert!(read("关于2027年部分节假日安排的通知", None, "").is_err());
    }

    #[test]
    fn plain_dates_and_a_new_year_that_begins_early_are_read() {
        let plain = "2027-01-01 2027-01-03 元旦\n2027-01-04 元旦 班\n2027-05-01 劳动节 休";
        let notice = read(plain, None, "").unwrap();
        assert_eq!(
            (notice.year, notice.off.len(), notice.work.len()),
            (2027, 2, 1)
        );
        assert_eq!(notice.work[0].1, "元旦");
        let early = read(
            "一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。",
            Some(2023),
            "",
        )
        .unwrap();
        assert_eq!((early.off[0].1 - early.off[0].0).num_days(), 2);
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in "[一二：、至日月年天周（）放假上班0-9 \n共]{0,60}") {
            let _ = read(&text, Some(2027), "");
        }
    }
}
