//! "Who would get this, and why": a form, and the answer under it.
//!
//! What is asked may be somebody's address: it travels in the body of the form,
//! never in an address, and is kept nowhere.

use super::super::Shared;
use super::super::gate::{AsAdmin, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use crate::routing::trial::{Trial, pin};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "admin/route.html")]
struct RoutePage {
    page: Page,
    form: FormKeys,
    /// Code and name of every service, and whether it was asked about.
    services: Vec<(String, String, bool)>,
    address: String,
    hukou: String,
    pin: String,
    wrong: Option<&'static str>,
    answer: Vec<(String, String)>,
}

async fn draw(
    site: &Shared,
    page: Page,
    me: &AsAdmin,
    service: &str,
    answer: Vec<(String, String)>,
) -> Result<RoutePage, Problem> {
    let services = site.backend.services(page.lang).await?;
    let services = services.into_iter().map(|(code, name)| {
        let chosen = code == service;
        (code, name, chosen)
    });
    Ok(RoutePage {
        services: services.collect(),
        form: FormKeys::new(&me.secret),
        address: String::new(),
        hukou: String::new(),
        pin: String::new(),
        wrong: None,
        answer,
        page,
    })
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    Ok(page::html(&draw(&site, page, &me, "", Vec::new()).await?))
}

pub(super) async fn ask(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let page = Page::desk(&site, prefs);
    let (service, place) = (fields.get("service"), fields.get("pin").trim());
    let found = pin(place);
    let mut wrong = None;
    let mut answer = Vec::new();
    if found.is_none() && !place.is_empty() {
        wrong = Some(page.w.route_pin_wrong);
    } else {
        let trial = Trial {
            address: fields.get("address").chars().take(400).collect(),
            hukou: fields.get("hukou").chars().take(400).collect(),
            pin: found,
            ..Trial::default()
        };
        match site.backend.try_route(service, trial, page.lang).await? {
            Some(lines) => answer = lines,
            None => wrong = Some(page.w.please_choose),
        }
    }
    let drawn = RoutePage {
        address: fields.get("address").to_owned(),
        hukou: fields.get("hukou").to_owned(),
        pin: place.to_owned(),
        wrong,
        ..draw(&site, page, &me, service, answer).await?
    };
    Ok(page::html(&drawn))
}
