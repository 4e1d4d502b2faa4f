//! Errors of the interface: `application/problem+json` (RFC 9457), always.
//!
//! What the pages answer as well is taken over from `problem`; causes are never
//! shown, only what the caller can do about it.

use super::super::Unavailable;
use super::super::problem::Problem;
use crate::requests::act::ActRefused;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a call was not done.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Fault {
    /// Names the kind of problem; stable.
    #[serde(rename = "type")]
    #[schema(example = "urn:linli:problem:not-found")]
    kind: String,
    /// The HTTP status in words.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What was wrong with this call.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    detail: String,
    /// Seconds to wait before trying again.
    #[serde(skip)]
    wait: Option<u64>,
    /// Methods the address does take, where it was another.
    #[serde(skip)]
    allow: String,
}

impl Fault {
    fn new(status: StatusCode, name: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:linli:problem:{name}"),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            wait: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(5),
            allow: String::new(),
        }
    }

    /// 400: a part of the call that cannot be read.
    pub(super) fn unreadable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unreadable", detail)
    }

    /// 401.
    pub(super) fn token() -> Self {
        let detail = "send Authorization: Bearer with a token that counts";
        Self::new(StatusCode::UNAUTHORIZED, "token", detail)
    }

    /// 403: a scope is missing.
    pub(super) fn scope(code: &str) -> Self {
        let detail = format!("the token lacks the scope {code}");
        Self::new(StatusCode::FORBIDDEN, "scope", detail)
    }

    /// 403: whoever the token acts as may not.
    pub(super) fn forbidden() -> Self {
        let detail = "whoever this token acts as has no right to this";
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// 404.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "")
    }

    /// 405.
    pub(super) fn method(allow: String) -> Self {
        let mut fault = Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", "");
        fault.allow = allow;
        fault
    }

    /// 412: changed since it was read.
    pub(super) fn changed() -> Self {
        let detail = "it has another version by now: read it again";
        Self::new(StatusCode::PRECONDITION_FAILED, "changed", detail)
    }

    /// 415.
    pub(super) fn kind() -> Self {
        let detail = "the body must be application/json";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", detail)
    }

    /// 422: read, but not fit.
    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail)
    }

    /// 422: the key was used for something else.
    pub(super) fn key_reused() -> Self {
        let detail = "this Idempotency-Key was used for another call";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "key-reused", detail)
    }

    /// 429.
    pub(super) fn too_many(wait: u64) -> Self {
        let mut fault = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "");
        fault.wait = Some(wait);
        fault
    }

    /// What a bare status of the framework means.
    pub(super) fn bare(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => Self::method(String::new()),
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(status, "too-large", ""),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::kind(),
            s if s.is_client_error() => Self::unreadable(""),
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", ""),
        }
    }

    /// Status and text of an answer worth keeping; `None` for one that may be
    /// another next time.
    pub(super) fn lasting(&self) -> Option<(u16, String)> {
        let text = serde_json::to_string(self).expect("plain data");
        (self.status < 500 && self.wait.is_none()).then_some((self.status, text))
    }
}

impl From<Unavailable> for Fault {
    fn from(_: Unavailable) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "away",
            "the store is away: come again",
        )
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::bare(problem.into_response().status())
    }
}

impl From<ActRefused> for Fault {
    fn from(why: ActRefused) -> Self {
        match why {
            ActRefused::Unknown => Self::not_found(),
            ActRefused::NotYours(code) => Self::new(StatusCode::FORBIDDEN, "not-yours", code),
            ActRefused::NotNow(code) => Self::new(StatusCode::CONFLICT, "not-now", code),
            ActRefused::Stale => Self::new(StatusCode::CONFLICT, "stale", ""),
            ActRefused::Invalid(text) => Self::invalid(text),
            ActRefused::TooOften => Self::too_many(900),
            ActRefused::Away => Unavailable.into(),
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).expect("plain data");
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (status, [(CONTENT_TYPE, kind)], body).into_response();
        let headers = response.headers_mut();
        if let Some(wait) = self.wait {
            headers.insert(RETRY_AFTER, HeaderValue::from(wait));
        }
        if let Ok(allow) = HeaderValue::from_str(&self.allow)
            && !allow.is_empty()
        {
            headers.insert(ALLOW, allow);
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
