//! After the promise: asking, adding, urging, withdrawing, rating, reopening.

use tests::{Resident, World, days, hours};

const NEED: &str = "我想申请低保，我住新桥花园";

#[tokio::test]
async fn a_resident_asks_adds_urges_and_withdraws() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    coordinator.sees(&reference);
    resident
        .says("进度")
        .await
        .sees(&reference)
        .sees("还没有人打开");
    coordinator.accepts().await;
    resident.says("进度").await.sees("孙慧敏");
    resident
        .says(&format!("{reference} 我家门口有条狗，来的时候小心"))
        .await
        .sees("已经记到");
    coordinator.sees("小心");
    let page = coordinator.sheet(&reference).await.text();
    assert!(page.contains("门口有条狗"), "{page}");
    resident.says("菜单").await;
    coordinator.looks_away();
    resident.says("催一下").await.sees("替您催了");
    coordinator.sees("居民在催");
    resident.says("撤回").await;
    resident.taps("撤回").await;
    if resident.last().contains("要撤回「") {
        resident.taps("撤回").await;
    }
    resident.sees("撤回了");
    coordinator.sees("撤回");
    resident.says("进度").await.sees("了结");
    world.ends().await;
}

#[tokio::test]
async fn a_solved_request_is_rated_and_closed() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    coordinator.accepts().await;
    coordinator.contacts().await;
    resident.looks_away();
    coordinator.finishes("安排了服务", "已帮您递交").await;
    resident.waits().await.sees("办好了").sees("解决了吗");
    resident
        .taps("解决了")
        .await
        .sees("太好了")
        .sees("您觉得办得怎么样");
    resident.taps("5 很好").await.sees("谢谢您告诉我们");
    let rows = world.rows("SELECT status FROM requests").await;
    assert_eq!(rows, [["closed"]]);
    coordinator.sees(&reference);
    world.ends().await;
}

#[tokio::test]
async fn not_solved_reopens_one_level_up_and_never_at_the_same_desk() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let street = world.worker("YX017").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    for (level, worker) in [("1", &coordinator), ("2", &street)] {
        worker.accepts().await;
        worker.contacts().await;
        worker.finishes("安排了服务", "好了").await;
        resident.waits().await.sees("解决了吗");
        resident.taps("没解决").await.sees("交给上一级");
        let rows = world
            .rows("SELECT CAST(level AS TEXT), lead_worker FROM requests")
            .await;
        assert_eq!(rows[0][0], level);
        assert_ne!(rows[0][1], worker.id);
        resident.says("菜单").await;
    }
    street.sees(&reference);
    world.ends().await;
}

/// A partner's desk has the same unit as the one above it: it is told and has
/// nothing to press.
#[tokio::test]
async fn a_partner_that_did_not_solve_it_does_not_get_it_back() {
    let world = World::start().await;
    let supplier = world.worker("YX015").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident
        .files("我妈八十二了，一个人住新桥花园，做不了饭，想要送餐")
        .await;
    supplier.accepts().await;
    supplier.contacts().await;
    supplier.finishes("安排了服务", "好了").await;
    resident.waits().await;
    supplier.looks_away();
    resident.taps("没解决").await.sees("交给上一级");
    supplier.sees("没有解决");
    let lead = "SELECT lead_worker, lead_role FROM requests";
    let before = world.rows(lead).await;
    assert!(
        before[0][0] != "YX015" && before[0][1] != "SUPPLIER",
        "{before:?}"
    );
    supplier.does(&reference, &[("act", "accept")]).await;
    assert_eq!(world.rows(lead).await, before);
    world.ends().await;
}

#[tokio::test]
async fn a_closed_request_can_be_reopened_within_thirty_days_and_not_after() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let early = world.resident_on_telegram(42);
    let late = world.resident_on_telegram(43);
    let mut references = Vec::new();
    for resident in [&early, &late] {
        references.push(resident.files(NEED).await);
        coordinator.accepts().await;
        coordinator.contacts().await;
        coordinator.finishes("安排了服务", "好了").await;
        resident.waits().await;
        resident.taps("解决了").await;
        resident.taps("5 很好").await;
    }
    world.advance(days(29)).await;
    tries_to_reopen(&world, &early).await;
    early.sees("报给了上一级");
    world.advance(days(1) + hours(12)).await;
    late.says(&references[1]).await;
    tries_to_reopen(&world, &late).await;
    late.sees_not("报给了上一级");
    let open = world.count("requests WHERE closed_at IS NULL").await;
    assert_eq!(open, 1);
    world.ends().await;
}

#[tokio::test]
async fn while_a_worker_talks_the_bot_is_silent_and_says_so_once() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.files(NEED).await;
    coordinator.accepts().await;
    resident.looks_away();
    coordinator.asks("您家里几口人？").await.sees("已转给居民");
    resident.waits().await.sees("您家里几口人？");
    coordinator.looks_away();
    resident.says("三口人").await;
    assert_eq!(
        resident.heard().len(),
        1,
        "told once: {:?}",
        resident.heard()
    );
    coordinator.sees("三口人");
    resident.says("想送餐").await.sees_nothing();
    coordinator.sees("想送餐");
    coordinator.releases().await;
    resident.waits().await.sees("您接着跟我说就行");
    resident.says("想送餐").await.sees("助餐送餐");
    world.ends().await;
}

/// Says so, and taps whatever is offered for it.
async fn tries_to_reopen(world: &World, resident: &Resident<'_>) {
    resident.says("重新办").await;
    let offered = world.telegram.sent_to(resident.id()).pop();
    let offered = offered.is_some_and(|sent| sent.buttons().iter().any(|b| b.contains("重新办")));
    if offered && !resident.last().contains("报给了上一级") {
        resident.taps("重新办").await;
    }
}

#[tokio::test]
async fn the_question_of_a_notice_is_answered_by_button_number_or_word() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    for (id, answer, seen) in [
        (42, "1", "太好了"),
        (43, "2", "交给上一级"),
        (44, "解决了", "太好了"),
        (45, "还没有解决", "交给上一级"),
        (46, "好的", "太好了"),
    ] {
        let resident = world.resident_on_telegram(id);
        resident.files(NEED).await;
        coordinator.accepts().await;
        coordinator.contacts().await;
        coordinator.finishes("安排了服务", "好了").await;
        resident.waits().await.sees("解决了吗");
        resident.says(answer).await.sees(seen);
    }
    world.ends().await;
}

#[tokio::test]
async fn a_number_meant_for_a_question_does_not_answer_a_notice() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.files(NEED).await;
    coordinator.accepts().await;
    coordinator.contacts().await;
    resident.says("给我妈送餐，住新桥花园").await;
    for _ in 0..4 {
        if resident.last().contains("多大年纪") {
            break;
        }
        resident.says("跳过").await;
    }
    resident.sees("多大年纪");
    coordinator.finishes("安排了服务", "好了").await;
    resident.waits().await.sees("解决了吗");
    resident.says("2").await.sees_not("上一级");
    resident.says("解决了").await.sees("太好了");
    world.ends().await;
}

#[tokio::test]
async fn a_text_too_long_for_one_message_arrives_in_parts_each_once_and_in_order() {
    use tests::botapi::Fault;
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.files(NEED).await;
    coordinator.accepts().await;
    resident.says("补充").await.sees("补充什么");
    // As long as the messenger allows; what is said about it comes on top.
    let sentences: Vec<String> = (0..500).map(|n| format!("第{n}句。")).collect();
    let mut text = sentences.concat();
    text.push_str(&"长".repeat(4096 - text.chars().count()));
    for faults in [0, 1, 2] {
        coordinator.looks_away();
        let address = format!("outbox WHERE address LIKE '%/{}'", coordinator.chat);
        let before = world.count(&address).await;
        // The provider fails before, or between, the parts.
        world.telegram.user(42).says(&text);
        world.telegram.injects(faults, Fault::Error(502));
        world.settle().await;
        world.advance(tests::seconds(60)).await;
        resident.waits().await;
        let heard = coordinator.heard();
        assert_eq!(heard.len(), 2, "two parts, each once: {faults} faults");
        assert!(heard[0].contains("第0句。") && heard.concat().contains("第499句。"));
        assert_eq!(
            heard.concat().matches('长').count(),
            text.matches('长').count()
        );
        let rows = world.count(&address).await - before;
        assert_eq!(rows, 2, "a row for each part");
    }
    world.ends().await;
}

#[tokio::test]
async fn who_opened_it_and_when_is_told_and_spoils_nobodys_press() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let street = world.worker("YX017").await;
    let resident = world.resident_on_web();
    let reference = resident.files(NEED).await;
    resident.says("进度").await.sees("还没有人打开");
    resident.finds_on("/chat/mine", "还没有人打开").await;
    // Somebody above looks; the one it lies with looks twice.
    let page = street.sheet(&reference).await;
    resident.says("进度").await.sees("看过，还没有人接");
    let version = page.field("version");
    coordinator.sheet(&reference).await;
    coordinator.sheet(&reference).await;
    let looks = "SELECT actor FROM events WHERE kind = 'seen' ORDER BY seq";
    let looks = world.rows(looks).await.concat();
    assert_eq!(looks, ["worker:YX017", "worker:YX033"]);
    resident.says("进度").await.sees("孙慧敏");
    resident.finds_on("/chat/mine", "看过，还没有接手").await;
    let note = [("version", version.as_str()), ("private", "等社区")];
    let to = format!("/worker/r/{reference}/note");
    let noted = street.posts(&to, &note).await;
    assert!(noted.status.is_redirection(), "{}", noted.text());
    coordinator.accepts().await;
    resident.finds_on("/chat/mine", "接手了").await;
    world.ends().await;
}

#[tokio::test]
async fn the_page_of_requests_does_by_button_what_the_chat_does() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_web();
    let stranger = world.resident_on_web();
    let reference = resident.files(NEED).await;
    stranger.says("你好").await;
    resident.finds_on("/chat/mine", &reference).await;
    stranger.misses_on("/chat/mine", &reference).await;
    coordinator.looks_away();
    resident.presses(&format!("urge:{reference}")).await;
    resident.sees("替您催了");
    coordinator.sees("居民在催");
    resident.finds_on("/chat/mine", "一个工作日催一次").await;
    // Pressed all the same, from a page that is old: explained, and not passed on.
    coordinator.looks_away();
    resident.presses(&format!("urge:{reference}")).await;
    resident.sees("一个工作日催一次");
    coordinator.sees_not("居民在催");
    world.advance(days(3)).await;
    resident.misses_on("/chat/mine", "一个工作日催一次").await;
    // Nobody reaches another's request, however well its name is known.
    stranger.presses(&format!("withdraw:{reference}")).await;
    stranger.sees_not("要撤回");
    resident.presses(&format!("add:{reference}")).await;
    resident.says("我住三楼").await.sees("已经记到");
    resident.presses(&format!("withdraw:{reference}")).await;
    resident.sees("要撤回").taps("撤回").await;
    resident.sees("撤回了");
    resident.finds_on("/chat/mine", "了结").await;
    // What was taken off the screen is off this page as well.
    resident.says("隐藏").await;
    resident.misses_on("/chat/mine", &reference).await;
    world.expects_losses();
    world.ends().await;
}
