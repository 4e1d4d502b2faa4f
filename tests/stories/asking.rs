//! From a need to a promise, in Telegram and in a browser.

use tests::World;

#[tokio::test]
async fn a_need_in_words_becomes_one_request_and_a_promise() {
    let world = World::start().await;
    let supplier = world.worker("YX015").await;
    let resident = world.resident_on_telegram(42);
    resident
        .says("我妈八十二了，一个人住新桥花园，做不了饭，想要送餐")
        .await
        .sees("助餐送餐")
        .sees("联系电话");
    resident
        .says("13812345678")
        .await
        .sees("您要给母亲办：助餐送餐")
        .sees("新桥花园")
        .sees("82");
    assert_eq!(world.count("requests").await, 0);
    resident
        .taps("对，交上去")
        .await
        .sees("编号")
        .sees("3月3日（周二）下午5点半");
    assert_eq!(world.count("requests").await, 1);
    supplier.sees("新的求助：助餐送餐").sees_not("13812345678");
    supplier.accepts().await.sees("13812345678");
    resident.waits().await.sees("来办您的「助餐送餐」");
    world.ends().await;
}

#[tokio::test]
async fn what_was_told_along_the_way_is_shown_before_it_is_sent_and_can_be_changed() {
    let world = World::start().await;
    for (id, phone) in [(42, "13812345678"), (43, "13987654321")] {
        let resident = world.resident_on_telegram(id);
        resident
            .says("老板拖欠我工资三千五百块不给，我住新桥花园，电话13812345678")
            .await
            .sees("欠薪与劳动维权")
            .sees_not("联系电话");
        resident.reaches_the_end().await;
        resident.sees("13812345678").sees("3500").sees("新桥花园");
        let requests = world.count("requests").await;
        if phone != "13812345678" {
            resident.taps("改一改").await.taps("联系电话").await;
            resident.says(phone).await.sees(phone);
            resident.sees_not("· 联系电话：13812345678");
        }
        assert_eq!(world.count("requests").await, requests, "nothing was sent");
        resident.taps("对，交上去").await.sees("编号");
        let reference = resident.reference();
        let lead = world
            .rows("SELECT lead_worker FROM requests ORDER BY id DESC")
            .await;
        let worker = world.worker_without_chat(&lead[0][0]).await;
        worker.does(&reference, &[("act", "accept")]).await;
        let sheet = worker.sheet(&reference).await.text();
        assert!(sheet.contains(phone), "{sheet}");
    }
    world.ends().await;
}

#[tokio::test]
async fn a_number_that_no_question_asks_for_is_shown_as_well() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident
        .says("我要投诉社区工作人员，态度恶劣，还说我活该，我的电话13812345678")
        .await
        .sees("投诉");
    resident.reaches_the_end().await;
    resident.sees("· 电话：13812345678");
    assert_eq!(world.count("requests").await, 0);
    world.ends().await;
}

#[tokio::test]
async fn picking_from_the_menu_on_the_web_leads_to_a_promise_and_the_right_queue() {
    let world = World::start().await;
    let coordinator = world.worker("YX033").await;
    let resident = world.resident_on_web();
    resident.says("你好").await.sees("邻里");
    resident.taps("基本生活").await;
    resident.taps("低保").await.sees("联系电话");
    for answer in ["13912345678", "新桥花园"] {
        resident.says(answer).await;
    }
    for _ in 0..10 {
        if resident.last().contains("对吗") {
            break;
        }
        resident.says("跳过").await;
    }
    resident.taps("对，交上去").await.sees("编号");
    let reference = resident.reference();
    coordinator.sees(&reference);
    let queue = coordinator.queue().await;
    assert!(queue.contains(&reference), "{queue}");
    let done = coordinator.does(&reference, &[("act", "accept")]).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    resident.waits().await.sees("孙慧敏");
    let page = coordinator.sheet(&reference).await.text();
    assert!(page.contains("13912345678"), "{page}");
    world.ends().await;
}

#[tokio::test]
async fn a_need_that_is_unclear_gets_one_question_and_then_a_person() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.says("想找人帮忙").await.sees("哪一件");
    resident.says("我也说不上来").await.sees("工作人员");
    let rows = world.rows("SELECT service FROM requests").await;
    assert_eq!(rows, [["SVC-HUMAN"]]);
    world.ends().await;
}

#[tokio::test]
async fn words_that_are_no_need_open_nothing_and_end_nothing() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.says("呜哩哇啦呜").await.sees("没听明白");
    resident.says("想送餐").await.sees("联系电话");
    assert_eq!(world.count("requests").await, 0);
    world.ends().await;
}

#[tokio::test]
async fn several_needs_in_one_message_become_as_many_requests_each_with_its_form() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident
        .says("我想申请低保，还想给我妈订餐送餐")
        .await
        .sees("您说了几件事");
    resident.taps("都办").await.sees("一件一件来");
    for number in 1..=2 {
        for _ in 0..12 {
            if resident.last().contains("对吗") {
                break;
            }
            resident.says("跳过").await;
        }
        resident.taps("对，交上去").await.sees("编号");
        assert_eq!(world.count("requests").await, number, "one by one");
        if number == 1 {
            resident.sees("接着办下一件");
        }
    }
    let rows = world
        .rows("SELECT service FROM requests ORDER BY service")
        .await;
    assert_eq!(rows, [["BAS-DIBAO"], ["ELD-MEAL"]]);
    world.ends().await;
}

#[tokio::test]
async fn a_list_of_needs_never_holds_anybody_fast() {
    let world = World::start().await;
    for (id, answer) in [(42, "跳过"), (43, "呜哩哇啦"), (44, "不"), (45, "不要2")] {
        let resident = world.resident_on_telegram(id);
        resident
            .says("我想申请低保，还想给我妈订餐送餐")
            .await
            .sees("您说了几件事");
        for _ in 0..3 {
            if !resident.last().contains("您说了几件事") {
                break;
            }
            resident.says(answer).await;
        }
        resident.sees_not("您说了几件事").sees("电话");
        resident.says("取消").await.sees("不办了");
    }
    let resident = world.resident_on_telegram(46);
    resident.says("我想申请低保，还想给我妈订餐送餐").await;
    resident.says("菜单").await.sees("您需要什么帮助");
    resident.taps("接着办").await.sees("您说了几件事");
    resident.says("取消").await.sees("什么都没有交上去");
    assert_eq!(world.count("requests").await, 0);
    world.ends().await;
}

#[tokio::test]
async fn the_words_that_always_work_do_so_in_every_state() {
    let world = World::start().await;
    let states: [&[&str]; 5] = [
        &["你好"],
        &["想送餐"],
        &["想送餐", "跳过", "跳过", "跳过", "跳过"],
        &["想找人帮忙"],
        &["送餐，修水管"],
    ];
    for (number, state) in states.iter().enumerate() {
        for (other, (word, answer)) in [
            ("菜单", "您需要什么帮助"),
            ("menu", "What do you need help with"),
            ("进度", "没有在办的事"),
            ("取消", ""),
            ("返回", ""),
            ("人工", "工作人员"),
        ]
        .into_iter()
        .enumerate()
        {
            let resident = world.resident_on_telegram((number * 10 + other) as i64 + 100);
            for text in *state {
                resident.says(text).await;
            }
            resident.says(word).await.sees(answer);
            assert!(!resident.heard().is_empty(), "{state:?} {word}");
        }
    }
    let human = world.count("requests WHERE service = 'SVC-HUMAN'").await;
    assert_eq!(human, states.len() as i64, "one person asked for in each");
    world.ends().await;
}

#[tokio::test]
async fn a_draft_is_resumed_within_seven_days_and_offered_after() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.says("我住新桥花园，想送餐").await.sees("联系电话");
    world.advance(tests::days(6)).await;
    resident
        .says("13812345678")
        .await
        .sees("我们刚才说到：助餐送餐");
    resident.says("八十二").await.sees("对吗");
    world.advance(tests::days(8)).await;
    resident.says("你好").await.sees("助餐送餐").sees("没办完");
    resident.taps("接着办").await;
    resident.taps("对，交上去").await.sees("编号");
    world.ends().await;
}

#[tokio::test]
async fn only_the_own_contact_card_gives_a_telephone_number() {
    let world = World::start().await;
    let resident = world.resident_on_telegram(42);
    resident.says("我住新桥花园，想送餐").await.sees("联系电话");
    resident
        .does(|person| {
            person.sends_card("+8613900000000", Some(43));
        })
        .await
        .sees_not("13900000000");
    resident
        .does(|person| {
            person.sends_card("+8613900000001", None);
        })
        .await
        .sees_not("13900000001");
    resident.shares_contact().await.sees("多大年纪");
    resident.says("八十").await.sees("13800000042");
    world.ends().await;
}
