//! Driving the fake from another program, over HTTP.
//!
//! `POST /control/user/{id}/{verb}` with a JSON object does what the verb of
//! [`Person`](super::Person) does; `GET /control/sent` lists what the bot sent;
//! `POST /control/faults` injects. For the scripts in `tests/peers`, for trying
//! a bot by hand and for the browser test; Rust tests use the types.

use super::delivery::kick;
use super::{Fault, Person, Shared};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::sync::Arc;

type Fields = serde_json::Map<String, Value>;

pub(super) fn routes() -> axum::Router<Arc<Shared>> {
    axum::Router::new()
        .route("/user/{id}/{verb}", post(act))
        .route("/faults", post(inject))
        .route("/sent", get(sent))
        .route("/calls", get(calls))
        .route("/deliveries", get(deliveries))
        .route("/redeliver/{update}", post(redeliver))
}

async fn act(
    State(shared): State<Arc<Shared>>,
    Path((id, verb)): Path<(i64, String)>,
    fields: Option<Json<Fields>>,
) -> Response {
    let fields = fields.map(|Json(fields)| fields).unwrap_or_default();
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let number = |name: &str| fields.get(name).and_then(Value::as_i64).unwrap_or_default();
    let degrees = |name: &str| fields.get(name).and_then(Value::as_f64).unwrap_or_default();
    shared.lock().person(id);
    let person = Person {
        shared: &shared,
        id,
    };
    let update = match verb.as_str() {
        "says" => person.says(text("text")),
        "taps" if person.buttons().iter().any(|b| b == text("label")) => person.taps(text("label")),
        "taps_token" => person.taps_token(number("message"), text("data")),
        "sends_contact" => person.sends_contact(),
        "sends_place" => person.sends_place(degrees("lat"), degrees("lon")),
        "sends_photo" => person.sends_photo(
            text("bytes").as_bytes(),
            fields.get("caption").and_then(Value::as_str),
        ),
        "sends_document" => person.sends_document(text("name"), text("bytes").as_bytes()),
        "blocks_bot" => person.blocks_bot(),
        "unblocks_bot" => person.unblocks_bot(),
        "taps" => {
            let there = Json(json!({"error": "no such button", "buttons": person.buttons()}));
            return (StatusCode::NOT_FOUND, there).into_response();
        }
        _ => return (StatusCode::NOT_FOUND, "no such verb").into_response(),
    };
    Json(json!({"update_id": update})).into_response()
}

async fn inject(State(shared): State<Arc<Shared>>, Json(fields): Json<Fields>) -> Response {
    let number = |name: &str| fields.get(name).and_then(Value::as_i64);
    let fault = match fields.get("kind").and_then(Value::as_str) {
        Some("flood") => Fault::Flood(number("seconds").unwrap_or(1)),
        Some("error") => {
            Fault::Error(number("code").map_or(500, |code| code.clamp(500, 599) as u16))
        }
        Some("silent") => Fault::Silent,
        Some("sent_but_silent") => Fault::SentButSilent,
        Some("sent_but_cut") => Fault::SentButCut,
        _ => return (StatusCode::BAD_REQUEST, "no such fault").into_response(),
    };
    let count = number("count").unwrap_or(1).clamp(0, 100_000) as usize;
    shared.lock().faults.add(count, fault);
    StatusCode::NO_CONTENT.into_response()
}

async fn sent(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let state = shared.lock();
    let sent = state.sent.iter().map(|one| {
        json!({"chat": one.chat, "message": one.message, "method": one.method, "text": one.text,
            "buttons": one.buttons(), "at": one.at.to_rfc3339()})
    });
    Json(sent.collect())
}

async fn calls(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!(shared.lock().calls))
}

async fn deliveries(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let state = shared.lock();
    let attempts = state.deliveries.iter().map(
        |one| json!({"update_id": one.update, "status": one.status, "at": one.at.to_rfc3339()}),
    );
    Json(attempts.collect())
}

async fn redeliver(State(shared): State<Arc<Shared>>, Path(update): Path<i64>) -> StatusCode {
    let now = shared.clock.now();
    {
        let mut state = shared.lock();
        if !state.history.contains_key(&update) {
            return StatusCode::NOT_FOUND;
        }
        state.enqueue_again(update, now);
    }
    kick(&shared);
    StatusCode::NO_CONTENT
}
