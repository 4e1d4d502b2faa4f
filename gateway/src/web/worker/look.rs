//! Looking behind the mask of a request: why, and for a while.
//!
//! The page and its form need a fresh proof; the guard of the routes asks.

use super::super::gate::{AsWorker, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::{Problem, act_status};
use super::super::words::look;
use super::super::{Lines, Shared};
use super::act::sentence;
use crate::desk::looks::{REASONS, Wish};
use crate::requests::act::ActRefused;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "worker/look.html")]
struct Ask {
    page: Page,
    form: FormKeys,
    me: AsWorker,
    reference: String,
    reasons: Lines,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "worker/glass.html")]
struct Glass {
    page: Page,
    form: FormKeys,
    me: AsWorker,
    reference: String,
    written: String,
    wrong: Option<String>,
}

fn draw(
    site: &Shared,
    prefs: Prefs,
    me: AsWorker,
    reference: String,
    why: Option<&ActRefused>,
) -> Response {
    let page = Page::desk(site, prefs);
    let reasons = REASONS.iter();
    let reasons = reasons.map(|code| ((*code).to_owned(), look(page.lang, code).to_owned()));
    let mut response = page::html(&Ask {
        reasons: reasons.collect(),
        wrong: why.map(|why| sentence(page.lang, why)),
        form: FormKeys::new(&me.secret),
        page,
        me,
        reference,
    });
    if let Some(why) = why {
        *response.status_mut() = act_status(why);
    }
    response
}

/// `GET /worker/r/{reference}/show`.
pub(super) async fn ask(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    if site.backend.version(&me.id, &reference).await?.is_none() {
        return Err(Problem::NotFound);
    }
    Ok(draw(&site, prefs, me, reference, None))
}

/// `POST /worker/r/{reference}/show`.
pub(super) async fn show(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Path(reference): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let once = fields.once(&me.secret)?;
    let wish = Wish {
        reason: fields.get("reason"),
        note: fields.get("why"),
        once: &once,
    };
    match site.backend.show(&me.id, &reference, wish).await {
        Ok(()) => Ok(Redirect::to(&format!("/worker/r/{reference}#s-answers")).into_response()),
        Err(ActRefused::Unknown) => Err(Problem::NotFound),
        Err(why) => Ok(draw(&site, prefs, me, reference, Some(&why))),
    }
}

#[derive(Deserialize)]
pub(super) struct About {
    #[serde(default)]
    reference: String,
}

/// `GET /worker/emergency`: breaking the glass, with what it leads to.
pub(super) async fn emergency(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Query(about): Query<About>,
) -> Response {
    page::html(&Glass {
        page: Page::desk(&site, prefs),
        form: FormKeys::new(&me.secret),
        me,
        reference: about.reference,
        written: String::new(),
        wrong: None,
    })
}

/// `POST /worker/emergency`.
pub(super) async fn break_glass(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let once = fields.once(&me.secret)?;
    let reference = fields.get("reference").trim().to_uppercase();
    let wish = Wish {
        reason: "danger",
        note: fields.get("why"),
        once: &once,
    };
    let why = match site.backend.break_glass(&me.id, &reference, wish).await {
        Ok(reference) => return Ok(Redirect::to(&format!("/worker/r/{reference}")).into_response()),
        Err(why) => why,
    };
    let page = Page::desk(&site, prefs);
    let mut response = page::html(&Glass {
        wrong: Some(sentence(page.lang, &why)),
        form: FormKeys::new(&me.secret),
        page,
        me,
        reference,
        written: fields.get("why").to_owned(),
    });
    *response.status_mut() = act_status(&why);
    Ok(response)
}
