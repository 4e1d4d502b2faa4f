//! What administrators look at to run it: the log of who did what, and what
//! would be deleted.

use tests::botapi::Fault;
use tests::{World, days, minutes, seconds};

const NEED: &str = "我想申请低保，我住新桥花园";

#[tokio::test]
async fn an_administrator_finds_who_did_what_in_the_log() {
    let world = World::start().await;
    let reference = world.resident_on_telegram(42).files(NEED).await;
    let code = reference.replace('-', "");
    let from = format!("SELECT id, lead_worker FROM requests WHERE reference = '{code}'");
    let row = world.rows(&from).await.remove(0);
    let worker = world.worker_without_chat(&row[1]).await;
    worker.does(&reference, &[("act", "accept")]).await;
    let (admin, site) = (world.administrator().await, world.site());
    let asked = format!("/admin/log?who=worker%3A{}&act=act.", row[1]);
    let page = admin.get(&site, &asked).await.text();
    assert!(
        page.contains("act.accept") && page.contains(&row[0]),
        "{page}"
    );
    assert!(!page.contains("read."), "only what was asked for: {page}");
    // By number, by name and by reference, as people know them.
    assert_eq!(row[1], "YX033");
    let name = "%E5%AD%99%E6%85%A7%E6%95%8F";
    for way in [
        format!("who={}", row[1].to_lowercase()),
        format!("who={name}"),
        format!("about={reference}"),
    ] {
        let asked = format!("/admin/log?{way}&act=act.");
        let page = admin.get(&site, &asked).await.text();
        assert!(page.contains("act.accept"), "{way}: {page}");
    }
    for days in ["from=soon", "from=2026-03-03&to=2026-03-02"] {
        let page = admin.get(&site, &format!("/admin/log?{days}")).await;
        let page = page.text();
        assert!(page.contains("日期没看懂") && !page.contains("没有符合"));
    }
    for other in [
        "/admin/log?who=nobody",
        "/admin/log?to=2026-03-01",
        "/admin/log?from=2026-03-03",
        "/admin/log?about=request%3Anone",
        "/admin/log?before=1",
    ] {
        let page = admin.get(&site, other).await.text();
        assert!(page.contains("没有符合的记录"), "{other}: {page}");
    }
    let token = admin.get(&site, "/admin/log").await.field("token");
    let checked = admin.post(&site, "/admin/log", &[("token", &token)]).await;
    assert!(checked.text().contains("记录完整"), "{}", checked.text());
    world.ends().await;
}

#[tokio::test]
async fn looking_at_what_would_be_deleted_deletes_nothing() {
    let world = World::start().await;
    world.resident_on_telegram(42).says("你好").await;
    world.advance(days(200)).await;
    let before = world.count("inbound").await;
    let (admin, site) = (world.administrator().await, world.site());
    let page = admin.get(&site, "/admin/retention").await.text();
    assert!(
        page.contains("聊天消息") && page.contains("180 天"),
        "{page}"
    );
    assert_eq!(world.count("inbound").await, before);
    world.ends().await;
}

#[tokio::test]
async fn the_page_of_channels_says_when_they_last_worked_and_what_is_held_until_when() {
    let world = World::start().await;
    let (admin, site) = (world.administrator().await, world.site());
    let page = admin.get(&site, "/admin/channels").await.text();
    assert!(
        page.contains("telegram/main") && page.contains("还没有"),
        "{page}"
    );
    let resident = world.resident_on_telegram(42);
    resident.says("你好").await;
    let page = admin.get(&site, "/admin/channels").await.text();
    assert!(page.contains("09:0") && page.contains("正常"), "{page}");
    world.telegram.injects(1, Fault::Flood(3600));
    resident.says("菜单").await;
    let page = admin.get(&site, "/admin/channels").await.text();
    assert!(page.contains("条要等到 10:0"), "{page}");
    assert!(page.contains("最近一次没发出去"), "{page}");
    world.advance(minutes(70)).await;
    let page = admin.get(&site, "/admin/channels").await.text();
    assert!(
        page.contains("正常") && !page.contains("条要等到"),
        "{page}"
    );
    world.ends().await;
}

#[tokio::test]
async fn the_duty_desk_puts_a_parked_message_into_other_words_and_what_came_is_kept() {
    let world = World::start().await;
    let duty = world.worker_without_chat("YX001").await;
    let street = world.worker_without_chat("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.says("你好").await;
    let broken = "UPDATE conversations SET state_sealed = 'v1:broken' WHERE address LIKE '%/42'";
    world.damages(broken).await;
    assert!(!duty.queue().await.contains("/worker/parked"));
    resident.says("俺寻思弄那个啥低保哩").await.sees("没处理好");
    let row = "SELECT key, body_sealed FROM inbound WHERE state = 1";
    let before = world.rows(row).await;
    let page = duty.opens("/worker/parked").await;
    assert!(
        page.text().contains("俺寻思弄那个啥低保哩"),
        "{}",
        page.text()
    );
    assert_eq!(world.count("audit WHERE act = 'read.parked'").await, 1);
    assert_eq!(street.opens("/worker/parked").await.status, 403);
    let words = [("key", before[0][0].as_str()), ("text", "我想申请低保")];
    let still = duty.posts("/worker/parked", &words).await.text();
    assert!(still.contains("还是处理不了"), "{still}");
    let gone = "DELETE FROM conversations WHERE address LIKE '%/42'";
    world.damages(gone).await;
    resident.looks_away();
    let done = duty.posts("/worker/parked", &words).await.text();
    assert!(done.contains("处理好了"), "{done}");
    resident.waits().await;
    assert!(!resident.heard().is_empty(), "it is answered");
    assert_eq!(world.count("inbound WHERE state = 1").await, 0);
    let kept = format!(
        "SELECT body_sealed FROM inbound WHERE key = '{}'",
        before[0][0]
    );
    assert_eq!(world.rows(&kept).await[0][0], before[0][1], "as it came");
    assert_eq!(world.count("mended WHERE actor = 'worker:YX001'").await, 1);
    assert_eq!(world.count("audit WHERE act = 'parked.mend'").await, 2);
    let again = duty.posts("/worker/parked", &words).await.text();
    assert!(again.contains("已经不在这里"), "{again}");
    world.ends().await;
}

#[tokio::test]
async fn a_probe_goes_the_whole_way_opens_nothing_and_says_where_it_got_stuck() {
    let world = World::start().await;
    let (admin, site) = (world.administrator().await, world.site());
    let token = admin.get(&site, "/admin/live").await.field("token");
    for _ in 0..2 {
        let page = admin.post(&site, "/admin/live", &[("token", &token)]).await;
        assert!(page.text().contains("走通了。"), "{}", page.text());
        world.settle().await;
    }
    assert_eq!(world.count("requests").await, 0);
    assert_eq!(world.count("probes WHERE stuck IS NULL").await, 2);
    assert_eq!(world.count("inbound").await, 2, "of the last one only");
    let overview = admin.get(&site, "/admin").await.text();
    assert!(!overview.contains("探测消息没有走通"), "{overview}");
    assert!(!overview.contains("probe/main"), "{overview}");

    let text = menus::document::to_json(menus::starter());
    let mut document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let services = document["services"].as_array_mut().expect("services");
    services.retain(|service| service["code"] != "BAS-DIBAO");
    let pairs = document["pairs"].as_array_mut().expect("pairs");
    pairs.retain(|pair| !pair.to_string().contains("BAS-DIBAO"));
    let without = menus::document::from_json(&document.to_string()).expect("sound");
    world.advance(seconds(2)).await;
    world.publishes(&without.with_version(2)).await;
    let page = admin.post(&site, "/admin/live", &[("token", &token)]).await;
    assert!(page.text().contains("停在"), "{}", page.text());
    let overview = admin.get(&site, "/admin").await.text();
    assert!(
        overview.contains("探测消息没有走通，停在“听懂”"),
        "in words: {overview}"
    );
    world.ends().await;
}

#[tokio::test]
async fn units_are_found_by_other_names_and_show_who_is_there_and_who_would_get_a_request() {
    let world = World::start().await;
    let (admin, site) = (world.administrator().await, world.site());
    let top = admin.get(&site, "/admin/units").await.text();
    assert!(top.contains("云溪市"), "{top}");
    let found = admin
        .get(&site, "/admin/units?q=%E5%B1%85%E5%A7%94%E4%BC%9A")
        .await;
    assert!(
        found.text().contains("桃源社区"),
        "by another name: {}",
        found.text()
    );
    let none = admin.get(&site, "/admin/units?q=nowhere").await.text();
    assert!(none.contains("没有这样的单位"), "{none}");
    let page = admin.get(&site, "/admin/units?unit=590102").await;
    let text = page.text();
    for part in ["溪东区", "云溪城东", "徐小芳", "在岗", "青石街道"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let token = page.field("token");
    let asked = [
        ("token", token.as_str()),
        ("address", "590102"),
        ("service", "BAS-DIBAO"),
    ];
    let answer = admin.post(&site, "/admin/route", &asked).await.text();
    assert!(answer.contains("溪东区"), "{answer}");
    let missing = admin.get(&site, "/admin/units?unit=1").await;
    assert_eq!(missing.status, 404);
    world.ends().await;
}

#[tokio::test]
async fn who_is_served_is_shown_without_small_counts() {
    let world = World::start().await;
    let (admin, site) = (world.administrator().await, world.site());
    for id in 1..=9 {
        world.resident_on_telegram(id).files(NEED).await;
    }
    let path = "/admin/equity";
    let page = admin.get(&site, path).await.body;
    assert!(
        page.contains("&#60;10</td>") && !page.contains(">9</td>"),
        "{page}"
    );
    world.resident_on_telegram(10).says("老公又打我了").await;
    let page = admin.get(&site, path).await;
    assert!(!page.body.contains(">10</td>"), "restricted is not counted");
    world.resident_on_telegram(11).files(NEED).await;
    let page = admin.get(&site, path).await;
    assert!(page.body.contains(">10</td>"), "{}", page.body);
    assert_eq!(admin.get(&site, "/admin/equity?unit=1").await.status, 404);
    world.ends().await;
}

#[tokio::test]
async fn pages_are_timed_by_their_pattern_and_never_by_what_they_are_about() {
    let world = World::start().await;
    let reference = world.resident_on_telegram(42).files(NEED).await;
    let (admin, site) = (world.administrator().await, world.site());
    admin.get(&site, &format!("/admin/r/{reference}")).await;
    admin.get(&site, &format!("/nowhere/{reference}")).await;
    let figures = world.app().core.metrics.render();
    for (route, status) in [
        ("/admin/r/{reference}", 200),
        ("/hooks/{channel}/{account}", 200),
        ("/sign-in", 303),
        ("none", 404),
    ] {
        let label = format!("route=\"{route}\",status=\"{status}\"");
        let mut counted = figures.lines().filter(|line| line.contains(&label));
        assert!(
            counted.any(|line| line.starts_with("linli_http_seconds_count")),
            "{label}"
        );
    }
    assert!(!figures.contains(&reference), "{figures}");
    world.ends().await;
}
