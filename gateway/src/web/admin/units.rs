//! The territory: units from the top down or by name, who works there, who is
//! there now; from each a way to "who would get this".

use super::super::Shared;
use super::super::gate::{AsAdmin, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use crate::desk::units::{UnitRow, UnitView};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

/// What is looked at.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "admin/units.html")]
struct UnitsPage {
    page: Page,
    form: FormKeys,
    q: String,
    /// What was found by name; `None` when nothing was looked for.
    found: Option<Vec<UnitRow>>,
    view: UnitView,
    services: Vec<(String, String)>,
}

/// `GET /admin/units?unit=…` or `?q=…`
pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    let q: String = asked.q.trim().chars().take(60).collect();
    let code = Some(asked.unit.as_str()).filter(|code| !code.is_empty());
    let view = site.backend.unit(code, page.lang).await?;
    let found = match q.as_str() {
        "" => None,
        words => Some(site.backend.find_units(words, page.lang).await?),
    };
    Ok(page::html(&UnitsPage {
        view: view.ok_or(Problem::NotFound)?,
        services: site.backend.services(page.lang).await?,
        form: FormKeys::new(&me.secret),
        found,
        q,
        page,
    }))
}
