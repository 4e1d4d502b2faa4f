//! The first sentence somebody types, on the web and in Telegram: what comes
//! back in one step.

use crate::second_opinion::UNCLEAR;
use tests::{Resident, World};

/// One resident on each channel.
fn everybody(world: &World, id: i64) -> [Resident<'_>; 2] {
    [world.resident_on_telegram(id), world.resident_on_web()]
}

#[tokio::test]
async fn a_typed_sentence_gets_the_right_service_and_its_first_question_in_one_step() {
    let world = World::start().await;
    for (id, (said, service)) in (100..).zip([
        ("想要送餐，中午送到家里", "助餐送餐"),
        ("我想申请低保", "低保"),
        ("想给老爷子请人上门助浴", "助浴"),
        ("想租一个轮椅用两个月", "辅具"),
        ("工头欠了我们四个月工钱", "欠薪"),
    ]) {
        for resident in everybody(&world, id) {
            resident.says(said).await.sees(service).sees("联系电话");
            resident.sees_not("哪一件").sees_not("没听明白");
        }
    }
    assert_eq!(world.count("requests").await, 0, "nothing before a yes");
    world.ends().await;
}

#[tokio::test]
async fn danger_gets_the_card_and_a_case_before_any_question() {
    let world = World::start().await;
    let mut cases = 0;
    for (id, (said, number)) in (100..).zip([
        ("我不想活了", "12356"),
        ("老公拿刀追着打我", "110"),
        ("厨房着火了，烟出不去", "119"),
        ("我爸胸口疼得直冒汗，快不行了", "120"),
    ]) {
        for resident in everybody(&world, id) {
            resident.says(said).await;
            let first = resident.heard().first().cloned().unwrap_or_default();
            let card = resident.heard().into_iter().find(|m| m.contains(number));
            assert!(card.is_some(), "{said}: {:#?}", resident.heard());
            assert!(!first.contains("联系电话"), "{said}: {first}");
            cases += 1;
            assert_eq!(world.count("requests").await, cases, "{said}");
        }
    }
    world.expects_losses();
    world.ends().await;
}

#[tokio::test]
async fn unclear_words_get_one_question_and_a_tap_leads_on_in_one_step() {
    let world = World::start().await;
    for resident in everybody(&world, 42) {
        resident.says(&UNCLEAR).await.sees("哪一件");
        assert_eq!(world.count("requests").await, 0);
        resident.says("1").await.sees_not("哪一件");
        let next = resident.last();
        assert!(next.contains('？') || next.contains("对吗"), "{next}");
    }
    world.ends().await;
}

#[tokio::test]
async fn words_without_a_need_get_the_menu_and_a_person_and_end_nothing() {
    let world = World::start().await;
    for resident in everybody(&world, 42) {
        resident.says("呜哩哇啦呜").await.sees("没听明白");
        resident
            .says("想送餐")
            .await
            .sees("助餐送餐")
            .sees("联系电话");
    }
    assert_eq!(world.count("requests").await, 0);
    world.ends().await;
}

#[tokio::test]
async fn several_needs_are_read_back_and_begin_one_by_one() {
    let world = World::start().await;
    for resident in everybody(&world, 42) {
        resident
            .says("我想申请低保，还要办残疾证")
            .await
            .sees("您说了几件事")
            .sees("残疾人证");
        resident.says("取消").await;
        resident
            .says("我想申请低保，还想给我妈订餐送餐")
            .await
            .sees("您说了几件事")
            .sees("低保")
            .sees("送餐");
        resident
            .taps("都办")
            .await
            .sees("一件一件来")
            .sees("联系电话");
    }
    world.ends().await;
}
