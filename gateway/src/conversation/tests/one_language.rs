//! One conversation, one language: no Chinese in an English one, no English in
//! a Chinese one, from the first word to the rating. Names of places and people
//! are what they are.

use super::*;

/// What must not be in a text of this language.
fn foreign(lang: Lang, text: &str) -> Option<String> {
    let shown = match lang {
        Lang::En => text.replace("中文", ""),
        Lang::Zh => text.replace("English", ""),
    };
    // The person's own words are theirs.
    let own = |line: &&str| !line.starts_with("· Your words") && !line.starts_with("· 您说的");
    let shown: Vec<&str> = shown.lines().filter(own).collect();
    let shown = shown.join("\n");
    match lang {
        Lang::En => {
            let han = |c: char| {
                ('\u{3400}'..='\u{9fff}').contains(&c) || "，。？！：；「」（）、".contains(c)
            };
            shown.chars().any(han).then_some(shown)
        }
        Lang::Zh => {
            let words = shown.split(|c: char| !c.is_ascii_alphabetic());
            // References, a wireless network, a grade and the like.
            let word = |word: &str| word.len() > 2 && word.chars().any(|c| c.is_ascii_lowercase());
            let mut found = words.filter(|part| word(part) && *part != "WiFi");
            found.next().map(str::to_owned)
        }
    }
}

fn pure(lang: Lang, resident: &Resident, way: &str) {
    for reply in &resident.last().replies {
        let labels = reply.keys.iter().map(|(label, _)| label.as_str());
        for text in labels.chain([reply.text.as_str()]) {
            if let Some(found) = foreign(lang, text) {
                panic!("{way}: {found:?} in {text:?}");
            }
        }
    }
}

fn speaking(lang: Lang) -> Resident {
    let mut resident = Resident::new();
    resident.says(if lang == Lang::En {
        "english"
    } else {
        "中文"
    });
    resident
}

/// Every question of every service, read back, changed and sent.
#[test]
fn every_service_is_asked_about_in_one_language() {
    for lang in Lang::ALL {
        for service in starter().services() {
            let code = service.code.as_str();
            let mut resident = speaking(lang);
            resident.does(Understood::Key(Key::Service(code.to_owned())));
            pure(lang, &resident, code);
            for round in 0..12 {
                let State::Form = resident.state() else { break };
                // Unreadable once, then whatever can be tapped.
                if round % 2 == 0 {
                    resident.does(Understood::Words(read("…")));
                    pure(lang, &resident, code);
                }
                let keys = resident.last().replies.iter().flat_map(|reply| &reply.keys);
                let answer = keys
                    .map(|(_, key)| key.clone())
                    .find(|key| matches!(key, Key::Answer { .. } | Key::Skip { .. }));
                let Some(key) = answer else { break };
                resident.does(Understood::Key(key));
                pure(lang, &resident, code);
            }
            if *resident.state() == State::Confirm {
                let draft = resident.draft().id.clone();
                for key in [
                    Key::Change {
                        draft: draft.clone(),
                    },
                    Key::Continue {
                        draft: draft.clone(),
                    },
                    Key::Confirm { draft },
                ] {
                    resident.does(Understood::Key(key));
                    pure(lang, &resident, code);
                }
            }
        }
    }
}

#[test]
fn every_screen_of_the_menu_is_of_one_language() {
    for lang in Lang::ALL {
        let mut resident = speaking(lang);
        let mut waiting = vec![menus::menu::TOP.to_owned()];
        let mut seen = Vec::new();
        while let Some(screen) = waiting.pop() {
            resident.does(Understood::Key(Key::Screen(screen.clone())));
            pure(lang, &resident, &screen);
            for (_, key) in resident.last().replies.iter().flat_map(|reply| &reply.keys) {
                if let Key::Screen(next) = key
                    && !seen.contains(next)
                {
                    seen.push(next.clone());
                    waiting.push(next.clone());
                }
            }
        }
        assert!(seen.len() > 10, "{seen:?}");
    }
}

#[test]
fn every_state_speaks_the_language_of_the_person() {
    let ways: [(&[&str], &[&str]); 16] = [
        (&["hello"], &["你好"]),
        (
            &["I need meals", "skip", "skip", "skip", "no", "yes"],
            &["想送餐", "跳过", "跳过", "跳过", "不", "对"],
        ),
        (
            &[
                "my mother needs meals",
                "555",
                "555",
                "back",
                "menu",
                "cancel",
            ],
            &["我妈要送餐", "555", "555", "返回", "菜单", "取消"],
        ),
        (
            &[
                "I need meals",
                "also I need my pipe fixed",
                "new",
                "cancel",
                "no",
            ],
            &["想送餐", "我还要修水管", "新的", "取消", "不"],
        ),
        (
            &["meals and my pipe", "what", "not 2"],
            &["送餐，修水管", "啥", "不要2"],
        ),
        (
            &["something 补贴", "no idea"],
            &["想问补贴的事", "我也说不上来"],
        ),
        (
            &["blah blah blah", "blah blah blah"],
            &["呜哩哇啦呜", "呜哩哇啦呜"],
        ),
        (
            &["human", "it is about my pension", "are you there"],
            &["人工", "我的养老金", "在吗"],
        ),
        (
            &["there is a gas leak in my kitchen", "in Nanmen", "yes"],
            &["闻到很浓的煤气味", "在南门", "好"],
        ),
        (
            &["progress", "withdraw", "urge", "add", "rate", "reopen"],
            &["进度", "撤回", "催", "补充", "评价", "重办"],
        ),
        (
            &["thanks", "help", "who are you"],
            &["谢谢", "帮助", "你是谁"],
        ),
        (
            &[
                "I need meals",
                "skip",
                "skip",
                "skip",
                "yes",
                "progress",
                "add",
                "third floor",
                "menu",
            ],
            &[
                "想送餐",
                "跳过",
                "跳过",
                "跳过",
                "对",
                "进度",
                "补充",
                "三楼",
                "菜单",
            ],
        ),
        (
            &[
                "I need meals",
                "skip",
                "skip",
                "skip",
                "yes",
                "urge",
                "withdraw",
                "keep",
            ],
            &["想送餐", "跳过", "跳过", "跳过", "对", "催", "撤回", "不撤"],
        ),
        (
            &[
                "I need meals",
                "skip",
                "skip",
                "skip",
                "yes",
                "withdraw",
                "yes",
            ],
            &["想送餐", "跳过", "跳过", "跳过", "对", "撤回", "是"],
        ),
        (
            &["I need meals", "I have no phone", "back", "skip"],
            &["想送餐", "没有手机", "返回", "跳过"],
        ),
        (
            &["I need meals", "hide", "progress"],
            &["想送餐", "隐藏", "进度"],
        ),
    ];
    for (english, chinese) in ways {
        for (lang, way) in [(Lang::En, english), (Lang::Zh, chinese)] {
            let mut resident = speaking(lang);
            for text in way {
                resident.says(text);
                pure(lang, &resident, text);
            }
            for input in [
                Understood::Stale,
                Understood::Unsupported("sticker".into()),
                Understood::Place {
                    lat: 31.2,
                    lon: 120.6,
                },
                Understood::Contact {
                    phone: "13812345678".into(),
                    own: false,
                },
                Understood::File {
                    file: file(AttachmentKind::Voice),
                    caption: None,
                },
            ] {
                resident.does(input);
                pure(lang, &resident, "something else");
            }
        }
    }
}

#[test]
fn closing_and_rating_speak_the_language_of_the_person() {
    for lang in Lang::ALL {
        let mut resident = speaking(lang);
        resident.says(of(lang, "想送餐", "I need meals").as_str());
        for _ in 0..3 {
            resident.says(of(lang, "跳过", "skip").as_str());
        }
        resident.says(of(lang, "对", "yes").as_str()).opens(1);
        let request = RequestId::from("r1");
        for key in [
            Key::Solved {
                request: request.clone(),
                solved: true,
            },
            Key::Stars {
                request: request.clone(),
                stars: 4,
            },
            Key::Solved {
                request: request.clone(),
                solved: false,
            },
            Key::Reopen(request.clone()),
            Key::Urge(request.clone()),
            Key::Show(request),
        ] {
            resident.does(Understood::Key(key));
            pure(lang, &resident, "rating");
        }
    }
}

#[test]
fn the_button_for_the_other_language_stands_with_the_newest_ones() {
    let mut resident = Resident::new();
    resident.says("你好");
    let last = resident.last().replies.last().unwrap().clone();
    assert!(
        last.keys.iter().any(|(label, _)| label == "English"),
        "{:?}",
        last.keys
    );
    resident.taps("English").hears("What do you need");
}
