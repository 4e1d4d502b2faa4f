//! The one place where errors become HTTP: a page for people, problem+json for
//! machines, and the headers every answer carries.
//!
//! Answers never show a cause; causes are logged here, once.

use super::cookies::Jar;
use super::page::{self, Page};
use super::prefs::Prefs;
use super::words::Words;
use super::{Shared, Site, Unavailable, cookies, staff};
use crate::requests::act::ActRefused;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;

/// Everything a handler can answer instead of its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// There is no such thing, or not for this reader.
    NotFound,
    /// Nobody is signed in.
    SignIn,
    /// Signed in, but too long ago for this; through the door of this cookie.
    Prove(Jar),
    /// Signed in as somebody else.
    Forbidden,
    /// A write without a valid token, or from another site.
    Forged,
    /// The body is too large.
    TooLarge,
    /// The body is not a form we know.
    Unreadable,
    /// The address does not take this method.
    Method,
    /// The store is away.
    Away,
    /// Our fault; the text names the place for the log.
    Broken(&'static str),
}

impl Problem {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::Forged | Self::Prove(_) => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Away => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What a bare status of the framework means.
    fn from_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::Method,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            s if s.is_client_error() => Self::Unreadable,
            _ => Self::Broken("framework"),
        }
    }

    /// Name for machines, stable.
    const fn name(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::SignIn => "sign-in",
            Self::Prove(_) => "prove",
            Self::Forbidden => "forbidden",
            Self::Forged => "forged",
            Self::TooLarge => "too-large",
            Self::Unreadable => "unreadable",
            Self::Method => "method",
            Self::Away => "away",
            Self::Broken(_) => "broken",
        }
    }

    const fn words(self, w: &Words) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => (w.p_not_found, w.p_not_found_text),
            Self::SignIn | Self::Forbidden | Self::Prove(_) => (w.p_forbidden, w.p_forbidden_text),
            Self::Forged => (w.p_forged, w.p_forged_text),
            Self::TooLarge => (w.p_large, w.p_large_text),
            Self::Unreadable | Self::Method => (w.p_unreadable, w.p_unreadable_text),
            Self::Away => (w.p_away, w.p_away_text),
            Self::Broken(_) => (w.p_broken, w.p_broken_text),
        }
    }

    /// problem+json, as all machines get it.
    pub(super) fn for_machines(self) -> Response {
        let status = self.status();
        let body = serde_json::json!({
            "type": format!("urn:linli:problem:{}", self.name()),
            "title": status.canonical_reason().unwrap_or_default(),
            "status": status.as_u16(),
        });
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (status, [(CONTENT_TYPE, kind)], body.to_string()).into_response();
        self.finish(&mut response);
        response
    }

    fn finish(self, response: &mut Response) {
        if self == Self::Away {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
    }

    fn for_people(self, site: &Site, prefs: Prefs, back: &str) -> Response {
        // An expired sign-in is no error to stare at.
        if self == Self::SignIn {
            let to = HeaderValue::from_static("/sign-in");
            return (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
        }
        if let Self::Prove(jar) = self {
            let area = if jar == Jar::Admin { "admin" } else { "worker" };
            let to = format!("/{area}/prove?back={back}");
            let to = HeaderValue::from_str(&to).unwrap_or(HeaderValue::from_static("/sign-in"));
            return (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
        }
        // Whoever works here goes back to their work, not to the chat.
        let inside = |area: &&str| {
            let below = prefs.here.strip_prefix(*area);
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let desk = ["/admin", "/worker"].into_iter().find(inside);
        let page = match desk {
            Some(_) => Page::desk(site, prefs),
            None => Page::new(site, prefs),
        };
        let (title, text) = self.words(page.w);
        let mut response = page::html(&Shown {
            page,
            title,
            text,
            desk,
        });
        *response.status_mut() = self.status();
        self.finish(&mut response);
        response
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Shown {
    page: Page,
    title: &'static str,
    text: &'static str,
    /// The first page of whoever works here.
    desk: Option<&'static str>,
}

impl IntoResponse for Problem {
    /// Only marks the answer: `dress` knows who reads it.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Unavailable> for Problem {
    fn from(_: Unavailable) -> Self {
        Self::Away
    }
}

/// The status of a refused act, whose page says why.
pub(super) const fn act_status(why: &ActRefused) -> StatusCode {
    match why {
        ActRefused::Unknown => StatusCode::NOT_FOUND,
        ActRefused::NotYours(_) => StatusCode::FORBIDDEN,
        ActRefused::NotNow(_) | ActRefused::Stale => StatusCode::CONFLICT,
        ActRefused::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        ActRefused::TooOften => StatusCode::TOO_MANY_REQUESTS,
        ActRefused::Away => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// For addresses nobody serves.
pub(super) async fn not_found() -> Problem {
    Problem::NotFound
}

/// Outermost layer of the pages: turns problems into something to read, and
/// sets the headers.
pub(super) async fn dress(State(site): State<Shared>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let prefs = Prefs::of(&site, &parts);
    let people = wants_page(&parts.headers);
    let back = staff::way_back(&parts);
    let request = Request::from_parts(parts, body);
    let mut response = AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Problem::Broken("panic").into_response());

    let marked = response.extensions().get::<Problem>().copied();
    // Answers of the framework itself are bare or plain; pages and the script's
    // sentences are ours.
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let headers = response.headers();
    let ours = headers.contains_key("x-notice")
        || headers
            .get(CONTENT_TYPE)
            .is_some_and(|t| !t.as_bytes().starts_with(b"text/plain"));
    let unmarked = (failed && !ours).then(|| Problem::from_status(response.status()));
    let problem = marked.or(unmarked);
    if let Some(problem) = problem {
        if let Problem::Broken(place) = problem {
            tracing::error!(place, "a page could not be answered");
        }
        response = if people {
            problem.for_people(&site, prefs, &back)
        } else {
            problem.for_machines()
        };
    }
    protect(response.headers_mut(), cookies::secure(&site.settings));
    response
}

/// Browsers ask for a page; programs and our own script do not.
fn wants_page(headers: &HeaderMap) -> bool {
    let accepts = headers.get(ACCEPT).and_then(|a| a.to_str().ok());
    accepts.is_some_and(|a| a.contains("text/html")) && !headers.contains_key("x-fragment")
}

const PROTECTION: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    // "no-referrer" would make browsers send `Origin: null` with our own forms.
    ("referrer-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(self), payment=()",
    ),
];

pub(super) fn protect(headers: &mut HeaderMap, secure: bool) {
    for (name, value) in PROTECTION {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert("strict-transport-security", year);
    }
}
