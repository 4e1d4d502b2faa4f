//! Attacks that fail: what is repeated back, who opens what is restricted, and
//! text that steers the page it is shown on.

use tests::{World, minutes};

const NUMBER: &str = "13812345670";
const DOCUMENT: &str = "110101199003070599";

#[tokio::test]
async fn numbers_are_not_repeated_back_in_clear() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let need = format!("我想申请低保，住新桥花园，证号{DOCUMENT}，电话 138 1234 5670");
    resident.says(&need).await;
    resident.reaches_the_end().await;
    resident
        .sees("，电话 138 **** 5670")
        .sees_not("138 1234 5670")
        .sees_not(DOCUMENT);
    // Where the number itself is asked about, it has to be read to be checked.
    resident.sees(&format!("联系电话：{NUMBER}"));
    resident.taps("对，交上去").await.sees("编号");
    let reference = resident.reference();
    coordinator.accepts().await;
    coordinator.sees("居民说").sees_not(DOCUMENT);
    coordinator.looks_away();
    resident
        .says(&format!("{reference} 证号再说一遍{DOCUMENT}"))
        .await;
    coordinator.sees("证号再说一遍110***").sees_not(DOCUMENT);
    // Whoever leads it reads it where it is read on record.
    let sheet = coordinator.sheet(&reference).await.text();
    assert!(sheet.contains(DOCUMENT), "{sheet}");
    world.ends().await;
}

#[tokio::test]
async fn the_privacy_officer_handles_requests_about_data_and_nothing_else_restricted() {
    let world = World::start().await;
    let privacy = world.worker("YX007").await;
    let resident = world.resident_on_telegram(42);
    let victim = world.resident_on_telegram(43);
    resident.says("菜单").await;
    let reference = resident.files("我的数据").await;
    privacy.sees(&reference).sees_not("我的数据");
    victim.says("我老公打我，刚才又动手了").await;
    let violence = "SELECT reference FROM requests WHERE service = 'CRI-DV'";
    let violence = world.rows(violence).await[0][0].clone();
    assert_eq!(privacy.sheet(&violence).await.status, 404);
    let queue = privacy.queue().await;
    assert!(queue.contains(&reference), "{queue}");
    privacy.accepts().await;
    privacy.contacts().await;
    let asked = [("act", "ask"), ("text", "您想更正哪一项？")];
    let done = privacy.does(&reference, &asked).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    resident.waits().await.sees("您想更正哪一项？");
    // The duty desk still may; nobody else.
    for (worker, status) in [
        ("YX001", 200),
        ("YX005", 404),
        ("YX017", 404),
        ("YX033", 404),
    ] {
        let worker = world.worker_without_chat(worker).await;
        assert_eq!(worker.sheet(&reference).await.status, status);
    }
    world.ends().await;
}

#[tokio::test]
async fn the_privacy_officer_gives_a_copy_and_erases_after_a_fresh_proof_and_nobody_else() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    let need = "我想申请低保，住新桥花园，电话13812345670";
    let first = resident.files(need).await;
    resident.says("菜单").await;
    let asked = resident.files("我的数据").await;
    let (page, file) = (
        format!("/worker/r/{asked}/data"),
        format!("/worker/r/{asked}/data.json"),
    );
    // The lead of the other request, the duty desk, and a guess: none of it is there.
    for worker in ["YX033", "YX001"] {
        let worker = world.worker_without_chat(worker).await;
        for path in [&page, &file] {
            let answer = worker.opens(path).await;
            assert!(answer.status.is_client_error(), "{}", answer.text());
            assert!(!answer.body.contains(&first) && !answer.body.contains("13812345670"));
        }
    }
    let privacy = world.worker_without_chat("YX007").await;
    let other = format!("/worker/r/{first}/data.json");
    assert_eq!(privacy.opens(&other).await.status, 404, "not about data");
    let sheet = privacy.sheet(&asked).await;
    assert!(sheet.body.contains(&page), "{}", sheet.text());
    let copy = privacy.opens(&file).await;
    assert_eq!(copy.status, 200);
    assert!(copy.body.contains(&first) && copy.body.contains("13812345670"));
    world.clock.advance(minutes(6));
    assert_eq!(privacy.opens(&file).await.status, 403, "too long ago");
    assert_eq!(privacy.opens(&page).await.status, 403);
    let privacy = world.worker_without_chat("YX007").await;
    resident.looks_away();
    let done = privacy.sends(&asked, "data", &[]).await;
    assert!(done.text().contains("已经删除"), "{}", done.text());
    resident.waits().await.sees("已经删除").sees(&asked);
    let acts =
        "SELECT act, actor FROM audit WHERE act IN ('person.copy', 'person.erase') ORDER BY act";
    let acts: Vec<String> = world
        .rows(acts)
        .await
        .into_iter()
        .map(|r| r.join(" "))
        .collect();
    assert_eq!(
        acts,
        ["person.copy worker:YX007", "person.erase worker:YX007"]
    );
    let refused = "audit WHERE act IN ('refused.export', 'refused.erase')";
    assert!(world.count(refused).await >= 5);
    world.ends().await;
}

#[tokio::test]
async fn a_name_or_text_that_steers_is_shown_as_it_is_read() {
    let world = World::start().await;
    let worker = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let _ = world
        .telegram
        .user(42)
        .named("\u{202e}王\u{2066}芳\u{200b}");
    let flood = "\u{200b}".repeat(3000);
    let reference = resident
        .files(&format!("我想\u{202e}申请低保{flood}，住新桥花园"))
        .await;
    worker.accepts().await;
    let sheet = worker.sheet(&reference).await;
    assert!(
        sheet.text().contains("我想申请低保，住新桥花园"),
        "{}",
        sheet.text()
    );
    for page in [&sheet, &worker.opens("/worker").await] {
        let steers = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!page.body.contains(steers) && !page.body.contains('\u{200b}'));
    }
    // Nothing but what cannot be seen is still answered.
    resident.says("\u{200b}\u{2066}\u{200b}").await;
    assert!(!resident.last().is_empty());
    world.ends().await;
}

#[tokio::test]
async fn a_character_that_is_none_is_refused_before_any_table_is_asked() {
    let world = World::start().await;
    let (admin, site) = (world.administrator().await, world.site());
    for path in ["/admin/log?who=%00", "/admin/log?about=a%00b"] {
        assert_eq!(admin.get(&site, path).await.status, 400, "{path}");
    }
    let page = admin.get(&site, "/admin/parked").await;
    let token = page.field("token");
    let order = [("token", token.as_str()), ("key", "a\0b"), ("do", "retry")];
    let refused = admin.post(&site, "/admin/parked", &order).await;
    assert_eq!(refused.status, 400, "{}", refused.text());
    world.ends().await;
}

#[tokio::test]
async fn of_two_who_take_it_at_the_same_moment_one_has_it() {
    let world = World::start().await;
    let coordinator = world.worker_without_chat("YX033").await;
    let street = world.worker_without_chat("YX017").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files("我想申请低保，我住新桥花园").await;
    let accept = [("act", "accept")];
    let (one, other) = tokio::join!(
        coordinator.does(&reference, &accept),
        street.does(&reference, &accept)
    );
    let mut told = [one.status.as_u16(), other.status.as_u16()];
    told.sort_unstable();
    assert_eq!(told, [303, 409], "{} {}", one.text(), other.text());
    assert_eq!(world.count("events WHERE kind = 'accepted'").await, 1);
    world.ends().await;
}

#[tokio::test]
async fn nobody_is_written_off_the_sheet_by_a_flood_of_messages() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let resident = world.resident_on_telegram(42);
    resident.says("我老公打我，刚才又动手了").await;
    duty.accepts().await;
    resident.says("他在砸门").await;
    // As many more as somebody writes in a night.
    let copies = "INSERT INTO inbound (key, id, address, at, body_sealed, request, state, cause, page)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
         SELECT b.key || '-' || CAST(n.i AS TEXT), b.id || '-' || CAST(n.i AS TEXT), b.address, b.at, b.body_sealed,
                b.request, b.state, b.cause, b.page
         FROM n, (SELECT * FROM inbound WHERE request IS NOT NULL ORDER BY id DESC LIMIT 1) b";
    world.damages(copies).await;
    world.advance(tests::minutes(1)).await;
    resident.says("我躲在阳台上").await;
    let reference = "SELECT reference FROM requests WHERE service = 'CRI-DV'";
    let reference = world.rows(reference).await[0][0].clone();
    let sheet = duty.sheet(&reference).await.text();
    assert!(sheet.contains("我躲在阳台上"), "{}", sheet.len());
    world.ends().await;
}

#[tokio::test]
async fn what_is_restricted_has_not_even_a_number_for_the_desk_it_was_split_from() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let first = resident.files("我想申请低保，我住新桥花园").await;
    coordinator.accepts().await;
    let split = [
        ("act", "split"),
        ("service", "CRI-DV"),
        ("text", "她说在家里挨打"),
    ];
    let done = coordinator.does(&first, &split).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    let second = "SELECT reference FROM requests WHERE restricted = 1";
    let second = world.rows(second).await[0][0].clone();
    let shown = format!("{}-{}", &second[..4], &second[4..]);
    assert_eq!(coordinator.sheet(&shown).await.status, 404);
    let sheet = coordinator.sheet(&first).await;
    assert!(!sheet.body.contains(&shown) && !sheet.body.contains(&second));
    let duty = world.worker_without_chat("YX001").await;
    assert!(duty.sheet(&shown).await.body.contains(&first));
    world.ends().await;
}
