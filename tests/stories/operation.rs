//! What administrators look at to run it: the log of who did what, and what
//! would be deleted.

use tests::{World, days};

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
