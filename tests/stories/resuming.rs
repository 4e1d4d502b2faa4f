//! A conversation that goes on in another browser by a short code: whose, how
//! often, for how long, and who can end it.

use tests::{Setup, World, minutes, seconds};

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

#[tokio::test]
async fn a_browser_that_was_let_in_is_kept_and_answered_while_the_database_is_away() {
    let town = Setup::default().with("LINLI__CRISIS__PSYCHOLOGICAL", "4001619995");
    let world = town.start().await;
    let (phone, tablet) = (world.resident_on_web(), world.resident_on_web());
    let reference = phone.files(NEED).await;
    let code = phone.gets_code().await;
    tablet.resumes("code", &code).await;
    let (page, later) = (tablet.page().await, tablet.page().await);
    world.loses_its_database().await;
    let kept = tablet.writes_from(&page, "我不想活了").await;
    assert_eq!(kept.status, 200, "{}", kept.text());
    for said in ["我不想活了", "4001619995", "已经存好"] {
        assert!(kept.text().contains(said), "{said}: {}", kept.text());
    }
    tablet.writes_from(&later, "进度").await;
    assert_eq!(world.app().intake.spool().contents().messages, 2);
    world.restart().await;
    phone.finds_on("/chat", "我不想活了").await;
    tablet.finds_on("/chat", "4001619995").await;
    let before = world.count("inbound").await;
    // The same press again is the one that was kept.
    tablet.writes_from(&page, "我不想活了").await;
    world.settle().await;
    assert_eq!(world.count("inbound").await, before);
    assert_eq!(world.count("conversations").await, 1);
    let found = "SELECT service FROM requests ORDER BY service";
    assert_eq!(world.rows(found).await.len(), 2, "besides {reference}");
    world.ends().await;
}

#[tokio::test]
async fn danger_gets_its_card_in_the_chat_even_where_nothing_can_be_kept() {
    let town = Setup::default()
        .with("LINLI__CRISIS__PSYCHOLOGICAL", "4001619995")
        .with("LINLI__SPOOL__MAX_BYTES", "100");
    let world = town.start().await;
    let resident = world.resident_on_web();
    resident.says("你好").await;
    let page = resident.page().await;
    world.loses_its_database().await;
    let told = resident.writes_from(&page, "我不想活了").await;
    assert_eq!(told.status, 503);
    assert!(told.body.contains("tel:120"), "{}", told.body);
    assert!(told.body.contains("我不想活了</textarea>"));
    for said in ["4001619995", "现在存不下来"] {
        assert!(told.text().contains(said), "{said}: {}", told.text());
    }
    let told = resident.writes_from(&page, "家里没有米了").await;
    assert_eq!(told.status, 503);
    assert!(told.text().contains("120、4001619995"), "{}", told.text());
    world.restart().await;
    world.ends().await;
}

/// The chat of a cookie without a mark, as it was named when there were none.
fn former_chat(world: &World, cookie: &str) -> String {
    use sha2::{Digest, Sha256};
    let session = hex::encode(Sha256::digest(format!("chat\0{cookie}")));
    world.app().core.seal.name("webchat", &session[..32])
}

#[tokio::test]
async fn a_cookie_of_a_former_version_keeps_its_conversation_and_begins_none() {
    let world = World::start().await;
    let former = "0123456789abcdef".repeat(4);
    let chat = former_chat(&world, &former);
    let resident = world.resident_on_web();
    let reference = resident.files(NEED).await;
    for table in ["conversations", "inbound", "outbox", "requests"] {
        let of = format!("UPDATE {table} SET address = 'webchat/main/{chat}'");
        world.damages(&of).await;
    }
    let same = world.resident_on_web();
    same.brings_cookie(&former);
    same.finds_on("/chat/mine", &reference).await;
    same.says("进度").await.sees(&reference);
    assert_eq!(world.count("conversations").await, 1);
    // One that nothing was ever said under is not taken.
    let other = world.resident_on_web();
    let made_up = "fedcba9876543210".repeat(4);
    other.brings_cookie(&made_up);
    other.says("你好").await;
    let begun = format!(
        "conversations WHERE address LIKE '%{}'",
        former_chat(&world, &made_up)
    );
    assert_eq!(world.count(&begun).await, 0);
    assert_eq!(world.count("conversations").await, 2);
    world.ends().await;
}
