//! The working calendar and the ladders as administrators edit them: by forms, in
//! a draft, told in words, and with what it means for the requests there are.

use crate::editing::does;
use tests::{Browser, World, local};

const CALENDAR: &str = "/admin/calendar";
const RELEASE: &str = "/admin/documents/calendar";
const POLICY: &str = "/admin/documents/policy";
const LADDER: &str = "/admin/ladders/normal";
/// Counted in working days.
const NEED: &str = "我想申请低保，我住新桥花园";
/// Counted in hours of any day.
const URGENT: &str = "我丈夫出车祸在抢救，医院催交钱，想申请临时救助，我住新桥花园";
const PUBLISH: [(&str, &str); 2] = [("do", "publish"), ("at", "")];

/// The text of a page for somebody who reads English from now on.
async fn in_english(world: &World, browser: &Browser, path: &str) -> String {
    let wish = [("lang", "en"), ("back", path)];
    browser.post(&world.site(), "/prefs", &wish).await;
    browser.get(&world.site(), path).await.text()
}

#[tokio::test]
async fn one_more_holiday_moves_exactly_the_promises_that_cross_it() {
    let world = World::start().await;
    let editor = world.administrator().await;
    // One is promised in working days; of the other only the outcome is.
    let crosses = world.resident_on_telegram(42).files(NEED).await;
    let urgent = world.resident_on_telegram(43).files(URGENT).await;
    let holiday = [
        ("do", "off"),
        ("from", "2026-03-03"),
        ("to", ""),
        ("name", "本地停电"),
    ];
    let saved = does(&world, &editor, CALENDAR, &holiday).await.text();
    assert!(saved.contains("本地停电"), "{saved}");
    let page = editor.get(&world.site(), RELEASE).await.text();
    for part in [
        "2026-03-03：新增“本地停电放假 1 天”",
        "没办结的 2 件",
        "其中 2 件会有 3 个时限不一样",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for moves in [
        format!("{crosses} 接手: 3月3日 17:30 → 3月4日 17:30"),
        format!("{crosses} 联系: 3月3日 17:30 → 3月4日 17:30"),
        format!("{urgent} 办结: 3月23日 17:30 → 3月24日 17:30"),
    ] {
        assert!(page.contains(&moves), "{moves}: {page}");
    }
    let due = "SELECT CAST(due_at AS TEXT) FROM timers ORDER BY request";
    let before = world.rows(due).await;
    let done = does(&world, &editor, RELEASE, &PUBLISH).await.text();
    assert!(done.contains("第 2 版开始用了"), "{done}");
    assert_eq!(world.rows(due).await, before, "what was promised stays");
    let late = world.resident_on_telegram(44);
    late.files(NEED).await;
    late.sees("3月4日");
    world.ends().await;
}

#[tokio::test]
async fn next_years_notice_becomes_a_draft_and_says_where_it_contradicts_itself() {
    let world = World::start().await;
    let editor = world.administrator().await;
    let notice = "关于2027年部分节假日安排的通知\n一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n\
                  二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月13日（周六）上班。";
    let wrong = notice.replace("共7天", "共8天");
    let announce = |text: &str| {
        [
            ("do".to_owned(), "announce".to_owned()),
            ("text".to_owned(), text.to_owned()),
        ]
    };
    let send = async |text: &str| {
        let fields = announce(text);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        does(&world, &editor, CALENDAR, &fields).await
    };
    let refused = send(&wrong).await;
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(
        text.contains("通知：从 2027-02-05 起是 7 天，通知里写的是 8 天"),
        "{text}"
    );
    let kept = send(notice).await.text();
    for part in ["2027-02-05 – 2027-02-11", "2027-02-13", "只列了 10 天放假"] {
        assert!(kept.contains(part), "{part}: {kept}");
    }
    // Taking a day away and other hours on another are told in words.
    does(&world, &editor, CALENDAR, &[("do", "clear:2027-02-13")]).await;
    let hours = [("do", "hours"), ("o.5", ""), ("h.5", "09:00-12:00")];
    does(&world, &editor, CALENDAR, &hours).await;
    let english = in_english(&world, &editor, RELEASE).await;
    for part in [
        "Saturdays: changed from \"closed\" to \"09:00-12:00\"",
        "7 days off for 春节",
    ] {
        assert!(english.contains(part), "{part}: {english}");
    }
    assert!(!english.contains("2027-02-13"), "{english}");
    world.ends().await;
}

#[tokio::test]
async fn a_step_of_the_ladder_is_added_moved_and_removed_and_acts_once_published() {
    let world = World::start().await;
    let editor = world.administrator().await;
    let deputy = world.worker("YX034").await;
    world.resident_on_telegram(42).files(NEED).await;
    let step = [
        ("do", "add:accept"),
        ("when", "after"),
        ("when.amount", "1"),
        ("when.unit", "hw"),
        ("act.0", "remind"),
        ("to.0", "deputy"),
        ("act.1", ""),
        ("to.1", "lead"),
    ];
    let shown = does(&world, &editor, LADDER, &step).await.text();
    assert!(
        shown.contains("没人接手，开始后 1 个工作小时：提醒副手。"),
        "{shown}"
    );
    // Moving it is told as two changes, and taking it back leaves none.
    does(&world, &editor, LADDER, &[("do", "later:normal_half")]).await;
    let page = editor.get(&world.site(), POLICY).await.text();
    for part in [
        "普通：由“没人接手，时限过了 50%：提醒经办人员。”改为“没人接手，时限过了 80%：提醒经办人员。”",
        "普通：新增“没人接手，开始后 1 个工作小时：提醒副手。”",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("·normal_half"), "by no key: {page}");
    does(&world, &editor, LADDER, &[("do", "earlier:normal_half")]).await;
    // While it is filled in the form is told as a sentence; what cannot be says which step.
    let mut half = step;
    half[0] = ("do", "say:accept");
    let said = does(&world, &editor, LADDER, &half).await.body;
    assert_eq!(said, "没人接手，开始后 1 个工作小时：提醒副手。");
    let wrong = [
        ("do", "change:normal_half"),
        ("when", "percent"),
        ("when.amount", "0"),
        ("act.0", "remind"),
        ("to.0", "lead"),
    ];
    let refused = does(&world, &editor, LADDER, &wrong).await;
    assert_eq!(refused.status, 422);
    let told = "普通 · 接手 · “没人接手，时限过了 50%：提醒经办人员”这一步：“0%”不是能用的时间";
    assert!(refused.text().contains(told), "{}", refused.text());
    let refused = does(
        &world,
        &editor,
        "/admin/ladders/crisis",
        &[("do", "notices"), ("notices", "working")],
    )
    .await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text().contains("危急的事不能等到上班"),
        "{}",
        refused.text()
    );
    let english = in_english(&world, &editor, POLICY).await;
    assert!(english.contains("The draft changes 1 thing"), "{english}");
    let done = does(&world, &editor, POLICY, &PUBLISH).await.text();
    assert!(done.contains("Version 2 is in force"), "{done}");
    world.at(local("2026-03-02 10:30")).await;
    deputy.sees_not("提醒");
    world.resident_on_telegram(43).files(NEED).await;
    world.at(local("2026-03-02 11:45")).await;
    deputy.sees("提醒");
    world.ends().await;
}
