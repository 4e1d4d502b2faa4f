//! Persons who may be one: somebody decides, and may take it back.

use super::super::Shared;
use super::super::gate::{Fields, FormKeys, Signed};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use crate::desk::view::Merge;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "admin/persons.html")]
struct PersonsPage {
    page: Page,
    form: FormKeys,
    notice: Option<&'static str>,
    waiting: Vec<Merge>,
    done: Vec<Merge>,
}

async fn draw(
    site: &Shared,
    page: Page,
    me: &Signed,
    notice: Option<&'static str>,
) -> Result<Response, Problem> {
    let all = site.backend.merges(page.lang).await?;
    let (done, waiting) = all.into_iter().partition(|m| m.done);
    Ok(page::html(&PersonsPage {
        form: FormKeys::new(&me.secret),
        notice,
        waiting,
        done,
        page,
    }))
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    draw(&site, page, &me, None).await
}

pub(super) async fn decide(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let page = Page::desk(&site, prefs);
    let (id, answer) = (fields.get("id"), fields.get("answer"));
    let done = site.backend.decide_merge(&me.known, id, answer).await?;
    let notice = if done {
        page.w.merge_kept
    } else {
        page.w.merge_gone
    };
    draw(&site, page, &me, Some(notice)).await
}
