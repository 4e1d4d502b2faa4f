//! One request in full, ready to draw.

use super::super::gate::FormKeys;
use super::super::page::Page;
use super::super::when::{self, ChipView};
use super::super::words;
use super::card::{Button, CardView};
use crate::desk::view::{Line, People, Sheet};
use crate::requests::perform::extending::DAYS;
use askama::Template;

#[derive(Template)]
#[template(path = "worker/sheet.html")]
pub(super) struct SheetView {
    page: Page,
    form: FormKeys,
    card: CardView,
    chips: Vec<ChipView>,
    words: Vec<String>,
    answers: Vec<(String, String)>,
    evidence: Vec<String>,
    reason: String,
    phone: Option<String>,
    /// `tel:` address, when the full number may be seen.
    call: Option<String>,
    /// Until when everything is shown in full.
    full_until: Option<String>,
    may_show: bool,
    may_erase: bool,
    explained: Vec<(String, Vec<String>)>,
    timeline: Vec<LineView>,
    photos: Vec<String>,
    thread: Vec<LineView>,
    astray: Option<String>,
    why: Option<String>,
    pauses: Vec<(String, String)>,
    outcomes: Vec<(String, String)>,
    desks: Vec<(String, String)>,
    services: Vec<(String, String)>,
    /// The first of them, one press each.
    likely: Vec<(String, String)>,
    /// How it belongs to other requests, and which.
    ties: Vec<(String, String, bool)>,
    /// Working days that may be asked for.
    days: [u8; 3],
    held: bool,
    mark: String,
    people: People,
    acts: Vec<Button>,
    /// Whether the reader may keep a private note.
    notes: bool,
}

/// A line of a timeline or thread.
pub(in crate::web) struct LineView {
    pub(in crate::web) side: &'static str,
    pub(in crate::web) text: String,
    pub(in crate::web) quote: Option<String>,
    pub(in crate::web) at: String,
    pub(in crate::web) stamp: String,
    /// First line of what is still to come.
    pub(in crate::web) opens_future: bool,
}

/// Lines in words, with the border between past and future marked.
pub(in crate::web) fn lines(page: &Page, lines: Vec<Line>) -> Vec<LineView> {
    let mut future = false;
    let view = lines.into_iter().map(|line| {
        let opens_future = line.side == "future" && !future;
        future |= opens_future;
        LineView {
            side: line.side,
            text: line.text,
            quote: line.quote,
            at: when::at(page, line.at),
            stamp: when::stamp(line.at),
            opens_future,
        }
    });
    view.collect()
}

impl SheetView {
    pub(super) fn new(page: Page, secret: &str, mut sheet: Sheet) -> Self {
        for other in &mut sheet.people.household {
            other.status = words::status(page.lang, &other.status).to_owned();
        }
        let acts = sheet.card.acts.iter().filter(|act| **act != "note");
        let acts = acts.map(|act| Button::new(&page, act)).collect();
        let notes = sheet.card.acts.contains(&"note");
        let call = sheet
            .phone
            .as_ref()
            .filter(|_| sheet.phone_shown)
            .map(|phone| {
                let number: String = phone
                    .chars()
                    .filter(|c| c.is_ascii_digit() || *c == '+')
                    .collect();
                format!("tel:{number}")
            });
        Self {
            form: FormKeys::new(secret),
            chips: sheet
                .chips
                .iter()
                .map(|chip| ChipView::new(&page, chip))
                .collect(),
            card: CardView::new(&page, sheet.card),
            words: sheet.words,
            answers: sheet.answers,
            evidence: sheet.evidence,
            reason: sheet.reason,
            phone: sheet.phone,
            call,
            full_until: sheet.full_until.map(|until| when::clock_time(&page, until)),
            may_show: sheet.may_show,
            may_erase: sheet.may_erase,
            explained: sheet.explained,
            timeline: lines(&page, sheet.timeline),
            photos: sheet.photos,
            thread: lines(&page, sheet.thread),
            astray: sheet.astray,
            why: sheet.why,
            pauses: sheet.pauses,
            outcomes: sheet.outcomes,
            desks: sheet.desks,
            likely: sheet.services.iter().take(sheet.likely).cloned().collect(),
            ties: sheet.ties,
            days: DAYS,
            services: sheet.services,
            held: sheet.held,
            mark: sheet.mark,
            people: sheet.people,
            acts,
            notes,
            page,
        }
    }

    /// What the page was drawn from.
    pub(super) fn mark(&self) -> &str {
        &self.mark
    }

    fn may(&self, act: &str) -> bool {
        self.acts.iter().any(|button| button.act == act)
    }
}
