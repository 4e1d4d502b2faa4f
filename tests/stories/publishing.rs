//! New catalogues, new territories: what changes under people's hands.

use gateway::app::register::{Imported, publish};
use gateway::demo;
use gateway::import::{Existing, parse_residents, parse_units, parse_workers};
use menus::Catalogue;
use tests::{Setup, World};

/// The starter catalogue without the meals.
fn without_meals() -> Catalogue {
    let text = menus::document::to_json(menus::starter());
    let mut document: serde_json::Value = serde_json::from_str(&text).expect("our own form");
    let services = document["services"].as_array_mut().expect("a list");
    services.retain(|service| service["code"] != "ELD-MEAL");
    let pairs = document.get_mut("pairs").and_then(|p| p.as_array_mut());
    if let Some(pairs) = pairs {
        pairs.retain(|pair| !pair.to_string().contains("ELD-MEAL"));
    }
    menus::document::from_json(&document.to_string())
        .unwrap_or_else(|e| panic!("{e}"))
        .with_version(2)
}

#[tokio::test]
async fn a_running_conversation_keeps_the_menu_it_began_with() {
    let world = World::start().await;
    let supplier = world.worker("YX015").await;
    let early = world.resident_on_telegram(42);
    early.says("想送餐，住新桥花园").await.sees("助餐送餐");
    world.publishes(&without_meals()).await;
    let late = world.resident_on_telegram(43);
    late.says("想送餐，住新桥花园").await.sees_not("助餐送餐");
    while !early.last().contains("对吗") {
        early.says("跳过").await;
    }
    early.taps("对，交上去").await.sees("助餐送餐").sees("编号");
    supplier.sees("助餐送餐");
    let rows = world
        .rows("SELECT service, CAST(catalogue AS TEXT) FROM requests")
        .await;
    assert_eq!(rows, [["ELD-MEAL", "1"]]);
    supplier.accepts().await;
    early.says("进度").await.sees("助餐送餐");
    world.ends().await;
}

#[tokio::test]
async fn an_imported_city_is_routed_in_at_once() {
    let world = Setup {
        city: false,
        ..Setup::default()
    }
    .start()
    .await;
    let today = world.clock.now().date_naive();
    let units = parse_units(demo::UNITS_CSV.as_bytes(), &Existing::new(today, []));
    assert!(units.report.is_clean(), "{}", units.report.en());
    let existing = Existing::new(today, &units.rows);
    let workers = parse_workers(demo::WORKERS_CSV.as_bytes(), &existing);
    let residents = parse_residents(demo::RESIDENTS_CSV.as_bytes(), &existing);
    let import = Imported {
        units: units.rows,
        workers: workers.rows,
        residents: residents.rows,
        ..Imported::default()
    };
    publish(&world.app().core, &import).await.expect("stored");
    world.settle().await;
    let coordinator = world.worker("YX041").await;
    let copy = world.worker_without_chat("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.says("我想申请低保，我住柳岸小区").await;
    while !resident.last().contains("对吗") {
        resident.says("跳过").await;
    }
    resident.taps("对，交上去").await.sees("柳岸社区");
    let reference = resident.reference();
    coordinator.sees(&reference);
    let page = coordinator.sheet(&reference).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("柳岸"),
        "why it came here: {}",
        page.text()
    );
    assert_eq!(copy.sheet(&reference).await.status, 404, "not theirs");
    world.ends().await;
}

#[tokio::test]
async fn somebody_registered_elsewhere_is_led_there_and_copied_at_home() {
    let world = World::start().await;
    // The register says: household in 桃源社区, home in 湖心社区.
    let lead = world.worker_without_chat("YX029").await;
    let resident = world.resident_on_telegram(42);
    resident.says("我想申请低保").await.sees("联系电话");
    resident.says("19900002001").await;
    while !resident.last().contains("对吗") {
        resident.says("跳过").await;
    }
    resident.taps("对，交上去").await.sees("编号");
    let rows = world
        .rows("SELECT lead_unit, copy_unit FROM requests")
        .await;
    assert_eq!(rows, [["590102001001", "590102002002"]]);
    let reference = resident.reference();
    assert_eq!(lead.sheet(&reference).await.status, 200);
    world.ends().await;
}

#[tokio::test]
async fn a_request_handed_over_is_seen_by_the_new_desk() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let other = world.worker("YX029").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files("我想申请低保，我住新桥花园").await;
    coordinator.accepts().await;
    resident.looks_away();
    let done = coordinator
        .does(
            &reference,
            &[
                ("act", "transfer"),
                ("unit", "590102001001"),
                ("note", "户口在桃源"),
            ],
        )
        .await;
    assert!(done.status.is_redirection(), "{}", done.text());
    other.sees(&reference);
    resident.waits().await.sees("桃源社区");
    assert_eq!(other.sheet(&reference).await.status, 200);
    world.ends().await;
}
