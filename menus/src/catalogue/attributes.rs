//! What can be said and changed about a service, one row an attribute.
//!
//! Differences in words and the editor are made from this table. Questions
//! are listed here for reading; they are changed by the question edits of
//! [`crate::edit`], because their parts do not fit one line.

use super::entered::{
    Refused, items, limit_of, limit_value, limit_words, one_line, position, yes_or_no,
};
use super::{Assurance, Catalogue, Place, Service, Urgency};
use crate::localized::{Lang, Localized};

/// How an attribute is shown and entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// One line of text.
    Line,
    /// Several lines, each an item.
    Lines,
    /// `yes` or `no`.
    Flag,
    /// One of a few words, with what they mean.
    OneOf(&'static [(&'static str, Localized)]),
    /// The code of a category of the catalogue.
    Category,
    /// The code of a role of the catalogue.
    Role,
    /// Time limits, one a line: `first_contact P1D working customary`.
    Limits,
    /// Questions; read only here.
    Questions,
}

/// One attribute of a service.
pub struct Attribute {
    /// Stable; used by the editor's forms.
    pub key: &'static str,
    pub label: Localized,
    pub shown: Shown,
    /// The value as it is entered; lists have a line an item.
    pub value: fn(&Service) -> String,
    /// The value in words; lists have a line an item.
    pub words: fn(&Service, Lang) -> String,
    /// Sets the value; `None` where the table cannot.
    pub set: Option<Setter>,
}

impl Attribute {
    /// The value in words, categories and roles by their names in `catalogue`.
    pub fn said(&self, service: &Service, catalogue: &Catalogue, lang: Lang) -> String {
        let words = (self.words)(service, lang);
        let name = match self.shown {
            Shown::Category => catalogue.category(&words).map(|known| &known.name),
            Shown::Role => catalogue.role(&words).map(|known| &known.name),
            _ => None,
        };
        name.map_or(words, |name| name.get(lang).to_owned())
    }
}

/// Sets an attribute from its entered form.
pub type Setter = fn(&mut Service, &str) -> Result<(), Refused>;

const ASSURANCES: &[(&str, Localized)] = &[
    ("L0", Localized::fixed("不核身份", "anonymous")),
    ("L1", Localized::fixed("核手机号", "phone checked")),
    (
        "L2",
        Localized::fixed("核姓名和身份证号", "name and ID number checked"),
    ),
    (
        "L3",
        Localized::fixed("核本人", "checked in person or by face"),
    ),
];

const URGENCIES: &[(&str, Localized)] = &[
    ("normal", Localized::fixed("一般", "normal")),
    ("urgent", Localized::fixed("紧急", "urgent")),
    ("crisis", Localized::fixed("危急", "crisis")),
];

const PLACES: &[(&str, Localized)] = &[
    ("hukou", Localized::fixed("户籍地", "place of registration")),
    (
        "residence",
        Localized::fixed("居住地", "place of residence"),
    ),
    (
        "location",
        Localized::fixed("人所在的地方", "where the person is"),
    ),
    ("district", Localized::fixed("区县", "district desk")),
    ("none", Localized::fixed("无", "nobody")),
];

static YES_NO: (Localized, Localized) =
    (Localized::fixed("是", "yes"), Localized::fixed("否", "no"));

macro_rules! flag {
    ($key:literal, $zh:literal, $en:literal, $field:ident) => {
        Attribute {
            key: $key,
            label: Localized::fixed($zh, $en),
            shown: Shown::Flag,
            value: |service| if service.$field { "yes" } else { "no" }.to_owned(),
            words: |service, lang| {
                if service.$field {
                    YES_NO.0.get(lang)
                } else {
                    YES_NO.1.get(lang)
                }
                .to_owned()
            },
            set: Some(|service, value| {
                service.$field = yes_or_no(value)?;
                Ok(())
            }),
        }
    };
}

macro_rules! lines {
    ($key:literal, $zh:literal, $en:literal, $field:ident) => {
        Attribute {
            key: $key,
            label: Localized::fixed($zh, $en),
            shown: Shown::Lines,
            value: |service| service.$field.join("\n"),
            words: |service, _| service.$field.join("\n"),
            set: Some(|service, value| {
                service.$field = items(value)?;
                Ok(())
            }),
        }
    };
}

macro_rules! line {
    ($key:literal, $zh:literal, $en:literal, $shown:expr, |$service:ident| $place:expr, |$to:ident, $text:ident| $set:expr) => {
        Attribute {
            key: $key,
            label: Localized::fixed($zh, $en),
            shown: $shown,
            value: |$service| $place.to_string(),
            words: |$service, _| $place.to_string(),
            set: Some(|$to, value| {
                let $text = one_line(value)?;
                $set;
                Ok(())
            }),
        }
    };
}

macro_rules! one_of {
    ($key:literal, $zh:literal, $en:literal, $list:ident, |$service:ident| $word:expr, |$to:ident, $at:ident| $set:expr) => {
        Attribute {
            key: $key,
            label: Localized::fixed($zh, $en),
            shown: Shown::OneOf($list),
            value: |$service| $list[$word].0.to_owned(),
            words: |$service, lang| $list[$word].1.get(lang).to_owned(),
            set: Some(|$to, value| {
                let $at = position($list, value)?;
                $set;
                Ok(())
            }),
        }
    };
}

/// Every attribute, in the order of the editor.
pub static ATTRIBUTES: &[Attribute] = &[
    line!(
        "name.zh",
        "名称（中文）",
        "name in Chinese",
        Shown::Line,
        |s| s.name.zh,
        |to, text| to.name.zh = text.into()
    ),
    line!(
        "name.en",
        "名称（英文）",
        "name in English",
        Shown::Line,
        |s| s.name.en,
        |to, text| to.name.en = text.into()
    ),
    line!(
        "short.zh",
        "短名称（中文）",
        "short name in Chinese",
        Shown::Line,
        |s| short(s).zh,
        |to, text| set_short(to, Lang::Zh, text)
    ),
    line!(
        "short.en",
        "短名称（英文）",
        "short name in English",
        Shown::Line,
        |s| short(s).en,
        |to, text| set_short(to, Lang::En, text)
    ),
    line!(
        "category",
        "类别",
        "category",
        Shown::Category,
        |s| s.category,
        |to, text| to.category = text
    ),
    lines!("aliases", "别名", "aliases", aliases),
    lines!("examples", "例句", "example sentences", examples),
    Attribute {
        key: "fields",
        label: Localized::fixed("问题", "questions"),
        shown: Shown::Questions,
        value: |service| {
            service
                .fields
                .iter()
                .map(|field| field.key.as_str())
                .collect::<Vec<_>>()
                .join("\n")
        },
        words: question_lines,
        set: None,
    },
    one_of!(
        "assurance",
        "身份核验",
        "identity check",
        ASSURANCES,
        |s| s.assurance as usize,
        |to, at| to.assurance = [Assurance::L0, Assurance::L1, Assurance::L2, Assurance::L3][at]
    ),
    one_of!(
        "urgency",
        "紧急程度",
        "urgency",
        URGENCIES,
        |s| s.urgency as usize,
        |to, at| to.urgency = [Urgency::Normal, Urgency::Urgent, Urgency::Crisis][at]
    ),
    Attribute {
        key: "limits",
        label: Localized::fixed("办理时限", "time limits"),
        shown: Shown::Limits,
        value: |service| {
            service
                .limits
                .iter()
                .map(limit_value)
                .collect::<Vec<_>>()
                .join("\n")
        },
        words: |service, lang| {
            service
                .limits
                .iter()
                .map(|limit| limit_words(limit, lang))
                .collect::<Vec<_>>()
                .join("\n")
        },
        set: Some(|service, value| {
            service.limits = items(value)?
                .iter()
                .map(|line| limit_of(line))
                .collect::<Result<_, _>>()?;
            Ok(())
        }),
    },
    line!(
        "role",
        "负责岗位",
        "responsible role",
        Shown::Role,
        |s| s.role,
        |to, text| to.role = text
    ),
    one_of!(
        "route.lead",
        "主办",
        "lead",
        PLACES,
        |s| s.route.lead as usize,
        |to, at| to.route.lead = PLACE_VALUES[at]
    ),
    one_of!(
        "route.copy",
        "协办",
        "copy",
        PLACES,
        |s| s.route.copy.unwrap_or(Place::None) as usize,
        |to, at| to.route.copy = Some(PLACE_VALUES[at]).filter(|place| *place != Place::None)
    ),
    flag!(
        "restricted",
        "只由区县值守处理",
        "district duty desk only",
        restricted
    ),
    flag!(
        "public_notice",
        "结果公示",
        "results posted publicly",
        public_notice
    ),
    flag!(
        "commitment",
        "可用承诺代替证明",
        "a promise may stand for papers",
        commitment
    ),
    flag!("in_menu", "显示在菜单", "shown in the menu", in_menu),
    line!(
        "source_note",
        "依据",
        "source note",
        Shown::Line,
        |s| s.source_note,
        |to, text| to.source_note = text
    ),
];

const PLACE_VALUES: [Place; 5] = [
    Place::Hukou,
    Place::Residence,
    Place::Location,
    Place::District,
    Place::None,
];

fn short(service: &Service) -> Localized {
    service.short.clone().unwrap_or_default()
}

fn set_short(service: &mut Service, lang: Lang, text: String) {
    let mut short = short(service);
    match lang {
        Lang::Zh => short.zh = text.into(),
        Lang::En => short.en = text.into(),
    }
    service.short = Some(short).filter(|short| *short != Localized::default());
}

fn question_lines(service: &Service, lang: Lang) -> String {
    let line = |field: &crate::question::Question| {
        let mut line = format!(
            "{} · {}",
            field.label.get(lang),
            field.kind.name().get(lang)
        );
        let mut add = |on: bool, words: Localized| {
            if on {
                line.push_str(" · ");
                line.push_str(words.get(lang));
            }
        };
        add(field.required, Localized::fixed("必答", "required"));
        add(field.sensitive, Localized::fixed("敏感", "sensitive"));
        if let Some(keep) = field.keep {
            add(true, keep.name());
        }
        line
    };
    service
        .fields
        .iter()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::starter;

    #[test]
    fn every_attribute_of_every_service_survives_its_own_form() {
        for service in starter().services() {
            let mut blank = starter().service("CAR-HAIR").unwrap().clone();
            blank.code = service.code.clone();
            blank.fields.clone_from(&service.fields);
            for attribute in ATTRIBUTES {
                if let Some(set) = attribute.set {
                    set(&mut blank, &(attribute.value)(service)).unwrap();
                }
            }
            assert_eq!(&blank, service);
        }
    }

    #[test]
    fn keys_are_unique_and_labels_in_both_languages() {
        for (index, attribute) in ATTRIBUTES.iter().enumerate() {
            assert!(attribute.label.is_complete());
            assert!(
                ATTRIBUTES[..index]
                    .iter()
                    .all(|other| other.key != attribute.key)
            );
        }
    }

    #[test]
    fn wrong_values_are_refused_with_what_would_be_right() {
        let mut service = starter().service("CAR-HAIR").unwrap().clone();
        let before = service.clone();
        for (key, value, hint) in [
            ("urgency", "soon", "normal, urgent, crisis"),
            ("restricted", "maybe", "yes or no"),
            (
                "limits",
                "first_contact soon",
                "first_contact P1D working customary",
            ),
            ("limits", "first_contact P1D working custom", "customary"),
            ("name.zh", "a\nb", "one line"),
        ] {
            let set = ATTRIBUTES
                .iter()
                .find(|attribute| attribute.key == key)
                .unwrap()
                .set
                .unwrap();
            let refused = set(&mut service, value).unwrap_err();
            assert!(refused.to_string().contains(hint), "{refused}");
            assert!(refused.0.is_complete());
        }
        assert_eq!(service, before);
    }

    #[test]
    fn words_follow_the_language() {
        let dibao = starter().service("BAS-DIBAO").unwrap();
        let of = |key: &str, lang| {
            (ATTRIBUTES.iter().find(|a| a.key == key).unwrap().words)(dibao, lang)
        };
        assert_eq!(of("route.lead", Lang::Zh), "户籍地");
        assert_eq!(of("route.copy", Lang::En), "place of residence");
        assert!(of("limits", Lang::Zh).starts_with("第一次联系您：1 个工作日（内部要求）\n"));
        assert!(
            of("fields", Lang::En).contains("ID card number · ID number · required · sensitive")
        );
    }
}
