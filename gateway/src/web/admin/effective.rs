//! The menu of one place: the draft, or what is in force, with everything the
//! places around have otherwise.

use super::super::Shared;
use super::super::gate::{AsAdmin, FormKeys, Signed};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::{Editing, editing};
use super::editor::{Head, ask, put};
use crate::editing::{Kind, Order, Workbench};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use menus::{Catalogue, Lang, Service};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "admin/effective.html")]
struct EffectivePage {
    page: Page,
    form: FormKeys,
    t: &'static Editing,
    head: Head,
    /// Code, name, chosen.
    places: Vec<(String, String, bool)>,
    /// Where what is otherwise comes from; `None` before a place was chosen.
    from: Option<String>,
    branches: Vec<(String, Vec<Leaf>)>,
}

struct Leaf {
    code: String,
    name: String,
    hidden: bool,
    /// What is otherwise here, in words.
    otherwise: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    unit: String,
}

pub(super) async fn open(
    State(site): State<Shared>,
    Query(asked): Query<Asked>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
) -> Result<Response, Problem> {
    let bench = ask(&site, &signed, Kind::Menu, 0, Order::Look).await?;
    let catalogue = bench.menu().ok_or(Problem::NotFound)?;
    let spot = bench.places.iter().find(|spot| spot.code == asked.unit);
    if spot.is_none() && !asked.unit.is_empty() {
        return Err(Problem::NotFound);
    }
    let page = Page::desk(&site, prefs);
    let t = editing(page.lang);
    let around = spot.map(|spot| spot.around.iter().map(String::as_str));
    let around = around.map(Vec::from_iter);
    let places = bench.places.iter();
    let drawn = EffectivePage {
        form: FormKeys::new(&me.secret),
        head: Head::of(&page, &bench, Vec::new()),
        places: places
            .map(|spot| {
                (
                    spot.code.clone(),
                    spot.name.clone(),
                    spot.code == asked.unit,
                )
            })
            .collect(),
        from: around
            .as_ref()
            .map(|around| from(&bench, catalogue, around, t)),
        branches: around
            .map(|around| branches(catalogue, &around, page.lang))
            .unwrap_or_default(),
        t,
        page,
    };
    Ok(page::html(&drawn))
}

fn from(bench: &Workbench, catalogue: &Catalogue, around: &[&str], t: &Editing) -> String {
    let here = catalogue.overriding(around);
    if here.is_empty() {
        return t.effective_none.to_owned();
    }
    let name = |unit: &&str| {
        let known = bench.places.iter().find(|spot| spot.code == *unit);
        known.map_or_else(|| (*unit).to_owned(), |spot| spot.name.clone())
    };
    let names: Vec<String> = here.iter().map(name).collect();
    put(t.effective_from, names.join(" → "))
}

/// Categories with their services as they are in the place.
fn branches(catalogue: &Catalogue, around: &[&str], lang: Lang) -> Vec<(String, Vec<Leaf>)> {
    let here = catalogue.at(around);
    let leaf = |service: &Service| {
        let about = catalogue
            .overrides()
            .iter()
            .filter(|one| one.service == service.code && around.contains(&one.unit.as_str()));
        let base = catalogue.service(&service.code).unwrap_or(service);
        Leaf {
            code: service.code.to_string(),
            name: service.name.get(lang).to_owned(),
            hidden: !service.in_menu,
            otherwise: about
                .flat_map(|one| one.words(base, catalogue, lang))
                .collect(),
        }
    };
    let branch = |c: &menus::Category| {
        let leaves = here.services_of(&c.code).map(leaf).collect();
        (c.name.get(lang).to_owned(), leaves)
    };
    here.categories().iter().map(branch).collect()
}
