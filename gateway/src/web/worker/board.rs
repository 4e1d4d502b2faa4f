//! The board of a worker's own units, for whoever oversees them: figures, what
//! is late and why. The drawing is the administrators' board's.

use super::super::Shared;
use super::super::admin::board::{Figures, Place};
use super::super::gate::{AsWorker, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

#[derive(Template)]
#[template(path = "worker/board.html")]
struct BoardPage {
    page: Page,
    form: FormKeys,
    me: AsWorker,
    /// The unit looked at; empty for the own one.
    unit: String,
    board: Figures,
}

async fn figures(
    site: &Shared,
    prefs: Prefs,
    me: &AsWorker,
    place: &Place,
) -> Result<Figures, Problem> {
    let board = site.backend.own_board(&me.id, place.unit(), prefs.lang);
    let board = board.await?.ok_or(Problem::NotFound)?;
    Ok(Figures::new(
        Page::desk(site, prefs),
        board,
        place,
        "/worker",
    ))
}

/// `GET /worker/board`.
pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Query(place): Query<Place>,
) -> Result<Response, Problem> {
    let board = figures(&site, prefs.clone(), &me, &place).await?;
    Ok(page::html(&BoardPage {
        page: Page::desk(&site, prefs),
        form: FormKeys::new(&me.secret),
        unit: place.unit().unwrap_or_default().to_owned(),
        me,
        board,
    }))
}

/// `GET /worker/board/part`.
pub(super) async fn fragment(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Query(place): Query<Place>,
) -> Result<Response, Problem> {
    Ok(page::html(&figures(&site, prefs, &me, &place).await?))
}
