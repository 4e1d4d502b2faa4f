//! Forgetting: what is too old is really gone, what is held or open stays, and
//! whoever dies over it leaves nothing half done.

use gateway::retention::WINDOW;
use std::cell::Cell;
use tests::{Setup, Told, World, days, minutes};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway-under-test");
const NEED: &str = "我想申请低保，我住新桥花园";

async fn run(world: &World, arguments: &[&str], fault: Option<&str>) -> Told {
    let with: Vec<_> = fault.iter().map(|f| ("LINLI_FAULT", *f)).collect();
    world.command_with(PROGRAM, arguments, &with).await
}

/// Two closed requests and an open one; the first closed one is on hold.
async fn three_requests() -> (World, [String; 3]) {
    let world = Setup::default().start().await;
    let coordinator = world.worker("YX033").await;
    let mut references = Vec::new();
    for id in [42, 43, 44] {
        let resident = world.resident_on_telegram(id);
        references.push(resident.files(NEED).await);
        if id < 44 {
            coordinator.accepts().await;
            coordinator.contacts().await;
            coordinator.finishes("安排了服务", "都办好了").await;
            resident.taps("解决了").await;
        }
    }
    let closed = world.count("requests WHERE closed_at IS NOT NULL").await;
    assert_eq!(closed, 2, "two are closed");
    let references: [String; 3] = references.try_into().expect("three");
    (world, references)
}

const FACTS: &str =
    "SELECT id, service, status, lead_unit, CAST(opened_at AS TEXT), CAST(closed_at AS TEXT),
    summary FROM requests ORDER BY id";

#[tokio::test]
async fn what_is_too_old_goes_although_the_command_dies_at_every_window() {
    let (world, [held, gone, open]) = three_requests().await;
    run(&world, &["hold", &held, "--reason", "法院要调阅"], None)
        .await
        .says("until the hold ends");
    let facts = world.rows(FACTS).await;
    let messages = world.count("inbound").await;
    world.stop().await;
    world.clock.advance(days(1200));

    let told = run(&world, &["retention", "--dry-run"], None).await;
    told.says("nothing was deleted")
        .says("1 requests are on hold");
    let count = "SELECT CAST(COUNT(*) AS TEXT) FROM inbound";
    assert_eq!(
        world.rows_at_rest(count).await[0][0].as_deref(),
        Some(messages.to_string().as_str())
    );
    let mut deaths = 0;
    for n in 1..40 {
        let fault = format!("retention.window:{n}");
        let told = run(&world, &["retention", "--batch", "7"], Some(&fault)).await;
        if told.code == Some(0) {
            break;
        }
        assert_eq!(told.code, None, "{told:?}");
        deaths += 1;
    }
    assert!(deaths > 5, "it died at every window: {deaths}");
    run(&world, &["audit", "verify"], None)
        .await
        .says("were deleted for their age");

    let text = "SELECT address, reference FROM requests ORDER BY id";
    let rows = world.rows_at_rest(text).await;
    let of = |n: usize| rows[n][0].clone().unwrap_or_default();
    assert!(of(0).contains("/42") && of(2).contains("/44"), "{rows:?}");
    assert_eq!(of(1), "gone/-/-");
    let strip = |rows: Vec<Vec<Option<String>>>| -> Vec<Vec<String>> {
        let text = |row: Vec<Option<String>>| row.into_iter().map(Option::unwrap_or_default);
        rows.into_iter().map(|row| text(row).collect()).collect()
    };
    assert_eq!(
        strip(world.rows_at_rest(FACTS).await),
        facts,
        "statistics survive"
    );
    let left =
        "SELECT DISTINCT address FROM inbound WHERE request IS NOT NULL OR address LIKE '%/43'";
    let left = strip(world.rows_at_rest(left).await).concat();
    assert!(!left.iter().any(|a| a.ends_with("/43")), "{left:?}");
    let notes = "SELECT CAST(COUNT(*) AS TEXT) FROM events WHERE note_sealed IS NOT NULL";
    assert_ne!(
        strip(world.rows_at_rest(notes).await).concat(),
        ["0"],
        "held notes stay"
    );

    for reference in [&held, &open] {
        run(&world, &["why", reference], None).await.says("");
    }
    run(&world, &["why", &gone], None)
        .await
        .refuses("no request");
    run(&world, &["hold", &held, "--release"], None)
        .await
        .says("ended");
    run(&world, &["retention"], None)
        .await
        .says("0 requests are on hold");
    run(&world, &["why", &held], None)
        .await
        .refuses("no request");
}

#[tokio::test]
async fn it_is_done_once_a_day_by_one_process() {
    let (world, _) = three_requests().await;
    let core = world.app().core;
    let keep = gateway::config::Config::builtin().retention;
    let first = gateway::retention::in_turn(&core, &keep, WINDOW)
        .await
        .expect("readable");
    assert!(
        first.is_some_and(|all| all.iter().all(|d| d.rows == 0)),
        "nothing is old"
    );
    let again = gateway::retention::in_turn(&core, &keep, WINDOW)
        .await
        .expect("readable");
    assert_eq!(again, None, "done today");
    // Somebody died over it.
    world
        .damages("UPDATE chores SET done_at = 0, lease_until = 4000000000000000")
        .await;
    let other = gateway::retention::in_turn(&core, &keep, WINDOW)
        .await
        .expect("readable");
    assert_eq!(other, None, "another has it");
    world.clock.advance(minutes(1));
    world.damages("UPDATE chores SET lease_until = 0").await;
    let next = gateway::retention::in_turn(&core, &keep, WINDOW)
        .await
        .expect("readable");
    assert!(next.is_some());
    world.settle().await;
    world.stop().await;
}

#[tokio::test]
async fn a_run_that_takes_longer_than_its_lease_keeps_its_turn() {
    for _ in 0..5 {
        if let Some(passed) = minutes_a_turn_was_kept().await {
            assert!(passed > 35, "it took longer than a lease: {passed}");
            return;
        }
    }
    panic!("the gateway's own run always came first");
}

/// Minutes until another could have the turn that somebody holds; nothing if the
/// gateway's own daily run had it.
async fn minutes_a_turn_was_kept() -> Option<usize> {
    let (world, _) = three_requests().await;
    let core = world.app().core;
    let keep = gateway::config::Config::builtin().retention;
    let turn = || gateway::retention::in_turn(&core, &keep, 1);
    let done = Cell::new(false);
    let work = async {
        let all = turn().await.expect("readable");
        done.set(true);
        all
    };
    // Minutes pass, and another process asks for the turn in each.
    let others = async {
        let taken = "SELECT name FROM chores WHERE lease_until > 0";
        while !done.get() && world.rows(taken).await.is_empty() {}
        let mut passed = 0;
        while !done.get() {
            world.clock.advance(minutes(1));
            passed += 1;
            // Whoever gets it finds it given back, or no longer kept: too early.
            if turn().await.expect("readable").is_some() {
                break;
            }
        }
        passed
    };
    let (all, passed) = futures::join!(work, others);
    world.settle().await;
    world.stop().await;
    all.map(|_| passed)
}

#[tokio::test]
async fn who_asks_for_their_data_has_a_clock_and_can_be_forgotten() {
    let (world, [first, _, _]) = three_requests().await;
    let resident = world.resident_on_telegram(42);
    resident.says("菜单").await;
    let reference = resident.files("我的数据").await;
    let row = format!(
        "SELECT service, CAST(restricted AS TEXT) FROM requests WHERE reference = '{}'",
        reference.replace('-', "")
    );
    assert_eq!(world.rows(&row).await, [["SVC-PRIVACY", "1"]]);
    // One working day to take it on; fifteen to answer begin then.
    run(&world, &["why", &reference], None)
        .await
        .says("2026-03-03 17:30");
    run(&world, &["erase", &first], None)
        .await
        .refuses("not a request about personal data");
    run(&world, &["hold", &first, "--reason", "法院要调阅"], None).await;
    let told = run(&world, &["erase", &reference], None).await;
    told.says("2 requests stay");
    run(&world, &["hold", &first, "--release"], None).await;
    run(&world, &["why", &first], None).await.says("");
    for n in 1..=9 {
        let fault = format!("erase.step:{n}");
        let told = run(&world, &["erase", &reference], Some(&fault)).await;
        assert_eq!(told.code, None, "{told:?}");
    }
    let told = run(&world, &["erase", &reference], None).await;
    told.says("已经删除").says("1 requests stay");
    run(&world, &["why", &first], None)
        .await
        .refuses("no request");
    run(&world, &["why", &reference], None)
        .await
        .says("还在时限内");
    let chats = world.count("requests WHERE address LIKE '%/43'").await;
    assert_eq!(chats, 1, "nobody else is touched");
    run(&world, &["audit", "verify"], None).await.says("whole");
    resident.says("进度").await.sees(&reference);
    world.settle().await;
    world.stop().await;
}

#[tokio::test]
async fn what_a_chat_knew_of_its_person_is_gone_with_the_rest() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.says("我想申请低保，住新桥花园").await;
    for _ in 0..20 {
        let last = resident.last();
        if last.contains("对吗") {
            break;
        }
        let known = [("怎么称呼", "王秀英"), ("联系电话", "13812345670")];
        let answer = known.iter().find(|(part, _)| last.contains(part));
        resident.says(answer.map_or("跳过", |a| a.1)).await;
    }
    resident.taps("对，交上去").await.sees("编号");
    resident.says("菜单").await;
    resident.says("我的数据").await.taps("删掉").await;
    resident.reaches_the_end().await.taps("对，交上去").await;
    let reference = resident.sees("编号").reference();
    // In the middle of the next one.
    resident.says("我想申请医疗救助").await;
    let state = "SELECT state_sealed FROM conversations WHERE address LIKE '%/42'";
    let stored = async || {
        let sealed = world.rows(state).await.concat().concat();
        let plain = world.app().core.seal.open(&sealed).expect("ours");
        String::from_utf8(plain).expect("JSON")
    };
    let before = stored().await;
    assert!(before.contains("王秀英") && before.contains("13812345670"));
    run(&world, &["erase", &reference], None)
        .await
        .says("已经删除");
    let after = stored().await;
    assert!(
        !after.contains("王秀英") && !after.contains("13812345670"),
        "{after}"
    );
    world.settle().await;
    world.stop().await;
}

#[tokio::test]
async fn sessions_and_counted_tries_are_not_kept_for_ever() {
    let world = World::start().await;
    let supervisor = world.administrator().await;
    let wrong = [("name", "nobody.here"), ("password", "x"), ("code", "1")];
    supervisor
        .post(&world.site(), "/sign-in/password", &wrong)
        .await;
    assert_eq!(world.count("sessions").await, 1);
    assert!(world.count("attempts").await > 0);
    world.is_off_for(days(40)).await;
    run(&world, &["retention"], None).await;
    assert_eq!(world.count("sessions").await, 0);
    assert_eq!(world.count("attempts").await, 0);
    world.ends().await;
}
