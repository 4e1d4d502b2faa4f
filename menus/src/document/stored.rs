//! The structures of the stored form, and how a catalogue is put into them.
//! Field order here is the order in the text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{FORMAT, Shared};
use crate::catalogue::{Assurance, Basis, Catalogue, Place, Service, Urgency};
use crate::clarify::Pair;
use crate::localized::Localized;
use crate::question::Question;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub format: u32,
    pub version: u32,
    pub categories: Vec<CategoryRow>,
    pub roles: Vec<RoleRow>,
    pub questions: Vec<QuestionRow>,
    pub services: Vec<ServiceRow>,
    #[serde(default)]
    pub pairs: Vec<PairRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<OverrideRow>,
}

/// What is otherwise about a service in a place: attributes as they are entered.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OverrideRow {
    pub unit: String,
    pub service: String,
    pub set: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    pub zh: String,
    pub en: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CategoryRow {
    pub code: String,
    pub name: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<Text>,
    pub in_menu: bool,
    #[serde(default)]
    pub note: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleRow {
    pub code: String,
    pub name: Text,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuestionRow {
    pub key: String,
    pub label: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Text>,
    pub kind: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub sensitive: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Text>,
    /// How long the answer is kept: `request` or `closing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<RangeRow>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OptionRow {
    pub key: String,
    pub label: Text,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RangeRow {
    pub least: i64,
    pub most: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceRow {
    pub code: String,
    pub category: String,
    pub name: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<Text>,
    pub aliases: Vec<String>,
    pub examples: Vec<String>,
    pub fields: Vec<FieldRow>,
    pub assurance: AssuranceWord,
    pub urgency: UrgencyWord,
    pub limits: Vec<LimitRow>,
    pub role: String,
    pub route: RouteRow,
    pub restricted: bool,
    pub public_notice: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub commitment: bool,
    pub in_menu: bool,
    #[serde(default)]
    pub source_note: String,
}

/// A question of a service: the key of a shared one, or its own.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<QuestionRow>,
    pub required: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitRow {
    pub milestone: String,
    /// An ISO 8601 duration of one unit.
    pub span: String,
    pub working: bool,
    pub basis: BasisWord,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RouteRow {
    pub lead: PlaceWord,
    pub copy: PlaceWord,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PairRow {
    pub question: Text,
    pub choices: Vec<PairChoiceRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PairChoiceRow {
    pub label: Text,
    pub service: String,
}

/// Stored words of an enum of the catalogue, in both directions.
macro_rules! words {
    ($name:ident for $domain:ident { $($variant:ident),+ }, $case:literal) => {
        #[derive(Serialize, Deserialize)]
        #[serde(rename_all = $case)]
        pub(super) enum $name { $($variant),+ }

        impl From<$domain> for $name {
            fn from(value: $domain) -> Self {
                match value { $($domain::$variant => Self::$variant),+ }
            }
        }

        impl From<$name> for $domain {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant),+ }
            }
        }
    };
}

words!(AssuranceWord for Assurance { L0, L1, L2, L3 }, "UPPERCASE");
words!(UrgencyWord for Urgency { Normal, Urgent, Crisis }, "lowercase");
words!(BasisWord for Basis { Statutory, Local, Customary }, "lowercase");
words!(PlaceWord for Place { Hukou, Residence, Location, District, None }, "lowercase");

impl Document {
    pub(super) fn of(catalogue: &Catalogue) -> Self {
        let (shared, order) = shared_questions(catalogue);
        Self {
            format: FORMAT,
            version: catalogue.version(),
            categories: catalogue
                .categories()
                .iter()
                .map(|category| CategoryRow {
                    code: category.code.clone(),
                    name: text(&category.name),
                    short: category.short.as_ref().map(text),
                    in_menu: category.in_menu,
                    note: category.note.clone(),
                })
                .collect(),
            roles: catalogue
                .roles()
                .iter()
                .map(|role| RoleRow {
                    code: role.code.clone(),
                    name: text(&role.name),
                })
                .collect(),
            questions: order.into_iter().map(question).collect(),
            services: catalogue
                .services()
                .iter()
                .map(|one| service(one, &shared))
                .collect(),
            pairs: catalogue.pairs().iter().map(pair).collect(),
            overrides: catalogue
                .overrides()
                .iter()
                .map(|one| OverrideRow {
                    unit: one.unit.clone(),
                    service: one.service.to_string(),
                    set: one.values.clone(),
                })
                .collect(),
        }
    }
}

/// The first definition of each key is the shared one, in order of appearance.
fn shared_questions(catalogue: &Catalogue) -> (Shared<'_>, Vec<&Question>) {
    let mut shared = Shared::new();
    let mut order = Vec::new();
    for field in catalogue
        .services()
        .iter()
        .flat_map(|service| &service.fields)
    {
        shared.entry(&field.key).or_insert_with(|| {
            order.push(field);
            field
        });
    }
    (shared, order)
}

fn service(service: &Service, shared: &Shared<'_>) -> ServiceRow {
    ServiceRow {
        code: service.code.to_string(),
        category: service.category.clone(),
        name: text(&service.name),
        short: service.short.as_ref().map(text),
        aliases: service.aliases.clone(),
        examples: service.examples.clone(),
        fields: service
            .fields
            .iter()
            .map(|one| field(one, shared))
            .collect(),
        assurance: service.assurance.into(),
        urgency: service.urgency.into(),
        limits: service
            .limits
            .iter()
            .map(|limit| LimitRow {
                milestone: limit.milestone.clone(),
                span: limit.span.iso(),
                working: limit.span.working,
                basis: limit.basis.into(),
            })
            .collect(),
        role: service.role.clone(),
        route: RouteRow {
            lead: service.route.lead.into(),
            copy: service.route.copy.unwrap_or(Place::None).into(),
        },
        restricted: service.restricted,
        public_notice: service.public_notice,
        commitment: service.commitment,
        in_menu: service.in_menu,
        source_note: service.source_note.clone(),
    }
}

fn field(field: &Question, shared: &Shared<'_>) -> FieldRow {
    let same = shared.get(field.key.as_str()).is_some_and(|first| {
        // Being required belongs to the service, not to the shared question.
        let as_here = Question {
            required: field.required,
            ..(*first).clone()
        };
        as_here == *field
    });
    let (ask, own) = if same {
        (Some(field.key.clone()), None)
    } else {
        (None, Some(question(field)))
    };
    FieldRow {
        ask,
        own,
        required: field.required,
    }
}

fn question(question: &Question) -> QuestionRow {
    QuestionRow {
        key: question.key.clone(),
        label: text(&question.label),
        ask: question.ask.as_ref().map(text),
        kind: question.kind.key().to_owned(),
        sensitive: question.sensitive,
        purpose: question.purpose.as_ref().map(text),
        keep: question.keep.map(|keep| keep.word().to_owned()),
        options: question
            .options
            .iter()
            .map(|option| OptionRow {
                key: option.key.clone(),
                label: text(&option.label),
            })
            .collect(),
        range: question.range.map(|range| RangeRow {
            least: range.least,
            most: range.most,
        }),
    }
}

fn pair(pair: &Pair) -> PairRow {
    PairRow {
        question: text(&pair.question),
        choices: pair
            .choices
            .iter()
            .map(|choice| PairChoiceRow {
                label: text(&choice.label),
                service: choice.service.to_string(),
            })
            .collect(),
        unanswered: pair.unanswered.as_ref().map(ToString::to_string),
    }
}

fn text(localized: &Localized) -> Text {
    Text {
        zh: localized.zh.to_string(),
        en: localized.en.to_string(),
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_false(flag: &bool) -> bool {
    !flag
}
