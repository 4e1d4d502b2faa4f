//! Nobody acts: the ladder, on the right working days, once, with a reason.

use tests::{Setup, World, days, hours, local};

const NEED: &str = "我想申请低保，我住新桥花园";

#[tokio::test]
async fn a_worker_who_stays_silent_is_reminded_then_replaced() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let deputy = world.worker("YX034").await;
    let street = world.worker("YX017").await;
    let resident = world.resident_on_telegram(42);
    resident.files(NEED).await;
    coordinator.looks_away();
    deputy.looks_away();
    world.at(local("2026-03-02 17:00")).await;
    coordinator.sees_not("提醒");
    world.at(local("2026-03-03 10:00")).await;
    coordinator.sees("提醒");
    deputy.sees_not("提醒");
    world.at(local("2026-03-03 17:00")).await;
    deputy.sees("提醒");
    street.sees_not("请督办");
    resident.looks_away();
    // Past the due moment nobody is disturbed before the desks open again.
    world.at(local("2026-03-03 23:00")).await;
    street.sees_not("请督办");
    world.at(local("2026-03-04 09:30")).await;
    deputy.sees("转由您来办");
    street.sees("请督办");
    resident.waits().await.sees("到时候了");
    let lead = world.rows("SELECT lead_worker FROM requests").await;
    assert_eq!(lead, [["YX034"]]);
    world.ends().await;
}

#[tokio::test]
async fn accepting_stops_the_ladder() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let street = world.worker("YX017").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    coordinator.accepts().await;
    coordinator.contacts().await;
    coordinator.looks_away();
    world.advance(days(3)).await;
    street.sees_not(&reference);
    coordinator.sees_not("还没有人接手");
    world.ends().await;
}

/// What the sheet says is still to come.
async fn to_come(worker: &tests::Worker<'_>, reference: &str) -> String {
    let text = worker.sheet(reference).await.body;
    let lines = text.split("<li class=\"future\">").skip(1);
    let line = |line: &str| line.split("</li>").next().unwrap_or_default().to_owned();
    lines.map(line).collect()
}

#[tokio::test]
async fn after_the_acceptance_nothing_of_its_ladder_stands_or_fires() {
    let urgent = "我丈夫出车祸在抢救，医院催交钱，想申请临时救助，我住新桥花园";
    // The last column is the class: 3 normal, 2 urgent, 1 hunger, 0 crisis.
    let needs = [
        (42, NEED, "YX033", "3"),
        (43, urgent, "YX033", "2"),
        (44, "家里断粮了，两天没吃饭，住新桥花园", "YX033", "1"),
        (45, "我不想活了", "YX001", "0"),
    ];
    for (id, need, worker, danger) in needs {
        let world = World::start().await;
        let worker = world.worker(worker).await;
        let resident = world.resident_on_telegram(id);
        if danger >= "2" {
            resident.files(need).await;
        } else {
            resident.says(need).await;
        }
        let reference = world.rows("SELECT reference FROM requests").await[0][0].clone();
        let column = world.rows("SELECT CAST(class AS TEXT) FROM requests").await;
        assert_eq!(column, [[danger]], "{need}");
        let before = to_come(&worker, &reference).await;
        assert!(before.contains("如果还没有人接手"), "{need}: {before}");
        assert!(before.contains("前要有人接手"), "{need}: {before}");
        worker.accepts().await;
        let after = to_come(&worker, &reference).await;
        assert!(!after.contains("接手"), "{need}: {after}");
        assert!(after.contains("前要联系居民"), "{need}: {after}");
        let fired = "events WHERE kind = 'fired' AND detail LIKE '%accept%'";
        let so_far = world.count(fired).await;
        world.advance(days(6)).await;
        assert_eq!(world.count(fired).await, so_far, "{need}");
        let contact = "events WHERE kind = 'fired' AND detail LIKE '%contact%'";
        assert!(
            world.count(contact).await > 0,
            "{need}: the other clock runs"
        );
        // And the contact ends that one, too.
        worker.contacts().await;
        let so_far = world.count(contact).await;
        world.advance(days(6)).await;
        assert_eq!(world.count(contact).await, so_far, "{need}");
        world.ends().await;
    }
}

#[tokio::test]
async fn a_request_on_a_worked_saturday_is_promised_for_after_the_spring_festival() {
    let world = Setup::at("2026-02-14 10:00").start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.says(NEED).await;
    for _ in 0..12 {
        if resident.last().contains("对吗") {
            break;
        }
        resident.says("跳过").await;
    }
    resident.taps("对，交上去").await.sees("2月24日");
    coordinator.looks_away();
    world.at(local("2026-02-23 23:00")).await;
    let street = world
        .count("events WHERE kind = 'fired' AND detail LIKE '%normal_street%'")
        .await;
    assert_eq!(street, 0);
    world.at(local("2026-02-25 09:30")).await;
    let street = world
        .count("events WHERE kind = 'fired' AND detail LIKE '%normal_street%'")
        .await;
    assert_eq!(street, 1);
    world.ends().await;
}

#[tokio::test]
async fn after_a_three_day_outage_overdue_rungs_fire_once_in_order_of_danger() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let duty = world.worker("YX001").await;
    let calm = world.resident_on_telegram(42);
    calm.files(NEED).await;
    let danger = world.resident_on_telegram(43);
    danger.says("我不想活了").await;
    coordinator.looks_away();
    duty.looks_away();
    let before = &world.rows("SELECT MAX(id) FROM outbox").await[0][0];
    world.is_off_for(days(3)).await;
    let letters =
        format!("FROM outbox o JOIN requests r ON r.id = o.request WHERE o.id > '{before}'");
    let first = world
        .rows(&format!(
            "SELECT r.service, MIN(o.id) {letters} GROUP BY r.service ORDER BY 2"
        ))
        .await;
    assert_eq!(first[0][0], "CRI-SUICIDE", "danger first: {first:?}");
    assert_eq!(first.len(), 2, "and the other after it: {first:?}");
    assert_eq!(
        duty.heard().len(),
        1,
        "told once, by the highest: {:?}",
        duty.heard()
    );
    let rungs = world.count("events WHERE kind = 'fired'").await;
    let distinct = world
        .rows("SELECT request, detail FROM events WHERE kind = 'fired' GROUP BY request, detail")
        .await;
    assert_eq!(rungs, distinct.len() as i64, "each rung once");
    assert!(rungs >= 8, "{rungs} rungs fired");
    world.restart().await;
    assert_eq!(world.count("events WHERE kind = 'fired'").await, rungs);
    world.ends().await;
}

#[tokio::test]
async fn a_pause_has_a_reason_and_a_limit() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    coordinator.accepts().await;
    coordinator.contacts().await;
    let refused = coordinator
        .does(&reference, &[("act", "pause"), ("reason", "holiday")])
        .await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    resident.looks_away();
    let done = coordinator
        .does(&reference, &[("act", "pause"), ("reason", "resident")])
        .await;
    assert!(done.status.is_redirection(), "{}", done.text());
    resident.waits().await.sees("先等一等");
    world.advance(days(20)).await;
    let resumed = world.count("events WHERE kind = 'resumed'").await;
    assert_eq!(resumed, 1, "it resumed by itself at its limit");
    // A reason of another class would be told to the resident and stop nothing.
    world
        .damages(
            "UPDATE events SET detail = REPLACE(detail, 'normal', 'hunger') WHERE kind = 'opened'",
        )
        .await;
    // After three weeks they sign in anew.
    let coordinator = world.worker_without_chat("YX033").await;
    let sheet = coordinator.sheet(&reference).await.text();
    assert!(!sheet.contains("在等什么"), "{sheet}");
    let refused = coordinator
        .does(&reference, &[("act", "pause"), ("reason", "resident")])
        .await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    // Its clocks follow another ladder now: there is nothing to audit.
    world.stop().await;
}

#[tokio::test]
async fn every_overdue_request_says_why_it_has_not_escalated() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    world.advance(days(2)).await;
    for day in 0..30 {
        let page = coordinator.sheet(&reference).await;
        if page.status == 200 {
            let text = page.text();
            assert!(text.contains("为什么还没"), "day {day}: {text}");
        }
        world.advance(days(1)).await;
    }
    world.ends().await;
}

#[tokio::test]
async fn the_auditor_finds_a_rung_that_vanished_from_the_history() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.files(NEED).await;
    world.advance(hours(30)).await;
    assert_eq!(world.audit().await, Vec::<String>::new());
    world
        .damages("UPDATE events SET kind = 'noted', detail = '{}' WHERE kind = 'fired' AND detail LIKE '%normal_half%'")
        .await;
    let findings = world.audit().await;
    assert!(
        findings.iter().any(|f| f.contains("normal_half")),
        "{findings:?}"
    );
    world.stop().await;
}
