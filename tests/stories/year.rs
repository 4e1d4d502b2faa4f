//! A year of a district on the virtual clock.

use chrono::TimeDelta;
use tests::{Setup, days, hours};

/// Needs as people tell them; the first is opened by one word.
const NEEDS: [&str; 4] = ["人工", "我不想活了", "家里断粮了，两天没吃饭", "想送餐"];
const PLACES: [&str; 4] = ["新桥花园", "柳岸小区", "茶园新村", "北岭上村"];

#[tokio::test]
async fn a_year_of_requests_climbs_every_ladder_and_the_auditor_finds_nothing() {
    let world = Setup::at("2026-01-05 09:00").start().await;
    let duty = world.worker("YX001").await;
    let coordinator = world.worker("YX033").await;
    let begin = world.clock.now();
    let mut filed = 0;
    for number in 0..240_i64 {
        let day = begin + days(number * 3 / 2) + hours(number % 7);
        world
            .at(day.max(world.clock.now() + TimeDelta::minutes(1)))
            .await;
        let resident = world.resident_on_telegram(1000 + number);
        let place = PLACES[(number / 4 % 4) as usize];
        match number % 8 {
            1 => {
                resident.says(NEEDS[1]).await.sees("12356");
                resident.says(place).await;
                // Every second one is looked after at once.
                if number % 16 == 1 {
                    duty.accepts().await;
                }
            }
            3 => {
                resident.says(NEEDS[2]).await.sees("先解决吃饭");
                resident.says(place).await;
            }
            5 => {
                resident.files(&format!("我想申请低保，我住{place}")).await;
                if place == "新桥花园" {
                    coordinator.accepts().await;
                }
            }
            _ => {
                resident.says(NEEDS[0]).await;
                resident.says(place).await;
            }
        }
        filed += 1;
    }
    world.at(begin + days(365)).await;
    assert_eq!(world.count("requests").await, filed);
    let rungs = world
        .rows("SELECT detail FROM events WHERE kind = 'fired' GROUP BY detail")
        .await;
    for rung in [
        "normal_half",
        "normal_soon",
        "normal_street",
        "normal_district",
        "normal_bureau",
        "crisis_call_again",
        "crisis_bureau_leader",
        "hunger_district",
    ] {
        assert!(
            rungs.iter().any(|row| row[0].contains(rung)),
            "{rung} never fired: {rungs:?}"
        );
    }
    world.ends().await;
}
