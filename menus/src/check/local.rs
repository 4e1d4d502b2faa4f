//! Findings about what places have otherwise: each service is looked at as it is
//! there, and what is not wrong everywhere is named with the place.

use super::{Findings, entry, plain};
use crate::catalogue::Catalogue;

pub(super) fn check(catalogue: &Catalogue, findings: &mut Findings) {
    for one in catalogue.overrides() {
        let field = format!("override.{}", one.unit);
        let here = catalogue.at(&[&one.unit]);
        let both = (catalogue.service(&one.service), here.service(&one.service));
        let (Some(base), Some(there)) = both else {
            continue;
        };
        let mut found = Findings::default();
        let mut known = Findings::default();
        for (of, service, into) in [(&here, there, &mut found), (catalogue, base, &mut known)] {
            entry::check(of, service, into);
            plain::check(service, into);
        }
        for mut finding in found.list {
            if known.list.contains(&finding) {
                continue;
            }
            finding.message.zh = format!("{}：{}", one.unit, finding.message.zh).into();
            finding.message.en = format!("{}: {}", one.unit, finding.message.en).into();
            finding.field.clone_from(&field);
            findings.list.push(finding);
        }
    }
}
