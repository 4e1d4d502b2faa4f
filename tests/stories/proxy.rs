//! Who asks for others: both are known, the other is asked, several are each
//! meant, and who fears for themselves need not be known.

use tests::{Resident, World, days};

async fn parties(world: &World) -> Vec<String> {
    let rows = "SELECT role, COALESCE(relation, 'own'), CASE WHEN until_at IS NULL THEN '' ELSE 'until' END
        FROM parties ORDER BY request, role";
    let rows = world.rows(rows).await;
    rows.into_iter()
        .map(|row| row.join(" ").trim().to_owned())
        .collect()
}

#[tokio::test]
async fn who_asks_for_their_mother_is_not_taken_for_her_and_she_is_asked_at_the_visit() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let daughter = world.resident_on_telegram(42);
    let need = "我妈想申请低保，她住新桥花园，我的电话13812345670";
    daughter.says(need).await;
    daughter
        .reaches_the_end()
        .await
        .taps("对，交上去")
        .await
        .sees("编号");
    let reference = daughter.reference();
    assert_eq!(
        parties(&world).await,
        ["reporter mother until", "subject mother"]
    );
    assert_eq!(world.count("persons").await, 2);
    let phone =
        "SELECT p.role FROM facts f JOIN parties p ON p.person = f.person WHERE f.kind = 'phone'";
    assert_eq!(world.rows(phone).await, [["reporter"]]);
    let sheet = coordinator.sheet(&reference).await.text();
    assert!(sheet.contains("别人替母亲来说的"), "{sheet}");

    // The same mother, when her daughter asks again.
    daughter.says(need).await;
    daughter
        .reaches_the_end()
        .await
        .taps("对，交上去")
        .await
        .sees("编号");
    assert_eq!(world.count("persons").await, 2);
    world.ends().await;
}

#[tokio::test]
async fn one_message_for_two_people_opens_a_request_for_each() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.says("给我妈和我爸申请送餐，住新桥花园").await;
    resident.reaches_the_end().await.sees("给父亲也各办一件");
    resident.taps("对，交上去").await.sees("编号");
    assert_eq!(world.count("requests").await, 2);
    let all = parties(&world).await;
    let subjects: Vec<&String> = all.iter().filter(|p| p.starts_with("subject")).collect();
    assert_eq!(subjects, ["subject mother", "subject father"]);
    world.ends().await;
}

#[tokio::test]
async fn whose_words_leave_it_open_may_say_for_whom_it_is() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.says("想要送餐，住新桥花园").await;
    resident
        .reaches_the_end()
        .await
        .taps("替别人办的")
        .await
        .sees("给谁办");
    resident.taps("邻居").await.sees("对吗");
    resident.taps("对，交上去").await.sees("编号");
    assert_eq!(
        parties(&world).await,
        ["reporter neighbour until", "subject neighbour"]
    );
    world.ends().await;
}

#[tokio::test]
async fn who_reports_harm_without_a_name_is_written_down_nowhere() {
    let world = World::start().await;
    let duty = world.worker("YX001").await;
    let neighbour = world.resident_on_telegram(42);
    let _ = world.telegram.user(42).named("欧阳独一");
    neighbour
        .says("想要送餐，我住新桥花园，电话13870615243")
        .await;
    neighbour.reaches_the_end().await.taps("对，交上去").await;
    let before = world.count("parties").await;
    neighbour
        .says("我要匿名，楼上的男人天天打孩子，孩子身上都是伤")
        .await;
    neighbour.sees("110");
    assert_eq!(
        world.count("parties").await,
        before,
        "nobody is written down"
    );
    duty.accepts().await;
    let reference = "SELECT reference FROM requests WHERE restricted = 1";
    let reference = world.rows(reference).await[0][0].clone();
    let sheet = duty.sheet(&reference).await.text();
    assert!(sheet.contains("天天打孩子"), "{sheet}");
    for known in ["欧阳独一", "欧*", "13870615243", "138****5243"] {
        assert!(!sheet.contains(known), "{known}: {sheet}");
    }
    world.ends().await;
}

/// Asks for somebody's mother; the reference.
async fn asks_for_her(daughter: &Resident<'_>) -> String {
    daughter.says("菜单").await;
    daughter
        .files("我妈想申请低保，她住新桥花园，我的电话13812345670")
        .await
}

#[tokio::test]
async fn whoever_does_not_want_to_be_spoken_for_is_spoken_for_no_more() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let daughter = world.resident_on_telegram(42);
    let reference = asks_for_her(&daughter).await;
    coordinator.accepts().await;
    daughter.says("进度").await.sees(&reference);
    let page = coordinator.sheet(&reference).await;
    let (_, after) = page.body.split_once("别人替母亲来说的").expect("a task");
    let task = tests::between(after, "name=\"task\" value=\"", "\"").expect("a form");
    let answer = [("task", task), ("answer", "refuses")];
    let done = coordinator.settles(&reference, &answer).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    // She hears no more of it, and moves nothing; the worker still has it.
    daughter.says("进度").await.sees_not(&reference);
    daughter
        .says(&format!("{reference} 撤回"))
        .await
        .sees_not("已经撤回");
    assert_eq!(world.count("requests WHERE closed_at IS NULL").await, 1);
    let sheet = coordinator.sheet(&reference).await.text();
    assert!(sheet.contains(&reference), "{sheet}");
    // What becomes of it is nobody's to tell her, unless the worker writes to her:
    // then her answer arrives.
    daughter.looks_away();
    coordinator.asks("您母亲白天在家吗？").await;
    daughter.waits().await.sees("白天在家");
    daughter.says("她上午都在家").await;
    coordinator.sees("她上午都在家");
    coordinator.releases().await;
    daughter.waits().await.looks_away();
    // Nor of what is made of it.
    let split = [
        ("act", "split"),
        ("service", "ELD-MEAL"),
        ("text", "老人中午没人做饭"),
    ];
    let done = coordinator.does(&reference, &split).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    assert_eq!(world.count("requests").await, 2);
    daughter.waits().await.sees_nothing();
    daughter.says("进度").await.sees_not("助餐");
    daughter.looks_away();
    coordinator.contacts().await;
    coordinator.finishes("安排了服务", "跟她本人说好了").await;
    daughter.waits().await.sees_nothing();
    // Asking again makes another person of her mother, who is asked again.
    asks_for_her(&daughter).await;
    let subjects = "SELECT DISTINCT p.person FROM parties p JOIN requests r ON r.id = p.request
        WHERE p.role = 'subject' AND r.service = 'BAS-DIBAO'";
    assert_eq!(world.rows(subjects).await.len(), 2);
    let asked = "tasks WHERE kind = 'subject_agrees' AND done_at IS NULL";
    assert_eq!(world.count(asked).await, 1);
    world.ends().await;
}

#[tokio::test]
async fn nobody_speaks_for_another_for_ever() {
    let world = World::start().await;
    let daughter = world.resident_on_telegram(42);
    let reference = asks_for_her(&daughter).await;
    let own = daughter.files("我自己想申请高龄津贴，住新桥花园").await;
    daughter.says("进度").await.sees(&reference).sees(&own);
    let until = "SELECT CAST(until_at - at AS TEXT) FROM parties WHERE until_at IS NOT NULL";
    let half_a_year: i64 = world.rows(until).await[0][0].parse().expect("a number");
    assert_eq!(half_a_year, micros_of(days(180)));
    // Half a year later, without half a year of reminders.
    let over = "UPDATE parties SET until_at = at WHERE until_at IS NOT NULL";
    world.damages(over).await;
    daughter.says("进度").await.sees_not(&reference).sees(&own);
    world.ends().await;
}

fn micros_of(span: chrono::TimeDelta) -> i64 {
    span.num_microseconds().expect("a short span")
}
