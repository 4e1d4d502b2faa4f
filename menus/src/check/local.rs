//! Findings about what places have otherwise: each service is looked at as it is
//! there, and what is not wrong everywhere is named with the place.
//!
//! Each entry is looked at by itself; what several of them come to in one place is
//! looked at by whoever knows which units are around it.

use super::{Finding, Findings, entry, plain};
use crate::catalogue::{Catalogue, Service, ServiceCode};

pub(super) fn check(catalogue: &Catalogue, findings: &mut Findings) {
    for one in catalogue.overrides() {
        let known = of(catalogue, &one.service);
        let found = of(&catalogue.at(&[&one.unit]), &one.service);
        let new = found.into_iter().filter(|finding| !known.contains(finding));
        findings
            .list
            .extend(new.map(|finding| named(finding, &one.unit)));
    }
}

/// What is wrong in a place, given as the units around it from wide to narrow,
/// only because several of them have the same service otherwise.
pub fn together(catalogue: &Catalogue, around: &[&str]) -> Vec<Finding> {
    let here = catalogue.overriding(around);
    let Some((narrowest, wider)) = here.split_last() else {
        return Vec::new();
    };
    let otherwise = |unit: &str, service: &Service| {
        let mut all = catalogue.overrides().iter();
        all.any(|one| one.unit == unit && one.service == service.code)
    };
    let mut all = catalogue.services().iter();
    let twice = |service: &&Service| {
        otherwise(narrowest, service) && wider.iter().any(|unit| otherwise(unit, service))
    };
    // Most places have no service otherwise twice, and a copy is not made for them.
    if !all.any(|service| twice(&service)) {
        return Vec::new();
    }
    let there = catalogue.at(&here);
    let alone: Vec<Catalogue> = here.iter().map(|unit| catalogue.at(&[unit])).collect();
    let mut findings = Vec::new();
    for service in catalogue.services().iter().filter(twice) {
        let known = alone.iter().chain([catalogue]);
        let known: Vec<Finding> = known.flat_map(|c| of(c, &service.code)).collect();
        let found = of(&there, &service.code).into_iter();
        let new = found.filter(|finding| !known.contains(finding));
        findings.extend(new.map(|finding| named(finding, narrowest)));
    }
    findings
}

/// What is found about one service.
fn of(catalogue: &Catalogue, code: &ServiceCode) -> Vec<Finding> {
    let mut findings = Findings::default();
    if let Some(service) = catalogue.service(code) {
        entry::check(catalogue, service, &mut findings);
        plain::check(service, &mut findings);
    }
    findings.list
}

fn named(mut finding: Finding, unit: &str) -> Finding {
    finding.message.zh = format!("{unit}：{}", finding.message.zh).into();
    finding.message.en = format!("{unit}: {}", finding.message.en).into();
    finding.field = format!("override.{unit}");
    finding
}
