//! The commands of those who run the gateway, beside it and while it is off:
//! they answer rightly, and they never do its work.

use tests::{Told, World, hours, local};

const NEED: &str = "我想申请低保，我住新桥花园";

async fn run(world: &World, line: &str) -> Told {
    let arguments: Vec<&str> = line.split(' ').collect();
    let program = env!("CARGO_BIN_EXE_gateway-under-test");
    world.command(program, &arguments).await
}

#[tokio::test]
async fn why_explains_an_overdue_request_beside_the_running_gateway() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    run(&world, &format!("why {reference}"))
        .await
        .says("还在时限内")
        .says("contact")
        .says("2026-03-03 17:30");
    world.at(local("2026-03-04 11:00")).await;
    let told = run(&world, &format!("why {reference}")).await;
    told.says("已超过时限").says("past its limit");
    // The same sentence as on the page.
    let district = world.worker_without_chat("YX004").await;
    let page = district.sheet(&reference).await.text();
    let sentence = told.out.lines().next().unwrap_or_default();
    assert!(page.contains(sentence), "{sentence:?} in {page}");
    let small = reference.to_lowercase().replace('-', " ");
    let arguments = ["why", small.as_str()];
    let program = env!("CARGO_BIN_EXE_gateway-under-test");
    world.command(program, &arguments).await.says("已超过时限");
    run(&world, "why K7M3-9F2X").await.refuses("");
    run(&world, "why nonsense").await.refuses("");
    world.ends().await;
}

#[tokio::test]
async fn parked_messages_are_listed_without_words_and_handled_again_once() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.says("你好").await;
    run(&world, "parked list").await.says("0 parked");
    world
        .damages("UPDATE conversations SET state_sealed = 'v1:broken' WHERE address LIKE '%/42'")
        .await;
    resident.says("想送餐").await.sees("没处理好");
    let told = run(&world, "parked list").await;
    told.says("1 parked");
    assert!(
        !told.out.contains("想送餐"),
        "no words of residents: {told:?}"
    );
    let id = told
        .out
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned();
    run(&world, "parked retry 00000000")
        .await
        .refuses("no such message");
    run(&world, &format!("parked retry {id}"))
        .await
        .refuses("still parked");
    world
        .damages("DELETE FROM conversations WHERE address LIKE '%/42'")
        .await;
    resident.looks_away();
    run(&world, &format!("parked retry {id}"))
        .await
        .says("handled");
    run(&world, "parked list").await.says("0 parked");
    run(&world, "parked retry --all")
        .await
        .refuses("no such message");
    // The gateway that has the channels sends the answer, buttons and all.
    world.advance(tests::seconds(2)).await;
    resident.waits().await.sees("联系电话");
    let asked = resident
        .heard()
        .into_iter()
        .filter(|m| m.contains("联系电话"));
    assert_eq!(asked.count(), 1);
    let sent = world.telegram.sent_to(42).pop().expect("the question");
    assert!(
        sent.buttons().iter().any(|b| b == "跳过"),
        "{:?}",
        sent.buttons()
    );
    world.ends().await;
}

#[tokio::test]
async fn a_link_signs_its_worker_in_once() {
    let world = World::start().await;
    for (line, page) in [("link YX033", "/worker"), ("link --admin", "/admin")] {
        let told = run(&world, line).await;
        told.says("/sign-in#").says("works once");
        let (_, secret) = told
            .out
            .lines()
            .next()
            .unwrap_or_default()
            .split_once('#')
            .expect("a link");
        let browser = tests::Browser::new();
        let site = world.site();
        let answer = browser.post(&site, "/sign-in", &[("link", secret)]).await;
        assert!(answer.status.is_redirection(), "{}", answer.text());
        assert_eq!(browser.get(&site, page).await.status, 200);
        let other = tests::Browser::new();
        let answer = other.post(&site, "/sign-in", &[("link", secret)]).await;
        assert!(!answer.status.is_redirection(), "a second time");
        assert_ne!(other.get(&site, page).await.status, 200);
    }
    run(&world, "link YX999").await.refuses("no such worker");
    let told = run(&world, "worker-code YX033").await;
    let code = told.out.lines().next().unwrap_or_default().to_owned();
    let person = world.resident_on_telegram(77);
    person.says(&format!("绑定 {code}")).await.sees("绑定好了");
    run(&world, "worker-code YX999").await.refuses("no worker");
    world.ends().await;
}

#[tokio::test]
async fn the_audit_says_what_is_missing_and_changes_nothing() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.files(NEED).await;
    world.advance(hours(30)).await;
    run(&world, "audit")
        .await
        .says("Everything that should have fired did");
    run(&world, "audit --json").await.says(r#"{"findings":[]}"#);
    world
        .damages("UPDATE events SET kind = 'noted', detail = '{}' WHERE kind = 'fired' AND detail LIKE '%normal_half%'")
        .await;
    let events = world.count("events").await;
    run(&world, "audit").await.refuses("normal_half");
    run(&world, "audit --json").await.refuses("normal_half");
    assert_eq!(world.count("events").await, events);
    world.stop().await;
}

#[tokio::test]
async fn no_command_sends_a_message_or_fires_a_rung() {
    use tests::botapi::Fault;
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    // A letter that waits, and rungs that are due while nobody is there to fire.
    world.telegram.injects(1, Fault::Error(502));
    resident.says("菜单").await.sees_nothing();
    world.stop().await;
    world.clock.advance(hours(50));
    let calls = world.telegram.calls().len();
    let facts = "SELECT (SELECT CAST(COUNT(*) AS TEXT) FROM events),
        (SELECT CAST(COUNT(*) AS TEXT) FROM timers WHERE cause IS NULL),
        (SELECT CAST(SUM(next_at) AS TEXT) FROM outbox WHERE state = 0),
        (SELECT CAST(SUM(attempts) AS TEXT) FROM outbox)";
    let before = world.rows_at_rest(facts).await;
    for line in [
        &format!("why {reference}"),
        "parked list",
        "link YX033",
        "link --admin",
        "worker-code YX033",
        "audit",
        "audit --json",
        "migrate",
    ] {
        let told = run(&world, line).await;
        assert!(told.code.is_some_and(|code| code < 2), "{line}: {told:?}");
        assert_eq!(world.rows_at_rest(facts).await, before, "{line}");
        assert_eq!(
            world.telegram.calls().len(),
            calls,
            "{line} called the messenger"
        );
    }
    // The gateway does it all, once, when it comes back.
    coordinator.looks_away();
    world.starts_again().await;
    world.settle().await;
    world.advance(hours(1)).await;
    coordinator.sees("提醒");
    resident.waits().await.sees("您需要什么帮助");
    let menus = resident
        .heard()
        .into_iter()
        .filter(|m| m.contains("您需要什么帮助"));
    assert_eq!(menus.count(), 1);
    world.ends().await;
}

#[tokio::test]
async fn a_command_without_its_database_says_where_it_looked_and_makes_nothing() {
    let world = World::start().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("linli.toml");
    let text = "[database]\nurl = \"sqlite:data/linli.db\"\n[secrets]\nstore = \"data/key\"\n";
    std::fs::write(&file, text).expect("written");
    let config = file.to_str().expect("a plain path");
    let with = async |line: &str| {
        let arguments = ["--config", config].into_iter().chain(line.split(' '));
        let arguments: Vec<&str> = arguments.collect();
        let program = env!("CARGO_BIN_EXE_gateway-under-test");
        world.command(program, &arguments).await
    };
    let place = folder.path().join("data/linli.db");
    let place = place.to_str().expect("a plain path");
    for line in [
        "parked list",
        "audit",
        "audit verify",
        "roster check",
        "worker-code YX015",
        "link --admin",
        "why NHHJ-EA5R",
        "export menu",
        "route --service BAS-DIBAO",
        "retention --dry-run",
        "rotate-key --new",
    ] {
        with(line).await.refuses(place);
    }
    let left = std::fs::read_dir(folder.path()).expect("readable");
    assert_eq!(left.count(), 1, "the file alone");
    // Where one is meant to begin it is made, beside the file, and found again.
    let units = concat!(env!("CARGO_MANIFEST_DIR"), "/../gateway/src/demo/units.csv");
    let made = with(&format!("import units {units}")).await;
    made.says(place).says("Imported");
    with("parked list").await.says("0 parked");
    // Without its key nothing in it can be read, and another one is no help.
    std::fs::remove_file(folder.path().join("data/key")).expect("it was made");
    with("parked list").await.refuses("there is no data key at");
    assert!(!folder.path().join("data/key").exists());
    world.ends().await;
}
