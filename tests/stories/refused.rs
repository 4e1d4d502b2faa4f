//! Bad input: a clear answer, no trace, never a panic.
//!
//! What is proven elsewhere: buttons of other people, of yesterday and of another bot, and 10,000 messages of one chat in
//! `messenger`; a full disk in `storage` and beside the spool; a clock that jumps back in `storage`; tables with wrong
//! columns, encodings and circles in `gateway/src/import/tests.rs`; hostile lines of `classify` beside the command; all
//! parsers on made-up bytes in `tests/fuzz`.

use tests::{SECRET, Setup, World};

#[tokio::test]
async fn wrong_missing_and_repeated_secrets_are_refused_without_a_trace() {
    let world = World::start().await;
    world.resident_on_telegram(42);
    let body = r#"{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":42,"type":"private"},"text":"人工"}}"#;
    for secrets in [
        &[][..],
        &["wrong"],
        &[""],
        &[SECRET, SECRET],
        &[SECRET, "wrong"],
        &["wrong", SECRET],
    ] {
        let answer = world.hook(secrets, body).await;
        assert_eq!(answer.status, 401, "{secrets:?}");
    }
    assert_eq!(world.count("inbound").await, 0);
    assert_eq!(world.hook(&[SECRET], body).await.status, 200);
    assert_eq!(world.count("inbound").await, 1);
    world.ends().await;
}

#[tokio::test]
async fn bodies_that_are_too_large_truncated_or_no_json_are_refused() {
    let world = World::start().await;
    let large = format!(r#"{{"update_id":1,"x":"{}"}}"#, "x".repeat(4 << 20));
    let answer = world.hook(&[SECRET], large).await;
    assert_eq!(answer.status, 413);
    for body in [
        "",
        "x",
        "[]",
        "{",
        r#"{"update_id":1,"message":{"mess"#,
        "\u{0}",
        "null",
        "{}",
    ] {
        let answer = world.hook(&[SECRET], body).await;
        assert_eq!(answer.status, 400, "{body:?}");
    }
    let answer = world.hook(&[SECRET], vec![0xff_u8, 0xfe, 0x00]).await;
    assert_eq!(answer.status, 400);
    assert_eq!(world.count("inbound").await, 0);
    world.ends().await;
}

#[tokio::test]
async fn unknown_kinds_of_updates_are_acknowledged() {
    let world = World::start().await;
    for (number, kind) in ["poll", "channel_post", "something_new"].iter().enumerate() {
        let body = format!(r#"{{"update_id":{number},"{kind}":{{"id":"1"}}}}"#);
        let answer = world.hook(&[SECRET], body).await;
        assert_eq!(answer.status, 200, "{kind}");
    }
    let unknown = world.hook(&[SECRET], "{}").await;
    assert_eq!(unknown.status, 400);
    let nowhere = tests::Browser::new()
        .posts_raw(&world.site(), "/hooks/telegram/other", &[], "{}")
        .await;
    assert_eq!(nowhere.status, 404);
    world.ends().await;
}

#[tokio::test]
async fn half_characters_control_characters_and_endless_texts_are_survived() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    for (number, text) in [
        r"想送餐\ud83d",
        r"\ude00\ud83d",
        r"想\u0000送\u0007餐",
        r"\u202e想送餐",
    ]
    .iter()
    .enumerate()
    {
        let update = 800 + number;
        let body = format!(
            r#"{{"update_id":{update},"message":{{"message_id":{update},"date":1,"chat":{{"id":42,"type":"private"}},"from":{{"id":42,"is_bot":false,"first_name":"\ud800"}},"text":"{text}"}}}}"#
        );
        resident.looks_away();
        assert_eq!(world.hook(&[SECRET], body).await.status, 200, "{text}");
        resident.waits().await;
        assert!(!resident.heard().is_empty(), "{text}");
    }
    resident.says(&"字".repeat(4097)).await;
    assert!(!resident.heard().is_empty());
    resident.says(&"😀".repeat(2049)).await;
    assert!(!resident.heard().is_empty());
    world.ends().await;
}

#[tokio::test]
async fn the_web_chat_refuses_what_is_too_long_or_not_its_own_form() {
    let world = World::start().await;
    let site = world.site();
    let browser = tests::Browser::new();
    let page = browser.get(&site, "/chat").await;
    let (token, once) = (page.field("token"), page.field("once"));
    let long = "字".repeat(4097);
    let fields = [("token", token.as_str()), ("once", &once), ("text", &long)];
    let answer = browser.post(&site, "/chat", &fields).await;
    assert_eq!(answer.status, 422);
    let endless = "x".repeat(100_000);
    let fields = [
        ("token", token.as_str()),
        ("once", &once),
        ("text", &endless),
    ];
    let answer = browser.post(&site, "/chat", &fields).await;
    assert_eq!(answer.status, 413);
    let forged = [
        ("token", "forged"),
        ("once", once.as_str()),
        ("text", "你好"),
    ];
    let answer = browser.post(&site, "/chat", &forged).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert_eq!(world.count("inbound").await, 0);
    world.ends().await;
}

#[tokio::test]
async fn the_same_click_sent_twice_on_the_web_counts_once() {
    let world = World::start().await;
    let site = world.site();
    let browser = tests::Browser::new();
    let page = browser.get(&site, "/chat").await;
    let (token, once) = (page.field("token"), page.field("once"));
    let fields = [("token", token.as_str()), ("once", &once), ("text", "人工")];
    for _ in 0..3 {
        let answer = browser.post(&site, "/chat", &fields).await;
        assert!(answer.status.is_redirection(), "{}", answer.status);
    }
    assert_eq!(world.count("inbound").await, 1);
    assert_eq!(world.count("requests").await, 1);
    world.ends().await;
}

#[tokio::test]
async fn a_policy_that_contradicts_itself_is_refused_with_every_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("policy.toml");
    let policy = gateway::escalation::policy::DEFAULT
        .replacen(r#"at = "50%""#, r#"at = "101%""#, 1)
        .replacen("remind duty_desk", "shout duty_desk", 1)
        .replacen("tell_supervisor duty_chief", "tell_supervisor mayor", 1);
    std::fs::write(&path, policy).expect("written");
    let why = Setup::default()
        .with("LINLI__ESCALATION__POLICY_FILE", path.display().to_string())
        .refused()
        .await
        .to_string();
    for finding in ["percents go from 1 to 100", "shout", "mayor"] {
        assert!(why.contains(finding), "{finding:?} in {why}");
    }
}

#[tokio::test]
async fn a_calendar_that_contradicts_itself_is_refused_with_every_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("calendar.toml");
    let calendar = r#"
version = 1
offset = "+08:00"
[weekly]
mon = ["09:00-12:00", "11:00-17:00"]
someday = ["09:00-12:00"]
[years.2026]
off = [{ from = "2026-02-20", to = "2026-02-15", name = "春节" }]
work = [{ on = "2027-02-14", name = "调休" }]
"#;
    std::fs::write(&path, calendar).expect("written");
    let why = Setup::default()
        .with(
            "LINLI__ESCALATION__CALENDAR_FILE",
            path.display().to_string(),
        )
        .refused()
        .await
        .to_string();
    for finding in ["mon", "someday", "2026-02-20", "2027-02-14"] {
        assert!(why.contains(finding), "{finding:?} in {why}");
    }
}

#[tokio::test]
async fn strangers_open_no_console_page() {
    let world = World::start().await;
    let coordinator = world.worker_without_chat("YX033").await;
    let site = world.site();
    let stranger = tests::Browser::new();
    for path in [
        "/worker",
        "/worker/bind",
        "/admin",
        "/admin/parked",
        "/admin/workers",
    ] {
        let page = stranger.get(&site, path).await;
        assert_ne!(page.status, 200, "{path}");
    }
    for path in ["/admin", "/admin/parked", "/admin/workers"] {
        let page = coordinator.opens(path).await;
        assert_ne!(page.status, 200, "{path}");
    }
    world.ends().await;
}
