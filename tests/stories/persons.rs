//! Persons: what was told of whom, what contradicts, who is one with whom, and
//! what a household asked for beside.

use tests::{Resident, Setup, Told, World, days};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway-under-test");

/// Tells a need and answers whatever is asked of this: part of the question and
/// answer. The reference.
async fn opens(world: &World, id: i64, need: &str, answers: &[(&str, &str)]) -> String {
    tells(&world.resident_on_telegram(id), need, answers).await
}

/// The same from wherever somebody writes.
async fn tells(resident: &Resident<'_>, need: &str, answers: &[(&str, &str)]) -> String {
    resident.says(need).await;
    for _ in 0..12 {
        let last = resident.last();
        if last.contains("对吗") {
            break;
        }
        let answer = answers.iter().find(|(part, _)| last.contains(part));
        resident.says(answer.map_or("跳过", |a| a.1)).await;
    }
    resident.taps("对，交上去").await.sees("编号");
    resident.reference()
}

const DIBAO: &str = "我想申请低保，我住新桥花园";

fn told<'a>(name: &'a str, phone: &'a str) -> [(&'a str, &'a str); 2] {
    [("称呼", name), ("电话", phone)]
}

/// The form of a task or decision whose text or row contains `part`: its hidden
/// fields.
fn task_of(page: &tests::Page, part: &str) -> String {
    let (_, after) = page.body.split_once(part).expect("it is on the page");
    let (_, after) = after.split_once("name=\"task\" value=\"").expect("a form");
    after.split('"').next().unwrap_or_default().to_owned()
}

async fn settles(worker: &tests::Worker<'_>, reference: &str, part: &str, answer: &str) {
    let page = worker.sheet(reference).await;
    let task = task_of(&page, part);
    let answer = worker
        .settles(reference, &[("task", &task), ("answer", answer)])
        .await;
    assert!(answer.status.is_redirection(), "{}", answer.text());
}

#[tokio::test]
async fn two_names_of_one_person_are_both_kept_until_somebody_asks_which_is_right() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    opens(&world, 42, DIBAO, &told("王秀英", "13812345670")).await;
    coordinator.accepts().await;
    let again = world.resident_on_telegram(42);
    again.says("菜单").await;
    // What was told is offered again; this time another name is given.
    again.says("我想申请低保").await;
    for _ in 0..12 {
        if again.last().contains("对吗") {
            break;
        }
        again.says("跳过").await;
    }
    again.taps("改").await.taps("姓名").await;
    again.says("王秀兰").await;
    again.taps("对，交上去").await.sees("编号");
    let reference = again.reference();
    coordinator.accepts().await;
    let names = "SELECT CAST(COUNT(*) AS TEXT) FROM facts WHERE kind = 'name' AND ended_at IS NULL";
    assert_eq!(world.rows(names).await[0][0], "2");
    assert_eq!(world.count("persons").await, 1);
    // Masked, both look alike: nobody is asked to choose between them.
    let sheet = coordinator.sheet(&reference).await;
    assert!(
        sheet.text().contains("以前是 王**，这次是 王**"),
        "{}",
        sheet.text()
    );
    assert!(sheet.text().contains("先点「显示完整信息」"));
    assert!(!sheet.body.contains("value=\"old\""));
    let why = [("reason", "check"), ("why", "")];
    coordinator.sends(&reference, "show", &why).await;
    let sheet = coordinator.sheet(&reference).await.text();
    assert!(sheet.contains("以前是 王秀英，这次是 王秀兰"), "{sheet}");

    let stranger = world.worker_without_chat("YX041").await;
    let task = task_of(&coordinator.sheet(&reference).await, "这次是 王秀兰");
    let theirs = stranger
        .settles(&reference, &[("task", &task), ("answer", "old")])
        .await;
    assert_eq!(theirs.status, 404);
    let nonsense = [("task", task.as_str()), ("answer", "none")];
    let answer = coordinator.settles(&reference, &nonsense).await;
    assert!(answer.status.is_client_error());
    assert_eq!(world.rows(names).await[0][0], "2", "nothing was changed");

    settles(&coordinator, &reference, "这次是 王秀兰", "new").await;
    assert_eq!(world.rows(names).await[0][0], "1");
    let sheet = coordinator.sheet(&reference).await.text();
    assert!(sheet.contains("已核对"), "{sheet}");
    let twice = coordinator
        .settles(&reference, &[("task", &task), ("answer", "old")])
        .await;
    assert!(twice.status.is_client_error(), "settled once");
    assert_eq!(world.rows(names).await[0][0], "1");
    world.ends().await;
}

#[tokio::test]
async fn two_chats_of_one_person_are_proposed_merged_by_somebody_and_parted_again() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let who = told("王秀英", "13812345670");
    let first = opens(&world, 42, DIBAO, &who).await;
    coordinator.accepts().await;
    let second = opens(&world, 43, DIBAO, &who).await;
    coordinator.accepts().await;
    assert_eq!(world.count("persons").await, 2, "nobody is merged silently");
    let sheet = coordinator.sheet(&second).await.text();
    assert!(sheet.contains("电话和姓名都相同"), "{sheet}");
    assert!(
        sheet.contains("王**") && sheet.contains("138****5670"),
        "{sheet}"
    );
    assert!(!sheet.contains(&first), "not one household yet");

    let roots = "SELECT root FROM persons ORDER BY id";
    let apart = world.rows(roots).await;
    let facts = "SELECT id, person, tag FROM facts ORDER BY id";
    let before = world.rows(facts).await;
    settles(&coordinator, &second, "可能是同一个人", "one").await;
    let merged = world.rows(roots).await;
    assert_eq!(merged[0], merged[1]);
    assert!(coordinator.sheet(&second).await.text().contains(&first));

    let admin = world.administrator().await;
    let page = admin.get(&world.site(), "/admin/persons").await;
    assert!(page.text().contains("王**") && !page.text().contains("王秀英"));
    let (token, id) = (page.field("token"), page.field("id"));
    let undo = [("token", token.as_str()), ("id", &id), ("answer", "undo")];
    let page = admin.post(&world.site(), "/admin/persons", &undo).await;
    assert!(page.text().contains("记下了"), "{}", page.text());
    assert_eq!(world.rows(roots).await, apart);
    assert_eq!(world.rows(facts).await, before, "nothing was lost");
    let page = admin.post(&world.site(), "/admin/persons", &undo).await;
    assert!(page.text().contains("已经定过"), "{}", page.text());
    world.ends().await;
}

#[tokio::test]
async fn what_was_proved_is_the_persons_in_whichever_chat_and_parts_with_them() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let who = told("王秀英", "13812345670");
    let first = opens(&world, 42, DIBAO, &who).await;
    coordinator.accepts().await;
    let second = opens(&world, 43, DIBAO, &who).await;
    coordinator.accepts().await;
    let vouch = [("act", "vouch"), ("place", "新桥花园家里")];
    let done = coordinator.does(&first, &vouch).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    let left = "还没有当面核对本人";
    let sheet = coordinator.sheet(&second).await.text();
    assert!(sheet.contains(left), "not one person yet: {sheet}");
    settles(&coordinator, &second, "可能是同一个人", "one").await;
    let sheet = coordinator.sheet(&second).await.text();
    assert!(
        !sheet.contains(left) && sheet.contains("当面核对过本人"),
        "{sheet}"
    );
    let admin = world.administrator().await;
    let page = admin.get(&world.site(), "/admin/persons").await;
    let (token, id) = (page.field("token"), page.field("id"));
    let undo = [("token", token.as_str()), ("id", &id), ("answer", "undo")];
    let page = admin.post(&world.site(), "/admin/persons", &undo).await;
    assert!(page.text().contains("记下了"), "{}", page.text());
    let sheet = coordinator.sheet(&second).await.text();
    assert!(sheet.contains(left), "parted again: {sheet}");
    assert!(!coordinator.sheet(&first).await.text().contains(left));
    world.ends().await;
}

#[tokio::test]
async fn a_chat_shows_its_own_requests_whoever_its_person_is_taken_for() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let who = told("王秀英", "13812345670");
    let first = opens(&world, 42, DIBAO, &who).await;
    coordinator.accepts().await;
    let web = world.resident_on_web();
    let second = tells(&web, DIBAO, &who).await;
    coordinator.accepts().await;
    let phone = world.resident_on_telegram(42);
    // Neither an account in a messenger nor a browser proves who is before it.
    let each_sees_its_own = async || {
        phone.says("进度").await.sees(&first).sees_not(&second);
        web.says("进度").await.sees(&second).sees_not(&first);
        web.finds_on("/chat/mine", &second).await;
        web.misses_on("/chat/mine", &first).await;
        let theirs = format!("{first} 撤回");
        web.says(&theirs).await.sees_not("已经撤回");
    };
    let sql = "SELECT DISTINCT root FROM persons";
    each_sees_its_own().await;
    assert_eq!(world.rows(sql).await.len(), 2);
    let admin = world.administrator().await;
    let page = admin.get(&world.site(), "/admin/persons").await;
    let (token, id) = (page.field("token"), page.field("id"));
    let decides = async |answer: &str| {
        let fields = [("token", token.as_str()), ("id", &id), ("answer", answer)];
        admin.post(&world.site(), "/admin/persons", &fields).await
    };
    decides("one").await;
    assert_eq!(world.rows(sql).await.len(), 1);
    each_sees_its_own().await;
    // Whoever works on both sees them side by side, until it is taken back.
    let sheet = coordinator.sheet(&second).await.text();
    assert!(sheet.contains(&first), "{sheet}");
    decides("undo").await;
    assert_eq!(world.rows(sql).await.len(), 2);
    each_sees_its_own().await;
    let sheet = coordinator.sheet(&second).await.text();
    assert!(!sheet.contains(&first), "{sheet}");
    let open = "requests WHERE closed_at IS NULL";
    assert_eq!(world.count(open).await, 2, "nobody closed another's");
    world.ends().await;
}

#[tokio::test]
async fn a_visit_to_somebody_spoken_for_is_theirs_and_not_the_speakers() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let need = "替我妈申请低保，她住新桥花园";
    let mother = opens(&world, 42, need, &told("王秀英", "13812345670")).await;
    coordinator.accepts().await;
    let vouch = [("act", "vouch"), ("place", "新桥花园家里")];
    let done = coordinator.does(&mother, &vouch).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    let left = "还没有当面核对本人";
    assert!(!coordinator.sheet(&mother).await.text().contains(left));
    let child = world.resident_on_telegram(42);
    child.says("菜单").await;
    let own = opens(
        &world,
        42,
        "我自己想申请低保，我住新桥花园",
        &told("李小梅", "13812345670"),
    )
    .await;
    coordinator.accepts().await;
    assert!(coordinator.sheet(&own).await.text().contains(left));
    world.ends().await;
}

#[tokio::test]
async fn a_household_is_shown_what_it_asked_for_beside_to_whom_may_see_it() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let city = gateway::demo::city();
    let lives = |r: &&gateway::people::Resident| r.household.is_some() && r.phone.is_some();
    let all: Vec<_> = city.residents.iter().filter(lives).collect();
    let (one, other) = all
        .iter()
        .flat_map(|a| all.iter().map(move |b| (a, b)))
        .find(|(a, b)| a.household == b.household && a.phone != b.phone)
        .expect("a household of two");
    let phone = |r: &gateway::people::Resident| r.phone.as_ref().expect("kept").expose().clone();
    let (one, other) = (phone(one), phone(other));
    let first = opens(&world, 42, DIBAO, &[("电话", &one)]).await;
    let second = opens(&world, 43, DIBAO, &[("电话", &other)]).await;
    let hidden = opens(&world, 44, "我要投诉社区工作人员", &[("电话", &one)]).await;
    let sheet = coordinator.sheet(&second).await.text();
    assert!(sheet.contains(&first), "{sheet}");
    assert!(!sheet.contains(&hidden), "a matter of the duty desk");
    world.ends().await;
}

#[tokio::test]
async fn under_a_new_key_the_same_person_is_still_found() {
    let world = Setup {
        key_file: true,
        ..Setup::default()
    }
    .start()
    .await;
    opens(&world, 42, DIBAO, &told("王秀英", "13812345670")).await;
    let before = world.rows("SELECT tag FROM facts ORDER BY id").await;
    world.stop().await;
    let told_so: Told = world.command(PROGRAM, &["rotate-key", "--new"]).await;
    assert_eq!(told_so.code, Some(0), "{told_so:?}");
    world.starts_again().await;
    assert_ne!(
        world.rows("SELECT tag FROM facts ORDER BY id").await,
        before
    );
    opens(&world, 43, DIBAO, &told("王秀英", "13812345670")).await;
    assert_eq!(world.count("merges").await, 1);
    world.ends().await;
}

#[tokio::test]
async fn nothing_of_a_person_outlives_their_last_request() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    opens(&world, 42, DIBAO, &told("王秀英", "13812345670")).await;
    coordinator.accepts().await;
    coordinator.contacts().await;
    coordinator.finishes("安排了服务", "都办好了").await;
    world.resident_on_telegram(42).taps("解决了").await;
    world.stop().await;
    world.clock.advance(days(1200));
    for _ in 0..2 {
        let told: Told = world.command(PROGRAM, &["retention"]).await;
        assert_eq!(told.code, Some(0), "{told:?}");
    }
    for table in [
        "facts",
        "person_chats",
        "persons",
        "parties",
        "tasks",
        "residents",
    ] {
        let count = format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}");
        let left = world.rows_at_rest(&count).await;
        assert_eq!(left[0][0].as_deref(), Some("0"), "{table}");
    }
}
