//! The fake held to what its facts say.
#![allow(clippy::unwrap_used)]

use super::*;
use axum::extract::State as Shares;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};
use std::collections::VecDeque;

fn clock() -> Clock {
    Clock::manual(DateTime::from_timestamp(1_770_000_000, 0).unwrap())
}

/// The secret an update came with, and the update.
type Seen = (Option<String>, Value);
/// Status and Retry-After.
type Told = (u16, Option<i64>);

/// The other side of a webhook: keeps what came, answers as told, else 200.
#[derive(Clone, Default)]
struct Hook {
    seen: Arc<Mutex<Vec<Seen>>>,
    answers: Arc<Mutex<VecDeque<Told>>>,
    /// Chats whose updates always fail.
    poison: Arc<Mutex<Vec<i64>>>,
}

impl Hook {
    async fn serve(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let app = axum::Router::new().fallback(take).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        url
    }

    fn texts(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter()
            .filter_map(|(_, update)| update["message"]["text"].as_str().map(str::to_owned))
            .collect()
    }
}

async fn take(
    Shares(hook): Shares<Hook>,
    headers: HeaderMap,
    axum::Json(update): axum::Json<Value>,
) -> impl IntoResponse {
    let secret = headers.get("x-telegram-bot-api-secret-token");
    let secret = secret.map(|s| s.to_str().unwrap().to_owned());
    let chat = update["message"]["chat"]["id"].as_i64().unwrap_or(0);
    hook.seen.lock().unwrap().push((secret, update));
    if hook.poison.lock().unwrap().contains(&chat) {
        return (StatusCode::INTERNAL_SERVER_ERROR, HeaderMap::new());
    }
    let (code, wait) = hook
        .answers
        .lock()
        .unwrap()
        .pop_front()
        .unwrap_or((200, None));
    let mut headers = HeaderMap::new();
    if let Some(wait) = wait {
        headers.insert("retry-after", wait.into());
    }
    (StatusCode::from_u16(code).unwrap(), headers)
}

struct Bot {
    fake: BotApi,
    client: reqwest::Client,
}

impl Bot {
    async fn new(clock: &Clock) -> Self {
        Self {
            fake: BotApi::start(clock).await,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    fn url(&self, method: &str) -> String {
        format!("{}/bot{TOKEN}/{method}", self.fake.url())
    }

    async fn call(&self, method: &str, params: Value) -> (u16, Value) {
        let request = self.client.post(self.url(method)).json(&params);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn good(&self, method: &str, params: Value) -> Value {
        let (code, mut body) = self.call(method, params).await;
        assert_eq!(code, 200, "{body}");
        body["result"].take()
    }

    /// The refusal of a call, as "code description".
    async fn bad(&self, method: &str, params: Value) -> String {
        let (code, body) = self.call(method, params).await;
        assert_eq!(body["error_code"], code, "{body}");
        format!("{code} {}", body["description"].as_str().unwrap())
    }

    async fn hooked(clock: &Clock, hook: &Hook) -> Self {
        let bot = Self::new(clock).await;
        let url = hook.serve().await;
        bot.good("setWebhook", json!({"url": url, "secret_token": "s3cret"}))
            .await;
        bot
    }

    async fn attempts(&self, count: usize) -> Vec<Delivery> {
        self.fake
            .wait(|state| (state.deliveries.len() >= count).then(|| state.deliveries.clone()))
            .await
    }
}

#[tokio::test]
async fn a_failed_post_is_repeated_at_once_and_then_after_doubling_pauses() {
    let (clock, hook) = (clock(), Hook::default());
    let start = clock.now();
    hook.answers.lock().unwrap().extend([(500, None); 5]);
    let bot = Bot::hooked(&clock, &hook).await;
    bot.fake.user(42).says("水管坏了");
    for (attempts, pause) in [(2, 2), (3, 4), (4, 8), (5, 16)] {
        assert_eq!(bot.attempts(attempts).await.len(), attempts);
        // A moment earlier nothing happens.
        clock.advance(TimeDelta::milliseconds(pause * 1000 - 1));
        tokio::task::yield_now().await;
        assert_eq!(bot.fake.deliveries().len(), attempts);
        clock.advance(TimeDelta::milliseconds(1));
    }
    let seconds: Vec<i64> = bot
        .attempts(6)
        .await
        .iter()
        .map(|attempt| (attempt.at - start).num_seconds())
        .collect();
    assert_eq!(seconds, [0, 0, 2, 6, 14, 30]);
    bot.fake.wait_until_delivered().await;
}

#[tokio::test]
async fn a_retry_after_of_the_other_side_is_honoured() {
    let (clock, hook) = (clock(), Hook::default());
    hook.answers.lock().unwrap().push_back((503, Some(30)));
    let bot = Bot::hooked(&clock, &hook).await;
    bot.fake.user(42).says("你好");
    bot.attempts(1).await;
    clock.advance(TimeDelta::seconds(29));
    tokio::task::yield_now().await;
    assert_eq!(bot.fake.deliveries().len(), 1);
    clock.advance(TimeDelta::seconds(1));
    bot.attempts(2).await;
}

#[tokio::test]
async fn a_chat_is_held_back_behind_its_failing_update_and_others_and_taps_are_not() {
    let (clock, hook) = (clock(), Hook::default());
    hook.poison.lock().unwrap().push(1);
    let bot = Bot::hooked(&clock, &hook).await;
    bot.fake.user(1).says("毒");
    bot.fake.user(1).says("后面的");
    bot.fake.user(2).says("别人的");
    bot.fake.user(1).taps_token(5, "t");
    bot.fake
        .wait(|state| (state.pending.len() == 2).then_some(()))
        .await;
    bot.attempts(4).await;
    assert!(!hook.texts().contains(&"后面的".to_owned()));
    hook.poison.lock().unwrap().clear();
    clock.advance(TimeDelta::seconds(2));
    bot.fake.wait_until_delivered().await;
    assert_eq!(hook.texts().last().unwrap(), "后面的");
    // Three attempts at the failing one, one at each other.
    assert_eq!(bot.fake.deliveries().len(), 6);
}

#[tokio::test]
async fn updates_nobody_takes_expire_taps_much_sooner_than_messages() {
    let (clock, hook) = (clock(), Hook::default());
    hook.answers.lock().unwrap().extend([(500, None); 200]);
    let bot = Bot::hooked(&clock, &hook).await;
    bot.fake.user(42).says("你好");
    bot.fake.user(42).taps_token(5, "t");
    bot.attempts(4).await;
    clock.advance(TimeDelta::seconds(151));
    bot.fake
        .wait(|s| (s.pending.len() == 1).then_some(()))
        .await;
    clock.advance(TimeDelta::hours(24));
    bot.fake.wait_until_delivered().await;
    assert!(hook.answers.lock().unwrap().len() > 100);
}

#[tokio::test]
async fn the_secret_comes_along_until_a_webhook_is_set_without_one() {
    let (clock, hook) = (clock(), Hook::default());
    let bot = Bot::hooked(&clock, &hook).await;
    bot.fake.user(42).says("一");
    bot.fake.wait_until_delivered().await;
    let again = json!({"url": hook.serve().await});
    let refused = bot.bad("setWebhook", again.clone()).await;
    assert_eq!(refused, "429 Too Many Requests: retry after 1");
    clock.advance(TimeDelta::seconds(1));
    bot.good("setWebhook", again).await;
    bot.fake.user(42).says("二");
    bot.fake.wait_until_delivered().await;
    let seen = hook.seen.lock().unwrap();
    assert_eq!(seen[0].0.as_deref(), Some("s3cret"));
    assert_eq!(seen[1].0, None);
}

#[tokio::test]
async fn polling_confirms_by_offset_and_yields_to_webhooks_and_later_polls() {
    let bot = Bot::new(&clock()).await;
    let first = bot.fake.user(42).says("一");
    bot.fake.user(42).says("二");
    let got = bot.good("getUpdates", json!({"limit": 1})).await;
    assert_eq!(got[0]["update_id"], first);
    assert_eq!(got.as_array().unwrap().len(), 1);
    let got = bot.good("getUpdates", json!({"offset": first + 1})).await;
    assert_eq!(got[0]["message"]["text"], "二");
    assert_eq!(bot.fake.waiting().len(), 1);

    // A call that waits is ended by the next one, and by an update.
    let waits = json!({"offset": first + 2, "timeout": 50});
    let (earlier, later) = tokio::join!(bot.call("getUpdates", waits.clone()), async {
        bot.fake
            .wait(|state| (state.poll_version == 3).then_some(()))
            .await;
        let later = bot.call("getUpdates", waits.clone());
        let says = async {
            bot.fake
                .wait(|state| (state.poll_version == 4).then_some(()))
                .await;
            bot.fake.user(42).says("三");
        };
        tokio::join!(later, says).0
    });
    assert_eq!(earlier.0, 409);
    assert_eq!(later.1["result"][0]["message"]["text"], "三");

    bot.good("setWebhook", json!({"url": "http://127.0.0.1:1/"}))
        .await;
    let refused = bot.bad("getUpdates", json!({})).await;
    assert!(refused.contains("while webhook is active"), "{refused}");
    bot.good("deleteWebhook", json!({"drop_pending_updates": true}))
        .await;
    assert_eq!(bot.good("getUpdates", json!({})).await, json!([]));
}

#[tokio::test]
async fn only_the_kinds_asked_for_are_delivered() {
    let bot = Bot::new(&clock()).await;
    bot.good("getUpdates", json!({"allowed_updates": ["message"]}))
        .await;
    bot.fake.user(42).blocks_bot();
    bot.fake.user(42).unblocks_bot();
    bot.fake.user(42).says("好");
    let got = bot.good("getUpdates", json!({})).await;
    assert_eq!(got.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_limit_has_its_refusal() {
    let bot = Bot::new(&clock()).await;
    bot.fake.user(42);
    let text = |text: String| json!({"chat_id": 42, "text": text});
    bot.good("sendMessage", text("字".repeat(4096))).await;
    let long = bot.bad("sendMessage", text("字".repeat(4097))).await;
    assert_eq!(long, "400 Bad Request: message is too long");
    let empty = bot.bad("sendMessage", text(" ".into())).await;
    assert_eq!(empty, "400 Bad Request: message text is empty");
    let data = json!({"chat_id": 42, "text": "x", "reply_markup":
        {"inline_keyboard": [[{"text": "x", "callback_data": "x".repeat(65)}]]}});
    assert_eq!(
        bot.bad("sendMessage", data).await,
        "400 Bad Request: BUTTON_DATA_INVALID"
    );
    let nobody = bot
        .bad("sendMessage", json!({"chat_id": 7, "text": "x"}))
        .await;
    assert_eq!(nobody, "400 Bad Request: chat not found");
    let mode = json!({"chat_id": 42, "text": "x", "parse_mode": "rtf"});
    assert!(bot.bad("sendMessage", mode).await.contains("parse_mode"));
    let secret = json!({"url": "http://127.0.0.1:1/", "secret_token": "a b"});
    assert!(bot.bad("setWebhook", secret).await.contains("unallowed"));
    assert_eq!(
        bot.bad("sendFax", json!({})).await,
        "404 Not Found: method not found"
    );
}

#[tokio::test]
async fn people_who_shut_the_bot_out_cannot_be_written_to() {
    let bot = Bot::new(&clock()).await;
    bot.fake.user(1).blocks_bot();
    bot.fake.user(2).deactivates();
    bot.fake.user(3).moves_to(-1003);
    let to = |chat: i64| json!({"chat_id": chat, "text": "x"});
    assert_eq!(
        bot.bad("sendMessage", to(1)).await,
        "403 Forbidden: bot was blocked by the user"
    );
    assert_eq!(
        bot.bad("sendMessage", to(2)).await,
        "403 Forbidden: user is deactivated"
    );
    let (code, body) = bot.call("sendMessage", to(3)).await;
    assert_eq!(
        (code, &body["parameters"]["migrate_to_chat_id"]),
        (400, &json!(-1003))
    );
    bot.fake.user(1).unblocks_bot();
    bot.good("sendMessage", to(1)).await;
}

#[tokio::test]
async fn an_edit_must_change_something_and_a_tap_grows_old() {
    let clock = clock();
    let bot = Bot::new(&clock).await;
    bot.fake.user(42);
    let markup = json!({"inline_keyboard": [[{"text": "好", "callback_data": "t"}]]});
    let sent = json!({"chat_id": 42, "text": "一", "reply_markup": markup});
    let id = bot.good("sendMessage", sent).await["message_id"].clone();
    let edit =
        |text: &str| json!({"chat_id": 42, "message_id": id, "text": text, "reply_markup": markup});
    assert!(
        bot.bad("editMessageText", edit("一"))
            .await
            .contains("message is not modified")
    );
    assert_eq!(bot.good("editMessageText", edit("二")).await["text"], "二");
    let own = bot.fake.user(42).says("我的") - 700_000_001;
    assert_eq!(own, 0);
    let others =
        json!({"chat_id": 42, "message_id": bot.fake.user(42).last_message(), "text": "x"});
    assert!(
        bot.bad("editMessageText", others)
            .await
            .contains("can't be edited")
    );

    bot.fake.user(42).taps("好");
    let got = bot.good("getUpdates", json!({"offset": -1})).await;
    let query = &got[0]["callback_query"];
    assert_eq!(query["data"], "t");
    let answer = json!({"callback_query_id": query["id"], "text": "收到"});
    bot.good("answerCallbackQuery", answer.clone()).await;
    assert_eq!(bot.fake.answered_taps()[0].1, "收到");
    clock.advance(TimeDelta::seconds(150));
    assert!(
        bot.bad("answerCallbackQuery", answer)
            .await
            .contains("query is too old")
    );
}

#[tokio::test]
async fn floods_carry_their_wait_twice_and_rates_refill_with_the_clock() {
    let clock = clock();
    let bot = Bot::new(&clock).await;
    bot.fake.user(42);
    let text = json!({"chat_id": 42, "text": "x"});
    bot.fake.injects(1, Fault::Flood(7));
    let request = bot.client.post(bot.url("sendMessage")).json(&text);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "7");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["parameters"]["retry_after"], 7);

    bot.fake.keeps_rates();
    for _ in 0..5 {
        bot.good("sendMessage", text.clone()).await;
    }
    let refused = bot.bad("sendMessage", text.clone()).await;
    assert_eq!(refused, "429 Too Many Requests: retry after 1");
    clock.advance(TimeDelta::seconds(1));
    bot.good("sendMessage", text.clone()).await;
    bot.fake.injects(1, Fault::Error(502));
    assert!(bot.bad("sendMessage", text).await.starts_with("502"));
}

#[tokio::test]
async fn calls_are_read_in_every_form_and_any_case() {
    let bot = Bot::new(&clock()).await;
    bot.fake.user(42);
    let query = format!("{}?chat_id=42&text=get", bot.url("SENDmessage"));
    let get = bot.client.get(query).send().await.unwrap();
    assert_eq!(get.status(), 200);
    let form = [
        ("chat_id", "42"),
        ("text", "form"),
        ("reply_markup", "{\"remove_keyboard\":true}"),
    ];
    let request = bot.client.post(bot.url("SendMessage")).form(&form);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let parts = reqwest::multipart::Form::new()
        .text("chat_id", "42")
        .text("text", "multipart");
    let request = bot.client.post(bot.url("sendMessage")).multipart(parts);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let texts: Vec<String> = bot.fake.sent_to(42).into_iter().map(|s| s.text).collect();
    assert_eq!(texts, ["get", "form", "multipart"]);

    let broken = bot.client.post(bot.url("getMe")).body("{");
    assert_eq!(broken.send().await.unwrap().status(), 400);
    let stranger = format!("{}/bot1:other/getMe", bot.fake.url());
    assert_eq!(bot.client.get(stranger).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn files_go_up_and_come_down_under_either_spelling_of_their_path() {
    let bot = Bot::new(&clock()).await;
    bot.fake.user(42);
    let part = reqwest::multipart::Part::bytes(b"jpeg".to_vec()).file_name("a.jpg");
    let parts = reqwest::multipart::Form::new()
        .text("chat_id", "42")
        .text("photo", "attach://pic")
        .text("caption", "看")
        .part("pic", part);
    let request = bot.client.post(bot.url("sendPhoto")).multipart(parts);
    let body: Value = request.send().await.unwrap().json().await.unwrap();
    let id = body["result"]["photo"][0]["file_id"].clone();
    let file = bot.good("getFile", json!({"file_id": id})).await;
    let path = file["file_path"].as_str().unwrap();
    for path in [path.to_owned(), path.replace('/', "%2F")] {
        let url = format!("{}/file/bot{TOKEN}/{path}", bot.fake.url());
        let response = bot.client.get(url).send().await.unwrap();
        assert_eq!(response.bytes().await.unwrap(), "jpeg");
    }
    let gone = bot.bad("getFile", json!({"file_id": "x"})).await;
    assert_eq!(gone, "400 Bad Request: invalid file_id");
}

#[tokio::test]
async fn a_call_in_the_webhooks_answer_is_performed() {
    let clock = clock();
    let bot = Bot::new(&clock).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let said = json!({"method": "sendMessage", "chat_id": 42, "text": "立即"});
    let app = axum::Router::new().fallback(move || async move { axum::Json(said) });
    tokio::spawn(async move { axum::serve(listener, app).await });
    bot.good("setWebhook", json!({"url": url})).await;
    bot.fake.user(42).says("你好");
    let sent = bot.fake.wait_for(|sent| sent.chat == 42).await;
    assert_eq!(sent.text, "立即");
}

#[tokio::test]
async fn the_channel_of_this_product_and_the_fake_understand_each_other() {
    let fake = BotApi::start(&clock()).await;
    let settings = format!(
        "token = \"{TOKEN}\"\napi_url = \"{}\"\nmode = \"polling\"",
        fake.url()
    );
    let kind = bots::Kind::named("telegram").unwrap();
    let channel = (kind.build)("main", settings.parse().unwrap()).unwrap();
    channel.start().await.unwrap();
    let mut poller = channel.poller().unwrap();
    let person = fake.user(42).named("王").speaks("zh-hans");

    person.says("/start abc");
    let got = poller.next().await.unwrap().remove(0);
    assert_eq!(
        got.content,
        bots::Content::Start {
            payload: Some("abc".into())
        }
    );
    let message = bots::Outbound {
        ask: Some(bots::Ask::Contact {
            label: "发送我的手机号".into(),
        }),
        ..bots::Outbound::text("请问您的手机号?")
    };
    channel.send(&got.address, &message).await.unwrap();
    person.taps("发送我的手机号");
    let got = poller.next().await.unwrap().remove(0);
    assert!(matches!(
        got.content,
        bots::Content::Contact { own: true, .. }
    ));

    let mut message = bots::Outbound::text("要确认吗?");
    message.choices = vec![bots::Choice::new("tok-1", "确认")];
    message.remove_keyboard = true;
    let receipt = channel.send(&got.address, &message).await.unwrap();
    person.taps("确认");
    let got = poller.next().await.unwrap().remove(0);
    let bots::Content::Tap {
        token,
        callback,
        message: bearer,
    } = got.content
    else {
        panic!("{:?}", got.content)
    };
    assert_eq!((token.as_str(), &bearer), ("tok-1", &receipt.message));
    let answer = bots::Outbound {
        answers: callback,
        toast: Some("好的".into()),
        edit: bearer,
        ..bots::Outbound::text("已确认")
    };
    channel.send(&got.address, &answer).await.unwrap();
    channel.send(&got.address, &answer).await.unwrap();
    assert_eq!(fake.answered_taps()[0].1, "好的");
    assert_eq!(fake.sent_to(42).last().unwrap().text, "已确认");
    assert!(person.buttons().is_empty());

    fake.injects(1, Fault::SentButCut);
    let cut = channel
        .send(&got.address, &bots::Outbound::text("断"))
        .await;
    assert!(matches!(cut, Err(bots::SendError::Unknown(_))), "{cut:?}");
    person.sends_photo(b"jpeg", Some("看"));
    let got = poller.next().await.unwrap().remove(0);
    let bots::Content::File(file) = got.content else {
        panic!("{:?}", got.content)
    };
    assert_eq!(channel.fetch(&file.id).await.unwrap(), "jpeg");
    person.blocks_bot();
    let got = poller.next().await.unwrap().remove(0);
    assert_eq!(got.content, bots::Content::Blocked);
    let gone = channel.send(&got.address, &bots::Outbound::text("?")).await;
    assert_eq!(gone, Err(bots::SendError::Gone(bots::GoneReason::Blocked)));
}
