//! What the officer for personal data does about a request: take a copy of what
//! is kept, and erase it. Both need a fresh proof; the guard of the routes asks.

use super::super::Shared;
use super::super::gate::{Fields, FormKeys, Signed};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use crate::rights::Right;
use crate::web::Subject;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "worker/rights.html")]
struct RightsPage {
    page: Page,
    form: FormKeys,
    /// "/worker".
    area: &'static str,
    reference: String,
    /// What the person was told.
    receipt: Option<String>,
}

/// Administrators have these rights, too, and no requests of their own.
fn worker(me: &Signed) -> Result<&str, Problem> {
    match &me.subject {
        Subject::Worker { id, .. } => Ok(id),
        Subject::Admin => Err(Problem::NotFound),
    }
}

fn draw(site: &Shared, prefs: Prefs, me: &Signed, reference: String) -> RightsPage {
    RightsPage {
        page: Page::desk(site, prefs),
        form: FormKeys::new(&me.secret),
        area: me.area(),
        reference,
        receipt: None,
    }
}

/// `GET /worker/r/{reference}/data`.
pub(super) async fn ask(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let may = site
        .backend
        .about_rights(worker(&me)?, &reference, Right::Erase);
    if !may.await? {
        return Err(Problem::NotFound);
    }
    Ok(page::html(&draw(&site, prefs, &me, reference)))
}

/// `GET /worker/r/{reference}/data.json`.
pub(super) async fn file(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let backend = &site.backend;
    let file = backend
        .take_copy(worker(&me)?, &reference, prefs.lang)
        .await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"data.json\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, file.ok_or(Problem::NotFound)?).into_response())
}

/// `POST /worker/r/{reference}/data`: erases.
pub(super) async fn erase(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
    Path(reference): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.of(&me.secret)?;
    let receipt = site
        .backend
        .erase(worker(&me)?, &reference, prefs.lang)
        .await?;
    let mut page = draw(&site, prefs, &me, reference);
    page.receipt = Some(receipt.ok_or(Problem::NotFound)?);
    Ok(page::html(&page))
}
