//! Spans of time as the catalogue writes them, and the milestones they bound.
//!
//! Knows no calendar: what "3 working days" means on a date is the gateway's
//! business.

use thiserror::Error;

use crate::localized::{Lang, Localized};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Minutes,
    Hours,
    Days,
    Months,
}

/// A span such as 30 working days or 5 minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    pub amount: u32,
    pub unit: Unit,
    /// Counted in working time only.
    pub working: bool,
}

/// Why a duration was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("'{0}' is not a duration such as P3D, PT30M, P2W or P12M (one unit, a whole number)")]
pub struct SpanError(pub String);

impl Span {
    pub const fn minutes(amount: u32) -> Self {
        Self {
            amount,
            unit: Unit::Minutes,
            working: false,
        }
    }

    pub const fn hours(amount: u32) -> Self {
        Self {
            amount,
            unit: Unit::Hours,
            working: false,
        }
    }

    pub const fn days(amount: u32) -> Self {
        Self {
            amount,
            unit: Unit::Days,
            working: false,
        }
    }

    pub const fn working_days(amount: u32) -> Self {
        Self {
            amount,
            unit: Unit::Days,
            working: true,
        }
    }

    /// Reads an ISO 8601 duration of one unit; weeks become days. Years,
    /// seconds, fractions and combinations are refused.
    pub fn parse(duration: &str, working: bool) -> Result<Self, SpanError> {
        let refused = || SpanError(duration.chars().take(40).collect());
        let rest = duration.strip_prefix('P').ok_or_else(refused)?;
        let (rest, clock) = rest
            .strip_prefix('T')
            .map_or((rest, false), |rest| (rest, true));
        let unit = rest.chars().next_back().ok_or_else(refused)?;
        let digits = &rest[..rest.len() - unit.len_utf8()];
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        let amount: u32 = digits.parse().map_err(|_| refused())?;
        let (amount, unit) = match (unit, clock) {
            ('M', true) => (amount, Unit::Minutes),
            ('H', true) => (amount, Unit::Hours),
            ('D', false) => (amount, Unit::Days),
            ('W', false) => (amount.checked_mul(7).ok_or_else(refused)?, Unit::Days),
            ('M', false) => (amount, Unit::Months),
            _ => return Err(refused()),
        };
        Ok(Self {
            amount,
            unit,
            working,
        })
    }

    /// The ISO 8601 form; `working` is told apart.
    pub fn iso(self) -> String {
        match self.unit {
            Unit::Minutes => format!("PT{}M", self.amount),
            Unit::Hours => format!("PT{}H", self.amount),
            Unit::Days => format!("P{}D", self.amount),
            Unit::Months => format!("P{}M", self.amount),
        }
    }

    /// In words, such as `3 个工作日` or `3 working days`.
    pub fn describe(self, lang: Lang) -> String {
        let Self {
            amount,
            unit,
            working,
        } = self;
        if lang == Lang::Zh {
            return match (unit, working) {
                (Unit::Minutes, false) => format!("{amount} 分钟"),
                (Unit::Minutes, true) => format!("{amount} 分钟（工作时间）"),
                (Unit::Hours, false) => format!("{amount} 小时"),
                (Unit::Hours, true) => format!("{amount} 个工作小时"),
                (Unit::Days, false) => format!("{amount} 天"),
                (Unit::Days, true) => format!("{amount} 个工作日"),
                (Unit::Months, _) => format!("{amount} 个月"),
            };
        }
        let unit = match unit {
            Unit::Minutes => "minute",
            Unit::Hours => "hour",
            Unit::Days => "day",
            Unit::Months => "month",
        };
        let working = if working { "working " } else { "" };
        let plural = if amount == 1 { "" } else { "s" };
        format!("{amount} {working}{unit}{plural}")
    }

    /// For ordering spans only: working time is stretched to ordinary time
    /// (eight hours a day, five days a week), a month is thirty days.
    pub fn rough_minutes(self) -> u64 {
        let minutes = match self.unit {
            Unit::Minutes => 1,
            Unit::Hours => 60,
            Unit::Days => 24 * 60,
            Unit::Months => 30 * 24 * 60,
        } * u64::from(self.amount);
        match (self.working, self.unit) {
            (false, _) | (true, Unit::Months) => minutes,
            (true, Unit::Days) => minutes * 7 / 5,
            (true, Unit::Minutes | Unit::Hours) => minutes * 3 * 7 / 5,
        }
    }
}

/// What a milestone is to the resident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A person has spoken to the resident.
    Contact,
    /// The matter, or a step of it that the resident waits for, is done.
    Outcome,
    /// Neither: follow-up, notice, validity, recurrence, special extension.
    Aside,
}

/// A known milestone and its name for people.
#[derive(Debug)]
pub struct Milestone {
    pub key: &'static str,
    pub name: Localized,
    pub stage: Stage,
}

/// The milestone with a key, if known.
pub fn milestone(key: &str) -> Option<&'static Milestone> {
    MILESTONES.iter().find(|milestone| milestone.key == key)
}

const fn row(key: &'static str, zh: &'static str, en: &'static str, stage: Stage) -> Milestone {
    Milestone {
        key,
        name: Localized::fixed(zh, en),
        stage,
    }
}

use Stage::{Aside, Contact, Outcome};

/// Every milestone the shipped catalogue uses.
#[rustfmt::skip]
pub static MILESTONES: &[Milestone] = &[
    row("first_contact", "第一次联系您", "first contact", Contact),
    row("human_ack", "有人接手", "a person takes over", Contact),
    row("call_back", "回电", "call back", Outcome),
    row("reply", "答复", "reply", Outcome),
    row("human_reply", "人工答复", "reply by a person", Outcome),
    row("ack", "回复收到", "receipt confirmed", Outcome),
    row("accept", "受理", "acceptance", Outcome),
    row("accept_or_fix_materials", "受理或一次说清要补什么", "acceptance, or one list of what is missing", Outcome),
    row("arranged", "安排好", "arranged", Outcome),
    row("done", "办好", "done", Outcome),
    row("review_done", "审核完成", "review done", Outcome),
    row("review_confirm", "审核确认", "review and confirmation", Outcome),
    row("review_confirm_special", "情况特殊时的审核确认", "review and confirmation in special cases", Aside),
    row("ordinary_review", "一般审核", "ordinary review", Outcome),
    row("town_review", "镇街审核", "town review", Outcome),
    row("town_check", "镇街查验", "town check", Outcome),
    row("county_confirm", "区县确认", "county confirmation", Outcome),
    row("county_decision", "区县决定", "county decision", Outcome),
    row("decision", "作出决定", "decision", Outcome),
    row("assignment", "指派律师", "a lawyer is assigned", Outcome),
    row("certificate", "发证", "certificate issued", Outcome),
    row("assessment", "评估", "assessment", Outcome),
    row("home_assessment", "上门评估", "assessment at home", Outcome),
    row("site_visit", "到现场", "visit on site", Outcome),
    row("first_visit", "第一次上门", "first visit", Outcome),
    row("visit", "上门", "visit", Outcome),
    row("session", "第一次谈心", "first session", Outcome),
    row("first_offer", "第一次推荐", "first offer", Outcome),
    row("referral", "转介", "referral", Outcome),
    row("placement", "安置好", "placement", Outcome),
    row("mediation", "调解", "mediation", Outcome),
    row("inspection_close", "查处结案", "inspection closed", Outcome),
    row("forward", "转办", "forwarded", Outcome),
    row("forward_to_hukou", "转到户籍地", "forwarded to the place of registration", Outcome),
    row("police_report", "报警", "reported to the police", Outcome),
    row("grid_broadcast", "通知附近网格员", "nearby grid workers told", Outcome),
    row("door_check", "上门敲门查看", "someone checks at the door", Outcome),
    row("food_delivered", "送到吃的", "food delivered", Outcome),
    row("basic_needs_met", "吃住有着落", "food and shelter secured", Outcome),
    row("damage_check", "核查损失", "damage checked", Outcome),
    row("first_aid_decision", "先行救助决定", "decision on first aid", Outcome),
    row("urgent_first_aid", "紧急先行救助", "urgent first aid", Outcome),
    row("quick_aid_done", "小额快救办好", "quick aid done", Outcome),
    row("quick_small_aid", "小额快救", "quick small aid", Outcome),
    row("protection_order_decision", "人身安全保护令裁定", "protection order decided", Outcome),
    row("protection_order_urgent", "紧急人身安全保护令裁定", "urgent protection order decided", Outcome),
    row("urgent_paperwork_after", "紧急救助后补手续", "papers after urgent aid", Aside),
    row("public_notice", "公示", "public notice", Aside),
    row("refusal_notice", "不予批准的书面告知", "refusal in writing", Aside),
    row("notify", "告知结果", "result told", Aside),
    row("followup_contact", "回访", "follow-up", Aside),
    row("second_followup", "第二次回访", "second follow-up", Aside),
    row("recognition_valid", "认定有效期", "recognition valid for", Aside),
    row("max_stay", "最长在站时间", "longest stay", Aside),
    row("visit_interval", "探访间隔", "between visits", Aside),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_of_one_unit_are_read() {
        assert_eq!(Span::parse("P30D", true), Ok(Span::working_days(30)));
        assert_eq!(Span::parse("PT72H", false), Ok(Span::hours(72)));
        assert_eq!(Span::parse("PT0M", false), Ok(Span::minutes(0)));
        assert_eq!(Span::parse("P2W", false), Ok(Span::days(14)));
        assert_eq!(Span::parse("P12M", false).unwrap().unit, Unit::Months);
    }

    #[test]
    fn other_durations_are_refused_with_an_example() {
        for bad in [
            "",
            "P",
            "PT",
            "P1Y",
            "P1DT2H",
            "P1.5D",
            "P-1D",
            "PD",
            "3D",
            "P99999999999D",
            "P1日",
            "P9W9W",
        ] {
            let error = Span::parse(bad, false).unwrap_err();
            assert!(error.to_string().contains("P3D"), "{bad}");
        }
    }

    #[test]
    fn spans_are_said_in_words() {
        assert_eq!(Span::working_days(30).describe(Lang::Zh), "30 个工作日");
        assert_eq!(Span::working_days(1).describe(Lang::En), "1 working day");
        assert_eq!(Span::minutes(5).describe(Lang::En), "5 minutes");
    }

    #[test]
    fn milestone_keys_are_unique_and_named_in_both_languages() {
        for (index, milestone) in MILESTONES.iter().enumerate() {
            assert!(milestone.name.is_complete());
            assert!(
                MILESTONES[..index].iter().all(|m| m.key != milestone.key),
                "{}",
                milestone.key
            );
        }
    }

    proptest! {
        #[test]
        fn any_span_survives_its_text(amount in any::<u32>(), unit in 0..4_usize, working in any::<bool>()) {
            let unit = [Unit::Minutes, Unit::Hours, Unit::Days, Unit::Months][unit];
            let span = Span { amount, unit, working };
            prop_assert_eq!(Span::parse(&span.iso(), working), Ok(span));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,12}") {
            let _ = Span::parse(&text, true);
        }
    }
}
