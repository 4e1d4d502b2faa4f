//! From what came through a channel to what it means.
//!
//! CPU only. Danger is looked for in every text before anything else is
//! decided about it; the classifier is spared where a button, a number or a set
//! phrase already says everything.

use crate::conversation::input::{Key, Understood, Words};
use crate::conversation::snapshot::Offer;
use crate::conversation::{escape, phrases, wishes};
use bots::Content;
use intents::{Classifier, Decision, Slots, Urgency, Verdict, crisis};

/// Understands one message. `resolve` finds the meaning of a button's token;
/// `offered` are the choices of the snapshot, picked by a bare number or by
/// writing their label; `words` finds what words mean (see [`words`]).
pub fn understand(
    content: &Content,
    resolve: impl FnOnce(&str) -> Option<Key>,
    words: impl Fn(&str) -> Words,
    offered: &[Offer],
) -> Understood {
    match content {
        Content::Text(text) => said(text, words, offered),
        Content::Tap { token, .. } => resolve(token).map_or(Understood::Stale, Understood::Key),
        Content::Contact { phone, own } => Understood::Contact {
            phone: phone.clone(),
            own: *own,
        },
        Content::Place { lat, lon, .. } => Understood::Place {
            lat: *lat,
            lon: *lon,
        },
        Content::File(file) => Understood::File {
            caption: file
                .caption
                .as_deref()
                .filter(|caption| !caption.trim().is_empty())
                .map(words),
            file: file.clone(),
        },
        Content::Edited { text, .. } => Understood::Edited(words(text)),
        Content::Start { payload } => Understood::Start {
            payload: payload.clone(),
        },
        Content::Command(command) => ordered(command, words, offered),
        Content::Unsupported(kind) => Understood::Unsupported(kind.clone()),
        Content::Blocked | Content::Moved { .. } => Understood::Nothing,
    }
}

/// Words as they are, with everything found in them.
pub fn words(text: &str, classifier: &Classifier) -> Words {
    let escape = escape::escape(text);
    // Leaving a question out, or not knowing, is no need and no danger, whatever
    // it resembles.
    let left_out = wishes::skip(text) || wishes::unsure(text);
    let set = escape.is_some() && crisis::scan(text).is_none();
    let verdict = if set || left_out {
        silence()
    } else {
        classifier.classify(text)
    };
    Words {
        text: text.to_owned(),
        verdict,
        escape,
    }
}

fn said(text: &str, words: impl Fn(&str) -> Words, offered: &[Offer]) -> Understood {
    if let Some(key) = picked(text, offered) {
        return Understood::Key(key);
    }
    if text.trim().is_empty() {
        return Understood::Unsupported("blank".into());
    }
    Understood::Words(words(text))
}

/// The choice meant by a number or by its label.
pub(crate) fn picked(text: &str, offered: &[Offer]) -> Option<Key> {
    if offered.is_empty() {
        return None;
    }
    if let Some(offer) = phrases::number(text).and_then(|n| offered.get(n - 1))
        && offer.numbered
    {
        return Some(offer.key.clone());
    }
    let folded = phrases::fold(text);
    if folded.is_empty() {
        return None;
    }
    offered
        .iter()
        .find(|offer| phrases::fold(&offer.label) == folded)
        .map(|offer| offer.key.clone())
}

fn ordered(command: &str, words: impl Fn(&str) -> Words, offered: &[Offer]) -> Understood {
    match command.trim() {
        "start" | "help" => Understood::Start { payload: None },
        other => said(other, words, offered),
    }
}

/// The verdict of words that need none.
pub(crate) fn silence() -> Verdict {
    Verdict {
        decision: Decision::None,
        urgency: Urgency::Normal,
        ranked: Vec::new(),
        needs: Vec::new(),
        choices: Vec::new(),
        slots: Slots::default(),
        evidence: Vec::new(),
        crisis: None,
    }
}
