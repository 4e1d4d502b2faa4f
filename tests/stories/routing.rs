//! Where a request goes: from what people say of the place, who they are and
//! whom they know; and what happens when the wrong desk has it.

use gateway::app::register::{Imported, publish};
use gateway::ids::WorkerId;
use gateway::territory::{Area, Unit, UnitKind, Worker as Person};
use tests::{Resident, Setup, World, hours, local};

async fn leads(world: &World) -> Vec<Vec<String>> {
    let sql = "SELECT lead_unit, lead_role, lead_worker FROM requests ORDER BY id";
    world.rows(sql).await
}

/// Answers with this to the first question about a place, and skips the rest.
async fn lives(resident: &Resident<'_>, need: &str, place: &str) {
    resident.says(need).await;
    for _ in 0..12 {
        let last = resident.last();
        if last.contains("对吗") || last.contains("哪个街道") {
            return;
        }
        let asked = last.contains("地址") || last.contains("住在") || last.contains("哪里");
        resident.says(if asked { place } else { "跳过" }).await;
    }
    panic!("no end of questions: {:#?}", resident.heard());
}

async fn changes(world: &World, id: &str, change: impl FnOnce(&mut Person)) {
    let core = world.app().core.clone();
    let mut worker = core
        .world()
        .worker(&WorkerId::from(id))
        .cloned()
        .expect("imported");
    change(&mut worker);
    let import = Imported {
        workers: vec![worker],
        ..Imported::default()
    };
    world.clock.advance(tests::seconds(1));
    publish(&core, &import).await.expect("the database answers");
    world.settle().await;
}

#[tokio::test]
async fn an_unknown_place_is_asked_about_once_and_the_street_takes_it() {
    let world = World::start().await;
    let street = world.worker("YX021").await;
    let resident = world.resident_on_telegram(42);
    lives(&resident, "我想申请低保", "东门外大街18号").await;
    resident.sees("没有找到");
    resident.taps("柳湖街道").await;
    resident.reaches_the_end().await.sees("对吗");
    resident.taps("对，交上去").await.sees("编号");
    street.sees(&resident.reference());
    let rows = leads(&world).await;
    assert_eq!(rows, [["590102002", "STREET", "YX021"]]);
    let page = street.sheet(&resident.reference()).await.text();
    assert!(
        page.contains("东门外大街18号"),
        "the words are kept: {page}"
    );
    assert!(page.contains("先按您选的柳湖街道"), "{page}");
    world.ends().await;
}

#[tokio::test]
async fn somebody_who_does_not_know_the_street_is_not_asked_again_and_never_dropped() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let resident = world.resident_on_telegram(42);
    lives(&resident, "我想申请低保", "东门外大街18号").await;
    resident.sees("没有找到");
    resident.says("跳过").await.sees_not("没有找到");
    resident.reaches_the_end().await.sees("对吗");
    resident.taps("对，交上去").await.sees("编号");
    duty.sees(&resident.reference());
    let rows = leads(&world).await;
    assert_eq!(rows[0][1], "DUTY", "the desk on duty finds out");
    let page = duty.sheet(&resident.reference()).await.text();
    assert!(page.contains("东门外大街18号"), "{page}");
    world.ends().await;
}

#[tokio::test]
async fn a_shared_pin_is_found_on_the_map() {
    let world = World::start().await;
    let core = world.app().core.clone();
    let mut unit = Unit::new(
        "590102003002",
        UnitKind::Community,
        "茶园社区",
        Some("590102003"),
    );
    unit.area = Area::parse("POLYGON((120 30,120.1 30,120.1 30.1,120 30.1,120 30))").ok();
    let import = Imported {
        units: vec![unit],
        ..Imported::default()
    };
    world.clock.advance(tests::seconds(1));
    publish(&core, &import).await.expect("stored");
    world.settle().await;
    let resident = world.resident_on_telegram(42);
    resident
        .does(|person| {
            person.sends_place(30.05, 120.05);
        })
        .await;
    resident.says("我想申请低保").await;
    while !resident.last().contains("对吗") {
        resident.says("跳过").await;
    }
    resident.taps("对，交上去").await.sees("编号");
    assert_eq!(leads(&world).await[0][0], "590102003002");
    world.ends().await;
}

#[tokio::test]
async fn nobody_gets_a_request_of_their_own_household() {
    let world = World::start().await;
    let relative = world.worker_without_chat("YX029").await;
    let resident = world.resident_on_telegram(42);
    // In the register this number belongs to household H0003, like the
    // coordinator of 桃源社区 where it lives and is registered at 石塘.
    changes(&world, "YX037", |w| w.household = Some("H0003".into())).await;
    resident.says("我想申请低保").await.sees("联系电话");
    resident.says("19900002004").await;
    while !resident.last().contains("对吗") {
        resident.says("跳过").await;
    }
    resident.taps("对，交上去").await.sees("编号");
    let rows = leads(&world).await;
    assert_eq!(rows[0][0], "590102001003");
    assert_eq!(rows[0][2], "YX038", "the deputy, who is no relative");
    let sister = world.worker_without_chat("YX037").await;
    for kept_out in [&sister, &relative] {
        let page = kept_out.sheet(&resident.reference()).await;
        assert_eq!(page.status, 404);
    }
    // The ladder does not reach them either.
    world.at(local("2026-03-05 12:00")).await;
    assert_ne!(leads(&world).await[0][2], "YX037");
    world.ends().await;
}

#[tokio::test]
async fn the_worker_a_resident_knows_is_asked_again() {
    let world = World::start().await;
    let deputy = world.worker("YX034").await;
    let resident = world.resident_on_telegram(42);
    changes(&world, "YX033", |w| {
        w.away_until = chrono::NaiveDate::from_ymd_opt(2026, 3, 2);
    })
    .await;
    resident.files("我想申请低保，我住新桥花园").await;
    deputy.accepts().await;
    deputy.contacts().await;
    deputy.finishes("安排了服务", "已帮您递交").await;
    world.at(local("2026-03-04 10:00")).await;
    resident.waits().await;
    resident.files("我想申请临时救助，我住新桥花园").await;
    let rows = leads(&world).await;
    assert_eq!(rows[1][2], "YX034", "and not the main holder, who is back");
    world.ends().await;
}

#[tokio::test]
async fn whoever_is_full_is_passed_over_while_a_colleague_is_not() {
    let world = World::start().await;
    changes(&world, "YX033", |w| w.capacity = Some(1)).await;
    for id in [42, 43, 44] {
        let resident = world.resident_on_telegram(id);
        resident.files("我想申请低保，我住新桥花园").await;
    }
    let leads = leads(&world).await;
    let workers: Vec<&str> = leads.iter().map(|row| row[2].as_str()).collect();
    assert_eq!(workers, ["YX033", "YX034", "YX034"]);
    world.ends().await;
}

#[tokio::test]
async fn whoever_is_full_is_passed_over_at_a_hand_over_and_by_the_ladder() {
    let world = World::start().await;
    for full in ["YX029", "YX017"] {
        changes(&world, full, |w| w.capacity = Some(0)).await;
    }
    changes(&world, "YX021", |w| w.unit = "590102001".into()).await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files("我想申请低保，我住新桥花园").await;
    coordinator.accepts().await;
    coordinator.hands_over("桃源社区", "户口在桃源").await;
    assert_eq!(leads(&world).await[0][2], "YX030", "not the main holder");
    // Nobody takes it over, so it goes to the street, where one is full as well.
    world.advance(hours(7)).await;
    assert_eq!(leads(&world).await, [["590102001", "STREET", "YX021"]]);
    let street = world.worker_without_chat("YX021").await;
    let page = street.sheet(&reference).await.text();
    let why = "一位同事手上的件已满，由另一位接手";
    assert_eq!(page.matches(why).count(), 2, "{page}");
    world.ends().await;
}

#[tokio::test]
async fn a_substitute_who_is_full_is_passed_over_while_another_colleague_is_not() {
    let world = World::start().await;
    changes(&world, "YX034", |w| w.capacity = Some(0)).await;
    let leaving = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let one = resident.files("我想申请低保，我住新桥花园").await;
    leaving.accepts().await;
    let leave = [
        ("do", "leave"),
        ("first", "2026-03-03"),
        ("last", "2026-03-06"),
    ];
    leaving
        .books(&[&leave[..], &[("who", "YX034")]].concat())
        .await;
    let gives = async |reference: &str| {
        let case = format!("case-{reference}");
        leaving.books(&[("do", "hand_over"), (&case, "on")]).await;
    };
    // Nobody else is there, so it is the substitute's whatever they carry.
    gives(&one).await;
    assert_eq!(leads(&world).await[0][2], "YX034");
    changes(&world, "YX038", |w| w.unit = "590102001002".into()).await;
    let other = world.resident_on_telegram(43);
    let two = other.files("我想申请低保，我住新桥花园").await;
    leaving.accepts().await;
    gives(&two).await;
    let rows = leads(&world).await;
    assert_eq!(rows[1][2], "YX038", "{rows:?}");
    let colleague = world.worker_without_chat("YX038").await;
    let page = colleague.sheet(&two).await.text();
    assert!(page.contains("手上的件已满"), "{page}");
    world.ends().await;
}

#[tokio::test]
async fn the_copy_is_asked_after_two_working_days_of_silence() {
    let world = World::start().await;
    let copy = world.worker("YX045").await;
    let resident = world.resident_on_telegram(42);
    resident.says("我想申请低保").await.sees("联系电话");
    resident.says("19900002001").await;
    while !resident.last().contains("对吗") {
        resident.says("跳过").await;
    }
    resident.taps("对，交上去").await.sees("编号");
    let reference = resident.reference();
    let took = |answer: tests::Page| answer.status.is_redirection();
    copy.looks_away();
    world.at(local("2026-03-03 17:00")).await;
    copy.sees_not("没有接手");
    let later = world.worker_without_chat("YX045").await;
    let early = later.does(&reference, &[("act", "accept")]).await;
    assert!(!took(early), "a copy looks on");
    world.at(local("2026-03-05 12:00")).await;
    copy.sees("主办单位两个工作日没有接手");
    let later = world.worker_without_chat("YX045").await;
    let page = later.sheet(&reference).await.text();
    assert!(page.contains("提醒协办单位"), "{page}");
    assert!(took(later.does(&reference, &[("act", "accept")]).await));
    assert_eq!(leads(&world).await[0][2], "YX045");
    world.ends().await;
}

#[tokio::test]
async fn a_hand_over_nobody_takes_goes_to_the_street_and_the_clock_runs_on() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let other = world.worker("YX029").await;
    let street = world.worker("YX017").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files("我想申请低保，我住新桥花园").await;
    let due = "SELECT summary FROM requests";
    coordinator.accepts().await;
    let before = world.rows(due).await;
    coordinator.hands_over("桃源社区", "户口在桃源").await;
    other.sees(&reference);
    resident.looks_away();
    world.advance(hours(3)).await;
    street.sees_not("无人接手");
    world.advance(hours(4)).await;
    street.sees("转办后无人接手");
    resident.waits().await.sees("没有人接手");
    let rows = leads(&world).await;
    assert_eq!(rows, [["590102001", "STREET", "YX017"]]);
    let later = world.worker_without_chat("YX017").await;
    let page = later.sheet(&reference).await.text();
    assert!(page.contains("在别的岗位停留了"), "{page}");
    assert!(page.contains("新桥社区、桃源社区"), "{page}");
    let promise = |rows: &[Vec<String>]| {
        let summary: serde_json::Value = serde_json::from_str(&rows[0][0]).expect("JSON");
        summary["promise"].clone()
    };
    assert_eq!(promise(&before), promise(&world.rows(due).await));
    // The street tries once and takes it.
    street.accepts().await;
    world.ends().await;
}

#[tokio::test]
async fn a_hand_over_given_back_goes_to_the_street_at_once() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let other = world.worker("YX029").await;
    let resident = world.resident_on_telegram(42);
    resident.files("我想申请低保，我住新桥花园").await;
    coordinator.accepts().await;
    coordinator.hands_over("桃源社区", "户口在桃源").await;
    other.taps("接不了").await;
    let rows = leads(&world).await;
    assert_eq!(rows, [["590102001", "STREET", "YX017"]]);
    world.ends().await;
}

#[tokio::test]
async fn the_third_hand_over_is_the_streets_and_binding() {
    let world = World::start().await;
    let one = world.worker("YX033").await;
    let two = world.worker("YX029").await;
    let three = world.worker("YX037").await;
    let street = world.worker_without_chat("YX017").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files("我想申请低保，我住新桥花园").await;
    one.accepts().await;
    one.hands_over("桃源社区", "户口在桃源").await;
    two.accepts().await;
    two.hands_over("石塘社区", "住在石塘").await;
    three.accepts().await;
    three.hands_over("桃源社区", "不归我们").await;
    three.sees("第三次要由街道指定");
    let to = |unit: &'static str| {
        [
            ("act", "transfer"),
            ("unit", unit),
            ("note", "街道定下由桃源办"),
        ]
    };
    let done = street.does(&reference, &to("590102001001")).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    assert_eq!(leads(&world).await[0][0], "590102001001");
    two.looks_away();
    let passed = two.does(&reference, &to("590102001003")).await;
    assert!(!passed.status.is_redirection(), "it binds");
    let back = [("act", "decline"), ("note", "不办")];
    let given = two.does(&reference, &back).await;
    assert!(!given.status.is_redirection(), "it binds");
    // It waits for nobody's consent, and the ladder goes on.
    world.advance(hours(24)).await;
    assert_eq!(leads(&world).await[0][0], "590102001001");
    world.ends().await;
}

#[tokio::test]
async fn a_request_at_the_district_can_go_to_another_desk_of_it_or_back_home() {
    let world = World::start().await;
    let hotline = world.worker("YX016").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files("楼上半夜装修，噪音扰民，我住新桥花园").await;
    assert_eq!(leads(&world).await[0][..2], ["590102", "H12345"]);
    let sheet = hotline.sheet(&reference).await;
    for desk in [
        r#"value="590102/HOUSING">溪东区住房保障<"#,
        r#"value="590102001/STREET">青石街道民政办<"#,
        r#"value="590102001002">新桥社区<"#,
    ] {
        assert!(sheet.body.contains(desk), "{desk}: {}", sheet.body);
    }
    let itself = sheet.body.contains("590102/H12345");
    assert!(!itself && !sheet.body.contains("590102/PRIVACY"));
    hotline.accepts().await;
    hotline.hands_over("溪东区民政局", "归民政").await;
    hotline.sees("转给了溪东区民政局");
    assert_eq!(leads(&world).await[0], ["590102", "DISTRICT", "YX005"]);
    resident.waits().await.sees("溪东区民政局 高建国");
    // Whoever is no desk of theirs is refused.
    let bureau = world.worker_without_chat("YX005").await;
    for desk in ["590102/DISTRICT", "590102/PRIVACY", "590102/X", "590102"] {
        let to = [("act", "transfer"), ("unit", desk), ("note", "不归我们")];
        let refused = bureau.does(&reference, &to).await;
        assert_eq!(refused.status, 422, "{desk}: {}", refused.text());
    }
    world.ends().await;
}

#[tokio::test]
async fn the_command_and_the_page_say_who_would_get_it_and_why() {
    let world = World::start().await;
    let program = env!("CARGO_BIN_EXE_gateway-under-test");
    let asks = |arguments: &'static [&'static str]| world.command(program, arguments);
    asks(&["route", "--service", "bas-dibao", "--address", "新桥花园"])
        .await
        .says("青石街道新桥社区")
        .says("孙慧敏 (YX033)")
        .says("理由");
    asks(&[
        "route",
        "--service",
        "BAS-DIBAO",
        "--address",
        "柳岸小区",
        "--hukou",
        "桃源社区",
    ])
    .await
    .says("主办: 青石街道桃源社区 救助协理员：郭德胜 (YX029)")
    .says("协办: 柳湖街道柳岸社区");
    asks(&[
        "route",
        "--service",
        "BAS-DIBAO",
        "--address",
        "新桥花园",
        "--hukou",
        "外地",
    ])
    .await
    .says("代收代办");
    asks(&["route", "--service", "BAS-DIBAO", "--address", "天边"])
        .await
        .says("没有找到，会问一次在哪个街道")
        .says("值守岗");
    asks(&["route", "--service", "VIO-NOTHING"])
        .await
        .refuses("there is no service");
    asks(&["route", "--service", "BAS-DIBAO", "--pin", "here"])
        .await
        .refuses("latitude,longitude");
    let admin = world.administrator().await;
    let page = admin.get(&world.site(), "/admin/route").await;
    let token = page.field("token");
    let fields = [
        ("token", token.as_str()),
        ("service", "BAS-DIBAO"),
        ("address", "新桥花园"),
    ];
    let page = admin.post(&world.site(), "/admin/route", &fields).await;
    let text = page.text();
    assert!(text.contains("孙慧敏 (YX033)"), "{text}");
    assert!(world.rows("SELECT id FROM requests").await.is_empty());
    world.ends().await;
}

#[tokio::test]
async fn a_complaint_never_reaches_the_one_it_is_about() {
    let world = Setup::default().start().await;
    let about = world.worker_without_chat("YX001").await;
    let resident = world.resident_on_telegram(42);
    resident
        .files("我要投诉徐小芳，她态度很差，一直不处理，我住新桥花园")
        .await;
    let rows = leads(&world).await;
    let service = world.rows("SELECT service FROM requests").await;
    assert_eq!(service, [["SVC-COMPLAINT"]]);
    assert_ne!(rows[0][2], "YX001");
    assert_eq!(about.sheet(&resident.reference()).await.status, 404);
    world.ends().await;
}
