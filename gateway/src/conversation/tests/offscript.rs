//! Off-script messages in every state: none ends a conversation, none is met
//! with silence, and what was begun can still be gone on with.

use super::*;
use crate::conversation::snapshot::Purpose;

/// Every state with the way that leads to it.
pub(super) fn states() -> Vec<(&'static str, Resident)> {
    let ways: [(&str, &[&str]); 13] = [
        ("new", &[]),
        ("idle", &["谢谢"]),
        ("menu", &["菜单"]),
        ("clarify", &["想问补贴的事"]),
        ("form", &["想送餐"]),
        ("place", &["想理发", "13812345678", "幸福那边"]),
        ("confirm", &["想送餐", "跳过", "跳过", "跳过"]),
        ("change", &["想送餐", "跳过", "跳过", "跳过", "改"]),
        ("several", &["送餐，修水管，还有理发"]),
        ("switch", &["想送餐", "我还要修水管"]),
        ("sort", &["呜哩哇啦呜"]),
        ("human", &["人工"]),
        ("crisis", &[SUICIDE]),
    ];
    let mut all: Vec<(&str, Resident)> = ways
        .into_iter()
        .map(|(name, way)| {
            let mut resident = Resident::new();
            for text in way {
                resident.says(text);
            }
            (name, resident)
        })
        .collect();
    let sent: [(&str, &[&str]); 4] = [
        ("choose", &["进度"]),
        ("withdraw", &["撤回"]),
        ("adding", &["补充"]),
        ("rating", &[]),
    ];
    for (name, way) in sent {
        let mut resident = Resident::known();
        resident
            .says("想送餐")
            .says("跳过")
            .says("跳过")
            .says("跳过")
            .says("对")
            .opens(1);
        for text in way {
            resident.says(text);
        }
        if name == "rating" {
            resident.does(Understood::Key(Key::Solved {
                request: "r1".into(),
                solved: true,
            }));
        }
        all.push((name, resident));
    }
    let mut held = Resident::known();
    held.says("想送餐")
        .says("跳过")
        .says("跳过")
        .says("跳过")
        .says("对");
    let request = held.requests[0].id.clone();
    held.snapshot.as_mut().unwrap().held = Some(crate::conversation::Held {
        request,
        by: "小林".into(),
        told: false,
    });
    all.push(("held", held));
    all
}

fn tag(state: &State) -> &'static str {
    match state {
        State::Idle => "idle",
        State::Menu { .. } => "menu",
        State::Clarify { .. } => "clarify",
        State::Form => "form",
        State::Place { .. } => "place",
        State::Prove(_) => "prove",
        State::Consent { .. } => "consent",
        State::Guardian => "guardian",
        State::Whom => "whom",
        State::MyData => "mydata",
        State::Correct { .. } => "correct",
        State::Confirm => "confirm",
        State::Change => "change",
        State::Several { .. } => "several",
        State::Switch { .. } => "switch",
        State::Sort => "sort",
        State::Crisis(_) => "crisis",
        State::Choose { .. } => "choose",
        State::Withdraw { .. } => "withdraw",
        State::Adding { .. } => "adding",
        State::Rating { .. } => "rating",
        State::Human { .. } => "human",
    }
}

/// Things people send that no state asked for.
fn messages() -> Vec<(&'static str, Understood)> {
    let words = |text: &str| Understood::Words(read(text));
    let sent = |kind| Understood::File {
        file: file(kind),
        caption: None,
    };
    vec![
        ("laughter", words("哈哈哈哈哈哈")),
        ("marks", words("？？？")),
        ("a face", words("😀")),
        ("anger", words("怎么没人理我，气死了")),
        ("a story", words(&"我家的情况说来话长。".repeat(60))),
        ("gibberish", words("asdkjh qwe")),
        ("a number", words("7")),
        ("nothing", Understood::Unsupported("blank".into())),
        ("a photo", sent(AttachmentKind::Photo)),
        ("a voice note", sent(AttachmentKind::Voice)),
        ("a video", sent(AttachmentKind::Video)),
        ("a document", sent(AttachmentKind::Document)),
        (
            "a photo with words",
            Understood::File {
                file: file(AttachmentKind::Photo),
                caption: Some(read("您看看这个")),
            },
        ),
        ("a sticker", Understood::Unsupported("sticker".into())),
        ("an edit", Understood::Edited(read("改成三楼"))),
        ("an edit to a word", Understood::Edited(read("菜单"))),
        (
            "a place",
            Understood::Place {
                lat: 31.2,
                lon: 120.6,
            },
        ),
        (
            "the own card",
            Understood::Contact {
                phone: "13812345678".into(),
                own: true,
            },
        ),
        (
            "another's card",
            Understood::Contact {
                phone: "13900000000".into(),
                own: false,
            },
        ),
        ("an old button", Understood::Stale),
        ("start", Understood::Start { payload: None }),
    ]
}

#[test]
fn every_state_is_reached() {
    let reached: Vec<&str> = states()
        .iter()
        .filter_map(|(_, resident)| resident.snapshot.as_ref())
        .map(|snapshot| tag(&snapshot.state))
        .collect();
    for state in [
        "idle", "menu", "clarify", "form", "place", "confirm", "change", "several", "switch",
        "sort", "crisis", "choose", "withdraw", "adding", "rating", "human",
    ] {
        assert!(reached.contains(&state), "{state} among {reached:?}");
    }
}

#[test]
fn whatever_comes_in_any_state_is_answered_and_loses_nothing() {
    for (message, input) in messages() {
        for (state, mut resident) in states() {
            let what = format!("{message} in {state}");
            let before = resident.snapshot.clone();
            let (held, opened) = (state == "held", resident.opened.len());
            resident.does(input.clone());
            let step = resident.last().clone();
            let passed = step
                .effects
                .iter()
                .any(|effect| matches!(effect, Effect::Say(_)));
            assert!(
                !step.replies.is_empty() || (held && passed),
                "{what} is met with silence"
            );
            assert!(
                !step.replies.iter().any(|reply| reply.text.contains("再见")),
                "{what}"
            );
            // An unclear answer to the one question goes to a person; nothing else
            // is sent by what nobody asked for.
            let most = usize::from(state == "clarify");
            assert!(resident.opened.len() <= opened + most, "{what}");
            if let Some(draft) = before.and_then(|before| before.draft) {
                let after = resident.snapshot.as_ref().unwrap();
                let kept = after
                    .draft
                    .iter()
                    .chain(&after.aside)
                    .any(|d| d.id == draft.id);
                let sent = resident
                    .opened
                    .iter()
                    .any(|opening| opening.draft == draft.id);
                assert!(kept || sent, "{what} loses the draft");
            }
            // And the conversation goes on.
            resident.does(Understood::Words(read("菜单")));
            assert!(!resident.text().is_empty(), "{what}");
            resident.does(Understood::Words(read(SUICIDE)));
            assert!(is_crisis(&resident.last().replies[0]), "{what}");
        }
    }
}

#[test]
fn the_same_answer_again_and_again_never_holds_anybody_fast() {
    // Where a question is asked, nonsense is asked about once and then left.
    for state in ["clarify", "form", "place", "several", "switch"] {
        let (_, mut resident) = states()
            .into_iter()
            .find(|(name, _)| *name == state)
            .unwrap();
        let mut texts = Vec::new();
        for _ in 0..3 {
            resident.does(Understood::Words(read("呜哩哇啦呜")));
            texts.push(resident.text());
        }
        assert!(
            texts[1] != texts[2] || texts[0] != texts[1],
            "{state}: {texts:#?}"
        );
    }
}

#[test]
fn a_list_of_requests_is_answered_whatever_it_is_for() {
    for purpose in [
        Purpose::Progress,
        Purpose::Add,
        Purpose::Withdraw,
        Purpose::Urge,
        Purpose::Rate,
        Purpose::Reopen,
    ] {
        let mut resident = Resident::known();
        resident.does(Understood::Key(Key::List { purpose, page: 0 }));
        assert!(!resident.text().is_empty(), "{purpose:?}");
    }
}

#[test]
fn plain_words_answer_the_question_that_was_just_asked() {
    // "No phone" is no wish for lessons about phones.
    let mut resident = Resident::known();
    resident
        .says("想送餐")
        .says("我没有手机")
        .hears("没有电话也能办")
        .hears("哪个小区");
    // Yes to "what shall be changed" sends nothing.
    let mut resident = Resident::known();
    resident
        .says("想送餐")
        .says("跳过")
        .says("跳过")
        .says("跳过")
        .says("改");
    resident.says("对").hears("对吗").opens(0);
    // Who could not be called may be called later.
    let mut resident = Resident::known();
    resident.says(HIT).says("0").hears("不给您打电话");
    resident.says("现在方便了");
    let call = |effect: &Effect| matches!(effect, Effect::Call { allowed: true, .. });
    assert!(resident.last().effects.iter().any(call));
    // Who asks what this is gets to know.
    let mut resident = Resident::known();
    resident.says("你是谁").hears("我是邻里");
    resident.says("喂 有人吗").hears("我在");
    // A question is asked twice at most.
    let mut resident = Resident::known();
    resident
        .says("想送餐")
        .says("我还要修水管")
        .says("啊啊啊")
        .says("啊啊啊")
        .hears("电话");
    // Agreement has many words.
    for word in ["交吧", "交上去", "不用改", "send it", "就这么办"] {
        let mut resident = Resident::known();
        resident
            .says("想送餐")
            .says("跳过")
            .says("跳过")
            .says("跳过");
        resident
            .says("跳过")
            .hears("对吗")
            .hears_not("记下了")
            .opens(0);
        resident.says(word).opens(1);
    }
    // A number given late is a number, not a place; what was wrong can be changed.
    let mut resident = Resident::known();
    resident
        .says("想送餐")
        .says("13812345678")
        .says("13812345679")
        .hears("电话记下了");
    resident
        .says("改")
        .hears("电话是")
        .says("13812345670")
        .hears("哪个小区");
    // Who waits is told how long; who wants to urge can.
    let mut resident = Resident::known();
    resident
        .says("人工")
        .says("我的养老金")
        .says("还要多久啊")
        .hears("最晚明天上午联系您");
    resident.says("催").hears("替您催了");
    let mut resident = Resident::known();
    resident
        .says(HUNGRY)
        .says("还要等多久")
        .hears("最晚明天上午联系您");
    assert!(is_crisis(&resident.last().replies[0]));
    // Leaving, asking and hurrying are no needs.
    let mut resident = Resident::known();
    resident.says("想送餐").says("算了吧").hears("不办了");
    let mut resident = Resident::known();
    resident
        .says("想送餐")
        .says("再见")
        .hears("电话")
        .says("跳过")
        .says("跳过")
        .says("跳过");
    resident
        .says("对")
        .opens(1)
        .says("什么时候来啊")
        .hears("LK-r1-77");
    resident
        .says("想问补贴的事")
        .says("催")
        .hears("替您催了")
        .opens(1);
}
