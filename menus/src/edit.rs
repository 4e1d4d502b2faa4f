//! Pure edits of a catalogue: each gives a new one or says why it cannot.
//!
//! Edits may leave a draft incomplete; [`crate::check`](mod@crate::check) tells. They never renumber
//! versions and never change the code of a service, so running conversations
//! and open requests keep their names.

use thiserror::Error;

use crate::catalogue::{
    ATTRIBUTES, Assurance, Catalogue, Category, Parts, Place, Refused, Route, Service, ServiceCode,
    Urgency, set_otherwise, try_on,
};
use crate::localized::{Lang, Localized};
use crate::question::Question;

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// A new, empty service at the end of a category.
    Add {
        code: ServiceCode,
        category: String,
        name: Localized,
    },
    Remove {
        code: ServiceCode,
    },
    /// The full name; the short one is an attribute.
    Rename {
        code: ServiceCode,
        name: Localized,
    },
    /// Puts a service into a category, before another service or at the end.
    Move {
        code: ServiceCode,
        category: String,
        before: Option<ServiceCode>,
    },
    /// Sets a row of [`ATTRIBUTES`] from its entered form.
    Set {
        code: ServiceCode,
        attribute: String,
        value: String,
    },
    /// Adds a question or replaces the one with the same key.
    Ask {
        code: ServiceCode,
        question: Question,
    },
    /// Removes a question.
    Unask {
        code: ServiceCode,
        key: String,
    },
    /// Puts a question before another or at the end.
    MoveQuestion {
        code: ServiceCode,
        key: String,
        before: Option<String>,
    },
    /// A new category at the end of the menu.
    AddCategory {
        code: String,
        name: Localized,
    },
    RenameCategory {
        code: String,
        name: Localized,
    },
    /// Has an attribute of a service otherwise in a place; `None` takes that back.
    Override {
        unit: String,
        code: ServiceCode,
        attribute: String,
        value: Option<String>,
    },
    /// Puts a category before another or at the end.
    MoveCategory {
        code: String,
        before: Option<String>,
    },
}

/// Why an edit was not made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EditError {
    /// Choose another code.
    #[error("there is already a service {0}")]
    CodeTaken(ServiceCode),
    /// Load the catalogue again: somebody else may have removed it.
    #[error("there is no service {0}")]
    NoService(ServiceCode),
    #[error("there is no category {0}")]
    NoCategory(String),
    #[error("there is already a category {0}")]
    CategoryTaken(String),
    #[error("service {0} has no question {1}")]
    NoQuestion(ServiceCode, String),
    #[error("there is no attribute {0} that can be set")]
    NoAttribute(String),
    /// Enter another value.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl EditError {
    /// The error for the administrator.
    pub fn message(&self) -> Localized {
        let en = self.to_string();
        let zh = match self {
            Self::CodeTaken(code) => format!("服务 {code} 已经有了"),
            Self::NoService(code) => format!("没有服务 {code}"),
            Self::NoCategory(code) => format!("没有类别 {code}"),
            Self::CategoryTaken(code) => format!("类别 {code} 已经有了"),
            Self::NoQuestion(code, key) => format!("服务 {code} 没有问题 {key}"),
            Self::NoAttribute(key) => format!("没有可以改的属性 {key}"),
            Self::Refused(refused) => refused.0.get(Lang::Zh).to_owned(),
        };
        Localized::new(zh, en)
    }
}

/// The catalogue after one edit; the given one is unchanged.
pub fn apply(catalogue: &Catalogue, edit: &Edit) -> Result<Catalogue, EditError> {
    apply_all(catalogue, std::slice::from_ref(edit))
}

/// The catalogue after several edits, all of them or none.
pub fn apply_all(catalogue: &Catalogue, edits: &[Edit]) -> Result<Catalogue, EditError> {
    let mut parts = catalogue.parts().clone();
    for edit in edits {
        change(&mut parts, edit)?;
    }
    Ok(Catalogue::new(parts))
}

fn change(parts: &mut Parts, edit: &Edit) -> Result<(), EditError> {
    match edit {
        Edit::Add {
            code,
            category,
            name,
        } => {
            has_category(parts, category)?;
            if parts.services.iter().any(|service| service.code == *code) {
                return Err(EditError::CodeTaken(code.clone()));
            }
            let at = end_of(parts, category);
            parts.services.insert(at, blank(code, category, name));
        }
        Edit::Remove { code } => {
            let at = position(parts, code)?;
            parts.services.remove(at);
            drop_from_pairs(parts, code);
            parts.overrides.retain(|o| o.service != *code);
        }
        Edit::Rename { code, name } => service(parts, code)?.name = name.clone(),
        Edit::Move {
            code,
            category,
            before,
        } => move_service(parts, code, category, before.as_ref())?,
        Edit::Set {
            code,
            attribute,
            value,
        } => set(parts, code, attribute, value)?,
        Edit::Ask { code, question } => ask(service(parts, code)?, question),
        Edit::Unask { code, key } => {
            let fields = &mut service(parts, code)?.fields;
            let at = fields.iter().position(|field| field.key == *key);
            fields.remove(at.ok_or_else(|| EditError::NoQuestion(code.clone(), key.clone()))?);
        }
        Edit::MoveQuestion { code, key, before } => {
            move_question(parts, code, key, before.as_deref())?;
        }
        Edit::AddCategory { code, name } => add_category(parts, code, name)?,
        Edit::RenameCategory { code, name } => {
            let at = category_position(parts, code)?;
            parts.categories[at].name = name.clone();
        }
        Edit::Override {
            unit,
            code,
            attribute,
            value,
        } => otherwise(parts, (unit, code), attribute, value.as_deref())?,
        Edit::MoveCategory { code, before } => move_category(parts, code, before.as_deref())?,
    }
    Ok(())
}

fn ask(service: &mut Service, question: &Question) {
    let fields = &mut service.fields;
    match fields.iter_mut().find(|field| field.key == question.key) {
        Some(field) => *field = question.clone(),
        None => fields.push(question.clone()),
    }
}

fn otherwise(
    parts: &mut Parts,
    (unit, code): (&str, &ServiceCode),
    attribute: &str,
    value: Option<&str>,
) -> Result<(), EditError> {
    let mut there = service(parts, code)?.clone();
    if let Some(value) = value {
        let tried = try_on(&mut there, attribute, value);
        tried.ok_or_else(|| EditError::NoAttribute(attribute.to_owned()))??;
    }
    set_otherwise(&mut parts.overrides, (unit, code), attribute, value);
    Ok(())
}

fn add_category(parts: &mut Parts, code: &str, name: &Localized) -> Result<(), EditError> {
    if has_category(parts, code).is_ok() {
        return Err(EditError::CategoryTaken(code.to_owned()));
    }
    parts.categories.push(Category {
        code: code.to_owned(),
        name: name.clone(),
        short: None,
        in_menu: true,
        note: String::new(),
    });
    Ok(())
}

fn move_question(
    parts: &mut Parts,
    code: &ServiceCode,
    key: &str,
    before: Option<&str>,
) -> Result<(), EditError> {
    let fields = &mut service(parts, code)?.fields;
    let place = |fields: &[Question], key: &str| {
        let at = fields.iter().position(|field| field.key == key);
        at.ok_or_else(|| EditError::NoQuestion(code.clone(), key.to_owned()))
    };
    let from = place(fields, key)?;
    if let Some(before) = before {
        place(fields, before)?;
    }
    if before != Some(key) {
        let moved = fields.remove(from);
        let to = before.map(|before| place(fields, before)).transpose()?;
        fields.insert(to.unwrap_or(fields.len()), moved);
    }
    Ok(())
}

fn move_category(parts: &mut Parts, code: &str, before: Option<&str>) -> Result<(), EditError> {
    let at = category_position(parts, code)?;
    if let Some(before) = before {
        category_position(parts, before)?;
    }
    if before != Some(code) {
        let category = parts.categories.remove(at);
        let to = before
            .map(|before| category_position(parts, before))
            .transpose()?;
        parts
            .categories
            .insert(to.unwrap_or(parts.categories.len()), category);
    }
    Ok(())
}

fn set(
    parts: &mut Parts,
    code: &ServiceCode,
    attribute: &str,
    value: &str,
) -> Result<(), EditError> {
    if attribute == "category" {
        has_category(parts, value.trim())?;
    }
    let row = ATTRIBUTES.iter().find(|row| row.key == attribute);
    let set = row
        .and_then(|row| row.set)
        .ok_or_else(|| EditError::NoAttribute(attribute.to_owned()))?;
    Ok(set(service(parts, code)?, value)?)
}

fn move_service(
    parts: &mut Parts,
    code: &ServiceCode,
    category: &str,
    before: Option<&ServiceCode>,
) -> Result<(), EditError> {
    has_category(parts, category)?;
    let at = position(parts, code)?;
    if let Some(before) = before {
        position(parts, before)?;
    }
    if before == Some(code) {
        category.clone_into(&mut parts.services[at].category);
        return Ok(());
    }
    let mut moved = parts.services.remove(at);
    category.clone_into(&mut moved.category);
    let to = match before {
        Some(before) => position(parts, before)?,
        None => end_of(parts, category),
    };
    parts.services.insert(to, moved);
    Ok(())
}

/// A removed service is no longer offered as the answer to a separating
/// question; a question left with one answer goes with it.
fn drop_from_pairs(parts: &mut Parts, code: &ServiceCode) {
    for pair in &mut parts.pairs {
        pair.choices.retain(|choice| choice.service != *code);
        if pair.unanswered.as_ref() == Some(code) {
            pair.unanswered = None;
        }
    }
    parts.pairs.retain(|pair| pair.choices.len() >= 2);
}

fn service<'p>(parts: &'p mut Parts, code: &ServiceCode) -> Result<&'p mut Service, EditError> {
    let at = position(parts, code)?;
    Ok(&mut parts.services[at])
}

fn position(parts: &Parts, code: &ServiceCode) -> Result<usize, EditError> {
    let at = parts
        .services
        .iter()
        .position(|service| service.code == *code);
    at.ok_or_else(|| EditError::NoService(code.clone()))
}

fn category_position(parts: &Parts, code: &str) -> Result<usize, EditError> {
    let at = parts
        .categories
        .iter()
        .position(|category| category.code == code);
    at.ok_or_else(|| EditError::NoCategory(code.to_owned()))
}

fn has_category(parts: &Parts, code: &str) -> Result<(), EditError> {
    category_position(parts, code).map(|_| ())
}

/// Behind the last service of a category.
fn end_of(parts: &Parts, category: &str) -> usize {
    parts
        .services
        .iter()
        .rposition(|service| service.category == category)
        .map_or(parts.services.len(), |at| at + 1)
}

fn blank(code: &ServiceCode, category: &str, name: &Localized) -> Service {
    Service {
        code: code.clone(),
        category: category.to_owned(),
        name: name.clone(),
        short: None,
        aliases: Vec::new(),
        examples: Vec::new(),
        fields: Vec::new(),
        assurance: Assurance::L1,
        urgency: Urgency::Normal,
        limits: Vec::new(),
        role: String::new(),
        route: Route {
            lead: Place::Residence,
            copy: None,
        },
        restricted: false,
        public_notice: false,
        commitment: false,
        source_note: String::new(),
        in_menu: true,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::check::{Severity, check};
    use crate::question::Kind;
    use crate::starter;

    fn code(code: &str) -> ServiceCode {
        ServiceCode::new(code)
    }

    fn cooling() -> Edit {
        Edit::Add {
            code: code("CAR-COOL"),
            category: "CAR".into(),
            name: Localized::fixed("纳凉点", "Cooling room"),
        }
    }

    #[test]
    fn an_added_service_stands_at_the_end_of_its_category_and_is_checked() {
        let after = apply(starter(), &cooling()).unwrap();
        assert_eq!(after.services_of("CAR").last().unwrap().code, "CAR-COOL");
        assert!(after.service("CAR-COOL").is_some());
        assert!(starter().service("CAR-COOL").is_none());
        let errors: Vec<_> = check(&after)
            .into_iter()
            .filter(|f| f.severity == Severity::Error)
            .collect();
        // Aliases, role and deadline are still missing.
        assert_eq!(errors.len(), 3, "{errors:?}");
        assert_eq!(
            apply(&after, &cooling()),
            Err(EditError::CodeTaken(code("CAR-COOL")))
        );
    }

    #[test]
    fn a_removed_service_leaves_no_button_that_leads_nowhere() {
        let after = apply(
            starter(),
            &Edit::Remove {
                code: code("CHA-GOODS"),
            },
        )
        .unwrap();
        assert!(after.service("CHA-GOODS").is_none());
        assert_eq!(after.pairs().len(), starter().pairs().len() - 1);
        let after = apply(
            starter(),
            &Edit::Remove {
                code: code("HOU-REPAIR"),
            },
        )
        .unwrap();
        assert_eq!(after.pairs().len(), starter().pairs().len());
        assert!(
            check(&after)
                .iter()
                .all(|finding| finding.severity == Severity::Warning)
        );
    }

    #[test]
    fn a_moved_service_keeps_its_code() {
        let edit = Edit::Move {
            code: code("ELD-BATH"),
            category: "CAR".into(),
            before: Some(code("CAR-CLEAN")),
        };
        let after = apply(starter(), &edit).unwrap();
        assert_eq!(after.services_of("CAR").next().unwrap().code, "ELD-BATH");
        assert_eq!(after.services_of("ELD").count(), 7);
        assert!(
            check(&after)
                .iter()
                .all(|finding| finding.severity == Severity::Warning)
        );
        let nowhere = Edit::Move {
            code: code("ELD-BATH"),
            category: "ZZZ".into(),
            before: None,
        };
        assert_eq!(
            apply(starter(), &nowhere),
            Err(EditError::NoCategory("ZZZ".into()))
        );
    }

    #[test]
    fn attributes_and_questions_are_set() {
        let mut question = Question::new(
            "floor",
            Localized::fixed("楼层", "Floor"),
            Kind::named("integer").unwrap(),
        );
        let edits = [
            Edit::Set {
                code: code("CAR-HAIR"),
                attribute: "limits".into(),
                value: "first_contact PT4H working customary".into(),
            },
            Edit::Rename {
                code: code("CAR-HAIR"),
                name: Localized::fixed("上门理发", "Haircut at home"),
            },
            Edit::Ask {
                code: code("CAR-HAIR"),
                question: question.clone(),
            },
            Edit::Unask {
                code: code("CAR-HAIR"),
                key: "phone".into(),
            },
        ];
        let after = apply_all(starter(), &edits).unwrap();
        let hair = after.service("CAR-HAIR").unwrap();
        assert_eq!(hair.limits.len(), 1);
        assert_eq!(hair.name.zh, "上门理发");
        assert!(hair.field("phone").is_none());
        question.required = true;
        let after = apply(
            &after,
            &Edit::Ask {
                code: code("CAR-HAIR"),
                question,
            },
        )
        .unwrap();
        let floors = after
            .service("CAR-HAIR")
            .unwrap()
            .fields
            .iter()
            .filter(|field| field.key == "floor");
        assert_eq!(
            floors.map(|field| field.required).collect::<Vec<_>>(),
            [true]
        );
    }

    #[test]
    fn a_wrong_edit_among_several_changes_nothing_and_says_why() {
        let wrong = Edit::Set {
            code: code("CAR-HAIR"),
            attribute: "urgency".into(),
            value: "soon".into(),
        };
        let error = apply_all(starter(), &[cooling(), wrong]).unwrap_err();
        assert!(matches!(error, EditError::Refused(_)));
        for error in [
            error,
            EditError::NoService(code("X-Y")),
            EditError::NoAttribute("colour".into()),
        ] {
            assert!(error.message().is_complete());
        }
        let unknown = Edit::Set {
            code: code("CAR-HAIR"),
            attribute: "fields".into(),
            value: String::new(),
        };
        assert_eq!(
            apply(starter(), &unknown),
            Err(EditError::NoAttribute("fields".into()))
        );
    }

    #[test]
    fn categories_are_renamed_and_moved() {
        let edits = [
            Edit::RenameCategory {
                code: "COM".into(),
                name: Localized::fixed("社区的事", "Community"),
            },
            Edit::MoveCategory {
                code: "COM".into(),
                before: Some("BAS".into()),
            },
            Edit::MoveCategory {
                code: "BAS".into(),
                before: None,
            },
        ];
        let after = apply_all(starter(), &edits).unwrap();
        let order: Vec<_> = after
            .categories()
            .iter()
            .map(|category| category.code.as_str())
            .collect();
        assert_eq!(order[..3], ["CRI", "COM", "MED"]);
        assert_eq!(order.last(), Some(&"BAS"));
        let missing = Edit::MoveCategory {
            code: "COM".into(),
            before: Some("ZZZ".into()),
        };
        assert_eq!(
            apply(starter(), &missing),
            Err(EditError::NoCategory("ZZZ".into()))
        );
    }
}
