//! One request for administrators: when and why, not what was said.

use super::super::Shared;
use super::super::gate::{AsAdmin, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::when::ChipView;
use super::super::worker::card::CardView;
use super::super::worker::sheet::{LineView, lines};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "admin/request.html")]
struct RequestPage {
    page: Page,
    form: FormKeys,
    card: CardView,
    chips: Vec<ChipView>,
    reason: String,
    explained: Vec<(String, Vec<String>)>,
    timeline: Vec<LineView>,
    astray: Option<String>,
    why: Option<String>,
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    let found = site.backend.admin_sheet(&reference, page.lang).await?;
    let mut sheet = found.ok_or(Problem::NotFound)?;
    // Whatever came along: quotes are residents' words.
    for line in &mut sheet.timeline {
        line.quote = None;
    }
    Ok(page::html(&RequestPage {
        form: FormKeys::new(&me.secret),
        chips: sheet
            .chips
            .iter()
            .map(|chip| ChipView::new(&page, chip))
            .collect(),
        card: CardView::new(&page, sheet.card),
        reason: sheet.reason,
        explained: sheet.explained,
        timeline: lines(&page, sheet.timeline),
        astray: sheet.astray,
        why: sheet.why,
        page,
    }))
}

/// `GET /admin/find?reference=…` leads to the request's page.
pub(super) async fn find(
    _: AsAdmin,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Problem> {
    let typed = query.get("reference").map_or("", String::as_str);
    let reference: String = typed.trim().to_ascii_uppercase();
    let plain = reference
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if reference.is_empty() || reference.len() > 20 || !plain {
        return Err(Problem::NotFound);
    }
    Ok(Redirect::to(&format!("/admin/r/{reference}")).into_response())
}
