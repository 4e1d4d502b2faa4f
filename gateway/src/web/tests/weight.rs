//! What a first look costs on a slow line, in bytes over the wire.

use super::browser::{Browser, Town};
use crate::web::fake::WORKER_LINK;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};

/// Bytes of an answer as it travels, and the text of it unpacked by asking again.
async fn weigh(browser: &mut Browser, path: &str) -> (usize, String) {
    let text = browser.get(path).await.text;
    let request = Request::get(path).header(ACCEPT_ENCODING, "gzip, deflate, br, zstd");
    let answer = browser.raw(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.headers()[CONTENT_ENCODING], "gzip", "{path}");
    let head: usize = answer
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 22).await;
    (head + body.unwrap().len(), text)
}

/// A page with everything it asks for: style, script, icon.
async fn first_load(browser: &mut Browser, path: &str) -> usize {
    let (mut bytes, page) = weigh(browser, path).await;
    let parts: Vec<&str> = page
        .split('"')
        .filter(|part| part.starts_with("/assets/"))
        .collect();
    assert!(parts.len() >= 3, "{parts:?}");
    for part in parts {
        bytes += weigh(browser, part).await.0;
    }
    bytes
}

#[tokio::test]
async fn the_chat_is_light_and_so_is_a_queue_of_two_hundred() {
    let town = Town::new();
    let mut resident = town.browser();
    let bytes = first_load(&mut resident, "/chat").await;
    println!("first load of the chat: {bytes} bytes");
    assert!(bytes <= 60 * 1024, "the chat takes {bytes} bytes");

    town.backend.fill(200);
    let mut worker = town.signed_in(WORKER_LINK).await;
    let cards = worker.get("/worker").await.text;
    assert!(cards.matches("<article").count() >= 200);
    let bytes = first_load(&mut worker, "/worker").await;
    println!("first load of a queue of two hundred: {bytes} bytes");
    assert!(bytes <= 120 * 1024, "the queue takes {bytes} bytes");
}
