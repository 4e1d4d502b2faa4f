//! Providers who say who somebody is: asked after a yes, never in the way of a
//! request, and believed only when they were asked.

use gateway::identity::rounds;
use tests::{Knows, REGISTRY_KEY, Registry, Resident, Setup, World, hours, minutes, seconds};

const NAME: &str = "王秀英";

fn with(settings: Vec<(&'static str, String)>) -> Setup {
    settings
        .into_iter()
        .fold(Setup::default(), |setup, (key, value)| {
            setup.with(key, value)
        })
}

/// A sound number of nobody in the register.
fn number(n: u32) -> String {
    let body = format!("1101051949123{:04}", 1000 + n);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = body.chars().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits.zip(weights).map(|(d, w)| d * w).sum();
    let check = "10X98765432".chars().nth((sum % 11) as usize);
    format!("{body}{}", check.expect("eleven of them"))
}

const ALLOWANCE: &str = "想申请高龄津贴，住新桥花园";
const DIBAO: &str = "想申请低保，住新桥花园";

/// Tells the need with a number, gives the name, and answers these questions;
/// the rest is skipped. Up to the one whether all is right.
async fn tells(resident: &Resident<'_>, need: &str, n: u32, answers: &[(&str, &str)]) {
    resident
        .says(&format!("身份证号{}，{need}", number(n)))
        .await;
    for _ in 0..24 {
        let last = resident.last();
        if last.contains("对吗") {
            return;
        }
        let own = [("怎么称呼", NAME)];
        let mut all = own.iter().chain(answers);
        let answer = all.find(|(part, _)| last.contains(part));
        resident.says(answer.map_or("跳过", |a| a.1)).await;
    }
    panic!("no end of questions: {:#?}", resident.heard());
}

/// The same, and sends it; the reference.
async fn files(resident: &Resident<'_>, need: &str, n: u32, answers: &[(&str, &str)]) -> String {
    tells(resident, need, n, answers).await;
    resident.taps("对，交上去").await.sees("编号");
    resident.reference()
}

const AGREES: [(&str, &str); 2] = [("签约的核对机构", "同意"), ("您同意刷脸吗", "同意")];

async fn proofs(world: &World) -> Vec<String> {
    let rows =
        "SELECT verifier, CAST(level AS TEXT) FROM proofs WHERE verifier <> 'roster' ORDER BY id";
    let rows = world.rows(rows).await;
    rows.into_iter().map(|row| row.join(" ")).collect()
}

#[tokio::test]
async fn name_and_number_are_asked_after_a_yes_and_nobody_waits_for_the_answer() {
    let registry = Registry::start().await;
    let world = with(registry.real_name()).start().await;
    let worker = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    tells(&resident, ALLOWANCE, 1, &AGREES).await;
    assert!(
        registry.asked("/compare").is_empty(),
        "the request comes first"
    );
    resident.sees_not("后面要看一下身份证");
    resident
        .taps("对，交上去")
        .await
        .sees("编号")
        .sees("姓名和证件核对好了");
    let asked = registry.asked("/compare");
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0]["who"]["name"], NAME);
    assert_eq!(asked[0]["who"]["card"], number(1).as_str());
    assert!(asked[0]["order"].as_str().is_some_and(|id| id.len() == 32));
    assert_eq!(proofs(&world).await, ["real_name 2"]);
    assert_eq!(registry.strangers(), 0);
    worker.accepts().await;
    let sheet = worker.sheet(&resident.reference()).await.text();
    assert!(sheet.contains("已向核对机构核对一致"), "{sheet}");
    assert!(!sheet.contains("还没有核对"), "{sheet}");
    let kept = "SELECT body_sealed, CAST(state AS TEXT), outcome FROM checks";
    let kept = world.rows(kept).await;
    assert_eq!(kept[0][1..], ["2", "match"]);
    let body = world.app().core.seal.open(&kept[0][0]).expect("ours");
    assert_eq!(body, b"{}", "name and number do not stay there");
    // What is proved is neither asked nor paid for again.
    resident.says("菜单").await;
    tells(&resident, "我想申请医疗救助", 1, &[]).await;
    resident.sees_not("签约的核对机构");
    resident.taps("对，交上去").await.sees("编号");
    assert_eq!(registry.asked("/compare").len(), 1);
    world.ends().await;
}

#[tokio::test]
async fn whatever_the_provider_does_the_request_is_opened_and_the_worker_finishes_it() {
    let registry = Registry::start().await;
    let world = with(registry.real_name()).start().await;
    let worker = world.worker("YX033").await;
    let cases = [
        (Knows::Code("other"), "没有对上", "姓名和证件", "不一致"),
        (Knows::Code("strange"), "没法核对", "说不准", "还没有核对"),
        (Knows::Nothing, "没法核对", "说不准", "还没有核对"),
        (Knows::Broken, "没法核对", "说不准", "还没有核对"),
        (Knows::Status(503), "没法核对", "说不准", "还没有核对"),
        (Knows::Silent, "没法核对", "说不准", "还没有核对"),
    ];
    for (n, (knows, told, one, other)) in (1..).zip(cases) {
        registry.knows(knows);
        let resident = world.resident_on_telegram(40 + i64::from(n));
        let reference = files(&resident, ALLOWANCE, n, &AGREES).await;
        resident.sees(told).sees("照样办");
        worker.accepts().await;
        let sheet = worker.sheet(&reference).await.text();
        assert!(
            sheet.contains(one) && sheet.contains(other),
            "{knows:?}: {sheet}"
        );
    }
    let asked = registry.asked("/compare").len();
    assert_eq!(asked, 6);
    // Three failures in a row: it is left alone, and the answer is there at once.
    registry.knows(Knows::Code("same"));
    let resident = world.resident_on_telegram(60);
    files(&resident, ALLOWANCE, 20, &AGREES).await;
    resident.sees("没法核对");
    assert_eq!(registry.asked("/compare").len(), asked, "nobody was asked");
    world.advance(seconds(31)).await;
    let resident = world.resident_on_telegram(61);
    files(&resident, ALLOWANCE, 21, &AGREES).await;
    resident.sees("核对好了");
    world.ends().await;
}

#[tokio::test]
async fn who_says_no_is_in_a_hurry_or_asks_for_another_is_asked_of_nobody() {
    let registry = Registry::start().await;
    let mut settings = registry.real_name();
    settings.extend(registry.face());
    let world = with(settings).start().await;
    let resident = world.resident_on_telegram(42);
    files(&resident, DIBAO, 1, &[]).await;
    let refused = "SELECT kind FROM consents WHERE given = 0 ORDER BY kind";
    assert_eq!(
        world.rows(refused).await.concat(),
        ["face", "means", "real_name"]
    );
    let other = world.resident_on_telegram(43);
    tells(
        &other,
        "我妈八十六了，想给她申请高龄津贴，住新桥花园",
        2,
        &[],
    )
    .await;
    other.sees_not("签约的核对机构");
    let minor = world.resident_on_telegram(44);
    minor
        .says("身份证号590102201203030013，我想申请低保，住新桥花园")
        .await;
    for _ in 0..16 {
        minor.sees_not("您同意刷脸吗").sees_not("签约的核对机构");
        if minor.last().contains("对吗") {
            break;
        }
        minor.says("跳过").await;
    }
    assert_eq!(world.count("checks").await, 0);
    assert!(registry.asked("/compare").is_empty() && registry.asked("/face/start").is_empty());
    world.ends().await;
}

#[tokio::test]
async fn questions_about_one_chat_and_one_number_have_an_end() {
    let registry = Registry::start().await;
    registry.knows(Knows::Code("other"));
    let world = with(registry.real_name()).start().await;
    for n in 1..=4 {
        let resident = world.resident_on_telegram(42);
        resident.says("菜单").await;
        files(&resident, ALLOWANCE, n, &AGREES).await;
    }
    assert_eq!(
        registry.asked("/compare").len(),
        3,
        "three a day for a chat"
    );
    for id in 50..56 {
        let resident = world.resident_on_telegram(id);
        files(&resident, ALLOWANCE, 9, &AGREES).await;
    }
    assert_eq!(
        registry.asked("/compare").len(),
        8,
        "five a day for a number"
    );
    world.ends().await;
}

#[tokio::test]
async fn a_face_is_compared_elsewhere_and_only_the_provider_is_believed() {
    let registry = Registry::start().await;
    registry.knows(Knows::Code("doing"));
    let mut settings = registry.real_name();
    settings.extend(registry.face());
    let world = with(settings).start().await;
    let worker = world.worker("YX033").await;
    let resident = world.resident_on_web();
    tells(&resident, DIBAO, 1, &AGREES).await;
    assert!(registry.asked("/face/start").is_empty());
    resident.taps("对，交上去").await.sees("编号");
    resident
        .sees("https://face.example/go")
        .sees("20 分钟")
        .sees("带身份证到社区窗口");
    let page = resident.page().await.body;
    assert!(
        page.contains("href=\"https://face.example/go?t=1\""),
        "{page}"
    );
    assert!(!page.contains("session-1"), "the provider's id stays here");
    let begun = registry.asked("/face/start");
    assert_eq!(begun.len(), 1);
    assert_eq!(begun[0]["name"], NAME);
    let back = begun[0]["return_url"].as_str().unwrap_or_default();
    assert!(back.ends_with("/proof/face/back"), "{back}");
    assert!(
        registry.asked("/compare").is_empty(),
        "one of both is enough"
    );
    worker.accepts().await;
    let reference = resident.reference();
    let sheet = worker.sheet(&reference).await.text();
    assert!(sheet.contains("刷脸核对还没有结果"), "{sheet}");

    // Coming back, with whatever one likes to bring along, proves nothing.
    for path in [
        "/proof/face/back",
        "/proof/face/back?result=same&session=session-1",
    ] {
        resident
            .finds_on(path, "谢谢您")
            .await
            .misses_on(path, "核对好了")
            .await;
    }
    world.advance(minutes(1)).await;
    assert!(proofs(&world).await.is_empty());
    let polled = registry.asked("/face/poll").len();
    assert!((10..=13).contains(&polled), "{polled}");
    assert_eq!(registry.asked("/face/poll")[0]["session"], "session-1");

    registry.knows(Knows::Code("same"));
    world.advance(seconds(15)).await;
    resident.waits().await.sees("刷脸核对好了");
    assert_eq!(proofs(&world).await, ["face 3"]);
    let sheet = worker.sheet(&reference).await.text();
    assert!(sheet.contains("本人已刷脸核对"), "{sheet}");
    assert!(!sheet.contains("还没有当面"), "{sheet}");
    let polled = registry.asked("/face/poll").len();
    world.advance(hours(1)).await;
    assert_eq!(registry.asked("/face/poll").len(), polled, "it is over");
    assert_eq!(proofs(&world).await, ["face 3"]);
    world.ends().await;
}

#[tokio::test]
async fn who_never_comes_back_is_too_late_or_is_not_alike_has_the_desk_and_the_visit() {
    let registry = Registry::start().await;
    let world = with(registry.face()).start().await;
    let worker = world.worker("YX033").await;
    let cases = [
        (Knows::Code("doing"), "已经过期", "链接过期了"),
        (Knows::Code("over"), "已经过期", "链接过期了"),
        (Knows::Code("other"), "没有对上", "刷脸没有对上"),
    ];
    for (n, (knows, told, seen)) in (1..).zip(cases) {
        let resident = world.resident_on_telegram(40 + i64::from(n));
        registry.knows(knows);
        let reference = files(&resident, DIBAO, n, &AGREES).await;
        world.advance(minutes(21)).await;
        resident
            .waits()
            .await
            .sees(told)
            .sees("照样办")
            .sees("带身份证到社区窗口");
        worker.accepts().await;
        let sheet = worker.sheet(&reference).await.text();
        assert!(sheet.contains(seen), "{knows:?}: {sheet}");
        assert!(sheet.contains("还没有当面核对本人"), "{sheet}");
    }
    assert_eq!(proofs(&world).await, ["face 0", "face 0", "face 0"]);
    // The worker finishes it at the door.
    let reference = world
        .rows("SELECT reference FROM requests ORDER BY id")
        .await;
    let done = [("act", "vouch"), ("place", "新桥花园家里")];
    let answer = worker.does(&reference[0][0], &done).await;
    assert!(answer.status.is_redirection(), "{}", answer.text());
    let sheet = worker.sheet(&reference[0][0]).await.text();
    assert!(!sheet.contains("还没有当面核对本人"), "{sheet}");
    world.ends().await;
}

#[tokio::test]
async fn a_result_is_heard_once_although_the_gateway_was_off_and_two_ask_for_it() {
    let registry = Registry::start().await;
    registry.knows(Knows::Code("doing"));
    let world = with(registry.face()).start().await;
    let resident = world.resident_on_telegram(42);
    files(&resident, DIBAO, 1, &AGREES).await;
    world.restart().await;
    assert_eq!(registry.asked("/face/start").len(), 1, "one link");
    let second = world.app().life.draining().child_token();
    let other = tokio::spawn(rounds::run(world.app().core, second.clone()));
    world.advance(minutes(2)).await;
    second.cancel();
    let _ = other.await;
    // They are through while nobody asks; the link ends meanwhile.
    world.stop().await;
    registry.knows(Knows::Code("same"));
    world.clock.advance(hours(3));
    world.starts_again().await;
    let second = world.app().life.draining().child_token();
    let other = tokio::spawn(rounds::run(world.app().core, second.clone()));
    world.settle().await;
    resident.waits().await;
    let said = resident.heard();
    let told = said.iter().filter(|text| text.contains("刷脸核对好了"));
    assert_eq!(told.count(), 1, "{said:#?}");
    assert_eq!(proofs(&world).await, ["face 3"]);
    second.cancel();
    let _ = other.await;
    world.ends().await;
}

#[tokio::test]
async fn a_provider_that_is_away_is_tried_again_and_what_it_knows_is_still_heard() {
    let registry = Registry::start().await;
    registry.knows(Knows::Status(502));
    let world = with(registry.face()).start().await;
    let resident = world.resident_on_telegram(42);
    files(&resident, DIBAO, 1, &AGREES).await;
    resident.sees_not("face.example");
    registry.knows(Knows::Code("doing"));
    world.advance(minutes(2)).await;
    resident.waits().await.sees("face.example");
    // Away until after the link's end, and back with the result.
    registry.knows(Knows::Broken);
    world.advance(minutes(25)).await;
    assert!(proofs(&world).await.is_empty());
    registry.knows(Knows::Code("same"));
    world.advance(minutes(3)).await;
    resident.waits().await.sees("刷脸核对好了");
    assert_eq!(proofs(&world).await, ["face 3"]);
    // Never there: said so in time, and nothing is lost.
    registry.knows(Knows::Status(502));
    let other = world.resident_on_telegram(43);
    files(&other, DIBAO, 2, &AGREES).await;
    world.advance(minutes(11)).await;
    other.waits().await.sees("现在刷不了脸").sees("照样办");
    assert_eq!(proofs(&world).await, ["face 3", "face 0"]);
    world.ends().await;
}

#[tokio::test]
async fn an_agreement_taken_back_ends_the_asking() {
    let registry = Registry::start().await;
    registry.knows(Knows::Code("doing"));
    let world = with(registry.face()).start().await;
    let worker = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = files(&resident, DIBAO, 1, &AGREES).await;
    resident
        .says("撤回同意")
        .await
        .taps("撤回：刷脸核对")
        .await
        .sees("已经撤回");
    assert_eq!(world.count("checks").await, 0);
    let polled = registry.asked("/face/poll").len();
    registry.knows(Knows::Code("same"));
    world.advance(minutes(5)).await;
    assert_eq!(registry.asked("/face/poll").len(), polled);
    assert!(proofs(&world).await.is_empty());
    worker.accepts().await;
    let sheet = worker.sheet(&reference).await.text();
    assert!(sheet.contains("撤回了同意：刷脸核对"), "{sheet}");
    assert!(!sheet.contains("刷脸核对还没有结果"), "{sheet}");
    world.ends().await;
}

#[tokio::test]
async fn neither_the_secret_nor_who_somebody_is_lies_open() {
    let registry = Registry::start().await;
    registry.knows(Knows::Code("doing"));
    let world = with(registry.face()).start().await;
    let resident = world.resident_on_telegram(42);
    files(&resident, DIBAO, 1, &AGREES).await;
    let row =
        "SELECT id, address, verifier, request, body_sealed, COALESCE(outcome, '') FROM checks";
    let row = world.rows(row).await.concat().concat();
    for secret in [REGISTRY_KEY, NAME, &number(1), "session-1", "face.example"] {
        assert!(!row.contains(secret), "{secret} in {row}");
    }
    world.ends().await;
}
