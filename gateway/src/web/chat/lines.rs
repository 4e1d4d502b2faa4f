//! The lines of a chat, ready to draw.

use super::super::gate::{FormKeys, Visitor};
use super::super::page::Page;
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::{Shared, when};
use super::tel::{self, Piece};
use crate::clock::micros;
use crate::conversation::{Reply, ReplyKind};
use crate::desk::view::Bubble;
use askama::Template;

/// Lines shown; what is older stays in the file.
const MOST: usize = 80;

#[derive(Template)]
#[template(path = "chat/lines.html")]
pub(super) struct Lines {
    page: Page,
    form: FormKeys,
    bubbles: Vec<Line>,
    choices: Vec<(String, String)>,
    /// Id of the newest bubble, which bears the choices.
    newest: String,
}

struct Line {
    id: String,
    mine: bool,
    side: &'static str,
    kind: &'static str,
    /// Set on the first line of a day.
    date: Option<String>,
    paragraphs: Vec<Vec<Piece>>,
    /// Numbers to dial, as large buttons.
    calls: Vec<Piece>,
    photo: Option<String>,
    stamp: String,
    time: String,
}

impl Lines {
    pub(super) async fn of(
        site: &Shared,
        prefs: Prefs,
        visitor: &Visitor,
    ) -> Result<Self, Problem> {
        // A browser without a cookie has said nothing yet.
        let bubbles = if visitor.fresh {
            Vec::new()
        } else {
            site.backend.chat_bubbles(&visitor.session, MOST).await?
        };
        Ok(Self::drawn(Page::new(site, prefs), visitor, bubbles))
    }

    pub(super) fn none(site: &Shared, prefs: Prefs, visitor: &Visitor) -> Self {
        Self::drawn(Page::new(site, prefs), visitor, Vec::new())
    }

    /// What was said just now and waits on disk, and what is said of that.
    pub(super) fn waiting(
        site: &Shared,
        prefs: Prefs,
        visitor: &Visitor,
        said: Option<String>,
        reply: Reply,
    ) -> Self {
        let at = site.clock.now();
        let bubble = |mine, text, kind| Bubble {
            id: format!("w{}{}", micros(at), u8::from(mine)),
            mine,
            at,
            text,
            kind,
            photo: None,
            choices: Vec::new(),
        };
        let kind = match reply.kind {
            ReplyKind::Crisis => "crisis",
            _ => "notice",
        };
        let mut bubbles: Vec<Bubble> = said
            .map(|text| bubble(true, text, "plain"))
            .into_iter()
            .collect();
        bubbles.push(bubble(false, reply.text, kind));
        Self::drawn(Page::new(site, prefs), visitor, bubbles)
    }

    fn drawn(page: Page, visitor: &Visitor, mut bubbles: Vec<Bubble>) -> Self {
        let last = bubbles.last_mut();
        let (newest, choices) = last.map_or_else(Default::default, |last| {
            (last.id.clone(), std::mem::take(&mut last.choices))
        });
        let mut day = None;
        let lines = bubbles
            .into_iter()
            .map(|bubble| {
                let local = bubble.at.with_timezone(&page.offset).date_naive();
                let date = (day != Some(local)).then(|| {
                    format!(
                        "{} {}",
                        when::date(&page, bubble.at),
                        when::weekday(&page, bubble.at)
                    )
                });
                day = Some(local);
                line(&page, bubble, date)
            })
            .collect();
        Self {
            form: FormKeys::new(&visitor.secret),
            bubbles: lines,
            choices,
            newest,
            page,
        }
    }
}

fn line(page: &Page, bubble: Bubble, date: Option<String>) -> Line {
    let crisis = bubble.kind == "crisis";
    let paragraphs: Vec<Vec<Piece>> = bubble
        .text
        .lines()
        .filter(|text| !text.trim().is_empty())
        .map(|text| {
            // What the resident told us is not for dialling.
            if bubble.mine || text.starts_with("· ") {
                vec![Piece::plain(text)]
            } else {
                tel::pieces(text, crisis)
            }
        })
        .collect();
    let calls = if crisis {
        tel::calls(&paragraphs)
    } else {
        Vec::new()
    };
    Line {
        id: bubble.id,
        mine: bubble.mine,
        side: if bubble.mine { "mine" } else { "ours" },
        kind: bubble.kind,
        date,
        paragraphs,
        calls,
        photo: bubble.photo,
        stamp: when::stamp(bubble.at),
        time: when::clock_time(page, bubble.at),
    }
}
