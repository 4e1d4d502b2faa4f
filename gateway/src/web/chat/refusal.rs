//! What is not taken in the chat, and how that is said: what was written stays,
//! and whoever is in danger gets the card whatever works.

use super::super::gate::Visitor;
use super::super::page::{self, wants_fragment};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::words;
use super::super::{Lang, Shared};
use super::ChatPage;
use super::lines::Lines;
use super::mine::Matters;
use crate::conversation::Reply;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

/// Why something is not taken.
pub(super) struct Refusal {
    status: StatusCode,
    sentence: String,
    /// What to do about the danger that was spoken of.
    card: Option<Reply>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, sentence: &str) -> Self {
        Self {
            status,
            sentence: sentence.to_owned(),
            card: None,
        }
    }

    /// Nothing can be kept now; `said` is what was.
    pub(super) fn not_stored(site: &Shared, lang: Lang, said: &str) -> Self {
        let gap = if lang == Lang::En { ", " } else { "、" };
        let numbers = site.settings.lines.iter().map(String::as_str);
        let numbers: Vec<&str> = numbers.filter(|number| !number.is_empty()).collect();
        let sentence = words(lang).not_stored.replace("{}", &numbers.join(gap));
        let card = site.backend.danger_card(said, lang);
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            card: card.map(|card| Reply {
                text: format!("{}\n{sentence}", card.text),
                ..card
            }),
            sentence,
        }
    }

    /// The answer; the script gets what it has to show beside what was written.
    pub(super) async fn response(
        self,
        site: &Shared,
        prefs: Prefs,
        visitor: &Visitor,
        headers: &HeaderMap,
        text: String,
    ) -> Result<Response, Problem> {
        let told = |card| Lines::waiting(site, prefs.clone(), visitor, None, card);
        let (card, status) = (self.card.map(told), self.status);
        if wants_fragment(headers) {
            return Ok(match card {
                Some(card) => (status, [("x-told", "1")], page::html(&card)).into_response(),
                None => (status, [("x-notice", "1")], self.sentence).into_response(),
            });
        }
        let (lines, matters) = tokio::join!(
            Lines::of(site, prefs.clone(), visitor),
            Matters::of(site, prefs.clone(), visitor, true),
        );
        // It must be seen even when the lines cannot be read.
        let lines = match (card, lines) {
            (Some(card), _) => card,
            (None, Err(Problem::Away)) => Lines::none(site, prefs.clone(), visitor),
            (None, lines) => lines?,
        };
        let matters = match matters {
            Err(Problem::Away) => None,
            matters => Some(matters?),
        };
        let page = ChatPage {
            matters,
            notice: Some(self.sentence),
            text,
            ..ChatPage::with(site, prefs, visitor, lines)
        };
        Ok((status, page::html(&page)).into_response())
    }
}
