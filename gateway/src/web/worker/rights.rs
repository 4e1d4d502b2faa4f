//! What the officer for personal data does about a request: take a copy of what
//! is kept, and erase it. Both need a fresh proof; the guard of the routes asks.

use super::super::Shared;
use super::super::gate::{AsWorker, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use crate::rights::Right;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

#[derive(Template)]
#[template(path = "worker/rights.html")]
struct RightsPage {
    page: Page,
    form: FormKeys,
    me: AsWorker,
    reference: String,
    /// What the person was told.
    receipt: Option<String>,
}

fn draw(site: &Shared, prefs: Prefs, me: AsWorker, reference: String) -> RightsPage {
    RightsPage {
        page: Page::desk(site, prefs),
        form: FormKeys::new(&me.secret),
        me,
        reference,
        receipt: None,
    }
}

/// `GET /worker/r/{reference}/data`.
pub(super) async fn ask(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let may = site.backend.about_rights(&me.id, &reference, Right::Erase);
    if !may.await? {
        return Err(Problem::NotFound);
    }
    Ok(page::html(&draw(&site, prefs, me, reference)))
}

/// `GET /worker/r/{reference}/data.json`.
pub(super) async fn file(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let backend = &site.backend;
    let file = backend.take_copy(&me.id, &reference, prefs.lang).await?;
    let file = file.ok_or(Problem::NotFound)?;
    Ok(page::file("data.json", page::JSON, file))
}

/// `POST /worker/r/{reference}/data`: erases.
pub(super) async fn erase(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Path(reference): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.of(&me.secret)?;
    let receipt = site.backend.erase(&me.id, &reference, prefs.lang).await?;
    let mut page = draw(&site, prefs, me, reference);
    page.receipt = Some(receipt.ok_or(Problem::NotFound)?);
    Ok(page::html(&page))
}
