//! Keys: everything sealed comes under a new one beside a running gateway, and
//! whoever dies over it leaves every row readable.

use std::time::Duration;
use tests::kill::{City, Crowd, Plan, check};
use tests::{Setup, Told, World};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway-under-test");
const NEED: &str = "我想申请低保，我住新桥花园";

async fn rotates(world: &World, more: &[&str], fault: Option<&str>) -> Told {
    let mut arguments = vec!["rotate-key", "--batch", "8"];
    arguments.extend(more);
    let with: Vec<_> = fault.iter().map(|f| ("LINLI_FAULT", *f)).collect();
    world.command_with(PROGRAM, &arguments, &with).await
}

#[tokio::test]
async fn a_new_key_comes_into_force_although_the_command_dies_at_every_batch() {
    let world = Setup {
        key_file: true,
        ..Setup::default()
    };
    let world = world.start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let web = world.resident_on_web();
    let reference = resident.files(NEED).await;
    web.says("想给妈妈送餐").await;
    coordinator.accepts().await;
    let (all, old) = world.sealed_values().await;
    assert!(all > 30 && old == all, "{old} of {all}");

    let died = rotates(&world, &["--new"], Some("rotate.key:1")).await;
    assert_eq!(died.code, None, "{died:?}");
    rotates(&world, &["--new"], None).await.refuses("under way");
    let mut deaths = 0;
    loop {
        let told = rotates(&world, &[], Some("rotate.batch:1")).await;
        world.sealed_values().await;
        if told.code == Some(0) {
            break;
        }
        assert_eq!(told.code, None, "{told:?}");
        deaths += 1;
        assert!(deaths < 60, "it comes to an end");
        if deaths % 3 == 0 {
            resident.says("进度").await.sees(&reference);
            web.says("菜单").await.sees("您需要什么帮助");
        }
    }
    assert!(deaths >= 4, "every batch was a death: {deaths}");
    let (all, new) = world.sealed_values().await;
    assert_eq!(new, all, "everything is under the new key");

    rotates(&world, &["--forget"], None).await.says("removed");
    let keys = std::fs::read_to_string(world.key_file()).expect("a key file");
    assert_eq!(keys.lines().count(), 1);
    world.restart().await;
    coordinator.contacts().await;
    resident.says("进度").await.sees(&reference);
    web.says("菜单").await.sees("您需要什么帮助");
    let again = world.resident_on_telegram(43);
    again.files(NEED).await;
    world.ends().await;
}

#[tokio::test]
async fn a_database_is_not_opened_with_another_key() {
    let world = World::start().await;
    world.resident_on_telegram(42).files(NEED).await;
    let other = "6b".repeat(32);
    let alone = [("LINLI__SECRETS__KEY", other.as_str())];
    let told = world
        .command_with(PROGRAM, &["parked", "list"], &alone)
        .await;
    told.refuses("the data key does not fit");
    let old = "5a".repeat(32);
    let both = [alone[0], ("LINLI__SECRETS__OTHERS", old.as_str())];
    let told = world.command_with(PROGRAM, &["rotate-key"], &both).await;
    told.says("secrets.others");
    let told = world
        .command_with(PROGRAM, &["parked", "list"], &alone)
        .await;
    told.says("0 parked");
    let told = world.command(PROGRAM, &["parked", "list"]).await;
    told.refuses("the data key does not fit");
    world.stop().await;
}

/// Processes that know both keys and die, a command that dies, people who talk.
#[tokio::test(flavor = "multi_thread")]
async fn keys_are_exchanged_under_a_crowd_while_everybody_dies() {
    let postgres = std::env::var("LINLI_TEST_ENGINE").is_ok_and(|e| e == "postgres");
    let processes = if postgres { 2 } else { 1 };
    let (old, new) = ("5a".repeat(32), "6b".repeat(32));
    let mut city = City::founded(Plan {
        program: PROGRAM.into(),
        postgres,
        processes,
        ..Plan::default()
    })
    .await;
    let crowd = Crowd::new(city.bot.clone(), 7, Duration::from_secs(45));
    let mut people = crowd.gathers(6);
    // Every process learns the next key first, then one after the other seals with it.
    for (key, other) in [(&old, &new), (&new, &old)] {
        city.has_keys(key, other);
        for n in 0..processes {
            city.kills(n);
            city.starts(n, None).await;
            city.runs(&["rotate-key", "--batch", "5"], Some("rotate.batch:2"))
                .await;
        }
    }
    crowd.goes_home();
    while people.join_next().await.is_some() {}
    assert!(city.runs(&["rotate-key", "--batch", "50"], None).await);
    let (all, sealed) = city.sealed_values().await;
    assert!(all > 50 && sealed == all, "{sealed} of {all}");
    let seen = city.comes_to_rest().await;
    let wrong = check(&seen, &crowd.told());
    assert!(wrong.is_empty(), "{wrong:#?}");
}
