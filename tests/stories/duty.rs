//! Who is there: rosters from files, leave, nights, and desks that would be
//! empty.

use gateway::app::watch;
use tests::{Told, World, local};

const ROSTER: &str = "工号,类型,星期,日期,至,开始时间,结束时间,替班\n";

async fn runs(world: &World, arguments: &[&str]) -> Told {
    let program = env!("CARGO_BIN_EXE_gateway-under-test");
    world.command(program, arguments).await
}

async fn roster(world: &World, lines: &str) {
    let path = world.folder().join("roster.csv");
    std::fs::write(&path, format!("{ROSTER}{lines}")).expect("a fresh folder");
    let path = path.display().to_string();
    world.clock.advance(tests::seconds(1));
    runs(world, &["import", "roster", &path])
        .await
        .says("Imported");
    world.settle().await;
}

async fn lead(world: &World) -> String {
    let rows = world
        .rows("SELECT lead_worker FROM requests ORDER BY id DESC LIMIT 1")
        .await;
    rows[0][0].clone()
}

#[tokio::test]
async fn nights_go_to_whoever_is_booked_and_swaps_count() {
    let world = World::start().await;
    roster(
        &world,
        "YX001,每周,每天,,,08:00,20:00,\nYX002,每周,每天,,,20:00,08:00,\nYX002,换班,,2026-03-03,,,,YX001\n",
    )
    .await;
    for (id, at, worker) in [
        (42, "2026-03-02 10:00", "YX001"),
        (43, "2026-03-02 23:00", "YX002"),
        (44, "2026-03-03 23:00", "YX001"),
        (45, "2026-03-04 23:00", "YX002"),
    ] {
        world.at(local(at)).await;
        let resident = world.resident_on_telegram(id);
        resident
            .says("我老公打我，流血了，快救我")
            .await
            .sees("110");
        assert_eq!(lead(&world).await, worker, "at {at}");
    }
    world.ends().await;
}

#[tokio::test]
async fn during_leave_the_substitute_gets_what_comes() {
    let world = World::start().await;
    roster(&world, "YX033,请假,,2026-03-02,2026-03-06,,,YX029\n").await;
    let substitute = world.worker("YX029").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files("我想申请低保，我住新桥花园").await;
    assert_eq!(lead(&world).await, "YX029", "from another community");
    substitute.sees(&reference);
    substitute.accepts().await;
    assert_eq!(substitute.sheet(&reference).await.status, 200);
    world.ends().await;
}

#[tokio::test]
async fn an_empty_desk_is_an_alarm_before_anybody_asks() {
    let world = World::start().await;
    let street = world.worker("YX017").await;
    let leave = |day: &str| format!("YX033,请假,,{day},,,,\nYX034,请假,,{day},,,,\n");
    roster(&world, &leave("2026-03-02")).await;
    street.looks_away();
    for _ in 0..2 {
        let core = world.app().core.clone();
        watch::look(&core).await.expect("the database answers");
        world.settle().await;
    }
    street.sees("岗位要空了").sees("新桥社区 救助协理员");
    assert_eq!(street.heard().len(), 1, "told once: {:?}", street.heard());
    let site = world.site();
    let admin = world.administrator().await;
    let page = admin.get(&site, "/admin").await.text();
    assert!(page.contains("新桥社区 救助协理员"), "{page}");
    let metrics = world.app().core.metrics.render();
    assert!(metrics.contains("linli_desks_empty 1"), "{metrics}");
    // A request still finds somebody.
    let resident = world.resident_on_telegram(42);
    resident.files("我想申请低保，我住新桥花园").await;
    assert_eq!(lead(&world).await, "YX017");
    world.ends().await;
}

#[tokio::test]
async fn the_roster_is_checked_by_command_and_page() {
    let world = World::start().await;
    let sound = runs(&world, &["roster", "check", "--days", "3"]).await;
    sound.says("Somebody is there at every desk for 3 days");
    roster(
        &world,
        "YX033,请假,,2026-03-03,,,,YX034\nYX034,请假,,2026-03-03,,,,YX033\n\
         YX001,每周,一至六,,,18:00,08:00,\nYX002,每周,日,,,18:00,08:00,\n\
         YX001,值班,,2026-03-04,,20:00,23:00,\n",
    )
    .await;
    let told = runs(&world, &["roster", "check"]).await;
    told.refuses("新桥社区 救助协理员：2026-03-03")
        .refuses("替班人也不在")
        .refuses("排了两个班")
        .refuses("徐小芳 (YX001)一人值守");
    let admin = world.administrator().await;
    let page = admin.get(&world.site(), "/admin/roster").await.text();
    assert!(page.contains("一人值守"), "{page}");
    world.ends().await;
}

#[tokio::test]
async fn leave_proposes_what_to_hand_over_and_the_resident_is_told() {
    let world = World::start().await;
    let leaving = world.worker("YX033").await;
    let colleague = world.worker("YX034").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files("我想申请低保，我住新桥花园").await;
    leaving.accepts().await;
    let page = leaving
        .books(&[
            ("do", "leave"),
            ("first", "2026-03-03"),
            ("last", "2026-03-06"),
            ("who", "YX034"),
        ])
        .await;
    let text = page.text();
    assert!(text.contains("已经记下"), "{text}");
    assert!(text.contains(&reference), "the list: {text}");
    resident.looks_away();
    let case = format!("case-{reference}");
    let page = leaving.books(&[("do", "hand_over"), (&case, "on")]).await;
    assert!(page.text().contains("都交接好了"), "{}", page.text());
    assert_eq!(lead(&world).await, "YX034");
    colleague.sees(&reference);
    resident.waits().await.sees("休假").sees("赵桂兰");
    assert_eq!(colleague.sheet(&reference).await.status, 200);
    // From tomorrow new requests go there by themselves.
    world.at(local("2026-03-03 10:00")).await;
    let other = world.resident_on_telegram(43);
    other.files("我想申请低保，我住新桥花园").await;
    assert_eq!(lead(&world).await, "YX034");
    world.ends().await;
}

#[tokio::test]
async fn wrong_leave_is_refused_and_a_booking_can_be_taken_back() {
    let world = World::start().await;
    let worker = world.worker_without_chat("YX033").await;
    let leave = |first: &'static str, last: &'static str, who: &'static str| {
        [
            ("do", "leave"),
            ("first", first),
            ("last", last),
            ("who", who),
        ]
    };
    for wrong in [
        leave("2026-03-06", "2026-03-03", ""),
        leave("2026-02-01", "2026-02-03", ""),
        leave("2126-03-03", "2126-03-04", ""),
        leave("2026-03-03", "2026-03-04", "YX033"),
        leave("2026-03-03", "2026-03-04", "YX015"),
    ] {
        let text = worker.books(&wrong).await.text();
        assert!(!text.contains("已经记下"), "{wrong:?}: {text}");
    }
    let booked = "SELECT id FROM bookings WHERE ended_at IS NULL";
    assert!(world.rows(booked).await.is_empty());
    worker.books(&leave("2026-03-03", "2026-03-04", "")).await;
    let id = world.rows(booked).await[0][0].clone();
    // Somebody else's booking is not theirs to take back.
    let other = world.worker_without_chat("YX034").await;
    other.books(&[("do", "withdraw"), ("id", &id)]).await;
    assert_eq!(world.rows(booked).await.len(), 1);
    worker.books(&[("do", "withdraw"), ("id", &id)]).await;
    assert!(world.rows(booked).await.is_empty());
    world.ends().await;
}

/// Whoever has the case may be at home or ill when the words come.
#[tokio::test]
async fn new_danger_in_an_open_case_reaches_whoever_is_there_now() {
    let world = World::start().await;
    let lead = world.worker("YX001").await;
    let colleague = world.worker("YX002").await;
    let resident = world.resident_on_telegram(42);
    resident.says("我不想活了").await.sees("12356");
    lead.accepts().await;
    lead.contacts().await;
    colleague.looks_away();
    resident.says("我站在楼顶了，现在就跳").await;
    lead.sees("危险");
    assert!(colleague.heard().is_empty(), "{:?}", colleague.heard());
    roster(&world, "YX001,请假,,2026-03-03,2026-03-06,,,YX002\n").await;
    world.at(local("2026-03-03 02:00")).await;
    colleague.looks_away();
    resident.says("药我都吞下去了，谁也别来").await;
    colleague.sees("危险");
    world.ends().await;
}
