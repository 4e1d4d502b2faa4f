//! How a reader wants the pages: language and size of text.
//!
//! Kept in two cookies and nowhere else.

use super::cookies::{self, Jar};
use super::gate::Fields;
use super::lang::wished;
use super::{Lang, Shared, Site};
use axum::extract::{FromRequestParts, State};
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use std::convert::Infallible;
use std::time::Duration;

/// A year: these are no secrets.
const AGE: Duration = Duration::from_hours(365 * 24);

/// The reader's wishes, and where they are.
#[derive(Clone, Debug)]
pub(super) struct Prefs {
    pub(super) lang: Lang,
    /// Large text and large targets on residents' pages.
    pub(super) elder: bool,
    /// The same where people work: only who pressed for it.
    pub(super) large: bool,
    /// Path of the present page, for coming back to it.
    pub(super) here: String,
}

impl Prefs {
    pub(super) fn of(site: &Site, parts: &Parts) -> Self {
        let cookie = |jar| cookies::read(&parts.headers, &site.settings, jar);
        let wished = || {
            let accept = parts.headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
            wished(accept)
        };
        let lang = cookie(Jar::Lang).and_then(|tag| Lang::parse(&tag));
        let view = cookie(Jar::View);
        Self {
            lang: lang.or_else(wished).unwrap_or_default(),
            large: view.as_deref() == Some("elder"),
            elder: view.map_or(site.settings.elder_default, |view| view == "elder"),
            here: parts.uri.path().to_owned(),
        }
    }
}

impl Prefs {
    /// The same wishes on another page, for pages that answer a form.
    pub(super) fn at(&self, here: &str) -> Self {
        Self {
            here: here.to_owned(),
            ..self.clone()
        }
    }
}

impl FromRequestParts<Shared> for Prefs {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Shared) -> Result<Self, Infallible> {
        Ok(Self::of(site, parts))
    }
}

/// `POST /prefs`: `lang` or `view`, then back to the page.
pub(super) async fn change(State(site): State<Shared>, fields: Fields) -> Response {
    let back = local_path(fields.get("back"));
    let mut response = Redirect::to(back).into_response();
    let headers = response.headers_mut();
    if let Some(lang) = Lang::parse(fields.get("lang")) {
        cookies::write(headers, &site.settings, Jar::Lang, lang.tag(), AGE);
    }
    if let Some(view) = ["elder", "plain"]
        .into_iter()
        .find(|v| *v == fields.get("view"))
    {
        cookies::write(headers, &site.settings, Jar::View, view, AGE);
    }
    response
}

/// `path` if it stays on this site, else the start page. Browsers read `//x`
/// and `/\x` as another host.
pub(super) fn local_path(path: &str) -> &str {
    let local = path.starts_with('/')
        && !path[1..].starts_with(['/', '\\'])
        && path.bytes().all(|b| b.is_ascii_graphic());
    if local { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leaves_the_site() {
        assert_eq!(local_path("/chat"), "/chat");
        for foreign in [
            "",
            "chat",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nSet-Cookie: x",
            "/\t/evil.example",
            "/ x",
        ] {
            assert_eq!(local_path(foreign), "/", "{foreign:?}");
        }
    }
}
