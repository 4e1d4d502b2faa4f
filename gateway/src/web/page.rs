//! What every page knows, and how a template becomes an answer.

use super::assets::{self, Names};
use super::prefs::Prefs;
use super::problem::Problem;
use super::words::{Entry, Operating, Own, Words, entry, operating, own, words};
use super::{Lang, Site};
use crate::clock::Moment;
use askama::Template;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use chrono::FixedOffset;

/// The common part of all pages, for the templates.
#[derive(Clone)]
pub(super) struct Page {
    pub(super) lang: Lang,
    pub(super) w: &'static Words,
    /// Words of residents' own things.
    pub(super) own: &'static Own,
    /// Words around coming in.
    pub(super) entry: &'static Entry,
    /// Words of the pages about running it.
    pub(super) ops: &'static Operating,
    /// Large text and large targets.
    pub(super) elder: bool,
    pub(super) here: String,
    pub(super) now: Moment,
    pub(super) offset: FixedOffset,
    pub(super) speed: f64,
    pub(super) assets: &'static Names,
    /// Emergency numbers.
    pub(super) lines: Vec<String>,
}

impl Page {
    /// A page for residents and the public.
    pub(super) fn new(site: &Site, prefs: Prefs) -> Self {
        Self {
            lang: prefs.lang,
            w: words(prefs.lang),
            own: own(prefs.lang),
            entry: entry(prefs.lang),
            ops: operating(prefs.lang),
            elder: prefs.elder,
            here: prefs.here,
            now: site.clock.now(),
            offset: site.settings.offset,
            speed: site.settings.speed,
            assets: assets::names(),
            lines: site.settings.lines.clone(),
        }
    }

    /// A page for workers and administrators.
    pub(super) fn desk(site: &Site, prefs: Prefs) -> Self {
        Self {
            elder: prefs.large,
            ..Self::new(site, prefs)
        }
    }

    /// Whether the reader is on the page of a link, or below it.
    pub(super) fn at(&self, link: &str) -> bool {
        let rules = ["documents", "ladders", "calendar", "preview", "whatif"];
        let rest = self.here.strip_prefix("/admin/").unwrap_or_default();
        match self.here.strip_prefix(link) {
            Some("") => true,
            Some(below) if below.starts_with('/') => !matches!(link, "/admin" | "/worker"),
            _ => link == "/admin/menu" && rules.iter().any(|rule| rest.starts_with(rule)),
        }
    }

    /// The language of the other button.
    pub(super) fn other(&self) -> Lang {
        match self.lang {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        }
    }
}

/// Draws a template.
pub(super) fn html(template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => Html(text).into_response(),
        Err(_) => Problem::Broken("template").into_response(),
    }
}

/// Whether the page's script asks for a part only.
pub(super) fn wants_fragment(headers: &HeaderMap) -> bool {
    headers.contains_key("x-fragment")
}

/// A file to download, with its name; like what it tells of, for whoever asked
/// alone.
pub(super) fn file(name: &str, kind: &'static str, body: impl IntoResponse) -> Response {
    let named = format!("attachment; filename=\"{name}\"");
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, named),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, body).into_response()
}

/// What [`file`] calls JSON.
pub(super) const JSON: &str = "application/json; charset=utf-8";

/// A picture of a resident: shown in its place and kept nowhere.
pub(super) fn picture(jpeg: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, "image/jpeg"),
        (CONTENT_DISPOSITION, "inline; filename=\"photo.jpg\""),
        (CACHE_CONTROL, "private, no-store"),
    ];
    (headers, jpeg).into_response()
}
