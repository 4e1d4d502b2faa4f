//! Pictures in the web chat: who may see them, what is refused, and when they go.

use tests::{Resident, Setup, World, between, days, minutes};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway-under-test");
const NEED: &str = "我想申请低保，我住新桥花园";

/// A picture as a phone takes it, of this width.
fn photo(width: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let pixels = image::RgbImage::from_pixel(width, 30, image::Rgb([20, 120, 90]));
    image::DynamicImage::from(pixels)
        .write_to(
            &mut std::io::Cursor::new(&mut file),
            image::ImageFormat::Jpeg,
        )
        .expect("a picture is drawn");
    file
}

/// Files a request, adds a picture to it; reference and the picture's address.
async fn sent(resident: &Resident<'_>) -> (String, String) {
    let reference = resident.files(NEED).await;
    resident.says("补充").await.sees("补充什么");
    let page = resident.opens("/chat").await;
    for _ in 0..2 {
        let answer = resident.sends_file(&page, &photo(40), "门口的台阶").await;
        assert_eq!(
            answer.location.as_deref(),
            Some("/chat#end"),
            "{}",
            answer.text()
        );
    }
    let page = resident.opens("/chat").await;
    let shown = between(&page.body, "<img class=\"sent\" src=\"", "\"");
    (reference, shown.expect("it is shown").to_owned())
}

#[tokio::test]
async fn a_picture_is_kept_once_and_sealed_and_seen_by_those_who_may_read_the_story() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let elsewhere = world.worker("YX041").await;
    let (resident, stranger) = (world.resident_on_web(), world.resident_on_web());
    let (reference, path) = sent(&resident).await;
    assert_eq!(world.count("photos").await, 1, "the same click counts once");
    let stored = world
        .rows("SELECT picture_sealed FROM photos")
        .await
        .concat();
    assert!(stored[0].starts_with("v2:"), "sealed at rest");
    assert_eq!(resident.opens(&path).await.status, 200);
    stranger.says("你好").await;
    assert_eq!(stranger.opens(&path).await.status, 404);

    let sheet = coordinator.sheet(&reference).await;
    assert!(sheet.text().contains("门口的台阶"), "{}", sheet.text());
    let id = path.rsplit('/').next().unwrap_or_default();
    let theirs = format!("/worker/r/{reference}/photo/{id}");
    assert!(sheet.body.contains(&theirs));
    assert_eq!(coordinator.opens(&theirs).await.status, 200);
    let looked = world
        .count("audit WHERE act = 'read.photo' AND actor = 'worker:YX033'")
        .await;
    assert_eq!(looked, 1, "looking goes on record");
    assert_eq!(elsewhere.opens(&theirs).await.status, 404);
    let refused = world
        .count("audit WHERE act = 'refused.story' AND actor = 'worker:YX041'")
        .await;
    assert_eq!(refused, 1);
    // A picture of somebody else's request is none of this one.
    let other = world.resident_on_web();
    let (second, _) = sent(&other).await;
    let mixed = format!("/worker/r/{second}/photo/{id}");
    assert_eq!(coordinator.opens(&mixed).await.status, 404);
    resident.says("隐藏").await;
    assert_eq!(resident.opens(&path).await.status, 404, "off the screen");
    world.ends().await;
}

#[tokio::test]
async fn what_is_no_picture_is_refused_in_words_and_leaves_nothing() {
    let world = World::start().await;
    let resident = world.resident_on_web();
    resident.says("你好").await;
    for (file, status, words) in [
        (
            b"<html><script>alert(1)</script>".to_vec(),
            422,
            "不是能看的照片",
        ),
        (b"%PDF-1.7".to_vec(), 422, "不是能看的照片"),
        (Vec::new(), 422, "没有选照片"),
        (vec![0xff; 11 * 1024 * 1024], 422, "太大了"),
    ] {
        let page = resident.opens("/chat").await;
        let answer = resident.sends_file(&page, &file, "看看这个").await;
        assert_eq!(answer.status, status, "{}", answer.text());
        assert!(answer.text().contains(words), "{}", answer.text());
    }
    let page = resident.opens("/chat").await;
    let flood = vec![0xff; 13 * 1024 * 1024];
    let answer = resident.sends_file(&page, &flood, "").await;
    assert_eq!(answer.status, 413, "{}", answer.text());
    // Without the form's own token nothing is even looked at.
    let foreign = tests::Page {
        body: page
            .body
            .replace("name=\"token\" value=\"", "name=\"token\" value=\"0"),
        ..page
    };
    let answer = resident.sends_file(&foreign, &photo(40), "").await;
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert_eq!(world.count("photos").await, 0);
    for n in 0..30 {
        let page = resident.opens("/chat").await;
        let answer = resident.sends_file(&page, &photo(40 + n), "").await;
        assert!(answer.status.is_redirection(), "{n}: {}", answer.text());
    }
    let page = resident.opens("/chat").await;
    let answer = resident.sends_file(&page, &photo(90), "").await;
    assert_eq!(answer.status, 429, "{}", answer.text());
    world.expects_losses();
    world.ends().await;
}

#[tokio::test]
async fn one_network_uploads_so_much_whatever_chats_it_begins_and_another_is_not_held_up() {
    use gateway::web::{Chats, Lang, Taken};
    let world = World::start().await;
    let app = world.app();
    let uploads = async |n: usize, from: &str| {
        let session = format!("{n:064}");
        let click = (session.as_str(), "k");
        let taken = app
            .chat_photos(click, from, Lang::Zh, Vec::new(), None)
            .await;
        taken.expect("the store answers")
    };
    for n in 0..60 {
        assert_eq!(uploads(n, "203.0.113.7").await, Taken::Stored, "{n}");
    }
    assert_eq!(uploads(60, "203.0.113.7").await, Taken::TooMany);
    assert_eq!(uploads(61, "203.0.113.8").await, Taken::Stored);
    world.clock.advance(minutes(16));
    assert_eq!(uploads(62, "203.0.113.7").await, Taken::Stored);
    let kept = world.rows("SELECT tag FROM attempts").await.concat();
    assert!(!kept.concat().contains("203.0.113"), "networks are hashed");
    world.ends().await;
}

#[tokio::test]
async fn pictures_are_deleted_with_the_messages_they_came_with_and_not_before() {
    let world = Setup::default().start().await;
    let coordinator = world.worker("YX033").await;
    let (open, closed) = (world.resident_on_web(), world.resident_on_web());
    sent(&open).await;
    let (reference, _) = sent(&closed).await;
    closed.presses(&format!("withdraw:{reference}")).await;
    closed.taps("撤回").await.sees("撤回了");
    coordinator.looks_away();
    world.stop().await;
    world.clock.advance(days(1200));
    let told = world.command(PROGRAM, &["retention"]).await;
    assert_eq!(told.code, Some(0), "{told:?}");
    let left = world.rows_at_rest("SELECT address FROM photos").await;
    let still = world
        .rows_at_rest("SELECT address FROM requests WHERE closed_at IS NULL")
        .await;
    assert_eq!(left, still, "only that of the open request");
}
