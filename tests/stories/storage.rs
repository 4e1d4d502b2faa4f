//! The database goes away, a row is damaged, the disk is full, the clock jumps.

use tests::{SECRET, Setup, World, hours, minutes, seconds};

const NEED: &str = "我想申请低保，我住新桥花园";

fn text(update: i64, chat: i64, text: &str) -> String {
    format!(
        r#"{{"update_id":{update},"message":{{"message_id":{update},"date":1,"chat":{{"id":{chat},"type":"private"}},"from":{{"id":{chat},"is_bot":false,"first_name":"x"}},"text":"{text}"}}}}"#
    )
}

#[tokio::test]
async fn while_the_database_is_away_messages_are_kept_and_replayed_in_order() {
    let world = World::start().await;
    let first = world.resident_on_telegram(42);
    let second = world.resident_on_telegram(43);
    first.says("你好").await;
    world.loses_its_database().await;
    for words in ["想送餐", "13812345678", "新桥花园"] {
        world.telegram.user(42).says(words);
    }
    world.telegram.user(43).says("人工");
    world.telegram.wait_until_delivered().await;
    let holding = |chat| {
        move |sent: &tests::botapi::Sent| sent.chat == chat && sent.text.contains("已经存好")
    };
    world.telegram.wait_for(holding(42)).await;
    world.telegram.wait_for(holding(43)).await;
    assert_eq!(world.app().intake.spool().contents().messages, 4);
    // Danger gets its card at once, whatever was said a moment ago.
    world.telegram.user(43).says("我不想活了");
    let card = |sent: &tests::botapi::Sent| sent.chat == 43 && sent.text.contains("12356");
    world.telegram.wait_for(card).await;
    first.looks_away();
    world.restart().await;
    first.waits().await.sees("联系电话").sees("多大年纪");
    second.waits().await.sees("工作人员");
    assert_eq!(world.count("inbound WHERE address LIKE '%/42'").await, 4);
    let order = world
        .rows("SELECT service FROM requests ORDER BY service")
        .await;
    assert_eq!(order, [["CRI-SUICIDE"], ["SVC-HUMAN"]]);
    world.ends().await;
}

#[tokio::test]
async fn a_full_disk_is_said_so_that_the_messenger_comes_again() {
    let world = Setup::default()
        .with("LINLI__SPOOL__MAX_BYTES", "1500")
        .start()
        .await;
    world.resident_on_telegram(42);
    world.loses_its_database().await;
    let mut answers = Vec::new();
    for number in 0..8 {
        let answer = world.hook(&[SECRET], text(500 + number, 42, "你好")).await;
        if answer.status == 503 {
            assert!(answer.retry_after.is_some(), "when to come again");
        }
        answers.push(answer.status.as_u16());
    }
    assert_eq!(answers[0], 200, "{answers:?}");
    assert_eq!(answers[7], 503, "{answers:?}");
    let kept = answers.iter().filter(|s| **s == 200).count() as i64;
    let danger = world.hook(&[SECRET], text(600, 42, "我不想活了")).await;
    assert_eq!(danger.status.as_u16(), 503);
    let card = |sent: &tests::botapi::Sent| sent.chat == 42 && sent.text.contains("12356");
    world.telegram.wait_for(card).await;
    world.restart().await;
    assert_eq!(
        world.count("inbound").await,
        kept,
        "what was answered is there"
    );
    world.ends().await;
}

#[tokio::test]
async fn while_the_disk_of_the_database_is_full_messages_wait_and_none_is_lost() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.says("你好").await;
    world.fills_its_disk().await;
    // Too long for a page that has a little room left.
    let long = format!(
        "我妈八十二了，想找人上门送饭。{}",
        "她腿脚不好。".repeat(600)
    );
    for _ in 0..3 {
        world.telegram.user(42).says(&long);
    }
    world.telegram.wait_until_delivered().await;
    let held = |sent: &tests::botapi::Sent| sent.chat == 42 && sent.text.contains("已经存好");
    world.telegram.wait_for(held).await;
    assert_eq!(world.app().intake.spool().contents().messages, 3);
    assert_eq!(world.count("inbound").await, 1, "none half-written");
    resident.looks_away();
    world.makes_room().await;
    resident.waits().await;
    while world.app().intake.spool().is_active() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.count("inbound").await, 4);
    resident.says("取消").await.sees("不办了");
    world.ends().await;
}

#[tokio::test]
async fn a_message_that_cannot_be_handled_is_parked_and_tried_again() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.says("你好").await;
    world
        .damages("UPDATE conversations SET state_sealed = 'v1:broken' WHERE address LIKE '%/42'")
        .await;
    resident.says("想送餐").await.sees("没处理好");
    let other = world.resident_on_telegram(43);
    other.says("你好").await.sees("邻里");
    let administrator = world.administrator().await;
    let site = world.site();
    let page = administrator.get(&site, "/admin/parked").await;
    assert!(!page.text().contains("想送餐"), "no words of residents");
    let (token, key) = (page.field("token"), page.field("key"));
    let fields = [("token", token.as_str()), ("key", &key), ("do", "retry")];
    administrator.post(&site, "/admin/parked", &fields).await;
    assert_eq!(
        world.count("inbound WHERE state = 1").await,
        1,
        "still damaged"
    );
    world
        .damages("DELETE FROM conversations WHERE address LIKE '%/42'")
        .await;
    resident.looks_away();
    administrator.post(&site, "/admin/parked", &fields).await;
    assert_eq!(world.count("inbound WHERE state = 1").await, 0);
    resident.waits().await.sees("联系电话");
    world.ends().await;
}

#[tokio::test]
async fn a_clock_that_jumps_back_an_hour_breaks_nothing() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    let before = world.clock.now();
    world.clock.set(before - hours(1));
    world.settle().await;
    resident.says("进度").await.sees(&reference);
    coordinator.accepts().await.sees("由您来办");
    resident.says("菜单").await.sees("您需要什么帮助");
    let other = world.resident_on_telegram(43);
    other.says("我不想活了").await.sees("12356");
    world.advance(minutes(90)).await;
    world.advance(hours(48)).await;
    resident.says("进度").await.sees(&reference);
    world.ends().await;
}

#[tokio::test]
async fn a_restart_in_the_middle_of_a_conversation_is_not_noticed() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.says(NEED).await.sees("联系电话");
    world.restart().await;
    resident.says("13812345678").await.sees_not("没听明白");
    while !resident.last().contains("对吗") {
        resident.says("跳过").await;
    }
    world.restart().await;
    resident.taps("对，交上去").await.sees("编号");
    world.advance(seconds(5)).await;
    assert_eq!(world.count("requests").await, 1);
    world.ends().await;
}
