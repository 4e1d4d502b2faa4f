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
    /// The first few acts, as large buttons.
    pub(in crate::web) buttons: Vec<Button>,
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
        let direct = matches!(act, "accept" | "attempt" | "visit" | "release" | "resume");
        let guarded = matches!(
            act,
            "accept" | "decline" | "transfer" | "recategorise" | "finish"
        );
        Self {
            act,
            label: words::act(page.lang, act).to_owned(),
            direct,
            guarded,
        }
    }
}

/// How many acts fit on a card.
const BUTTONS: usize = 3;

impl CardView {
    pub(in crate::web) fn new(page: &Page, card: Card) -> Self {
        let (class_words, icon) = words::class(page.lang, card.class);
        let buttons = card.acts.iter().take(BUTTONS);
        Self {
            buttons: buttons.map(|act| Button::new(page, act)).collect(),
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
