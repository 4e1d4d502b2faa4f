//! The workers' console: what is live, what is private, what stays theirs.

use std::collections::BTreeSet;
use tests::{Frames, Page, World, days, hours, seconds};

const NEED: &str = "我想申请低保，我住新桥花园";

/// The mark in a frame of a stream.
fn mark(frame: &str) -> String {
    let line = frame.lines().find_map(|line| line.strip_prefix("id:"));
    line.expect("a mark").trim().to_owned()
}

#[tokio::test]
async fn a_page_that_was_cut_off_learns_from_another_process_what_it_missed() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    // The first look is a fact of its own.
    let page = coordinator.sheet(&reference).await.body;
    let events = page.split('"').find(|part| part.contains("/events?v="));
    let events = events.expect("a live page").to_owned();
    let mut queue = coordinator.listens("/worker/events", None).await;
    assert!(queue.next().await.is_some_and(|f| f.contains(": open")));
    let seen = mark(&queue.next().await.expect("its mark"));
    drop(queue);
    world.restart().await;
    // Nothing happened: the same marks, and silence.
    let mut queue = coordinator.listens("/worker/events", Some(&seen)).await;
    assert!(queue.next().await.is_some_and(|f| f.contains(": open")));
    assert_eq!(queue.next().await, None);
    let mut sheet = coordinator.listens(&events, None).await;
    assert!(sheet.next().await.is_some_and(|f| f.contains(": open")));
    assert_eq!(sheet.next().await, None);
    // Told while it listens, and after it was cut off; messages count, too.
    coordinator.accepts().await;
    assert!(queue.next().await.is_some_and(|f| f.contains("hint")));
    assert!(sheet.next().await.is_some_and(|f| f.contains("hint")));
    coordinator.asks("您家里几口人？").await;
    let known = mark(&sheet.next().await.expect("the question"));
    drop((queue, sheet));
    resident.waits().await;
    resident.says("三口人").await;
    world.restart().await;
    let mut sheet = coordinator.listens(&events, Some(&known)).await;
    assert!(sheet.next().await.is_some_and(|f| f.contains(": open")));
    assert!(sheet.next().await.is_some_and(|f| f.contains("hint")));
    assert!(
        coordinator
            .sheet(&reference)
            .await
            .text()
            .contains("三口人")
    );
    let mut queue = coordinator.listens("/worker/events", Some(&seen)).await;
    assert!(queue.next().await.is_some_and(|f| f.contains(": open")));
    assert!(queue.next().await.is_some_and(|f| f.contains("hint")));
    world.ends().await;
}

#[tokio::test]
async fn words_go_both_ways_without_a_number_and_notes_stay_inside() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_web();
    let reference = resident.files(NEED).await;
    coordinator.accepts().await;
    let noted = coordinator.notes(&reference, "家里有狗，注意安全").await;
    assert!(noted.status.is_redirection(), "{}", noted.text());
    resident.sees_not("狗");
    let asked = [("act", "ask"), ("text", "您方便周三在家吗？")];
    coordinator.does(&reference, &asked).await;
    resident.waits().await.sees("您方便周三在家吗？");
    resident.sees_not("1390");
    coordinator.looks_away();
    resident.says("周三上午在家").await;
    coordinator.sees("周三上午在家");
    let sheet = coordinator.sheet(&reference).await;
    assert!(sheet.text().contains("周三上午在家"));
    assert!(sheet.text().contains("家里有狗"));
    // The bot is silent until the worker gives the conversation back.
    coordinator.does(&reference, &[("act", "release")]).await;
    resident.waits().await.sees("您接着跟我说就行");
    world.ends().await;
}

#[tokio::test]
async fn the_list_of_visits_names_the_house_and_the_door() {
    let world = World::start().await;
    let worker = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    resident.says("我想申请低保").await;
    for _ in 0..20 {
        if resident.last().contains("对吗") {
            break;
        }
        let where_to = resident.last().contains("地址") || resident.last().contains("住");
        let answer = if where_to {
            "新桥花园3号楼2单元501"
        } else {
            "跳过"
        };
        resident.says(answer).await;
    }
    resident.taps("对，交上去").await;
    worker.accepts().await;
    let list = worker.opens("/worker/visits").await.text();
    let house = list.find("新桥花园3号楼").expect("the house");
    assert!(list[house..].contains("2单元501"), "{list}");
    world.ends().await;
}

#[tokio::test]
async fn more_time_is_asked_for_before_it_is_due_and_granted_by_somebody_above() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let street = world.worker("YX017").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    coordinator.accepts().await;
    let ask = [("act", "extend"), ("days", "3"), ("note", "等医院的证明")];
    let early = coordinator.does(&reference, &ask).await;
    assert!(early.status.is_redirection(), "{}", early.text());
    street.sees("申请延期").sees("孙慧敏");
    let again = coordinator.does(&reference, &ask).await;
    assert_eq!(again.status, 409);
    assert!(again.text().contains("还没有答复"), "{}", again.text());
    let own = coordinator.does(&reference, &[("act", "grant")]).await;
    assert_eq!(own.status, 403, "nobody grants themselves");
    resident.looks_away();
    coordinator.looks_away();
    let before = world.rows("SELECT CAST(due_at AS TEXT) FROM timers").await;
    street.taps("同意延期").await.sees("同意延期了");
    resident
        .waits()
        .await
        .sees("的时间改了")
        .sees("等医院的证明");
    coordinator.sees("的延期同意了");
    let after = world.rows("SELECT CAST(due_at AS TEXT) FROM timers").await;
    assert_ne!(before, after, "the ladder follows");
    let sheet = coordinator.sheet(&reference).await.text();
    assert!(sheet.contains("孙慧敏申请延期3"), "{sheet}");
    let once = coordinator.does(&reference, &ask).await;
    assert!(once.text().contains("已经延过一次"), "{}", once.text());

    // Refused with a reason, and too late once the time is over.
    let second = world.resident_on_telegram(43);
    let other = second.files(NEED).await;
    coordinator.accepts().await;
    coordinator.does(&other, &ask).await;
    let unsaid = street
        .does(&other, &[("act", "refuse"), ("note", " ")])
        .await;
    assert_eq!(unsaid.status, 422);
    coordinator.looks_away();
    let no = [("act", "refuse"), ("note", "先打电话联系")];
    street.does(&other, &no).await;
    coordinator.sees("的延期没有同意");
    second.waits().await.sees_not("的时间改了");
    world.advance(days(3)).await;
    let coordinator = world.worker_without_chat("YX033").await;
    let late = coordinator.does(&other, &ask).await;
    assert!(late.text().contains("已经超时"), "{}", late.text());
    world.ends().await;
}

#[tokio::test]
async fn whoever_asked_for_more_time_is_not_offered_to_answer() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let street = world.worker("YX017").await;
    let above = world.worker_without_chat("YX005").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    coordinator.accepts().await;
    coordinator.hands_over("青石街道民政办", "归街道").await;
    street.accepts().await;
    let ask = [("act", "extend"), ("days", "3"), ("note", "等医院的证明")];
    let asked = street.does(&reference, &ask).await;
    assert!(asked.status.is_redirection(), "{}", asked.text());
    for (worker, offered) in [(&street, false), (&above, true)] {
        let sheet = worker.sheet(&reference).await.body;
        for answer in ["同意延期", "不同意延期"] {
            assert_eq!(sheet.contains(answer), offered, "{answer}: {sheet}");
        }
    }
    world.ends().await;
}

#[tokio::test]
async fn one_request_becomes_two_with_a_clock_each() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let first = resident.files(NEED).await;
    coordinator.accepts().await;
    resident.looks_away();
    let split = [
        ("act", "split"),
        ("service", "ELD-MEAL"),
        ("text", "老人中午没人做饭"),
    ];
    let done = coordinator.does(&first, &split).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    resident.waits().await.sees("助餐送餐").sees("编号");
    assert_eq!(world.count("requests").await, 2);
    assert_eq!(world.count("timers").await, 2);
    // Both are on file under the same person.
    assert_eq!(world.count("parties WHERE role = 'subject'").await, 2);
    assert_eq!(world.count("persons").await, 1);
    let second = resident.reference();
    assert_ne!(first, second);
    let sheet = coordinator.sheet(&first).await.text();
    assert!(
        sheet.contains("从这里分出") && sheet.contains(&second),
        "{sheet}"
    );
    // Whoever was given the second one works on it; the first stays where it is.
    let lead = "SELECT lead_worker FROM requests ORDER BY opened_at DESC LIMIT 1";
    let lead = world.rows(lead).await[0][0].clone();
    let other = world.worker_without_chat(&lead).await;
    let sheet = other.sheet(&second).await.text();
    assert!(sheet.contains("分自") && sheet.contains(&first), "{sheet}");
    let wrong = [("act", "split"), ("service", "NOPE"), ("text", "x")];
    assert_eq!(coordinator.does(&first, &wrong).await.status, 422);
    assert_eq!(world.count("requests").await, 2);
    world.ends().await;
}

#[tokio::test]
async fn of_two_about_the_same_thing_one_leads_until_they_are_parted() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let (one, two) = (
        world.resident_on_telegram(42),
        world.resident_on_telegram(43),
    );
    let leader = one.files(NEED).await;
    coordinator.accepts().await;
    coordinator.contacts().await;
    let follower = two.files(NEED).await;
    coordinator.accepts().await;
    two.looks_away();
    for (to, status) in [("K7M3-9F2X", 409), (follower.as_str(), 409), ("x", 409)] {
        let link = [("act", "link"), ("leader", to)];
        assert_eq!(
            coordinator.does(&follower, &link).await.status,
            status,
            "{to}"
        );
    }
    let link = [("act", "link"), ("leader", leader.as_str())];
    let done = coordinator.does(&follower, &link).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    // Told that it goes on, and nothing of whose the other one is.
    two.waits().await.sees("已经有人在办了").sees_not(&leader);
    let status = "SELECT status FROM requests ORDER BY opened_at DESC LIMIT 1";
    assert_eq!(world.rows(status).await, [["closed"]]);
    assert!(coordinator.sheet(&leader).await.text().contains(&follower));
    assert!(!coordinator.queue().await.contains(&follower));

    let parted = coordinator.does(&follower, &[("act", "unlink")]).await;
    assert!(parted.status.is_redirection(), "{}", parted.text());
    assert_eq!(world.rows(status).await, [["acknowledged"]]);
    two.waits().await.sees("改为单独办");
    coordinator.does(&follower, &link).await;
    two.waits().await;
    two.looks_away();
    let finish = [
        ("act", "finish"),
        ("outcome", "service_ordered"),
        ("note", "已经安排好了"),
        ("evidence", "收据 A-12"),
    ];
    coordinator.does(&leader, &finish).await;
    one.waits().await.sees("已经安排好了").sees_not("A-12");
    two.waits().await.sees("办好了").sees_not("已经安排好了");
    assert!(
        coordinator
            .sheet(&leader)
            .await
            .text()
            .contains("收据 A-12")
    );
    world.ends().await;
}

#[tokio::test]
async fn what_was_pressed_without_a_network_lands_once_whatever_session_sends_it() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    coordinator.accepts().await;
    resident.waits().await;
    resident.looks_away();
    let asked = [("act", "ask"), ("text", "您家里几口人？")];
    coordinator.forces(&reference, &asked).await;
    // The answer got lost on the way; later it is sent again, signed in anew.
    let later = world.worker_without_chat("YX033").await;
    for worker in [&coordinator, &later] {
        let again = worker.forces(&reference, &asked).await;
        assert!(again.status.is_redirection(), "{}", again.text());
    }
    resident.waits().await;
    assert_eq!(resident.heard().len(), 1, "{:?}", resident.heard());
    // Too late for it: the page says why not.
    let other = world.worker("YX034").await;
    let second = world.resident_on_telegram(43).files(NEED).await;
    let stale = [("act", "accept"), ("version", "2")];
    let taken = other.does(&second, &stale).await;
    assert!(taken.status.is_redirection(), "{}", taken.text());
    let late = coordinator.forces(&second, &stale).await;
    assert_eq!(late.status, 409);
    assert!(late.text().contains("别人先动了"), "{}", late.text());
    world.ends().await;
}

/// Whether these come to their end within two minutes of the clock, listening all
/// the while as a browser does.
async fn soon(world: &World, streams: impl Future<Output = bool>) -> bool {
    let mut streams = std::pin::pin!(streams);
    for _ in 0..8 {
        tokio::select! {
            ended = &mut streams => return ended,
            () = world.advance(seconds(16)) => {}
        }
    }
    streams.await
}

/// Listens until the stream was opened.
async fn hears(frames: &mut Frames) {
    assert!(frames.next().await.is_some_and(|f| f.contains(": open")));
}

#[tokio::test]
async fn an_open_page_hears_nothing_more_soon_after_its_session_ended() {
    let world = World::start().await;
    let coordinator = world.worker_without_chat("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    let sheet = format!("/worker/r/{reference}/events");
    let mut queue = coordinator.listens("/worker/events", None).await;
    let mut page = coordinator.listens(&sheet, None).await;
    hears(&mut queue).await;
    hears(&mut page).await;
    assert!(queue.next().await.is_some(), "where it begins");
    // While the session stands the stream does, however long it is quiet.
    for _ in 0..4 {
        world.advance(seconds(16)).await;
    }
    coordinator.does(&reference, &[("act", "accept")]).await;
    let mut said = String::new();
    while !said.contains("hint") {
        said = queue.next().await.expect("it is told");
    }
    let out = coordinator.posts("/sign-out", &[("who", "worker")]).await;
    assert!(out.status.is_redirection(), "{}", out.text());
    let both = async { queue.ends().await && page.ends().await };
    assert!(soon(&world, both).await, "signed out");
    drop((queue, page));

    // Unused for half a day: a stream is no use.
    let coordinator = world.worker_without_chat("YX033").await;
    let admin = world.administrator().await;
    let mut queue = coordinator.listens("/worker/events", None).await;
    let mut live = admin
        .listens(&world.site(), "/admin/live/events", None)
        .await;
    hears(&mut queue).await;
    hears(&mut live).await;
    world.advance(hours(13)).await;
    let both = async { queue.ends().await && live.ends().await };
    assert!(soon(&world, both).await, "expired");
    drop((queue, live));

    // The browser that was let in by a code is parted again.
    let (first, second) = (world.resident_on_web(), world.resident_on_web());
    first.says("你好").await;
    let code = first.gets_code().await;
    second.opens("/chat").await;
    second.resumes("code", &code).await;
    let mut theirs = second.listens("/chat/events").await;
    let mut own = first.listens("/chat/events").await;
    hears(&mut theirs).await;
    hears(&mut own).await;
    first.resumes("end", "1").await;
    assert!(soon(&world, theirs.ends()).await, "parted");
    drop(theirs);
    assert_eq!(world.app().core.metrics.streams.get(), 1, "one is open");
    drop(own);
    world.ends().await;
}

/// The one request there is, again and again: as many as in a large town.
async fn multiplied(world: &World, most: u32) {
    let columns = "address, service, class, status, version, lead_unit, lead_role, lead_worker, copy_unit, copy_role,
        level, restricted, catalogue, policy, calendar, story_sealed, summary, updated_at, closed_at";
    let n =
        format!("WITH RECURSIVE n(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM n WHERE g < {most})");
    let requests = format!(
        "INSERT INTO requests (id, reference, draft, opened_at, {columns}) {n}
         SELECT r.id || g, r.reference || g, r.draft || g, r.opened_at + g % 7, {columns} FROM requests r, n"
    );
    let events = format!(
        "INSERT INTO events (request, seq, at, actor, kind, detail, note_sealed) {n}
         SELECT e.request || g, e.seq, e.at, e.actor, e.kind, e.detail, e.note_sealed FROM events e, n"
    );
    world.damages(&requests).await;
    world.damages(&events).await;
}

/// A list turned part by part to its end: how many different ones stand in it
/// after this mark, and how many in each part.
async fn turned(opens: impl AsyncFn(&str) -> Page, path: &str, mark: &str) -> (usize, Vec<usize>) {
    let further = format!("{path}?after=");
    let (mut path, mut seen, mut sizes) = (path.to_owned(), BTreeSet::new(), Vec::new());
    loop {
        let page = opens(&path).await;
        assert_eq!(page.status, 200, "{path}");
        let ones = page.body.split(mark).skip(1);
        let ones: Vec<&str> = ones.filter_map(|c| c.split('"').next()).collect();
        sizes.push(ones.len());
        seen.extend(ones.into_iter().map(str::to_owned));
        let next = page
            .body
            .split(['"', '#'])
            .find(|p| p.starts_with(&further));
        let Some(next) = next else {
            return (seen.len(), sizes);
        };
        next.clone_into(&mut path);
    }
}

#[tokio::test]
async fn a_queue_of_hundreds_is_read_page_by_page_without_gaps() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    multiplied(&world, 449).await;
    let parts = turned(
        async |path| coordinator.opens(path).await,
        "/worker",
        "<h3><a href=\"/worker/r/",
    )
    .await;
    assert_eq!(parts, (450, vec![200, 200, 50]));
    // Administrators are shown fewer at once, the dangerous ones first.
    let (administrator, site) = (world.administrator().await, world.site());
    world
        .damages("UPDATE requests SET class = 0 WHERE id = (SELECT MAX(id) FROM requests)")
        .await;
    let first = administrator.get(&site, "/admin").await.body;
    let dangerous = world
        .rows("SELECT reference FROM requests WHERE class = 0")
        .await;
    let row = first.split("class=\"ref\" href=").nth(1).expect("a row");
    assert!(row.replace('-', "").contains(&dangerous[0][0]), "{row}");
    let parts = turned(
        async |path| administrator.get(&site, path).await,
        "/admin",
        "class=\"ref\" href=\"/admin/r/",
    )
    .await;
    assert_eq!((parts.0, parts.1.len()), (450, 19));
    assert_eq!(parts.1.iter().max(), Some(&24));
    coordinator.says("待办").await.sees("不止 200 件");
    // What is not theirs to see does not hide what is.
    let neighbour = world.worker("YX035").await;
    neighbour.says("待办").await.sees("没有待办");
    world
        .damages("UPDATE requests SET class = 0, lead_worker = NULL, lead_unit = '590102'")
        .await;
    world
        .damages("UPDATE requests SET class = 3, lead_worker = 'YX035' WHERE id = (SELECT MIN(id) FROM requests)")
        .await;
    neighbour.looks_away().says("待办").await.sees(&reference);
    let page = neighbour.opens("/worker").await.body;
    assert!(page.contains(&reference) && !page.contains("/worker?after="));
    // The copies have no clocks of their own, so there is nothing to audit.
    world.stop().await;
}

#[tokio::test]
async fn what_a_worker_writes_is_read_by_others_as_it_stands() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    coordinator.accepts().await;
    resident.looks_away();
    let steered = "请带\u{202e}身份证\u{2066}来\u{7}\u{200b}社区";
    coordinator
        .does(&reference, &[("act", "ask"), ("text", steered)])
        .await;
    resident.waits().await.sees("请带身份证来社区");
    let split = [("act", "split"), ("service", "ELD-MEAL"), ("text", steered)];
    let done = coordinator.does(&reference, &split).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    let nothing = [("act", "ask"), ("text", "\u{202e}\u{200b}")];
    assert_eq!(coordinator.does(&reference, &nothing).await.status, 422);
    coordinator.notes(&reference, steered).await;
    let sheet = coordinator.sheet(&reference).await;
    assert!(!sheet.body.contains('\u{202e}'), "nor by colleagues");
    world.ends().await;
}

#[tokio::test]
async fn the_bar_marks_the_page_one_is_on() {
    let world = World::start().await;
    let worker = world.worker_without_chat("YX033").await;
    let queue = worker.opens("/worker").await.body;
    assert!(
        queue.contains("href=\"/worker\" aria-current=\"page\""),
        "{queue}"
    );
    world.ends().await;
}
