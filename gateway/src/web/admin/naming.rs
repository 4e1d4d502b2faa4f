//! Findings and differences as people read them: by the name of what they are
//! about, with its code behind it in small, and a way to where it is mended.

use super::super::words::editing;
use super::editor::put;
use crate::audit::{OPERATOR, SYSTEM};
use crate::editing::{Found, Kind, Workbench};
use menus::Lang;
use menus::diff::Change;

/// One line to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// What it is about; empty where the text says so itself.
    pub(super) name: String,
    /// Its code, where it has one.
    pub(super) code: String,
    /// Where it is mended; may be empty.
    pub(super) link: String,
    pub(super) text: String,
    pub(super) grave: bool,
}

/// What is to mend or doubtful.
pub(super) fn findings(bench: &Workbench, lang: Lang) -> Vec<Said> {
    let said = |found: &Found| Said {
        text: text(bench, found, lang),
        grave: found.grave,
        ..about(bench, found, lang)
    };
    bench.findings.iter().map(said).collect()
}

/// What is to mend, as a sentence by itself.
pub(super) fn sentence(bench: &Workbench, found: &Found, lang: Lang) -> String {
    let text = text(bench, found, lang);
    match about(bench, found, lang).name {
        name if name.is_empty() => text,
        name if lang == Lang::Zh => format!("{name}：{text}"),
        name => format!("{name}: {text}"),
    }
}

/// What changes. The text names what it is about; its code stands behind.
pub(super) fn changes(bench: &Workbench, lang: Lang) -> Vec<Said> {
    let said = |change: &Change| Said {
        name: String::new(),
        text: change.text.get(lang).to_owned(),
        ..place(bench, &change.place, lang)
    };
    bench.changes.iter().map(said).collect()
}

/// What is to mend; a place that has a service otherwise by its name.
fn text(bench: &Workbench, found: &Found, lang: Lang) -> String {
    let text = found.text.get(lang);
    let unit = found.field.strip_prefix("override.");
    match unit.and_then(|unit| bench.places.iter().find(|spot| spot.code == unit)) {
        Some(spot) => text.replacen(&spot.code, &spot.name, 1),
        None => text.to_owned(),
    }
}

/// What a finding is about: a scenario has a name and nothing else.
fn about(bench: &Workbench, found: &Found, lang: Lang) -> Said {
    if found.field == "scenario" {
        return Said {
            name: found.place.clone(),
            ..Said::default()
        };
    }
    place(bench, &found.place, lang)
}

/// What people call a place of a document.
fn place(bench: &Workbench, code: &str, lang: Lang) -> Said {
    let mut said = Said::default();
    // Ladders and calendars say where in their own words.
    let Some(menu) = bench.menu().filter(|_| bench.kind == Kind::Menu) else {
        return said;
    };
    if let Some(service) = menu.service(code) {
        service.name.get(lang).clone_into(&mut said.name);
        code.clone_into(&mut said.code);
        said.link = format!("/admin/menu/service/{code}");
    } else if let Some(category) = menu.category(code) {
        category.name.get(lang).clone_into(&mut said.name);
        code.clone_into(&mut said.code);
        "/admin/menu".clone_into(&mut said.link);
    } else if let Some(number) = code.strip_prefix("pair ") {
        said.name = put(editing(lang).place_pair, number);
    }
    said
}

/// Between the members of a list.
pub(super) const fn comma(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "，",
        Lang::En => ", ",
    }
}

/// A language by its name.
pub(super) const fn language(of: Lang, lang: Lang) -> &'static str {
    let t = editing(lang);
    match of {
        Lang::Zh => t.language_zh,
        Lang::En => t.language_en,
    }
}

/// Who an actor of the log is: an account by its name, the rest in words.
pub(super) fn actor(actor: &str, lang: Lang) -> String {
    let t = editing(lang);
    match actor {
        SYSTEM => t.actor_system.to_owned(),
        OPERATOR => t.actor_operator.to_owned(),
        "admin" => t.actor_link.to_owned(),
        other => other.strip_prefix("admin:").unwrap_or(other).to_owned(),
    }
}
