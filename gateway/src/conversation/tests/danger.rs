//! Danger first, in every state.

use super::*;
use crate::conversation::output::Case;

#[test]
fn the_dangers_of_these_dialogues_are_dangers_to_the_real_rules() {
    for (text, service, sure) in DANGERS {
        let hit = intents::crisis::scan(text).unwrap();
        assert_eq!(
            (hit.service.as_str(), hit.sure),
            (*service, *sure),
            "{text}"
        );
    }
}

#[test]
fn the_card_comes_first_and_the_case_opens_at_once_in_every_state() {
    let paths: [&[&str]; 8] = [
        &[],
        &["你好"],
        &["想送餐"],
        &["想送餐", "跳过", "跳过", "跳过"],
        &["想问补贴的事"],
        &["送餐，修水管"],
        &["呜哩哇啦呜"],
        &["人工"],
    ];
    for path in paths {
        let mut resident = Resident::new();
        for text in path {
            resident.says(text);
        }
        let before = resident.opened.len();
        let draft = resident
            .snapshot
            .as_ref()
            .and_then(|snapshot| snapshot.draft.clone());
        resident.says(SUICIDE).hears("12356");
        assert!(is_crisis(&resident.last().replies[0]), "{path:?}");
        assert_eq!(resident.last().replies.len(), 1);
        resident.opens(before + 1);
        let opening = resident.opened.last().unwrap();
        assert_eq!(
            (opening.service.as_str(), opening.silent),
            ("CRI-SUICIDE", false)
        );
        assert_eq!(opening.words, [SUICIDE]);
        assert_eq!(
            resident.snapshot.as_ref().unwrap().draft,
            draft,
            "the draft is kept"
        );
    }
}

#[test]
fn later_words_go_live_and_nothing_shows_a_menu() {
    let mut resident = Resident::new();
    resident.says(SUICIDE);
    let draft = resident.opened[0].draft.clone();
    for text in [
        "没有人陪我",
        "在南门社区",
        "我很累",
        "你好",
        "想送餐",
        "呜哩哇啦呜",
        "嗯",
    ] {
        resident
            .says(text)
            .opens(1)
            .hears_not("菜单")
            .hears_not("您需要什么帮助");
        let said = resident.said();
        assert_eq!(
            (said[0].text.as_str(), &said[0].to),
            (text, &Case::Draft(draft.clone()))
        );
    }
}

#[test]
fn a_place_that_was_told_is_not_asked_for() {
    let mut resident = Resident::new();
    resident
        .says("闻到很浓的煤气味")
        .says("我在南门社区")
        .hears_not("在哪里")
        .hears("电话");
    let mut resident = Resident::new();
    resident
        .says("闻到很浓的煤气味")
        .says("怎么办")
        .hears("在哪里")
        .says("13812345678");
    resident.hears_not("留个电话").hears("我在");
    assert_eq!(
        resident.snapshot.as_ref().unwrap().known.phone.as_deref(),
        Some("13812345678")
    );
}

#[test]
fn more_of_the_same_danger_opens_no_second_case() {
    let mut resident = Resident::new();
    resident
        .says(SUICIDE)
        .says("我真的要死了，我要自杀")
        .opens(1);
    assert!(is_crisis(&resident.last().replies[0]));
    assert_eq!(resident.said()[0].danger.as_deref(), Some("CRI-SUICIDE"));
}

#[test]
fn a_restricted_danger_never_joins_a_case_that_the_community_sees() {
    let mut resident = Resident::new();
    resident.says(HUNGRY).opens(1).says(HIT).opens(2);
    assert_eq!(resident.opened[1].service, "CRI-DV");
    assert!(
        resident.said().is_empty(),
        "the words went to the new case alone"
    );
    let mut resident = Resident::new();
    resident
        .says("我胸口疼，喘不上气")
        .says("闻到很浓的煤气味")
        .opens(1)
        .says(HIT)
        .opens(2);
    // The other way round the desk may see everything.
    let mut resident = Resident::new();
    resident.says(HIT).says(HUNGRY).opens(1).hears("先解决吃饭");
    assert_eq!(resident.said()[0].danger.as_deref(), Some("CRI-HUNGER"));
}

#[test]
fn violence_is_not_named_and_nobody_calls_without_a_yes() {
    let mut resident = Resident::new();
    resident
        .says(HIT)
        .hears("110")
        .hears("回 1")
        .hears_not("家暴")
        .hears_not("暴力");
    resident.says("0").opens(1).hears("不给您打电话");
    let call = |step: &Step| {
        step.effects.iter().find_map(|effect| match effect {
            Effect::Call { allowed, .. } => Some(*allowed),
            _ => None,
        })
    };
    assert_eq!(call(resident.last()), Some(false));
    resident.says("他在门口").hears_not("电话吗").opens(1);

    let mut resident = Resident::new();
    resident.says(HIT).says("1").hears("您现在在哪里");
    assert_eq!(call(resident.last()), Some(true));
}

#[test]
fn unsure_danger_opens_silently_and_asks_one_kind_question() {
    let unsure = "活着没意思";
    let mut resident = Resident::new();
    resident
        .says(unsure)
        .opens(1)
        .hears("我很担心您")
        .hears_not("12356");
    assert!(resident.opened[0].silent && is_crisis(&resident.last().replies[0]));
    resident.says("是").hears("12356").opens(1);

    let mut resident = Resident::new();
    resident
        .says(unsure)
        .taps("不是")
        .hears("我听着")
        .hears_not("菜单")
        .opens(1);
    assert!(
        resident
            .last()
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Calmed { .. }))
    );
    resident.says("想送餐").hears("送餐");

    let mut resident = Resident::new();
    resident
        .says(unsure)
        .says("我也不知道")
        .hears("12356")
        .opens(1);

    let mut resident = Resident::new();
    resident.says(unsure).says(unsure).hears("12356").opens(1);
}

#[test]
fn an_unanswered_question_about_self_harm_counts_as_danger() {
    let mut resident = Resident::known();
    resident.says("我心里难受").hears("伤害自己");
    resident.says("说不上来呀").opens(1);
    assert_eq!(
        (
            resident.opened[0].service.as_str(),
            resident.opened[0].silent
        ),
        ("CRI-SUICIDE", true)
    );
    assert!(is_crisis(&resident.last().replies[0]));
}

#[test]
fn the_words_that_always_work_still_work_and_the_case_stays() {
    for word in ["菜单", "返回", "取消", "人工", "进度"] {
        let mut resident = Resident::new();
        resident.says(SUICIDE).says(word).hears("我们一直跟着");
        let withdrawn = resident
            .last()
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Withdraw { .. }));
        assert!(!withdrawn, "{word}");
        // Danger is met again, in the same case.
        resident.says(SUICIDE);
        assert!(is_crisis(&resident.last().replies[0]));
        assert_eq!(
            resident
                .opened
                .iter()
                .filter(|opening| opening.service == "CRI-SUICIDE")
                .count(),
            1
        );
    }
}

#[test]
fn danger_cannot_be_withdrawn_and_is_not_named_in_the_list() {
    let mut resident = Resident::new();
    resident
        .says(HIT)
        .says("进度")
        .hears("这件事")
        .hears_not("暴力");
    let request = resident.requests[0].id.clone();
    resident
        .does(Understood::Key(Key::WithdrawNow(request)))
        .hears("不在这里撤回");
    assert!(resident.requests[0].open);
}

#[test]
fn a_closed_case_ends_the_live_state_and_new_danger_opens_anew() {
    let mut resident = Resident::new();
    resident.says(SUICIDE);
    resident.requests[0].open = false;
    resident.says("想送餐").hears("送餐");
    resident.says(SUICIDE).opens(2);
}

#[test]
fn an_emergency_picked_from_the_menu_asks_nothing() {
    let mut resident = Resident::known();
    resident
        .taps("紧急求助")
        .does(Understood::Key(Key::Service("CRI-HUNGER".into())));
    resident.hears("先解决吃饭").opens(1);
    assert!(is_crisis(&resident.last().replies[0]));
    resident
        .does(Understood::Key(Key::Service("CRI-HUNGER".into())))
        .opens(1);
}

#[test]
fn a_desk_that_cannot_be_reached_is_said_to_be() {
    let mut resident = Resident::new();
    resident.desk_down = true;
    resident
        .says(SUICIDE)
        .hears("联系不上值班员")
        .hears_not("已请")
        .opens(1);
    resident
        .says("在家")
        .says("一个人")
        .says("嗯")
        .hears("联系不上值班员");
}

#[test]
fn danger_in_a_caption_or_an_edit_is_danger() {
    let mut resident = Resident::known();
    resident.does(Understood::File {
        file: file(AttachmentKind::Photo),
        caption: Some(read(HIT)),
    });
    resident.hears("110").opens(1);
    assert_eq!(resident.opened[0].attachments.len(), 1);
    let mut resident = Resident::known();
    resident
        .does(Understood::Edited(read(SUICIDE)))
        .hears("12356")
        .opens(1);
}

#[test]
fn everything_sent_in_danger_reaches_the_officer() {
    let mut resident = Resident::new();
    resident.says(SUICIDE);
    resident.sends(AttachmentKind::Voice);
    assert_eq!(resident.said()[0].attachments.len(), 1);
    resident.does(Understood::Place {
        lat: 31.2,
        lon: 120.6,
    });
    assert_eq!(resident.said()[0].pin, Some((31.2, 120.6)));
    resident.does(Understood::Contact {
        phone: "13812345678".into(),
        own: true,
    });
    assert!(resident.said()[0].text.contains("13812345678"));
    resident.does(Understood::Unsupported("sticker".into()));
    assert_eq!(resident.said().len(), 1);
    resident.opens(1);
}

#[test]
fn danger_is_met_while_a_worker_holds_the_conversation() {
    let mut resident = Resident::known();
    resident.says("人工");
    resident.snapshot.as_mut().unwrap().held = Some(crate::conversation::Held {
        request: resident.requests[0].id.clone(),
        by: "小林".into(),
        told: true,
    });
    resident.says("我胸口疼，喘不上气").hears("120").opens(2);
    assert_eq!(
        resident.said().len(),
        1,
        "the worker who is talking learns of it, too"
    );
    resident.snapshot.as_mut().unwrap().state = State::Idle;
    resident.says(HIT).hears("110");
    let to_worker = resident
        .said()
        .iter()
        .any(|said| matches!(said.to, Case::Request(_)));
    assert!(!to_worker, "violence stays with the desk");
}

const DOUBTFUL: &str = "厨房有点味道";

#[test]
fn danger_that_may_be_is_asked_about_only_where_a_question_can_be_asked() {
    for (state, mut resident) in super::offscript::states() {
        let opened = resident.opened.len();
        resident.says(DOUBTFUL);
        if ["new", "idle", "menu", "sort"].contains(&state) {
            resident.opens(opened).hears("119");
            assert!(matches!(resident.state(), State::Clarify { .. }), "{state}");
            // Said twice it is danger, not an answer that nobody understood.
            resident.says(DOUBTFUL).opens(opened + 1);
        }
        assert!(matches!(resident.state(), State::Crisis(_)), "{state}");
        let newest = resident.last();
        let told = newest.effects.iter().any(|effect| match effect {
            Effect::Open(opening) => opening.service == "CRI-FIREGAS",
            Effect::Say(said) => said.danger.as_deref() == Some("CRI-FIREGAS"),
            _ => false,
        });
        assert!(told, "{state}: {:?}", newest.effects);
    }
}

#[test]
fn danger_that_may_be_beside_a_greeting_a_number_or_another_need_is_not_lost() {
    for text in ["你好，厨房有点味道", "厨房有点味道，13812345678"] {
        let mut resident = Resident::new();
        resident.says(text).hears("119");
        assert!(matches!(resident.state(), State::Clarify { .. }), "{text}");
    }
    let mut resident = Resident::new();
    let mut words = read(DOUBTFUL);
    words.verdict.needs = vec!["HOU-REPAIR".into(), "ELD-MEAL".into()];
    resident.does(Understood::Words(words)).opens(1);
    let mut resident = Resident::new();
    resident.does(Understood::Edited(read(DOUBTFUL))).opens(1);
}

#[test]
fn words_that_something_else_took_are_danger_nevertheless() {
    let mut resident = Resident::new();
    let greeting = Words {
        text: "你好".into(),
        ..read(DOUBTFUL)
    };
    resident.does(Understood::Words(greeting)).opens(1);
    assert!(matches!(resident.state(), State::Crisis(_)));
}
