//! From a need to a request, in Chinese.

use super::*;
use crate::conversation::output::Ask;

#[test]
fn the_first_hello_is_answered_with_help_the_words_and_a_menu() {
    let mut resident = Resident::new();
    resident
        .says("你好")
        .hears("邻里")
        .hears("「人工」")
        .hears("您需要什么帮助");
    resident.taps("紧急求助");
    resident.says("你好").hears_not("我是邻里").hears("我在");
}

#[test]
fn a_need_in_words_becomes_one_request_after_being_repeated_back() {
    let mut resident = Resident::new();
    resident
        .says("我妈八十二了没人做饭，想送餐")
        .hears("我是邻里")
        .hears("电话");
    let asks: Vec<_> = resident.last().replies.iter().map(|r| r.ask).collect();
    assert_eq!(asks, [None, Some(Ask::Contact)], "told first, then asked");
    resident.says("138 1234 5678").hears_not("我是邻里");
    resident.says("南门社区3栋201");
    resident
        .says("八十二")
        .hears("您要给母亲办")
        .hears("对吗")
        .hears("南门社区");
    resident.opens(0).taps("对，交上去").opens(1);
    let opening = resident.opened[0].clone();
    assert_eq!(opening.service, "ELD-MEAL");
    assert_eq!(opening.words, ["我妈八十二了没人做饭，想送餐"]);
    assert_eq!(opening.for_other.as_deref(), Some("mother"));
    assert_eq!(opening.unit, Some(UnitId::from("c3")));
    assert_eq!(
        opening.answers["phone"],
        menus::question::Answer::Text("13812345678".into())
    );
    assert_eq!(resident.state(), &State::Idle);
    assert_eq!(
        resident.snapshot.as_ref().unwrap().known.phone.as_deref(),
        Some("13812345678")
    );
}

#[test]
fn confirming_twice_opens_once() {
    let mut resident = filled();
    let confirm = resident.key("对，交上去");
    resident.does(Understood::Key(confirm.clone())).opens(1);
    resident
        .does(Understood::Key(confirm))
        .opens(1)
        .hears("已经交上去了");
}

#[test]
fn the_menu_leads_to_a_service_and_back_without_filing() {
    let mut resident = Resident::known();
    resident.says("菜单").taps("更多");
    resident.says("返回").hears("您需要什么帮助");
    resident
        .does(Understood::Key(Key::Service("ELD-MEAL".into())))
        .hears("电话");
    resident.says("返回").opens(0);
    assert!(matches!(resident.state(), State::Menu { .. }));
    resident.taps("接着办").hears("电话");
    resident.says("取消").hears("什么都没有交上去").opens(0);
}

#[test]
fn back_asks_the_question_before_again() {
    let mut resident = Resident::known();
    resident.says("想送餐").says("13812345678");
    let second = resident.draft().question.clone().unwrap();
    resident.says("返回").hears("电话");
    assert_eq!(resident.draft().question.as_deref(), Some("phone"));
    resident.says("13912345678");
    assert_eq!(resident.draft().question, Some(second));
    assert_eq!(
        resident.draft().answers["phone"],
        menus::question::Answer::Text("13912345678".into())
    );
}

#[test]
fn every_question_can_be_skipped_and_an_unreadable_answer_is_left_to_the_worker() {
    let mut resident = Resident::known();
    resident.says("想送餐").says("跳过");
    resident.taps("跳过");
    resident
        .says("很大年纪")
        .says("记不得那么多")
        .hears("先空着")
        .hears("对吗");
    resident.says("对").opens(1);
    assert!(resident.opened[0].answers.is_empty());
    assert!(
        resident.opened[0]
            .words
            .iter()
            .any(|words| words == "想送餐")
    );
}

#[test]
fn what_the_words_told_is_shown_and_can_be_changed() {
    let mut resident = Resident::known();
    resident.says("想送餐，电话13812345678").hears_not("电话是");
    resident.says("跳过").says("跳过").hears("138");
    resident.says("改").hears("哪一项").taps("电话");
    resident
        .says("13912345678")
        .hears("您要办")
        .says("好的")
        .opens(1);
    assert_eq!(
        resident.opened[0].answers["phone"],
        menus::question::Answer::Text("13912345678".into())
    );
}

#[test]
fn a_known_phone_is_shown_for_confirmation_and_not_asked_again() {
    let mut resident = filled();
    resident.says("对").opens(1).says("想理发").says("南门社区");
    resident.hears("对吗").hears("电话").says("对").opens(2);
    assert!(resident.opened[1].answers.contains_key("phone"));
}

#[test]
fn a_new_need_in_the_middle_loses_neither() {
    let mut resident = Resident::known();
    resident.says("想送餐");
    resident
        .says("我还要修水管")
        .hears("还没办完")
        .hears("小修");
    resident.taps("先办").hears("放一边");
    assert_eq!(resident.draft().service.as_deref(), Some("HOU-REPAIR"));
    resident
        .says("13812345678")
        .says("跳过")
        .says("跳过")
        .says("对")
        .opens(1)
        .hears("接着办吗");
    resident.taps("接着办").hears("我们接着办");
    assert_eq!(resident.draft().service.as_deref(), Some("ELD-MEAL"));
    assert_eq!(resident.draft().words, ["想送餐"]);
}

#[test]
fn going_on_with_the_old_matter_keeps_the_new_words() {
    let mut resident = Resident::known();
    resident.says("想送餐").says("我还要修水管").taps("接着办");
    assert_eq!(resident.draft().service.as_deref(), Some("ELD-MEAL"));
    assert_eq!(resident.draft().words, ["想送餐", "我还要修水管"]);
}

#[test]
fn an_unclear_need_gets_one_question_and_then_a_person() {
    let mut resident = Resident::known();
    resident.says("想问补贴的事").hears("残疾证");
    resident.says("我也说不上来").hears("工作人员").opens(1);
    assert_eq!(resident.opened[0].service, "SVC-HUMAN");
    assert_eq!(resident.opened[0].words, ["想问补贴的事", "我也说不上来"]);
    assert_eq!(
        resident.opened[0].guesses[..3],
        ["DSB-TWO", "ELD-SUBSIDY", "MED-LTCI"]
    );
}

#[test]
fn the_answer_to_the_question_leads_to_the_service_with_the_words() {
    let mut resident = Resident::known();
    resident.says("想找人帮忙").hears("哪一件");
    resident.says("2");
    assert_eq!(resident.draft().service.as_deref(), Some("CAR-ERRAND"));
    assert_eq!(resident.draft().words, ["想找人帮忙"]);
    resident
        .says("取消")
        .says("想找人帮忙")
        .taps("都不是")
        .hears("再说细一点");
    resident.says("要送餐");
    assert_eq!(resident.draft().words, ["想找人帮忙", "要送餐"]);
}

#[test]
fn a_service_that_left_the_catalogue_loses_no_words() {
    let mut resident = Resident::known();
    resident.says("想送餐");
    resident
        .snapshot
        .as_mut()
        .unwrap()
        .draft
        .as_mut()
        .unwrap()
        .service = Some("ELD-GONE".into());
    resident
        .says("13812345678")
        .hears("没有了")
        .hears("您需要什么帮助");
    assert_eq!(resident.draft().words, ["想送餐"]);
    let mut resident = Resident::known();
    resident
        .says("想送餐")
        .does(Understood::Key(Key::Service("ELD-GONE".into())))
        .hears("没有了");
    resident.taps("接着办").hears("电话");
}

#[test]
fn a_place_with_two_meanings_is_asked_once() {
    let mut resident = Resident::known();
    resident
        .says("想理发")
        .says("13812345678")
        .says("幸福那边")
        .hears("您说的是哪里")
        .taps("幸福新村");
    resident.says("对").opens(1);
    assert_eq!(resident.opened[0].unit, Some(UnitId::from("c2")));
}

#[test]
fn nonsense_never_ends_anything() {
    let mut resident = Resident::known();
    resident.says("呜哩哇啦呜").hears("没听明白");
    resident.says("嘎嘎嘎嘎嘎").hears("还是没听懂").opens(0);
    resident.says("想送餐").hears("送餐");
    resident.says("！！！").hears("电话");
}

#[test]
fn a_voice_note_is_kept_until_it_is_known_where_it_belongs() {
    let mut resident = Resident::known();
    resident
        .sends(AttachmentKind::Voice)
        .hears("语音收到")
        .hears("人工")
        .opens(0);
    resident.taps("人工").opens(1);
    assert_eq!(resident.opened[0].service, "SVC-HUMAN");
    assert_eq!(resident.opened[0].attachments.len(), 1);

    let mut resident = Resident::known();
    resident
        .sends(AttachmentKind::Voice)
        .says("想送餐")
        .says("跳过")
        .says("跳过")
        .says("跳过")
        .says("对")
        .opens(1);
    assert_eq!(resident.opened[0].attachments.len(), 1);
}

#[test]
fn a_photo_in_the_middle_of_a_form_is_kept_and_the_form_goes_on() {
    let mut resident = Resident::known();
    resident
        .says("想送餐")
        .sends(AttachmentKind::Photo)
        .hears("照片收到")
        .hears("电话");
    assert_eq!(resident.draft().attachments.len(), 1);
}

#[test]
fn words_beside_a_photo_tell_what_it_shows_and_answer_no_open_question() {
    let shown = |text: &str| Understood::File {
        file: file(AttachmentKind::Photo),
        caption: Some(read(text)),
    };
    let mut resident = Resident::known();
    resident.says("修水管").says("13812345678");
    let (asked, text) = (resident.draft().question.clone(), "楼道里到处是水");
    resident.does(shown(text)).hears("照片收到");
    assert_eq!(resident.draft().question, asked);
    assert!(resident.draft().words.contains(&text.to_owned()));
    assert!(!resident.draft().answers.contains_key("residence"));
    assert_eq!(resident.draft().attachments.len(), 1);
    // Where only a number is an answer, one is taken.
    let mut resident = Resident::known();
    resident.says("修水管").does(shown("13812345678"));
    assert!(resident.draft().answers.contains_key("phone"));
}

#[test]
fn asking_for_a_person_passes_on_what_was_said() {
    let mut resident = Resident::known();
    resident
        .says("想送餐")
        .says("13812345678")
        .says("人工")
        .hears("都转过去")
        .opens(1);
    assert_eq!(resident.opened[0].guesses[0], "ELD-MEAL");
    assert!(resident.opened[0].answers.contains_key("phone"));
    resident.says("我住南门").hears("已经转给");
    assert_eq!(resident.said()[0].text, "我住南门");
    resident.says("三楼").hears("转过去了");
    resident.says("0").opens(1).hears("已经在跟");
}

#[test]
fn after_a_pause_the_bot_says_where_it_was() {
    let mut resident = Resident::known();
    resident
        .says("想送餐")
        .waits(TimeDelta::hours(2))
        .says("13812345678")
        .hears("我们刚才说到")
        .hears_not("电话是");
    resident
        .waits(TimeDelta::days(8))
        .says("你好")
        .hears("放一边")
        .hears("接着办吗");
    assert!(resident.snapshot.as_ref().unwrap().draft.is_none());
    resident.taps("接着办");
    assert!(resident.draft().answers.contains_key("phone"));
}

#[test]
fn a_draft_that_was_never_sent_is_erased_after_a_month() {
    let mut resident = Resident::known();
    resident
        .says("想送餐")
        .waits(TimeDelta::days(31))
        .says("你好")
        .hears_not("接着办");
    let snapshot = resident.snapshot.as_ref().unwrap();
    assert!(snapshot.draft.is_none() && snapshot.aside.is_empty());
}

#[test]
fn a_draft_put_aside_does_not_pin_the_catalogue() {
    let mut resident = Resident::known();
    resident
        .says("想送餐")
        .says("我还要修水管")
        .taps("先办")
        .says("取消");
    let snapshot = resident.snapshot.as_ref().unwrap();
    assert!(snapshot.may_move() && snapshot.aside.len() == 1);
}

#[test]
fn a_stale_button_changes_nothing() {
    let mut resident = Resident::known();
    resident.says("想送餐");
    let skip = resident.key("跳过");
    resident.says("取消");
    let before = resident.snapshot.clone().unwrap();
    resident.does(Understood::Key(skip)).hears("之前的");
    resident.does(Understood::Stale).hears("之前的");
    let after = resident.snapshot.clone().unwrap();
    assert_eq!(
        (before.state, before.draft, before.aside),
        (after.state, after.draft, after.aside)
    );
}

#[test]
fn without_buttons_numbers_pick_and_open_questions_take_numbers_as_answers() {
    let mut resident = Resident::new();
    resident.channel = Means {
        buttons: false,
        contact: false,
        place: false,
        page: false,
        unsend: false,
    };
    resident.says("你好").hears("也可以直接发").says("1");
    assert!(matches!(resident.state(), State::Menu { screen } if screen == "cat:CRI"));
    resident
        .says("取消")
        .says("想送餐")
        .says("13812345678")
        .says("跳过")
        .says("2");
    assert_eq!(
        resident.draft().answers["subject_age"],
        menus::question::Answer::Number(2)
    );
}

#[test]
fn a_contact_card_answers_only_if_it_is_ones_own() {
    let mut resident = Resident::known();
    resident.says("想送餐").does(Understood::Contact {
        phone: "13912345678".into(),
        own: false,
    });
    resident.hears("别人的名片").hears("电话");
    resident.does(Understood::Contact {
        phone: "13812345678".into(),
        own: true,
    });
    assert!(resident.draft().answers.contains_key("phone"));
}

#[test]
fn a_link_opens_a_service() {
    let mut resident = Resident::new();
    resident
        .does(Understood::Start {
            payload: Some("ELD-MEAL".into()),
        })
        .hears("我是邻里")
        .hears("电话");
    resident
        .does(Understood::Start {
            payload: Some("what".into()),
        })
        .hears("您需要什么帮助");
}

#[test]
fn the_words_that_always_work_work_in_every_state() {
    let states: [&[&str]; 8] = [
        &[],
        &["菜单"],
        &["想送餐"],
        &["想送餐", "跳过", "跳过", "跳过"],
        &["想问补贴的事"],
        &["送餐，修水管"],
        &["想送餐", "我还要修水管"],
        &["呜哩哇啦呜"],
    ];
    for path in states {
        for (word, part) in [
            ("菜单", "您需要什么帮助"),
            ("人工", "工作人员"),
            ("进度", "没有在办的事"),
        ] {
            let mut resident = Resident::known();
            for text in path {
                resident.says(text);
            }
            resident.says(word).hears(part);
        }
        for word in ["返回", "取消"] {
            let mut resident = Resident::known();
            for text in path {
                resident.says(text);
            }
            resident.says(word).opens(0);
            assert!(!resident.text().is_empty(), "{path:?} {word}");
        }
    }
}

#[test]
fn a_snapshot_of_an_unknown_format_keeps_the_words() {
    let mut resident = Resident::known();
    resident.says("想送餐");
    let stored = resident
        .snapshot
        .as_ref()
        .unwrap()
        .to_json()
        .replace(r#""format":1"#, r#""format":99"#);
    let read = Snapshot::from_json(&stored, 7);
    assert_eq!((read.state, read.catalogue), (State::Idle, 7));
    assert_eq!(read.draft.unwrap().words, ["想送餐"]);
    assert_eq!(
        Snapshot::from_json("garbage", 7),
        Snapshot::fresh(7, Lang::Zh)
    );
}

/// A resident about to confirm a meal.
fn filled() -> Resident {
    let mut resident = Resident::known();
    resident
        .says("想送餐")
        .says("13812345678")
        .says("南门社区")
        .says("80")
        .hears("对吗");
    resident
}
