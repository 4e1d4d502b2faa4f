//! Danger: a card and a person before anything else, in every state.

use tests::{Setup, World, hours, minutes};

const SUICIDE: &str = "我不想活了";
const VIOLENCE: &str = "我老公又打我，孩子在哭";

#[tokio::test]
async fn the_card_comes_first_and_the_duty_desk_is_paged_in_every_state() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let states: [&[&str]; 5] = [
        &[],
        &["你好"],
        &["想送餐"],
        &["想送餐", "跳过", "跳过", "跳过", "跳过"],
        &["想找人帮忙"],
    ];
    for (number, state) in states.iter().enumerate() {
        let resident = world.resident_on_telegram(100 + number as i64);
        for text in *state {
            resident.says(text).await;
        }
        duty.looks_away();
        resident.says(SUICIDE).await;
        let first = resident.heard().first().cloned().unwrap_or_default();
        assert!(first.contains("12356"), "{state:?}: {first}");
        assert!(!first.contains("您需要什么帮助"), "{state:?}: {first}");
        duty.sees("紧急").sees_not("自杀").sees_not(SUICIDE);
        let cases = world.count("requests WHERE service = 'CRI-SUICIDE'").await;
        assert_eq!(cases, number as i64 + 1, "{state:?}");
    }
    // The ladder of the unattended ones is left to other stories.
    for _ in 0..states.len() {
        duty.accepts().await;
    }
    world.ends().await;
}

#[tokio::test]
async fn further_words_go_to_the_officer_live_and_open_no_second_case() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let resident = world.resident_on_telegram(42);
    resident.says(SUICIDE).await.sees("12356");
    duty.accepts().await;
    duty.looks_away();
    for text in ["没有人陪我", "在新桥花园三号楼", "想送餐", "嗯"] {
        resident.says(text).await.sees_not("您需要什么帮助");
        duty.sees(text);
    }
    assert_eq!(world.count("requests").await, 1);
    world.ends().await;
}

#[tokio::test]
async fn no_timer_ever_closes_a_crisis_and_the_ladder_climbs_to_the_top() {
    let world = Setup::at("2026-03-01 02:00").start().await;
    let duty = world.worker("YX001").await;
    let chief = world.worker("YX003").await;
    let bureau = world.worker("YX004").await;
    let resident = world.resident_on_telegram(42);
    resident.says(SUICIDE).await.sees("12356");
    duty.looks_away();
    world.advance(minutes(3)).await;
    duty.sees("提醒");
    chief.sees_not("请督办");
    world.advance(minutes(8)).await;
    chief.sees("请督办").sees_not("自杀");
    bureau.sees_not("请督办");
    world.advance(minutes(5)).await;
    bureau.sees("请督办");
    world.advance(hours(24 * 60)).await;
    let rows = world.rows("SELECT closed_at FROM requests").await;
    assert_eq!(rows, [[""]], "still open after two months");
    world.ends().await;
}

#[tokio::test]
async fn a_restricted_case_is_never_seen_in_the_community() {
    let world = World::start().await;
    // The community, its street, and other desks of the very same district.
    let community = ["YX033", "YX034", "YX035", "YX017", "YX009", "YX015"];
    let duty = world.worker("YX001").await;
    let mut others = Vec::new();
    for id in community {
        others.push(world.worker(id).await);
    }
    let resident = world.resident_on_telegram(42);
    resident.says(VIOLENCE).await.sees("110");
    resident.says("新桥花园三号楼").await;
    let reference = &world.rows("SELECT reference FROM requests").await[0][0];
    duty.sees("值守事项").sees_not("家暴").sees_not("打我");
    assert_eq!(duty.sheet(reference).await.status, 200);
    for worker in &others {
        worker.sees_not("紧急").sees_not(reference);
        assert_eq!(worker.sheet(reference).await.status, 404);
        let queue = worker.queue().await;
        assert!(
            !queue.contains(reference.as_str()) && !queue.contains("打我"),
            "{queue}"
        );
        worker.says("待办").await.sees_not(reference);
    }
    duty.accepts().await;
    resident.looks_away();
    world.advance(minutes(1)).await;
    resident.waits().await;
    for word in ["家暴", "暴力", "打您", "CRI-DV"] {
        resident.sees_not(word);
    }
    resident.says("进度").await;
    for word in ["家暴", "暴力"] {
        resident.sees_not(word);
    }
    world.ends().await;
}

#[tokio::test]
async fn hunger_reaches_the_coordinator_and_the_duty_desk_at_once() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let duty = world.worker("YX001").await;
    let resident = world.resident_on_telegram(42);
    resident
        .says("家里断粮了，两天没吃饭，住新桥花园")
        .await
        .sees("先解决吃饭");
    coordinator.sees("紧急");
    duty.sees("紧急");
    assert_eq!(
        world.count("requests WHERE service = 'CRI-HUNGER'").await,
        1
    );
    coordinator.accepts().await;
    coordinator.contacts().await;
    duty.looks_away();
    world.advance(hours(3)).await;
    duty.sees_not("转由您来办");
    world.ends().await;
}

#[tokio::test]
async fn somebody_without_a_name_gets_help_without_being_asked_who_they_are() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let resident = world.resident_on_web();
    resident
        .says("邻居家煤气味很重")
        .await
        .sees("119")
        .sees_not("身份证");
    duty.sees("紧急");
    let page = resident.page().await;
    let crisis = page.body.contains("k-crisis");
    assert!(crisis, "the card is shown as a card of danger");
    world.ends().await;
}

#[tokio::test]
async fn a_false_alarm_is_calmed_by_a_person_and_never_by_the_clock() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let resident = world.resident_on_telegram(42);
    resident.says("我不想活了").await.sees("12356");
    resident.says("开玩笑的，我没事").await;
    world.advance(hours(30)).await;
    let rows = world.rows("SELECT closed_at FROM requests").await;
    assert_eq!(rows, [[""]], "open until a person says otherwise");
    duty.accepts().await;
    duty.contacts().await;
    duty.finishes("人已安全", "通了电话，人在家，家人陪着")
        .await;
    let rows = world.rows("SELECT status FROM requests").await;
    assert_ne!(rows, [["acknowledged"]]);
    world.ends().await;
}

/// What a closed case knew of a danger is over with it, however long the person
/// was silent: the next words of danger are a new case that somebody looks at.
#[tokio::test]
async fn danger_long_after_the_last_one_was_closed_reaches_somebody_again() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let resident = world.resident_on_telegram(42);
    for (count, silence) in [(1, 10), (2, 40), (3, 400)] {
        duty.looks_away();
        resident.says(VIOLENCE).await.sees("110");
        assert_eq!(world.count("requests").await, count);
        duty.sees("值守事项");
        duty.accepts().await;
        duty.contacts().await;
        duty.finishes("人已安全", "陪着去了派出所").await;
        resident.waits().await.looks_away();
        world.advance(hours(24 * silence)).await;
        let open = "requests WHERE closed_at IS NULL";
        assert_eq!(world.count(open).await, 0);
    }
    world.ends().await;
}

/// Where danger is one of the answers, nobody waits for ours to call, and an answer
/// that says nothing leaves it possible.
#[tokio::test]
async fn a_question_about_danger_brings_the_number_and_no_answer_is_no_denial() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let gas = world.resident_on_telegram(42);
    gas.says("厨房有点味道").await.sees("119");
    let low = world.resident_on_telegram(43);
    low.says("我最近很累").await.sees("12356");
    assert_eq!(world.count("requests").await, 0);
    duty.looks_away();
    gas.says("说不上来").await;
    let cases = "requests WHERE service = 'CRI-FIREGAS'";
    assert_eq!(world.count(cases).await, 1);
    duty.sees("紧急");
    // In the middle of a form there is no such question: somebody looks at once.
    let busy = world.resident_on_telegram(44);
    busy.says("老人一个人在家，想要送餐").await;
    busy.says("厨房有点味道").await;
    assert_eq!(world.count(cases).await, 2);
    world.ends().await;
}

#[tokio::test]
async fn danger_in_english_is_heard_and_answered_in_english() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let resident = world.resident_on_telegram(42);
    let _ = world.telegram.user(42).speaks("en");
    resident
        .says("I want to kill myself")
        .await
        .sees("12356")
        .sees("call");
    duty.sees("紧急");
    world.ends().await;
}

/// A chat that is bound to a worker is for work, and its owner a person all the same.
#[tokio::test]
async fn a_worker_who_writes_of_danger_gets_the_card_and_somebody_on_duty_hears() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let worker = world.worker("YX033").await;
    worker.says(SUICIDE).await.sees("12356");
    duty.sees("孙慧敏").sees("危险");
    let resident = world.resident_on_telegram(42);
    resident.files("我想申请低保，我住新桥花园").await;
    worker.accepts().await;
    worker.contacts().await;
    worker.looks_away();
    duty.looks_away();
    // What is written in the middle of an act is about the request.
    worker
        .finishes("安排了服务", "来时老人已经晕倒，送医院了")
        .await;
    worker.sees_not("120");
    assert!(duty.heard().is_empty(), "{:?}", duty.heard());
    world.ends().await;
}

/// Somebody hears of it even when nobody else of the duty desk has a chat.
#[tokio::test]
async fn a_worker_in_danger_is_heard_by_the_next_desk_and_below_a_picture() {
    let world = World::start().await;
    let chief = world.worker("YX003").await;
    let worker = world.worker("YX033").await;
    let _ = world
        .telegram
        .user(worker.chat)
        .sends_photo(b"picture", Some(SUICIDE));
    world.settle().await;
    worker.sees("12356");
    chief.sees("孙慧敏").sees("危险");
    world.ends().await;
}
