//! Worker accounts, and one-time sign-in links for them.

use super::super::gate::{AsAdmin, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::{Shared, Worker};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "admin/workers.html")]
struct WorkersPage {
    page: Page,
    form: FormKeys,
    /// Name and link, shown this once.
    link: Option<(String, String)>,
    rows: Vec<Worker>,
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
) -> Result<Response, Problem> {
    Ok(page::html(&WorkersPage {
        page: Page::desk(&site, prefs),
        form: FormKeys::new(&me.secret),
        link: None,
        rows: site.backend.workers().await?,
    }))
}

pub(super) async fn link(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let rows = site.backend.workers().await?;
    let worker = rows.iter().find(|row| row.id == fields.get("id"));
    let worker = worker.ok_or(Problem::NotFound)?;
    let secret = site.backend.worker_link(&worker.id).await?;
    let secret = secret.ok_or(Problem::NotFound)?;
    let link = format!("{}/sign-in#{secret}", site.settings.public_url);
    Ok(page::html(&WorkersPage {
        page: Page::desk(&site, prefs),
        form: FormKeys::new(&me.secret),
        link: Some((worker.name.clone(), link)),
        rows,
    }))
}
