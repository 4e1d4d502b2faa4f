//! Broken glass, for whoever has to sign it off.

use super::super::gate::{AsWorker, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::{Problem, act_status};
use super::super::{Shared, when};
use super::act::sentence;
use super::queue::Asked;
use crate::desk::place::Place;
use crate::requests::act::ActRefused;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};

#[derive(Template)]
#[template(path = "worker/reviews.html")]
struct Reviews {
    page: Page,
    form: FormKeys,
    me: AsWorker,
    all: Vec<ReviewView>,
    /// Where the next part begins.
    next: Option<String>,
    wrong: Option<String>,
}

struct ReviewView {
    id: String,
    at: String,
    stamp: String,
    who: String,
    reference: String,
    note: String,
    /// Whether it was right, and who said so.
    signed: Option<(bool, String)>,
}

async fn draw(
    site: &Shared,
    prefs: Prefs,
    me: AsWorker,
    after: Option<Place>,
    why: Option<&ActRefused>,
) -> Result<Response, Problem> {
    let page = Page::desk(site, prefs);
    let (found, next) = site.backend.reviews(&me.id, after.as_ref()).await?;
    let all = found.into_iter().map(|review| ReviewView {
        at: when::at(&page, review.at),
        stamp: when::stamp(review.at),
        signed: review.signed.map(|(verdict, by)| (verdict == "right", by)),
        id: review.id,
        who: review.who,
        reference: review.reference,
        note: review.note,
    });
    let mut response = page::html(&Reviews {
        all: all.collect(),
        next: next.map(|place| place.to_string()),
        wrong: why.map(|why| sentence(page.lang, why)),
        form: FormKeys::new(&me.secret),
        page,
        me,
    });
    if let Some(why) = why {
        *response.status_mut() = act_status(why);
    }
    Ok(response)
}

/// `GET /worker/reviews`.
pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    Query(from): Query<Asked>,
) -> Result<Response, Problem> {
    draw(&site, prefs, me, from.place()?, None).await
}

/// `POST /worker/reviews`.
pub(super) async fn sign(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let right = match fields.get("verdict") {
        "right" => true,
        "wrong" => false,
        _ => return Err(Problem::Unreadable),
    };
    let (id, note) = (fields.get("id"), fields.get("why"));
    match site.backend.sign_review(&me.id, id, right, note).await {
        Ok(()) => Ok(Redirect::to("/worker/reviews").into_response()),
        Err(ActRefused::Unknown) => Err(Problem::NotFound),
        Err(why) => draw(&site, prefs, me, None, Some(&why)).await,
    }
}
