//! Several needs in one message: each in its turn, none lost.

use super::*;

const THREE: &str = "送餐，修水管，还有理发";

/// Skips what is asked and agrees to what is read back, until `count` were opened.
fn through(resident: &mut Resident, count: usize) {
    for _ in 0..20 {
        if resident.opened.len() == count {
            return;
        }
        let word = if resident.text().contains("对吗") {
            "对"
        } else {
            "跳过"
        };
        resident.says(word);
    }
    panic!("no end: {}", resident.text());
}

fn services(resident: &Resident) -> Vec<&str> {
    let opened = resident.opened.iter();
    opened.map(|opening| opening.service.as_str()).collect()
}

#[test]
fn both_of_two_choices_become_several_needs() {
    let mut resident = Resident::known();
    resident
        .says("想找人帮忙")
        .says("都要")
        .says("都办")
        .hears("一件一件来");
    through(&mut resident, 2);
    assert_eq!(services(&resident), ["CAR-CLEAN", "CAR-ERRAND"]);
}

#[test]
fn several_needs_are_listed_struck_out_and_taken_one_by_one() {
    let mut resident = Resident::known();
    resident.says(THREE).hears("1.").hears("3.").taps("去掉 2");
    resident.hears_not("3.").says("都办").hears("助餐");
    resident
        .says("13812345678")
        .says("南门社区")
        .says("80")
        .hears("后面接着办")
        .opens(0);
    // What the first was told is not asked again.
    resident
        .says("对")
        .opens(1)
        .hears("接着办下一件")
        .hears("理发");
    resident.hears("13812345678").hears("对吗").hears_not("80");
    resident.says("对").opens(2);
    assert_eq!(services(&resident), ["ELD-MEAL", "CAR-HAIR"]);
    assert_eq!(
        resident.opened[1].related.as_ref(),
        Some(&resident.opened[0].draft)
    );
    assert_eq!(resident.opened[1].unit, Some(UnitId::from("c3")));
    assert!(!resident.opened[1].answers.contains_key("subject_age"));
    assert!(resident.snapshot.as_ref().unwrap().aside.is_empty());
}

#[test]
fn each_need_has_its_own_form() {
    let mut resident = Resident::known();
    resident.says("送餐，修水管").says("好").hears("一件一件来");
    let mut asked = Vec::new();
    for _ in 0..12 {
        if let Some(question) = &resident
            .snapshot
            .as_ref()
            .unwrap()
            .draft
            .as_ref()
            .and_then(|d| d.question.clone())
        {
            asked.push(question.clone());
        }
        if resident.text().contains("对吗") {
            resident.says("对");
        } else {
            resident.says("跳过");
        }
        if resident.opened.len() == 2 {
            break;
        }
    }
    assert!(asked.contains(&"subject_age".to_owned()), "{asked:?}");
    assert!(asked.contains(&"item".to_owned()), "{asked:?}");
    resident.opens(2);
}

#[test]
fn one_that_is_for_somebody_else_does_not_make_the_others_so() {
    let mut resident = Resident::known();
    resident.says("我妈要送餐，家里要修水管").says("都办");
    through(&mut resident, 2);
    assert_eq!(resident.opened[0].for_other.as_deref(), Some("mother"));
    assert_eq!(resident.opened[1].for_other, None);
}

#[test]
fn answers_in_words_strike_out_choose_and_order() {
    for (answer, opened) in [
        ("不要2", &["ELD-MEAL", "CAR-HAIR"][..]),
        ("第二个不用了", &["ELD-MEAL", "CAR-HAIR"]),
        ("去掉二", &["ELD-MEAL", "CAR-HAIR"]),
        ("理发不要", &["ELD-MEAL", "HOU-REPAIR"]),
        ("not 3", &["ELD-MEAL", "HOU-REPAIR"]),
        ("只要送餐", &["ELD-MEAL"]),
        ("先办3", &["CAR-HAIR", "ELD-MEAL", "HOU-REPAIR"]),
        ("跳过", &["ELD-MEAL", "HOU-REPAIR", "CAR-HAIR"]),
        ("都要", &["ELD-MEAL", "HOU-REPAIR", "CAR-HAIR"]),
        (
            "还要低保",
            &["ELD-MEAL", "HOU-REPAIR", "CAR-HAIR", "BAS-DIBAO"],
        ),
    ] {
        let mut resident = Resident::known();
        resident.says("中文").says(THREE).says(answer);
        if matches!(resident.state(), State::Several { .. }) {
            resident.says("好");
        }
        through(&mut resident, opened.len());
        assert_eq!(services(&resident), opened, "{answer}");
        assert!(
            resident.snapshot.as_ref().unwrap().aside.is_empty(),
            "{answer}"
        );
    }
}

#[test]
fn nothing_said_to_the_list_makes_it_loop() {
    for word in ["跳过", "不知道", "呜哩哇啦", "不", "？", "谢谢", "你好"] {
        let mut resident = Resident::known();
        resident.says(THREE);
        for _ in 0..3 {
            if matches!(resident.state(), State::Several { .. }) {
                resident.says(word);
            }
        }
        assert!(
            !matches!(resident.state(), State::Several { .. }),
            "{word}: {}",
            resident.text()
        );
    }
}

#[test]
fn the_words_that_work_everywhere_do_so_and_lose_no_need() {
    let mut resident = Resident::known();
    resident
        .says(THREE)
        .says("菜单")
        .hears("您需要什么帮助")
        .taps("接着办");
    resident.hears("1.").hears("3.");
    resident
        .says("返回")
        .hears("您需要什么帮助")
        .taps("接着办")
        .hears("3.");
    resident.says("进度").taps("接着办").hears("3.");
    resident.says("人工").opens(1);
    assert_eq!(resident.opened[0].guesses.len(), 3);
    let mut resident = Resident::known();
    resident.says(THREE).says("取消").hears("不办了").opens(0);
    assert!(resident.snapshot.as_ref().unwrap().aside.is_empty());
}

#[test]
fn leaving_one_of_several_offers_the_next() {
    let mut resident = Resident::known();
    resident.says(THREE).says("都办").says("取消");
    resident.hears("这件不办了").hears("接着办吗").hears("小修");
    resident.says("好").hears("电话");
    through(&mut resident, 2);
    assert_eq!(services(&resident), ["HOU-REPAIR", "CAR-HAIR"]);
    // And they can all be left, one word at a time.
    let mut resident = Resident::known();
    resident
        .says(THREE)
        .says("都办")
        .says("取消")
        .says("不用了")
        .says("取消");
    assert!(resident.snapshot.as_ref().unwrap().aside.is_empty());
    resident.opens(0);
}

#[test]
fn a_service_from_the_menu_joins_the_listed_ones() {
    let mut resident = Resident::known();
    resident
        .says("送餐，修水管")
        .does(Understood::Key(Key::Service("BAS-DIBAO".into())));
    through(&mut resident, 3);
    assert_eq!(services(&resident), ["BAS-DIBAO", "ELD-MEAL", "HOU-REPAIR"]);
}

#[test]
fn a_further_need_beside_the_open_one_waits_for_its_turn() {
    let mut resident = Resident::known();
    resident.says("想送餐").says("13812345678");
    resident.says("跳过").says("跳过").hears("对吗");
    resident.says("送餐一天两顿，再修水管").hears("也记下了");
    resident.says("对").opens(1).hears("接着办下一件");
    through(&mut resident, 2);
    assert_eq!(services(&resident), ["ELD-MEAL", "HOU-REPAIR"]);
}

#[test]
fn whichever_matter_goes_first_the_other_is_offered_after() {
    let mut resident = Resident::known();
    resident.says("想送餐").says("我还要修水管").taps("接着办");
    resident.hears("也记下了");
    through(&mut resident, 1);
    resident.hears("小修").hears("接着办吗").taps("接着办");
    through(&mut resident, 2);
    assert_eq!(services(&resident), ["ELD-MEAL", "HOU-REPAIR"]);
}

#[test]
fn a_complaint_beside_other_needs_keeps_its_words_to_itself() {
    let mut resident = Resident::known();
    resident.says("要送餐，还要投诉社区的人").says("都办");
    through(&mut resident, 2);
    for opening in &resident.opened {
        assert_eq!(
            opening.words.is_empty(),
            opening.service != "SVC-COMPLAINT",
            "{opening:?}"
        );
    }
}
