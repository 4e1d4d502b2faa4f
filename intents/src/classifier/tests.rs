//! Messages through a small classifier, from the front door.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::{Classifier, Example};
use crate::verdict::{Decision, Urgency, Verdict};

/// The starter catalogue's words.
const CATALOGUE: &str = include_str!("../../corpus/catalogue.tsv");

fn classifier() -> &'static Classifier {
    static CLASSIFIER: OnceLock<Classifier> = OnceLock::new();
    CLASSIFIER.get_or_init(|| trained(&[]))
}

/// The starter catalogue with more examples.
fn trained(more: &[(&str, &str)]) -> Classifier {
    let words = crate::training::words(CATALOGUE).map(|w| (w.service, w.text));
    let examples = words.chain(more.iter().copied());
    Classifier::train(
        examples.map(|(service, text)| Example { service, text }),
        &[
            &["BAS-DIBAO", "BAS-LINSHI", "BAS-GANGXING"],
            &["HOU-REPAIR", "COM-PROPERTY", "COM-UTIL"],
        ],
    )
}

fn read(text: &str) -> Verdict {
    classifier().classify(text)
}

#[test]
fn a_plain_request_goes_straight_to_its_service() {
    for (text, service) in [
        ("我想申请低保", "BAS-DIBAO"),
        ("想给奶奶订送餐", "ELD-MEAL"),
        ("電梯壞了一個禮拜", "COM-PROPERTY"),
        ("家里水龙头坏了", "HOU-REPAIR"),
    ] {
        let verdict = read(text);
        assert_eq!(verdict.ranked[0].service, service, "{text}");
        assert_ne!(verdict.decision, Decision::None, "{text}");
        assert_eq!(verdict.urgency, Urgency::Normal, "{text}");
        assert_eq!(verdict.needs[0], service, "{text}");
    }
    let verdict = read("想申请低保,低保要什么条件");
    assert_eq!(verdict.decision, Decision::Route);
    assert!(
        verdict.evidence.contains(&"低保".to_owned()),
        "{:?}",
        verdict.evidence
    );
    assert!(verdict.choices.is_empty());
}

#[test]
fn living_alone_a_fall_that_is_over_or_a_dog_is_no_danger_by_itself() {
    for (text, service) in [
        ("我妈八十二了一个人住，上礼拜摔了，洗澡没法洗", "ELD-BATH"),
        (
            "My mother is 82 and lives alone, she cannot cook any more",
            "ELD-MEAL",
        ),
        ("想给妈妈订饭，门口有狗别怕", "ELD-MEAL"),
        ("陈阿姨做饭不太方便", "ELD-MEAL"),
    ] {
        let verdict = read(text);
        assert_eq!(verdict.ranked[0].service, service, "{text}");
        assert_eq!(verdict.decision, Decision::Route, "{text}");
        assert_eq!(verdict.crisis, None, "{text}");
    }
    for place in ["我住三楼", "我家在五楼"] {
        assert_eq!(read(place).decision, Decision::None, "{place}");
    }
    for text in [
        "我妈一个人住，打电话没人接，敲门也不应",
        "my neighbour lives alone and has not opened the door for three days",
        "我妈摔了，躺在浴室起不来",
    ] {
        assert_eq!(read(text).decision, Decision::Crisis, "{text}");
    }
}

#[test]
fn greetings_spam_and_noise_are_no_request() {
    for text in [
        "你好",
        "谢谢您",
        "加微信领红包",
        "asdfgh",
        "",
        "。。。",
        "😀😀😀",
        "\u{202e}",
        "哈哈哈哈",
    ] {
        let verdict = read(text);
        assert_eq!(verdict.decision, Decision::None, "{text}");
        assert!(
            verdict.needs.is_empty() && verdict.choices.is_empty(),
            "{text}"
        );
    }
}

#[test]
fn a_vague_request_is_asked_back_with_choices() {
    let verdict = read("家里现在实在困难,有什么补助");
    assert_eq!(verdict.decision, Decision::Ask, "{:?}", verdict.ranked);
    assert!(
        (2..=3).contains(&verdict.choices.len()),
        "{:?}",
        verdict.choices
    );
    assert!(
        verdict.choices.iter().all(|c| c.starts_with("BAS-")),
        "{:?}",
        verdict.choices
    );
}

#[test]
fn danger_comes_first_whatever_else_is_asked() {
    let verdict = read("想申请低保,不然我就从楼顶跳下去");
    assert_eq!(
        (verdict.decision, verdict.urgency),
        (Decision::Crisis, Urgency::Crisis)
    );
    assert_eq!(verdict.ranked[0].service, "CRI-SUICIDE");
    assert_eq!(verdict.needs[0], "CRI-SUICIDE");
    assert!(verdict.crisis.as_ref().is_some_and(|c| c.sure));
    let total: f32 = verdict.ranked.iter().map(|r| r.confidence).sum();
    assert!(total <= 1.001, "{total}");
}

#[test]
fn an_age_in_passing_is_no_need_of_its_own() {
    let verdict = read("我妈八十二了,一个人住新桥花园,做不了饭,想要送餐");
    assert_eq!(verdict.decision, Decision::Route);
    assert_eq!(verdict.needs, ["ELD-MEAL"]);
}

#[test]
fn pressing_circumstances_raise_the_urgency_and_keep_the_service() {
    let verdict = read("胰岛素没了,没钱买,想问临时救助怎么申请");
    assert_eq!(verdict.urgency, Urgency::Urgent);
    assert_eq!(verdict.ranked[0].service, "BAS-LINSHI");
}

#[test]
fn several_needs_are_listed_and_a_denied_one_is_not() {
    let verdict = read("老人做不了饭想送餐上门,卫生间还想装扶手");
    assert!(
        verdict.needs.contains(&"ELD-MEAL".to_owned())
            && verdict.needs.contains(&"HOU-AGING".to_owned()),
        "{:?}",
        verdict.needs
    );
    let verdict = read("不是要低保,是想问老人送餐上门");
    assert_eq!(verdict.ranked[0].service, "ELD-MEAL");
    assert!(!verdict.needs.contains(&"BAS-DIBAO".to_owned()));
}

#[test]
fn facts_come_with_the_verdict() {
    let slots = read("我妈八十二了,想送餐,电话13800138000").slots;
    assert_eq!(
        (slots.age, slots.phone.as_deref(), slots.relation.as_deref()),
        (Some(82), Some("13800138000"), Some("母亲"))
    );
}

#[test]
fn the_same_examples_give_the_same_classifier() {
    let other = trained(&[]);
    for text in ["想申请低保", "灯坏了没人修", "垃圾和电梯都没人管"] {
        assert_eq!(other.classify(text), read(text));
    }
}

#[test]
fn words_of_an_administrator_reach_the_model_and_leave_the_rest_alone() {
    let named = trained(&[
        ("ELD-MEAL", "暖心小灶"),
        ("ELD-MEAL", "我要订暖心小灶"),
        ("XTR-CHESS", "棋友会"),
        ("XTR-CHESS", "想参加棋友会"),
    ]);
    assert_eq!(
        named.classify("请问暖心小灶怎么报").ranked[0].service,
        "ELD-MEAL"
    );
    assert_eq!(
        named.classify("棋友会什么时候开").ranked[0].service,
        "XTR-CHESS"
    );
    for text in [
        "我想申请低保",
        "電梯壞了一個禮拜",
        "家里水龙头坏了",
        "公司拖欠我三个月工资",
    ] {
        assert_eq!(
            named.classify(text).ranked[0].service,
            read(text).ranked[0].service,
            "{text}"
        );
    }
}

#[test]
fn only_services_of_the_catalogue_are_named() {
    let two = Classifier::train(
        [("ELD-MEAL", "送餐"), ("ELD-BATH", "助浴")]
            .map(|(service, text)| Example { service, text })
            .into_iter(),
        &[],
    );
    let verdict = two.classify("电梯坏了,老人想送餐");
    assert!(verdict.ranked.iter().all(|r| r.service.starts_with("ELD-")));
    assert_eq!(verdict.ranked[0].service, "ELD-MEAL");
}

#[test]
fn a_classifier_without_examples_still_sees_danger() {
    let empty = Classifier::train(std::iter::empty(), &[]);
    assert_eq!(empty.classify("想申请低保").decision, Decision::None);
    assert_eq!(empty.classify("厨房着火了").decision, Decision::Crisis);
}

#[test]
fn huge_and_strange_texts_get_an_answer() {
    for text in [
        "死".repeat(350_000),
        "😀".repeat(10_000),
        "\u{0}".repeat(5_000),
        "a ".repeat(500_000),
        "1".repeat(1_000_000),
        "一".repeat(300_000),
    ] {
        let verdict = read(&text);
        assert!(verdict.ranked.len() <= 5);
    }
}

proptest! {
    #[test]
    fn any_text_gets_a_sound_verdict(noise in proptest::collection::vec(any::<char>(), 0..120), text in "[我想低保送餐电梯坏了不死没有,。0-9 ]{0,60}") {
        for text in [noise.into_iter().collect::<String>(), text] {
            let verdict = read(&text);
            prop_assert!(verdict.ranked.windows(2).all(|w| w[0].confidence >= w[1].confidence || verdict.crisis.is_some()));
            prop_assert!(verdict.ranked.iter().all(|r| (0.0..=1.0).contains(&r.confidence)));
            let asked = |hit: &crate::CrisisHit| verdict.decision == Decision::Ask && verdict.choices.contains(&hit.service);
            prop_assert!(verdict.decision != Decision::Crisis || verdict.crisis.is_some());
            prop_assert!(verdict.decision == Decision::Crisis || verdict.crisis.iter().all(asked));
            prop_assert_eq!(verdict.decision == Decision::Ask, !verdict.choices.is_empty());
            prop_assert_eq!(verdict.decision == Decision::None, verdict.needs.is_empty());
            crate::redact::redact(&text);
        }
    }
}

#[test]
fn what_may_be_danger_but_cannot_be_placed_is_asked_about_and_plain_danger_is_not() {
    for (text, service) in [
        ("觉得活着没劲", "CRI-SUICIDE"),
        ("小孩没人管", "CRI-CHILD"),
        ("孩子老一个人在家", "CRI-CHILD"),
    ] {
        let verdict = read(text);
        assert_eq!(verdict.decision, Decision::Ask, "{text}");
        assert!(
            verdict.choices.contains(&service.to_owned()),
            "{text} {:?}",
            verdict.choices
        );
        let sure = verdict.crisis.is_some_and(|hit| hit.sure);
        assert!(!sure, "{text}");
    }
    let hit = read("厨房有点味道")
        .crisis
        .expect("a possible danger is told");
    assert_eq!((hit.service.as_str(), hit.sure), ("CRI-FIREGAS", false));
    for text in [
        "我不想活了",
        "楼道里着火了",
        "停电了，爷爷的呼吸机只剩一格电",
    ] {
        assert_eq!(read(text).decision, Decision::Crisis, "{text}");
    }
}
