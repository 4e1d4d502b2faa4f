//! The kinds of problems, one line each: its values, and its words in Chinese and
//! English. The words follow the place, after a colon.

use chrono::NaiveDate;
use menus::Localized;
use std::fmt;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident { $($value:ident: $type:ty),* } $zh:literal, $en:literal;)*) => {
        /// What is wrong, with the values it is about.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Problem {
            $($(#[$doc])* $name { $($value: $type),* },)*
        }

        impl Problem {
            /// In both languages.
            pub fn words(&self) -> Localized {
                match self {
                    $(Self::$name { $($value),* } => Localized::new(format!($zh), format!($en)),)*
                }
            }
        }
    };
}

problems! {
    Unreadable { why: String } "读不懂：{why}", "{why}";
    CountsFromOne {} "要从 1 数起", "counts from 1";
    NotAnOffset { given: String } "“{given}”不像 +08:00", "{given:?} is not like +08:00";
    EveryYearAndYears {} "每年都一样，就不能再列出年份", "contradicts the listed years";
    NotAWeekday { given: String, known: String } "“{given}”不是星期几，可以写的是：{known}", "{given:?} is not a weekday; these are: {known}";
    NoOpenWeekday {} "一周里没有一天上班", "no weekday has an open window";
    NotAWindow { given: String } "“{given}”不是 09:00-12:00 这样的时间段", "{given:?} is not a window like 09:00-12:00";
    EndsBeforeItStarts { given: String } "{given} 结束得比开始早；过半夜的请分成两段", "{given} ends before it starts; split it at midnight";
    WindowsOutOfOrder {} "时间段没有按先后排", "the windows are not in order";
    WindowsOverlap { one: String, other: String } "{one} 和 {other} 重叠", "{one} and {other} overlap";
    NotAYear { given: String } "“{given}”不是年份", "{given:?} is not a year";
    NoDayOff {} "没有列出放假的日子；还没公布就先不要列这一年", "no day off is listed; leave the year out until its days are announced";
    FewDaysOff { days: i64 } "只列了 {days} 天放假，法定节假日有 13 天；是不是还没有列全？", "only {days} days off are listed and 13 are statutory; is the list complete?";
    Reversed { from: NaiveDate, to: NaiveDate } "{from} 到 {to} 前后颠倒", "{from} to {to} is reversed";
    TooLong { from: NaiveDate, to: NaiveDate, days: i64 } "{from} 到 {to} 长达 {days} 天", "{from} to {to} is {days} days long";
    WorkedAnyway { date: NaiveDate, weekday: String } "{date} 是 {weekday}，本来就上班", "{date} is a {weekday}, which is worked anyway";
    WorkedWithoutWindow { date: NaiveDate } "{date} 上班，但没有上班时间", "{date} is worked but has no window";
    NoName { date: NaiveDate } "{date} 没有写是什么节", "{date} has no name";
    OffAndWorked { date: NaiveDate } "{date} 又放假又上班", "{date} is both off and worked";
    DateTwice { date: NaiveDate } "{date} 列了两次", "{date} is listed twice";
    NotADate { given: String } "“{given}”不是 2026-02-14 这样的日期", "{given:?} is not a date like 2026-02-14";
    NotInYear { date: NaiveDate, year: i32 } "{date} 不在 {year} 年", "{date} is not in {year}";
    NothingOnThatDay { date: NaiveDate } "{date} 没有单独的安排", "nothing is listed for {date}";
    NoticeWithoutYear {} "看不出是哪一年的通知，请填上年份", "the notice does not say its year; enter it";
    NoticeWithoutDays {} "通知里没有找到放假的日子", "no day off was found in the notice";
    NoticeWeekday { date: NaiveDate, said: String, is: String } "{date} 是{is}，通知里写的是{said}", "{date} is {is}, the notice says {said}";
    NoticeCount { from: NaiveDate, said: i64, days: i64 } "从 {from} 起是 {days} 天，通知里写的是 {said} 天", "{days} days begin on {from}, the notice says {said}";
    NotASpan { given: String } "“{given}”不是 5m、4h、1d、4hw、10dw 这样的时长", "{given:?} is not a span like 5m, 4h, 1d, 4hw or 10dw";
    Empty {} "要比零长", "must be longer than nothing";
    UnknownWord { given: String, known: String } "没有“{given}”，可以写的是：{known}", "{given:?} is unknown; these are: {known}";
    TooFewTries {} "至少要联系两次没回音才能自动办结", "silence needs at least two call tries";
    ReasonTwice {} "列了两次", "is listed twice";
    NoLabel {} "要有中文和英文的说法", "needs a label in Chinese and in English";
    StopsNothing {} "没有停下任何时限", "stops no clock";
    CrisisPaused {} "危急的事从不暂停", "a crisis is never paused";
    CrisisWaits {} "危急的事不能等到上班", "a crisis does not wait for open hours";
    NobodyTold {} "接手时限没有任何一步，没人接也没有人知道", "has no accept clock with rungs: nobody would be told";
    CrisisLimit {} "危急的事要有自己的时限，按钟点算，不按工作时间", "a crisis has a limit of its own in plain time";
    ClassMissing { class: String } "缺少 {class} 这一级", "{class} is missing";
    ClockTwice {} "同一个时限列了两次", "the clock is listed twice";
    NeedlessOtherwise {} "已经有自己的时限，不需要再写没有时怎么办", "a limit of its own needs no `otherwise`";
    AcceptWaits {} "接手时限不能等接手以后才算", "the accept clock cannot wait for the acceptance";
    BadKey {} "代号要用 1 到 40 个 a–z、0–9 或 _", "a key is 1 to 40 of a–z, 0–9 and _";
    KeyTwice {} "代号在这份规则里用了两次", "the key is used twice in this policy";
    NotAWhen { given: String } "“{given}”不是能用的时间：百分比写 1 到 100 的整数，时长写大于零的整数（文件里写作 +10m、80%、due、due +1dw）", "{given:?} is no moment: percents go from 1 to 100, a span is a whole number (in a file: +10m, 80%, due or due +1dw)";
    DoesNothing {} "什么也不做", "does nothing";
    NoAction { given: String, known: String } "没有“{given}”这个动作，可以写的是：{known}", "{given:?} is no action; these are: {known}";
    NoTarget { action: String } "{action} 没有说给谁", "{action} does not say whom it is for";
    NoSense { given: String } "“{given}”说不通", "{given:?} does not make sense";
    OutOfOrder { earlier: String, later: String } "{later} 排在 {earlier} 后面，时间却不比它晚", "{later} stands after {earlier} but is not later";
    NoRung { key: String } "没有 {key} 这一步", "there is no rung {key}";
    NoClock {} "没有这个时限", "there is no such clock";
}

impl Problem {
    /// The same with other words for the keys of steps.
    pub(super) fn with_steps(&self, name: impl Fn(&str) -> String) -> Self {
        match self {
            Self::OutOfOrder { earlier, later } => Self::OutOfOrder {
                earlier: name(earlier),
                later: name(later),
            },
            Self::NoRung { key } => Self::NoRung { key: name(key) },
            other => other.clone(),
        }
    }
}

impl fmt::Display for Problem {
    /// English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().en)
    }
}
