//! A thousand people are in the middle of something while services are renamed
//! and taken away: nobody fails, nobody begins again.

use crate::editing::{RELEASE, does};
use std::collections::HashMap;
use tests::{Browser, World, seconds};

/// How many are in the middle of something.
const CROWD: i64 = 1_000;
/// How many tens go on to the end; the others take every step but those.
const FINISH: i64 = 6;

/// Where somebody is when the menus change.
#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    /// Looks at the screen a service is on that goes away.
    Menu,
    /// Was asked which of several.
    Clarify,
    /// Is asked about a service that gets another name, and then goes away.
    Renamed,
    /// Is asked about a service that goes away.
    Removed,
    /// Has only to say that all of it is right.
    Confirm,
}

/// Of every ten: the way to the last question is long.
const KINDS: [At; 10] = [
    At::Confirm,
    At::Menu,
    At::Clarify,
    At::Renamed,
    At::Removed,
    At::Menu,
    At::Clarify,
    At::Renamed,
    At::Removed,
    At::Renamed,
];

struct Somebody {
    id: i64,
    at: At,
    finishes: bool,
}

fn crowd() -> Vec<Somebody> {
    let kinds = KINDS.len() as i64;
    let somebody = |n: i64| Somebody {
        id: 1_000 + n,
        at: KINDS[(n % kinds) as usize],
        finishes: n / kinds < FINISH,
    };
    (0..CROWD).map(somebody).collect()
}

/// The newest words on the screen of each of them.
fn screens(world: &World) -> HashMap<i64, String> {
    let sent = world.telegram.sent().into_iter();
    sent.map(|one| (one.chat, one.text)).collect()
}

/// Everybody writes this at the same moment.
async fn say<'a>(world: &World, who: impl Iterator<Item = &'a Somebody>, text: &str) {
    world.clock.advance(seconds(2));
    for one in who {
        world.telegram.user(one.id).says(text);
    }
    world.settle().await;
}

/// Everybody presses the newest button that says this.
async fn tap<'a>(world: &World, who: impl Iterator<Item = &'a Somebody>, label: &str) {
    world.clock.advance(seconds(2));
    for one in who {
        let person = world.telegram.user(one.id);
        let there = person.buttons();
        let whole = there.iter().find(|b| b.contains(label));
        let whole = whole.unwrap_or_else(|| panic!("{:?}: no {label:?} in {there:?}", one.at));
        person.taps(whole);
    }
    world.settle().await;
}

/// All of them come to where they are.
async fn gather(world: &World, crowd: &[Somebody]) {
    let those = |at: At| crowd.iter().filter(move |one| one.at == at);
    say(world, those(At::Menu), "菜单").await;
    for _ in 0..6 {
        let first = those(At::Menu).next().expect("some are");
        let there = world.telegram.user(first.id).buttons();
        if there.iter().any(|b| b.contains("理发")) {
            break;
        }
        let into = ["生活照料", "更多"];
        let into = into.iter().find(|l| there.iter().any(|b| b.contains(*l)));
        let into = into.unwrap_or_else(|| panic!("no way on in {there:?}"));
        tap(world, those(At::Menu), into).await;
    }
    say(world, those(At::Clarify), "想问补贴的事").await;
    say(world, those(At::Renamed), "想送餐，住新桥花园").await;
    say(world, those(At::Removed), "想请人上门理发，住新桥花园").await;
    say(world, those(At::Confirm), "想送餐，住新桥花园").await;
    for _ in 0..8 {
        let screens = screens(world);
        let asked = |one: &&Somebody| !screens[&one.id].contains("对吗");
        if those(At::Confirm).filter(asked).count() == 0 {
            return;
        }
        say(world, those(At::Confirm).filter(asked), "跳过").await;
    }
    panic!("no end of questions");
}

/// Puts a draft in force.
async fn publishes(world: &World, editor: &Browser, version: u32) {
    let done = does(world, editor, RELEASE, &[("do", "publish"), ("at", "")]).await;
    let begun = format!("第 {version} 版开始用了");
    assert!(done.text().contains(&begun), "{}", done.text());
}

/// The rest of the way to a number, for those who go to the end.
async fn finish(world: &World, crowd: &[Somebody]) {
    let open = |screens: &HashMap<i64, String>, one: &Somebody| {
        one.finishes && !screens[&one.id].contains("编号")
    };
    for _ in 0..12 {
        let screens = screens(world);
        let those = || crowd.iter().filter(|one| open(&screens, one));
        let ready = |one: &&Somebody| screens[&one.id].contains("对吗");
        if those().count() == 0 {
            return;
        }
        tap(world, those().filter(ready), "对，交上去").await;
        say(world, those().filter(|one| !ready(one)), "跳过").await;
    }
    let screens = screens(world);
    let left: Vec<_> = crowd.iter().filter(|one| open(&screens, one)).collect();
    let left: Vec<_> = left.iter().map(|l| (l.at, &screens[&l.id])).collect();
    panic!("no end of it: {left:#?}");
}

const UNDER_WAY: &str = "conversations WHERE menu = 1 AND ended_at IS NULL";

#[tokio::test]
async fn a_thousand_in_the_middle_of_something_keep_what_they_began_with() {
    let world = World::start().await;
    let editor = world.administrator().await;
    let crowd = crowd();
    gather(&world, &crowd).await;
    assert_eq!(world.count(UNDER_WAY).await, CROWD, "all in the middle");
    let page = editor.get(&world.site(), RELEASE).await;
    assert_eq!(page.status, 200);

    // A new name for the meals; everybody takes a step.
    let renamed = [
        ("do", "save"),
        ("o.name.zh", "助餐送餐"),
        ("a.name.zh", "送饭到家"),
        ("o.short.zh", ""),
        ("a.short.zh", "送饭到家"),
    ];
    does(&world, &editor, "/admin/menu/service/ELD-MEAL", &renamed).await;
    publishes(&world, &editor, 2).await;
    let those = |at: At| crowd.iter().filter(move |one| one.at == at);
    tap(&world, those(At::Menu), "理发").await;
    tap(&world, those(At::Clarify), "残疾人两项补贴").await;
    say(&world, those(At::Renamed), "跳过").await;
    say(&world, those(At::Removed), "跳过").await;
    assert_eq!(world.count(UNDER_WAY).await, CROWD, "nobody begins again");

    // Both services go away; everybody else takes the next step.
    for code in ["ELD-MEAL", "CAR-HAIR"] {
        let path = format!("/admin/menu/service/{code}");
        does(&world, &editor, &path, &[("do", "retire")]).await;
    }
    publishes(&world, &editor, 3).await;
    let on = |one: &&Somebody| one.at != At::Confirm && !one.finishes;
    say(&world, crowd.iter().filter(on), "跳过").await;
    assert_eq!(world.count(UNDER_WAY).await, CROWD, "nor now");
    finish(&world, &crowd).await;

    // What they asked for is what they were shown, by its name of then.
    let screens = screens(&world);
    for one in crowd.iter().filter(|one| one.finishes) {
        let name = match one.at {
            At::Menu | At::Removed => "理发",
            At::Clarify => "残疾人两项补贴",
            At::Renamed | At::Confirm => "助餐送餐",
        };
        let shown = &screens[&one.id];
        assert!(shown.contains(name), "{:?}: {shown}", one.at);
    }
    let rows = "SELECT service, CAST(catalogue AS TEXT), CAST(COUNT(*) AS TEXT) FROM requests
                GROUP BY service, catalogue ORDER BY service";
    let (two, four) = ((2 * FINISH).to_string(), (4 * FINISH).to_string());
    let expected = [
        ["CAR-HAIR", "1", &four],
        ["DSB-TWO", "1", &two],
        ["ELD-MEAL", "1", &four],
    ];
    assert_eq!(world.rows(rows).await, expected);
    let left = CROWD - KINDS.len() as i64 * FINISH;
    assert_eq!(world.count(UNDER_WAY).await, left, "the others go on");

    // Whoever is done and comes back by an old button is told what became of it.
    let back = those(At::Menu).take(1);
    tap(&world, back, "理发").await;
    let first = those(At::Menu).next().expect("some are").id;
    let told = &world.resident_on_telegram(first);
    told.waits().await.sees("这一项现在没有了");
    world.ends().await;
}
