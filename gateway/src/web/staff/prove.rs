//! Proving again: a code before what must not be done by whoever finds an
//! unlocked screen.

use super::super::gate::{Caller, Fields, FormKeys, Signed};
use super::super::page::{self, Page};
use super::super::prefs::{Prefs, local_path};
use super::super::problem::Problem;
use super::super::{Shared, when};
use super::outside;
use crate::staff::change::Ways;
use crate::staff::prove::Proved;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "staff/prove.html")]
struct Prove {
    page: Page,
    form: FormKeys,
    area: &'static str,
    back: String,
    /// With what the person can prove it.
    ways: Ways,
    wrong: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    back: String,
    /// Why the single sign-on was no proof.
    #[serde(default)]
    said: String,
}

/// The page to come back to after proving, as a value in an address: the one
/// asked for, or the one whose form was sent or whose link leads to a file.
pub(in crate::web) fn way_back(parts: &Parts) -> String {
    let from = parts.headers.get(header::REFERER);
    let from = from.and_then(|from| from.to_str().ok()?.split_once("://")?.1.split_once('/'));
    let from = from.map(|(_, path)| format!("/{path}"));
    let file = parts.uri.path().rsplit('/').next();
    let file = file.is_some_and(|name| name.contains('.'));
    let back = if parts.method == Method::GET {
        let here = parts.uri.path_and_query().map(ToString::to_string);
        from.filter(|_| file).or(here)
    } else {
        from
    };
    let back = back.unwrap_or_default();
    back.replace('%', "%25")
        .replace('&', "%26")
        .replace('+', "%2B")
}

/// The page, with what was wrong.
pub(super) async fn draw(
    site: &Shared,
    prefs: Prefs,
    me: &Signed,
    back: &str,
    wrong: Option<(StatusCode, String)>,
) -> Result<Response, Problem> {
    let status = wrong.as_ref().map(|(status, _)| *status);
    let mut response = page::html(&Prove {
        page: Page::desk(site, prefs),
        form: FormKeys::new(&me.secret),
        area: me.area(),
        back: within(me.area(), back).to_owned(),
        ways: site.backend.ways(&me.known).await?,
        wrong: wrong.map(|(_, words)| words),
    });
    if let Some(status) = status {
        *response.status_mut() = status;
    }
    Ok(response)
}

/// Where to go on, within the person's own pages.
pub(super) fn within<'a>(area: &'a str, back: &'a str) -> &'a str {
    let back = local_path(back);
    if back.starts_with(area) { back } else { area }
}

/// Whose pages an address within belongs to.
pub(super) fn area_of(to: &str) -> &'static str {
    if to.starts_with("/admin") {
        "/admin"
    } else {
        "/worker"
    }
}

pub(super) async fn ask(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let said = outside::of_code(&asked.said);
    let said = said.map(|why| outside::said(&Page::desk(&site, prefs.clone()), why));
    draw(&site, prefs, &me, &asked.back, said).await
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
        Proved::Yes => return Ok(Redirect::to(within(me.area(), &back)).into_response()),
        Proved::No | Proved::NoFactor => (StatusCode::FORBIDDEN, page.w.code_wrong.to_owned()),
        Proved::Later(wait) => (
            StatusCode::TOO_MANY_REQUESTS,
            page.w.try_later.replace("{}", &when::span(page.w, wait)),
        ),
    };
    draw(&site, prefs, &me, &back, Some((status, words))).await
}
