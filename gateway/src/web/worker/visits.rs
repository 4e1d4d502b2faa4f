//! Today's visits, house by house, for the screen and for paper.

use super::super::gate::{AsWorker, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::when::{self, ChipView};
use super::super::{Shared, words};
use crate::desk::visits::{House, Visit};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "worker/visits.html")]
struct Visits {
    page: Page,
    form: FormKeys,
    me: AsWorker,
    /// The day it is for.
    day: String,
    houses: Vec<HouseView>,
}

struct HouseView {
    name: String,
    visits: Vec<VisitView>,
}

struct VisitView {
    reference: String,
    service: String,
    class: &'static str,
    class_words: &'static str,
    who: String,
    door: String,
    chip: Option<ChipView>,
    announced: bool,
}

impl VisitView {
    fn new(page: &Page, visit: Visit) -> Self {
        Self {
            class_words: words::class(page.lang, visit.class).0,
            chip: visit.chip.as_ref().map(|chip| ChipView::new(page, chip)),
            who: visit.who.unwrap_or_default(),
            reference: visit.reference,
            service: visit.service,
            class: visit.class,
            door: visit.door,
            announced: visit.announced,
        }
    }
}

/// `GET /worker/visits`.
pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    let found = site.backend.visits(&me.id, page.lang).await?;
    let house = |house: House| HouseView {
        name: house.name,
        visits: house
            .visits
            .into_iter()
            .map(|v| VisitView::new(&page, v))
            .collect(),
    };
    let houses = found.into_iter().map(house).collect();
    Ok(page::html(&Visits {
        form: FormKeys::new(&me.secret),
        day: format!(
            "{} {}",
            when::date(&page, page.now),
            when::weekday(&page, page.now)
        ),
        page,
        me,
        houses,
    }))
}
