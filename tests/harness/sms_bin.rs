//! `sms-fake`: the providers of text messages as a program, for their own
//! clients.
//!
//! The first line it prints is JSON: where it is, the keys it knows, and what a
//! message needs. `/control` of the second address says what came, lets the
//! gateway's own sender send the same, and sets how it answers. It ends when its
//! standard input is closed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::any;
use axum::{Json, Router};
use gateway::clock::Clock;
use gateway::config::Config;
use gateway::sms::{Sender, Text};
use serde_json::{Value, json};
use std::sync::Arc;
use tests::{Answers, KEY, KEY_ID, Sms};
use tokio::io::AsyncReadExt;

const REGION: &str = "ap-guangzhou";
const APP: &str = "1400006666";
const SIGNATURE: &str = "社区网关";
const TEMPLATE: &str = "1110";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let fake = Arc::new(Sms::start().await);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let control = format!("http://{}/control", listener.local_addr()?);
    let site = Router::new()
        .route("/control/{what}", any(told))
        .route("/control/{what}/{vendor}", any(ours))
        .with_state(Arc::clone(&fake));
    let server = tokio::spawn(async move { axum::serve(listener, site).await });
    let ready = json!({
        "url": fake.url(), "control": control, "id": KEY_ID, "key": KEY,
        "region": REGION, "app": APP, "signature": SIGNATURE, "template": TEMPLATE,
    });
    println!("{ready}");
    let mut end = Vec::new();
    tokio::io::stdin().read_to_end(&mut end).await?;
    server.abort();
    Ok(())
}

async fn told(
    State(fake): State<Arc<Sms>>,
    Path(what): Path<String>,
    body: String,
) -> Result<Json<Value>, StatusCode> {
    match what.as_str() {
        "taken" => {
            let taken = fake.taken().into_iter();
            let plain = |one: tests::Taken| json!({ "phone": one.phone, "code": one.code });
            return Ok(Json(taken.map(plain).collect()));
        }
        "last" => return Ok(Json(fake.last())),
        // The program is short-lived, and so are the answers it gives.
        "answer" => fake.answers(Answers::Code(body.leak())),
        "reset" => fake.forgets(),
        _ => return Err(StatusCode::NOT_FOUND),
    }
    Ok(Json(Value::Null))
}

/// The gateway sends "PHONE CODE"; what came of it.
async fn ours(
    State(fake): State<Arc<Sms>>,
    Path((_, vendor)): Path<(String, String)>,
    body: String,
) -> Json<Value> {
    let set = [
        ("PROVIDER", vendor.as_str()),
        ("KEY_ID", KEY_ID),
        ("KEY", KEY),
        ("REGION", REGION),
        ("APP", APP),
        ("SIGNATURE", SIGNATURE),
        ("TEMPLATE", TEMPLATE),
        ("API_URL", fake.url()),
    ];
    let set = set.map(|(key, value)| (format!("LINLI__SMS__{key}").into(), value.into()));
    let loaded = Config::from_sources(None, set).expect("sound settings");
    let sender = Sender::new(&loaded.config.sms).expect("a provider is set");
    let (phone, code) = body.split_once(' ').expect("PHONE CODE");
    let text = Text {
        phone: phone.to_owned(),
        code: code.to_owned(),
        minutes: 5,
        address: String::new(),
        lang: "zh-CN".to_owned(),
    };
    let now = Clock::running(1.0, chrono::TimeDelta::zero()).now();
    let outcome = sender.hand_over(&text, now).await;
    assert!(
        matches!(outcome, gateway::sms::Outcome::Sent(_)),
        "{outcome:?}"
    );
    Json(fake.last())
}
