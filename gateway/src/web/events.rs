//! The live stream of a page: hints, never data.
//!
//! A hint says "fetch your fragment again". The first byte goes out at once,
//! a comment every 15 seconds keeps proxies from cutting the line.

use super::{Hint, Unavailable};
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use std::convert::Infallible;
use std::time::Duration;

/// A browser that lost the stream comes back after this long.
const BACK_AFTER: Duration = Duration::from_secs(2);

/// What the browser saw last, from a stream that broke off.
pub(super) fn last_seen(headers: &HeaderMap) -> Option<String> {
    let seen = headers.get("last-event-id")?.to_str().ok()?;
    Some(seen.to_owned())
}

/// A stream whose cursor is a mark of what is shown: it tells at once when that
/// is another one than `last`, and later each time it has become another one.
/// The mark comes from the store, so it outlives the process that sent it.
pub(super) fn marked<F>(
    hints: BoxStream<'static, Hint>,
    last: Option<String>,
    look: impl Fn() -> F + Send + Sync + 'static,
) -> Response
where
    F: Future<Output = Result<String, Unavailable>> + Send,
{
    // Listening began before the first look, so nothing falls in between.
    let begin = stream::once(async {
        Hint {
            cursor: String::new(),
        }
    });
    let turns = begin.chain(hints);
    let news = stream::unfold(
        (turns.boxed(), last, look, true),
        |(mut turns, mut last, look, mut first)| async move {
            loop {
                turns.next().await?;
                // Away: whoever looks again finds out by themselves.
                let mark = look().await.unwrap_or_default();
                let opening = std::mem::take(&mut first);
                let known = last.replace(mark.clone());
                let quiet = opening && known.is_none();
                if quiet || known.as_deref() != Some(mark.as_str()) || mark.is_empty() {
                    return Some(((mark, quiet), (turns, last, look, first)));
                }
            }
        },
    );
    let open = Event::default().comment("open").retry(BACK_AFTER);
    let events = news.map(|(mark, quiet)| {
        // Without data it is no event to the page, but its mark is kept.
        let event = Event::default();
        let event = if quiet {
            event
        } else {
            event.event("hint").data("1")
        };
        if mark.is_empty() {
            event
        } else {
            event.id(mark)
        }
    });
    answer(stream::once(async { open }).chain(events).boxed())
}

/// Whether an answer is a stream that stays open.
pub(super) fn is_stream(answer: &Response) -> bool {
    let kind = answer.headers().get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

/// Ends a stream once this comes about. The browser asks for it anew and is
/// told why there is none.
pub(super) fn until(answer: Response, end: impl Future<Output = ()> + Send + 'static) -> Response {
    let (head, body) = answer.into_parts();
    let frames = body.into_data_stream().take_until(Box::pin(end));
    Response::from_parts(head, Body::from_stream(frames))
}

pub(super) fn stream(hints: BoxStream<'static, Hint>) -> Response {
    let open = Event::default().comment("open").retry(BACK_AFTER);
    let later = hints.map(|hint| {
        // Line ends would break the field; axum panics on them.
        let id: String = hint.cursor.chars().filter(|c| !c.is_control()).collect();
        let event = Event::default().event("hint").data("1");
        if id.is_empty() { event } else { event.id(id) }
    });
    answer(stream::once(async { open }).chain(later).boxed())
}

fn answer(events: BoxStream<'static, Event>) -> Response {
    let events = events.map(Ok::<_, Infallible>);
    let alive = KeepAlive::new().interval(Duration::from_secs(15));
    let mut response = Sse::new(events).keep_alive(alive).into_response();
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
