//! The few addresses that answer before the gateway has begun, because its
//! database is away: health, webhooks, and for people where to call.
//!
//! Nothing here can be looked up, so there are neither pages nor languages to
//! choose; both are in the one text.

use super::hooks::{read, respond};
use super::problem::protect;
use super::{Hook, HookAnswer};
use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use std::sync::Arc;

/// Who waits.
#[async_trait]
pub trait Porch: Send + Sync + 'static {
    /// What is waited for, in words for those who run the gateway, without a
    /// host or a secret.
    fn why(&self) -> String;

    /// Numbers to call, in order.
    fn numbers(&self) -> Vec<String>;

    /// Takes a webhook in.
    async fn hook(&self, hook: Hook) -> HookAnswer;
}

type Shared = Arc<dyn Porch>;

/// All of its addresses.
pub fn porch(who: Shared) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/hooks/{channel}/{account}", any(hook))
        .layer(DefaultBodyLimit::max(bots::webhook::MAX_BODY))
        .fallback(away)
        .with_state(who)
}

async fn ready(State(who): State<Shared>) -> Response {
    let why = format!("not ready: the database is away: {}\n", who.why());
    (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
}

async fn hook(
    State(who): State<Shared>,
    method: Method,
    path: Path<(String, String)>,
    query: RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match read(&method, path, query, headers, body) {
        Ok(hook) => respond(who.hook(hook).await),
        Err(problem) => problem.for_machines(),
    }
}

async fn away(State(who): State<Shared>) -> Response {
    let call = |number: &String| format!("<a href=\"tel:{number}\">{number}</a>");
    let numbers: Vec<String> = who.numbers().iter().map(call).collect();
    let page = Html(format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>暂时连不上</title>\
         <h1>暂时连不上</h1><p>我们正在恢复，请过一会儿再试。急事请直接打电话。</p>\
         <p lang=\"en\">Not reachable for the moment. Please try again in a moment. If it is \
         urgent, please call.</p><p>{}</p></html>",
        numbers.join(" · ")
    ));
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, page).into_response();
    protect(response.headers_mut(), false);
    let soon = HeaderValue::from_static("5");
    response.headers_mut().insert(RETRY_AFTER, soon);
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    struct Still;

    #[async_trait]
    impl Porch for Still {
        fn why(&self) -> String {
            "it is asleep".into()
        }

        fn numbers(&self) -> Vec<String> {
            vec!["110".into()]
        }

        async fn hook(&self, hook: Hook) -> HookAnswer {
            HookAnswer {
                status: 200,
                retry_after: None,
                body: hook.body,
            }
        }
    }

    async fn told(request: Request<Body>) -> (u16, String) {
        let answer = porch(Arc::new(Still)).oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), 4096).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn before_the_beginning_health_messengers_and_people_are_answered() {
        let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(told(get("/healthz")).await, (200, "ok\n".into()));
        let (status, why) = told(get("/readyz")).await;
        assert!(status == 503 && why.contains("it is asleep"), "{why}");
        let hook = Request::post("/hooks/telegram/main").body(Body::from("x"));
        assert_eq!(told(hook.unwrap()).await, (200, "x".into()));
        for path in ["/chat", "/admin", "/nowhere"] {
            let (status, page) = told(get(path)).await;
            assert!(status == 503 && page.contains("tel:110"), "{page}");
        }
    }
}
