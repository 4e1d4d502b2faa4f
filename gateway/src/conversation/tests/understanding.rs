//! From raw content to its meaning, with the real classifier.

use super::*;
use crate::conversation::input::Escape;
use crate::conversation::snapshot::Offer;
use crate::conversation::{understand, words};
use bots::Content;
use intents::{Classifier, Example};

fn classifier() -> Classifier {
    let examples = ["ELD-MEAL", "HOU-REPAIR", "BAS-DIBAO"]
        .into_iter()
        .flat_map(|code| {
            let service = starter().service(code).unwrap();
            service.examples.iter().map(move |text| Example {
                service: code,
                text,
            })
        });
    Classifier::train(examples, &[])
}

fn offers() -> Vec<Offer> {
    ["送餐", "修水管"]
        .iter()
        .map(|label| Offer {
            label: (*label).into(),
            key: Key::Screen((*label).into()),
            numbered: true,
        })
        .collect()
}

fn is_screen(understood: &Understood, screen: &str) -> bool {
    matches!(understood, Understood::Key(Key::Screen(key)) if key == screen)
}

#[test]
fn every_kind_of_content_is_understood() {
    let classifier = classifier();
    let read = |content: Content, offered: &[Offer]| {
        understand(
            &content,
            |token| (token == "t1").then(|| Key::Screen("top".into())),
            |text| words(text, &classifier),
            offered,
        )
    };
    let text = |text: &str, offered: &[Offer]| read(Content::Text(text.into()), offered);
    let tap = |token: &str| Content::Tap {
        token: token.into(),
        callback: None,
        message: None,
    };

    assert!(is_screen(&read(tap("t1"), &[]), "top"));
    assert!(matches!(read(tap("t2"), &[]), Understood::Stale));
    assert!(is_screen(&text("2", &offers()), "修水管"));
    assert!(is_screen(&text(" 送餐。", &offers()), "送餐"));
    assert!(matches!(text("3", &offers()), Understood::Words(_)));
    let mut open = offers();
    for offer in &mut open {
        offer.numbered = false;
    }
    assert!(
        matches!(text("2", &open), Understood::Words(_)),
        "an open question takes numbers as answers"
    );

    for (said, escape) in [("菜單", Escape::Menu), ("0", Escape::Human)] {
        let Understood::Words(words) = text(said, &offers()) else {
            panic!("{said}")
        };
        assert_eq!(words.escape, Some(escape));
    }
    let command = read(Content::Command("cancel".into()), &[]);
    assert!(matches!(command, Understood::Words(words) if words.escape == Some(Escape::Cancel)));
    assert!(matches!(
        read(Content::Command("help".into()), &[]),
        Understood::Start { payload: None }
    ));

    let Understood::Words(words) = text("我不想活了，今晚就从楼上跳下去", &offers())
    else {
        panic!("danger")
    };
    assert_eq!(words.verdict.crisis.unwrap().service, "CRI-SUICIDE");
    let photo = Attachment {
        caption: Some("闻到很浓的煤气味".into()),
        ..file(AttachmentKind::Photo)
    };
    let danger = read(Content::File(photo), &[]);
    assert!(
        danger
            .words()
            .is_some_and(|words| words.verdict.crisis.is_some())
    );

    assert!(matches!(text("  ", &[]), Understood::Unsupported(_)));
    assert!(matches!(read(Content::Blocked, &[]), Understood::Nothing));
    assert!(matches!(
        read(Content::Moved { to: "9".into() }, &[]),
        Understood::Nothing
    ));
}

#[test]
fn leaving_a_question_out_is_no_danger() {
    let classifier = classifier();
    for text in [
        "跳过",
        "不想说",
        "不方便说",
        "skip",
        "我也说不上来",
        "no idea",
    ] {
        let words = words(text, &classifier);
        assert!(words.verdict.crisis.is_none(), "{text}");
        assert!(words.verdict.ranked.is_empty(), "{text}");
    }
    assert!(words("不想活了", &classifier).verdict.crisis.is_some());
}
