//! A gateway that begins while its database is away, or goes while it begins.

use tests::{Beginning, Engine, Wire, World, engine};

fn text(update: i64, text: &str) -> String {
    format!(
        r#"{{"update_id":{update},"message":{{"message_id":{update},"date":1,"chat":{{"id":42,"type":"private"}},"from":{{"id":42,"is_bot":false,"first_name":"x"}},"text":"{text}"}}}}"#
    )
}

/// A database where nothing listens.
fn nowhere() -> String {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = closed.local_addr().expect("a bound socket has one");
    format!("postgres://linli@{address}/linli")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_and_without_its_key_danger_still_gets_its_card() {
    let beginning = Beginning::on(&nowhere(), false).await;
    beginning.telegram.user(42);
    let answer = beginning.hook(text(1, "我想申请低保")).await;
    assert_eq!(answer.status, 503, "it comes again");
    for again in 0..3 {
        let answer = beginning.hook(text(2, "我不想活了")).await;
        assert_eq!(answer.status, 503, "{again}");
    }
    let card = |sent: &tests::botapi::Sent| sent.chat == 42 && sent.text.contains("12356");
    beginning.telegram.wait_for(card).await;
    let told = beginning.telegram.sent_to(42);
    assert_eq!(told.len(), 1, "once a minute: {told:?}");
    assert!(!told[0].text.contains("已经存好"), "{told:?}");
    assert!(!beginning.ends().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_again_at_any_step_of_the_start_is_waited_for() {
    if engine() != Engine::Postgres {
        return;
    }
    let wire = Wire::that_breaks_at(&[
        "CREATE TABLE webhook_deliveries",
        "ON CONFLICT (key) DO NOTHING",
        "INSERT INTO documents",
        "FROM workers",
    ])
    .await;
    let beginning = Beginning::on(&wire.url, true).await;
    beginning.comes_to_an_end().await;
    assert_eq!(wire.left(), Vec::<&str>::new());
    assert!(beginning.ends().await, "it runs at last");
}

#[tokio::test]
async fn a_gateway_that_gets_no_answer_from_its_database_is_not_ready() {
    let world = World::start().await;
    let (browser, site) = (tests::Browser::new(), world.site());
    assert_eq!(browser.get(&site, "/readyz").await.status, 200);
    // Its own connections are gone; on PostgreSQL a fresh one would come in.
    world.loses_its_database().await;
    let told = browser.get(&site, "/readyz").await;
    assert_eq!(told.status, 503, "{}", told.body);
    assert!(told.body.contains("database"), "{}", told.body);
    drop(site);
    world.restart().await;
    let site = world.site();
    assert_eq!(browser.get(&site, "/readyz").await.status, 200);
    world.ends().await;
}
