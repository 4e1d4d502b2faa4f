//! Every finding about a catalogue at once, for the editor and before publishing.
//!
//! Errors stop a catalogue from being published, warnings do not. Nothing is
//! repaired here.

mod entry;
mod local;
mod matter;
mod plain;

pub use local::together;

use std::collections::{HashMap, HashSet};

use crate::catalogue::{Catalogue, Service};
use crate::localized::Localized;
use crate::menu::LABEL_LIMIT;

/// The most required questions before we speak of over-collection.
pub const MOST_REQUIRED: usize = 6;

/// The most sensitive answers that may outlast a request before we speak of it.
pub const MOST_KEPT: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Warning,
    /// Must be mended before publishing.
    Error,
}

/// One thing that is wrong or doubtful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    /// A service or category code, `pair 3`, or `catalogue`.
    pub place: String,
    /// The attribute of the service it stands beside (`name`, `limits`,
    /// `question.phone`); empty for the whole.
    pub field: String,
    pub message: Localized,
}

/// Everything found, in the order of the catalogue; empty when all is well.
pub fn check(catalogue: &Catalogue) -> Vec<Finding> {
    let mut findings = Findings::default();
    frame(catalogue, &mut findings);
    for service in catalogue.services() {
        entry::check(catalogue, service, &mut findings);
        plain::check(service, &mut findings);
        matter::check(service, &mut findings);
    }
    findings.at("aliases");
    duplicates(catalogue, &mut findings);
    plain::aliases(catalogue, &mut findings);
    plain::screens(catalogue, &mut findings);
    findings.at("");
    pairs(catalogue, &mut findings);
    local::check(catalogue, &mut findings);
    findings.list
}

#[derive(Default)]
struct Findings {
    list: Vec<Finding>,
    /// The attribute that is looked at.
    field: String,
}

impl Findings {
    /// What follows is about this attribute.
    fn at(&mut self, field: impl Into<String>) -> &mut Self {
        self.field = field.into();
        self
    }

    fn error(&mut self, place: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.add(Severity::Error, place, zh.into(), en.into());
    }

    fn warning(&mut self, place: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.add(Severity::Warning, place, zh.into(), en.into());
    }

    fn add(&mut self, severity: Severity, place: &str, zh: String, en: String) {
        let message = Localized::new(zh, en);
        self.list.push(Finding {
            severity,
            place: place.to_owned(),
            field: self.field.clone(),
            message,
        });
    }

    /// A label on a button: both languages, and short enough for every channel.
    fn label(&mut self, place: &str, label: &Localized) {
        if label.longest() > LABEL_LIMIT {
            self.error(
                place,
                format!("按钮上的字太长（“{}”），中英文都不能超过 {LABEL_LIMIT} 个字符，请加一个短名称", label.zh),
                format!("The button label is too long (\"{}\"); add a short name of at most {LABEL_LIMIT} characters in each language", label.en),
            );
        }
    }

    fn translated(&mut self, place: &str, what: (&str, &str), text: &Localized) {
        if !text.is_complete() {
            self.error(
                place,
                format!("{}缺少中文或英文", what.0),
                format!("{} lacks its Chinese or English text", what.1),
            );
        }
    }
}

fn frame(catalogue: &Catalogue, findings: &mut Findings) {
    if catalogue.category("CRI").is_none() {
        findings.error(
            "catalogue",
            "缺少紧急求助类别 CRI",
            "The emergency category CRI is missing",
        );
    }
    for (index, category) in catalogue.categories().iter().enumerate() {
        if catalogue.categories()[..index]
            .iter()
            .any(|other| other.code == category.code)
        {
            findings.error(
                &category.code,
                "类别代码重复",
                "This category code is used twice",
            );
        }
        findings.translated(
            &category.code,
            ("类别名称", "The category name"),
            &category.name,
        );
        findings.label(&category.code, category.label());
        if catalogue.services_of(&category.code).next().is_none() {
            findings.warning(
                &category.code,
                "这个类别下没有服务，不会显示",
                "The category has no services and is not shown",
            );
        }
    }
    for (index, role) in catalogue.roles().iter().enumerate() {
        if catalogue.roles()[..index]
            .iter()
            .any(|other| other.code == role.code)
        {
            findings.error(&role.code, "岗位代码重复", "This role code is used twice");
        }
        findings.translated(&role.code, ("岗位名称", "The role name"), &role.name);
    }
}

fn duplicates(catalogue: &Catalogue, findings: &mut Findings) {
    let mut codes = HashSet::new();
    let mut aliases: HashMap<&str, &Service> = HashMap::new();
    for service in catalogue.services() {
        if !codes.insert(service.code.as_str()) {
            findings.error(
                service.code.as_str(),
                "服务代码重复",
                "This service code is used twice",
            );
        }
        for alias in &service.aliases {
            let first = *aliases.entry(alias).or_insert(service);
            if !std::ptr::eq(first, service) {
                findings.warning(
                    service.code.as_str(),
                    format!("别名“{alias}”在 {} 里也有，容易分错", first.code),
                    format!(
                        "The alias \"{alias}\" also belongs to {}, which confuses the classifier",
                        first.code
                    ),
                );
            }
        }
    }
}

fn pairs(catalogue: &Catalogue, findings: &mut Findings) {
    for (index, pair) in catalogue.pairs().iter().enumerate() {
        let place = format!("pair {}", index + 1);
        findings.translated(
            &place,
            ("区分问题", "The separating question"),
            &pair.question,
        );
        if !(2..=5).contains(&pair.choices.len()) {
            findings.error(
                &place,
                "选项要有 2 到 5 个",
                "There must be two to five choices",
            );
        }
        for choice in &pair.choices {
            findings.translated(&place, ("选项", "A choice"), &choice.label);
            findings.label(&place, &choice.label);
        }
        let codes = pair
            .codes()
            .chain(pair.unanswered.iter().map(AsRef::as_ref));
        for code in codes.filter(|code| catalogue.service(code).is_none()) {
            findings.error(
                &place,
                format!("指向的服务 {code} 不存在"),
                format!("It leads to {code}, which does not exist"),
            );
        }
    }
}

#[cfg(test)]
mod tests;
