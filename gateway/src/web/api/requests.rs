//! Requests: a part of the list, one of them, an act on it.

use super::super::{Shared, Subject};
use super::acts::{ActOrder, done};
use super::call::{Asked, Caller, Keyed};
use super::fault::Fault;
use super::shapes::{ActDone, Paging, RequestDetail, RequestPage, Spoken};
use super::{cursor, page_size};
use crate::requests::act::ActRefused;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::ETAG;
use axum::response::{IntoResponse, Response};

/// Open requests the token may see, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/requests",
    tag = "requests",
    params(Paging),
    responses((status = 200, body = RequestPage, description = "A part of the list"))
)]
pub(super) async fn list(
    State(site): State<Shared>,
    caller: Caller,
    Asked(asked): Asked<Paging>,
) -> Result<Json<RequestPage>, Fault> {
    let after = cursor::read(asked.cursor.as_deref())?;
    let (most, lang) = (page_size(asked.limit)?, asked.lang.lang());
    let part = site
        .backend
        .requests_after(&caller.subject, &after, most, lang)
        .await?;
    Ok(Json(RequestPage {
        items: part.cards.into_iter().map(Into::into).collect(),
        next: part.next.as_deref().map(cursor::write),
    }))
}

/// One request, masked as for whoever the token acts as. Reading goes on record.
#[utoipa::path(
    get,
    path = "/api/v1/requests/{reference}",
    tag = "requests",
    params(("reference" = String, Path, description = "Public reference"), Spoken),
    responses((
        status = 200,
        body = RequestDetail,
        description = "The request",
        headers(("etag" = String, description = "Its version, for If-Match"))
    ))
)]
pub(super) async fn read(
    State(site): State<Shared>,
    caller: Caller,
    Path(reference): Path<String>,
    Asked(asked): Asked<Spoken>,
) -> Result<Response, Fault> {
    let lang = asked.lang.lang();
    let found = match &caller.subject {
        Subject::Worker { id, .. } => site.backend.sheet(id, &reference, lang).await?,
        Subject::Admin => site.backend.admin_sheet(&reference, lang).await?,
    };
    let sheet = found.ok_or_else(Fault::not_found)?;
    let tag = format!("\"{}\"", sheet.card.version);
    Ok(([(ETAG, tag)], Json(RequestDetail::from(sheet))).into_response())
}

/// Acts on a request. With `If-Match` it is refused when the request has
/// another version by now.
#[utoipa::path(
    post,
    path = "/api/v1/requests/{reference}/acts",
    tag = "requests",
    params(
        ("reference" = String, Path, description = "Public reference"),
        ("if-match" = Option<String>, Header, description = "The ETag that was read", pattern = "^(\\*|\"[0-9]{1,9}\")$")
    ),
    request_body = ActOrder,
    responses((status = 200, body = ActDone, description = "Done"))
)]
pub(super) async fn act(
    State(site): State<Shared>,
    caller: Caller,
    Path(reference): Path<String>,
    order: Keyed<ActOrder>,
) -> Result<Response, Fault> {
    let worker = caller.worker().ok_or_else(Fault::forbidden)?;
    let act = order
        .body
        .act()
        .ok_or_else(|| Fault::invalid("a text is empty"))?;
    let (name, version) = (order.name(&caller), order.version);
    let work = async {
        let acted = site
            .backend
            .act(worker, &reference, version, act.clone(), &name)
            .await;
        match acted {
            Err(ActRefused::Stale) if version.is_some() => return Err(Fault::changed()),
            Err(why) => return Err(why.into()),
            Ok(()) => {}
        }
        let now = site.backend.version(worker, &reference).await?;
        let answer = done(&reference, &act, now);
        Ok((200, serde_json::to_string(&answer).expect("plain data")))
    };
    order.once(&site, &caller, work).await
}
