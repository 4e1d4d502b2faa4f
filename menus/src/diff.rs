//! What changed between two catalogues, in words a clerk reads before publishing.
//!
//! Says what, not why; the order is categories, removed, added and changed
//! services, separating questions. Texts are quoted, never shortened silently.

use crate::catalogue::{ATTRIBUTES, Attribute, Catalogue, Override, Service, Shown};
use crate::localized::{Lang, Localized};
use crate::question::{Question, Range};

/// One change in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The code of the service or category it is about, or `pairs`.
    pub place: String,
    pub text: Localized,
}

/// Every difference; empty when both say the same. The version numbers are not
/// compared. `place` gives the name of a place with something otherwise.
pub fn diff(before: &Catalogue, after: &Catalogue, place: impl Fn(&str) -> String) -> Vec<Change> {
    let mut changes = Changes::default();
    frame(before, after, &mut changes);
    services(before, after, &mut changes);
    pairs(before, after, &mut changes);
    overrides(before, after, &place, &mut changes);
    changes.0
}

#[derive(Default)]
struct Changes(Vec<Change>);

impl Changes {
    fn add(&mut self, place: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.0.push(Change {
            place: place.to_owned(),
            text: Localized::new(zh, en),
        });
    }
}

fn frame(before: &Catalogue, after: &Catalogue, changes: &mut Changes) {
    for old in before
        .categories()
        .iter()
        .filter(|old| after.category(&old.code).is_none())
    {
        changes.add(
            &old.code,
            format!("删除类别“{}”", old.name.zh),
            format!("Category \"{}\" removed", old.name.en),
        );
    }
    for new in after.categories() {
        let Some(old) = before.category(&new.code) else {
            changes.add(
                &new.code,
                format!("新增类别“{}”", new.name.zh),
                format!("Category \"{}\" added", new.name.en),
            );
            continue;
        };
        if old != new {
            changes.add(
                &new.code,
                format!(
                    "类别“{}”改为“{}”{}",
                    old.label().zh,
                    new.label().zh,
                    shown_zh(new.in_menu)
                ),
                format!(
                    "Category \"{}\" is now \"{}\"{}",
                    old.label().en,
                    new.label().en,
                    shown_en(new.in_menu)
                ),
            );
        }
    }
    let kept = |from: &Catalogue, other: &Catalogue| -> Vec<String> {
        from.categories()
            .iter()
            .filter(|category| other.category(&category.code).is_some())
            .map(|c| c.code.clone())
            .collect()
    };
    if kept(before, after) != kept(after, before) {
        changes.add(
            "categories",
            "类别的顺序变了",
            "The order of the categories changed",
        );
    }
    roles(before, after, changes);
}

fn roles(before: &Catalogue, after: &Catalogue, changes: &mut Changes) {
    let gone = before.roles().iter();
    for old in gone.filter(|old| after.role(&old.code).is_none()) {
        changes.add(
            &old.code,
            format!("删除岗位“{}”", old.name.zh),
            format!("Role \"{}\" removed", old.name.en),
        );
    }
    for new in after.roles() {
        match before.role(&new.code) {
            Some(old) if old.name == new.name => {}
            Some(old) => changes.add(
                &new.code,
                format!("岗位“{}”改为“{}”", old.name.zh, new.name.zh),
                format!("Role \"{}\" is now \"{}\"", old.name.en, new.name.en),
            ),
            None => changes.add(
                &new.code,
                format!("新增岗位“{}”", new.name.zh),
                format!("Role \"{}\" added", new.name.en),
            ),
        }
    }
}

fn shown_zh(in_menu: bool) -> &'static str {
    if in_menu { "" } else { "，不在菜单显示" }
}

fn shown_en(in_menu: bool) -> &'static str {
    if in_menu {
        ""
    } else {
        ", not shown in the menu"
    }
}

fn services(before: &Catalogue, after: &Catalogue, changes: &mut Changes) {
    for old in before
        .services()
        .iter()
        .filter(|old| after.service(&old.code).is_none())
    {
        changes.add(
            old.code.as_str(),
            format!("删除服务“{}”", old.name.zh),
            format!("Service \"{}\" removed", old.name.en),
        );
    }
    for new in after.services() {
        match before.service(&new.code) {
            None => changes.add(
                new.code.as_str(),
                format!("新增服务“{}”", new.name.zh),
                format!("Service \"{}\" added", new.name.en),
            ),
            Some(old) if old != new => service((old, before), (new, after), changes),
            Some(_) => {}
        }
    }
    for category in after.categories() {
        // Only services that are in the category on both sides can change places.
        let kept = |from: &Catalogue, other: &Catalogue| -> Vec<String> {
            let both = |service: &&Service| {
                other
                    .service(&service.code)
                    .is_some_and(|there| there.category == category.code)
            };
            from.services_of(&category.code)
                .filter(both)
                .map(|service| service.code.to_string())
                .collect()
        };
        if kept(before, after) != kept(after, before) {
            changes.add(
                &category.code,
                format!("“{}”里服务的顺序变了", category.name.zh),
                format!("The order of services in \"{}\" changed", category.name.en),
            );
        }
    }
}

fn service(
    (old, before): (&Service, &Catalogue),
    (new, after): (&Service, &Catalogue),
    changes: &mut Changes,
) {
    let found = changes.0.len();
    for attribute in ATTRIBUTES {
        let words = |lang: Lang| {
            let now = attribute.said(new, after, lang);
            (attribute.said(old, before, lang), now)
        };
        let (zh, en) = (words(Lang::Zh), words(Lang::En));
        if zh.0 == zh.1 && en.0 == en.1 {
            continue;
        }
        let list = matches!(
            attribute.shown,
            Shown::Lines | Shown::Limits | Shown::Questions
        );
        let text = |(old, new): (String, String), lang| {
            if list {
                lines(attribute, &old, &new, lang)
            } else {
                line(attribute, &old, &new, lang)
            }
        };
        changes.add(
            new.code.as_str(),
            format!("“{}”的{}", new.label().zh, text(zh, Lang::Zh)),
            format!("\"{}\": {}", new.label().en, text(en, Lang::En)),
        );
    }
    reworded(old, new, changes);
    if changes.0.len() == found {
        changes.add(
            new.code.as_str(),
            format!("“{}”有改动", new.label().zh),
            format!("\"{}\" changed", new.label().en),
        );
    }
}

/// What differs in a question besides its line: wording, purpose, options.
fn reworded(old: &Service, new: &Service, changes: &mut Changes) {
    for field in &new.fields {
        let Some(before) = old.field(&field.key).filter(|before| *before != field) else {
            continue;
        };
        let mut add = |what: (&str, &str), before: &Localized, after: &Localized| {
            if before == after {
                return;
            }
            let (zh, en) = (
                turned(&before.zh, &after.zh, Lang::Zh),
                turned(&before.en, &after.en, Lang::En),
            );
            changes.add(
                new.code.as_str(),
                format!(
                    "“{}”的问题“{}”：{}{zh}",
                    new.label().zh,
                    field.label.zh,
                    what.0
                ),
                format!(
                    "\"{}\", question \"{}\": {}{en}",
                    new.label().en,
                    field.label.en,
                    what.1
                ),
            );
        };
        let asked = |question: &Question| question.ask.clone().unwrap_or_default();
        let purpose = |question: &Question| question.purpose.clone().unwrap_or_default();
        add(("问法", "wording"), &asked(before), &asked(field));
        add(("用途", "purpose"), &purpose(before), &purpose(field));
        add(("选项", "options"), &options(before), &options(field));
        add(("范围", "range"), &range(before), &range(field));
    }
}

/// From one text to another; an empty one is none.
fn turned(before: &str, after: &str, lang: Lang) -> String {
    match (lang, before.is_empty(), after.is_empty()) {
        (Lang::Zh, true, _) => format!("定为“{after}”"),
        (Lang::Zh, _, true) => format!("“{before}”去掉了"),
        (Lang::Zh, ..) => format!("由“{before}”改为“{after}”"),
        (Lang::En, true, _) => format!(" is now \"{after}\""),
        (Lang::En, _, true) => format!(" \"{before}\" removed"),
        (Lang::En, ..) => format!(" changed from \"{before}\" to \"{after}\""),
    }
}

fn options(question: &Question) -> Localized {
    let all = |lang: Lang| {
        let labels = question.options.iter().map(|option| option.label.get(lang));
        labels
            .collect::<Vec<_>>()
            .join(if lang == Lang::Zh { "、" } else { ", " })
    };
    Localized::new(all(Lang::Zh), all(Lang::En))
}

fn range(question: &Question) -> Localized {
    let words = |range: Range| {
        let Range { least, most } = range;
        Localized::new(format!("{least} 到 {most}"), format!("{least} to {most}"))
    };
    question.range.map(words).unwrap_or_default()
}

fn line(attribute: &Attribute, old: &str, new: &str, lang: Lang) -> String {
    let label = attribute.label.get(lang);
    match lang {
        Lang::Zh => format!("{label}：“{old}”改为“{new}”"),
        Lang::En => format!("{label} changed from \"{old}\" to \"{new}\""),
    }
}

fn lines(attribute: &Attribute, old: &str, new: &str, lang: Lang) -> String {
    let only_in = |here: &str, there: &str| {
        let quoted = here
            .lines()
            .filter(|line| !there.lines().any(|other| other == *line))
            .map(|line| match lang {
                Lang::Zh => format!("“{line}”"),
                Lang::En => format!("\"{line}\""),
            });
        quoted
            .collect::<Vec<_>>()
            .join(if lang == Lang::Zh { "、" } else { ", " })
    };
    let (added, removed) = (only_in(new, old), only_in(old, new));
    let label = attribute.label.get(lang);
    match (lang, added.is_empty(), removed.is_empty()) {
        (Lang::Zh, true, true) => format!("{label}顺序变了"),
        (Lang::Zh, false, true) => format!("{label}：新增{added}"),
        (Lang::Zh, true, false) => format!("{label}：去掉{removed}"),
        (Lang::Zh, false, false) => format!("{label}：新增{added}，去掉{removed}"),
        (Lang::En, true, true) => format!("{label} in another order"),
        (Lang::En, false, true) => format!("{label}: added {added}"),
        (Lang::En, true, false) => format!("{label}: removed {removed}"),
        (Lang::En, false, false) => format!("{label}: added {added}, removed {removed}"),
    }
}

fn pairs(before: &Catalogue, after: &Catalogue, changes: &mut Changes) {
    for old in before
        .pairs()
        .iter()
        .filter(|old| !after.pairs().contains(old))
    {
        changes.add(
            "pairs",
            format!("不再这样问：“{}”", old.question.zh),
            format!("No longer asked as: \"{}\"", old.question.en),
        );
    }
    for new in after
        .pairs()
        .iter()
        .filter(|new| !before.pairs().contains(new))
    {
        changes.add(
            "pairs",
            format!("容易混淆时会问：“{}”", new.question.zh),
            format!("Asked when services get confused: \"{}\"", new.question.en),
        );
    }
}

fn overrides(
    before: &Catalogue,
    after: &Catalogue,
    place: &dyn Fn(&str) -> String,
    changes: &mut Changes,
) {
    let has = |from: &Catalogue, one: &Override| {
        let mut all = from.overrides().iter();
        all.any(|o| o.unit == one.unit && o.service == one.service)
    };
    let gone = before.overrides().iter().filter(|old| !has(after, old));
    for old in gone {
        let Some(service) = before.service(&old.service) else {
            continue;
        };
        let (unit, name) = (place(&old.unit), service.label());
        changes.add(
            old.service.as_str(),
            format!("{unit}的“{}”不再另有安排", name.zh),
            format!("\"{}\" is in {unit} as everywhere again", name.en),
        );
    }
    let new = after.overrides().iter();
    for new in new.filter(|new| !before.overrides().contains(new)) {
        let Some(service) = after.service(&new.service) else {
            continue;
        };
        let (unit, name) = (place(&new.unit), service.label());
        let words = |lang| new.words(service, after, lang);
        let (zh, en) = (words(Lang::Zh), words(Lang::En));
        changes.add(
            new.service.as_str(),
            format!("{unit}的“{}”另有安排：{}", name.zh, zh.join("，")),
            format!("\"{}\" is otherwise in {unit}: {}", name.en, en.join(", ")),
        );
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::catalogue::ServiceCode;
    use crate::edit::{Edit, apply_all};
    use crate::question::Kind;
    use crate::starter;

    fn after(edits: &[Edit]) -> Vec<String> {
        let after = apply_all(starter(), edits).unwrap();
        let changes = diff(starter(), &after, str::to_owned);
        assert!(changes.iter().all(|change| change.text.is_complete()));
        changes
            .iter()
            .map(|change| change.text.zh.to_string())
            .collect()
    }

    fn set(attribute: &str, value: &str) -> Edit {
        Edit::Set {
            code: "ELD-MEAL".into(),
            attribute: attribute.into(),
            value: value.into(),
        }
    }

    #[test]
    fn the_same_catalogue_has_no_changes() {
        assert_eq!(
            diff(starter(), &starter().clone().with_version(9), str::to_owned),
            []
        );
    }

    #[test]
    fn single_values_are_told_from_and_to() {
        assert_eq!(
            after(&[set("urgency", "urgent")]),
            ["“助餐送餐”的紧急程度：“一般”改为“紧急”"]
        );
        let changed = apply_all(starter(), &[set("restricted", "yes")]).unwrap();
        assert_eq!(
            diff(starter(), &changed, str::to_owned)[0].text.en,
            "\"Meals delivered\": district duty desk only changed from \"no\" to \"yes\""
        );
    }

    #[test]
    fn categories_roles_and_places_go_by_their_names() {
        let role = &starter().roles()[0];
        let told = after(&[set("category", "COM"), set("role", &role.code)]);
        let community = &starter().category("COM").unwrap().name.zh;
        assert!(told[0].contains(&format!("改为“{community}”")), "{told:?}");
        assert!(
            told[1].contains(&format!("改为“{}”", role.name.zh)),
            "{told:?}"
        );
        let edit = Edit::Override {
            unit: "590102001".into(),
            code: "ELD-MEAL".into(),
            attribute: "role".into(),
            value: Some(role.code.clone()),
        };
        let otherwise = apply_all(starter(), &[edit]).unwrap();
        let told = diff(starter(), &otherwise, |_| "桃源街道".to_owned());
        let zh = format!("桃源街道的“助餐送餐”另有安排：负责岗位：{}", role.name.zh);
        assert_eq!(told[0].text.zh, zh);
    }

    #[test]
    fn lists_are_told_by_what_came_and_went() {
        let meal = starter().service("ELD-MEAL").unwrap();
        let mut aliases = meal.aliases.clone();
        let gone = std::mem::replace(&mut aliases[0], "爱心餐".to_owned());
        assert_eq!(
            after(&[set("aliases", &aliases.join("\n"))]),
            [format!("“助餐送餐”的别名：新增“爱心餐”，去掉“{gone}”")]
        );
        let limits = "first_contact PT4H working customary\narranged P2D working customary";
        assert_eq!(
            after(&[set("limits", limits)]),
            [
                "“助餐送餐”的办理时限：新增“第一次联系您：4 个工作小时（内部要求）”，去掉“第一次联系您：1 个工作日（内部要求）”"
            ]
        );
        aliases.clone_from(&meal.aliases);
        aliases.reverse();
        assert_eq!(
            after(&[set("aliases", &aliases.join("\n"))]),
            ["“助餐送餐”的别名顺序变了"]
        );
    }

    #[test]
    fn added_and_removed_services_are_named() {
        let edits = [
            Edit::Add {
                code: "CAR-COOL".into(),
                category: "CAR".into(),
                name: Localized::fixed("纳凉点", "Cooling room"),
            },
            Edit::Remove {
                code: "CHA-GOODS".into(),
            },
        ];
        assert_eq!(
            after(&edits),
            [
                "删除服务“物资帮扶与微心愿”",
                "新增服务“纳凉点”",
                "不再这样问：“今天家里有没有吃的？”"
            ]
        );
    }

    #[test]
    fn order_and_wording_are_noticed() {
        let code = ServiceCode::new("ELD-MEAL");
        let edit = Edit::Move {
            code: code.clone(),
            category: "ELD".into(),
            before: Some("ELD-GAOLING".into()),
        };
        assert_eq!(after(&[edit]), ["“养老服务”里服务的顺序变了"]);
        let mut question = starter()
            .service("ELD-MEAL")
            .unwrap()
            .field("phone")
            .unwrap()
            .clone();
        question.ask = Some(Localized::fixed("电话多少？", "Your phone?"));
        assert_eq!(
            after(&[Edit::Ask {
                code: code.clone(),
                question
            }]),
            ["“助餐送餐”的问题“联系电话”：问法由“请问您的联系电话是？”改为“电话多少？”"]
        );
        let question = Question::new(
            "floor",
            Localized::fixed("楼层", "Floor"),
            Kind::named("integer").unwrap(),
        );
        assert_eq!(
            after(&[Edit::Ask { code, question }]),
            ["“助餐送餐”的问题：新增“楼层 · 整数”"]
        );
        let edit = Edit::RenameCategory {
            code: "COM".into(),
            name: Localized::fixed("社区的事", "Community"),
        };
        assert_eq!(
            after(&[
                edit,
                Edit::MoveCategory {
                    code: "COM".into(),
                    before: Some("BAS".into())
                }
            ])
            .len(),
            2
        );
    }
}
