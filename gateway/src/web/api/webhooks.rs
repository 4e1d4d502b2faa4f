//! Addresses of the calling program that are told what happens, and what became
//! of each message.

use super::super::{Address, Delivery, Shared, Told, Wrong};
use super::call::{Asked, Caller, Keyed};
use super::fault::Fault;
use super::figures::Stored;
use super::shapes::Paging;
use super::{cursor, page_size};
use crate::webhooks::New;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An address that is told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookShape {
    /// Also the `webhook-key-id` of its messages.
    id: String,
    /// Host of the address.
    host: String,
    /// What it is told.
    kinds: Vec<String>,
    made_at: DateTime<Utc>,
    /// Whether it is told anything still.
    live: bool,
}

impl From<Address> for WebhookShape {
    fn from(of: Address) -> Self {
        Self {
            id: of.id,
            host: of.host,
            kinds: of.kinds,
            made_at: of.made,
            live: of.live,
        }
    }
}

/// The addresses of a program, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookList {
    items: Vec<WebhookShape>,
}

/// An address to register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookNew {
    /// Of a public host, https.
    #[schema(max_length = 500, pattern = "^https://")]
    url: String,
    /// Kinds of facts: "opened", "accepted", "fired", "closed" and others.
    #[schema(min_items = 1)]
    kinds: Vec<String>,
    /// What to sign with: `whsec_` and 24 to 64 bytes in base64. It is not shown
    /// again.
    #[schema(pattern = "^whsec_")]
    secret: String,
}

/// Something named by its id.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookNamed {
    id: String,
}

/// One message on its way to one address.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryShape {
    /// The `webhook-id` of the message.
    id: String,
    /// Reference of the request.
    reference: String,
    kind: String,
    at: DateTime<Utc>,
    /// "waiting", "taken", "given_up" or "over".
    state: &'static str,
    attempts: i64,
    next_at: Option<DateTime<Utc>>,
    /// HTTP status of the last answer.
    status: Option<i64>,
    /// The beginning of that answer, or what was in the way.
    answer: String,
}

impl From<Delivery> for DeliveryShape {
    fn from(of: Delivery) -> Self {
        Self {
            id: of.id,
            reference: of.reference,
            kind: of.kind,
            at: of.at,
            state: of.state,
            attempts: of.attempts,
            next_at: of.next,
            status: of.status,
            answer: of.answer,
        }
    }
}

/// A part of the messages, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryPage {
    items: Vec<DeliveryShape>,
    next: Option<String>,
}

/// The program in the log of who did what.
fn actor(caller: &Caller) -> String {
    format!("client:{}", caller.client.id)
}

/// The addresses of this program that are told what happens to requests.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks",
    tag = "webhooks",
    responses((status = 200, body = WebhookList, description = "All of them"))
)]
pub(super) async fn list(
    State(site): State<Shared>,
    caller: Caller,
) -> Result<Json<WebhookList>, Fault> {
    let all = site.backend.webhooks(Some(&caller.client.id)).await?;
    let items = all.into_iter().map(Into::into).collect();
    Ok(Json(WebhookList { items }))
}

/// Registers an address. From then on each fact is sent there as a message
/// signed by the scheme of Standard Webhooks, those of one request in order.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks",
    tag = "webhooks",
    request_body = WebhookNew,
    responses((status = 200, body = Stored, description = "Registered"))
)]
pub(super) async fn register(
    State(site): State<Shared>,
    caller: Caller,
    order: Keyed<WebhookNew>,
) -> Result<Response, Fault> {
    let new = New {
        client: caller.client.id.clone(),
        url: order.body.url.clone(),
        kinds: order.body.kinds.clone(),
        secret: Some(order.body.secret.clone()),
        once: Some(order.name(&caller)),
    };
    let work = async {
        let added = site.backend.add_webhook(&actor(&caller), new).await?;
        match added {
            Ok(_) => Ok((200, r#"{"stored":true}"#.to_owned())),
            Err(wrong) => Err(Fault::invalid(what(wrong))),
        }
    };
    order.once(&site, &caller, work).await
}

fn what(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Url => "this address may not be called: https, a public host, no user name",
        Wrong::Kinds => "kinds are some of the documented ones, each once",
        Wrong::Client => "the token is over",
        Wrong::Many => "a program has ten addresses at most",
        Wrong::Secret => "a secret is whsec_ and 24 to 64 bytes in base64",
    }
}

/// Ends an address; what was not sent there yet is not sent any more.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/end",
    tag = "webhooks",
    request_body = WebhookNamed,
    responses((status = 200, body = Stored, description = "Ended"))
)]
pub(super) async fn end(
    State(site): State<Shared>,
    caller: Caller,
    order: Keyed<WebhookNamed>,
) -> Result<Response, Fault> {
    let (by, of) = (actor(&caller), Some(caller.client.id.as_str()));
    let work = async {
        let ended = site.backend.end_webhook(&by, &order.body.id, of).await?;
        kept(ended, "there is no address with this id that is still told")
    };
    order.once(&site, &caller, work).await
}

/// What was told to the addresses of this program, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/deliveries",
    tag = "webhooks",
    params(Paging),
    responses((status = 200, body = DeliveryPage, description = "A part of the list"))
)]
pub(super) async fn deliveries(
    State(site): State<Shared>,
    caller: Caller,
    Asked(asked): Asked<Paging>,
) -> Result<Json<DeliveryPage>, Fault> {
    let before = cursor::read(asked.cursor.as_deref())?;
    let most = page_size(asked.limit)?;
    let told = Told {
        of: Some(&caller.client.id),
        before: &before,
        most,
    };
    let found = site.backend.deliveries(told).await?;
    let next = found.last().filter(|_| found.len() == most);
    let next = next.map(|last| cursor::write(&last.id));
    let items = found.into_iter().map(Into::into).collect();
    Ok(Json(DeliveryPage { items, next }))
}

/// Sends a message once more, with the same id.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/deliveries",
    tag = "webhooks",
    request_body = WebhookNamed,
    responses((status = 200, body = Stored, description = "It will be sent again"))
)]
pub(super) async fn again(
    State(site): State<Shared>,
    caller: Caller,
    order: Keyed<WebhookNamed>,
) -> Result<Response, Fault> {
    let (by, of) = (actor(&caller), Some(caller.client.id.as_str()));
    let work = async {
        let again = site.backend.tell_again(&by, &order.body.id, of).await?;
        kept(
            again,
            "there is no message with this id that was sent or given up",
        )
    };
    order.once(&site, &caller, work).await
}

fn kept(done: bool, otherwise: &'static str) -> Result<(u16, String), Fault> {
    if done {
        Ok((200, r#"{"stored":true}"#.to_owned()))
    } else {
        Err(Fault::invalid(otherwise))
    }
}
