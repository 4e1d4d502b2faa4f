//! The queue: who is waiting, what is mine, what colleagues do.

use super::super::gate::{AsWorker, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::{Part, Shared, Topic, events};
use super::card::CardView;
use crate::desk::place::Place;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "worker/queue_page.html")]
struct QueuePage {
    page: Page,
    form: FormKeys,
    me: AsWorker,
    queue: Queue,
    /// Where the part that is shown begins, for the address of its news.
    after: String,
    notice: Option<String>,
    /// Whether something is parked that this worker may put into other words.
    mend: bool,
}

#[derive(Template)]
#[template(path = "worker/queue.html")]
struct Queue {
    page: Page,
    form: FormKeys,
    groups: [Group; 3],
    /// Whether more pressing ones come before this part.
    later: bool,
    /// Where the next part begins.
    next: Option<String>,
}

/// Which part is looked at.
#[derive(Default, Deserialize)]
pub(in crate::web) struct Asked {
    #[serde(default)]
    pub(in crate::web) after: String,
}

impl Asked {
    /// The place, `None` for the beginning.
    pub(in crate::web) fn place(&self) -> Result<Option<Place>, Problem> {
        if self.after.is_empty() {
            return Ok(None);
        }
        let place = Place::read(&self.after).ok_or(Problem::Unreadable)?;
        Ok(Some(place))
    }
}

/// Cards of one kind, in the order they came.
struct Group {
    title: &'static str,
    empty: &'static str,
    cards: Vec<CardView>,
}

impl Queue {
    async fn of(site: &Shared, prefs: Prefs, me: &AsWorker, from: &Asked) -> Result<Self, Problem> {
        let page = Page::desk(site, prefs);
        let after = from.place()?;
        let part = site.backend.queue(&me.id, after.as_ref(), page.lang);
        let Part { cards, next } = part.await?;
        let w = page.w;
        let group = |title, empty| Group {
            title,
            empty,
            cards: Vec::new(),
        };
        let mut groups = [
            group(w.group_waiting, w.none_waiting),
            group(w.group_mine, w.none_mine),
            group(w.group_others, w.none_others),
        ];
        for card in cards {
            let place = match () {
                // Nobody pressed "I take it" yet, whoever it was given to.
                () if card.acts.contains(&"accept") => 0,
                () if card.mine => 1,
                () => 2,
            };
            groups[place].cards.push(CardView::new(&page, card));
        }
        let form = FormKeys::new(&me.secret);
        Ok(Self {
            page,
            form,
            groups,
            later: after.is_some(),
            next,
        })
    }
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Query(from): Query<Asked>,
) -> Result<Response, Problem> {
    page_of(&site, prefs, me, &from, None).await
}

/// The whole page, with a sentence about an act that was refused.
pub(super) async fn draw(
    site: &Shared,
    prefs: Prefs,
    me: AsWorker,
    refused: (StatusCode, String),
) -> Result<Response, Problem> {
    page_of(site, prefs, me, &Asked::default(), Some(refused)).await
}

async fn page_of(
    site: &Shared,
    prefs: Prefs,
    me: AsWorker,
    from: &Asked,
    refused: Option<(StatusCode, String)>,
) -> Result<Response, Problem> {
    let queue = Queue::of(site, prefs.clone(), &me, from).await?;
    let status = refused.as_ref().map(|(status, _)| *status);
    let mend = site.backend.may_mend(&me.id).await?;
    let mut response = page::html(&QueuePage {
        page: Page::desk(
            site,
            Prefs {
                here: "/worker".into(),
                ..prefs
            },
        ),
        form: FormKeys::new(&me.secret),
        me,
        queue,
        after: from.after.clone(),
        notice: refused.map(|(_, sentence)| sentence),
        mend,
    });
    if let Some(status) = status {
        *response.status_mut() = status;
    }
    Ok(response)
}

pub(super) async fn fragment(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Query(from): Query<Asked>,
) -> Result<Response, Problem> {
    Ok(page::html(&Queue::of(&site, prefs, &me, &from).await?))
}

/// What the queue is after an act that was sent from it.
pub(super) async fn beginning(
    site: &Shared,
    prefs: Prefs,
    me: &AsWorker,
) -> Result<Response, Problem> {
    let queue = Queue::of(site, prefs, me, &Asked::default()).await?;
    Ok(page::html(&queue))
}

pub(super) async fn follow(
    State(site): State<Shared>,
    me: AsWorker,
    headers: HeaderMap,
) -> Response {
    let hints = site.backend.hints(Topic::Worker(me.id.clone()));
    events::marked(hints, events::last_seen(&headers), move || {
        let (site, id) = (site.clone(), me.id.clone());
        async move { site.backend.queue_mark(&id).await }
    })
}
