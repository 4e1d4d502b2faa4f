//! Units: a line each, then the tree they make.
//!
//! A code that exists already is an update; nothing is ever removed by an
//! import, units end by their last valid day.

use super::report::{LineError, Parsed, Report};
use super::table::{self, Column, Row, column};
use super::{Existing, Fault, Known, MOST, Source, cell};
use crate::ids::UnitId;
use crate::territory::unit::{CODE_MAX, OUTSIDE};
use crate::territory::{Area, NotAnArea, Unit, UnitKind};
use std::collections::{HashMap, HashSet};

const COLUMNS: &[Column] = &[
    column(
        "code",
        &["code", "代码", "编码", "单位代码", "区划代码"],
        true,
        CODE_MAX,
    ),
    column(
        "kind",
        &["kind", "type", "level", "类型", "级别", "层级"],
        true,
        20,
    ),
    column("name", &["name", "名称", "单位名称"], true, 60),
    column(
        "parent",
        &["parent", "上级", "上级代码", "所属"],
        true,
        CODE_MAX,
    ),
    column(
        "aliases",
        &["aliases", "alias", "别名", "俗名", "小区", "小区道路"],
        false,
        4000,
    ),
    column("phone", &["phone", "tel", "电话", "联系电话"], false, 40),
    column("hours", &["hours", "办公时间", "服务时间"], false, 100),
    column(
        "valid_from",
        &["validfrom", "启用日期", "生效日期"],
        false,
        20,
    ),
    column("valid_to", &["validto", "停用日期", "失效日期"], false, 20),
    column(
        "successor",
        &["successor", "接替", "接替单位", "并入"],
        false,
        CODE_MAX,
    ),
    column(
        "area",
        &["area", "polygon", "wkt", "边界", "范围"],
        false,
        200_000,
    ),
];

struct Line {
    unit: Unit,
    number: usize,
}

/// What the file calls the columns that refer to other lines.
#[derive(Default)]
struct Names {
    parent: String,
    successor: String,
}

/// Reads a file of units. See the module for what is checked.
pub fn parse_units<'a>(from: impl Into<Source<'a>>, existing: &Existing) -> Parsed<Unit> {
    let mut report = Report::default();
    let mut lines: Vec<Line> = Vec::new();
    let mut names = Names::default();
    let mut seen: HashMap<UnitId, usize> = HashMap::new();
    table::read(
        from.into(),
        COLUMNS,
        MOST,
        &mut report,
        &mut |row, report| {
            let Some(unit) = unit(row, existing, report) else {
                return;
            };
            if let Some(&line) = seen.get(&unit.code) {
                report.error(row.at("code", Fault::Twice { line }));
                return;
            }
            if lines.is_empty() {
                row.name_of("parent").clone_into(&mut names.parent);
                row.name_of("successor").clone_into(&mut names.successor);
            }
            seen.insert(unit.code.clone(), row.line);
            lines.push(Line {
                number: row.line,
                unit,
            });
        },
    );
    check_tree(&lines, &names, existing, &mut report);
    Parsed::new(lines.into_iter().map(|line| line.unit).collect(), report)
}

fn unit(row: &Row<'_>, existing: &Existing, report: &mut Report) -> Option<Unit> {
    let before = report.error_count;
    let code = cell::code(row, "code", report);
    if code
        .as_deref()
        .is_some_and(|c| c.eq_ignore_ascii_case(OUTSIDE))
    {
        report.error(row.at("code", Fault::Reserved));
    }
    let kind = row.need("kind", report).and_then(|value| {
        let kind = UnitKind::parse(value);
        if kind.is_none() {
            let allowed = UnitKind::ALL.map(UnitKind::zh).join("、");
            report.error(row.at("kind", Fault::OneOf { allowed }));
        }
        kind
    });
    let name = row.need("name", report).map(str::to_owned);
    let aliases: Vec<String> = cell::list(row.get("aliases")).map(str::to_owned).collect();
    if aliases.iter().any(|alias| alias.chars().count() < 2) {
        report.warn(row.at("aliases", Fault::ShortAlias));
    }
    if aliases.iter().any(|alias| alias.chars().count() > 60) {
        report.error(row.at("aliases", Fault::TooLong { max: 60 }));
    }
    let phone = cell::office_telephone(row, report);
    let valid_from = cell::date(row, "valid_from", existing, report);
    let valid_to = cell::date(row, "valid_to", existing, report);
    if valid_from.zip(valid_to).is_some_and(|(from, to)| to < from) {
        report.error(row.at("valid_to", Fault::DateOrder));
    }
    let area = area(row, report);
    if report.error_count > before {
        return None;
    }
    Some(Unit {
        code: UnitId(code?),
        kind: kind?,
        name: name?,
        parent: row.some("parent").map(UnitId::from),
        aliases,
        phone,
        hours: row.some("hours").map(str::to_owned),
        valid_from,
        valid_to,
        successor: row.some("successor").map(UnitId::from),
        area,
    })
}

/// The outline, `None` when empty or wrong.
fn area(row: &Row<'_>, report: &mut Report) -> Option<Area> {
    let found = Area::parse(row.some("area")?);
    match found {
        Ok(area) => Some(area),
        Err(why) => {
            let fault = match why {
                NotAnArea::Form => Fault::AreaForm,
                NotAnArea::Elsewhere => Fault::AreaElsewhere,
            };
            report.error(row.at("area", fault));
            None
        }
    }
}

/// What only shows when all lines are known.
fn check_tree(lines: &[Line], names: &Names, existing: &Existing, report: &mut Report) {
    // What the territory will be once the file is applied. Lines that failed
    // are missing here; naming a parent that is only misspelt elsewhere is
    // still better than staying silent.
    let mut all = existing.units.clone();
    all.extend(
        lines
            .iter()
            .map(|line| (line.unit.code.clone(), Known::of(&line.unit))),
    );
    let in_cycle = check_cycles(lines, names, &all, report);
    for line in lines {
        let unit = &line.unit;
        if !in_cycle.contains(&unit.code)
            && let Some(fault) = parent_fault(unit, &all)
        {
            report.error(line.parent(names, fault));
        }
        if let Some(successor) = &unit.successor {
            if !all.contains_key(successor) {
                report.error(line.successor(names, Fault::SuccessorUnknown));
            } else if circles(&unit.code, &all, |known| known.successor.as_ref()) {
                report.error(line.successor(names, Fault::SuccessorCycle));
            }
        }
    }
}

fn parent_fault(unit: &Unit, all: &HashMap<UnitId, Known>) -> Option<Fault> {
    let Some(parent) = &unit.parent else {
        return (unit.kind > UnitKind::District).then_some(Fault::ParentMissing);
    };
    let Some(parent) = all.get(parent) else {
        return Some(Fault::ParentUnknown);
    };
    if unit.kind == UnitKind::Grid && parent.kind != UnitKind::Community {
        return Some(Fault::GridParent);
    }
    (parent.kind >= unit.kind).then_some(Fault::ParentNotWider {
        kind: unit.kind.zh(),
        parent: parent.kind.zh(),
    })
}

/// Names every circle once, at its first line, and returns who is in one.
fn check_cycles(
    lines: &[Line],
    names: &Names,
    all: &HashMap<UnitId, Known>,
    report: &mut Report,
) -> HashSet<UnitId> {
    let mut in_cycle: HashSet<UnitId> = HashSet::new();
    let mut settled: HashSet<UnitId> = HashSet::new();
    let mut by_line: Vec<&Line> = lines.iter().collect();
    by_line.sort_by_key(|line| line.number);
    for line in by_line {
        let mut walk: Vec<&UnitId> = Vec::new();
        let mut here: HashSet<&UnitId> = HashSet::new();
        let mut next = Some(&line.unit.code);
        while let Some(code) = next {
            if settled.contains(code) {
                break;
            }
            if !here.insert(code) {
                let start = walk.iter().position(|c| *c == code).unwrap_or(0);
                let mut path: Vec<&str> = walk[start..].iter().map(|c| c.as_str()).collect();
                in_cycle.extend(walk[start..].iter().map(|c| (*c).clone()));
                path.truncate(8);
                path.push(code.as_str());
                let path = path.join(" → ");
                report.error(line.parent(names, Fault::Cycle { path }));
                break;
            }
            walk.push(code);
            next = all.get(code).and_then(|known| known.parent.as_ref());
        }
        settled.extend(walk.into_iter().cloned());
    }
    in_cycle
}

/// Whether following `next` from a code comes back to it.
fn circles<'a>(
    code: &'a UnitId,
    all: &'a HashMap<UnitId, Known>,
    next: impl Fn(&'a Known) -> Option<&'a UnitId>,
) -> bool {
    let mut seen: HashSet<&UnitId> = HashSet::new();
    let mut at = all.get(code).and_then(&next);
    while let Some(here) = at {
        if here == code {
            return true;
        }
        if !seen.insert(here) {
            return false;
        }
        at = all.get(here).and_then(&next);
    }
    false
}

impl Line {
    fn parent(&self, names: &Names, reason: Fault) -> LineError {
        self.error(&names.parent, self.unit.parent.as_ref(), reason)
    }

    fn successor(&self, names: &Names, reason: Fault) -> LineError {
        self.error(&names.successor, self.unit.successor.as_ref(), reason)
    }

    fn error(&self, column: &str, value: Option<&UnitId>, reason: Fault) -> LineError {
        LineError {
            line: self.number,
            column: Some(column.to_owned()),
            value_hint: value.map(|code| cell::shortened(code.as_str())),
            reason,
        }
    }
}
