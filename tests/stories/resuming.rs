//! A conversation that goes on in another browser by a short code: whose, how
//! often, for how long, and who can end it.

use tests::{World, minutes, seconds};

const NEED: &str = "我想申请低保，我住新桥花园";

#[tokio::test]
async fn a_code_read_out_carries_the_conversation_to_another_phone_once() {
    let world = World::start().await;
    let (phone, tablet, third) = (
        world.resident_on_web(),
        world.resident_on_web(),
        world.resident_on_web(),
    );
    let reference = phone.files(NEED).await;
    let code = phone.gets_code().await;
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(digits.len(), 8, "{code}");
    let stored = world
        .rows("SELECT tag, subject FROM grants WHERE kind = 'resume'")
        .await
        .concat()
        .concat();
    assert!(!stored.contains(&digits), "only a keyed hash is stored");

    let spoken: String = digits
        .chars()
        .map(|c| {
            "零一二三四五六七八九"
                .chars()
                .nth(c as usize - 48)
                .expect("a digit")
        })
        .collect();
    let answer = tablet.resumes("code", &spoken).await;
    assert_eq!(answer.location.as_deref(), Some("/chat#end"));
    tablet.finds_on("/chat", &reference).await;
    tablet.finds_on("/chat/mine", &reference).await;
    phone.finds_on("/chat", "接上了这段对话").await;
    // Both speak in one conversation from now on.
    tablet.says("进度").await.sees(&reference);
    phone.finds_on("/chat", "进度").await;
    let again = third.resumes("code", &digits).await;
    assert_eq!(again.status, 403, "{}", again.text());
    third.misses_on("/chat", &reference).await;

    phone.resumes("end", "1").await;
    tablet.misses_on("/chat", &reference).await;
    tablet.misses_on("/chat/mine", &reference).await;
    phone.finds_on("/chat", &reference).await;
    world.ends().await;
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes_and_a_newer_one_ends_it() {
    let world = World::start().await;
    let (phone, tablet) = (world.resident_on_web(), world.resident_on_web());
    let reference = phone.files(NEED).await;
    let first = phone.gets_code().await;
    let second = phone.gets_code().await;
    assert_eq!(tablet.resumes("code", &first).await.status, 403);
    world.advance(minutes(10) + seconds(1)).await;
    assert_eq!(tablet.resumes("code", &second).await.status, 403);
    tablet.misses_on("/chat", &reference).await;
    let third = phone.gets_code().await;
    world.advance(minutes(9)).await;
    assert!(tablet.resumes("code", &third).await.status.is_redirection());
    world.ends().await;
}

#[tokio::test]
async fn whoever_guesses_codes_is_slowed_down_and_a_made_up_cookie_opens_nothing() {
    let world = World::start().await;
    let (phone, guesser) = (world.resident_on_web(), world.resident_on_web());
    let reference = phone.files(NEED).await;
    let code = phone.gets_code().await;
    for guess in 0..10 {
        let answer = guesser.resumes("code", &format!("{guess:08}")).await;
        assert_eq!(answer.status, 403, "{}", answer.text());
    }
    // The right one comes too late: it is not even looked at.
    assert_eq!(guesser.resumes("code", &code).await.status, 429);
    guesser.misses_on("/chat", &reference).await;
    world.advance(minutes(16)).await;
    let code = phone.gets_code().await;
    assert!(guesser.resumes("code", &code).await.status.is_redirection());

    let chat = world
        .rows("SELECT address FROM conversations WHERE requests > 0")
        .await
        .concat()
        .concat();
    let chat = chat.rsplit('/').next().unwrap_or_default().to_owned();
    let stranger = world.resident_on_web();
    for made_up in [format!("r{}{}", &chat[1..], chat), format!("{chat}{chat}")] {
        stranger.brings_cookie(&made_up);
        stranger.misses_on("/chat", &reference).await;
    }
    world.ends().await;
}
