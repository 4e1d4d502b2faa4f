//! Being asked once more before something is published: what it changes, whom it
//! meets, what is to mend; and what the list of versions tells afterwards.

use crate::editing::{RELEASE, does};
use tests::{World, local};

const MEAL: &str = "/admin/menu/service/ELD-MEAL";
const PUBLISH: &str = "/admin/documents/menu/sure/publish";

/// Another name for the meals.
fn renamed<'a>(before: &'a str, after: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("do", "save"),
        ("o.name.zh", before),
        ("a.name.zh", after),
        ("o.short.zh", ""),
        ("a.short.zh", after),
    ]
}

#[tokio::test]
async fn a_publication_is_asked_about_first_with_everybody_it_meets_and_nobody_else() {
    let world = World::start().await;
    let editor = world.administrator().await;
    let nothing = editor.get(&world.site(), PUBLISH).await;
    assert_eq!(
        nothing.location.as_deref(),
        Some(RELEASE),
        "there is no draft"
    );
    // One tells a need, one looks further into the menu, one only came in.
    let tells = world.resident_on_telegram(42);
    tells.says("想送餐，住新桥花园").await.sees("助餐送餐");
    let looks = world.resident_on_telegram(43);
    looks.says("Hello, what can you do?").await;
    looks.says("menu").await.taps("Basic living").await;
    world.resident_on_telegram(44).says("菜单").await;
    does(&world, &editor, MEAL, &renamed("助餐送餐", "送饭到家")).await;
    let asked = editor.get(&world.site(), PUBLISH).await.text();
    for part in [
        "发布菜单？",
        "正在用第 1 版选事项、提需求的居民有 2 位（英文 1 位，中文 1 位）",
        "改到的事项里，没办结的有 0 件",
        "“助餐送餐”改为“送饭到家”",
    ] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    let why = [("do", "publish"), ("at", ""), ("note", "居民看不懂“助餐”")];
    let done = does(&world, &editor, RELEASE, &why).await.text();
    assert!(done.contains("第 2 版开始用了"), "{done}");
    // Those two go on with the first version: the next one does not meet them.
    does(&world, &editor, MEAL, &renamed("送饭到家", "送餐")).await;
    let asked = editor.get(&world.site(), PUBLISH).await.text();
    assert!(asked.contains("现在没有居民正在选事项"), "{asked}");
    let late = world.resident_on_telegram(45);
    late.says("想送餐，住新桥花园").await.sees("送饭到家");
    let asked = editor.get(&world.site(), PUBLISH).await.text();
    assert!(
        asked.contains("正在用第 2 版选事项、提需求的居民有 1 位"),
        "{asked}"
    );
    world.ends().await;
}

#[tokio::test]
async fn what_must_be_mended_stands_where_the_button_would_and_a_part_is_for_the_dialog() {
    let world = World::start().await;
    let editor = world.administrator().await;
    does(&world, &editor, MEAL, &renamed("助餐送餐", "送饭到家")).await;
    let headers = [("x-fragment", "1")];
    let part = editor.gets_raw(&world.site(), PUBLISH, &headers).await.body;
    assert!(
        part.contains("id=\"sure-title\"") && !part.contains("<html"),
        "{part}"
    );
    assert!(part.contains("value=\"publish\""), "{part}");
    let alias = [("do", "save"), ("o.aliases", "x"), ("a.aliases", "")];
    does(&world, &editor, MEAL, &alias).await;
    let whole = editor.get(&world.site(), PUBLISH).await;
    assert!(
        whole.text().contains("没有别名，居民打字时找不到它"),
        "{}",
        whole.text()
    );
    assert!(
        whole.text().contains("送饭到家 没有别名"),
        "by its name: {}",
        whole.text()
    );
    assert!(!whole.body.contains("value=\"publish\""), "no button");
    let anyway = [("do", "publish"), ("at", "")];
    assert_eq!(does(&world, &editor, RELEASE, &anyway).await.status, 422);
    // Giving it up is asked about, too.
    let asked = editor
        .get(&world.site(), "/admin/documents/menu/sure/discard")
        .await;
    assert!(
        asked.text().contains("丢掉菜单的草稿？"),
        "{}",
        asked.text()
    );
    let done = does(&world, &editor, RELEASE, &[("do", "discard")])
        .await
        .text();
    assert!(done.contains("草稿已丢掉"), "{done}");
    for strange in ["revert:9", "revert:x", "shout", "approve:nothing"] {
        let path = format!("/admin/documents/menu/sure/{strange}");
        let page = editor.get(&world.site(), &path).await;
        assert_ne!(page.status, 200, "{strange}: {}", page.text());
    }
    world.ends().await;
}

#[tokio::test]
async fn every_version_says_who_why_when_and_what_it_changed() {
    let world = World::start().await;
    let editor = world.administrator().await;
    does(&world, &editor, MEAL, &renamed("助餐送餐", "送饭到家")).await;
    let at = [
        ("do", "publish"),
        ("at", "2026-03-02T18:30"),
        ("note", "居民看不懂“助餐”"),
    ];
    let planned = does(&world, &editor, RELEASE, &at).await.text();
    assert!(
        planned.contains("管理员（一次性链接） 约定时间"),
        "{planned}"
    );
    assert!(planned.contains("原因：居民看不懂“助餐”"), "{planned}");
    world.at(local("2026-03-02 18:31")).await;
    let editor = world.administrator().await;
    let asked = editor
        .get(&world.site(), "/admin/documents/menu/sure/revert:1")
        .await
        .text();
    assert!(asked.contains("菜单：回到第 1 版？"), "{asked}");
    assert!(
        asked.contains("“送饭到家”改为“助餐送餐”"),
        "what it takes back: {asked}"
    );
    let back = [("do", "revert:1"), ("note", "改错了")];
    let listed = does(&world, &editor, RELEASE, &back).await.text();
    for part in [
        "第 1 版",
        "随程序或配置来的",
        "管理员（一次性链接） 约定时间",
        "原因：居民看不懂“助餐”",
        "“助餐送餐”改为“送饭到家”",
        "第 3 版",
        "管理员（一次性链接） 发布",
        "与第 1 版相同",
        "原因：改错了",
        "“送饭到家”改为“助餐送餐”",
    ] {
        assert!(listed.contains(part), "{part}: {listed}");
    }
    world.ends().await;
}
