//! For machines that watch the process: alive, ready, figures.

use super::Shared;
use super::problem::Problem;
use super::routes::Routes;
use crate::rights::Right;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, SocketAddr};

pub(super) fn routes() -> Routes {
    Routes::open()
        .get("/healthz", Right::Machine, async || "ok\n")
        .get("/readyz", Right::Machine, ready)
        .get("/metrics", Right::Machine, metrics)
}

async fn ready(State(site): State<Shared>) -> Response {
    match site.backend.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(why) => {
            tracing::warn!(why, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                format!("not ready: {why}\n"),
            )
                .into_response()
        }
    }
}

/// Counts and times every answer by the pattern of its address, never by the
/// address itself. Of a stream it is the time to its beginning.
pub(super) async fn timed(State(site): State<Shared>, request: Request, next: Next) -> Response {
    let watch = site.clock.stopwatch();
    // A closed set: a caller may make up methods.
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    };
    let path = request.extensions().get::<MatchedPath>().cloned();
    let answer = next.run(request).await;
    let route = path.as_ref().map_or("none", MatchedPath::as_str);
    let status = answer.status().as_u16();
    site.backend.served(method, route, status, watch.elapsed());
    answer
}

async fn metrics(State(site): State<Shared>, request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(address)| address.ip());
    let token = site.settings.metrics_token.as_deref();
    if !may_scrape(peer, request.headers(), token) {
        return Problem::NotFound.for_machines();
    }
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, kind)], site.backend.metrics()).into_response()
}

/// Whoever brings the token, or a program on this machine. A call that a proxy
/// passed on only looks like one of this machine.
fn may_scrape(peer: Option<IpAddr>, headers: &HeaderMap, token: Option<&str>) -> bool {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|v| v.as_bytes().strip_prefix(b"Bearer "));
    if let (Some(given), Some(token)) = (given, token.filter(|t| !t.is_empty()))
        && bots::webhook::same_secret(given, token.as_bytes())
    {
        return true;
    }
    let passed_on = ["forwarded", "x-forwarded-for", "x-real-ip", "via"]
        .iter()
        .any(|name| headers.contains_key(*name));
    !passed_on && peer.is_some_and(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn figures_are_for_this_machine_or_for_the_token() {
        let none = HeaderMap::new();
        let local: IpAddr = "127.0.0.1".parse().unwrap();
        let mapped: IpAddr = "::ffff:127.0.0.1".parse().unwrap();
        let remote: IpAddr = "203.0.113.7".parse().unwrap();
        assert!(may_scrape(Some(local), &none, None));
        assert!(may_scrape(Some(mapped), &none, None));
        assert!(!may_scrape(Some(remote), &none, None));
        assert!(!may_scrape(None, &none, Some("t")));

        let mut proxied = HeaderMap::new();
        proxied.insert("x-forwarded-for", "203.0.113.7".parse().unwrap());
        assert!(!may_scrape(Some(local), &proxied, None));

        let mut bearer = HeaderMap::new();
        bearer.insert(AUTHORIZATION, "Bearer t".parse().unwrap());
        assert!(may_scrape(Some(remote), &bearer, Some("t")));
        assert!(!may_scrape(Some(remote), &bearer, Some("other")));
        assert!(!may_scrape(Some(remote), &bearer, None));
        bearer.insert(AUTHORIZATION, "Bearer ".parse().unwrap());
        assert!(!may_scrape(Some(remote), &bearer, Some("")));
    }
}
