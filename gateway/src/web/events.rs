//! The live stream of a page: hints, never data.
//!
//! A hint says "fetch your fragment again". The first byte goes out at once,
//! a comment every 15 seconds keeps proxies from cutting the line.

use super::Hint;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use std::convert::Infallible;
use std::time::Duration;

/// A browser that lost the stream comes back after this long.
const BACK_AFTER: Duration = Duration::from_secs(2);

pub(super) fn stream(hints: BoxStream<'static, Hint>) -> Response {
    let open = Event::default().comment("open").retry(BACK_AFTER);
    let later = hints.map(|hint| {
        // Line ends would break the field; axum panics on them.
        let id: String = hint.cursor.chars().filter(|c| !c.is_control()).collect();
        let event = Event::default().event("hint").data("1");
        if id.is_empty() { event } else { event.id(id) }
    });
    let events = stream::once(async { open })
        .chain(later)
        .map(Ok::<_, Infallible>);
    let alive = KeepAlive::new().interval(Duration::from_secs(15));
    let mut response = Sse::new(events).keep_alive(alive).into_response();
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
