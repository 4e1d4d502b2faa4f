//! Tests of the words: every overdue request has a next event or a reason.
#![allow(clippy::unwrap_used)]

use super::super::cases::{Log, at, limits, logs, shipped};
use super::*;
use crate::requests::event::{Class, Outcome};
use chrono::TimeDelta;
use proptest::prelude::*;

fn said(log: &Log, now: &str) -> Why {
    let (calendar, policy) = shipped();
    why(&log.0, &calendar, &policy, &limits(), at(now))
}

#[test]
fn a_request_within_its_limits_says_by_when_and_what_comes_next() {
    let log = Log::opened(Class::Normal, at("2026-03-02 10:00"));
    let why = said(&log, "2026-03-02 10:30");
    assert!(!why.overdue);
    assert_eq!(
        why.sentence.zh,
        "还在时限内：接手最晚 2026-03-03 17:30。下一步：2026-03-03 09:30 提醒经办人员。"
    );
    assert_eq!(
        why.sentence.en,
        "Within its limits: Taking it on by 2026-03-03 17:30. Next, 2026-03-03 09:30: remind the worker in charge."
    );
}

#[test]
fn an_overdue_request_names_its_next_event() {
    let mut log = Log::opened(Class::Normal, at("2026-03-02 10:00"));
    for (rung, when) in [
        ("normal_half", "2026-03-03 09:30"),
        ("normal_soon", "2026-03-03 15:06"),
    ] {
        log = log.fired(at(when), ClockName::Accept, rung, 0);
    }
    let why = said(&log, "2026-03-03 18:00");
    assert!(why.overdue);
    assert_eq!(why.next.unwrap().rung, "normal_street");
    assert_eq!(
        why.sentence.zh,
        "接手已超过时限（2026-03-03 17:30）。下一步：2026-03-04 09:00 转给副手、上报街道、告诉求助人进展。"
    );
}

#[test]
fn a_ladder_that_has_ended_says_so() {
    let mut log = Log::opened(Class::Crisis, at("2026-03-02 10:00"));
    let (calendar, policy) = shipped();
    while let Some(next) = next(&log.0, &calendar, &policy, &limits()) {
        log = log.fired(next.at, next.clock, &next.rung, 0);
    }
    let why = said(&log, "2026-03-02 12:00");
    assert!(why.overdue && why.next.is_none());
    assert!(
        why.sentence.zh.contains("各级都已通知到"),
        "{}",
        why.sentence.zh
    );
}

#[test]
fn a_paused_and_a_decided_request_say_that() {
    let log = Log::opened(Class::Normal, at("2026-03-02 10:00"))
        .contacted("2026-03-02 11:00")
        .paused("2026-03-02 11:05", "resident", "2026-03-04 10:00");
    let paused = said(&log, "2026-03-02 12:00").sentence.zh;
    assert_eq!(
        paused,
        "暂停中：等您补充材料，最晚到 2026-03-04 10:00。下一步：2026-03-04 10:00 恢复计时。"
    );
    let done = log.decided("2026-03-02 15:00", Outcome::Granted);
    assert_eq!(
        said(&done, "2027-03-02 12:00").sentence.zh,
        "已有结果。不再计时。"
    );
}

#[test]
fn a_deadline_is_explained_stretch_by_stretch() {
    let (calendar, policy) = shipped();
    let log = Log::opened(Class::Normal, at("2026-02-14 10:00"));
    let views = clocks(
        &log.0,
        &calendar,
        &policy,
        &limits(),
        at("2026-02-14 10:00"),
    );
    let lines: Vec<String> = explain(&views[0], &calendar, &policy)
        .into_iter()
        .map(|w| w.zh)
        .collect();
    assert_eq!(
        lines,
        [
            "接手：从 2026-02-14 10:00 起 1 个工作日，到 2026-02-24 17:30。",
            "2026-02-14 10:00 – 2026-02-15 00:00 当天不计",
            "2026-02-15 00:00 – 2026-02-24 00:00 放假（春节）",
            "2026-02-24 00:00 – 2026-02-24 09:00 休息",
            "2026-02-24 09:00 – 2026-02-24 12:00 计时",
            "2026-02-24 12:00 – 2026-02-24 14:00 休息",
            "2026-02-24 14:00 – 2026-02-24 17:30 计时",
        ]
    );
}

#[test]
fn an_unknown_year_is_said_in_the_explanation() {
    let (calendar, policy) = shipped();
    let log = Log::opened(Class::Normal, at("2026-12-31 10:00"));
    let views = clocks(
        &log.0,
        &calendar,
        &policy,
        &limits(),
        at("2026-12-31 10:00"),
    );
    let last = explain(&views[0], &calendar, &policy).pop().unwrap();
    assert!(last.zh.contains("2027 年的放假安排还没有公布"));
    assert!(last.en.contains("2027"));
}

proptest! {
    #[test]
    fn every_request_has_a_next_event_or_a_reason(log in logs(), later in 0_i64..60_000) {
        let (calendar, policy) = shipped();
        let now = log.0.last().unwrap().at + TimeDelta::minutes(later);
        let why = why(&log.0, &calendar, &policy, &limits(), now);
        let ended = crate::requests::status::project(&log.0).unwrap().decided_at.is_some();
        prop_assert!(!(why.overdue && ended));
        let reasons = ["各级都已通知到", "不再计时", "没有等待中的步骤"];
        let reason = reasons.iter().any(|r| why.sentence.zh.contains(r));
        prop_assert_eq!(why.next.is_none(), reason, "{}", why.sentence.zh);
        prop_assert!(why.sentence.en.len() > 10);
    }
}
