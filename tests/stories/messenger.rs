//! What a messenger does to us: repeats, old buttons, edits, floods, blocks.

use tests::botapi::Fault;
use tests::{SECRET, Setup, World, days, seconds};

const NEED: &str = "我想申请低保，我住新桥花园";

#[tokio::test]
async fn a_redelivered_message_changes_nothing() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    let hello = world.telegram.user(42).says("人工");
    resident.waits().await;
    let reference = world.rows("SELECT reference, status FROM requests").await;
    let (events, sent) = (
        world.count("events").await,
        world.telegram.sent_to(42).len(),
    );
    for _ in 0..3 {
        world.telegram.redelivers(hello);
        resident.waits().await;
    }
    assert_eq!(
        world.rows("SELECT reference, status FROM requests").await,
        reference
    );
    assert_eq!(world.count("events").await, events);
    assert_eq!(world.telegram.sent_to(42).len(), sent);
    world.ends().await;
}

#[tokio::test]
async fn a_double_tap_opens_one_request_and_accepts_once() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.says(NEED).await;
    while !resident.last().contains("对吗") {
        resident.says("跳过").await;
    }
    let person = world.telegram.user(42);
    person.taps("对，交上去");
    person.taps("对，交上去");
    resident.waits().await;
    assert_eq!(world.count("requests").await, 1);
    let worker = world.telegram.user(coordinator.chat);
    worker.taps("我来处理");
    worker.taps("我来处理");
    world.settle().await;
    assert_eq!(world.count("events WHERE kind = 'accepted'").await, 1);
    world.ends().await;
}

#[tokio::test]
async fn a_button_of_another_person_of_yesterday_or_made_up_does_nothing() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let thief = world.resident_on_telegram(43);
    thief.says("你好").await;
    resident.says(NEED).await;
    while !resident.last().contains("对吗") {
        resident.says("跳过").await;
    }
    let card = world.telegram.sent_to(42).pop().expect("the question");
    let confirm = card.token("对，交上去").expect("a button");
    for token in [
        confirm.as_str(),
        "",
        "x",
        "00000000000000000000000000000000.0",
        "status:7",
    ] {
        thief
            .does(|person| {
                person.taps_token(card.message, token);
            })
            .await;
        assert_eq!(world.count("requests").await, 0, "{token:?}");
    }
    resident.taps("对，交上去").await.sees("编号");
    let push = world.telegram.sent_to(coordinator.chat).pop();
    let push = push.expect("the push");
    let accept = push.token("我来处理").expect("a button");
    thief
        .does(|person| {
            person.taps_token(push.message, &accept);
        })
        .await;
    assert_eq!(world.count("events WHERE kind = 'accepted'").await, 0);
    world.advance(days(1)).await;
    resident
        .does(|person| {
            person.taps_token(card.message, &confirm);
        })
        .await
        .sees("已经交上去了");
    assert_eq!(world.count("requests").await, 1);
    world.ends().await;
}

#[tokio::test]
async fn a_button_pressed_at_another_bot_does_nothing() {
    let other = "LINLI__CHANNELS__TELEGRAM__OTHER";
    let main = Setup::default()
        .with(
            &format!("{other}__TOKEN"),
            "654321:other-token-of-another-bot-abcdefgh",
        )
        .with(&format!("{other}__SECRET"), SECRET)
        .with(&format!("{other}__API_URL"), "http://127.0.0.1:9");
    let world = main.start().await;
    let resident = world.resident_on_telegram(42);
    resident.says(NEED).await;
    resident.reaches_the_end().await;
    let card = world.telegram.sent_to(42).pop().expect("the question");
    let confirm = card.token("对，交上去").expect("a button");
    let press = format!(
        r#"{{"update_id":7,"callback_query":{{"id":"1","from":{{"id":42,"is_bot":false,"first_name":"x"}},"message":{{"message_id":{},"date":1,"chat":{{"id":42,"type":"private"}}}},"chat_instance":"1","data":"{confirm}"}}}}"#,
        card.message
    );
    let headers = [("x-telegram-bot-api-secret-token", SECRET)];
    let answer = tests::Browser::new()
        .posts_raw(&world.site(), "/hooks/telegram/other", &headers, press)
        .await;
    assert_eq!(answer.status, 200);
    world.settle().await;
    assert_eq!(
        world
            .count("inbound WHERE address LIKE 'telegram/other/%'")
            .await,
        1
    );
    assert_eq!(world.count("requests").await, 0);
    world.expects_losses();
    resident.taps("对，交上去").await.sees("编号");
    world.ends().await;
}

#[tokio::test]
async fn a_corrected_message_is_read_and_danger_in_it_is_heard() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let resident = world.resident_on_telegram(42);
    let person = world.telegram.user(42);
    person.says("想送餐");
    let own = person.last_message();
    resident.waits().await;
    resident
        .does(|person| {
            person.edits(own, "想给我妈送餐，住新桥花园");
        })
        .await
        .sees("联系电话");
    resident
        .does(|person| {
            person.edits(own, "我不想活了");
        })
        .await
        .sees("12356");
    duty.sees("紧急");
    assert_eq!(world.count("requests").await, 1);
    world.ends().await;
}

#[tokio::test]
async fn a_chat_that_shuts_the_bot_out_ends_and_comes_back_with_a_word() {
    let world = World::start().await;
    world.expects_losses();
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.files(NEED).await;
    resident
        .does(|person| {
            person.blocks_bot();
        })
        .await;
    coordinator.accepts().await;
    let given_up = world
        .count("outbox WHERE state = 2 AND address LIKE '%/42'")
        .await;
    assert_eq!(given_up, 1, "the notice that nobody can receive");
    resident
        .does(|person| {
            person.unblocks_bot();
        })
        .await;
    resident.says("进度").await.sees("孙慧敏");
    world.ends().await;
}

#[tokio::test]
async fn a_worker_who_blocks_the_bot_is_no_longer_written_to() {
    let world = World::start().await;
    world.expects_losses();
    let coordinator = world.worker("YX033").await;
    world.telegram.user(coordinator.chat).blocks_bot();
    world.settle().await;
    let resident = world.resident_on_telegram(42);
    resident.files(NEED).await;
    let chat = coordinator.chat;
    let lost = world
        .count(&format!(
            "outbox WHERE address LIKE '%/{chat}' AND state = 2"
        ))
        .await;
    assert_eq!(lost, 0, "nothing was even tried");
    world.ends().await;
}

#[tokio::test]
async fn a_chat_that_moved_is_followed() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.files(NEED).await;
    world.telegram.user(42).moves_to(4242);
    coordinator.accepts().await;
    let moved = world.resident_on_telegram(4242);
    moved.waits().await.sees("来办您的");
    moved.says("进度").await.sees("孙慧敏");
    world.ends().await;
}

#[tokio::test]
async fn a_flood_answer_holds_back_one_chat_and_no_other() {
    let world = World::start().await;
    let first = world.resident_on_telegram(42);
    let second = world.resident_on_telegram(43);
    world.telegram.injects(1, Fault::Flood(7));
    first.says("你好").await.sees_nothing();
    second.says("你好").await.sees("邻里");
    world.advance(seconds(4)).await;
    first.waits().await.sees_nothing();
    world.advance(seconds(4)).await;
    first.waits().await.sees("邻里");
    world.ends().await;
}

#[tokio::test]
async fn server_errors_are_outlived_and_nothing_is_lost() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    world.telegram.injects(4, Fault::Error(502));
    resident.says("想送餐").await.sees_nothing();
    world.advance(seconds(30)).await;
    resident.waits().await.sees("联系电话");
    world.ends().await;
}

#[tokio::test]
async fn one_chat_is_written_to_no_faster_than_its_rate() {
    let world = Setup::default()
        .with("LINLI__OUTBOX__CHAT_BURST", "4")
        .start()
        .await;
    world.telegram.keeps_rates();
    let resident = world.resident_on_telegram(42);
    for _ in 0..12 {
        world.telegram.user(42).says("你好");
    }
    world.settle().await;
    let at_once = world.telegram.sent_to(42).len();
    assert!((1..=5).contains(&at_once), "{at_once} at once");
    world.advance(seconds(40)).await;
    resident.waits().await;
    let refused = world.telegram.calls();
    let refused = refused.iter().filter(|(_, code)| *code == 429).count();
    assert_eq!(refused, 0, "the provider never had to say no");
    assert!(world.telegram.sent_to(42).len() >= 12);
    world.ends().await;
}

#[tokio::test]
async fn many_messages_of_one_chat_are_stored_slowed_and_danger_is_not() {
    let world = World::start().await;
    let noisy = world.resident_on_telegram(42);
    let quiet = world.resident_on_telegram(43);
    let site = world.site();
    let browser = tests::Browser::new();
    let total = 10_000_u32;
    for number in 0..total {
        let danger = number == total - 1;
        let text = if danger { "我不想活了" } else { "好" };
        let body = format!(
            r#"{{"update_id":{},"message":{{"message_id":{number},"date":1,"chat":{{"id":42,"type":"private"}},"from":{{"id":42,"is_bot":false,"first_name":"x"}},"text":"{text}"}}}}"#,
            900_000 + number,
        );
        let headers = [
            ("x-telegram-bot-api-secret-token", tests::SECRET),
            ("content-type", "application/json"),
        ];
        if number % 180 == 0 {
            world.clock.advance(seconds(1));
        }
        let answer = browser
            .posts_raw(&site, "/hooks/telegram/main", &headers, body)
            .await;
        assert_eq!(answer.status, 200);
    }
    assert_eq!(
        world.count("inbound WHERE address LIKE '%/42'").await,
        i64::from(total)
    );
    noisy.waits().await.sees("12356");
    let told = noisy.heard();
    let told = told.iter().filter(|m| m.contains("发得太快")).count();
    assert!(
        (1..=2).contains(&told),
        "explained {told} times in a minute"
    );
    quiet.says("你好").await.sees("邻里");
    world.advance(seconds(300)).await;
    noisy.says("在新桥花园").await;
    assert!(!noisy.heard().is_empty());
    world.ends().await;
}

/// The newest button of a worker that says this, pressed.
async fn picks(world: &World, worker: &tests::Worker<'_>, part: &str) {
    let there = world.telegram.user(worker.chat).buttons();
    let label = there.iter().find(|label| label.contains(part));
    let label = label.unwrap_or_else(|| panic!("no {part:?} in {there:?}"));
    worker.taps(label).await;
}

#[tokio::test]
async fn what_is_done_less_often_is_behind_one_button() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let street = world.worker("YX017").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files("我想申请低保，我住新桥花园").await;
    coordinator.accepts().await;
    coordinator.taps("更多").await.sees("还可以");
    coordinator.taps("在上门").await.sees("在上门");
    coordinator.taps("更多").await;
    coordinator.taps("暂停").await.sees("为什么暂停");
    resident.looks_away();
    picks(&world, &coordinator, "最长").await;
    coordinator.sees("暂停了");
    resident.waits().await.sees("先等一等");
    coordinator.taps("更多").await;
    coordinator.taps("恢复").await.sees("恢复了");

    // More time is asked for in words, and refused in words.
    coordinator.taps("更多").await;
    coordinator.taps("申请延期").await;
    street.looks_away();
    coordinator.taps("3 个工作日").await.sees("为什么要延期");
    coordinator
        .says("等医院的证明")
        .await
        .sees("延期申请交上去了");
    street.sees("申请延期");
    coordinator.looks_away();
    street.taps("不同意延期").await.sees("为什么不同意");
    street.says("先打电话联系").await.sees("没有同意 ");
    coordinator.sees("延期没有同意");
    assert_eq!(world.count("events WHERE kind = 'extended'").await, 0);

    // Two out of one; taken back before a word is written.
    coordinator.taps("更多").await;
    coordinator.taps("分出一件").await.sees("哪一类");
    picks(&world, &coordinator, "临时救助").await;
    coordinator.sees("是什么事").says("返回").await;
    assert_eq!(world.count("requests").await, 1);
    picks(&world, &coordinator, "临时救助").await;
    resident.looks_away();
    coordinator
        .says("上个月住院欠了钱")
        .await
        .sees("分出了一件");
    resident.waits().await.sees("编号");
    assert_eq!(world.count("requests").await, 2);

    // Two about the same thing: the other one leads.
    let second = world.resident_on_telegram(43);
    second.files("我想申请低保，我住新桥花园").await;
    coordinator.accepts().await;
    coordinator.taps("更多").await;
    coordinator.taps("和另一件是同一件").await;
    second.looks_away();
    picks(&world, &coordinator, &reference).await;
    coordinator.sees("并过去了");
    second
        .waits()
        .await
        .sees("已经有人在办了")
        .sees_not(&reference);
    world.ends().await;
}

#[tokio::test]
async fn another_service_is_one_press_away_and_a_button_moves_nobody_elses() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.files("我想申请低保，我住新桥花园").await;
    coordinator.accepts().await;
    coordinator.taps("更多").await;
    coordinator.taps("改类别").await;
    let offered = world.telegram.sent_to(coordinator.chat).pop();
    let offered = offered.expect("the question");
    let label = offered.buttons().into_iter().next().expect("a choice");
    let token = offered.token(&label).expect("an inline button");
    // Whoever finds the button elsewhere gets nothing by it.
    let thief = world.worker("YX041").await;
    world
        .telegram
        .user(thief.chat)
        .taps_token(offered.message, &token);
    world.settle().await;
    let moved = "events WHERE kind = 'recategorised'";
    assert_eq!(world.count(moved).await, 0);
    coordinator.taps(&label).await.sees("改好类别了");
    assert_eq!(world.count(moved).await, 1);
    world.ends().await;
}
