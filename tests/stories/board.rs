//! The supervisors' board: who has how much, what is late and why, and the
//! same numbers as the audit.

use tests::{World, days, hours, minutes};

const NEED: &str = "我想申请低保，我住新桥花园";

#[tokio::test]
async fn the_board_counts_what_is_late_and_says_why() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    let reference = resident.files(NEED).await;
    let supervisor = world.administrator().await;
    let site = world.site();
    let page = supervisor.get(&site, "/admin/board").await.text();
    assert!(page.contains("没有超时的事项"), "{page}");
    assert!(!page.contains(&reference), "{page}");

    world.advance(days(3)).await;
    // A session does not last that long.
    let supervisor = world.administrator().await;
    let page = supervisor.get(&site, "/admin/board").await.text();
    assert!(!page.contains("没有超时的事项"), "{page}");
    assert!(page.contains(&reference), "{page}");
    assert!(page.contains("已超过时限"), "why it is late: {page}");
    assert!(
        !page.contains("低保，我住"),
        "no words of residents: {page}"
    );
    let district = supervisor.get(&site, "/admin/board?unit=590102").await;
    assert!(district.text().contains(&reference));
    let other = supervisor.get(&site, "/admin/board?unit=590103").await;
    assert!(!other.text().contains(&reference), "lies elsewhere");

    // One open request in the second band of age, overdue. Taking it out needs a
    // fresh proof.
    world.advance(minutes(6)).await;
    let stale = supervisor.get(&site, "/admin/board.csv?unit=590102").await;
    assert_eq!(stale.status, 403, "{}", stale.text());
    let supervisor = world.administrator().await;
    let file = supervisor.get(&site, "/admin/board.csv?unit=590102").await;
    let sums = file.body.lines().skip(1).fold([0; 10], |mut sums, line| {
        for (sum, cell) in sums.iter_mut().zip(line.split(',').skip(2)) {
            *sum += cell.parse::<i32>().expect("a number");
        }
        sums
    });
    // Nobody took it, whoever's name is on it.
    assert_eq!(sums, [1, 0, 0, 1, 0, 0, 0, 1, 0, 1], "{}", file.body);
    world.ends().await;
}

#[tokio::test]
async fn the_board_is_for_those_who_oversee_alone() {
    let world = World::start().await;
    let coordinator = world.worker_without_chat("YX033").await;
    let stranger = tests::Browser::new();
    let site = world.site();
    for path in ["/admin/board", "/admin/board/part", "/admin/board.csv"] {
        assert_ne!(stranger.get(&site, path).await.status, 200, "{path}");
        assert_ne!(coordinator.opens(path).await.status, 200, "{path}");
    }
    let supervisor = world.administrator().await;
    for path in ["/admin/board?unit=x", "/admin/board.csv?unit=%27%3B--"] {
        assert_eq!(supervisor.get(&site, path).await.status, 404, "{path}");
    }
    world.advance(hours(1)).await;
    world.ends().await;
}

#[tokio::test]
async fn whoever_oversees_units_has_their_board_without_what_is_not_theirs() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    let victim = world.resident_on_telegram(43);
    let reference = resident.files(NEED).await;
    victim.says("我老公打我，刚才又动手了").await;
    world.advance(days(3)).await;
    let hidden = "SELECT reference FROM requests WHERE service = 'CRI-DV'";
    let hidden = world.rows(hidden).await.concat().concat();
    let bureau = world.worker_without_chat("YX005").await;
    assert!(bureau.opens("/worker").await.body.contains("/worker/board"));
    let board = bureau.opens("/worker/board").await;
    assert_eq!(board.status, 200);
    for told in [
        format!("/worker/r/{reference}").as_str(),
        " 人值守",
        "1 件危险的事还没有人接",
        "一共 2 件超时，这里列出其中您能看的 1 件",
    ] {
        assert!(board.body.contains(told), "{told}: {}", board.text());
    }
    assert!(!board.body.contains(&hidden), "{hidden}: {}", board.text());
    assert!(!board.body.contains("board.csv") && !board.body.contains("/admin"));
    let below = bureau.opens("/worker/board?unit=590102001").await;
    assert!(below.body.contains(&reference), "{}", below.text());
    for elsewhere in ["590102002", "5901", "x"] {
        let street = world.worker_without_chat("YX017").await;
        let path = format!("/worker/board?unit={elsewhere}");
        assert_eq!(street.opens(&path).await.status, 404, "{elsewhere}");
    }
    let coordinator = world.worker_without_chat("YX033").await;
    assert_eq!(coordinator.opens("/worker/board").await.status, 403);
    let queue = coordinator.opens("/worker").await;
    assert!(!queue.body.contains("/worker/board"));
    world.ends().await;
}
