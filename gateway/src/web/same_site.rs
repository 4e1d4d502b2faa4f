//! Refuses writes that another site's page makes a browser send.
//!
//! This is the outer wall; the token in every form is the inner one. Programs
//! that send neither header are not browsers and are let through to it.

use super::problem::Problem;
use super::{Settings, Shared};
use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub(super) async fn guard(State(site): State<Shared>, request: Request, next: Next) -> Response {
    let reading = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if reading || ours(request.headers(), &site.settings) {
        next.run(request).await
    } else {
        Problem::Forged.into_response()
    }
}

/// Whether a write may come from one of our own pages.
fn ours(headers: &HeaderMap, settings: &Settings) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = text(ORIGIN.as_str()) else {
        return true;
    };
    if !settings.public_url.is_empty() && origin == settings.public_url {
        return true;
    }
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text(HOST.as_str())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        let settings = Settings {
            public_url: "https://linli.example".into(),
            ..Settings::default()
        };
        ours(&headers, &settings)
    }

    #[test]
    fn only_our_own_pages_may_write() {
        assert!(check(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "null")
        ]));
        assert!(check(&[("origin", "https://linli.example")]));
        assert!(check(&[
            ("origin", "http://127.0.0.1:8080"),
            ("host", "127.0.0.1:8080")
        ]));
        assert!(check(&[]));
        assert!(!check(&[("sec-fetch-site", "cross-site")]));
        assert!(!check(&[("sec-fetch-site", "same-site")]));
        assert!(!check(&[("origin", "null"), ("host", "127.0.0.1")]));
        assert!(!check(&[
            ("origin", "https://evil.example"),
            ("host", "127.0.0.1")
        ]));
        assert!(!check(&[
            ("origin", "https://linli.example.evil"),
            ("host", "127.0.0.1")
        ]));
        assert!(!check(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://linli.example")
        ]));
    }
}
