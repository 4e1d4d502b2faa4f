//! Who somebody is: asked late, once, never of those in danger, and never in
//! the way of a request.

use futures::future::join_all;
use gateway::identity::phone_code::{self, PhoneCode};
use gateway::identity::{Claim, Outcome, Verifier};
use tests::{Answers, KEY, KEY_ID, Resident, Setup, Sms, World, hours, minutes, seconds};

const PHONE: &str = "13812345678";

fn with(provider: &str, sms: &Sms) -> Setup {
    Setup::default()
        .with("LINLI__SMS__PROVIDER", provider)
        .with("LINLI__SMS__KEY_ID", KEY_ID)
        .with("LINLI__SMS__KEY", KEY)
        .with("LINLI__SMS__APP", "1400006666")
        .with("LINLI__SMS__SIGNATURE", "邻里")
        .with("LINLI__SMS__TEMPLATE", "1110")
        .with("LINLI__SMS__API_URL", sms.url())
}

/// Up to the question for the code.
async fn asks_for_meals(resident: &Resident<'_>) {
    resident
        .says("我妈八十二了，一个人住新桥花园，做不了饭，想要送餐")
        .await
        .sees("联系电话")
        .sees_not("6 个数字");
    resident.says(PHONE).await;
}

/// A code that is certainly another one.
fn wrong(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

#[tokio::test]
async fn a_code_is_asked_for_after_the_need_and_proves_the_number() {
    for provider in ["tencent", "aliyun"] {
        let sms = Sms::start().await;
        let world = with(provider, &sms).start().await;
        let supplier = world.worker("YX015").await;
        let resident = world.resident_on_telegram(42);
        asks_for_meals(&resident).await;
        resident
            .sees("138****5678")
            .sees("6 个数字")
            .sees_not(PHONE);
        assert_eq!(sms.calls(), (1, 0), "{provider}: sent once, well signed");
        assert_eq!(world.count("requests").await, 0);
        let code = sms.code(PHONE);
        resident.says(&wrong(&code)).await.sees("还可以试 4 次");
        let spaced = format!("验证码 {} {}", &code[..3], &code[3..]);
        resident
            .says(&spaced)
            .await
            .sees("电话核对好了")
            .sees("对吗")
            .sees_not("后面工作人员会核对");
        resident.taps("对，交上去").await.sees("编号");
        let proofs = "SELECT verifier, CAST(level AS TEXT), actor FROM proofs";
        assert_eq!(world.rows(proofs).await, [["phone_code", "1", "system"]]);
        supplier.accepts().await;
        let sheet = supplier.sheet(&resident.reference()).await.text();
        assert!(sheet.contains("138****5678 已用短信验证码核对"), "{sheet}");
        assert!(!sheet.contains("还没有核对"), "{sheet}");
        // The next request of the same person is not asked again.
        asks_for_meals(&resident).await;
        resident.sees("对吗").sees_not("6 个数字");
        world.ends().await;
    }
}

#[tokio::test]
async fn who_puts_it_off_loses_nothing_and_the_worker_sees_what_is_left() {
    let sms = Sms::start().await;
    let world = with("tencent", &sms).start().await;
    let supplier = world.worker("YX015").await;
    for (id, words) in [
        (42, "以后再说"),
        (43, "跳过"),
        (44, "没有手机"),
        (45, "later"),
    ] {
        let resident = world.resident_on_telegram(id);
        asks_for_meals(&resident).await;
        resident.says(words).await;
        assert!(
            resident.last().contains("对吗") || resident.last().contains("right?"),
            "{words}: {}",
            resident.last()
        );
    }
    let resident = world.resident_on_web();
    asks_for_meals(&resident).await;
    resident.taps("以后再说").await.sees("照样办").sees("对吗");
    resident.taps("对，交上去").await.sees("编号");
    assert_eq!(world.count("requests").await, 1);
    assert_eq!(world.count("proofs").await, 0);
    supplier.accepts().await;
    let sheet = supplier.sheet(&resident.reference()).await.text();
    assert!(sheet.contains("电话还没有核对"), "{sheet}");
    world.ends().await;
}

#[tokio::test]
async fn danger_and_haste_are_never_asked_who_they_are() {
    let sms = Sms::start().await;
    let world = with("tencent", &sms).start().await;
    for (id, need) in [
        (
            42,
            "我已经三天没吃饭了，家里一点吃的都没有，电话13812345678",
        ),
        (43, "家里着火了，没地方住，急需临时救助，电话13812345678"),
        (44, "我今晚没地方睡，在桥下面，电话13812345678"),
    ] {
        let resident = world.resident_on_telegram(id);
        resident.says(need).await;
        for _ in 0..8 {
            resident.sees_not("6 个数字");
            if resident.last().contains("对吗") {
                break;
            }
            resident.says("跳过").await;
        }
    }
    // In the middle of proving, danger comes first.
    let resident = world.resident_on_telegram(45);
    asks_for_meals(&resident).await;
    resident.sees("6 个数字");
    resident.says("我不想活了").await.sees("12356");
    assert_eq!(sms.calls().0, 1);
    world.ends().await;
}

#[tokio::test]
async fn fifty_guesses_side_by_side_are_looked_at_five_times() {
    let sms = Sms::start().await;
    let world = with("tencent", &sms).start().await;
    let resident = world.resident_on_telegram(42);
    asks_for_meals(&resident).await;
    let code = sms.code(PHONE);
    let row = &world.rows("SELECT id, address FROM codes").await[0];
    let (id, address) = (row[0].clone(), row[1].clone());
    let core = world.app().core;
    let now = world.clock.now();
    let guesses = (0..50).map(|n| {
        let (core, id, address) = (core.clone(), id.clone(), address.clone());
        let digits = wrong(&code);
        tokio::spawn(async move {
            let message = format!("message {n}");
            let claim = Claim::Code {
                id: &id,
                phone: PHONE,
                digits: &digits,
                message: &message,
            };
            let outcome = PhoneCode.check(&core, &address, claim, now).await;
            // The same message handled once more counts nothing.
            assert_eq!(
                PhoneCode.check(&core, &address, claim, now).await.is_ok(),
                outcome.is_ok()
            );
            outcome.expect("the store answers")
        })
    });
    let outcomes = join_all(guesses).await;
    let looked = outcomes
        .into_iter()
        .filter(|o| matches!(o, Ok(Outcome::NoMatch { .. })))
        .count();
    assert!(looked <= 5, "{looked} guesses were looked at");
    assert_eq!(
        world.rows("SELECT CAST(tries AS TEXT) FROM codes").await,
        [["5"]]
    );
    resident
        .says(&code)
        .await
        .sees("已经用不了")
        .sees("以后再说");
    world.advance(minutes(1)).await;
    resident.taps("再发一次").await.sees("138****5678");
    resident.says(&code).await.sees_not("核对好了");
    resident.says(&sms.code(PHONE)).await.sees("核对好了");
    world.ends().await;
}

#[tokio::test]
async fn guesses_through_the_chat_are_counted_and_a_late_code_is_over() {
    let sms = Sms::start().await;
    let world = with("aliyun", &sms).start().await;
    let resident = world.resident_on_telegram(42);
    asks_for_meals(&resident).await;
    let code = sms.code(PHONE);
    for left in ["4", "3", "2", "1"] {
        resident
            .says(&wrong(&code))
            .await
            .sees(&format!("还可以试 {left} 次"));
    }
    resident.says(&wrong(&code)).await.sees("已经用不了");
    resident.says(&code).await.sees("已经用不了");
    world.advance(minutes(1)).await;
    resident.says("再发一次").await.sees("138****5678");
    world.advance(minutes(6)).await;
    resident.says(&sms.code(PHONE)).await.sees("已经用不了");
    world.ends().await;
}

#[tokio::test]
async fn another_code_comes_after_a_minute_and_not_without_end() {
    let sms = Sms::start().await;
    let world = with("tencent", &sms).start().await;
    let resident = world.resident_on_telegram(42);
    asks_for_meals(&resident).await;
    let first = sms.code(PHONE);
    resident.says("没收到").await.sees("请再等");
    assert_eq!(sms.calls().0, 1);
    for sent in 2..=5 {
        world.advance(seconds(61)).await;
        resident.says("再发一次").await.sees("6 个数字");
        assert_eq!(sms.calls().0, sent);
    }
    if first != sms.code(PHONE) {
        resident.says(&first).await.sees("还可以试 4 次");
    }
    world.advance(seconds(61)).await;
    resident.says("再发一次").await.sees("不能再发");
    // Nor from another chat; a number nobody wrote to is treated alike.
    let other = world.resident_on_telegram(43);
    asks_for_meals(&other).await;
    other.sees("不能再发");
    assert_eq!(sms.calls().0, 5);
    other.says("13912345678").await.sees("139****5678");
    other.says(&sms.code("13912345678")).await.sees("核对好了");
    world.advance(hours(1)).await;
    resident.says("再发一次").await.sees("138****5678");
    world.ends().await;
}

#[tokio::test]
async fn one_network_asks_for_so_many_codes_and_that_is_said_honestly() {
    let sms = Sms::start().await;
    let world = with("tencent", &sms).start().await;
    let core = world.app().core;
    // The pages of these tests come from nowhere, which counts as one network.
    let network = core.seal.tag("network", "unknown");
    let mut sent = 0;
    for n in 0..25 {
        let (address, phone) = (format!("webchat/main/{n}"), format!("139000000{n:02}"));
        let mut changes = gateway::store::Changes::at(0);
        let out = (&mut changes, world.clock.now());
        let whose = (address.as_str(), Some(network.as_str()));
        let code = (address.as_str(), phone.as_str());
        let done = phone_code::begin(&core, whose, code, gateway::web::Lang::Zh, out).await;
        sent += usize::from(done.expect("the store answers") == phone_code::Sent::Yes);
    }
    assert_eq!(sent, 20);
    let web = world.resident_on_web();
    asks_for_meals(&web).await;
    web.sees("您现在用的这个网络")
        .sees("事情照样交上去")
        .sees_not("6 个数字");
    assert_eq!(sms.calls().0, 0);
    web.says("以后再说").await.sees("对吗");
    // Where no network is known, and an hour later.
    let other = world.resident_on_telegram(43);
    asks_for_meals(&other).await;
    other.sees("6 个数字");
    world.advance(hours(1)).await;
    let later = world.resident_on_web();
    asks_for_meals(&later).await;
    later.sees("6 个数字");
    let kept = "SELECT tag FROM attempts";
    assert!(!world.rows(kept).await.concat().concat().contains("unknown"));
    world.ends().await;
}

#[tokio::test]
async fn the_own_card_proves_the_number_and_somebody_elses_does_not() {
    let sms = Sms::start().await;
    let world = with("tencent", &sms).start().await;
    let resident = world.resident_on_telegram(42);
    resident
        .says("我妈八十二了，一个人住新桥花园，做不了饭，想要送餐")
        .await
        .sees("联系电话");
    resident.shares_contact().await;
    resident.reaches_the_end().await.sees_not("6 个数字");
    let proofs = "SELECT verifier, CAST(level AS TEXT) FROM proofs";
    assert_eq!(world.rows(proofs).await, [["contact_card", "1"]]);
    let other = world.resident_on_telegram(43);
    asks_for_meals(&other).await;
    other.shares_contact().await.sees("核对好了").sees("对吗");
    assert_eq!(sms.calls().0, 1);
    world.ends().await;
}

#[tokio::test]
async fn a_message_that_cannot_be_sent_is_said_and_the_request_goes_on() {
    let sms = Sms::start().await;
    let world = with("tencent", &sms).start().await;
    for (id, code) in [
        (42, "FailedOperation.InsufficientBalanceInSmsPackage"),
        (43, "FailedOperation.PhoneNumberInBlacklist"),
    ] {
        sms.answers(Answers::Code(code));
        let resident = world.resident_on_telegram(id);
        asks_for_meals(&resident).await;
        resident.sees("短信没有发出去");
        resident.says("以后再说").await.sees("对吗");
    }
    // Busy: again while the code holds.
    sms.answers(Answers::Code("RequestLimitExceeded"));
    let resident = world.resident_on_telegram(44);
    asks_for_meals(&resident).await;
    resident.sees_not("没有发出去");
    sms.answers(Answers::Ok);
    world.advance(seconds(11)).await;
    resident.says(&sms.code(PHONE)).await.sees("核对好了");
    // No sound answer: it may be out, and is not sent twice.
    sms.answers(Answers::Broken);
    let resident = world.resident_on_telegram(45);
    asks_for_meals(&resident).await;
    let calls = sms.calls().0;
    world.advance(minutes(6)).await;
    assert_eq!(sms.calls(), (calls, 0));
    world.ends().await;
}

#[tokio::test]
async fn a_code_survives_a_restart_and_a_message_waiting_is_sent_after_it() {
    let sms = Sms::start().await;
    let world = with("tencent", &sms).start().await;
    let resident = world.resident_on_telegram(42);
    sms.answers(Answers::Code("InternalError.Timeout"));
    asks_for_meals(&resident).await;
    assert!(sms.taken().is_empty());
    sms.answers(Answers::Ok);
    world.is_off_for(seconds(30)).await;
    let code = sms.code(PHONE);
    world.restart().await;
    resident.says(&code).await.sees("核对好了");
    assert_eq!(sms.taken().len(), 1, "once");
    world.ends().await;
}

/// Files for the minimum living allowance under this name and number.
async fn files_as(resident: &Resident<'_>, name: &str, number: &str) -> String {
    let need = format!("身份证号{number}，想申请低保，住新桥花园");
    resident.says(&need).await;
    for _ in 0..20 {
        if resident.last().contains("怎么称呼") {
            resident.says(name).await;
            break;
        }
        resident.says("跳过").await;
    }
    resident.reaches_the_end().await;
    resident.taps("对，交上去").await;
    resident.sees("编号").reference()
}

#[tokio::test]
async fn name_and_document_are_compared_with_the_register_and_doubt_goes_to_the_worker() {
    let world = World::start().await;
    let worker = world.worker("YX033").await;
    for (id, name, number, said) in [
        (42, "罗思琪", "590102195105054087", "与居民名册一致"),
        (43, "罗思棋", "590102195105054087", "在居民名册里是别的名字"),
        (44, "罗思琪", "11010519491231002X", "居民名册里查不到"),
    ] {
        let resident = world.resident_on_telegram(id);
        let reference = files_as(&resident, name, number).await;
        worker.accepts().await;
        let sheet = worker.sheet(&reference).await.text();
        assert!(sheet.contains(said), "{said}: {sheet}");
        assert!(sheet.contains("还没有当面核对本人"), "{sheet}");
    }
    let levels = world
        .rows("SELECT CAST(level AS TEXT) FROM proofs ORDER BY id")
        .await;
    assert_eq!(levels, [["2"], ["0"], ["0"]]);
    world.ends().await;
}

#[tokio::test]
async fn a_worker_attests_at_the_door_with_place_and_time() {
    let world = World::start().await;
    let worker = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files("我想申请低保，住新桥花园").await;
    worker.accepts().await;
    let page = worker.sheet(&reference).await.text();
    assert!(page.contains("当面核对过本人"), "{page}");
    let none = [("act", "vouch"), ("place", " ")];
    assert!(
        worker
            .does(&reference, &none)
            .await
            .status
            .is_client_error()
    );
    let done = worker
        .does(&reference, &[("act", "vouch"), ("place", "新桥花园家里")])
        .await;
    assert!(done.status.is_redirection(), "{}", done.text());
    let sheet = worker.sheet(&reference).await.text();
    assert!(sheet.contains("当面核对过本人（新桥花园家里，"), "{sheet}");
    assert!(!sheet.contains("还没有当面核对本人"), "{sheet}");
    let proofs = "SELECT verifier, CAST(level AS TEXT), actor FROM proofs";
    assert_eq!(
        world.rows(proofs).await,
        [["worker_vouch", "3", "worker:YX033"]]
    );
    let acts = "SELECT act FROM audit WHERE act = 'act.vouch'";
    assert_eq!(world.rows(acts).await.len(), 1);
    world.ends().await;
}
