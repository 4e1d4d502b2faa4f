//! Messages that could not be handled, with their words, for the duty desk: put
//! into words that can be, and tried again.

use super::super::gate::{AsWorker, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::{Operating, operating};
use super::super::{Shared, when};
use crate::desk::mending::{Mended, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Characters of the new words at most.
const LONGEST: usize = 2000;

#[derive(Template)]
#[template(path = "worker/mending.html")]
struct MendingPage {
    page: Page,
    form: FormKeys,
    me: AsWorker,
    t: &'static Operating,
    notice: Option<&'static str>,
    wrong: Option<&'static str>,
    rows: Vec<Row>,
}

struct Row {
    of: Words,
    at: String,
}

async fn draw(
    site: &Shared,
    page: Page,
    me: AsWorker,
    said: Result<Option<&'static str>, &'static str>,
) -> Result<Response, Problem> {
    let found = site.backend.parked_words(&me.id).await?;
    let rows = found.ok_or(Problem::NotFound)?.into_iter().map(|of| Row {
        at: when::at(&page, of.at),
        of,
    });
    Ok(page::html(&MendingPage {
        rows: rows.collect(),
        form: FormKeys::new(&me.secret),
        t: operating(page.lang),
        notice: said.ok().flatten(),
        wrong: said.err(),
        me,
        page,
    }))
}

/// `GET /worker/parked`.
pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    draw(&site, page, me, Ok(None)).await
}

/// `POST /worker/parked`.
pub(super) async fn mend(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let page = Page::desk(&site, prefs);
    let t = operating(page.lang);
    let (key, text) = (fields.get("key"), fields.get("text").trim());
    let said = if text.is_empty() || text.chars().count() > LONGEST {
        Err(t.mend_empty)
    } else {
        let done = site.backend.mend_parked(&me.id, key, text).await?;
        match done.ok_or(Problem::NotFound)? {
            Mended::Done => Ok(Some(t.mend_done)),
            Mended::Still => Err(t.mend_still),
            Mended::Gone => Err(t.mend_gone),
        }
    };
    draw(&site, page, me, said).await
}
