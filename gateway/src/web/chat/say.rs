//! Receiving what a resident does: writes, taps a choice, presses a button.

use super::super::Shared;
use super::super::front;
use super::super::gate::{Caller, Fields, Visitor};
use super::super::page::{self, wants_fragment};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::words;
use super::ChatPage;
use super::lines::Lines;
use super::refusal::Refusal;
use crate::conversation::hides;
use crate::intake::Kept;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use bots::Content;

/// Longest message in UTF-16 units, as in messengers.
const LONGEST: usize = 4096;

/// `POST /chat`. Answered when it is stored: with the new lines for the script,
/// else by leading back to the page.
pub(super) async fn say(
    State(site): State<Shared>,
    prefs: Prefs,
    visitor: Visitor,
    caller: Caller,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&visitor.secret)?;
    let key = fields.once(&visitor.secret)?;
    let content = content(&fields);
    let said = match &content {
        Said::This(Content::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let hides = said.as_deref().is_some_and(hides);
    let refused = match content {
        Said::Nothing => None,
        Said::TooLong => Some(Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            words(prefs.lang).too_long,
        )),
        Said::This(content) => {
            let from = (visitor.session.as_str(), Some(caller.address.as_str()));
            let stored = site
                .backend
                .chat_receive(from, &key, prefs.lang, content)
                .await;
            match stored {
                Ok(Kept::Stored) => None,
                // Nothing can be read now: what was said is shown with the answer.
                Ok(Kept::Waits(_)) if hides => None,
                Ok(Kept::Waits(reply)) => {
                    let lines = Lines::waiting(&site, prefs.clone(), &visitor, said, reply);
                    if wants_fragment(&headers) {
                        return Ok(([("x-kept", "1")], page::html(&lines)).into_response());
                    }
                    return Ok(page::html(&ChatPage::with(&site, prefs, &visitor, lines)));
                }
                Err(_) => {
                    let said = said.unwrap_or_default();
                    Some(Refusal::not_stored(&site, prefs.lang, &said))
                }
            }
        }
    };
    match refused {
        Some(refusal) => {
            let text = fields.get("text").to_owned();
            let told = refusal.response(&site, prefs, &visitor, &headers, text);
            told.await
        }
        None if hides => Ok(front::covered(&site, wants_fragment(&headers))),
        None if wants_fragment(&headers) => {
            Ok(page::html(&Lines::of(&site, prefs, &visitor).await?))
        }
        None => Ok(Redirect::to("/chat#end").into_response()),
    }
}

enum Said {
    This(Content),
    Nothing,
    TooLong,
}

fn content(fields: &Fields) -> Said {
    let given = |name| Some(fields.get(name)).filter(|v| !v.trim().is_empty());
    if let Some(token) = given("tap") {
        // Our own tokens are short; anything else is made up.
        if token.len() > 64 {
            return Said::Nothing;
        }
        return Said::This(Content::Tap {
            token: token.to_owned(),
            callback: None,
            message: given("message").map(str::to_owned),
        });
    }
    if let (Some(lat), Some(lon)) = (given("lat"), given("lon")) {
        let (lat, lon) = (
            lat.parse().unwrap_or(f64::NAN),
            lon.parse().unwrap_or(f64::NAN),
        );
        let there = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        return if there {
            Said::This(Content::Place {
                lat,
                lon,
                live: false,
            })
        } else {
            Said::Nothing
        };
    }
    if given("start").is_some() {
        return Said::This(Content::Start { payload: None });
    }
    let Some(text) = given("say").or_else(|| given("text")) else {
        return Said::Nothing;
    };
    if text.encode_utf16().count() > LONGEST {
        return Said::TooLong;
    }
    Said::This(Content::Text(text.trim().to_owned()))
}
