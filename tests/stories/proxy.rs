//! Who asks for others: both are known, the other is asked, several are each
//! meant, and who fears for themselves need not be known.

use tests::World;

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
