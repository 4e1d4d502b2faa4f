//! Messages that could not be handled: try again, or set aside.

use super::super::gate::{AsAdmin, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::{Shared, when};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "admin/parked.html")]
struct ParkedPage {
    page: Page,
    form: FormKeys,
    notice: Option<&'static str>,
    rows: Vec<Row>,
}

struct Row {
    key: String,
    at: String,
    channel: String,
    cause: String,
}

async fn draw(
    site: &Shared,
    page: Page,
    me: &AsAdmin,
    notice: Option<&'static str>,
) -> Result<Response, Problem> {
    let parked = site.backend.parked().await?;
    let rows = parked.into_iter().map(|row| Row {
        key: row.key,
        at: when::at(&page, row.at),
        channel: row.channel,
        cause: row.cause,
    });
    Ok(page::html(&ParkedPage {
        rows: rows.collect(),
        form: FormKeys::new(&me.secret),
        notice,
        page,
    }))
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
) -> Result<Response, Problem> {
    draw(&site, Page::desk(&site, prefs), &me, None).await
}

pub(super) async fn decide(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let page = Page::desk(&site, prefs);
    let key = fields.get("key");
    let (found, done) = match fields.get("do") {
        "retry" => (site.backend.retry_parked(key).await?, page.w.parked_retried),
        "discard" => (
            site.backend.discard_parked(key).await?,
            page.w.parked_discarded,
        ),
        _ => return Err(Problem::Unreadable),
    };
    let notice = if found { done } else { page.w.parked_gone };
    draw(&site, page, &me, Some(notice)).await
}
