//! Workers: a line each, keyed by staff number.
//!
//! A number that exists already is an update. Somebody who left is marked
//! inactive, never removed: their name stays on old cases.

use super::report::{Parsed, Report};
use super::table::{self, Column, Row, column};
use super::{Existing, Fault, MOST, Source, cell};
use crate::ids::{UnitId, WorkerId};
use crate::people::Secret;
use crate::territory::{Duty, Role, Worker};
use std::collections::HashMap;

const COLUMNS: &[Column] = &[
    column("id", &["id", "code", "工号", "编号", "人员编号"], true, 32),
    column("name", &["name", "姓名"], true, 40),
    column("roles", &["roles", "role", "角色", "岗位"], true, 200),
    column("unit", &["unit", "单位", "单位代码", "所属单位"], true, 32),
    Column {
        secret: true,
        ..column(
            "phone",
            &[
                "phone",
                "mobile",
                "tel",
                "电话",
                "手机",
                "手机号",
                "联系电话",
            ],
            false,
            40,
        )
    },
    column("deputy", &["deputy", "副手", "是否副手", "ab岗"], false, 10),
    column(
        "duty",
        &["duty", "shift", "值班", "班次", "值班方式"],
        false,
        20,
    ),
    column("active", &["active", "在岗", "启用", "是否在岗"], false, 10),
    column("away_until", &["awayuntil", "请假至", "休假至"], false, 20),
    column(
        "household",
        &["household", "户号", "家庭编号", "本人户号"],
        false,
        40,
    ),
    column("capacity", &["capacity", "最多件数", "上限"], false, 6),
];

/// Reads a file of workers. Their units must exist.
pub fn parse_workers<'a>(from: impl Into<Source<'a>>, existing: &Existing) -> Parsed<Worker> {
    let mut report = Report::default();
    let mut rows: Vec<Worker> = Vec::new();
    let mut seen: HashMap<WorkerId, usize> = HashMap::new();
    table::read(
        from.into(),
        COLUMNS,
        MOST,
        &mut report,
        &mut |row, report| {
            let Some(worker) = worker(row, existing, report) else {
                return;
            };
            if let Some(&line) = seen.get(&worker.id) {
                report.error(row.at("id", Fault::Twice { line }));
                return;
            }
            seen.insert(worker.id.clone(), row.line);
            rows.push(worker);
        },
    );
    Parsed::new(rows, report)
}

fn worker(row: &Row<'_>, existing: &Existing, report: &mut Report) -> Option<Worker> {
    let before = report.error_count;
    let id = cell::code(row, "id", report);
    let name = row.need("name", report).map(str::to_owned);
    let roles = roles(row, report);
    let unit = row.need("unit", report);
    if let Some(code) = unit {
        match existing.kind(code) {
            None => report.error(row.at("unit", Fault::UnitUnknown)),
            // A role above its level serves more people; below it, nobody
            // outside that unit would find it.
            Some(kind) => {
                if let Some(role) = roles.iter().find(|role| kind > role.level()) {
                    let usual = role.level().zh();
                    report.warn(row.at("roles", Fault::RoleLevel { usual }));
                }
            }
        }
    }
    let phone = cell::telephone(row, report).map(Secret::new);
    let duty = match row.some("duty") {
        None => Some(Duty::WorkingHours),
        Some(value) => Duty::parse(value).or_else(|| {
            let allowed = "工作时间、全天、夜班".to_owned();
            report.error(row.at("duty", Fault::OneOf { allowed }));
            None
        }),
    };
    let deputy = cell::yes(row, "deputy", false, report);
    let active = cell::yes(row, "active", true, report);
    let away_until = cell::date(row, "away_until", existing, report);
    let capacity = cell::count(row, "capacity", report);
    if report.error_count > before {
        return None;
    }
    Some(Worker {
        id: WorkerId(id?),
        name: name?,
        roles,
        unit: UnitId::from(unit?),
        phone,
        deputy,
        duty: duty?,
        active,
        away_until,
        household: row.some("household").map(str::to_owned),
        capacity,
        plans: Vec::new(),
    })
}

fn roles(row: &Row<'_>, report: &mut Report) -> Vec<Role> {
    let mut roles = Vec::new();
    let Some(value) = row.need("roles", report) else {
        return roles;
    };
    for part in cell::list(value).flat_map(|part| part.split([' ', '+'])) {
        match Role::parse(part) {
            Some(role) if !roles.contains(&role) => roles.push(role),
            Some(_) => {}
            None => {
                let known: Vec<&str> = Role::ALL.iter().map(|r| r.as_str()).collect();
                let allowed = known.join(" ");
                report.error(row.at("roles", Fault::OneOf { allowed }));
                break;
            }
        }
    }
    roles
}
