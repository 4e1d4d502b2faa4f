//! Changing the own password.

use super::super::Shared;
use super::super::gate::{Caller, Fields, FormKeys, Signed};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::when;
use super::set_up;
use crate::staff::change::Changed;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

#[derive(Template)]
#[template(path = "staff/password.html")]
struct Change {
    page: Page,
    form: FormKeys,
    /// "/worker" or "/admin".
    area: &'static str,
    wrong: Option<String>,
}

fn draw(page: Page, me: &Signed, wrong: Option<(StatusCode, String)>) -> Response {
    let status = wrong.as_ref().map_or(StatusCode::OK, |(status, _)| *status);
    let mut response = page::html(&Change {
        form: FormKeys::new(&me.secret),
        area: me.area(),
        wrong: wrong.map(|(_, words)| words),
        page,
    });
    *response.status_mut() = status;
    response
}

/// `GET …/password`.
pub(super) async fn ask(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
) -> Result<Response, Problem> {
    if site.backend.ways(&me.known).await?.password {
        Ok(draw(Page::desk(&site, prefs), &me, None))
    } else {
        Err(Problem::NotFound)
    }
}

/// `POST …/password`.
pub(super) async fn change(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let page = Page::desk(&site, prefs);
    let (old, new) = (fields.get("old"), fields.get("password"));
    let again = |words: String| (StatusCode::UNPROCESSABLE_ENTITY, words);
    let wrong = if new == fields.get("again") {
        let typed = (old, new);
        let changed = site
            .backend
            .change_password(&me.known, typed, &caller.address);
        match changed.await? {
            Changed::Yes => {
                let to = format!("{}/account?done=password", me.area());
                return Ok(Redirect::to(&to).into_response());
            }
            Changed::NoPassword => return Err(Problem::NotFound),
            Changed::Wrong => (StatusCode::FORBIDDEN, page.entry.password_wrong.to_owned()),
            Changed::Same => again(page.entry.password_same.to_owned()),
            Changed::Weak(weak) => again(set_up::weak(&page, weak).to_owned()),
            Changed::Later(wait) => {
                let words = page.w.try_later.replace("{}", &when::span(page.w, wait));
                (StatusCode::TOO_MANY_REQUESTS, words)
            }
        }
    } else {
        again(page.w.setup_differ.to_owned())
    };
    Ok(draw(page, &me, Some(wrong)))
}
