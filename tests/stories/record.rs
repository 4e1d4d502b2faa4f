//! The record of who did and read what: nobody takes a line out of it unseen,
//! and several processes write one and the same.

use std::time::Duration;
use tests::kill::{City, Crowd, Plan, check};
use tests::{Told, World};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway-under-test");
const NEED: &str = "我想申请低保，我住新桥花园";

async fn verify(world: &World, more: &[&str]) -> Told {
    let arguments = [&["audit", "verify"], more].concat();
    world.command(PROGRAM, &arguments).await
}

#[tokio::test]
async fn every_sign_in_reading_and_act_is_a_link_of_one_chain() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    coordinator.accepts().await;
    coordinator.sheet(&reference).await;
    let acts = world
        .rows("SELECT act FROM audit ORDER BY seq")
        .await
        .concat();
    for act in [
        "document.publish",
        "import",
        "door.hand_out_link",
        "sign_in",
        "door.bind_chat",
        "act.accept",
        "read.sheet",
    ] {
        assert!(acts.iter().any(|a| a == act), "no {act} in {acts:?}");
    }
    let told = verify(&world, &[]).await;
    told.says("The log is whole");
    let end = told
        .out
        .split_whitespace()
        .last()
        .expect("an end")
        .to_owned();
    coordinator.sheet(&reference).await;
    verify(&world, &["--expect", &end]).await.says("whole");

    world
        .damages("UPDATE audit SET subject = 'request:other' WHERE act = 'act.accept'")
        .await;
    let line = world
        .rows("SELECT CAST(seq AS TEXT) FROM audit WHERE act = 'act.accept'")
        .await;
    let told = verify(&world, &[]).await;
    told.refuses(&format!("broken at line {}", line[0][0]));
    let elsewhere = format!("3:{}", "0".repeat(64));
    verify(&world, &["--expect", &elsewhere])
        .await
        .refuses("broken at line");
    world.ends().await;
}

#[tokio::test]
async fn a_line_taken_out_and_a_chain_cut_short_are_noticed() {
    let world = World::start().await;
    world.worker("YX033").await;
    let told = verify(&world, &[]).await;
    let end = told
        .out
        .split_whitespace()
        .last()
        .expect("an end")
        .to_owned();
    world.damages("DELETE FROM audit WHERE seq = 3").await;
    verify(&world, &[])
        .await
        .refuses("line 3: this line was removed");
    // Somebody who can write the database cuts the chain and its end alike.
    world.damages("DELETE FROM audit WHERE seq > 2").await;
    world
        .damages("UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit WHERE seq = 2)")
        .await;
    verify(&world, &[]).await.says("whole");
    verify(&world, &["--expect", &end])
        .await
        .refuses("written anew");
    world.ends().await;
}

/// Several processes, workers who act, deaths: one chain.
#[tokio::test(flavor = "multi_thread")]
async fn processes_that_write_at_once_and_die_do_not_fork_the_chain() {
    let postgres = std::env::var("LINLI_TEST_ENGINE").is_ok_and(|e| e == "postgres");
    let processes = if postgres { 3 } else { 1 };
    let mut city = City::founded(Plan {
        program: PROGRAM.into(),
        postgres,
        processes,
        ..Plan::default()
    })
    .await;
    let crowd = Crowd::new(city.bot.clone(), 11, Duration::from_secs(45));
    let mut people = crowd.gathers(8);
    people.spawn(crowd.clone().works(city.duty_chat()));
    for (n, fault) in ["audit:1", "commit.before:3", "audit:2"]
        .into_iter()
        .enumerate()
    {
        let n = n % processes;
        city.kills(n);
        city.starts(n, Some(fault)).await;
        crowd.cries_out();
        for _ in 0..4 {
            assert!(city.runs(&["link", "--admin"], None).await);
        }
        city.kills(n);
        city.starts(n, None).await;
    }
    crowd.goes_home();
    while people.join_next().await.is_some() {}
    assert!(city.runs(&["audit", "verify"], None).await, "one chain");
    let seen = city.comes_to_rest().await;
    let wrong = check(&seen, &crowd.told());
    assert!(wrong.is_empty(), "{wrong:#?}");
}
