//! The residents' chat, without script.

use super::browser::Town;
use crate::conversation::{Lines, Reply, ReplyKind, card};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures::StreamExt;
use menus::Lang;

#[tokio::test]
async fn a_resident_without_script_gets_from_the_first_page_to_a_promise() {
    let town = Town::new();
    let mut resident = town.browser();
    let page = resident.get("/chat").await;
    assert!(page.has("看看能帮什么"));
    let page = resident
        .submit(&page, "name=\"start\"", &[("start", "1")])
        .await;
    let page = resident
        .submit(&page, "照顾老人", &[("tap", "t-care")])
        .await;
    assert!(page.has("您要给母亲申请每天送午饭，对吗？"));
    let page = resident.submit(&page, "t-yes", &[("tap", "t-yes")]).await;
    assert!(page.has("K7M3-9F2X") && page.has("k-card"));
    assert!(page.has("href=\"tel:051185551234\""));
    assert!(
        !page.has("<button name=\"tap\""),
        "answered choices are gone"
    );
    let page = resident
        .submit(&page, "name=\"text\"", &[("text", "谢谢您")])
        .await;
    assert!(page.has("谢谢您"));
    let page = resident
        .submit(&page, "name=\"say\"", &[("say", "进度")])
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(town.backend.said().contains(&"进度".to_owned()));
}

#[tokio::test]
async fn the_own_requests_stand_on_a_page_of_their_own_and_beside_the_chat() {
    let town = Town::new();
    let mut resident = town.browser();
    assert!(resident.get("/chat/mine").await.has("您现在没有在办的事"));
    let page = resident.get("/chat").await;
    let page = resident
        .submit(&page, "name=\"text\"", &[("text", "照顾老人")])
        .await;
    let page = resident.submit(&page, "t-yes", &[("tap", "t-yes")]).await;
    assert!(page.has("<aside") && page.has("看过，还没有接手"));
    let page = resident.get("/chat/mine").await;
    assert!(page.has("K7M3-9F2X") && page.has("最晚明天上午9点前联系您"));
    assert!(page.has("<time datetime=") && page.has("您交上来了"));
    let page = resident
        .submit(&page, "urge:K7M3-9F2X", &[("tap", "urge:K7M3-9F2X")])
        .await;
    assert!(page.has("id=\"lines\""), "the answer is in the chat");
    assert!(!town.browser().get("/chat/mine").await.has("K7M3-9F2X"));
    // Left fast: nothing of it on the screen until the chat is opened again.
    let (_, hidden) = page.form("快速离开");
    resident.post("/hide", &[("token", &hidden[0].1)]).await;
    let gone = resident.get("/chat/mine").await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert!(!resident.get("/chat").await.has("K7M3-9F2X"));
}

#[tokio::test]
async fn a_double_click_counts_once() {
    let town = Town::new();
    let mut resident = town.browser();
    let page = resident.get("/chat").await;
    for _ in 0..2 {
        resident
            .submit(&page, "name=\"text\"", &[("text", "水管坏了")])
            .await;
    }
    assert_eq!(town.backend.said(), ["水管坏了"]);
    let page = resident.get("/chat").await;
    resident
        .submit(&page, "name=\"text\"", &[("text", "水管坏了")])
        .await;
    assert_eq!(town.backend.said().len(), 2, "said again on purpose");
}

#[tokio::test]
async fn another_browser_sees_nothing_of_the_conversation() {
    let town = Town::new();
    let mut resident = town.browser();
    let page = resident.get("/chat").await;
    resident
        .submit(&page, "name=\"text\"", &[("text", "水管坏了")])
        .await;
    assert!(resident.get("/chat/lines").await.has("水管坏了"));
    assert!(!town.browser().get("/chat/lines").await.has("水管坏了"));
    let mut guessing = town.browser();
    guessing
        .cookies
        .insert("linli_chat".into(), "not-a-session".into());
    assert!(!guessing.get("/chat/lines").await.has("水管坏了"));
}

#[tokio::test]
async fn a_cookie_that_somebody_planted_never_becomes_a_conversation() {
    let town = Town::new();
    let mut resident = town.browser();
    resident.get("/chat").await;
    let ours = resident.cookies["linli_chat"].clone();
    resident.get("/chat").await;
    assert_eq!(resident.cookies["linli_chat"], ours, "our own is kept");
    let changed = format!("{}{}", &ours[..63], u8::from(ours.ends_with('0')));
    for planted in [
        "ab".repeat(32),
        format!("r{}", "a".repeat(63)),
        changed,
        ours[..32].into(),
    ] {
        let mut victim = town.browser();
        let plant = |browser: &mut super::browser::Browser| {
            browser.cookies.insert("linli_chat".into(), planted.clone());
        };
        plant(&mut victim);
        let page = victim.get("/chat").await;
        assert_ne!(victim.cookies["linli_chat"], planted);
        victim
            .submit(&page, "name=\"text\"", &[("text", "水管坏了")])
            .await;
        assert!(victim.get("/chat/lines").await.has("水管坏了"));
        let mut thief = town.browser();
        plant(&mut thief);
        assert!(!thief.get("/chat/lines").await.has("水管坏了"));
    }
}

#[tokio::test]
async fn a_crisis_card_can_be_dialled_at_once() {
    let town = Town::new();
    let mut resident = town.browser();
    let page = resident.get("/chat").await;
    let page = resident
        .submit(&page, "name=\"text\"", &[("text", "我不想活了")])
        .await;
    assert!(page.has("k-crisis"));
    for number in ["12356", "110", "120"] {
        assert!(
            page.has(&format!("<a class=\"call\" href=\"tel:{number}\">")),
            "{number}"
        );
    }
}

#[tokio::test]
async fn what_a_resident_writes_is_never_markup() {
    let town = Town::new();
    let mut resident = town.browser();
    let page = resident.get("/chat").await;
    let bad = "<script>alert(1)</script>\" onfocus=\"x&amp; <img src=x>";
    let page = resident
        .submit(&page, "name=\"text\"", &[("text", bad)])
        .await;
    assert!(page.has("&#60;script&#62;") && !page.has("<script>alert") && !page.has("<img"));
    assert!(page.has("&#38;amp;"));
}

#[tokio::test]
async fn when_nothing_can_be_stored_the_words_stay_on_the_page() {
    let town = Town::new();
    let mut resident = town.browser();
    let page = resident.get("/chat").await;
    town.backend.set_away(true);
    let fields = [("text", "家里没有米了")];
    let refused = resident.submit(&page, "name=\"text\"", &fields).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.has("家里没有米了</textarea>") && refused.has("110"));

    resident.headers.insert("x-fragment", "1".parse().unwrap());
    let refused = resident.submit(&page, "name=\"text\"", &fields).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers.contains_key("x-notice") && !refused.has("<html"));

    town.backend.set_away(false);
    let lines = resident.submit(&page, "name=\"text\"", &fields).await;
    assert!(lines.status == StatusCode::OK && lines.has("家里没有米了") && !lines.has("<html"));
    assert_eq!(town.backend.said().len(), 1);
}

#[tokio::test]
async fn what_waits_on_disk_is_shown_with_its_answer_and_the_numbers_to_call() {
    let town = Town::new();
    let mut resident = town.browser();
    let page = resident.get("/chat").await;
    let card = card("CRI-SUICIDE", &Lines::default(), true, Lang::Zh);
    town.backend
        .keeps_on_disk(Reply::of(ReplyKind::Crisis, card));
    let fields = [("text", "我不想活了")];
    let kept = resident.submit(&page, "name=\"text\"", &fields).await;
    assert_eq!(kept.status, StatusCode::OK);
    assert!(kept.has("我不想活了</p>") && kept.has("tel:12356") && kept.has("<html"));

    resident.headers.insert("x-fragment", "1".parse().unwrap());
    let kept = resident.submit(&page, "name=\"text\"", &fields).await;
    assert!(kept.headers.contains_key("x-kept") && kept.has("tel:12356") && !kept.has("<html"));
}

#[tokio::test]
async fn a_message_longer_than_messengers_take_is_handed_back() {
    let town = Town::new();
    let mut resident = town.browser();
    let page = resident.get("/chat").await;
    let refused = resident
        .submit(&page, "name=\"text\"", &[("text", &"啊".repeat(4097))])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("分成几次"));
    let page = resident
        .submit(&page, "name=\"text\"", &[("text", &"啊".repeat(4096))])
        .await;
    assert_eq!(page.status, StatusCode::OK);
    for nothing in ["", "  \n "] {
        resident
            .submit(&page, "name=\"text\"", &[("text", nothing)])
            .await;
    }
    assert_eq!(town.backend.said().len(), 1);
}

#[tokio::test]
async fn leaving_fast_covers_the_conversation_until_it_is_uncovered() {
    let town = Town::new();
    let mut resident = town.browser();
    let page = resident.get("/chat").await;
    let page = resident
        .submit(&page, "name=\"text\"", &[("text", "他打我")])
        .await;
    let neutral =
        resident.submit(&page, "data-hide", &[]).await.text.clone() + &page.form("data-hide").0;
    for trace in ["邻里", "Linli", "打我"] {
        assert!(!neutral.replace("linli.", "").contains(trace), "{trace}");
    }
    let covered = resident.get("/chat").await;
    assert!(!covered.has("他打我"));
    let again = resident.submit(&covered, "name=\"show\"", &[]).await;
    assert!(again.has("他打我"));
}

#[tokio::test]
async fn the_stream_speaks_at_once_and_hints_with_a_cursor() {
    let town = Town::new();
    let mut resident = town.browser();
    let page = resident.get("/chat").await;
    let page = resident
        .submit(&page, "name=\"text\"", &[("text", "您好")])
        .await;
    let request = Request::get("/chat/events").body(Body::empty()).unwrap();
    let stream = resident.raw(request).await;
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert_eq!(stream.headers()["x-accel-buffering"], "no");
    assert!(!stream.headers().contains_key("content-encoding"));
    let mut frames = stream.into_body().into_data_stream();
    let first = frames.next().await.unwrap().unwrap();
    let first = String::from_utf8(first.to_vec()).unwrap();
    assert!(
        first.contains(": open") && first.contains("retry: 2000"),
        "{first}"
    );

    let mut neighbour = town.browser();
    let theirs = neighbour.get("/chat").await;
    neighbour
        .submit(&theirs, "name=\"text\"", &[("text", "不相干")])
        .await;
    resident
        .submit(&page, "name=\"text\"", &[("text", "还在吗")])
        .await;
    let hint = frames.next().await.unwrap().unwrap();
    let hint = String::from_utf8(hint.to_vec()).unwrap();
    assert!(
        hint.contains("event: hint") && hint.contains("id: 6"),
        "{hint}"
    );
}

#[tokio::test]
async fn the_first_visit_fits_a_slow_phone() {
    let town = Town::new();
    let mut resident = town.browser();
    let page = resident.get("/chat").await;
    let assets = page
        .text
        .split('"')
        .filter(|part| part.starts_with("/assets/"));
    let mut bytes = 0;
    for path in assets.chain(["/chat", "/chat/lines"]) {
        let request = Request::get(path)
            .header("accept-encoding", "gzip")
            .body(Body::empty())
            .unwrap();
        let answer = resident.raw(request).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        bytes += axum::body::to_bytes(answer.into_body(), 1 << 20)
            .await
            .unwrap()
            .len();
    }
    assert!(bytes < 60 * 1024, "{bytes} bytes");
}
