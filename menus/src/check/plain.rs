//! Findings about words: sentences that are too long or sound like an office,
//! aliases that mean two things, questions that ask for too much, and screens
//! nobody gets to.

use std::collections::HashMap;

use super::Findings;
use crate::catalogue::{Assurance, Catalogue, Service};
use crate::localized::Localized;
use crate::menu::CHOICES_PER_SCREEN;
use crate::question::narrow;

/// The longest sentence that is read at one go: characters in Chinese, words in English.
const LONGEST_ZH: usize = 32;
const LONGEST_EN: usize = 22;
/// Screens of one category before nobody turns the page any more.
const MOST_SCREENS: usize = 4;

/// Words of offices that residents need not know.
const OFFICE_ZH: [&str; 14] = [
    "予以",
    "兹",
    "鉴于",
    "上述",
    "须知",
    "烦请",
    "知悉",
    "该事项",
    "本单位",
    "依法依规",
    "酌情",
    "逾期",
    "申领人",
    "填报",
];
const OFFICE_EN: [&str; 8] = [
    "pursuant",
    "hereby",
    "aforementioned",
    "applicant shall",
    "in accordance with",
    "thereof",
    "herewith",
    "notwithstanding",
];

/// The words of one service.
pub(super) fn check(service: &Service, findings: &mut Findings) {
    let place = service.code.as_str();
    findings.at("name");
    office(place, &service.name, findings);
    for field in &service.fields {
        findings.at(format!("question.{}", field.key));
        for text in field.ask.iter().chain(&field.purpose) {
            office(place, text, findings);
            long(place, text, findings);
        }
        // Where somebody is, and how old, is needed to help; who they are is not.
        let telling = !matches!(
            field.kind.key(),
            "location" | "address" | "community" | "integer"
        );
        if telling && field.sensitive && field.required && service.assurance == Assurance::L0 {
            findings.warning(
                place,
                format!("这个服务不核身份，却必须答敏感问题 {}", field.key),
                format!(
                    "Nobody is identified here, yet the sensitive question {} must be answered",
                    field.key
                ),
            );
        }
    }
}

fn office(place: &str, text: &Localized, findings: &mut Findings) {
    let en = text.en.to_lowercase();
    let zh = OFFICE_ZH.iter().filter(|word| text.zh.contains(**word));
    let found = zh.chain(OFFICE_EN.iter().filter(|word| en.contains(**word)));
    for word in found {
        findings.warning(
            place,
            format!("“{word}”是公文用语，换成平常说的话"),
            format!("\"{word}\" is office language; say it as people do"),
        );
    }
}

fn long(place: &str, text: &Localized, findings: &mut Findings) {
    let sentences = |text: &str| {
        let ends = ['。', '！', '？', '；', '，', '.', '!', '?', ';'];
        text.split(ends).map(str::to_owned).collect::<Vec<_>>()
    };
    let zh = sentences(&text.zh)
        .iter()
        .map(|s| s.trim().chars().count())
        .max();
    let en = sentences(&text.en)
        .iter()
        .map(|s| s.split_whitespace().count())
        .max();
    if zh > Some(LONGEST_ZH) || en > Some(LONGEST_EN) {
        findings.warning(
            place,
            format!("句子太长（“{}”），分成短句", text.zh),
            format!("The sentence is too long (\"{}\"); split it", text.en),
        );
    }
}

/// Aliases that are the same word as another service's alias or name, however
/// they are written.
pub(super) fn aliases(catalogue: &Catalogue, findings: &mut Findings) {
    let mut owners: HashMap<String, &Service> = HashMap::new();
    for service in catalogue.services() {
        owners.entry(folded(&service.name.zh)).or_insert(service);
        owners.entry(folded(&service.name.en)).or_insert(service);
    }
    findings.at("aliases");
    for service in catalogue.services() {
        for alias in &service.aliases {
            let Some(owner) = owners.get(&folded(alias)) else {
                continue;
            };
            if owner.code != service.code {
                findings.warning(
                    service.code.as_str(),
                    format!("别名“{alias}”就是 {} 的名称，容易分错", owner.code),
                    format!(
                        "The alias \"{alias}\" is the name of {}, which confuses the classifier",
                        owner.code
                    ),
                );
            }
        }
    }
}

fn folded(text: &str) -> String {
    let narrow = narrow(text).to_lowercase();
    narrow.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Categories whose services cannot be reached, or only after much paging.
pub(super) fn screens(catalogue: &Catalogue, findings: &mut Findings) {
    findings.at("");
    for category in catalogue.categories().iter().filter(|c| c.in_menu) {
        let all = catalogue.services_of(&category.code).count();
        let shown = catalogue
            .services_of(&category.code)
            .filter(|s| s.in_menu)
            .count();
        if all > 0 && shown == 0 {
            findings.warning(
                &category.code,
                "这个类别里的服务都不在菜单，点不进去",
                "No service of this category is in the menu, so nobody can get in",
            );
        }
        let screens = shown.div_ceil(CHOICES_PER_SCREEN);
        if screens > MOST_SCREENS {
            findings.warning(
                &category.code,
                format!("要翻 {screens} 屏，太多了，请分成两类"),
                format!(
                    "{screens} screens to page through are too many; make two categories of it"
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::check::check;
    use crate::edit::{Edit, apply_all};
    use crate::localized::Localized;
    use crate::question::{Keep, Kind, Question};
    use crate::starter;

    fn found(edits: &[Edit]) -> Vec<(String, String, String)> {
        let before = check(starter());
        let after = check(&apply_all(starter(), edits).unwrap());
        let new = after.into_iter().filter(|f| !before.contains(f));
        new.map(|f| (f.place, f.field, f.message.zh.into_owned()))
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
    fn an_alias_that_is_anothers_name_is_named_however_it_is_written() {
        let repair = starter().service("HOU-REPAIR").unwrap();
        let alias = format!("送饭\n {} ", repair.name.en.to_uppercase());
        let found = found(&[set("aliases", &alias)]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].0.as_str(), found[0].1.as_str()),
            ("ELD-MEAL", "aliases")
        );
        assert!(found[0].2.contains("HOU-REPAIR"), "{found:?}");
    }

    #[test]
    fn office_words_and_long_sentences_stand_beside_their_question() {
        let mut question = Question::new(
            "floor",
            Localized::fixed("楼层", "Floor"),
            Kind::named("integer").unwrap(),
        );
        question.ask = Some(Localized::fixed(
            "鉴于上门需要请您把所住楼栋单元楼层以及电梯能不能用这些情况都一次说清楚",
            "Which floor?",
        ));
        let found = found(&[Edit::Ask {
            code: "ELD-MEAL".into(),
            question,
        }]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|f| f.1 == "question.floor"), "{found:?}");
    }

    #[test]
    fn a_sensitive_question_must_not_be_asked_of_the_unknown() {
        let mut question = Question::new(
            "illness",
            Localized::fixed("病情", "Illness"),
            Kind::named("text").unwrap(),
        );
        question.sensitive = true;
        question.required = true;
        question.purpose = Some(Localized::fixed(
            "看能不能送药",
            "To see whether medicine can be brought",
        ));
        let edits = [
            set("assurance", "L0"),
            Edit::Ask {
                code: "ELD-MEAL".into(),
                question,
            },
        ];
        let found = found(&edits);
        for part in ["敏感问题 illness", "要说明保存多久"] {
            assert!(
                found.iter().any(|f| f.2.contains(part)),
                "{part}: {found:?}"
            );
        }
    }

    #[test]
    fn what_outlasts_a_request_needs_a_purpose_and_stays_little() {
        let asked = |n: usize, keep: Keep| {
            let kind = Kind::named("text").unwrap();
            let mut question = Question::new(&format!("q{n}"), Localized::fixed("病", "Ill"), kind);
            question.keep = Some(keep);
            question.sensitive = n > 0;
            question.purpose = (n > 0).then(|| Localized::fixed("送药用", "For medicine"));
            Edit::Ask {
                code: "ELD-MEAL".into(),
                question,
            }
        };
        let kept = found(&[asked(0, Keep::Request)]);
        assert!(kept[0].2.contains("问题 q0 办结以后还留着"), "{kept:?}");
        assert!(found(&[asked(0, Keep::Closing)]).is_empty());
        let many = |keep| found(&(1..6).map(|n| asked(n, keep)).collect::<Vec<_>>());
        assert!(
            many(Keep::Request)[0].2.contains("超过 4 项"),
            "{:?}",
            many(Keep::Request)
        );
        assert!(many(Keep::Closing).is_empty(), "{:?}", many(Keep::Closing));
    }

    #[test]
    fn a_category_nobody_can_get_into_is_named() {
        let hide = |s: &crate::Service| Edit::Set {
            code: s.code.clone(),
            attribute: "in_menu".into(),
            value: "no".into(),
        };
        let edits: Vec<Edit> = starter().services_of("COM").map(hide).collect();
        let found = found(&edits);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "COM");
    }
}
