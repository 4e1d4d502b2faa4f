//! Stylesheet, script and icon: built in, named by their content, cached for good.

use super::problem::Problem;
use super::routes::Routes;
use crate::rights::Right;
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const CSS: &str = include_str!("../../assets/linli.css");
const JS: &str = include_str!("../../assets/linli.js");
const UNSENT: &str = include_str!("../../assets/unsent.js");
/// Dragging in the editor; everything works without it.
const DRAG: &str = include_str!("../../assets/drag.js");
const ICON: &str = include_str!("../../assets/linli.svg");

/// Addresses of the files, for the templates.
pub(super) struct Names {
    pub(super) css: String,
    pub(super) js: String,
    /// Only for workers: acts pressed without a network.
    pub(super) unsent: String,
    pub(super) icon: String,
    pub(super) drag: String,
}

fn named(stem: &str, text: &str, ending: &str) -> String {
    let hash = hex::encode(&Sha256::digest(text)[..6]);
    format!("/assets/{stem}.{hash}.{ending}")
}

static NAMES: LazyLock<Names> = LazyLock::new(|| Names {
    css: named("linli", CSS, "css"),
    js: named("linli", JS, "js"),
    unsent: named("unsent", UNSENT, "js"),
    icon: named("linli", ICON, "svg"),
    drag: named("drag", DRAG, "js"),
});

pub(super) fn names() -> &'static Names {
    &NAMES
}

pub(super) fn routes() -> Routes {
    Routes::open().get("/assets/{name}", Right::Visit, file)
}

async fn file(Path(name): Path<String>) -> Response {
    let path = format!("/assets/{name}");
    let (kind, text) = match path {
        p if p == NAMES.css => ("text/css; charset=utf-8", CSS),
        p if p == NAMES.js => ("text/javascript; charset=utf-8", JS),
        p if p == NAMES.unsent => ("text/javascript; charset=utf-8", UNSENT),
        p if p == NAMES.drag => ("text/javascript; charset=utf-8", DRAG),
        p if p == NAMES.icon => ("image/svg+xml", ICON),
        _ => return Problem::NotFound.into_response(),
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
    ];
    (headers, text).into_response()
}
