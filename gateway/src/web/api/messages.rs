//! Messages: what a resident says in a chat of the program, and messages that
//! could not be handled.

use super::super::Shared;
use super::call::{Caller, Keyed};
use super::fault::Fault;
use super::figures::{ChatLines, ParkedList, ParkedOrder, ParkedWay, Said, Stored};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use bots::Content;
use menus::Lang;

/// Lines of a chat in one answer.
const LINES: usize = 100;
/// Characters of a message at most.
const LONGEST: usize = 4000;

/// The chat of a program by the name it gave: another program's chat of the
/// same name is another chat.
fn session(caller: &Caller, chat: &str) -> Result<String, Fault> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if !(8..=64).contains(&chat.len()) || !chat.bytes().all(plain) {
        return Err(Fault::unreadable(
            "a chat has 8 to 64 letters, digits, - or _",
        ));
    }
    Ok(format!("client:{}:{chat}", caller.client.id))
}

/// Says something in a resident's name, in a chat that the program keeps apart
/// by a name of its own. Read the answer with GET.
#[utoipa::path(
    post,
    path = "/api/v1/chats/{chat}/messages",
    tag = "chats",
    params(("chat" = String, Path, description = "A name of yours, one for each resident", pattern = "^[A-Za-z0-9_-]{8,64}$")),
    request_body = Said,
    responses((status = 200, body = Stored, description = "Stored"))
)]
pub(super) async fn say(
    State(site): State<Shared>,
    caller: Caller,
    Path(chat): Path<String>,
    said: Keyed<Said>,
) -> Result<Response, Fault> {
    let session = session(&caller, &chat)?;
    let content = match &said.body {
        Said::Text { text } if (1..=LONGEST).contains(&text.trim().chars().count()) => {
            Content::Text(text.trim().to_owned())
        }
        Said::Choice { choice } if (1..=64).contains(&choice.chars().count()) => Content::Tap {
            token: choice.clone(),
            callback: None,
            message: None,
        },
        _ => return Err(Fault::invalid("the message is empty or too long")),
    };
    let name = said.name(&caller);
    let work = async {
        site.backend
            .chat_receive((&session, None), &name, Lang::Zh, content)
            .await?;
        Ok((200, r#"{"stored":true}"#.to_owned()))
    };
    said.once(&site, &caller, work).await
}

/// The newest lines of such a chat, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/chats/{chat}/messages",
    tag = "chats",
    params(
        ("chat" = String, Path, description = "A name of yours", pattern = "^[A-Za-z0-9_-]{8,64}$")
    ),
    responses((status = 200, body = ChatLines, description = "The lines"))
)]
pub(super) async fn chat(
    State(site): State<Shared>,
    caller: Caller,
    Path(chat): Path<String>,
) -> Result<Json<ChatLines>, Fault> {
    let session = session(&caller, &chat)?;
    let bubbles = site.backend.chat_bubbles(&session, LINES).await?;
    Ok(Json(ChatLines {
        items: bubbles.into_iter().map(Into::into).collect(),
    }))
}

/// Messages that could not be handled, oldest first, without their words.
#[utoipa::path(
    get,
    path = "/api/v1/parked",
    tag = "operation",
    responses((status = 200, body = ParkedList, description = "At most 200"))
)]
pub(super) async fn parked(State(site): State<Shared>) -> Result<Json<ParkedList>, Fault> {
    let rows = site.backend.parked().await?;
    Ok(Json(ParkedList {
        items: rows.into_iter().map(Into::into).collect(),
    }))
}

/// Tries a parked message again, or sets it aside for good.
#[utoipa::path(
    post,
    path = "/api/v1/parked",
    tag = "operation",
    request_body = ParkedOrder,
    responses((status = 200, body = Stored, description = "Done; one that still cannot be handled stays parked"))
)]
pub(super) async fn handle_parked(
    State(site): State<Shared>,
    caller: Caller,
    order: Keyed<ParkedOrder>,
) -> Result<Response, Fault> {
    let key = &order.body.key;
    let work = async {
        let found = match order.body.way {
            ParkedWay::Retry => site.backend.retry_parked(key).await?,
            ParkedWay::Discard => site.backend.discard_parked(key).await?,
        };
        if !found {
            return Err(Fault::invalid("there is no parked message with this key"));
        }
        Ok((200, r#"{"stored":true}"#.to_owned()))
    };
    order.once(&site, &caller, work).await
}
