//! Services, units, workers, roster and board: reading only.

use super::super::{Shared, Subject};
use super::call::{Asked, Caller};
use super::fault::Fault;
use super::figures::{BoardShape, NamedList, RosterShape, UnitPage, WorkerPage};
use super::shapes::{Paging, Spoken, Tongue, named};
use super::{cursor, page_size};
use crate::desk::mine::Order;
use crate::rights::Right;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// All services: code and name.
#[utoipa::path(
    get,
    path = "/api/v1/services",
    tag = "directory",
    params(Spoken),
    responses((status = 200, body = NamedList, description = "All of them"))
)]
pub(super) async fn services(
    State(site): State<Shared>,
    Asked(asked): Asked<Spoken>,
) -> Result<Json<NamedList>, Fault> {
    let items = named(site.backend.services(asked.lang.lang()).await?);
    Ok(Json(NamedList { items }))
}

/// Units of the territory, by code.
#[utoipa::path(
    get,
    path = "/api/v1/units",
    tag = "directory",
    params(Paging),
    responses((status = 200, body = UnitPage, description = "A part of the list"))
)]
pub(super) async fn units(
    State(site): State<Shared>,
    Asked(asked): Asked<Paging>,
) -> Result<Json<UnitPage>, Fault> {
    let all = site.backend.units().await?;
    let (items, next) = part(all, &asked, |unit| &unit.code)?;
    let items = items.into_iter().map(Into::into).collect();
    Ok(Json(UnitPage { items, next }))
}

/// Worker accounts, by id; for administrators.
#[utoipa::path(
    get,
    path = "/api/v1/workers",
    tag = "directory",
    params(Paging),
    responses((status = 200, body = WorkerPage, description = "A part of the list"))
)]
pub(super) async fn workers(
    State(site): State<Shared>,
    Asked(asked): Asked<Paging>,
) -> Result<Json<WorkerPage>, Fault> {
    let mut all = site.backend.workers().await?;
    all.sort_by(|a, b| a.id.cmp(&b.id));
    let (items, next) = part(all, &asked, |worker| &worker.id)?;
    let items = items.into_iter().map(Into::into).collect();
    Ok(Json(WorkerPage { items, next }))
}

/// The lines after the cursor, and the next one; `all` is in the order of `key`.
fn part<T>(
    all: Vec<T>,
    asked: &Paging,
    key: impl Fn(&T) -> &String,
) -> Result<(Vec<T>, Option<String>), Fault> {
    let after = cursor::read(asked.cursor.as_deref())?;
    let most = page_size(asked.limit)?;
    let mut rest = all.into_iter().filter(|line| *key(line) > after);
    let items: Vec<T> = rest.by_ref().take(most).collect();
    let more = rest.next().is_some();
    let next = items
        .last()
        .filter(|_| more)
        .map(|line| cursor::write(key(line)));
    Ok((items, next))
}

/// The own roster of a worker, and for administrators what is wrong with all
/// of them.
#[utoipa::path(
    get,
    path = "/api/v1/roster",
    tag = "directory",
    params(Spoken),
    responses((status = 200, body = RosterShape, description = "The coming two weeks"))
)]
pub(super) async fn roster(
    State(site): State<Shared>,
    caller: Caller,
    Asked(asked): Asked<Spoken>,
) -> Result<Json<RosterShape>, Fault> {
    let lang = asked.lang.lang();
    let (mut days, mut findings) = (Vec::new(), Vec::new());
    if let Subject::Worker { id, .. } = &caller.subject {
        days = site.backend.my_roster(id, Order::Show, lang).await?.days;
    }
    if Right::Duty.allows(caller.subject.holders()) {
        findings = site.backend.roster_findings(lang).await?;
    }
    let days = named(days);
    Ok(Json(RosterShape { days, findings }))
}

/// Which part of the board.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct BoardAsked {
    /// Unit code; without it, everything.
    unit: Option<String>,
    /// Language of texts.
    #[serde(default)]
    #[param(inline, required = false)]
    lang: Tongue,
}

/// The supervisors' board, the same figures as on its page.
#[utoipa::path(
    get,
    path = "/api/v1/board",
    tag = "directory",
    params(BoardAsked),
    responses((status = 200, body = BoardShape, description = "The board"))
)]
pub(super) async fn board(
    State(site): State<Shared>,
    Asked(asked): Asked<BoardAsked>,
) -> Result<Json<BoardShape>, Fault> {
    let found = site
        .backend
        .board(asked.unit.as_deref(), asked.lang.lang())
        .await?;
    let board = found.ok_or_else(Fault::not_found)?;
    Ok(Json(board.into()))
}
