//! What people are told, what they agree to, and what becomes of it when they
//! change their mind.

use tests::{Resident, World};

const DIBAO: &str = "我想申请低保，我住新桥花园";

async fn consents(world: &World) -> Vec<String> {
    let rows = "SELECT kind, CAST(version AS TEXT), CAST(given AS TEXT),
        CASE WHEN ended_at IS NULL THEN '' ELSE 'ended' END FROM consents ORDER BY id";
    let rows = world.rows(rows).await;
    rows.into_iter()
        .map(|row| row.join(" ").trim().to_owned())
        .collect()
}

/// Skips questions until something is said that contains this.
async fn skips_until(resident: &Resident<'_>, part: &str) {
    for _ in 0..12 {
        if resident.last().contains(part) {
            return;
        }
        resident.says("跳过").await;
    }
    panic!("no {part:?}: {:#?}", resident.heard());
}

#[tokio::test]
async fn people_are_told_once_what_is_done_with_their_words_and_lose_no_step_by_it() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident
        .says("我妈八十二了没人做饭，想送餐，住新桥花园")
        .await;
    resident.sees("先跟您说明").sees("联系电话");
    assert!(resident.last().contains("联系电话"), "the question waits");
    resident.says("读给我听").await.sees("最多存三年");
    assert!(resident.last().contains("联系电话"), "it still waits");
    resident.reaches_the_end().await.taps("对，交上去").await;
    resident.sees("编号");
    assert_eq!(consents(&world).await, ["notice 1 1"]);
    resident
        .says("我想申请高龄津贴")
        .await
        .sees_not("先跟您说明");
    world.ends().await;
}

#[tokio::test]
async fn who_wants_to_be_asked_less_is_and_still_gets_a_request() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident
        .says("我妈八十二了没人做饭，想送餐，住新桥花园")
        .await;
    resident.taps("少问几句").await;
    assert!(resident.last().contains("对吗"), "{:?}", resident.heard());
    resident.taps("对，交上去").await.sees("编号");
    world.ends().await;
}

#[tokio::test]
async fn looking_up_what_a_household_has_is_asked_by_itself_and_can_be_taken_back() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.says(DIBAO).await;
    skips_until(&resident, "核对您的收入").await;
    resident.says("读给我听").await.sees("只核对这一次用得到的");
    resident.taps("同意").await;
    assert!(resident.last().contains("对吗"));
    resident.taps("对，交上去").await.sees("编号");
    let reference = resident.reference();
    assert_eq!(consents(&world).await, ["notice 1 1", "means 1 1"]);
    coordinator.accepts().await;
    let sheet = coordinator.sheet(&reference).await.text();
    assert!(sheet.contains("其他每位成年人也要本人同意"), "{sheet}");

    resident.says("撤回同意").await.sees("要撤回哪一项");
    resident.taps("撤回：核对收入和财产").await.sees("已经撤回");
    assert_eq!(consents(&world).await[1], "means 1 1 ended");
    let sheet = coordinator.sheet(&reference).await.text();
    assert!(sheet.contains("撤回了同意：核对收入和财产"), "{sheet}");
    resident.says("撤回同意").await.sees("没有单独同意过什么");
    world.ends().await;
}

#[tokio::test]
async fn every_grown_up_of_a_household_is_asked_and_each_answer_is_kept() {
    let world = World::start().await;
    let settles = async |(reference, lead): &(String, String), part: &str, answer: &str| {
        let worker = world.worker_without_chat(lead).await;
        let page = worker.sheet(reference).await;
        let (_, after) = page.body.split_once(part).expect("it is on the sheet");
        let task = tests::between(after, "name=\"task\" value=\"", "\"").expect("a form");
        let fields = [("task", task), ("answer", answer)];
        let done = worker.settles(reference, &fields).await;
        assert!(done.status.is_redirection(), "{}", done.text());
    };
    let agrees = async |id: i64, people: &str| {
        let resident = world.resident_on_telegram(id);
        resident.says("我想申请公租房，我住新桥花园").await;
        for _ in 0..16 {
            let last = resident.last();
            let answer = match &last {
                last if last.contains("对吗") => break,
                last if last.contains("几口人") => people,
                last if last.contains("核对您的收入") => "同意",
                _ => "跳过",
            };
            resident.says(answer).await;
        }
        resident.taps("对，交上去").await.sees("编号");
        let reference = resident.reference();
        let lead = format!(
            "SELECT lead_worker FROM requests WHERE reference = '{}'",
            reference.replace('-', "")
        );
        let lead = world.rows(&lead).await.concat().concat();
        (reference, lead)
    };
    // Three live there: one task for each of the other two.
    let three = agrees(42, "3").await;
    let open = "tasks WHERE kind = 'adults_agree' AND done_at IS NULL";
    assert_eq!(world.count(open).await, 2);
    settles(&three, "第 2 位要是成年人", "no").await;
    settles(&three, "第 3 位要是成年人", "child").await;
    // Who lives alone is asked alone; unknown how many, one after the other.
    agrees(43, "1").await;
    assert_eq!(world.count(open).await, 0);
    let some = agrees(44, "跳过").await;
    for answer in ["one", "one", "agrees"] {
        assert_eq!(world.count(open).await, 1);
        settles(&some, "其他每位成年人也要本人同意", answer).await;
    }
    let kept = "SELECT answer FROM tasks WHERE kind = 'adults_agree' AND actor LIKE 'worker:%' ORDER BY answer";
    let kept = world.rows(kept).await.concat();
    assert_eq!(kept, ["agrees", "child", "no", "one", "one"]);
    world.ends().await;
}

#[tokio::test]
async fn who_refuses_gets_a_request_all_the_same_and_a_worker_who_knows() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.says(DIBAO).await;
    skips_until(&resident, "核对您的收入").await;
    resident.taps("先不同意").await.sees("不同意也照样办");
    resident.taps("对，交上去").await.sees("编号");
    assert_eq!(consents(&world).await, ["notice 1 1", "means 1 0"]);
    let sheet = coordinator.sheet(&resident.reference()).await.text();
    assert!(
        sheet.contains("还没有同意核对收入和财产，先不要查"),
        "{sheet}"
    );
    world.ends().await;
}

#[tokio::test]
async fn a_promise_stands_for_papers_and_is_checked_later() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.says("我想申请公租房，我住新桥花园").await;
    skips_until(&resident, "作个承诺").await;
    resident
        .taps("同意")
        .await
        .taps("对，交上去")
        .await
        .sees("编号");
    assert!(
        consents(&world)
            .await
            .contains(&"commitment 1 1".to_owned())
    );
    let tasks = world
        .rows("SELECT kind FROM tasks ORDER BY id")
        .await
        .concat();
    assert!(tasks.contains(&"spot_check".to_owned()), "{tasks:?}");
    drop(coordinator);
    world.ends().await;
}

#[tokio::test]
async fn a_child_is_asked_for_a_grown_up_except_in_danger() {
    let world = World::start().await;
    let child = world.resident_on_telegram(42);
    child
        .says("我今年12岁，我想要有人辅导功课，我住新桥花园")
        .await;
    skips_until(&child, "不到十四岁").await;
    child.says("我奶奶，13812345670").await;
    assert!(child.last().contains("对吗"), "{:?}", child.heard());
    child.taps("对，交上去").await.sees("编号");
    let tasks = world
        .rows("SELECT kind FROM tasks ORDER BY id")
        .await
        .concat();
    assert!(tasks.contains(&"guardian".to_owned()), "{tasks:?}");

    let hurt = world.resident_on_telegram(43);
    hurt.says("我今年12岁，我爸打我，打得流血了").await;
    hurt.sees("110").sees_not("先跟您说明").sees_not("十四岁");
    world.ends().await;
}

#[tokio::test]
async fn my_data_are_corrected_by_a_worker_who_sees_old_and_new() {
    let world = World::start().await;
    let officer = world.worker("YX001").await;
    let resident = world.resident_on_telegram(42);
    resident
        .says("我妈八十二了没人做饭，想送餐，住新桥花园，电话13812345670")
        .await;
    resident.reaches_the_end().await.taps("对，交上去").await;
    resident.says("我的数据").await.sees("由您作主");
    resident
        .taps("改正")
        .await
        .taps("电话")
        .await
        .sees("写下正确的");
    resident.says("123").await.sees_not("对吗");
    resident.says("13900000001").await;
    resident
        .reaches_the_end()
        .await
        .taps("对，交上去")
        .await
        .sees("编号");
    let reference = resident.reference();
    officer.does(&reference, &[("act", "accept")]).await;
    let page = officer.sheet(&reference).await;
    let text = page.text();
    assert!(
        text.contains("原来是 138****5670，应为 139****0001"),
        "{text}"
    );
    let (_, after) = page.body.split_once("应为 139****0001").expect("shown");
    let (_, after) = after.split_once("name=\"task\" value=\"").expect("a form");
    let task = after.split('"').next().unwrap_or_default();
    let answer = officer
        .settles(&reference, &[("task", task), ("answer", "changed")])
        .await;
    assert!(answer.status.is_redirection(), "{}", answer.text());
    let checked =
        "SELECT source FROM facts WHERE kind = 'phone' AND basis = 1 AND ended_at IS NULL";
    assert_eq!(world.rows(checked).await, [["worker:YX001"]]);
    let over = world.count("facts WHERE kind = 'phone' AND ended_at IS NOT NULL");
    assert_eq!(over.await, 1, "the wrong one no longer holds");
    world.ends().await;
}
