//! The Telegram channel against teremock, a Bot API server nobody here wrote.
//!
//! What we send has to be what its author reads: it parses every body with its
//! own types and refuses an edit that changes nothing. It knows no webhooks, no
//! limits and no floods; those are the strict fake's.
#![allow(clippy::unwrap_used)]

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use bots::{Address, Ask, Channel, Choice, Outbound};
use std::convert::Infallible;
use std::sync::Arc;
use teremock::{DistributionKey, MockBot, MockMessageText, Responses};

struct Server {
    mock: MockBot<Infallible, DistributionKey>,
    channel: Arc<dyn Channel>,
}

impl Server {
    async fn start() -> Self {
        let mock = MockBot::new(MockMessageText::new().text("x"), dptree::entry()).await;
        let url = capitals(mock.api_url().to_string()).await;
        let settings = format!("token = \"1:T\"\nmode = \"polling\"\napi_url = \"{url}\"");
        let kind = bots::Kind::named("telegram").unwrap();
        let channel = (kind.build)("main", settings.parse().unwrap()).unwrap();
        Self { mock, channel }
    }

    async fn send(&self, message: &Outbound) -> String {
        let to = Address::new("telegram", "main", "42");
        let receipt = self.channel.send(&to, message).await.unwrap();
        receipt.message.unwrap_or_default()
    }

    fn got(&self) -> Responses {
        self.mock.get_responses()
    }
}

/// Passes calls on with the method's first letter in upper case: teremock knows
/// the spelling of one client library only, the real server takes any.
async fn capitals(target: String) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = axum::Router::new()
        .route("/{bot}/{method}", axum::routing::post(pass_on))
        .with_state(target);
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

async fn pass_on(
    State(target): State<String>,
    Path((bot, method)): Path<(String, String)>,
    request: Request,
) -> Response {
    let method = method[..1].to_uppercase() + &method[1..];
    let kind = request.headers()["content-type"].clone();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .unwrap();
    let answer = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(format!("{target}{bot}/{method}"))
        .header("content-type", kind)
        .body(body)
        .send()
        .await
        .unwrap();
    Response::builder()
        .status(answer.status())
        .body(Body::from(answer.bytes().await.unwrap()))
        .unwrap()
}

fn card(text: &str) -> Outbound {
    Outbound {
        choices: vec![
            Choice::new("t-1", "我来处理"),
            Choice::new("t-2", "转给别人"),
        ],
        ..Outbound::text(text)
    }
}

#[tokio::test]
async fn teremock_knows_our_bot_and_reads_our_messages_and_buttons() {
    let server = Server::start().await;
    server.channel.start().await.unwrap();
    let id = server.send(&card("三号楼漏水")).await;
    let got = server.got();
    let message = got.sent_messages.last().unwrap();
    assert_eq!(message.id.0.to_string(), id);
    assert_eq!(message.chat.id.0, 42);
    assert_eq!(message.text(), Some("三号楼漏水"));
    let keyboard = serde_json::to_value(message.reply_markup().unwrap()).unwrap();
    assert_eq!(keyboard["inline_keyboard"][0][0]["callback_data"], "t-1");
    assert_eq!(keyboard["inline_keyboard"][0][1]["text"], "转给别人");
    let preview = &got.sent_messages_text[0].bot_request.link_preview_options;
    assert!(preview.as_ref().unwrap().is_disabled);
}

#[tokio::test]
async fn teremock_reads_our_question_for_the_phone_number() {
    let server = Server::start().await;
    let message = Outbound {
        ask: Some(Ask::Contact {
            label: "发送我的手机号".into(),
        }),
        ..Outbound::text("请问您的手机号")
    };
    server.send(&message).await;
    let asked = &server.got().sent_messages_text[0].bot_request.reply_markup;
    let keyboard = serde_json::to_value(asked.as_ref().unwrap()).unwrap();
    assert_eq!(keyboard["keyboard"][0][0]["request_contact"], true);
}

#[tokio::test]
async fn teremock_takes_an_edit_once_and_its_refusals_are_understood() {
    let server = Server::start().await;
    let mut message = card("等待处理");
    let id = server.send(&message).await;
    message.edit = Some(id.clone());
    message.text = "王师傅已接单".into();
    message.choices.truncate(1);
    assert_eq!(server.send(&message).await, id);
    // Refused by teremock as not modified: what was wanted is there.
    assert_eq!(server.send(&message).await, id);
    assert_eq!(server.got().edited_messages_text.len(), 1);
    // Refused as not found: sent anew.
    message.edit = Some("99999".into());
    assert_ne!(server.send(&message).await, id);
    assert_eq!(server.got().sent_messages.len(), 2);
}

#[tokio::test]
async fn teremock_reads_our_answer_to_a_tap() {
    let server = Server::start().await;
    let answer = Outbound {
        answers: Some("777".into()),
        toast: Some("收到".into()),
        ..Outbound::default()
    };
    server.send(&answer).await;
    let got = server.got();
    assert_eq!(got.answered_callback_queries[0].callback_query_id, "777");
    assert_eq!(
        got.answered_callback_queries[0].text.as_deref(),
        Some("收到")
    );
}

#[tokio::test]
async fn a_long_text_reaches_teremock_whole_in_two_messages() {
    let server = Server::start().await;
    let text = "一二三四五六七八九十\n".repeat(500);
    server.send(&Outbound::text(text.clone())).await;
    let got = server.got();
    assert_eq!(got.sent_messages.len(), 2);
    let all: Vec<&str> = got.sent_messages.iter().filter_map(|m| m.text()).collect();
    assert_eq!(all.join("\n"), text.trim_end());
}
