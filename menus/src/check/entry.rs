//! Findings about one service: its texts, questions, deadline and route.

use std::collections::HashSet;

use super::{Findings, MOST_KEPT, MOST_REQUIRED};
use crate::catalogue::{Catalogue, Place, Service, Urgency, first_contact, milestone};
use crate::question::{Keep, Question};

pub(super) fn check(catalogue: &Catalogue, service: &Service, findings: &mut Findings) {
    findings.at("");
    texts(service, findings);
    ownership(catalogue, service, findings);
    questions(service, findings);
}

fn texts(service: &Service, findings: &mut Findings) {
    let place = service.code.as_str();
    let well_formed = place.split_once('-').is_some_and(|(category, rest)| {
        let capitals = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        // A moved service keeps its code, so the first part may name another category.
        capitals(category) && capitals(rest)
    });
    if !well_formed {
        findings.error(
            place,
            "代码要写成“类别-名称”，只用大写字母和数字",
            "The code must be CATEGORY-NAME in capitals and digits",
        );
    }
    findings.at("name");
    findings.translated(place, ("服务名称", "The service name"), &service.name);
    if let Some(short) = &service.short {
        findings.translated(place, ("短名称", "The short name"), short);
    }
    findings.label(place, service.label());
    findings.at("aliases");
    if service.aliases.iter().all(|alias| alias.trim().is_empty()) {
        findings.error(
            place,
            "没有别名，居民打字时找不到它",
            "There are no aliases, so typed words cannot find it",
        );
    }
    findings.at("examples");
    if service.examples.len() < 3 {
        findings.warning(
            place,
            "例句不足 3 条，不容易听懂",
            "Fewer than three example sentences; it will be hard to recognise",
        );
    }
}

fn ownership(catalogue: &Catalogue, service: &Service, findings: &mut Findings) {
    let place = service.code.as_str();
    findings.at("category");
    if catalogue.category(&service.category).is_none() {
        findings.error(
            place,
            format!("类别 {} 不存在", service.category),
            format!("The category {} does not exist", service.category),
        );
    }
    findings.at("role");
    if service.role.trim().is_empty() {
        findings.error(place, "没有负责岗位", "No role is responsible");
    } else if catalogue.role(&service.role).is_none() {
        findings.error(
            place,
            format!("岗位 {} 不存在", service.role),
            format!("The role {} does not exist", service.role),
        );
    }
    findings.at("limits");
    match first_contact(service) {
        None => findings.error(place, "没有办理时限", "There is no deadline"),
        Some(span)
            if service.urgency == Urgency::Crisis
                && (span.working || span.rough_minutes() > 60) =>
        {
            findings.error(
                place,
                "紧急服务必须一小时内有人接手，节假日也一样",
                "A crisis needs a person within an hour, on holidays too",
            );
        }
        Some(_) => {}
    }
    for limit in service
        .limits
        .iter()
        .filter(|limit| milestone(&limit.milestone).is_none())
    {
        findings.warning(
            place,
            format!("不认识的环节 {}，按办结时限处理", limit.milestone),
            format!(
                "The milestone {} is not known and counts as an outcome",
                limit.milestone
            ),
        );
    }
    route(service, findings);
}

fn route(service: &Service, findings: &mut Findings) {
    let place = service.code.as_str();
    findings.at("route.lead");
    // Services behind the always-visible buttons may be answered by the product itself.
    if service.route.lead == Place::None && service.category != "SVC" {
        findings.error(place, "没有说明由哪里主办", "The route names no lead");
    }
    findings.at("route.copy");
    if service.route.copy == Some(service.route.lead) {
        findings.warning(
            place,
            "主办和协办是同一处",
            "Lead and copy are the same place",
        );
    }
    findings.at("restricted");
    if service.restricted && service.route.lead != Place::District {
        findings.error(
            place,
            "受限服务只能由区县主办",
            "A restricted service must be led by the district",
        );
    }
    if service.restricted && service.route.copy.is_some() {
        findings.error(
            place,
            "受限服务不能抄送",
            "A restricted service must not be copied to anyone",
        );
    }
    if service.restricted && service.public_notice {
        findings.error(
            place,
            "受限服务不能公示",
            "A restricted service must not be posted publicly",
        );
    }
}

fn questions(service: &Service, findings: &mut Findings) {
    let place = service.code.as_str();
    findings.at("fields");
    let required = service.fields.iter().filter(|field| field.required).count();
    if service.urgency == Urgency::Crisis && required > 0 {
        findings.error(
            place,
            "紧急服务不能有必答题",
            "A crisis service must not require an answer",
        );
    }
    if required > MOST_REQUIRED {
        findings.warning(
            place,
            format!("必答题有 {required} 个，超过 {MOST_REQUIRED} 个，请只留第一次联系要用的"),
            format!("{required} required questions, more than {MOST_REQUIRED}: keep what the first contact needs"),
        );
    }
    let lasting = |field: &&Question| field.sensitive && field.keep != Some(Keep::Closing);
    let lasting = service.fields.iter().filter(lasting).count();
    if lasting > MOST_KEPT {
        findings.warning(
            place,
            format!("办结以后还留着 {lasting} 项敏感信息，超过 {MOST_KEPT} 项，请只留作决定要用的"),
            format!("{lasting} sensitive answers outlast the request, more than {MOST_KEPT}: keep what the decision needs"),
        );
    }
    let mut keys = HashSet::new();
    for field in &service.fields {
        if !keys.insert(field.key.as_str()) {
            findings.error(
                place,
                format!("问题 {} 重复", field.key),
                format!("The question {} appears twice", field.key),
            );
        }
        question(field, place, findings);
    }
}

fn question(field: &Question, place: &str, findings: &mut Findings) {
    let key = &field.key;
    findings.at(format!("question.{key}"));
    let named = (format!("问题 {key} "), format!("The question {key}"));
    findings.translated(place, (&named.0, &named.1), &field.label);
    for text in field
        .ask
        .iter()
        .chain(&field.purpose)
        .chain(field.options.iter().map(|option| &option.label))
    {
        findings.translated(place, (&named.0, &named.1), text);
    }
    if field.sensitive && field.purpose.is_none() {
        findings.error(
            place,
            format!("问题 {key} 是敏感信息，要说明用途"),
            format!("The question {key} is sensitive and must say its purpose"),
        );
    }
    kept(field, place, findings);
    if field.kind.has_options() {
        options(field, place, findings);
    } else if !field.options.is_empty() {
        findings.warning(
            place,
            format!("问题 {key} 不是选择题，选项用不上"),
            format!("The question {key} has options that its kind does not use"),
        );
    }
}

/// What is kept has to be for something, and somebody has to say for how long.
fn kept(field: &Question, place: &str, findings: &mut Findings) {
    let key = &field.key;
    if field.sensitive && field.keep.is_none() {
        findings.warning(
            place,
            format!("问题 {key} 是敏感信息，要说明保存多久"),
            format!("The question {key} is sensitive and should say how long it is kept"),
        );
    }
    if field.keep == Some(Keep::Request) && field.purpose.is_none() {
        findings.warning(
            place,
            format!("问题 {key} 办结以后还留着，却没说做什么用；不用留就改成办结就删"),
            format!(
                "The question {key} is kept after closing but says no purpose; let it be deleted instead"
            ),
        );
    }
}

fn options(field: &Question, place: &str, findings: &mut Findings) {
    let key = &field.key;
    if field.options.len() < 2 {
        findings.error(
            place,
            format!("选择题 {key} 没有选项"),
            format!("The question {key} has no options to choose from"),
        );
    }
    if field.options.len() > 5 {
        findings.warning(
            place,
            format!("选择题 {key} 的选项超过 5 个"),
            format!("The question {key} has more than five options"),
        );
    }
    let mut seen = HashSet::new();
    for option in &field.options {
        findings.label(place, &option.label);
        if !seen.insert(option.key.as_str()) {
            findings.error(
                place,
                format!("问题 {key} 的选项 {} 重复", option.key),
                format!("The question {key} has the option {} twice", option.key),
            );
        }
    }
}
