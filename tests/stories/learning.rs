//! Corrections: a request goes to the right desk with its history and clock, and
//! the words, without the person in them, may become an example.

use tests::{Browser, Page, Resident, Setup, Worker, World, minutes};

const PAGE: &str = "/admin/corrections";
/// The words of a new thing that no model knows.
const NEW: &str = "想办喜乐福卡";

async fn corrects(worker: &Worker<'_>, reference: &str, service: &str) {
    let act = [("act", "recategorise"), ("service", service)];
    let done = worker.does(reference, &act).await;
    assert!(done.status.is_redirection(), "{}", done.text());
}

/// Somebody whose words are about one thing and are taken for another.
async fn misunderstood(resident: &Resident<'_>) -> String {
    resident
        .files("我想申请低保，办那个喜乐福卡，我叫李秀英，住新桥花园3栋501")
        .await
}

/// Posts the board's form with these fields beside its own.
async fn orders(admin: &Browser, world: &World, fields: &[(&str, &str)]) -> Page {
    let site = world.site();
    let page = admin.get(&site, PAGE).await;
    let token = page.field("token");
    let mut all = vec![("token", token.as_str())];
    all.extend_from_slice(fields);
    admin.post(&site, PAGE, &all).await
}

/// Accepts the only proposal as this text for this service.
async fn accepts(admin: &Browser, world: &World, text: &str, service: &str) -> Page {
    let page = admin.get(&world.site(), PAGE).await;
    let id = page.field("ids");
    let version = page.field(&format!("version-{id}"));
    let names = ["do", "text", "service", "version"].map(|name| format!("{name}-{id}"));
    let fields = [
        ("do", "decide"),
        ("ids", id.as_str()),
        (names[0].as_str(), "accept"),
        (names[1].as_str(), text),
        (names[2].as_str(), service),
        (names[3].as_str(), version.as_str()),
    ];
    orders(admin, world, &fields).await
}

/// The service these words are taken for.
fn taken_for(world: &World, text: &str) -> String {
    let verdict = world.app().core.world().classifier.classify(text);
    verdict
        .ranked
        .first()
        .map_or(String::new(), |r| r.service.clone())
}

#[tokio::test]
async fn a_corrected_request_goes_to_its_desk_with_history_and_clock_intact() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let supplier = world.worker("YX015").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files("我想申请低保，我住新桥花园").await;
    let clock = "SELECT CAST(opened_at AS TEXT), service FROM requests";
    let opened = world.rows(clock).await[0][0].clone();
    let due = world
        .rows("SELECT CAST(due_at AS TEXT), rung FROM timers")
        .await;
    world.advance(minutes(20)).await;
    corrects(&coordinator, &reference, "ELD-MEAL").await;
    supplier.sees(&reference);
    assert_eq!(world.rows(clock).await, [[opened.as_str(), "ELD-MEAL"]]);
    let kinds = world
        .rows("SELECT kind FROM events ORDER BY seq")
        .await
        .concat();
    assert_eq!(kinds[0], "opened", "{kinds:?}");
    assert!(kinds.contains(&"recategorised".to_owned()), "{kinds:?}");
    // The next rung is no later than it was: nothing began anew.
    let now = world
        .rows("SELECT CAST(due_at AS TEXT), rung FROM timers")
        .await;
    assert!(now[0][0] <= due[0][0], "{due:?} became {now:?}");
    let sheet = supplier.sheet(&reference).await.text();
    assert!(sheet.contains("助餐送餐"), "{sheet}");
    assert!(sheet.contains("提出求助"), "{sheet}");
    // A provider sees the order, not what the person said about their life.
    assert!(!sheet.contains("低保"), "{sheet}");
    supplier.accepts().await;
    world.ends().await;
}

#[tokio::test]
async fn corrected_words_are_learnt_after_a_review_and_can_be_unlearnt() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = misunderstood(&resident).await;
    corrects(&coordinator, &reference, "BAS-CHANGE").await;
    let admin = world.administrator().await;
    let page = admin.get(&world.site(), PAGE).await.text();
    assert!(page.contains("喜乐福卡"), "{page}");
    for person in ["秀英", "新桥", "501", "3栋"] {
        assert!(!page.contains(person), "{person}: {page}");
    }
    assert_ne!(taken_for(&world, NEW), "BAS-CHANGE", "it is known already");
    let page = accepts(&admin, &world, NEW, "BAS-CHANGE").await;
    assert!(page.text().contains("保存了 1 条"), "{}", page.text());
    assert_ne!(
        taken_for(&world, NEW),
        "BAS-CHANGE",
        "not before it is published"
    );

    let page = orders(&admin, &world, &[("do", "try")]).await;
    assert!(page.text().contains("危险被认出"), "{}", page.text());
    let mark = page.field("mark");
    let stale = orders(&admin, &world, &[("do", "publish"), ("mark", "other")]).await;
    assert!(stale.text().contains("重新比较"), "{}", stale.text());
    let done = orders(&admin, &world, &[("do", "publish"), ("mark", &mark)]).await;
    assert!(done.text().contains("第 1 版已经生效"), "{}", done.text());
    assert_eq!(taken_for(&world, NEW), "BAS-CHANGE");
    world.restart().await;
    assert_eq!(taken_for(&world, NEW), "BAS-CHANGE", "it is kept");

    let back = orders(&admin, &world, &[("do", "back"), ("to", "0")]).await;
    assert!(back.text().contains("第 2 版已经生效"), "{}", back.text());
    assert_ne!(taken_for(&world, NEW), "BAS-CHANGE");
    let none = orders(&admin, &world, &[("do", "back"), ("to", "9")]).await;
    assert!(none.text().contains("没有这一版"), "{}", none.text());
    let acts = "SELECT act FROM audit WHERE actor = 'admin' AND act NOT LIKE 'door%' ORDER BY id";
    let acts = world.rows(acts).await.concat();
    for act in ["correction.accept", "lessons.publish", "lessons.roll_back"] {
        assert!(acts.contains(&act.to_owned()), "{acts:?}");
    }
    world.ends().await;
}

#[tokio::test]
async fn a_batch_that_teaches_danger_as_something_else_is_refused_with_the_reason() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = misunderstood(&resident).await;
    corrects(&coordinator, &reference, "ELD-MEAL").await;
    let admin = world.administrator().await;
    accepts(&admin, &world, "我不想活了，想跳楼", "ELD-MEAL").await;
    let page = orders(&admin, &world, &[("do", "try")]).await;
    assert!(page.text().contains("不能发布"), "{}", page.text());
    assert!(
        page.text().contains("想跳楼」说的是危险"),
        "{}",
        page.text()
    );
    assert!(
        !page.text().contains("name=\"mark\""),
        "no way to publish it"
    );
    // Nor by the command line's way, which looks at no mark.
    let core = world.app().core;
    let refused = gateway::learning::publish(&core, None).await;
    assert!(
        matches!(refused, Err(gateway::learning::PublishError::Refused(_))),
        "{refused:?}"
    );
    assert_eq!(world.count("documents WHERE kind = 'lessons'").await, 0);
    assert!(
        world
            .app()
            .core
            .world()
            .classifier
            .classify("我不想活了")
            .crisis
            .is_some()
    );
    world.ends().await;
}

#[tokio::test]
async fn a_decision_about_what_changed_meanwhile_is_not_written() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = misunderstood(&resident).await;
    corrects(&coordinator, &reference, "BAS-CHANGE").await;
    let admin = world.administrator().await;
    let site = world.site();
    let page = admin.get(&site, PAGE).await;
    let (token, id) = (page.field("token"), page.field("ids"));
    let (version, act) = (format!("version-{id}"), format!("do-{id}"));
    let old = page.field(&version);
    let fields = [
        ("token", token.as_str()),
        ("do", "decide"),
        ("ids", &id),
        (&version, &old),
        (&act, "reject"),
    ];
    let first = admin.post(&site, PAGE, &fields).await;
    assert!(first.text().contains("保存了 1 条"), "{}", first.text());
    let second = admin.post(&site, PAGE, &fields).await;
    assert!(second.text().contains("刚被别人改过"), "{}", second.text());
    // Rejected is rejected: another correction does not bring it back.
    corrects(&coordinator, &reference, "BAS-LINSHI").await;
    assert_eq!(world.count("corrections WHERE state = 2").await, 1);
    assert_eq!(world.count("corrections WHERE state = 0").await, 0);
    world.ends().await;
}

#[tokio::test]
async fn what_was_put_back_or_is_restricted_is_not_proposed() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files("我想申请低保，我住新桥花园").await;
    corrects(&coordinator, &reference, "BAS-LINSHI").await;
    assert_eq!(world.count("corrections WHERE state = 0").await, 1);
    corrects(&coordinator, &reference, "BAS-DIBAO").await;
    assert_eq!(world.count("corrections WHERE state = 0").await, 0);
    let other = world.resident_on_telegram(43);
    let secret = other.files("我想申请低保，我住新桥花园").await;
    corrects(&coordinator, &secret, "SVC-COMPLAINT").await;
    assert_eq!(world.count("corrections WHERE state = 0").await, 0);
    world.ends().await;
}

#[tokio::test]
async fn only_an_administrator_sees_or_decides_about_corrections() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let site = world.site();
    let stranger = Browser::new();
    let shut = stranger.get(&site, PAGE).await;
    assert!(!shut.status.is_success(), "{}", shut.status);
    let worker = coordinator.opens(PAGE).await;
    assert!(!worker.status.is_success(), "{}", worker.status);
    let admin = world.administrator().await;
    let forged = [("token", "0"), ("do", "back"), ("to", "0")];
    let forged = admin.post(&site, PAGE, &forged).await;
    assert_eq!(forged.status, 403);
    assert_eq!(world.count("documents WHERE kind = 'lessons'").await, 0);
    world.ends().await;
}

#[tokio::test]
async fn aliases_and_examples_of_a_published_catalogue_reach_the_model() {
    let world = Setup::default().start().await;
    let resident = world.resident_on_telegram(42);
    assert_ne!(taken_for(&world, NEW), "DSB-DEVICE");
    let text = menus::document::to_json(menus::starter());
    let mut document: serde_json::Value = serde_json::from_str(&text).expect("our own form");
    let services = document["services"].as_array_mut().expect("a list");
    let service = services.iter_mut().find(|s| s["code"] == "DSB-DEVICE");
    let service = service.expect("it is shipped");
    for (list, words) in [("aliases", "喜乐福卡"), ("examples", NEW)] {
        let list = service[list].as_array_mut().expect("a list");
        list.push(words.into());
    }
    let catalogue = menus::document::from_json(&document.to_string());
    let catalogue = catalogue.unwrap_or_else(|e| panic!("{e}")).with_version(2);
    world.advance(minutes(1)).await;
    world.publishes(&catalogue).await;
    assert_eq!(taken_for(&world, NEW), "DSB-DEVICE");
    assert_eq!(taken_for(&world, "喜乐福卡"), "DSB-DEVICE");
    resident.says(NEW).await.sees_not("没听明白");
    world.ends().await;
}
