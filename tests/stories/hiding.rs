//! Somebody looks over the shoulder: what was said goes off the screen, and
//! nothing of it is lost.

use tests::{World, hours, local};

const VIOLENCE: &str = "我老公又打我，孩子在哭";

#[tokio::test]
async fn a_page_clears_at_a_word_and_comes_back_by_the_residents_own_word_only() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let resident = world.resident_on_web();
    resident
        .says(VIOLENCE)
        .await
        .sees("110")
        .sees("藏起对话发「隐藏」")
        .sees("再看发「显示」");
    duty.accepts().await;
    duty.looks_away();
    assert_eq!(resident.is_led_to("隐藏").await, "/today");
    duty.sees("把对话收起来了");
    // Covered; and behind the cover there is nothing.
    let covered = resident.page().await.text();
    assert!(
        !covered.contains("110") && !covered.contains("打我"),
        "{covered}"
    );
    resident.uncovers().await;
    let page = resident.page().await;
    for word in ["110", "打我", "隐藏", "显示", "收起来"] {
        assert!(!page.text().contains(word), "{word} in {}", page.text());
    }
    // What is said from now on is seen, what was said before is not.
    resident.says("你好").await;
    assert!(!resident.page().await.text().contains("打我"));
    resident.says("显示").await;
    let page = resident.page().await.text();
    assert!(page.contains("打我") && page.contains("110"), "{page}");
    // The case never noticed.
    let kept = world.count("inbound WHERE address LIKE 'webchat%'").await;
    assert_eq!(kept, 4);
    let open = world.count("requests WHERE closed_at IS NULL").await;
    assert_eq!(open, 1);
    world.ends().await;
}

#[tokio::test]
async fn a_messenger_takes_back_what_it_still_can() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let resident = world.resident_on_telegram(42);
    resident.says("你好").await;
    world.at(local("2026-03-05 09:00")).await;
    resident.says(VIOLENCE).await.sees("110");
    resident.says("0").await.sees("不给您打电话");
    duty.accepts().await;
    let person = world.telegram.user(42);
    assert!(person.screen().iter().any(|text| text.contains("打我")));
    resident.says("隐藏").await.sees("收回").sees("长按删掉");
    let screen = world.telegram.user(42).screen();
    for word in ["110", "打我", "隐藏", "不给您打电话", "值班"] {
        assert!(
            !screen.iter().any(|text| text.contains(word)),
            "{word} in {screen:#?}"
        );
    }
    // Older than two days: the messenger keeps it.
    assert!(
        screen.iter().any(|text| text.contains("我是邻里")),
        "{screen:#?}"
    );
    resident.says("显示").await.sees("好好存着");
    resident.says("进度").await.sees_not("家暴");
    world.advance(hours(1)).await;
    let rows = world.rows("SELECT closed_at FROM requests").await;
    assert_eq!(rows, [[""]]);
    assert_eq!(world.count("inbound WHERE address LIKE '%/42'").await, 6);
    world.ends().await;
}

#[tokio::test]
async fn hiding_works_in_every_state_and_changes_none() {
    let world = World::start().await;
    let states: [&[&str]; 6] = [
        &["你好"],
        &["想送餐"],
        &["想送餐", "跳过", "跳过", "跳过", "跳过"],
        &["想找人帮忙"],
        &["人工"],
        &["我不想活了"],
    ];
    for (number, state) in states.iter().enumerate() {
        let resident = world.resident_on_telegram(100 + number as i64);
        for text in *state {
            resident.says(text).await;
        }
        let before = world.count("requests").await;
        resident.says("hide").await;
        assert_eq!(
            resident.heard().len(),
            1,
            "{state:?}: {:?}",
            resident.heard()
        );
        assert_eq!(world.count("requests").await, before, "{state:?}");
        resident.says("隐藏").await.sees("收回");
    }
    let resident = world.resident_on_telegram(200);
    resident.says("想送餐").await.sees("电话");
    resident.says("隐藏").await.sees("收回");
    resident.says("13812345678").await.sees("住");
    world.ends().await;
}
