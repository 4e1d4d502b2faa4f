//! Pictures in the chat: sent by a plain form, shown to whoever holds the chat.

use super::super::Shared;
use super::super::chats::Taken;
use super::super::gate::{Caller, Visitor};
use super::super::page::picture;
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::upload::{MOST_FILES, Upload};
use super::super::words::{own, words};
use super::refusal::Refusal;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

/// Longest words that go with a picture, in UTF-16 units, as in messengers.
const LONGEST: usize = 1024;

/// `POST /chat/photo`: pictures, with a few words if there are any. Answered
/// when they are stored.
pub(super) async fn send(
    State(site): State<Shared>,
    prefs: Prefs,
    visitor: Visitor,
    caller: Caller,
    headers: HeaderMap,
    upload: Upload,
) -> Result<Response, Problem> {
    let Upload { fields, files } = upload;
    let fields = fields.of(&visitor.secret)?;
    let key = fields.once(&visitor.secret)?;
    let (w, own) = (words(prefs.lang), own(prefs.lang));
    let caption = fields.get("caption").trim().to_owned();
    let too_long = caption.encode_utf16().count() > LONGEST;
    let bad = StatusCode::UNPROCESSABLE_ENTITY;
    let refused = if files.is_empty() {
        Some(Refusal::new(bad, own.photo_none))
    } else if files.len() > MOST_FILES {
        Some(Refusal::new(bad, own.photo_many))
    } else if too_long {
        Some(Refusal::new(bad, w.too_long))
    } else {
        let words = Some(caption.clone()).filter(|c| !c.is_empty());
        let click = (visitor.session.as_str(), key.as_str());
        let taken = site
            .backend
            .chat_photos(click, &caller.address, prefs.lang, files, words)
            .await;
        match taken {
            Ok(Taken::Stored) => None,
            Ok(Taken::Unreadable) => Some(Refusal::new(bad, own.photo_unreadable)),
            Ok(Taken::TooLarge) => Some(Refusal::new(bad, own.photo_large)),
            Ok(Taken::TooMany) => {
                Some(Refusal::new(StatusCode::TOO_MANY_REQUESTS, own.photo_today))
            }
            Err(_) => Some(Refusal::not_stored(&site, prefs.lang, &caption)),
        }
    };
    match refused {
        None => Ok(Redirect::to("/chat#end").into_response()),
        Some(refusal) => {
            let prefs = prefs.at("/chat");
            let told = refusal.response(&site, prefs, &visitor, &headers, caption);
            told.await
        }
    }
}

/// `GET /chat/photo/{photo}`.
pub(super) async fn show(
    State(site): State<Shared>,
    visitor: Visitor,
    Path(photo): Path<String>,
) -> Result<Response, Problem> {
    let found = site.backend.chat_photo(&visitor.session, &photo).await?;
    found.map(picture).ok_or(Problem::NotFound)
}
