//! The Telegram channel against a scripted server on loopback.
//!
//! What each answer of the API turns into. Limits, order and redelivery are
//! tested against the strict fake of the test harness.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::cases;
use crate::error::{GoneReason, PollError};
use crate::message::{Ask, Choice};
use axum::extract::{Request, State};
use axum::http::{HeaderMap as Headers, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Mutex;

/// A server that gives out prepared answers and keeps the calls.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    calls: Arc<Mutex<Vec<(String, Value)>>>,
}

enum Answer {
    Json(u16, Value),
    Raw(u16, &'static str, &'static [u8]),
    Silence,
}

impl Script {
    fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let script = Self::default();
        script.answers.lock().unwrap().extend(answers);
        script
    }

    /// Starts serving; the address without a slash at the end.
    async fn serve(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = axum::Router::new()
            .fallback(answer)
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        url
    }

    async fn channel(&self) -> Arc<dyn Channel> {
        channel(&self.serve().await, "secret = \"s3cret\"")
    }

    fn calls(&self) -> Vec<(String, Value)> {
        self.calls.lock().unwrap().clone()
    }
}

async fn answer(State(script): State<Script>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .unwrap();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    script.calls.lock().unwrap().push((path, body));
    let next = script.answers.lock().unwrap().pop_front();
    match next {
        Some(Answer::Json(code, json)) => {
            (StatusCode::from_u16(code).unwrap(), axum::Json(json)).into_response()
        }
        Some(Answer::Raw(code, wait, bytes)) => {
            let mut headers = Headers::new();
            if !wait.is_empty() {
                headers.insert("retry-after", wait.parse().unwrap());
            }
            (StatusCode::from_u16(code).unwrap(), headers, bytes).into_response()
        }
        Some(Answer::Silence) => std::future::pending().await,
        None => sent(1).into_response(),
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self {
            Answer::Json(_, json) => axum::Json(json).into_response(),
            _ => StatusCode::OK.into_response(),
        }
    }
}

fn sent(id: i64) -> Answer {
    Answer::Json(200, json!({"ok": true, "result": {"message_id": id}}))
}

fn yes() -> Answer {
    Answer::Json(200, json!({"ok": true, "result": true}))
}

fn no(code: u16, description: &str) -> Answer {
    let body = json!({"ok": false, "error_code": code, "description": description});
    Answer::Json(code, body)
}

fn channel(url: &str, more: &str) -> Arc<dyn Channel> {
    let settings = format!("token = \"123:TOPSECRET\"\napi_url = \"{url}\"\n{more}");
    build("main", settings.parse().unwrap()).unwrap()
}

fn to() -> Address {
    Address::new(NAME, "main", "42")
}

fn with_choices(labels: &[&str]) -> Outbound {
    Outbound {
        choices: labels
            .iter()
            .map(|l| Choice::new(format!("t-{l}"), *l))
            .collect(),
        ..Outbound::text("请选择")
    }
}

#[tokio::test]
async fn a_message_with_choices_goes_out_as_one_plain_call() {
    let script = Script::new([sent(77)]);
    let receipt = script
        .channel()
        .await
        .send(&to(), &with_choices(&["是", "否"]))
        .await;
    assert_eq!(receipt.unwrap().message.as_deref(), Some("77"));
    let (path, body) = script.calls().remove(0);
    assert_eq!(path, "/bot123:TOPSECRET/sendMessage");
    assert_eq!(
        body,
        json!({
            "chat_id": 42, "text": "请选择", "link_preview_options": {"is_disabled": true},
            "reply_markup": {"inline_keyboard": [[
                {"text": "是", "callback_data": "t-是"}, {"text": "否", "callback_data": "t-否"}]]},
        })
    );
}

#[tokio::test]
async fn asking_for_the_number_takes_a_reply_keyboard_and_keeps_the_choices_as_words() {
    let script = Script::default();
    let mut message = with_choices(&["跳过"]);
    message.ask = Some(Ask::Contact {
        label: "发送我的手机号".into(),
    });
    message.edit = Some("5".into());
    script.channel().await.send(&to(), &message).await.unwrap();
    let (path, body) = script.calls().remove(0);
    assert!(path.ends_with("sendMessage"), "{path}");
    let keyboard = &body["reply_markup"]["keyboard"];
    assert_eq!(
        keyboard[0][0],
        json!({"text": "发送我的手机号", "request_contact": true})
    );
    assert_eq!(keyboard[1][0]["text"], "跳过");
    assert_eq!(body["reply_markup"]["one_time_keyboard"], true);
}

#[tokio::test]
async fn a_text_over_the_limit_goes_out_in_parts_with_the_buttons_on_the_last() {
    let script = Script::new([sent(1), sent(2)]);
    let mut message = with_choices(&["好"]);
    message.text = "字".repeat(4097);
    let receipt = script.channel().await.send(&to(), &message).await.unwrap();
    assert_eq!(receipt.message.as_deref(), Some("2"));
    let calls = script.calls();
    assert_eq!(calls.len(), 2);
    assert!(calls[0].1.get("reply_markup").is_none());
    assert!(calls[1].1.get("reply_markup").is_some());
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_a_success_and_a_lost_message_is_sent_anew() {
    let script = Script::new([
        no(400, "Bad Request: message is not modified: specified new …"),
        no(400, "Bad Request: message to edit not found"),
        sent(9),
    ]);
    let channel = script.channel().await;
    let mut message = with_choices(&["好"]);
    message.edit = Some("5".into());
    let same = channel.send(&to(), &message).await.unwrap();
    assert_eq!(same.message.as_deref(), Some("5"));
    let anew = channel.send(&to(), &message).await.unwrap();
    assert_eq!(anew.message.as_deref(), Some("9"));
    let paths: Vec<String> = script.calls().into_iter().map(|c| c.0).collect();
    assert!(paths[1].ends_with("editMessageText") && paths[2].ends_with("sendMessage"));
}

#[tokio::test]
async fn a_tap_is_answered_and_a_late_answer_is_no_error() {
    for spelling in ["query ID is invalid", "query id is invalid"] {
        let text =
            format!("Bad Request: query is too old and response timeout expired or {spelling}");
        let script = Script::new([no(400, &text)]);
        let message = Outbound {
            answers: Some("99".into()),
            toast: Some("长".repeat(300)),
            ..Outbound::default()
        };
        script.channel().await.send(&to(), &message).await.unwrap();
        let (path, body) = script.calls().remove(0);
        assert!(path.ends_with("/answerCallbackQuery"));
        assert_eq!(body["callback_query_id"], "99");
        assert_eq!(body["text"].as_str().unwrap().chars().count(), 200);
    }
}

#[tokio::test]
async fn words_are_delivered_even_if_the_tap_cannot_be_answered() {
    // The two calls run side by side, so both answers serve either of them.
    let script = Script::new([]);
    let mut message = with_choices(&["好"]);
    message.answers = Some("99".into());
    assert!(script.channel().await.send(&to(), &message).await.is_ok());
    assert_eq!(script.calls().len(), 2);
}

#[tokio::test]
async fn every_refusal_becomes_what_the_outbox_can_act_on() {
    let moved = json!({"ok": false, "error_code": 400, "description": "Bad Request: group chat was upgraded",
        "parameters": {"migrate_to_chat_id": -1001}});
    let slow = json!({"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7}});
    let wait = |s| SendError::RetryAfter(Duration::from_secs(s));
    for (answer, expected) in [
        (Answer::Json(429, slow), wait(7)),
        (Answer::Raw(429, "3", b"slow down"), wait(3)),
        (
            no(403, "Forbidden: bot was blocked by the user"),
            SendError::Gone(GoneReason::Blocked),
        ),
        (
            no(403, "Forbidden: user is deactivated"),
            SendError::Gone(GoneReason::Deactivated),
        ),
        (
            no(
                403,
                "Forbidden: bot can't initiate conversation with a user",
            ),
            SendError::Gone(GoneReason::NotFound),
        ),
        (
            no(400, "Bad Request: chat not found"),
            SendError::Gone(GoneReason::NotFound),
        ),
        (
            Answer::Json(400, moved),
            SendError::Moved { to: "-1001".into() },
        ),
        (
            no(400, "Bad Request: message is too long"),
            SendError::Rejected("Bad Request: message is too long".into()),
        ),
        (
            no(401, "Unauthorized"),
            SendError::Rejected("Unauthorized".into()),
        ),
        (
            no(404, "Not Found"),
            SendError::Rejected("Not Found".into()),
        ),
        (
            Answer::Raw(502, "", b"<html>"),
            SendError::Temporary("HTTP 502".into()),
        ),
        (
            Answer::Raw(200, "", b"not json"),
            SendError::Unknown("an unreadable result (Syntax)".into()),
        ),
        (
            Answer::Json(200, json!({"ok": true})),
            SendError::Unknown("an answer without a result".into()),
        ),
    ] {
        let script = Script::new([answer]);
        let got = script
            .channel()
            .await
            .send(&to(), &Outbound::text("您好"))
            .await;
        assert_eq!(got, Err(expected));
    }
}

#[tokio::test]
async fn no_connection_is_temporary_and_silence_is_unknown_and_neither_names_the_token() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let refused = channel(&nobody, "secret = \"s\"")
        .send(&to(), &Outbound::text("您好"))
        .await;
    let Err(SendError::Temporary(cause)) = refused else {
        panic!("{refused:?}")
    };
    assert!(!cause.contains("TOPSECRET"), "{cause}");

    let url = Script::new([Answer::Silence]).serve().await;
    let api = Api::with_patience(&url, "123:TOPSECRET", Duration::from_millis(100));
    let silent = send::send(&api, &to(), &Outbound::text("您好")).await;
    assert_eq!(silent, Err(SendError::Unknown("no answer in time".into())));
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_any_call() {
    let script = Script::default();
    let channel = script.channel().await;
    let elsewhere = Address::new(NAME, "main", "someone");
    let got = channel.send(&elsewhere, &Outbound::text("x")).await;
    assert!(matches!(got, Err(SendError::Rejected(_))), "{got:?}");
    for case in cases::outbound() {
        let before = script.calls().len();
        let got = channel.send(&to(), &case.message).await;
        assert_eq!(got.is_ok(), case.deliverable, "{}: {got:?}", case.name);
        assert_eq!(
            script.calls().len() > before,
            case.deliverable,
            "{}",
            case.name
        );
    }
}

#[tokio::test]
async fn starting_checks_the_token_and_names_everything_about_the_webhook() {
    let script = Script::new([
        Answer::Json(200, json!({"ok": true, "result": {"id": 123}})),
        yes(),
    ]);
    let url = script.serve().await;
    let more = "secret = \"s3cret\"\npublic_url = \"http://127.0.0.1:9/linli/\"";
    channel(&url, more).start().await.unwrap();
    let (path, body) = script.calls().remove(1);
    assert!(path.ends_with("/setWebhook"));
    assert_eq!(body["url"], "http://127.0.0.1:9/linli/hooks/telegram/main");
    assert_eq!(body["secret_token"], "s3cret");
    assert_eq!(body["max_connections"], 40);
    assert_eq!(body["allowed_updates"], json!(UPDATES));

    for (answer, expected) in [
        (no(401, "Unauthorized"), StartError::Unauthorized),
        (no(404, "Not Found"), StartError::Unauthorized),
        (
            Answer::Raw(502, "", b""),
            StartError::Unreachable("HTTP 502".into()),
        ),
    ] {
        let got = Script::new([answer]).channel().await.start().await;
        assert_eq!(got, Err(expected));
    }
}

fn updates(ids: &[i64]) -> Answer {
    let all: Vec<Value> = ids
        .iter()
        .map(|id| json!({"update_id": id, "message": {"message_id": 1, "chat": {"id": 42, "type": "private"}, "text": "好"}}))
        .collect();
    Answer::Json(200, json!({"ok": true, "result": all}))
}

#[tokio::test]
async fn a_batch_is_confirmed_by_the_following_call_only() {
    let script = Script::new([
        updates(&[10, 12]),
        no(500, "Internal Server Error"),
        updates(&[]),
        updates(&[13]),
    ]);
    let mut poller = channel(&script.serve().await, "mode = \"polling\"")
        .poller()
        .unwrap();
    assert_eq!(poller.next().await.unwrap().len(), 2);
    assert!(matches!(poller.next().await, Err(PollError::Temporary(_))));
    assert!(poller.next().await.unwrap().is_empty());
    assert_eq!(poller.next().await.unwrap()[0].key, "u:13");
    let offsets: Vec<Value> = script
        .calls()
        .into_iter()
        .map(|c| c.1["offset"].clone())
        .collect();
    assert_eq!(offsets, [Value::Null, 13.into(), 13.into(), 13.into()]);
}

#[tokio::test]
async fn polling_takes_a_webhook_away_but_does_not_fight_another_poller() {
    let script = Script::new([
        no(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook …",
        ),
        yes(),
        updates(&[1]),
        no(409, "Conflict: terminated by other getUpdates request"),
    ]);
    let mut poller = channel(&script.serve().await, "mode = \"polling\"")
        .poller()
        .unwrap();
    assert_eq!(poller.next().await.unwrap().len(), 1);
    assert!(script.calls()[1].0.ends_with("/deleteWebhook"));
    assert!(matches!(poller.next().await, Err(PollError::Conflict(_))));
}

#[tokio::test]
async fn one_unreadable_update_does_not_hide_the_others() {
    let batch = json!({"ok": true, "result": [7, {"update_id": 3, "message": "?"},
        {"update_id": 4, "message": {"message_id": 1, "chat": {"id": 42}, "text": "好"}}]});
    let script = Script::new([Answer::Json(200, batch)]);
    let mut poller = channel(&script.serve().await, "mode = \"polling\"")
        .poller()
        .unwrap();
    let keys: Vec<String> = poller
        .next()
        .await
        .unwrap()
        .into_iter()
        .map(|i| i.key)
        .collect();
    assert_eq!(keys, ["u:3", "u:4"]);
}

#[tokio::test]
async fn a_file_is_fetched_by_either_spelling_of_its_path_and_never_without_bound() {
    let file = |size: u64| {
        Answer::Json(
            200,
            json!({"ok": true, "result": {"file_path": "photos/a 1.jpg", "file_size": size}}),
        )
    };
    let script = Script::new([
        file(3),
        Answer::Raw(404, "", b""),
        Answer::Raw(200, "", b"abc"),
        file(21 << 20),
        no(400, "Bad Request: invalid file_id"),
        no(400, "Bad Request: file is too big"),
    ]);
    let channel = script.channel().await;
    assert_eq!(channel.fetch("f").await.unwrap(), "abc");
    let paths: Vec<String> = script.calls().into_iter().map(|c| c.0).collect();
    assert_eq!(paths[1], "/file/bot123:TOPSECRET/photos/a%201.jpg");
    assert_eq!(paths[2], "/file/bot123:TOPSECRET/photos%2Fa%201.jpg");
    assert!(matches!(
        channel.fetch("f").await,
        Err(FetchError::TooLarge(_))
    ));
    assert_eq!(channel.fetch("f").await, Err(FetchError::Gone));
    assert!(matches!(
        channel.fetch("f").await,
        Err(FetchError::TooLarge(_))
    ));
}

#[test]
fn only_requests_with_the_right_secret_are_read() {
    let headers = |values: &[&str]| {
        let mut headers = Headers::new();
        for value in values {
            headers.append("X-Telegram-Bot-Api-Secret-Token", value.parse().unwrap());
        }
        headers
    };
    let hook = channel("http://127.0.0.1:1", "secret = \"s3cret\"");
    let body = br#"{"update_id":1}"#;
    assert_eq!(
        hook.receive(&headers(&["s3cret"]), "", body).unwrap().len(),
        1
    );
    for wrong in [
        &[][..],
        &["S3cret"],
        &["s3cret", "s3cret"],
        &["s3cret", "x"],
    ] {
        let got = hook.receive(&headers(wrong), "", body);
        assert_eq!(got, Err(ReceiveError::Unauthorized), "{wrong:?}");
    }
    cases::refuses_hostile_bodies(&*hook, &headers(&["s3cret"]), "").unwrap();

    let polling = channel("http://127.0.0.1:1", "mode = \"polling\"");
    let got = polling.receive(&headers(&[""]), "", body);
    assert_eq!(got, Err(ReceiveError::Unauthorized));
}

#[test]
fn the_token_and_the_secret_are_named_for_redaction() {
    let texts = channel("http://127.0.0.1:1", "secret = \"s3cret\"").redactions();
    for text in ["123:TOPSECRET", "TOPSECRET", "s3cret", "123%3ATOPSECRET"] {
        assert!(texts.iter().any(|t| t == text), "{text}");
    }
}
