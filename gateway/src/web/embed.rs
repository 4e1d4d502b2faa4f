//! The residents' chat inside another site's page: which sites may frame it, and
//! cookies that work there.
//!
//! Browsers keep third-party cookies back, so a framed chat has cookies of its
//! own, kept apart for each site that frames it (`Partitioned`). Everything
//! behind this layer knows nothing of it: names and attributes are exchanged
//! here, on the way in and on the way out. Workers' and administrators' pages
//! are never framed, whatever is configured.

use super::{Settings, Shared};
use axum::extract::{Request, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// What names of cookies in a frame end in.
const FRAMED: &str = "_framed";
/// The cookies that have a twin for frames.
const TWINS: [&str; 4] = ["linli_chat", "linli_lang", "linli_view", "linli_hidden"];

/// Whether pages under this path may be framed at all.
fn residents(path: &str) -> bool {
    path == "/chat"
        || path.starts_with("/chat/")
        || matches!(path, "/hide" | "/prefs" | "/today" | "/")
}

/// Whether a browser asks from within a frame. Scripts do not say so: they are
/// known by the cookie their page was given.
fn framed(headers: &HeaderMap) -> bool {
    let dest = headers.get("sec-fetch-dest").map(HeaderValue::as_bytes);
    let into = matches!(dest, Some(b"iframe" | b"frame"));
    into || pairs(headers).any(|(name, _)| twin(&name).is_some_and(|n| n.ends_with("linli_chat")))
}

/// The cookies that came.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (String, String)> {
    let lines = headers.get_all(COOKIE).into_iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';'));
    pairs.filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    })
}

/// The name a framed cookie has behind this layer.
fn twin(name: &str) -> Option<&str> {
    name.strip_suffix(FRAMED).filter(|plain| ours(plain))
}

fn ours(name: &str) -> bool {
    let bare = name.strip_prefix("__Host-").unwrap_or(name);
    TWINS.contains(&bare)
}

pub(super) async fn guard(
    State(site): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    if site.settings.embed_origins.is_empty() || !residents(path) {
        return next.run(request).await;
    }
    let framed = framed(request.headers());
    if framed {
        exchange(request.headers_mut());
    }
    let mut response = next.run(request).await;
    allow(response.headers_mut(), &site.settings);
    if framed {
        keep_apart(response.headers_mut());
    }
    response
}

/// Hands on the frame's cookies under the names of the others.
fn exchange(headers: &mut HeaderMap) {
    let kept: Vec<String> = pairs(headers)
        .filter_map(|(name, value)| match twin(&name) {
            Some(plain) => Some(format!("{plain}={value}")),
            None if ours(&name) => None,
            None => Some(format!("{name}={value}")),
        })
        .collect();
    headers.remove(COOKIE);
    if let Ok(line) = HeaderValue::from_str(&kept.join("; ")) {
        headers.insert(COOKIE, line);
    }
}

/// Gives cookies of a framed page their own name, sent there and nowhere else.
fn keep_apart(headers: &mut HeaderMap) {
    let lines: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for line in lines {
        let text = line.to_str().unwrap_or_default();
        let apart = text.split_once('=').filter(|(name, _)| ours(name));
        let line = apart.map_or(Some(line.clone()), |(name, rest)| {
            let rest = rest.replace("; SameSite=Lax", "; SameSite=None; Partitioned");
            let secure = if rest.contains("; Secure") {
                ""
            } else {
                "; Secure"
            };
            HeaderValue::from_str(&format!("{name}{FRAMED}={rest}{secure}")).ok()
        });
        if let Some(line) = line {
            headers.append(SET_COOKIE, line);
        }
    }
}

/// Names the sites that may frame this page, in place of none.
fn allow(headers: &mut HeaderMap, settings: &Settings) {
    const POLICY: HeaderName = HeaderName::from_static("content-security-policy");
    let sites = settings.embed_origins.join(" ");
    let policy = headers.get(&POLICY).and_then(|p| p.to_str().ok());
    let policy = policy.map(|p| {
        p.replace(
            "frame-ancestors 'none'",
            &format!("frame-ancestors 'self' {sites}"),
        )
    });
    if let Some(policy) = policy.and_then(|p| HeaderValue::from_str(&p).ok()) {
        headers.insert(POLICY, policy);
        // It knows no list; browsers that know the policy heed that instead.
        headers.remove("x-frame-options");
    }
}
