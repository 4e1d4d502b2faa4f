//! Whatever somebody does, in whatever order, the conversation holds.

use super::*;
use crate::conversation::Held;
use crate::conversation::input::Escape;
use crate::conversation::snapshot::Purpose;
use proptest::prelude::*;

const WORDS: &[&str] = &[
    "你好",
    "谢谢",
    "想送餐",
    "我妈要送餐，电话13812345678",
    "送餐，修水管，还有理发",
    "我还要修水管",
    "想问补贴的事",
    "我心里难受",
    "想找人帮忙",
    "呜哩哇啦呜",
    "对",
    "不",
    "改",
    "是",
    "1",
    "2",
    "3",
    "5",
    "9",
    "0",
    "跳过",
    "菜单",
    "返回",
    "取消",
    "人工",
    "进度",
    "menu",
    "back",
    "cancel",
    "human",
    "status",
    "13812345678",
    "南门社区",
    "幸福那边",
    "补充",
    "撤回",
    "催",
    "评价",
    "重新办",
    "english",
    "中文",
    "LK-r1-77",
    "LK-r2-77 门牌三零一",
    "八十二",
    "没解决",
    "新的",
    "继续",
    "我要投诉社区的人",
    "都办",
    "I need meals",
    "my pipe is broken",
    "？？",
    "😀",
    "help",
    "隐藏",
    "显示",
];

#[derive(Clone, Debug)]
enum Act {
    Says(&'static str),
    Danger(&'static str),
    /// The n-th visible button.
    Taps(usize),
    /// The n-th button seen since the beginning.
    TapsOld(usize),
    Does(Box<Understood>),
    Waits(i64),
    Held(bool),
    Closes(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let request = || (1..6_u8).prop_map(|n| RequestId(format!("r{n}")));
    let draft = || (1..30_u8).prop_map(|n| DraftId(format!("d{n}")));
    let key = prop_oneof![
        prop::sample::select(vec!["top", "top.2", "cat:BAS", "cat:GONE"])
            .prop_map(|s| Key::Screen(s.into())),
        prop::sample::select(vec![
            "ELD-MEAL",
            "CRI-DV",
            "SVC-HUMAN",
            "SVC-STATUS",
            "NO-SUCH"
        ])
        .prop_map(|s| Key::Service(s.into())),
        prop::sample::select(Escape::ALL.to_vec()).prop_map(Key::Escape),
        (request(), any::<bool>()).prop_map(|(request, solved)| Key::Solved { request, solved }),
        (request(), any::<u8>()).prop_map(|(request, stars)| Key::Stars { request, stars }),
        request().prop_map(Key::WithdrawNow),
        request().prop_map(Key::Reopen),
        request().prop_map(Key::Add),
        (draft(), request()).prop_map(|(draft, request)| Key::Attach { draft, request }),
        draft().prop_map(|draft| Key::Confirm { draft }),
        draft().prop_map(|draft| Key::Continue { draft }),
        draft().prop_map(|draft| Key::Begin { draft }),
        draft().prop_map(|draft| Key::All { draft }),
        draft().prop_map(|draft| Key::Elsewhere { draft }),
        draft().prop_map(|draft| Key::Edit {
            draft,
            question: "phone".into()
        }),
        draft().prop_map(|draft| Key::Pick {
            draft,
            service: "ELD-MEAL".into()
        }),
        (draft(), any::<bool>()).prop_map(|(draft, yes)| Key::Danger { draft, yes }),
        (draft(), any::<bool>()).prop_map(|(draft, yes)| Key::Call { draft, yes }),
        (0..9_u32).prop_map(|page| Key::List {
            purpose: Purpose::Progress,
            page
        }),
    ];
    let other = prop_oneof![
        any::<bool>().prop_map(|own| Understood::Contact {
            phone: "13812345678".into(),
            own
        }),
        Just(Understood::Place {
            lat: 31.2,
            lon: 120.6
        }),
        Just(Understood::File {
            file: file(AttachmentKind::Voice),
            caption: None
        }),
        Just(Understood::File {
            file: file(AttachmentKind::Photo),
            caption: Some(read("门口的垃圾"))
        }),
        Just(Understood::Edited(read("想送餐，一天两顿"))),
        Just(Understood::Edited(read("菜单"))),
        Just(Understood::Start { payload: None }),
        Just(Understood::Start {
            payload: Some("eld-meal".into())
        }),
        Just(Understood::Unsupported("sticker".into())),
        Just(Understood::Stale),
        "\\PC{0,40}".prop_map(|text| Understood::Words(read(&text))),
    ];
    prop_oneof![
        8 => prop::sample::select(WORDS).prop_map(Act::Says),
        1 => (0..DANGERS.len()).prop_map(|at| Act::Danger(DANGERS[at].0)),
        6 => (0..12_usize).prop_map(Act::Taps),
        2 => any::<usize>().prop_map(Act::TapsOld),
        2 => key.prop_map(|key| Act::Does(Box::new(Understood::Key(key)))),
        3 => other.prop_map(|other| Act::Does(Box::new(other))),
        1 => prop::sample::select(vec![1_i64, 45, 60 * 24, 60 * 24 * 8]).prop_map(Act::Waits),
        1 => any::<bool>().prop_map(Act::Held),
        1 => (0..6_usize).prop_map(Act::Closes),
    ]
}

/// Plays an act and checks what must hold whatever happened before.
fn play(resident: &mut Resident, seen: &mut Vec<Key>, act: Act) {
    let held = resident
        .snapshot
        .as_ref()
        .is_some_and(|snapshot| snapshot.held.is_some());
    match act {
        Act::Says(text) => {
            resident.says(text);
        }
        Act::Danger(text) => {
            resident.does(Understood::Words(read(text)));
            let step = resident.last();
            assert!(step.replies.first().is_some_and(is_crisis), "{text}");
            let told = |effect: &Effect| matches!(effect, Effect::Open(_) | Effect::Say(_));
            assert!(step.effects.iter().any(told), "{text}");
        }
        Act::Taps(at) => {
            let Some(step) = &resident.step else { return };
            let keys: Vec<Key> = step
                .replies
                .iter()
                .flat_map(|reply| &reply.keys)
                .map(|key| key.1.clone())
                .collect();
            match keys.get(at) {
                Some(key) => resident.does(Understood::Key(key.clone())),
                None => return,
            };
        }
        Act::TapsOld(at) => {
            if seen.is_empty() {
                return;
            }
            let key = seen[at % seen.len()].clone();
            resident.does(Understood::Key(key));
        }
        Act::Does(input) => {
            resident.does(*input);
        }
        Act::Waits(minutes) => {
            resident.waits(TimeDelta::minutes(minutes));
            return;
        }
        Act::Held(on) => {
            if let (Some(snapshot), Some(mine)) =
                (resident.snapshot.as_mut(), resident.requests.first())
            {
                let by = "小林".to_owned();
                snapshot.held = on.then(|| Held {
                    request: mine.id.clone(),
                    by,
                    told: false,
                });
            }
            return;
        }
        Act::Closes(at) => {
            let until = resident.now + TimeDelta::days(30);
            if let Some(mine) = resident.requests.get_mut(at) {
                mine.open = false;
                mine.reopen_until = Some(until);
            }
            return;
        }
    }
    let step = resident.last();
    assert!(
        !step.replies.is_empty() || !step.effects.is_empty() || held,
        "no answer"
    );
    seen.extend(
        step.replies
            .iter()
            .flat_map(|reply| &reply.keys)
            .map(|(_, key)| key.clone()),
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_is_answered_opens_each_draft_once_and_survives_storing(acts in prop::collection::vec(act(), 1..40)) {
        let (mut resident, mut seen) = (Resident::new(), Vec::new());
        for act in acts {
            // `Resident::does` checks texts, storing and that no draft opens twice.
            play(&mut resident, &mut seen, act);
        }
    }

    #[test]
    fn after_any_sequence_the_escape_words_and_danger_work(acts in prop::collection::vec(act(), 0..25), which in 0..5_usize) {
        let (mut resident, mut seen) = (Resident::new(), Vec::new());
        for act in acts {
            play(&mut resident, &mut seen, act);
        }
        let (word, part) = [
            ("菜单", "您需要什么帮助"), ("menu", "What do you need"), ("返回", ""), ("cancel", ""), ("进度", ""),
        ][which];
        let fixed = resident.snapshot.as_ref().is_some_and(|snapshot| snapshot.lang_fixed);
        resident.does(Understood::Words(read(word)));
        assert!(!resident.text().is_empty(), "{word}");
        assert!(fixed || resident.text().contains(part), "{word}: {}", resident.text());
        play(&mut resident, &mut seen, Act::Danger(DANGERS[which].0));
    }

    #[test]
    fn phrases_never_panic(text in "\\PC{0,60}") {
        let _ = (escape::escape(&text), phrases::number(&text), phrases::yes(&text), phrases::no(&text));
        let _ = (phrases::command(&text), crate::conversation::tongue::language(&text), phrases::greeting(&text));
    }
}
