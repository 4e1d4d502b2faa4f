//! What nobody asked for, through the messenger, in the middle of everything.

use serde_json::json;
use tests::World;

/// Ways to begin; the conversation stands somewhere else after each.
const STATES: [&[&str]; 8] = [
    &[],
    &["菜单"],
    &["想送餐"],
    &["想送餐", "跳过", "跳过", "跳过", "跳过"],
    &["我想申请低保，还想给我妈订餐送餐"],
    &["想找人帮忙"],
    &["人工"],
    &["我不想活了"],
];

#[tokio::test]
async fn photos_voices_stickers_edits_and_places_are_answered_in_every_state() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    for (number, state) in STATES.iter().enumerate() {
        for kind in 0..8 {
            let resident = world.resident_on_telegram((number * 10 + kind) as i64 + 1000);
            for text in *state {
                resident.says(text).await;
            }
            resident
                .does(|person| {
                    match kind {
                        0 => person.sends_photo(b"picture", None),
                        1 => person.sends_photo(b"picture", Some("您看看这个")),
                        2 => person.sends_voice(b"sound", 5),
                        3 => person.sends_document("单子.pdf", b"paper"),
                        4 => person.sends_place(27.1, 118.2),
                        5 => person.posts(&json!({"sticker": {"file_id": "s", "emoji": "😀"}})),
                        6 => person.posts(&json!({"dice": {"value": 3, "emoji": "🎲"}})),
                        _ => {
                            person.says("嗯");
                            person.edits(person.last_message(), "嗯，改过了")
                        }
                    };
                })
                .await;
            let what = format!("{kind} in {state:?}");
            assert!(!resident.heard().is_empty(), "{what} is met with silence");
            resident.says("菜单").await.sees("您需要什么帮助");
        }
    }
    assert_eq!(
        world.count("inbound WHERE state = 1").await,
        0,
        "nothing parked"
    );
    for _ in 0..8 {
        duty.accepts().await;
    }
    world.ends().await;
}
