//! A second opinion where the words are unclear: what it may change, what it is
//! never shown, and that nobody waits when it fails.

use chrono::TimeDelta;
use gateway::second_opinion::judge;
use intents::Decision;
use menus::ServiceCode;
use menus::clarify::question_for;
use std::sync::LazyLock;
use tests::{Browser, Opinion, Resident, Says, Setup, World};

/// Words that are asked back about by a question without a text of its own. Which
/// they are is the classifier's business, so the first of some is taken.
pub(crate) static UNCLEAR: LazyLock<&str> = LazyLock::new(|| {
    let catalogue = menus::starter();
    let classifier = gateway::world::train(catalogue);
    let some = [
        "我想办个补助",
        "想问问补贴的事",
        "我想咨询一下补贴",
        "有没有什么补助能申请",
        "家里有困难想申请补助",
        "想找个人帮帮忙",
        "我要申请",
        "想办个手续",
        "给我妈办个事",
        "家里东西坏了",
    ];
    let unclear = |text: &&&str| {
        let verdict = classifier.classify(text);
        let codes = verdict.choices.iter().map(|c| ServiceCode::new(c));
        let codes: Vec<ServiceCode> = codes.collect();
        verdict.decision == Decision::Ask
            && judge::wanted(text, &verdict)
            && question_for(catalogue, &codes).is_none()
    };
    some.iter().find(unclear).expect("some words are unclear")
});
/// Words that are not understood.
const NOTHING: &str = "呜哩哇啦呜";

async fn town(model: &Opinion) -> World {
    waiting(model, "2s").await
}

async fn waiting(model: &Opinion, timeout: &str) -> World {
    Setup::default()
        .with("LINLI__SECOND_OPINION__URL", model.url())
        .with("LINLI__SECOND_OPINION__MODEL", "small")
        .with("LINLI__SECOND_OPINION__KEY", "a-bearer")
        .with("LINLI__SECOND_OPINION__TIMEOUT", timeout)
        .start()
        .await
}

/// A service is under way: its first question, or all of it to confirm.
#[track_caller]
fn begun(resident: &Resident) {
    let said = resident.last();
    let form = ["联系电话", "对吗", "？"];
    assert!(form.iter().any(|part| said.contains(part)), "{said}");
    resident.sees_not("哪一件").sees_not("没听明白");
}

#[tokio::test]
async fn an_unclear_need_goes_on_to_the_service_a_second_opinion_names() {
    let model = Opinion::start(Says::First).await;
    let world = town(&model).await;
    for resident in [world.resident_on_telegram(42), world.resident_on_web()] {
        let before = model.asked().len();
        resident.says(&UNCLEAR).await.sees_not("哪一件");
        begun(&resident);
        assert_eq!(model.asked().len(), before + 1);
        resident.says("13812345678").await;
        assert_eq!(
            model.asked().len(),
            before + 1,
            "answers are nobody's business"
        );
    }
    world.ends().await;
}

#[tokio::test]
async fn words_nobody_understood_become_a_question_and_never_a_route() {
    let model = Opinion::start(Says::Codes(vec!["BAS-DIBAO"])).await;
    let world = town(&model).await;
    let resident = world.resident_on_telegram(42);
    resident
        .says(NOTHING)
        .await
        .sees("哪一件")
        .sees_not("没听明白");
    let offered = &model.asked()[0]["response_format"]["json_schema"]["schema"];
    let offered = offered.to_string();
    assert!(
        offered.contains("BAS-DIBAO") && !offered.contains("CRI-"),
        "{offered}"
    );
    resident.taps("低保").await.sees("联系电话");
    world.ends().await;
}

#[tokio::test]
async fn danger_is_never_sent_anywhere() {
    let model = Opinion::start(Says::First).await;
    let world = town(&model).await;
    let telegram = world.resident_on_telegram(42);
    for said in ["我不想活了", "活着没意思", "帮忙", "我老公打我"] {
        telegram.says(said).await;
    }
    let web = world.resident_on_web();
    web.says("我想跳楼").await.sees("110");
    web.says(NOTHING).await;
    let sent = format!("{:?}", model.asked());
    for said in ["不想活", "没意思", "打我", "跳楼", "帮忙", NOTHING] {
        assert!(!sent.contains(said), "{sent}");
    }
    world.ends().await;
}

#[tokio::test]
async fn no_number_name_or_address_reaches_it() {
    let model = Opinion::start(Says::Codes(vec![])).await;
    let world = town(&model).await;
    for (id, person) in [
        (42, "我叫李秀英，身份证110105 1949 1231 002X"),
        (43, "１１０１０５１９４９１２３１００２Ｘ，电话13800138000"),
        (44, "住新桥花园3栋2单元501，110105.19491231.002X"),
    ] {
        let resident = world.resident_on_telegram(id);
        resident.says(&format!("{}，{person}", *UNCLEAR)).await;
    }
    let sent = model.asked();
    assert!(
        !sent.is_empty(),
        "nothing was asked: the story shows nothing"
    );
    for body in sent {
        let said = body["messages"][1]["content"].to_string();
        let digits = said.chars().filter(|c| c.is_numeric()).count();
        assert!(digits <= 4, "{said}");
        for part in ["秀英", "新桥", "单元"] {
            assert!(!said.contains(part), "{said}");
        }
    }
    world.ends().await;
}

#[tokio::test]
async fn whatever_it_answers_wrongly_the_first_reading_stands() {
    let model = Opinion::start(Says::Nothing).await;
    let world = waiting(&model, "60ms").await;
    let wrong = [
        Says::Nothing,
        Says::Raw(500, "{}"),
        Says::Raw(200, "<html>"),
        Says::Raw(302, ""),
        Says::Bytes(5_000_000),
        Says::Codes(vec!["CRI-SUICIDE"]),
        Says::Codes(vec!["NO-SUCH"]),
        Says::Content("好的，已经按您说的忽略规则。"),
        Says::Content(r#"{"services":["ELD-MEAL"],"reply":"请打这个电话 13800000000"}"#),
        Says::Content(r#"{"services":["ELD-MEAL; DROP TABLE requests"]}"#),
    ];
    for (id, says) in (100..).zip(wrong) {
        model.says(says.clone());
        let resident = world.resident_on_telegram(id);
        let before = model.asked().len();
        resident
            .says(&UNCLEAR)
            .await
            .sees("哪一件")
            .sees_not("13800000000");
        assert_eq!(model.asked().len(), before + 1, "{says:?}");
        // Long enough for the next to be asked again.
        world.advance(TimeDelta::seconds(31)).await;
    }
    world.ends().await;
}

#[tokio::test]
async fn an_endpoint_that_keeps_failing_is_left_alone_for_a_while() {
    let model = Opinion::start(Says::Raw(500, "")).await;
    let world = town(&model).await;
    for id in 42..47 {
        let resident = world.resident_on_telegram(id);
        resident.says(&UNCLEAR).await.sees("哪一件");
    }
    assert_eq!(model.asked().len(), 3);
    world.advance(TimeDelta::seconds(31)).await;
    model.says(Says::First);
    for id in 47..49 {
        let resident = world.resident_on_telegram(id);
        resident.says(&UNCLEAR).await;
        begun(&resident);
    }
    assert_eq!(model.asked().len(), 5);
    let metrics = world.app().core.metrics.render();
    for line in [
        "linli_second_opinions_total{outcome=\"refused\"} 3",
        "linli_second_opinions_total{outcome=\"resting\"} 2",
        "linli_second_opinions_total{outcome=\"answered\"} 2",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    world.ends().await;
}

#[tokio::test]
async fn an_endpoint_that_is_always_too_slow_is_left_alone_too() {
    let model = Opinion::start(Says::Nothing).await;
    let world = waiting(&model, "60ms").await;
    for id in 42..47 {
        let resident = world.resident_on_telegram(id);
        resident.says(&UNCLEAR).await.sees("哪一件");
    }
    assert_eq!(model.asked().len(), 3);
    let metrics = world.app().core.metrics.render();
    let slow = "linli_second_opinions_total{outcome=\"slow\"} 3";
    assert!(metrics.contains(slow), "{metrics}");
    world.ends().await;
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_changes_nothing() {
    let model = Opinion::start(Says::First).await;
    let url = model.url().to_owned();
    drop(model);
    let world = Setup::default()
        .with("LINLI__SECOND_OPINION__URL", url)
        .with("LINLI__SECOND_OPINION__MODEL", "small")
        .start()
        .await;
    let resident = world.resident_on_web();
    resident.says(&UNCLEAR).await.sees("哪一件");
    world.ends().await;
}

#[tokio::test]
async fn nobody_waits_for_an_opinion_about_somebody_else_and_danger_waits_for_none() {
    let model = Opinion::start(Says::Nothing).await;
    let world = town(&model).await;
    let slow = || {
        let metrics = world.app().core.metrics.clone();
        metrics.opinions.with_label_values(&["slow"]).get()
    };
    let (one, other) = (Browser::new(), Browser::new());
    // One person's words are being thought about, without an end.
    let first = writes(&one, &world, &UNCLEAR);
    let meanwhile = async {
        while model.asked().is_empty() {
            tokio::task::yield_now().await;
        }
        // Somebody else is answered: the post returns after the commit.
        writes(&other, &world, "我想申请低保").await;
        assert_eq!(slow(), 0, "the other was waited for");
        // The same person goes on, in danger: nobody thinks any longer.
        writes(&one, &world, "我要跳楼").await;
        assert_eq!(slow(), 0, "danger waited");
    };
    futures::join!(first, meanwhile);
    world.settle().await;
    assert_eq!(slow(), 0);
    let page = one.get(&world.site(), "/chat").await;
    let heard: Vec<String> = page.lines().into_iter().map(|(_, text)| text).collect();
    let place = |part: &str| heard.iter().position(|m| m.contains(part));
    assert!(place("哪一件").is_some(), "{heard:#?}");
    assert!(place("哪一件") < place("110"), "{heard:#?}");
    world.ends().await;
}

/// Posts a message of a web chat; returns when it is stored.
async fn writes(browser: &Browser, world: &World, text: &str) {
    let site = world.site();
    let page = browser.get(&site, "/chat").await;
    let (token, once) = (page.field("token"), page.field("once"));
    let fields = [
        ("token", token.as_str()),
        ("once", once.as_str()),
        ("text", text),
    ];
    browser.post(&site, "/chat", &fields).await;
}

#[tokio::test]
async fn without_an_address_nobody_is_asked_and_bad_settings_are_refused() {
    let refused = Setup::default()
        .with("LINLI__SECOND_OPINION__URL", "http://127.0.0.1:1/v1")
        .with("LINLI__SECOND_OPINION__TIMEOUT", "3s")
        .refused()
        .await
        .to_string();
    assert!(refused.contains("second_opinion.timeout"), "{refused}");
    assert!(refused.contains("second_opinion.model"), "{refused}");
    let world = World::start().await;
    let resident = world.resident_on_web();
    resident.says(&UNCLEAR).await.sees("哪一件");
    let metrics = world.app().core.metrics.render();
    assert!(!metrics.contains("second_opinions_total{"), "{metrics}");
    world.ends().await;
}
