//! The tree of categories and services: order, adding, names of categories.
//!
//! Each service has a page of its own. Moving works by buttons, and by dragging
//! where there is the script.

use super::super::Shared;
use super::super::gate::{AsAdmin, Fields, FormKeys, Signed};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::{Editing, editing};
use super::editor::{Head, ask, put, revision};
use crate::editing::{Edits, Ended, Kind, Order, Paper, Workbench, settled};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use menus::edit::Edit;
use menus::{Catalogue, Localized, Service, ServiceCode};

#[derive(Template)]
#[template(path = "admin/menu.html")]
struct MenuPage {
    page: Page,
    form: FormKeys,
    t: &'static Editing,
    head: Head,
    branches: Vec<Branch>,
    ended: Vec<Ended>,
}

struct Branch {
    code: String,
    name: String,
    in_menu: bool,
    services: Vec<Leaf>,
}

struct Leaf {
    code: String,
    name: String,
    restricted: bool,
    in_menu: bool,
    is_new: bool,
    is_changed: bool,
    to_mend: String,
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
) -> Result<Response, Problem> {
    let bench = ask(&site, &signed, Kind::Menu, 0, Order::Look).await?;
    draw(&site, prefs, &me, &bench, Vec::new())
}

pub(super) async fn order(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let seen = revision(&fields)?;
    let bench = ask(&site, &signed, Kind::Menu, seen, Order::Look).await?;
    let catalogue = bench.menu().ok_or(Problem::NotFound)?;
    let edits = match fields.order() {
        ("place-drop", unit) => settled(catalogue, unit, None),
        ("place-move", unit) => {
            let mut ended = bench.ended.iter();
            let ended = ended.find(|ended| ended.unit == unit);
            let to = ended.and_then(|ended| ended.successor.as_ref());
            let (to, _) = to.ok_or(Problem::NotFound)?;
            settled(catalogue, unit, Some(to))
        }
        _ => edit(&fields, catalogue)?.into_iter().collect(),
    };
    let bench = if edits.is_empty() {
        // Already at the end, or gone.
        bench
    } else {
        let order = Order::Edit(Edits::Menu(edits));
        ask(&site, &signed, Kind::Menu, seen, order).await?
    };
    draw(&site, prefs, &me, &bench, fields.again())
}

fn edit(fields: &Fields, catalogue: &Catalogue) -> Result<Option<Edit>, Problem> {
    let code = |name: &str| ServiceCode::new(fields.get(name).trim());
    let text = |name: &str| fields.get(name).trim().to_owned();
    let name = || Localized::new(text("zh"), text("en"));
    let (what, of) = fields.order();
    Ok(match what {
        "up" | "down" => moved(catalogue, of, what == "up"),
        "cat-up" | "cat-down" => category_moved(catalogue, of, what == "cat-up"),
        "drop" => Some(Edit::Move {
            code: code("code"),
            category: text("category"),
            before: Some(code("before")).filter(|c| !c.as_str().is_empty()),
        }),
        "add" => Some(Edit::Add {
            code: code("code"),
            category: text("category"),
            name: name(),
        }),
        "add-category" => Some(Edit::AddCategory {
            code: text("code"),
            name: name(),
        }),
        "rename-category" => Some(Edit::RenameCategory {
            code: text("category"),
            name: name(),
        }),
        _ => return Err(Problem::Unreadable),
    })
}

/// One place up or down among the services of the category; `None` at its end.
fn moved(catalogue: &Catalogue, code: &str, up: bool) -> Option<Edit> {
    let service = catalogue.service(code)?;
    let all: Vec<&Service> = catalogue.services_of(&service.category).collect();
    let at = all.iter().position(|s| s.code == *code)?;
    let before = if up {
        Some(all.get(at.checked_sub(1)?)?.code.clone())
    } else {
        all.get(at + 1)?;
        all.get(at + 2).map(|s| s.code.clone())
    };
    Some(Edit::Move {
        code: service.code.clone(),
        category: service.category.clone(),
        before,
    })
}

fn category_moved(catalogue: &Catalogue, code: &str, up: bool) -> Option<Edit> {
    let all = catalogue.categories();
    let at = all.iter().position(|c| c.code == code)?;
    let before = if up {
        Some(all.get(at.checked_sub(1)?)?.code.clone())
    } else {
        all.get(at + 1)?;
        all.get(at + 2).map(|c| c.code.clone())
    };
    Some(Edit::MoveCategory {
        code: code.to_owned(),
        before,
    })
}

fn draw(
    site: &Shared,
    prefs: Prefs,
    me: &AsAdmin,
    bench: &Workbench,
    again: Vec<(String, String)>,
) -> Result<Response, Problem> {
    let page = Page::desk(site, prefs);
    let t = editing(page.lang);
    let catalogue = bench.menu().ok_or(Problem::NotFound)?;
    let Paper::Menu(live) = &*bench.live_paper else {
        return Err(Problem::NotFound);
    };
    let leaf = |s: &Service| {
        let code = s.code.as_str();
        let grave = bench.findings.iter().filter(|f| f.grave && f.place == code);
        let to_mend = match grave.count() {
            0 => String::new(),
            n => put(t.to_mend, n),
        };
        let before = live.service(code);
        Leaf {
            code: code.to_owned(),
            name: s.name.get(page.lang).to_owned(),
            restricted: s.restricted,
            in_menu: s.in_menu,
            is_new: before.is_none(),
            is_changed: before.is_some_and(|before| before != s),
            to_mend,
        }
    };
    let branches = catalogue.categories().iter().map(|c| Branch {
        code: c.code.clone(),
        name: c.name.get(page.lang).to_owned(),
        in_menu: c.in_menu,
        services: catalogue.services_of(&c.code).map(leaf).collect(),
    });
    let drawn = MenuPage {
        form: FormKeys::new(&me.secret),
        head: Head::of(&page, bench, again),
        branches: branches.collect(),
        ended: bench.ended.clone(),
        t,
        page,
    };
    Ok(Head::dress(bench, page::html(&drawn)))
}
