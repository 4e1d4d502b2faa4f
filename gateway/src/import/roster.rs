//! The roster: weekly hours, single duties, leave and swaps, a line each.
//!
//! A file replaces everything earlier files said of the workers it names; what
//! was booked at the desk stays. Whether enough people are left is not asked
//! here: see `territory::lint`.

use super::report::{Parsed, Report};
use super::table::{self, Column, Row, column};
use super::{Existing, Fault, MOST, Source, cell};
use crate::ids::WorkerId;
use crate::territory::{Booking, Hours, Plan, Weekdays};
use std::collections::HashMap;

const COLUMNS: &[Column] = &[
    column("worker", &["worker", "id", "工号", "人员编号"], true, 32),
    column("kind", &["kind", "type", "类型"], true, 20),
    column("days", &["days", "weekdays", "星期"], false, 40),
    column("from", &["date", "from", "日期", "开始日期"], false, 20),
    column("to", &["until", "to", "结束日期", "至"], false, 20),
    column("start", &["start", "开始时间", "上班"], false, 10),
    column("end", &["end", "结束时间", "下班"], false, 10),
    column(
        "substitute",
        &["substitute", "with", "替班", "替班人", "代班"],
        false,
        32,
    ),
    column("holidays", &["holidays", "节假日"], false, 10),
];

/// Reads a file of the roster. The workers must exist.
pub fn parse_roster<'a>(from: impl Into<Source<'a>>, existing: &Existing) -> Parsed<Booking> {
    let mut report = Report::default();
    let mut rows: Vec<Booking> = Vec::new();
    let mut seen: HashMap<Booking, usize> = HashMap::new();
    table::read(
        from.into(),
        COLUMNS,
        MOST,
        &mut report,
        &mut |row, report| {
            let Some(booking) = booking(row, existing, report) else {
                return;
            };
            if let Some(&line) = seen.get(&booking) {
                report.error(row.at("worker", Fault::Twice { line }));
                return;
            }
            seen.insert(booking.clone(), row.line);
            rows.push(booking);
        },
    );
    Parsed::new(rows, report)
}

fn booking(row: &Row<'_>, existing: &Existing, report: &mut Report) -> Option<Booking> {
    let before = report.error_count;
    let id = somebody(row, "worker", existing, report);
    if id.is_none() && row.some("worker").is_none() {
        report.error(row.at("worker", Fault::Missing));
    }
    let plan = match row.need("kind", report)?.to_lowercase().as_str() {
        "weekly" | "每周" | "周班" => weekly(row, existing, report),
        "duty" | "值班" | "夜班" | "加班" => duty(row, existing, report),
        "leave" | "请假" | "休假" => leave(row, existing, report),
        "swap" | "换班" | "调班" => swap(row, existing, report),
        _ => {
            let allowed = "每周、值班、请假、换班".to_owned();
            report.error(row.at("kind", Fault::OneOf { allowed }));
            None
        }
    };
    let (worker, plan) = (id?, plan?);
    if plan.stand_in() == Some(&worker) {
        report.error(row.at("substitute", Fault::SubstituteSelf));
    }
    (report.error_count == before).then_some(Booking { worker, plan })
}

fn weekly(row: &Row<'_>, existing: &Existing, report: &mut Report) -> Option<Plan> {
    unused(row, &["substitute"], "每周", report);
    let days = row.need("days", report).and_then(|text| {
        let days = Weekdays::parse(text);
        if days.is_none() {
            report.error(row.at("days", Fault::WeekdayForm));
        }
        days
    });
    let hours = hours(row, report);
    let first = cell::date(row, "from", existing, report);
    let last = cell::date(row, "to", existing, report);
    if first.zip(last).is_some_and(|(first, last)| last < first) {
        report.error(row.at("to", Fault::DateOrder));
    }
    let (days, hours) = (days?, hours?);
    let office = match row.get("holidays") {
        "" => Plan::follows_calendar(days, hours),
        "休" | "休息" | "off" => true,
        "照常" | "上班" | "on" => false,
        _ => {
            let allowed = "休息、照常".to_owned();
            report.error(row.at("holidays", Fault::OneOf { allowed }));
            false
        }
    };
    Some(Plan::Weekly {
        days,
        hours,
        office,
        first,
        last,
    })
}

fn duty(row: &Row<'_>, existing: &Existing, report: &mut Report) -> Option<Plan> {
    unused(
        row,
        &["days", "to", "substitute", "holidays"],
        "值班",
        report,
    );
    row.need("from", report)?;
    let day = cell::date(row, "from", existing, report);
    let hours = hours(row, report);
    Some(Plan::Duty {
        day: day?,
        hours: hours?,
    })
}

fn leave(row: &Row<'_>, existing: &Existing, report: &mut Report) -> Option<Plan> {
    unused(row, &["days", "start", "end", "holidays"], "请假", report);
    row.need("from", report)?;
    let first = cell::date(row, "from", existing, report);
    let last = match row.some("to") {
        Some(_) => cell::date(row, "to", existing, report),
        None => first,
    };
    let substitute = somebody(row, "substitute", existing, report);
    let (first, last) = (first?, last?);
    if last < first {
        report.error(row.at("to", Fault::DateOrder));
    }
    Some(Plan::Leave {
        first,
        last,
        substitute,
    })
}

fn swap(row: &Row<'_>, existing: &Existing, report: &mut Report) -> Option<Plan> {
    unused(
        row,
        &["days", "to", "start", "end", "holidays"],
        "换班",
        report,
    );
    row.need("from", report)?;
    let day = cell::date(row, "from", existing, report);
    row.need("substitute", report)?;
    let with = somebody(row, "substitute", existing, report);
    Some(Plan::Swap {
        day: day?,
        with: with?,
    })
}

fn hours(row: &Row<'_>, report: &mut Report) -> Option<Hours> {
    let (from, to) = (row.need("start", report), row.need("end", report));
    let hours = Hours::parse(from?, to?);
    if hours.is_none() {
        report.error(row.at("start", Fault::HoursForm));
    }
    hours
}

/// A worker who is known; `None` when empty or unknown.
fn somebody(
    row: &Row<'_>,
    key: &str,
    existing: &Existing,
    report: &mut Report,
) -> Option<WorkerId> {
    let id = WorkerId::from(row.some(key)?);
    if existing.knows(&id) {
        return Some(id);
    }
    report.error(row.at(key, Fault::WorkerUnknown));
    None
}

/// Columns that mean nothing for this kind: a value there is a mistake.
fn unused(row: &Row<'_>, keys: &[&str], kind: &'static str, report: &mut Report) {
    for key in keys.iter().filter(|key| row.some(key).is_some()) {
        report.error(row.at(key, Fault::NotHere { kind }));
    }
}
