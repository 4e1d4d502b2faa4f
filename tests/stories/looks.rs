//! Looking behind the mask: with a reason, for a while, on record. And breaking
//! the glass when somebody is in danger, and answering for it.

use tests::{Resident, World, days, minutes};

const NEED: &str = "我想申请低保，我住新桥花园，电话13812345670";
const NUMBER: &str = "13812345670";

async fn files(resident: &Resident<'_>) -> String {
    resident.files(NEED).await
}

/// Acts in the audit log of this worker.
async fn on_record(world: &World, worker: &str) -> Vec<String> {
    let from = format!("SELECT act FROM audit WHERE actor = 'worker:{worker}'");
    world.rows(&from).await.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_number_is_shown_for_a_reason_and_a_while_to_whoever_works_on_it() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    let coordinator = world.worker("YX033").await;
    let stranger = world.worker_without_chat("YX041").await;
    let reference = files(&resident).await;
    let masked = coordinator.sheet(&reference).await;
    assert!(masked.text().contains("138****5670") && !masked.body.contains(NUMBER));
    let why = [("reason", "call"), ("why", "")];
    let silent = coordinator.sends(&reference, "show", &[("why", "")]).await;
    assert_eq!(silent.status, 422);
    let vague = [("reason", "other"), ("why", "")];
    let vague = coordinator.sends(&reference, "show", &vague).await;
    assert_eq!(vague.status, 422);
    assert!(!coordinator.sheet(&reference).await.body.contains(NUMBER));
    let other = stranger
        .posts(&format!("/worker/r/{reference}/show"), &why)
        .await;
    assert_eq!(other.status, 404);
    assert!(
        on_record(&world, "YX041")
            .await
            .contains(&"refused.unmask".into())
    );

    let shown = coordinator.sends(&reference, "show", &why).await;
    assert!(shown.status.is_redirection(), "{}", shown.text());
    let sheet = coordinator.sheet(&reference).await;
    assert!(sheet.body.contains(NUMBER) && sheet.text().contains("完整信息显示到"));
    let line = "SELECT detail FROM audit WHERE act = 'unmask'";
    let line = &world.rows(line).await[0][0];
    assert!(line.contains("\"reason\":\"call\""), "{line}");
    world.advance(minutes(16)).await;
    assert!(!coordinator.sheet(&reference).await.body.contains(NUMBER));
    // Whoever finds the telephone on a table proves first that it is theirs.
    let late = coordinator.sends(&reference, "show", &why).await;
    assert!(late.status == 403 && late.body.contains("problem:prove"));
    assert!(!coordinator.sheet(&reference).await.body.contains(NUMBER));
    world.ends().await;
}

#[tokio::test]
async fn a_broken_glass_opens_at_once_and_is_answered_for() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    let leader = world.worker("YX018").await;
    let privacy = world.worker("YX007").await;
    let reference = files(&resident).await;
    let stranger = world.worker("YX041").await;
    for watcher in [&leader, &privacy, &stranger] {
        watcher.looks_away();
    }
    assert_eq!(stranger.sheet(&reference).await.status, 404);
    let asks = |why: &'static str| {
        let fields = [("reference", reference.clone()), ("why", why.to_owned())];
        let stranger = &stranger;
        async move {
            let fields = fields.each_ref().map(|(n, v)| (*n, v.as_str()));
            stranger.posts("/worker/emergency", &fields).await
        }
    };
    assert_eq!(asks("急").await.status, 422, "a danger is described");
    let why = "她打电话给我，说屋里有煤气味";
    for _ in 0..2 {
        let opened = asks(why).await;
        assert!(opened.status.is_redirection(), "{}", opened.text());
    }
    let sheet = stranger.sheet(&reference).await;
    assert!(sheet.body.contains(NUMBER) && sheet.text().contains("低保"));
    let does = stranger.forces(&reference, &[("act", "accept")]).await;
    assert_eq!(does.status, 404, "it shows, and lets do nothing");
    world.settle().await;
    for told in [&leader, &privacy] {
        told.sees("看了不归自己管的求助").sees_not("煤气");
        assert_eq!(told.heard().len(), 1, "told once: {:?}", told.heard());
    }
    assert_eq!(world.count("looks").await, 1);
    let kept = world.rows("SELECT note_sealed FROM looks").await;
    assert!(!kept[0][0].contains("煤气"), "sealed");

    assert_eq!(stranger.opens("/worker/reviews").await.status, 403);
    let page = leader.opens("/worker/reviews").await;
    assert!(page.text().contains(why) && page.text().contains(&reference));
    let id = page.field("id");
    let wrong = [("id", id.as_str()), ("verdict", "wrong"), ("why", "")];
    let unsaid = privacy.posts("/worker/reviews", &wrong).await;
    assert_eq!(unsaid.status, 422, "a reproach is explained");
    let right = [("id", id.as_str()), ("verdict", "right"), ("why", "")];
    let signed = leader.posts("/worker/reviews", &right).await;
    assert!(signed.status.is_redirection(), "{}", signed.text());
    let again = privacy.posts("/worker/reviews", &right).await;
    assert_eq!(again.status, 409);
    let page = privacy.opens("/worker/reviews").await.text();
    assert!(page.contains("应当查看"), "{page}");
    for act in ["break_glass", "read.sheet"] {
        assert!(
            on_record(&world, "YX041").await.contains(&act.into()),
            "{act}"
        );
    }
    assert!(
        on_record(&world, "YX018")
            .await
            .contains(&"glass.review".into())
    );
    world.advance(minutes(31)).await;
    assert_eq!(stranger.sheet(&reference).await.status, 404);
    world.ends().await;
}

#[tokio::test]
async fn no_glass_opens_what_is_restricted_and_an_unsigned_look_is_an_alarm() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    let neighbour = world.resident_on_telegram(43);
    resident.says("我老公打我，刚才又动手了").await;
    let restricted = world
        .rows("SELECT reference FROM requests WHERE restricted = 1")
        .await[0][0]
        .clone();
    let ordinary = files(&neighbour).await;
    let stranger = world.worker_without_chat("YX041").await;
    for reference in [restricted.as_str(), "K7M3-9F2X", "..%2F", ""] {
        let fields = [("reference", reference), ("why", "她在喊救命，我听见了")];
        let refused = stranger.posts("/worker/emergency", &fields).await;
        assert_eq!(refused.status, 404, "{reference}");
    }
    assert_eq!(world.count("looks").await, 0);
    let refused = on_record(&world, "YX041").await;
    let refused = refused.iter().filter(|act| *act == "refused.break_glass");
    assert_eq!(refused.count(), 4);
    let fields = [
        ("reference", ordinary.as_str()),
        ("why", "她在喊救命，我听见了"),
    ];
    stranger.posts("/worker/emergency", &fields).await;
    let administrator = world.administrator().await;
    let calm = administrator.get(&world.site(), "/admin").await.text();
    assert!(!calm.contains("没有复核"), "{calm}");
    world.advance(days(2)).await;
    let administrator = world.administrator().await;
    let alarm = administrator.get(&world.site(), "/admin").await.text();
    assert!(alarm.contains("没有复核"), "{alarm}");
    world.ends().await;
}

#[tokio::test]
async fn nobody_goes_through_numbers_behind_the_glass() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    let reference = files(&resident).await;
    let stranger = world.worker_without_chat("YX041").await;
    let leader = world.worker_without_chat("YX018").await;
    let tries = |reference: String| {
        let stranger = &stranger;
        async move {
            let fields = [
                ("reference", reference.as_str()),
                ("why", "她在喊救命，我听见了"),
            ];
            stranger.posts("/worker/emergency", &fields).await
        }
    };
    for _ in 0..10 {
        assert_eq!(tries("K7M3-9F2X".into()).await.status, 404);
    }
    let stopped = tries(reference.clone()).await;
    assert_eq!(stopped.status, 429);
    assert!(stopped.text().contains("拨 110"), "{}", stopped.text());
    assert_eq!(world.count("looks").await, 0);
    let refused = on_record(&world, "YX041").await;
    let refused = refused.iter().filter(|act| *act == "refused.break_glass");
    assert_eq!(refused.count(), 11);
    world.advance(minutes(16)).await;
    let opened = tries(reference).await;
    assert!(opened.status.is_redirection(), "{}", opened.text());
    // Only who reviews is shown the way there.
    let way = "href=\"/worker/reviews\"";
    assert!(!stranger.opens("/worker").await.body.contains(way));
    assert!(leader.opens("/worker").await.body.contains(way));
    world.ends().await;
}

#[tokio::test]
async fn what_others_review_pushes_nothing_off_the_page() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    let reference = files(&resident).await;
    let stranger = world.worker_without_chat("YX041").await;
    let leader = world.worker_without_chat("YX018").await;
    let why = "她在喊救命，我听见了";
    let fields = [("reference", reference.as_str()), ("why", why)];
    stranger.posts("/worker/emergency", &fields).await;
    let page = leader.opens("/worker/reviews").await;
    let own = page.field("id");
    // Newer ones about what this leader has nothing to do with, and of their own.
    let copies = |first: u32, last: u32, request: &str, worker: &str| {
        format!(
            "INSERT INTO looks (id, request, worker, kind, reason, at, until_at)
             WITH RECURSIVE n(g) AS (SELECT {first} UNION ALL SELECT g + 1 FROM n WHERE g < {last})
             SELECT l.id || g, {request}, {worker}, l.kind, l.reason, l.at + g, l.until_at FROM looks l, n
             WHERE l.id = '{own}'"
        )
    };
    world.damages(&copies(1, 250, "'x' || g", "'nobody'")).await;
    let page = leader.opens("/worker/reviews").await;
    assert!(page.text().contains(&reference), "{}", page.text());
    assert!(!page.body.contains("?after="), "and nothing more");
    world
        .damages(&copies(300, 420, "l.request", "l.worker"))
        .await;
    let (mut path, mut sizes) = ("/worker/reviews".to_owned(), Vec::new());
    loop {
        let page = leader.opens(&path).await;
        sizes.push(page.body.matches("name=\"id\" value=").count());
        let next = page.body.split('"').find(|p| p.contains("?after="));
        let Some(next) = next else { break };
        next.clone_into(&mut path);
    }
    assert_eq!(sizes, [100, 22]);
    world.ends().await;
}
