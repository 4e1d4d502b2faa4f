//! The workers' console: what is live, what is private, what stays theirs.

use tests::World;

const NEED: &str = "我想申请低保，我住新桥花园";

/// The mark in a frame of a stream.
fn mark(frame: &str) -> String {
    let line = frame.lines().find_map(|line| line.strip_prefix("id:"));
    line.expect("a mark").trim().to_owned()
}

#[tokio::test]
async fn a_page_that_was_cut_off_learns_from_another_process_what_it_missed() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    let mut queue = coordinator.listens("/worker/events", None).await;
    assert!(queue.next().await.is_some_and(|f| f.contains(": open")));
    let seen = mark(&queue.next().await.expect("its mark"));
    let page = coordinator.sheet(&reference).await.body;
    let events = page.split('"').find(|part| part.contains("/events?v="));
    let events = events.expect("a live page").to_owned();
    drop(queue);
    world.restart().await;
    // Nothing happened: the same marks, and silence.
    let mut queue = coordinator.listens("/worker/events", Some(&seen)).await;
    assert!(queue.next().await.is_some_and(|f| f.contains(": open")));
    assert_eq!(queue.next().await, None);
    let mut sheet = coordinator.listens(&events, None).await;
    assert!(sheet.next().await.is_some_and(|f| f.contains(": open")));
    assert_eq!(sheet.next().await, None);
    // Told while it listens, and after it was cut off; messages count, too.
    coordinator.accepts().await;
    assert!(queue.next().await.is_some_and(|f| f.contains("hint")));
    assert!(sheet.next().await.is_some_and(|f| f.contains("hint")));
    coordinator.asks("您家里几口人？").await;
    let known = mark(&sheet.next().await.expect("the question"));
    drop((queue, sheet));
    resident.waits().await;
    resident.says("三口人").await;
    world.restart().await;
    let mut sheet = coordinator.listens(&events, Some(&known)).await;
    assert!(sheet.next().await.is_some_and(|f| f.contains(": open")));
    assert!(sheet.next().await.is_some_and(|f| f.contains("hint")));
    assert!(
        coordinator
            .sheet(&reference)
            .await
            .text()
            .contains("三口人")
    );
    let mut queue = coordinator.listens("/worker/events", Some(&seen)).await;
    assert!(queue.next().await.is_some_and(|f| f.contains(": open")));
    assert!(queue.next().await.is_some_and(|f| f.contains("hint")));
    world.ends().await;
}

#[tokio::test]
async fn words_go_both_ways_without_a_number_and_notes_stay_inside() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_web();
    let reference = resident.files(NEED).await;
    coordinator.accepts().await;
    let noted = coordinator.notes(&reference, "家里有狗，注意安全").await;
    assert!(noted.status.is_redirection(), "{}", noted.text());
    resident.sees_not("狗");
    let asked = [("act", "ask"), ("text", "您方便周三在家吗？")];
    coordinator.does(&reference, &asked).await;
    resident.waits().await.sees("您方便周三在家吗？");
    resident.sees_not("1390");
    coordinator.looks_away();
    resident.says("周三上午在家").await;
    coordinator.sees("周三上午在家");
    let sheet = coordinator.sheet(&reference).await;
    assert!(sheet.text().contains("周三上午在家"));
    assert!(sheet.text().contains("家里有狗"));
    // The bot is silent until the worker gives the conversation back.
    coordinator.does(&reference, &[("act", "release")]).await;
    resident.waits().await.sees("您接着跟我说就行");
    world.ends().await;
}
