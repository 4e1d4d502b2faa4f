//! The page of one request, and its live part.

use super::super::gate::{AsWorker, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::{Shared, Topic, events};
use super::sheet::SheetView;
use crate::rights::Right;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "worker/sheet_page.html")]
struct SheetPage {
    page: Page,
    form: FormKeys,
    me: AsWorker,
    reference: String,
    sheet: SheetView,
    notice: Option<String>,
    /// What was written with a refused act.
    written: Option<String>,
}

/// An act that was not done: status, sentence, and what was written with it.
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) sentence: String,
    pub(super) written: Option<String>,
}

async fn sheet(
    site: &Shared,
    prefs: Prefs,
    me: &AsWorker,
    reference: &str,
) -> Result<SheetView, Problem> {
    let page = Page::desk(site, prefs);
    let found = site.backend.sheet(&me.id, reference, page.lang).await?;
    let sheet = found.ok_or(Problem::NotFound)?;
    Ok(SheetView::new(page, &me.secret, sheet))
}

pub(super) async fn draw(
    site: &Shared,
    prefs: Prefs,
    me: AsWorker,
    reference: String,
    refused: Option<Refused>,
) -> Result<Response, Problem> {
    let here = format!("/worker/r/{reference}");
    let sheet = sheet(site, prefs.clone(), &me, &reference).await?;
    let status = refused.as_ref().map(|r| r.status);
    let (notice, written) = refused.map_or((None, None), |r| (Some(r.sentence), r.written));
    let mut response = page::html(&SheetPage {
        page: Page::desk(site, Prefs { here, ..prefs }),
        form: FormKeys::new(&me.secret),
        me,
        reference,
        sheet,
        notice,
        written,
    });
    if let Some(status) = status {
        *response.status_mut() = status;
    }
    Ok(response)
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    draw(&site, prefs, me, reference, None).await
}

pub(super) async fn fragment(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    Ok(page::html(&sheet(&site, prefs, &me, &reference).await?))
}

/// A picture the resident sent.
pub(super) async fn photo(
    State(site): State<Shared>,
    me: AsWorker,
    Path((reference, photo)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = site.backend.request_photo(&me.id, &reference, &photo);
    found.await?.map(page::picture).ok_or(Problem::NotFound)
}

#[derive(Deserialize)]
pub(super) struct Known {
    /// Mark of what the page was drawn from.
    #[serde(default)]
    v: String,
}

pub(super) async fn follow(
    State(site): State<Shared>,
    me: AsWorker,
    Path(reference): Path<String>,
    Query(known): Query<Known>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // Listening begins before looking, so that nothing falls in between.
    let hints = site.backend.hints(Topic::Request(reference.clone()));
    if site.backend.sheet_mark(&me.id, &reference).await?.is_none() {
        let actor = format!("worker:{}", me.id);
        let refused = site.backend.refused(&actor, Right::Read, "request:unknown");
        refused.await?;
        return Err(Problem::NotFound);
    }
    let last = events::last_seen(&headers).unwrap_or(known.v);
    Ok(events::marked(hints, Some(last), move || {
        let (site, id, reference) = (site.clone(), me.id.clone(), reference.clone());
        async move {
            let mark = site.backend.sheet_mark(&id, &reference).await?;
            // Out of sight: the page finds out when it looks.
            Ok(mark.unwrap_or_else(|| "gone".to_owned()))
        }
    }))
}
