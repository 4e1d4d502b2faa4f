//! The menu before it is published and where it is otherwise: on a phone, in one
//! street, and what becomes of answers that are not to be kept.

use crate::editing::does;
use gateway::app::register::{Imported, publish};
use gateway::demo::UNITS_CSV;
use gateway::import::{Existing, parse_units};
use tests::{Browser, Page, World};

const MEAL: &str = "/admin/menu/service/ELD-MEAL";
const RELEASE: &str = "/admin/documents/menu";
const PREVIEW: &str = "/admin/preview";
const PUBLISH: [(&str, &str); 2] = [("do", "publish"), ("at", "")];
const NEED: &str = "想送餐";

/// Says something on the phone after what was said so far; the page.
async fn plays(world: &World, browser: &Browser, said: &str, fields: &[(&str, &str)]) -> Page {
    let token = browser.get(&world.site(), PREVIEW).await.field("token");
    let mut all = vec![("token", token.as_str()), ("turns", said), ("lang", "zh")];
    all.extend_from_slice(fields);
    let page = browser.post(&world.site(), PREVIEW, &all).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page
}

/// Up to the promise: what is said, line by line, and the last page.
async fn to_the_promise(world: &World, browser: &Browser, place: &[(&str, &str)]) -> String {
    let mut said = format!("> {NEED}");
    for _ in 0..12 {
        let page = plays(world, browser, &said, &[place, &[("do", "again")]].concat()).await;
        if page.text().contains("对吗") {
            let yes = [place, &[("do", "say"), ("say", "对")]].concat();
            return plays(world, browser, &said, &yes).await.text();
        }
        said += "\n> 跳过";
    }
    panic!("no end of questions");
}

#[tokio::test]
async fn the_draft_is_met_on_a_phone_before_anybody_publishes_it() {
    let world = World::start().await;
    let editor = world.administrator().await;
    let rename = [
        ("do", "save"),
        ("o.name.zh", "助餐送餐"),
        ("a.name.zh", "送饭到家"),
        ("o.short.zh", ""),
        ("a.short.zh", "送饭到家"),
    ];
    does(&world, &editor, MEAL, &rename).await;
    let place = [
        ("channel", "telegram"),
        ("level", "L0"),
        ("area", "新桥花园"),
        ("at", "2026-03-02T09:30"),
    ];
    let told = to_the_promise(&world, &editor, &place).await;
    for part in [
        "送饭到家",
        "编号",
        "3月3日",
        "按钮代码",
        "在上班",
        "用的是草稿",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // Pressing goes on where the buttons stand, and the night is the night.
    let night = [
        ("channel", "webchat"),
        ("level", "L2"),
        ("area", "没有的地方"),
        ("at", "2026-03-02T22:30"),
    ];
    let menu = plays(
        &world,
        &editor,
        "> 菜单",
        &[&night[..], &[("do", "again")]].concat(),
    )
    .await;
    let text = menu.text();
    for part in ["紧急求助", "5 个选项", "不上班", "没有找到这个地方"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("按钮代码"), "{text}");
    let press = [&night[..], &[("do", "press:0")]].concat();
    let pressed = plays(&world, &editor, "> 菜单", &press).await;
    assert!(pressed.body.contains("# 0"), "it is part of what was said");
    assert!(
        pressed.text().contains("自杀自伤危机"),
        "{}",
        pressed.text()
    );
    // Danger stays danger while its resident goes on.
    let danger = "> 我想死，药都买好了\n> 我就一个人\n> 嗯";
    let danger = plays(
        &world,
        &editor,
        danger,
        &[&night[..], &[("do", "again")]].concat(),
    )
    .await;
    for part in ["请现在打 12356", "您现在在哪里", "方便留个电话吗"] {
        assert!(danger.text().contains(part), "{}", danger.text());
    }
    for (table, why) in [
        ("requests", "opened"),
        ("conversations", "kept"),
        ("outbox", "sent"),
    ] {
        assert_eq!(world.count(table).await, 0, "nothing is {why}");
    }
    world.ends().await;
}

#[tokio::test]
async fn a_street_has_a_service_otherwise_and_only_its_residents_meet_it() {
    let world = World::start().await;
    let editor = world.administrator().await;
    let otherwise = [
        ("do", "otherwise"),
        ("unit", "590102001"),
        ("l.name.zh", "青石饭堂"),
        ("l.name.en", "Qingshi canteen"),
        (
            "l.limits",
            "first_contact PT4H working customary\narranged P2D working customary",
        ),
    ];
    let shown = does(&world, &editor, MEAL, &otherwise).await.text();
    assert!(shown.contains("青石街道"), "{shown}");
    let nowhere = [("do", "otherwise"), ("unit", "77"), ("l.in_menu", "no")];
    let refused = does(&world, &editor, MEAL, &nowhere).await;
    assert_eq!(refused.status, 422);
    // Each is sound by itself; together the short name is there in one language.
    let district = [
        ("do", "otherwise"),
        ("unit", "590102"),
        ("l.name.zh", "区里饭堂"),
        ("l.name.en", "Canteen"),
    ];
    does(&world, &editor, MEAL, &district).await;
    let street = [
        ("do", "otherwise"),
        ("unit", "590102002"),
        ("l.short.zh", "饭堂"),
    ];
    does(&world, &editor, MEAL, &street).await;
    let refused = does(&world, &editor, RELEASE, &PUBLISH).await;
    assert_eq!(refused.status, 422);
    let why = "柳湖街道：短名称缺少";
    assert!(refused.text().contains(why), "{}", refused.text());
    for unit in ["590102", "590102002"] {
        let again = format!("as-everywhere:{unit}");
        does(&world, &editor, MEAL, &[("do", &again)]).await;
    }
    let release = editor.get(&world.site(), RELEASE).await.text();
    assert!(!release.contains(why), "{release}");
    assert!(
        release.contains("青石街道的“助餐送餐”另有安排：名称（中文）：青石饭堂"),
        "{release}"
    );
    for (unit, name, other) in [
        ("590102001002001", "青石饭堂", "助餐送餐"),
        ("590102002001", "助餐送餐", "青石饭堂"),
    ] {
        let path = format!("/admin/menu/place?unit={unit}");
        let page = editor.get(&world.site(), &path).await.text();
        assert!(
            page.contains(name) && !page.contains(other),
            "{unit}: {page}"
        );
    }
    let place = [
        ("channel", "webchat"),
        ("level", "L0"),
        ("area", "新桥花园"),
        ("at", "2026-03-02T09:00"),
    ];
    let promised = to_the_promise(&world, &editor, &place).await;
    assert!(promised.contains("青石饭堂"), "{promised}");
    does(&world, &editor, RELEASE, &PUBLISH).await;
    let here = world.resident_on_telegram(42);
    here.files("想送餐，住新桥花园").await;
    here.sees("青石饭堂").sees("下午3点前");
    here.says("进度").await.sees("青石饭堂");
    let there = world.resident_on_telegram(43);
    there.files("想送餐，住柳岸小区").await;
    there
        .sees("助餐送餐")
        .sees_not("青石饭堂")
        .sees_not("下午3点前");
    // Taken back, it is as everywhere again for whoever comes from now on.
    does(&world, &editor, MEAL, &[("do", "as-everywhere:590102001")]).await;
    does(&world, &editor, RELEASE, &PUBLISH).await;
    let late = world.resident_on_telegram(44);
    late.files("想送餐，住新桥花园").await;
    late.sees("助餐送餐").sees_not("青石饭堂");
    world.ends().await;
}

#[tokio::test]
async fn an_answer_kept_until_the_end_is_gone_when_the_matter_closes() {
    let world = World::start().await;
    let editor = world.administrator().await;
    let supplier = world.worker("YX015").await;
    let question = [
        ("do", "ask"),
        ("key", "subject_age"),
        ("label.zh", "年龄"),
        ("label.en", "Age"),
        ("kind", "integer"),
        ("required", "yes"),
        ("keep", "closing"),
        ("least", "0"),
        ("most", "120"),
    ];
    does(&world, &editor, MEAL, &question).await;
    let release = does(&world, &editor, RELEASE, &PUBLISH).await;
    assert!(
        release.text().contains("第 2 版开始用了"),
        "{}",
        release.text()
    );
    let resident = world.resident_on_telegram(42);
    resident.says("想送餐，住新桥花园").await;
    while !resident.last().contains("对吗") {
        let age = resident.last().contains("这一项等事情办完就删掉");
        resident.says(if age { "83" } else { "跳过" }).await;
    }
    resident.taps("对，交上去").await.sees("编号");
    let reference = resident.reference();
    let before = supplier.sheet(&reference).await.body;
    assert!(before.contains("<dd>83"), "{before}");
    supplier.accepts().await;
    supplier.contacts().await;
    supplier.finishes("安排了服务", "每天中午送").await;
    resident.waits().await.taps("解决了").await;
    assert_eq!(
        world.rows("SELECT status FROM requests").await,
        [["closed"]]
    );
    let after = supplier.sheet(&reference).await.body;
    assert!(
        after.contains("助餐送餐") && !after.contains("<dd>83"),
        "{after}"
    );
    world.ends().await;
}

#[tokio::test]
async fn what_a_street_that_ended_had_otherwise_moves_or_goes_at_one_press() {
    let world = World::start().await;
    let editor = world.administrator().await;
    let otherwise = [
        ("do", "otherwise"),
        ("unit", "590102002"),
        ("l.name.zh", "湖边饭堂"),
        ("l.name.en", "Lake canteen"),
    ];
    does(&world, &editor, MEAL, &otherwise).await;
    does(&world, &editor, RELEASE, &PUBLISH).await;
    // The street is merged into another one.
    let today = world.clock.now().date_naive();
    let mut units = parse_units(UNITS_CSV.as_bytes(), &Existing::new(today, [])).rows;
    let street = units.iter_mut().find(|unit| unit.code.0 == "590102002");
    let street = street.expect("a street of the demonstration");
    street.valid_to = today.pred_opt();
    street.successor = Some("590102001".into());
    let import = Imported {
        units,
        ..Imported::default()
    };
    publish(&world.app().core, &import).await.expect("stored");
    world.restart().await;
    let menu = "/admin/menu";
    let shown = editor.get(&world.site(), menu).await.text();
    for part in [
        "已经撤销的地方 1",
        "柳湖街道",
        "1 个服务另有安排",
        "搬到青石街道",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let moved = does(&world, &editor, menu, &[("do", "place-move:590102002")])
        .await
        .text();
    assert!(!moved.contains("已经撤销的地方"), "{moved}");
    let release = editor.get(&world.site(), RELEASE).await.text();
    for part in [
        "柳湖街道的“助餐送餐”不再另有安排",
        "青石街道的“助餐送餐”另有安排：名称（中文）：湖边饭堂",
    ] {
        assert!(release.contains(part), "{part}: {release}");
    }
    does(&world, &editor, RELEASE, &[("do", "discard")]).await;
    let gone = does(&world, &editor, menu, &[("do", "place-drop:590102002")])
        .await
        .text();
    assert!(
        gone.contains("已存进草稿") && !gone.contains("已经撤销的地方"),
        "{gone}"
    );
    let release = editor.get(&world.site(), RELEASE).await.text();
    assert!(!release.contains("青石街道的“助餐送餐”"), "{release}");
    world.ends().await;
}
