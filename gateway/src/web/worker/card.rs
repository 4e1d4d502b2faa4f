//! A request as a card: the same in queues, lists and at the head of a sheet.

use super::super::page::Page;
use super::super::when::{self, ChipView};
use super::super::words;
use crate::desk::view::Card;

pub(in crate::web) struct CardView {
    pub(in crate::web) reference: String,
    pub(in crate::web) service: String,
    pub(in crate::web) class: &'static str,
    pub(in crate::web) class_words: &'static str,
    pub(in crate::web) icon: &'static str,
    pub(in crate::web) status: String,
    pub(in crate::web) words: String,
    pub(in crate::web) place: String,
    pub(in crate::web) who: Option<String>,
    pub(in crate::web) chip: Option<ChipView>,
    pub(in crate::web) lead: Option<String>,
    pub(in crate::web) mine: bool,
    /// Given to somebody who has not taken it yet.
    pub(in crate::web) waiting: bool,
    pub(in crate::web) copy: bool,
    pub(in crate::web) opened: String,
    pub(in crate::web) version: u32,
    /// Three large actions: reach them, answer, get on.
    pub(in crate::web) big: Vec<Big>,
}

/// A large action of a card.
pub(in crate::web) struct Big {
    pub(in crate::web) icon: &'static str,
    pub(in crate::web) label: String,
    /// One press sends this act; else a form or a number opens.
    pub(in crate::web) act: Option<&'static str>,
    /// Where the form or the number stands on the request's page.
    pub(in crate::web) part: String,
    /// Refused when the request has changed since the card was drawn.
    pub(in crate::web) guarded: bool,
}

impl Big {
    fn new(page: &Page, act: &'static str) -> Self {
        let button = Button::new(page, act);
        let icon = match act {
            "accept" => "hand",
            "ask" => "chat",
            "visit" => "place",
            "attempt" => "call",
            "note" => "lock",
            _ => "done",
        };
        Self {
            icon,
            label: button.label,
            act: button.direct.then_some(act),
            part: match act {
                "note" => "s-private".to_owned(),
                act => format!("act-{act}"),
            },
            guarded: button.guarded,
        }
    }

    /// The number is on the request's page, where reading it goes on record.
    fn call(page: &Page) -> Self {
        Self {
            icon: "call",
            label: page.w.call.to_owned(),
            act: None,
            part: "call".to_owned(),
            guarded: false,
        }
    }

    /// Reach, reply, done; where one of them is not possible, what is likeliest.
    fn three(page: &Page, card: &Card) -> Vec<Self> {
        let has = |act: &&str| card.acts.contains(act);
        let pick = |wanted: &[&'static str]| wanted.iter().copied().find(|a| has(a));
        let mut all: Vec<Self> = Vec::with_capacity(3);
        let first = pick(&["accept"]);
        if card.call && first.is_none() {
            all.push(Self::call(page));
        }
        let rest = [
            first,
            pick(&["ask"]),
            pick(&["finish", "contact", "attempt"]),
        ];
        all.extend(rest.into_iter().flatten().map(|act| Self::new(page, act)));
        if all.len() < 3 {
            let more = pick(&["visit", "resume", "note"]);
            all.extend(more.map(|act| Self::new(page, act)));
        }
        all
    }
}

/// An act as a button.
pub(in crate::web) struct Button {
    pub(in crate::web) act: &'static str,
    pub(in crate::web) label: String,
    /// One press is enough; else a form opens.
    pub(in crate::web) direct: bool,
    /// Refused when the request has changed since the page was drawn.
    pub(in crate::web) guarded: bool,
}

impl Button {
    pub(in crate::web) fn new(page: &Page, act: &'static str) -> Self {
        let direct = matches!(
            act,
            "accept" | "attempt" | "visit" | "release" | "resume" | "grant" | "unlink"
        );
        let guarded = matches!(
            act,
            "accept" | "decline" | "transfer" | "recategorise" | "split" | "link" | "finish"
        );
        Self {
            act,
            label: words::act(page.lang, act).to_owned(),
            direct,
            guarded,
        }
    }
}

impl CardView {
    pub(in crate::web) fn new(page: &Page, card: Card) -> Self {
        let (class_words, icon) = words::class(page.lang, card.class);
        Self {
            big: Big::three(page, &card),
            chip: card.chip.as_ref().map(|chip| ChipView::new(page, chip)),
            status: words::status(page.lang, &card.status).to_owned(),
            opened: when::at(page, card.opened),
            reference: card.reference,
            service: card.service,
            class: card.class,
            class_words,
            icon,
            words: card.words,
            place: card.place,
            who: card.who,
            lead: card.lead,
            mine: card.mine,
            waiting: matches!(card.status.as_str(), "submitted" | "triaged" | "assigned"),
            copy: card.copy,
            version: card.version,
        }
    }
}
