//! Requests that are already open: progress, adding, withdrawing, urging,
//! rating, reopening, and a worker who talks.

use super::*;
use crate::conversation::Held;
use crate::conversation::output::Case;

/// A resident with this many open requests.
fn with(count: usize) -> Resident {
    let mut resident = Resident::known();
    for _ in 0..count {
        resident
            .says("想理发")
            .says("13812345678")
            .says("南门社区")
            .says("对");
        while !matches!(resident.state(), State::Idle) {
            resident.says("对");
        }
    }
    resident.opens(count);
    resident
}

#[test]
fn progress_tells_reference_who_and_by_when() {
    let mut resident = with(2);
    resident
        .says("进度")
        .hears("您有 2 件事")
        .hears("LK-r1-77")
        .hears("LK-r2-77");
    resident
        .hears("幸福社区协理员")
        .hears("明天上午")
        .hears("还没有人打开");
    resident
        .says("2")
        .hears("LK-r2-77")
        .hears_not("LK-r1-77")
        .taps("撤回");
    resident.hears("要撤回").says("不").hears("接着办");
    assert!(resident.requests.iter().all(|mine| mine.open));
    resident.says("撤回").taps("LK-r2-77").says("是");
    assert!(resident.requests[0].open && !resident.requests[1].open);
}

#[test]
fn many_requests_are_paged() {
    let mut resident = with(7);
    resident
        .says("进度")
        .hears("LK-r1-77")
        .hears_not("LK-r6-77")
        .taps("更多")
        .hears("LK-r6-77")
        .taps("上一页");
}

#[test]
fn words_with_a_reference_are_added_to_that_request() {
    let mut resident = with(2);
    resident
        .says("lk-r2-77 我家门牌是三零一")
        .hears("已经记到 LK-r2-77");
    assert_eq!(resident.said()[0].to, Case::Request(RequestId::from("r2")));
    resident.says("还有，门铃坏了").hears("已经记到 LK-r2-77");
    resident.says("菜单").says("LK-r1-77").hears("LK-r1-77");
    assert!(resident.said().is_empty());
}

#[test]
fn another_need_while_adding_is_asked_about() {
    let mut resident = with(1);
    resident
        .says("补充")
        .says("要送餐")
        .hears("另一件事")
        .taps("先办")
        .hears("送餐");
    resident.says("取消");
    resident
        .says("补充")
        .says("要送餐")
        .taps("补到")
        .hears("已经记到");
    assert_eq!(resident.said()[0].text, "要送餐");
}

#[test]
fn solved_is_asked_first_and_not_solved_goes_up() {
    let mut resident = with(1);
    resident.requests[0].open = false;
    resident
        .says("评价")
        .hears("解决了吗")
        .taps("没解决")
        .hears("上一级");
    assert!(matches!(
        &resident.last().effects[..],
        [Effect::Rate {
            solved: false,
            stars: None,
            ..
        }]
    ));
    resident.says("师傅没来").hears("已经记到");

    let mut resident = with(1);
    resident.requests[0].open = false;
    resident
        .says("评价")
        .says("解决了")
        .hears("怎么样")
        .says("5")
        .hears("谢谢");
    assert!(matches!(
        &resident.last().effects[..],
        [Effect::Rate {
            solved: true,
            stars: Some(5),
            ..
        }]
    ));
}

#[test]
fn reopening_works_within_the_time_allowed() {
    let mut resident = with(1);
    resident.requests[0].open = false;
    resident.requests[0].rated = true;
    resident.requests[0].reopen_until = Some(resident.now + TimeDelta::days(30));
    let id = resident.requests[0].id.clone();
    resident.says("进度").taps("重新办").hears("还差什么");
    assert_eq!(
        resident.last().effects,
        [Effect::Reopen {
            request: id.clone()
        }]
    );
    resident.requests[0].open = false;
    resident
        .says("菜单")
        .waits(TimeDelta::days(31))
        .does(Understood::Key(Key::Reopen(id)));
    resident.hears("过了");
    assert!(resident.last().effects.is_empty());
}

#[test]
fn urging_follows_its_rule() {
    let mut resident = with(1);
    resident.says("催一下").hears("替您催了");
    assert_eq!(resident.last().effects.len(), 1);
    resident.requests[0].urge_from = Some(resident.now + TimeDelta::hours(24));
    resident.says("催一下").hears("一个工作日催一次");
    assert!(resident.last().effects.is_empty());
}

#[test]
fn a_restricted_request_is_not_named() {
    let mut resident = with(1);
    resident.requests[0].restricted = true;
    resident.requests[0].name = "投诉".into();
    resident.says("进度").hears("这件事").hears_not("投诉");
}

#[test]
fn while_a_worker_talks_the_bot_is_silent_and_says_so_once() {
    let mut resident = with(1);
    resident.snapshot.as_mut().unwrap().held = Some(Held {
        request: RequestId::from("r1"),
        by: "小林".into(),
        told: false,
    });
    resident.says("我想送餐").hears("直接转给小林");
    assert_eq!(resident.said()[0].text, "我想送餐");
    resident.says("你好").hears_nothing();
    resident.sends(AttachmentKind::Photo).hears_nothing();
    assert_eq!(resident.said()[0].attachments.len(), 1);
    resident.says("进度").hears("LK-r1-77");
    assert!(resident.snapshot.as_ref().unwrap().held.is_some());
    resident.says("取消").hears("正在和小林说话");
    resident
        .says("菜单")
        .hears("换我来")
        .hears("您需要什么帮助");
    assert!(resident.last().effects.contains(&Effect::Release {
        request: RequestId::from("r1")
    }));
    resident.says("我想送餐").hears("送餐").opens(1);
}

#[test]
fn an_edit_reaches_the_thread_and_a_draft_keeps_both() {
    let mut resident = with(1);
    resident.does(Understood::Edited(read("门牌是三零二")));
    assert!(resident.said()[0].edited);
    resident
        .says("菜单")
        .says("想送餐")
        .does(Understood::Edited(read("想送餐，一天两顿")));
    assert_eq!(resident.draft().words, ["想送餐", "想送餐，一天两顿"]);
}

#[test]
fn a_photo_at_rest_can_be_added_to_a_request() {
    let mut resident = with(1);
    resident
        .sends(AttachmentKind::Photo)
        .hears("哪件事")
        .taps("补到")
        .hears("已经记到");
    assert_eq!(resident.said()[0].attachments.len(), 1);
    resident.opens(1);
}
