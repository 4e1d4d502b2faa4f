//! Targets of `intents`: spelling, facts, understanding, and the line of `gateway classify`.

use std::sync::LazyLock;

use intents::{Classifier, Decision, Urgency, redact, report};

static CLASSIFIER: LazyLock<Classifier> =
    LazyLock::new(|| Classifier::train(std::iter::empty(), &[]));

/// A target and its name; it panics when something does not hold for the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// The targets of this file.
pub const TARGETS: [Target; 4] = [
    ("normalize", normalize),
    ("slots", slots),
    ("classify", classify),
    ("json_line", json_line),
];

/// Bytes as a stranger's text.
fn lossy(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// One spelling for many: nothing invisible is left, and what is folded stays as it is.
pub fn normalize(data: &[u8]) {
    let text = lossy(data);
    let folded = intents::normalize::fold(&text);
    assert!(
        !folded.contains(|c: char| c.is_control() && c != '\n'),
        "{folded:?}"
    );
    assert!(
        !folded.contains(['\u{200b}', '\u{202e}', '\u{2066}', '\u{feff}']),
        "{folded:?}"
    );
    // The longest character of Unicode becomes eighteen.
    assert!(
        folded.len() <= 12 * text.len(),
        "{} of {}",
        folded.len(),
        text.len()
    );
    assert_eq!(intents::normalize::fold(&folded), folded, "folded twice");
    let tight = intents::normalize::tighten(&folded);
    assert!(tight.text.len() <= folded.len());
    for gap in tight.gaps {
        assert!(
            tight.text.is_char_boundary(gap as usize),
            "{:?} at {gap}",
            tight.text
        );
    }
}

/// Facts have their form, whatever they were found in.
pub fn slots(data: &[u8]) {
    let text = lossy(data);
    let found = intents::slots::of(&text);
    if let Some(phone) = &found.phone {
        let digits = phone.strip_prefix('+').unwrap_or(phone);
        assert!((10..=12).contains(&digits.len()), "{phone}");
        assert!(digits.bytes().all(|b| b.is_ascii_digit()), "{phone}");
    }
    if let Some(id) = &found.id_number {
        assert!(matches!(id.value.len(), 15 | 18), "{id:?}");
        assert!(
            id.value
                .bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()),
            "{id:?}"
        );
        assert!(!id.checksum_ok || id.value.len() == 18, "{id:?}");
    }
    assert!(found.amount.is_none_or(|fen| fen > 0), "{found:?}");
    assert!(found.age.is_none_or(|age| age <= 120), "{found:?}");
    let folded = intents::normalize::fold(&text);
    assert!(
        found.place.is_none_or(|place| folded.contains(&place)),
        "a place nobody wrote"
    );
    let masked = redact::redact(&text);
    assert!(masked.len() <= 64 + 12 * text.len());
}

/// A verdict is whole, and the same for the same text.
pub fn classify(data: &[u8]) {
    let text = lossy(data);
    let verdict = CLASSIFIER.classify(&text);
    assert!(verdict.ranked.len() <= 5 && verdict.evidence.len() <= 6);
    for ranked in &verdict.ranked {
        assert!((0.0..=1.0).contains(&ranked.confidence), "{ranked:?}");
    }
    assert_eq!(
        verdict.decision == Decision::Ask,
        !verdict.choices.is_empty(),
        "{verdict:?}"
    );
    let asked = |code: &String| verdict.decision == Decision::Ask && verdict.choices.contains(code);
    match &verdict.crisis {
        Some(hit) => assert!(verdict.decision == Decision::Crisis || asked(&hit.service)),
        None => assert_ne!(verdict.decision, Decision::Crisis),
    }
    assert_eq!(
        verdict.decision == Decision::Crisis,
        verdict.urgency == Urgency::Crisis
    );
    let line = report::line(&serde_json::Value::from("x"), &verdict);
    assert!(!line.contains('\n'));
    let read: serde_json::Value = serde_json::from_str(&line).expect("a line is JSON");
    assert_eq!(read["id"], "x");
    assert_eq!(
        line,
        report::line(&serde_json::Value::from("x"), &CLASSIFIER.classify(&text))
    );
}

/// A line is read or refused in one line.
pub fn json_line(data: &[u8]) {
    match report::read(&lossy(data)) {
        Ok((id, text)) => {
            let line = report::line(&id, &CLASSIFIER.classify(&text));
            let said: serde_json::Value = serde_json::from_str(&line).expect("a line is JSON");
            assert_eq!(said["id"], id);
        }
        Err(error) => assert!(!report::refusal(1, &error).contains('\n')),
    }
}
