//! Proving again: a code before what must not be done by whoever finds an
//! unlocked screen.

use super::super::gate::{Caller, Fields, FormKeys, Signed};
use super::super::page::{self, Page};
use super::super::prefs::{Prefs, local_path};
use super::super::problem::Problem;
use super::super::{Shared, when};
use crate::staff::prove::Proved;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "staff/prove.html")]
struct Prove {
    page: Page,
    form: FormKeys,
    area: &'static str,
    back: String,
    /// Whether there is a code to ask for.
    factor: bool,
    wrong: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    back: String,
}

/// The page to come back to after proving: the one asked for, or the one whose
/// form was sent.
pub(in crate::web) fn way_back(method: &Method, here: &str, headers: &HeaderMap) -> String {
    if *method == Method::GET {
        return here.to_owned();
    }
    let from = headers.get(header::REFERER).and_then(|r| r.to_str().ok());
    let path = from.and_then(|from| from.split_once("://")?.1.split_once('/'));
    path.map_or_else(String::new, |(_, path)| format!("/{path}"))
}

fn draw(
    site: &Shared,
    prefs: Prefs,
    me: &Signed,
    back: &str,
    wrong: Option<(StatusCode, String)>,
) -> Response {
    let status = wrong.as_ref().map(|(status, _)| *status);
    let mut response = page::html(&Prove {
        page: Page::desk(site, prefs),
        form: FormKeys::new(&me.secret),
        area: me.area(),
        back: within(me, back).to_owned(),
        factor: me.known.account.is_some(),
        wrong: wrong.map(|(_, words)| words),
    });
    if let Some(status) = status {
        *response.status_mut() = status;
    }
    response
}

/// Where to go on, within the person's own pages.
fn within<'a>(me: &Signed, back: &'a str) -> &'a str {
    let back = local_path(back);
    if back.starts_with(me.area()) {
        back
    } else {
        me.area()
    }
}

pub(super) async fn ask(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
    Query(asked): Query<Asked>,
) -> Response {
    draw(&site, prefs, &me, &asked.back, None)
}

pub(super) async fn answer(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let back = fields.get("back").to_owned();
    let code = fields.get("code");
    let page = Page::desk(&site, prefs.clone());
    let (status, words) = match site.backend.prove(&me.known, code, &caller.address).await? {
        Proved::Yes => return Ok(Redirect::to(within(&me, &back)).into_response()),
        Proved::No | Proved::NoFactor => (StatusCode::FORBIDDEN, page.w.code_wrong.to_owned()),
        Proved::Later(wait) => (
            StatusCode::TOO_MANY_REQUESTS,
            page.w.try_later.replace("{}", &when::span(page.w, wait)),
        ),
    };
    Ok(draw(&site, prefs, &me, &back, Some((status, words))))
}
