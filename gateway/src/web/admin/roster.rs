//! What is wrong with the roster of the next two weeks.

use super::super::Shared;
use super::super::gate::{AsAdmin, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "admin/roster.html")]
struct RosterPage {
    page: Page,
    form: FormKeys,
    findings: Vec<String>,
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    Ok(page::html(&RosterPage {
        findings: site.backend.roster_findings(page.lang).await?,
        form: FormKeys::new(&me.secret),
        page,
    }))
}
