//! Editing the menu without fear: drafts, two people at once, publishing now, at
//! a moment and by two, and everybody who is in the middle of something.

use gateway::staff::enrol;
use tests::{Browser, Page, World, hours, local, minutes, totp};

const MEAL: &str = "/admin/menu/service/ELD-MEAL";
const SAFE: &str = "/admin/menu/service/CRI-DV";
pub(crate) const RELEASE: &str = "/admin/documents/menu";

/// Sends a form with what the page showed.
pub(crate) async fn sends(
    world: &World,
    browser: &Browser,
    shown: &Page,
    path: &str,
    fields: &[(&str, &str)],
) -> Page {
    let (token, revision) = (shown.field("token"), shown.field("revision"));
    let mut all = vec![("token", token.as_str()), ("revision", revision.as_str())];
    all.extend_from_slice(fields);
    let page = browser.post(&world.site(), path, &all).await;
    world.settle().await;
    page
}

/// What is asked about on a page of its own before it happens.
const ASKED_ABOUT: [&str; 4] = ["publish", "discard", "revert:", "approve:"];

/// Opens a page and sends its form; what is asked about first, from the page that
/// asks.
pub(crate) async fn does(
    world: &World,
    browser: &Browser,
    path: &str,
    fields: &[(&str, &str)],
) -> Page {
    let order = fields.iter().find(|(name, _)| *name == "do");
    let asked = order.filter(|(_, order)| {
        path.starts_with("/admin/documents/") && ASKED_ABOUT.iter().any(|a| order.starts_with(a))
    });
    let question = asked.map(|(_, order)| format!("{path}/sure/{order}"));
    let mut shown = browser
        .get(&world.site(), question.as_deref().unwrap_or(path))
        .await;
    if asked.is_some() && shown.status.is_redirection() {
        shown = browser.get(&world.site(), path).await;
    }
    assert_eq!(shown.status, 200, "{}", shown.text());
    let live = shown
        .body
        .contains("name=\"live\"")
        .then(|| shown.field("live"));
    let mut all = fields.to_vec();
    all.extend(live.as_deref().map(|live| ("live", live)));
    sends(world, browser, &shown, path, &all).await
}

/// Another name for the meals.
const RENAMED: [(&str, &str); 5] = [
    ("do", "save"),
    ("o.name.zh", "助餐送餐"),
    ("a.name.zh", "送饭到家"),
    ("o.short.zh", ""),
    ("a.short.zh", "送饭到家"),
];

/// An administrator with an account of their own.
async fn named(world: &World, name: &str) -> Browser {
    let core = world.app().core.clone();
    let link = enrol::invite(&core, name, "admin").await.expect("invited");
    let (browser, site) = (Browser::new(), world.site());
    let page = browser.post(&site, "/set-up", &[("link", &link)]).await;
    let secret = page
        .body
        .split_once("class=\"secret\">")
        .expect("a secret is shown")
        .1;
    let secret = secret
        .split('<')
        .next()
        .unwrap_or_default()
        .replace(' ', "");
    let code = totp(&secret, world.clock.now());
    let password = "three banyans by the gate";
    let fields = [
        ("link", link.as_str()),
        ("offer", &page.field("offer")),
        ("password", password),
        ("again", password),
        ("code", &code),
    ];
    let done = browser.post(&site, "/set-up/finish", &fields).await;
    assert_eq!(done.status, 200, "{}", done.text());
    browser
}

#[tokio::test]
async fn a_change_is_a_draft_first_then_told_in_words_and_published() {
    let world = World::start().await;
    let editor = world.administrator().await;
    let early = world.resident_on_telegram(42);
    early.says("想送餐，住新桥花园").await.sees("助餐送餐");
    does(&world, &editor, MEAL, &RENAMED).await;
    let late = world.resident_on_telegram(43);
    late.says("想送餐，住新桥花园").await.sees("助餐送餐");
    let page = editor.get(&world.site(), RELEASE).await.text();
    assert!(page.contains("“助餐送餐”改为“送饭到家”"), "{page}");
    assert!(
        page.contains("正在用第 1 版选事项、提需求的居民有 2 位（中文 2 位）")
            && page.contains("没办结的有 0 件"),
        "{page}"
    );
    let done = does(&world, &editor, RELEASE, &[("do", "publish"), ("at", "")]).await;
    assert!(done.text().contains("第 2 版开始用了"), "{}", done.text());
    let newest = world.resident_on_telegram(44);
    newest.says("想送餐，住新桥花园").await.sees("送饭到家");
    while !early.last().contains("对吗") {
        early.says("跳过").await;
    }
    early.taps("对，交上去").await.sees("助餐送餐").sees("编号");
    let rows = world
        .rows("SELECT act FROM audit WHERE act LIKE 'd%' ORDER BY id")
        .await;
    let rows = rows.concat();
    assert_eq!(rows[rows.len() - 2..], ["draft.save", "document.publish"]);
    // Going back publishes the former text as a new version.
    let done = does(&world, &editor, RELEASE, &[("do", "revert:1")]).await;
    assert!(done.text().contains("第 3 版开始用了"), "{}", done.text());
    assert!(done.text().contains("与第 1 版相同"), "{}", done.text());
    world
        .resident_on_telegram(45)
        .says("想送餐，住新桥花园")
        .await
        .sees("助餐送餐");
    world.ends().await;
}

#[tokio::test]
async fn two_who_edit_at_once_see_both_changes_and_lose_nothing() {
    let world = World::start().await;
    let (one, other) = (world.administrator().await, world.administrator().await);
    let shown = one.get(&world.site(), MEAL).await;
    does(
        &world,
        &other,
        MEAL,
        &[
            ("do", "save"),
            ("o.urgency", "normal"),
            ("a.urgency", "urgent"),
        ],
    )
    .await;
    let late = sends(&world, &one, &shown, MEAL, &RENAMED).await;
    assert_eq!(late.status, 409);
    let text = late.text();
    assert!(text.contains("“一般”改为“紧急”"), "theirs: {text}");
    assert!(text.contains("“助餐送餐”改为“送饭到家”"), "yours: {text}");
    assert!(
        late.body.contains("name=\"a.name.zh\" value=\"送饭到家\""),
        "kept in the form"
    );
    // The form that is offered sends the same once more, on top.
    let done = sends(&world, &one, &late, MEAL, &RENAMED).await;
    assert_eq!(done.status, 200, "{}", done.text());
    let page = one.get(&world.site(), RELEASE).await.text();
    assert!(
        page.contains("“一般”改为“紧急”") && page.contains("改为“送饭到家”"),
        "{page}"
    );
    world.ends().await;
}

#[tokio::test]
async fn a_planned_release_happens_at_its_moment_once_and_survives_a_restart() {
    let world = World::start().await;
    let editor = world.administrator().await;
    does(&world, &editor, MEAL, &RENAMED).await;
    for (at, wrong) in [
        ("2020-01-01T00:00", "已经过去了"),
        ("9999-01-01T00:00", "一年以内"),
        ("2027-03-05T00:00", "一年以内"),
        ("morgen", "一年以内"),
    ] {
        let refused = does(&world, &editor, RELEASE, &[("do", "publish"), ("at", at)]).await;
        assert_eq!(refused.status, 422, "{at}");
        assert!(refused.body.contains(r#"aria-invalid="true""#));
        assert!(refused.text().contains(wrong), "{at}: {}", refused.text());
    }
    let versions = "documents WHERE kind = 'catalogue'";
    assert_eq!(world.count(versions).await, 1, "nothing went out");
    let at = [("do", "publish"), ("at", "2026-03-02T18:30")];
    let done = does(&world, &editor, RELEASE, &at).await;
    assert!(done.text().contains("18:30"), "{}", done.text());
    world.at(local("2026-03-02 18:29")).await;
    assert_eq!(world.count(versions).await, 1);
    world.is_off_for(minutes(10)).await;
    assert_eq!(world.count(versions).await, 2);
    world.restart().await;
    world.advance(hours(1)).await;
    assert_eq!(world.count(versions).await, 2, "once");
    world
        .resident_on_telegram(44)
        .says("想送餐，住新桥花园")
        .await
        .sees("送饭到家");
    world.ends().await;
}

#[tokio::test]
async fn a_draft_that_changes_takes_back_what_was_planned_or_waits_for_agreement() {
    let world = World::start().await;
    let author = named(&world, "chen.yi").await;
    let second = named(&world, "wu.min").await;
    does(&world, &author, MEAL, &RENAMED).await;
    let at = [("do", "publish"), ("at", "2026-03-02T18:30")];
    does(&world, &author, RELEASE, &at).await;
    let rename = |name: &'static str| [("do", "save"), ("o.name.en", ""), ("a.name.en", name)];
    does(&world, &author, SAFE, &rename("Violence at home")).await;
    let page = author.get(&world.site(), RELEASE).await.text();
    assert!(page.contains("the draft changed afterwards"), "{page}");
    does(&world, &author, RELEASE, &[("do", "publish"), ("at", "")]).await;
    let id = "SELECT id FROM releases ORDER BY id DESC LIMIT 1";
    let id = world.rows(id).await[0][0].clone();
    // Agreed to is what was shown, not what it became.
    does(&world, &author, SAFE, &rename("Something else")).await;
    let second_agrees = [("do", &*format!("approve:{id}"))];
    let late = does(&world, &second, RELEASE, &second_agrees).await;
    assert!(!late.text().contains("开始用了"), "{}", late.text());
    world.at(local("2026-03-02 18:40")).await;
    let versions = "documents WHERE kind = 'catalogue'";
    assert_eq!(world.count(versions).await, 1, "taken back");
    let outdated = "SELECT CAST(COUNT(*) AS TEXT) FROM audit WHERE act = 'release.outdated'";
    assert_eq!(world.rows(outdated).await[0][0], "2");
    world.ends().await;
}

#[tokio::test]
async fn what_only_the_district_handles_takes_two_people() {
    let world = World::start().await;
    let link = world.administrator().await;
    let author = named(&world, "chen.yi").await;
    let second = named(&world, "wu.min").await;
    let rename = [
        ("do", "save"),
        ("o.name.en", ""),
        ("a.name.en", "Violence at home"),
    ];
    does(&world, &author, SAFE, &rename).await;
    let publish = [("do", "publish"), ("at", "")];
    let refused = does(&world, &link, RELEASE, &publish).await;
    assert_eq!(refused.status, 403, "a link is nobody in particular");
    let asked = does(&world, &author, RELEASE, &publish).await;
    assert!(
        asked.text().contains("等另一位管理员同意"),
        "{}",
        asked.text()
    );
    assert_eq!(world.count("documents WHERE kind = 'catalogue'").await, 1);
    let id = world.rows("SELECT id FROM releases").await[0][0].clone();
    let agree = format!("approve:{id}");
    for (who, browser) in [("author", &author), ("link", &link)] {
        let refused = does(&world, browser, RELEASE, &[("do", &agree)]).await;
        assert_eq!(refused.status, 403, "{who}: {}", refused.text());
    }
    assert_eq!(world.count("documents WHERE kind = 'catalogue'").await, 1);
    let done = does(&world, &second, RELEASE, &[("do", &agree)]).await;
    assert!(done.text().contains("第 2 版开始用了"), "{}", done.text());
    world.ends().await;
}

#[tokio::test]
async fn what_has_to_be_mended_is_named_and_keeps_it_from_being_published() {
    let world = World::start().await;
    let editor = world.administrator().await;
    let add = [
        ("do", "add"),
        ("code", "CAR-COOL"),
        ("category", "CAR"),
        ("zh", "纳凉点"),
        ("en", "Cooling room"),
    ];
    does(&world, &editor, "/admin/menu", &add).await;
    let page = editor
        .get(&world.site(), "/admin/menu/service/CAR-COOL")
        .await
        .text();
    for part in ["没有别名", "没有负责岗位", "没有办理时限"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let refused = does(&world, &editor, RELEASE, &[("do", "publish"), ("at", "")]).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert_eq!(world.count("documents WHERE kind = 'catalogue'").await, 1);
    let odd = does(
        &world,
        &editor,
        MEAL,
        &[("do", "save"), ("o.limits", ""), ("a.limits", "soon")],
    )
    .await;
    assert_eq!(odd.status, 422, "{}", odd.text());
    let retired = does(
        &world,
        &editor,
        "/admin/menu/service/CAR-COOL",
        &[("do", "retire")],
    )
    .await;
    assert_eq!(retired.location.as_deref(), Some("/admin/menu"));
    world.ends().await;
}

const WHAT_IF: &str = "/admin/whatif";

/// A need somebody might write on the Saturday before the spring festival's week.
const SUPPOSED: [(&str, &str); 6] = [
    ("text", "想送餐，住新桥花园"),
    ("address", "新桥花园"),
    ("hukou", ""),
    ("at", "2026-02-13T16:00"),
    ("channel", "telegram"),
    ("lang", "zh"),
];

async fn supposes(world: &World, browser: &Browser, fields: &[(&str, &str)]) -> Page {
    let token = browser.get(&world.site(), WHAT_IF).await.field("token");
    let mut all = vec![("token", token.as_str())];
    all.extend_from_slice(&SUPPOSED);
    all.extend_from_slice(fields);
    browser.post(&world.site(), WHAT_IF, &all).await
}

#[tokio::test]
async fn what_would_happen_is_told_to_the_last_notice_and_a_scenario_guards_it() {
    let world = World::start().await;
    let editor = world.administrator().await;
    let told = supposes(&world, &editor, &[("do", "ask")]).await.text();
    for part in [
        "助餐送餐 · ELD-MEAL",
        "新桥",
        "居民会看到",
        "如果没有人处理",
        "2月24日",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(world.count("requests").await, 0, "nothing is stored");
    let keep = [("do", "keep"), ("name", "节前送餐")];
    let kept = supposes(&world, &editor, &keep).await;
    assert_eq!(kept.status, 200, "{}", kept.text());
    // A shorter promise would come out otherwise: the publication is stopped by name.
    let limits = "first_contact PT2H working customary\narranged P3D working customary";
    let save = [("do", "save"), ("o.limits", ""), ("a.limits", limits)];
    does(&world, &editor, MEAL, &save).await;
    let stopped = does(&world, &editor, RELEASE, &[("do", "publish"), ("at", "")]).await;
    assert_eq!(stopped.status, 422);
    let text = stopped.text();
    assert!(text.contains("节前送餐：时限应为"), "{text}");
    assert_eq!(world.count("documents WHERE kind = 'catalogue'").await, 1);
    // On the draft the new outcome is seen, and held fast in its place.
    let keep = [("do", "keep"), ("name", "节前送餐"), ("on", "menu")];
    supposes(&world, &editor, &keep).await;
    let done = does(&world, &editor, RELEASE, &[("do", "publish"), ("at", "")]).await;
    assert!(done.text().contains("第 2 版开始用了"), "{}", done.text());
    let dropped = supposes(&world, &editor, &[("do", "drop:节前送餐")])
        .await
        .text();
    assert!(dropped.contains("情景 0"), "{dropped}");
    world.ends().await;
}

async fn run(world: &World, arguments: &[&str]) -> tests::Told {
    let program = env!("CARGO_BIN_EXE_gateway-under-test");
    world.command(program, arguments).await
}

/// Sends a whole document as a file.
async fn uploads(world: &World, editor: &Browser, kind: &str, text: &str) -> Page {
    let path = format!("/admin/documents/{kind}");
    let shown = editor.get(&world.site(), &path).await;
    let (token, revision) = (shown.field("token"), shown.field("revision"));
    let mut body = String::new();
    for (name, value) in [
        ("token", token.as_str()),
        ("revision", revision.as_str()),
        ("text", text),
    ] {
        let head = format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"");
        body += &[&head, "\r\n\r\n", value, "\r\n"].concat();
    }
    body += "--edge--\r\n";
    let headers = [
        ("content-type", "multipart/form-data; boundary=edge"),
        ("sec-fetch-site", "same-origin"),
    ];
    let path = format!("{path}/file");
    let site = world.site();
    editor.posts_raw(&site, &path, &headers, body).await
}

#[tokio::test]
async fn a_draft_put_in_other_words_leaves_what_is_planned_in_its_place() {
    let world = World::start().await;
    let editor = world.administrator().await;
    let policy = "/admin/documents/policy";
    let text = run(&world, &["export", "policy"]).await.out;
    let text = text.replace("close_after = \"7d\"", "close_after = \"9d\"");
    uploads(&world, &editor, "policy", &text).await;
    let at = [("do", "publish"), ("at", "2026-03-02T18:30")];
    let done = does(&world, &editor, policy, &at).await;
    assert!(done.text().contains("18:30"), "{}", done.text());
    let told = format!("# Nine days, as agreed.\n{text}");
    uploads(&world, &editor, "policy", &told).await;
    assert_eq!(world.count("drafts WHERE kind = 'policy'").await, 2, "kept");
    assert_eq!(world.count("releases WHERE state = 1").await, 1);
    world.at(local("2026-03-02 18:31")).await;
    assert_eq!(world.count("documents WHERE kind = 'policy'").await, 2);
    // The same in other words is no draft any more.
    let page = editor.get(&world.site(), policy).await;
    assert!(
        !page.text().contains("由“7 天”改为“9 天”"),
        "{}",
        page.text()
    );
    let ended = "drafts WHERE kind = 'policy' AND body IS NULL";
    assert_eq!(world.count(ended).await, 1);
    world.ends().await;
}

#[tokio::test]
async fn a_file_names_no_code_of_a_retired_service_and_no_place_that_is_not() {
    let world = World::start().await;
    let editor = world.administrator().await;
    // What is no text at all, or too much of it, is said where it was chosen.
    let large = "x".repeat(3 << 20);
    for (file, wrong) in [("\0PNG", "不是文本文件"), (&large, "文件太大")] {
        let told = uploads(&world, &editor, "menu", file).await;
        assert!(told.status.is_client_error(), "{}", told.status);
        assert!(told.text().contains(wrong) && told.body.contains("/admin/log"));
    }
    let first = run(&world, &["export", "menu"]).await.out;
    let hidden = [
        ("do", "otherwise"),
        ("unit", "590102001"),
        ("l.in_menu", "no"),
    ];
    does(&world, &editor, MEAL, &hidden).await;
    let text = run(&world, &["export", "menu", "--draft"]).await.out;
    let elsewhere = text.replace("\"unit\": \"590102001\"", "\"unit\": \"77\"");
    assert_ne!(elsewhere, text);
    let refused = uploads(&world, &editor, "menu", &elsewhere).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("没有单位 77"), "{}", refused.text());
    let hair = "/admin/menu/service/CAR-HAIR";
    does(&world, &editor, hair, &[("do", "retire")]).await;
    // It is still in force, so this takes nothing up again.
    let done = uploads(&world, &editor, "menu", &first).await;
    assert!(done.text().contains("已存进草稿"), "{}", done.text());
    does(&world, &editor, hair, &[("do", "retire")]).await;
    let done = does(&world, &editor, RELEASE, &[("do", "publish"), ("at", "")]).await;
    assert!(done.text().contains("第 2 版开始用了"), "{}", done.text());
    let refused = uploads(&world, &editor, "menu", &first).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(
        refused.text().contains("CAR-HAIR 以前用过"),
        "{}",
        refused.text()
    );
    // Nor where there is a draft that nobody can read any more.
    does(&world, &editor, MEAL, &hidden).await;
    world
        .damages("UPDATE drafts SET body = '{}' WHERE body IS NOT NULL")
        .await;
    let refused = uploads(&world, &editor, "menu", &first).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    world.ends().await;
}

#[tokio::test]
async fn a_document_goes_out_as_one_file_and_comes_back_as_a_draft() {
    let world = World::start().await;
    let editor = world.administrator().await;
    for kind in ["menu", "policy", "calendar"] {
        let told = run(&world, &["export", kind]).await;
        let path = format!("/admin/documents/{kind}/file");
        let file = editor.get(&world.site(), &path).await;
        assert_eq!(told.out, file.body, "{kind}: the same text");
        let path = world.folder().join(kind);
        std::fs::write(&path, &told.out).expect("a folder of our own");
        let path = path.display().to_string();
        run(&world, &["draft", kind, &path])
            .await
            .says("says so already");
        std::fs::write(&path, "{").expect("a folder of our own");
        run(&world, &["draft", kind, &path])
            .await
            .refuses("cannot be a draft");
    }
    run(&world, &["export", "menu", "--draft"])
        .await
        .refuses("no draft");
    let text = run(&world, &["export", "policy"]).await.out;
    let text = text.replace("close_after = \"7d\"", "close_after = \"9d\"");
    let done = uploads(&world, &editor, "policy", &text).await;
    assert!(
        done.text().contains("由“7 天”改为“9 天”"),
        "{}",
        done.text()
    );
    run(&world, &["export", "policy", "--draft"])
        .await
        .says("close_after = \"9d\"");
    let done = does(
        &world,
        &editor,
        "/admin/documents/policy",
        &[("do", "publish"), ("at", "")],
    )
    .await;
    assert!(done.text().contains("第 2 版开始用了"), "{}", done.text());
    // What is shipped does not come back over what somebody edited.
    world.restart().await;
    assert_eq!(world.count("documents WHERE kind = 'policy'").await, 2);
    world.ends().await;
}
