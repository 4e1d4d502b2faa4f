//! A resident who speaks English, from the first word to the rating.

use tests::{Resident, World, hours};

/// Names of places and people stay what they are.
fn names() -> Vec<String> {
    let city = gateway::demo::city();
    let units = city.units.into_iter().map(|unit| unit.name);
    let mut names: Vec<String> = units
        .chain(city.workers.into_iter().map(|worker| worker.name))
        .collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names
}

/// Nothing that came holds Chinese, but for names.
fn speaks_english(world: &World, resident: &Resident<'_>) {
    let names = names();
    for sent in world.telegram.sent_to(resident.id()) {
        let own = |line: &&str| !line.starts_with("· ");
        let shown: Vec<&str> = sent.text.lines().filter(own).collect();
        for text in sent.buttons().into_iter().chain([shown.join("\n")]) {
            let mut rest = text.replace("中文", "");
            for name in &names {
                rest = rest.replace(name.as_str(), "");
            }
            let han = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c);
            assert!(!rest.contains(han), "{rest:?} in {text:?}");
        }
    }
}

#[tokio::test]
async fn an_english_conversation_is_english_from_the_first_word_to_the_rating() {
    let world = World::start().await;
    let supplier = world.worker("YX015").await;
    let resident = world.resident_on_telegram(42);
    resident.says("hello").await.sees("Linli");
    resident
        .says("Is there meal delivery for the elderly")
        .await
        .sees("phone number");
    resident.says("what for?").await;
    resident.says("13812345678").await;
    resident.says("新桥花园三栋").await;
    for _ in 0..8 {
        if resident.last().contains("Is that right?") {
            break;
        }
        resident.says("skip").await;
    }
    resident
        .taps("Yes, send it")
        .await
        .sees("Number: ")
        .sees("Who: ")
        .sees("They contact you by: ");
    speaks_english(&world, &resident);
    resident.says("progress").await.sees("nobody has opened it");
    world.advance(hours(30)).await;
    resident.waits().await;
    supplier.accepts().await;
    resident.waits().await.sees("has taken your");
    supplier.contacts().await;
    supplier.asks("Which day suits you?").await;
    resident.waits().await.sees("Which day suits you?");
    resident.says("any day").await;
    supplier.releases().await;
    resident.says("progress").await;
    supplier
        .finishes("安排了服务", "Meals come every day")
        .await;
    resident.waits().await.sees("Is it solved?");
    resident.taps("Solved").await.sees("How was it?");
    resident.taps("4 Good").await.sees("Thank you");
    speaks_english(&world, &resident);
    world.ends().await;
}

#[tokio::test]
async fn changing_the_language_changes_what_is_told_about_requests_at_once() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.files("我想申请低保，我住新桥花园").await;
    resident
        .says("progress")
        .await
        .sees("nobody has opened it")
        .sees("They contact you by")
        .sees_not("还没有人打开");
    resident.says("进度").await.sees("还没有人打开");
    world.ends().await;
}
