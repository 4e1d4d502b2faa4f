//! One service: every attribute with what is wrong beside it, and its questions.

use super::super::Shared;
use super::super::gate::{AsAdmin, Fields, FormKeys, Signed};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::{Editing, editing};
use super::editor::{Head, ask, revision};
use super::question_form::{self, Row};
use crate::editing::{Edits, Kind, Order, Workbench};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use menus::catalogue::{ATTRIBUTES, Attribute, OTHERWISE, Override, Shown};
use menus::edit::Edit;
use menus::{Catalogue, Lang, Service, ServiceCode};

#[derive(Template)]
#[template(path = "admin/service.html")]
struct ServicePage {
    page: Page,
    form: FormKeys,
    t: &'static Editing,
    head: Head,
    code: String,
    name: String,
    fields: Vec<Field>,
    /// What is wrong with the service as a whole, and with its questions.
    wrong: Vec<(String, bool)>,
    questions: Vec<Row>,
    /// A question to be added.
    fresh: Row,
    /// What is otherwise in places: code, name, in words.
    otherwise: Vec<(String, String, Vec<String>)>,
    /// Code and name of every place that may have it otherwise.
    places: Vec<(String, String)>,
    /// The attributes that may be otherwise.
    local: Vec<Field>,
}

/// An attribute as a field of the form.
struct Field {
    key: &'static str,
    label: &'static str,
    value: String,
    /// Words of a closed set with what they mean; empty for free text.
    choices: Vec<(String, String)>,
    lines: bool,
    wrong: Vec<(String, bool)>,
}

pub(super) async fn open(
    State(site): State<Shared>,
    Path(code): Path<String>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
) -> Result<Response, Problem> {
    let bench = ask(&site, &signed, Kind::Menu, 0, Order::Look).await?;
    draw(&site, prefs, &me, &bench, &code, Vec::new())
}

pub(super) async fn order(
    State(site): State<Shared>,
    Path(code): Path<String>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let seen = revision(&fields)?;
    let bench = ask(&site, &signed, Kind::Menu, seen, Order::Look).await?;
    let catalogue = bench.menu().ok_or(Problem::NotFound)?;
    let edits = edits(&fields, catalogue, &ServiceCode::new(&code))?;
    let retired = edits.iter().any(|e| matches!(e, Edit::Remove { .. }));
    let bench = ask(
        &site,
        &signed,
        Kind::Menu,
        seen,
        Order::Edit(Edits::Menu(edits)),
    )
    .await?;
    let gone = bench
        .menu()
        .is_none_or(|menu| menu.service(&code).is_none());
    if retired && gone {
        return Ok(Redirect::to("/admin/menu").into_response());
    }
    draw(&site, prefs, &me, &bench, &code, fields.again())
}

fn edits(fields: &Fields, catalogue: &Catalogue, code: &ServiceCode) -> Result<Vec<Edit>, Problem> {
    let (what, of) = fields.order();
    let key = of.to_owned();
    Ok(match what {
        "save" => set(fields, code),
        "retire" => vec![Edit::Remove { code: code.clone() }],
        "ask" => vec![Edit::Ask {
            code: code.clone(),
            question: question_form::read(fields, catalogue, code)?,
        }],
        "otherwise" => otherwise(fields, code),
        "as-everywhere" => {
            let back = |attribute: &str| Edit::Override {
                unit: key.clone(),
                code: code.clone(),
                attribute: attribute.to_owned(),
                value: None,
            };
            OTHERWISE.into_iter().map(back).collect()
        }
        "unask" => vec![Edit::Unask {
            code: code.clone(),
            key,
        }],
        "question-up" | "question-down" => {
            let service = catalogue.service(code).ok_or(Problem::NotFound)?;
            moved(service, &key, what == "question-up")
        }
        _ => return Err(Problem::Unreadable),
    })
}

/// Every field that was filled in is otherwise in that place from now on.
fn otherwise(fields: &Fields, code: &ServiceCode) -> Vec<Edit> {
    let edit = |attribute: &str| {
        let value = plain(fields.get(&format!("l.{attribute}")));
        (!value.is_empty()).then(|| Edit::Override {
            unit: fields.get("unit").trim().to_owned(),
            code: code.clone(),
            attribute: attribute.to_owned(),
            value: Some(value),
        })
    };
    OTHERWISE.into_iter().filter_map(edit).collect()
}

/// What differs from what the form was drawn with, so that nobody else's change
/// of another attribute is undone.
fn set(fields: &Fields, code: &ServiceCode) -> Vec<Edit> {
    let changed = |attribute: &&Attribute| {
        attribute.set.is_some() && {
            let (now, before) = (
                format!("a.{}", attribute.key),
                format!("o.{}", attribute.key),
            );
            plain(fields.get(&now)) != plain(fields.get(&before))
        }
    };
    let edit = |attribute: &Attribute| Edit::Set {
        code: code.clone(),
        attribute: attribute.key.to_owned(),
        value: plain(fields.get(&format!("a.{}", attribute.key))),
    };
    ATTRIBUTES.iter().filter(changed).map(edit).collect()
}

/// Browsers send line ends of their own.
fn plain(value: &str) -> String {
    value.replace("\r\n", "\n").trim().to_owned()
}

fn moved(service: &Service, key: &str, up: bool) -> Vec<Edit> {
    let all = &service.fields;
    let Some(at) = all.iter().position(|q| q.key == key) else {
        return Vec::new();
    };
    let other = |at: usize| all.get(at).map(|q| q.key.clone());
    let before = match (up, at) {
        (true, 0) => return Vec::new(),
        (true, at) => other(at - 1),
        (false, at) if at + 1 == all.len() => return Vec::new(),
        (false, at) => other(at + 2),
    };
    vec![Edit::MoveQuestion {
        code: service.code.clone(),
        key: key.to_owned(),
        before,
    }]
}

fn draw(
    site: &Shared,
    prefs: Prefs,
    me: &AsAdmin,
    bench: &Workbench,
    code: &str,
    again: Vec<(String, String)>,
) -> Result<Response, Problem> {
    let page = Page::desk(site, prefs);
    let lang = page.lang;
    let catalogue = bench.menu().ok_or(Problem::NotFound)?;
    let service = catalogue.service(code).ok_or(Problem::NotFound)?;
    let wrong = |field: &str| {
        let here = bench.findings.iter();
        let here = here.filter(|f| f.place == code && beside(&f.field) == field);
        here.map(|f| (f.text.get(lang).to_owned(), f.grave))
            .collect::<Vec<_>>()
    };
    let fields = ATTRIBUTES.iter().filter(|a| a.set.is_some());
    let fields = fields.map(|a| Field {
        wrong: wrong(a.key),
        ..field(a, service, catalogue, lang)
    });
    let questions = service.fields.iter().map(|q| Row {
        wrong: wrong(&format!("question.{}", q.key)),
        ..Row::of(q, lang)
    });
    let drawn = ServicePage {
        form: FormKeys::new(&me.secret),
        head: Head::of(&page, bench, again),
        t: editing(lang),
        code: code.to_owned(),
        name: service.name.get(lang).to_owned(),
        fields: fields.collect(),
        wrong: [wrong(""), wrong("fields")].concat(),
        questions: questions.collect(),
        otherwise: overridden(bench, catalogue, service, lang),
        places: bench
            .places
            .iter()
            .map(|s| (s.code.clone(), s.name.clone()))
            .collect(),
        local: local(service, catalogue, lang),
        fresh: Row::empty(lang),
        page,
    };
    Ok(Head::dress(bench, page::html(&drawn)))
}

/// What is otherwise about a service, by place.
fn overridden(
    bench: &Workbench,
    catalogue: &Catalogue,
    service: &Service,
    lang: Lang,
) -> Vec<(String, String, Vec<String>)> {
    let here = catalogue.overrides().iter();
    let here = here.filter(|one| one.service == service.code);
    let row = |one: &Override| {
        let place = bench.places.iter().find(|spot| spot.code == one.unit);
        let name = place.map(|spot| spot.name.clone()).unwrap_or_default();
        (one.unit.clone(), name, one.words(service, catalogue, lang))
    };
    here.map(row).collect()
}

/// Empty fields for what may be otherwise.
fn local(service: &Service, catalogue: &Catalogue, lang: Lang) -> Vec<Field> {
    let rows = ATTRIBUTES.iter().filter(|a| OTHERWISE.contains(&a.key));
    let empty = |row| {
        let mut field = field(row, service, catalogue, lang);
        if !field.choices.iter().any(|(value, _)| value.is_empty()) && !field.choices.is_empty() {
            field.choices.insert(0, (String::new(), "—".to_owned()));
        }
        field.value = String::new();
        field
    };
    rows.map(empty).collect()
}

/// The field a finding stands beside.
fn beside(field: &str) -> &str {
    match field {
        "name" => "name.zh",
        other => other,
    }
}

fn field(
    attribute: &'static Attribute,
    service: &Service,
    catalogue: &Catalogue,
    lang: Lang,
) -> Field {
    let named = |code: &str, name: &str| (code.to_owned(), format!("{name} · {code}"));
    let choices = match attribute.shown {
        Shown::Flag => {
            let t = editing(lang);
            vec![
                ("yes".to_owned(), t.yes.to_owned()),
                ("no".to_owned(), t.no.to_owned()),
            ]
        }
        Shown::OneOf(words) => {
            let word = |(code, name): &(&str, menus::Localized)| {
                ((*code).to_owned(), name.get(lang).to_owned())
            };
            words.iter().map(word).collect()
        }
        Shown::Category => {
            let all = catalogue.categories().iter();
            all.map(|c| named(&c.code, c.name.get(lang))).collect()
        }
        Shown::Role => {
            let all = catalogue.roles().iter();
            let none = std::iter::once((String::new(), "—".to_owned()));
            none.chain(all.map(|r| named(&r.code, r.name.get(lang))))
                .collect()
        }
        Shown::Line | Shown::Lines | Shown::Limits | Shown::Questions => Vec::new(),
    };
    Field {
        key: attribute.key,
        label: attribute.label.get(lang),
        value: (attribute.value)(service),
        choices,
        lines: matches!(attribute.shown, Shown::Lines | Shown::Limits),
        wrong: Vec::new(),
    }
}
