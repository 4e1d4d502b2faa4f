//! What is kept of somebody as a file: the one-time link of the chat becomes a
//! download.
//!
//! The secret stays behind `#` until the button is pressed, so that no preview of
//! a messenger spends it.

use super::super::Shared;
use super::super::gate::Fields;
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::sign_in;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "chat/copy.html")]
struct CopyPage {
    page: Page,
    spent: bool,
}

pub(super) async fn ask(State(site): State<Shared>, prefs: Prefs) -> Response {
    draw(&site, &prefs, false)
}

fn draw(site: &Shared, prefs: &Prefs, spent: bool) -> Response {
    let page = Page::new(site, prefs.at("/my-data"));
    let mut response = page::html(&CopyPage { page, spent });
    if spent {
        *response.status_mut() = StatusCode::FORBIDDEN;
    }
    response
}

/// `POST /my-data`: spends the link.
pub(super) async fn give(
    State(site): State<Shared>,
    prefs: Prefs,
    fields: Fields,
) -> Result<Response, Problem> {
    let secret = sign_in::pasted(fields.get("link"));
    let file = if secret.is_empty() || secret.len() > 256 {
        None
    } else {
        site.backend.own_copy(secret, prefs.lang).await?
    };
    let Some(file) = file else {
        return Ok(draw(&site, &prefs, true));
    };
    Ok(page::file("my-data.json", page::JSON, file))
}
