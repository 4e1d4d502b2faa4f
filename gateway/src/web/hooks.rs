//! Webhooks: handed on as they came, answered when they are stored.
//!
//! Only the size is checked here; secrets and signatures are the channel's.

use super::problem::Problem;
use super::routes::Routes;
use super::{Hook, HookAnswer, Shared};
use crate::rights::Right;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

pub(super) fn routes() -> Routes {
    Routes::open()
        .get("/hooks/{channel}/{account}", Right::Machine, hook)
        .post("/hooks/{channel}/{account}", Right::Machine, hook)
        .body_limit(bots::webhook::MAX_BODY)
}

async fn hook(
    State(site): State<Shared>,
    method: Method,
    path: Path<(String, String)>,
    query: RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match read(&method, path, query, headers, body) {
        Ok(hook) => respond(site.backend.hook(hook).await),
        Err(problem) => problem.for_machines(),
    }
}

/// What came, unless its body is too large.
pub(super) fn read(
    method: &Method,
    Path((channel, account)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Hook, Problem> {
    let body = body.map_err(|why| match why.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        _ => Problem::Unreadable,
    })?;
    Ok(Hook {
        channel,
        account,
        get: *method == Method::GET,
        headers,
        query: query.unwrap_or_default(),
        body,
    })
}

pub(super) fn respond(answer: HookAnswer) -> Response {
    let kind = match answer.body.first() {
        Some(b'{') => "application/json",
        Some(b'<') => "application/xml; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    };
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        "x-content-type-options",
        HeaderValue::from_static("nosniff"),
    );
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("POST"));
    }
    if let Some(seconds) = answer.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
