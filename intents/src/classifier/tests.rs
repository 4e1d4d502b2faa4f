//! Messages through a small classifier, from the front door.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::{Classifier, Example};
use crate::verdict::{Decision, Urgency, Verdict};

/// A few services with sentences of our own, one line each: code, then sentences.
const SENTENCES: &str = "\
BAS-DIBAO 低保怎么办|一家三口没收入,想吃低保|低保要什么条件|残疾在家能评低保吗|帮我申请低保金|最低生活保障去哪交材料
BAS-LINSHI 临时救助怎么申请|丈夫出事急用钱|突然失业房租交不上|遇到急难能帮一把吗|急难救助要多久|刚出事故想要点应急的钱
ELD-MEAL 老人做不了饭想送餐|长者饭堂在哪|送餐上门多少钱|老年食堂怎么办卡|给我妈订饭|腿脚不好想有人送饭
ELD-BATH 老人洗澡要人帮|助浴怎么预约|卧床的人洗澡能上门吗|想请人给爷爷擦身|老母亲洗不了澡|助浴车几号来
HOU-AGING 卫生间想装扶手|老人怕滑要防滑垫|适老化改造补贴|装个床边扶手|一键呼叫怎么装|浴室要装个凳子和扶手
HOU-REPAIR 家里灯坏了没人换|水龙头漏水|马桶堵了|门锁坏了修不了|换个灯泡|插座松了想找人修
COM-PROPERTY 电梯坏了没人修|物业不管楼道灯|门禁坏了|小区路灯不亮|物业乱收费|电梯停了一周
COM-ENV 垃圾没人清|楼下太吵|烧烤店油烟大|下水道臭|夜里施工噪音|垃圾堆在楼下";

fn classifier() -> &'static Classifier {
    static CLASSIFIER: OnceLock<Classifier> = OnceLock::new();
    CLASSIFIER.get_or_init(trained)
}

fn trained() -> Classifier {
    let examples = SENTENCES.lines().flat_map(|line| {
        let (service, texts) = line.split_once(' ').expect("code, then sentences");
        texts.split('|').map(move |text| Example { service, text })
    });
    Classifier::train(
        examples,
        &[
            &["BAS-DIBAO", "BAS-LINSHI"],
            &["HOU-REPAIR", "COM-PROPERTY"],
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
    let verdict = read("灯坏了没人修");
    assert_eq!(verdict.decision, Decision::Ask, "{:?}", verdict.ranked);
    assert!(
        (2..=3).contains(&verdict.choices.len()),
        "{:?}",
        verdict.choices
    );
    assert!(
        verdict.choices.contains(&"HOU-REPAIR".to_owned())
            && verdict.choices.contains(&"COM-PROPERTY".to_owned())
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
    let other = trained();
    for text in ["想申请低保", "灯坏了没人修", "垃圾和电梯都没人管"] {
        assert_eq!(other.classify(text), read(text));
    }
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
            prop_assert_eq!(verdict.decision == Decision::Crisis, verdict.crisis.is_some());
            prop_assert_eq!(verdict.decision == Decision::Ask, !verdict.choices.is_empty());
            prop_assert_eq!(verdict.decision == Decision::None, verdict.needs.is_empty());
            crate::redact::redact(&text);
        }
    }
}
