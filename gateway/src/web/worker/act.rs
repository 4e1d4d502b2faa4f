//! Acts: from a form to [`Act`], and what is said when one is refused.

use super::super::gate::{AsWorker, Fields};
use super::super::page::wants_fragment;
use super::super::prefs::Prefs;
use super::super::problem::{Problem, act_status};
use super::super::words::{refusal, words};
use super::super::{Lang, Shared};
use super::request::Refused;
use super::{queue, request};
use crate::requests::act::{Act, ActRefused};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

/// `POST /worker/r/{reference}/act`.
pub(super) async fn act(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Path(reference): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let act = read(&fields);
    perform(site, prefs, me, reference, headers, fields, act).await
}

/// `POST /worker/r/{reference}/note`: a private note. Its form has an address,
/// a field and a colour of its own, and nothing here can write to a resident.
pub(super) async fn note(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Path(reference): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let note = match fields.get("private").trim() {
        "" => Err(ActRefused::Invalid(String::new())),
        text => Ok(Act::Note {
            text: text.to_owned(),
        }),
    };
    perform(site, prefs, me, reference, headers, fields, note).await
}

async fn perform(
    site: Shared,
    prefs: Prefs,
    me: AsWorker,
    reference: String,
    headers: HeaderMap,
    fields: Fields,
    act: Result<Act, ActRefused>,
) -> Result<Response, Problem> {
    // The worker's, not the session's: what waited for the network may be sent
    // after signing in again, and still counts once.
    let once = fields.once(&me.id)?;
    let version = match fields.get("version") {
        "" => None,
        number => Some(number.parse().map_err(|_| Problem::Unreadable)?),
    };
    let done = match act {
        Ok(act) => {
            site.backend
                .act(&me.id, &reference, version, act, &once)
                .await
        }
        Err(why) => Err(why),
    };
    match done {
        Err(ActRefused::Unknown) => Err(Problem::NotFound),
        Err(why) => refused(&site, prefs, me, reference, &headers, &fields, &why).await,
        Ok(()) => after(site, prefs, me, reference, &headers, &fields).await,
    }
}

/// `POST /worker/r/{reference}/task`.
pub(super) async fn settle(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Path(reference): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let (task, answer) = (fields.get("task"), fields.get("answer"));
    let done = site.backend.settle(&me.id, &reference, task, answer).await;
    match done {
        Err(ActRefused::Unknown) => Err(Problem::NotFound),
        Err(why) => refused(&site, prefs, me, reference, &headers, &fields, &why).await,
        Ok(()) => after(site, prefs, me, reference, &headers, &fields).await,
    }
}

fn from_queue(fields: &Fields) -> bool {
    fields.get("back") == "queue"
}

/// Shows what was done: the script's part of the page, or where to go next.
async fn after(
    site: Shared,
    prefs: Prefs,
    me: AsWorker,
    reference: String,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<Response, Problem> {
    if from_queue(fields) {
        return if wants_fragment(headers) {
            queue::beginning(&site, prefs, &me).await
        } else {
            Ok(Redirect::to("/worker").into_response())
        };
    }
    // Handing over may take the request out of the worker's sight.
    let seen = site.backend.version(&me.id, &reference).await?.is_some();
    Ok(match (wants_fragment(headers), seen) {
        (true, true) => request::fragment(State(site), prefs, me, Path(reference)).await?,
        (true, false) => [("x-go", "/worker")].into_response(),
        (false, true) => Redirect::to(&format!("/worker/r/{reference}")).into_response(),
        (false, false) => Redirect::to("/worker").into_response(),
    })
}

async fn refused(
    site: &Shared,
    prefs: Prefs,
    me: AsWorker,
    reference: String,
    headers: &HeaderMap,
    fields: &Fields,
    why: &ActRefused,
) -> Result<Response, Problem> {
    let sentence = sentence(prefs.lang, why);
    let status = act_status(why);
    if wants_fragment(headers) {
        // The script keeps what was written and shows the sentence.
        return Ok((status, [("x-notice", "1")], sentence).into_response());
    }
    if from_queue(fields) {
        return queue::draw(site, prefs, me, (status, sentence)).await;
    }
    let written = ["text", "note", "private"].map(|name| fields.get(name).trim().to_owned());
    let refused = Refused {
        status,
        sentence,
        written: written.into_iter().find(|text| !text.is_empty()),
    };
    request::draw(site, prefs, me, reference, Some(refused)).await
}

/// The act in a form. Empty fields that an act needs are named.
fn read(fields: &Fields) -> Result<Act, ActRefused> {
    let free = |name: &str| fields.get(name).trim().to_owned();
    let needed = |name: &str| match free(name) {
        text if text.is_empty() => Err(ActRefused::Invalid(String::new())),
        text => Ok(text),
    };
    Ok(match fields.get("act") {
        "accept" => Act::Accept,
        "decline" => Act::Decline {
            note: needed("note")?,
        },
        "attempt" => Act::Attempt,
        "contact" => Act::Contact {
            how: way(fields.get("how"))?,
            note: free("note"),
        },
        "visit" => Act::Visit,
        "vouch" => vouch(needed("place")?),
        "ask" => Act::Ask {
            text: needed("text")?,
        },
        "release" => Act::Release,
        "pause" => Act::Pause {
            reason: needed("reason")?,
        },
        "resume" => Act::Resume,
        "transfer" => Act::Transfer {
            unit: needed("unit")?,
            note: needed("note")?,
            worker: None,
        },
        "recategorise" => Act::Recategorise {
            // One press on a likely one, or a choice from all.
            service: needed("service").or_else(|_| needed("other"))?,
        },
        "extend" => Act::Extend {
            days: fields.get("days").parse().unwrap_or_default(),
            note: needed("note")?,
        },
        "grant" => Act::Grant,
        "refuse" => Act::Refuse {
            note: needed("note")?,
        },
        "split" => Act::Split {
            service: needed("service")?,
            text: needed("text")?,
        },
        "link" => Act::Link {
            leader: needed("leader")?,
        },
        "unlink" => Act::Unlink,
        "finish" => Act::Finish {
            outcome: needed("outcome")?,
            note: free("note"),
            evidence: free("evidence"),
        },
        _ => return Err(ActRefused::Invalid(String::new())),
    })
}

fn way(how: &str) -> Result<String, ActRefused> {
    match how {
        "phone" | "visit" | "chat" => Ok(how.to_owned()),
        _ => Err(ActRefused::Invalid(String::new())),
    }
}

fn vouch(place: String) -> Act {
    Act::Vouch { place }
}

/// A refusal for people: what, and why if there is a reason in words.
pub(super) fn sentence(lang: Lang, why: &ActRefused) -> String {
    let w = words(lang);
    let (what, code) = match why {
        ActRefused::Unknown => (w.p_not_found_text, ""),
        ActRefused::NotYours(code) => (w.refused_not_yours, code.as_str()),
        ActRefused::NotNow(code) => (w.refused_not_now, code.as_str()),
        ActRefused::Stale => (w.refused_stale, ""),
        ActRefused::Invalid(text) => (w.refused_invalid, text.as_str()),
        ActRefused::TooOften => (w.refused_not_now, "too_often"),
        ActRefused::Away => (w.refused_away, ""),
    };
    match refusal(lang, code) {
        Some(reason) if lang == Lang::Zh => format!("{what}{reason}"),
        Some(reason) => format!("{what} {reason}"),
        None => what.to_owned(),
    }
}
