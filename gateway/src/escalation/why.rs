//! Deadlines in words: why a request is where it is, what comes next, and how
//! a due moment came about.
//!
//! For people, in Chinese and English. Names no person and quotes nobody.

use super::clocks::{ClockView, Limits, clocks};
use super::plan::{Planned, next};
use super::policy::{Action, ClockName, Policy, Target};
use super::track::Track;
use crate::calendar::{Calendar, Kind, Segment};
use crate::clock::Moment;
use crate::requests::event::Entry;

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

fn words(zh: impl Into<String>, en: impl Into<String>) -> Words {
    Words {
        zh: zh.into(),
        en: en.into(),
    }
}

/// Where a request stands with its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// A clock that still runs has passed its due moment.
    pub overdue: bool,
    /// Always says either what happens next or why nothing does.
    pub sentence: Words,
    pub next: Option<Planned>,
}

/// For every request: the next event, or the reason that there is none.
pub fn why(
    entries: &[Entry],
    calendar: &Calendar,
    policy: &Policy,
    limits: &Limits,
    now: Moment,
) -> Why {
    let Some(track) = Track::of(entries) else {
        return Why {
            overdue: false,
            sentence: words("这条记录还没有开始。", "This log has no opening yet."),
            next: None,
        };
    };
    let views = clocks(entries, calendar, policy, limits, now);
    let late = views.iter().find(|v| v.is_overdue());
    let next = next(entries, calendar, policy, limits);
    let head = match late {
        Some(view) => words(
            format!(
                "{}已超过时限（{}）。",
                name(view.clock).zh,
                show(view.due.at, calendar)
            ),
            format!(
                "{} is past its limit ({}).",
                name(view.clock).en,
                show(view.due.at, calendar)
            ),
        ),
        None => state(&track, &views, policy, calendar, now),
    };
    let tail = match &next {
        Some(planned) => coming(planned, calendar, now),
        None if track.ended_at().is_some() => words("不再计时。", "No clock is running."),
        None if late.is_some() => words(
            "各级都已通知到，等经办人员处理；以后没有自动步骤。",
            "Every level has been told and has to act now; no automatic step is left.",
        ),
        None => words("没有等待中的步骤。", "No step is waiting."),
    };
    Why {
        overdue: late.is_some(),
        sentence: words(
            format!("{}{}", head.zh, tail.zh),
            format!("{} {}", head.en, tail.en),
        ),
        next,
    }
}

/// The first half of the sentence when nothing is late.
fn state(
    track: &Track,
    views: &[ClockView],
    policy: &Policy,
    calendar: &Calendar,
    now: Moment,
) -> Words {
    if track.ended_at().is_some() {
        return words("已有结果。", "There is an outcome.");
    }
    if let Some(pause) = track.pauses.last().filter(|p| p.running && now < p.to) {
        let (zh, en) = policy.pause(&pause.reason).map_or_else(
            || (pause.reason.clone(), pause.reason.clone()),
            |r| (r.zh.clone(), r.en.clone()),
        );
        let until = show(Track::pause_end(pause, calendar, policy), calendar);
        return words(
            format!("暂停中：{zh}，最晚到 {until}。"),
            format!("Paused: {en}, until {until} at the latest."),
        );
    }
    match views
        .iter()
        .filter(|v| v.stopped_at.is_none())
        .min_by_key(|v| v.due.at)
    {
        Some(view) => words(
            format!(
                "还在时限内：{}最晚 {}。",
                name(view.clock).zh,
                show(view.due.at, calendar)
            ),
            format!(
                "Within its limits: {} by {}.",
                name(view.clock).en,
                show(view.due.at, calendar)
            ),
        ),
        None => words("现在没有时限。", "No limit applies now."),
    }
}

fn coming(planned: &Planned, calendar: &Calendar, now: Moment) -> Words {
    let (zh, en): (Vec<_>, Vec<_>) = planned
        .actions
        .iter()
        .map(action)
        .map(|w| (w.zh, w.en))
        .unzip();
    let (zh, en) = (zh.join("、"), en.join(", "));
    let at = show(planned.at, calendar);
    if planned.at <= now {
        words(
            format!("本应在 {at} {zh}，马上执行。"),
            format!("Due since {at} and about to happen: {en}."),
        )
    } else {
        words(format!("下一步：{at} {zh}。"), format!("Next, {at}: {en}."))
    }
}

/// An action in words.
pub fn action(action: &Action) -> Words {
    let to = target(action.to);
    match action.name.as_str() {
        "remind" => words(format!("提醒{}", to.zh), format!("remind {}", to.en)),
        "reassign" => words(format!("转给{}", to.zh), format!("hand over to {}", to.en)),
        "tell_supervisor" => words(format!("上报{}", to.zh), format!("report to {}", to.en)),
        "tell_resident" => words("告诉求助人进展", "tell the resident"),
        "raise" => words("提高紧急程度", "raise the priority"),
        "resume" => words("恢复计时", "let the clocks run again"),
        "close" => words("自动办结", "close it"),
        "bounce" => words(
            "无人接手就交给街道",
            "give it to the street if nobody takes it",
        ),
        other => words(other, other),
    }
}

/// A target in words.
pub fn target(target: Target) -> Words {
    match target {
        Target::Lead => words("经办人员", "the worker in charge"),
        Target::Deputy => words("副手", "the deputy"),
        Target::Street => words("街道", "the street office"),
        Target::DutyDesk => words("值守岗", "the duty desk"),
        Target::DutyChief => words("值班负责人", "the duty chief"),
        Target::StreetLeader => words("街道值班领导", "the street leader on duty"),
        Target::DistrictLeader => words("区级负责人", "the district leader"),
        Target::BureauLeader => words("局领导", "the bureau leader"),
        Target::Copy => words("协办单位", "the desk with the copy"),
        Target::Resident => words("求助人", "the resident"),
    }
}

/// A clock in words.
pub fn name(clock: ClockName) -> Words {
    match clock {
        ClockName::Accept => words("接手", "Taking it on"),
        ClockName::Contact => words("首次联系", "First contact"),
        ClockName::Resolve => words("办理结果", "The outcome"),
        ClockName::House => words("自动步骤", "The automatic step"),
    }
}

/// How the due moment of a clock came about, a line per stretch of time, the
/// limit first and warnings last.
pub fn explain(view: &ClockView, calendar: &Calendar, policy: &Policy) -> Vec<Words> {
    let clock = name(view.clock);
    let (from, due) = (show(view.started_at, calendar), show(view.due.at, calendar));
    let mut lines = vec![words(
        format!("{}：从 {from} 起 {}，到 {due}。", clock.zh, view.limit.zh()),
        format!("{}: {} from {from}, due {due}.", clock.en, view.limit.en()),
    )];
    for span in &view.extended {
        lines.push(words(
            format!("已延长 {}。", span.zh()),
            format!("Extended by {}.", span.en()),
        ));
    }
    let stretches = view.due.segments.iter();
    lines.extend(stretches.map(|s| stretch(s, calendar, policy)));
    for year in &view.due.unknown_years {
        lines.push(words(
            format!("{year} 年的放假安排还没有公布，先按周一到周五计算。"),
            format!("The days off of {year} are not announced; Monday to Friday was assumed."),
        ));
    }
    if let Some(stopped) = view.stopped_at {
        let at = show(stopped, calendar);
        lines.push(words(format!("{at} 停止计时。"), format!("Stopped {at}.")));
    }
    lines
}

fn stretch(segment: &Segment, calendar: &Calendar, policy: &Policy) -> Words {
    let kind = match &segment.kind {
        Kind::Counted => words("计时", "counted"),
        Kind::StartDay => words("当天不计", "the first day is not counted"),
        Kind::Off(name) => words(format!("放假（{name}）"), format!("day off ({name})")),
        Kind::Closed => words("休息", "closed"),
        Kind::Paused(code) => match policy.pause(code) {
            Some(reason) => words(
                format!("暂停（{}）", reason.zh),
                format!("paused ({})", reason.en),
            ),
            None => words(format!("暂停（{code}）"), format!("paused ({code})")),
        },
    };
    let (from, to) = (show(segment.from, calendar), show(segment.to, calendar));
    words(
        format!("{from} – {to} {}", kind.zh),
        format!("{from} – {to} {}", kind.en),
    )
}

/// Local time as people read it.
fn show(at: Moment, calendar: &Calendar) -> String {
    calendar.local(at).format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests;
