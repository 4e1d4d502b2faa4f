//! A one-time code that connects a messenger to the worker's account.

use super::super::Shared;
use super::super::gate::{AsWorker, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "worker/bind.html")]
struct Bind {
    page: Page,
    form: FormKeys,
    me: AsWorker,
    code: Option<String>,
}

fn draw(site: &Shared, prefs: Prefs, me: AsWorker, code: Option<String>) -> Response {
    page::html(&Bind {
        page: Page::desk(site, prefs),
        form: FormKeys::new(&me.secret),
        me,
        code,
    })
}

pub(super) async fn ask(State(site): State<Shared>, prefs: Prefs, me: AsWorker) -> Response {
    draw(&site, prefs, me, None)
}

pub(super) async fn give(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.of(&me.secret)?;
    let code = site.backend.bind_code(&me.id).await?;
    Ok(draw(&site, prefs, me, Some(code)))
}
