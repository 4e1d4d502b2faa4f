//! Figures of the running process, drawn as they change, and how the last probes
//! went. One can be sent by hand.

use super::super::gate::{AsAdmin, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::{Operating, figure, operating};
use super::super::{Shared, Topic, events, when};
use crate::probing::{self, HOPS, Probe};
use crate::telemetry::Figure;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::fmt::Write as _;

/// Size of a curve in units of its drawing.
const WIDE: f64 = 240.0;
const HIGH: f64 = 48.0;

#[derive(Template)]
#[template(path = "admin/live_page.html")]
struct LivePage {
    page: Page,
    form: FormKeys,
    t: &'static Operating,
    notice: Option<&'static str>,
    live: Live,
}

#[derive(Template)]
#[template(path = "admin/live.html")]
struct Live {
    t: &'static Operating,
    curves: Vec<Curve>,
    /// Names of the parts of the way.
    hops: Vec<&'static str>,
    probes: Vec<Row>,
}

struct Curve {
    name: &'static str,
    now: String,
    most: String,
    points: String,
}

struct Row {
    at: String,
    /// Milliseconds of each part; "–" where it did not come.
    took: Vec<String>,
    stuck: Option<&'static str>,
}

impl Live {
    async fn of(site: &Shared, page: &Page) -> Result<Self, Problem> {
        let figures = site.backend.figures();
        let probes = site.backend.probes().await?;
        Ok(Self {
            t: operating(page.lang),
            curves: figures.iter().map(|(f, v)| curve(page, *f, v)).collect(),
            hops: HOPS
                .iter()
                .map(|hop| probing::name(page.lang, hop))
                .collect(),
            probes: probes.iter().map(|probe| row(page, probe)).collect(),
        })
    }
}

fn curve(page: &Page, of: Figure, values: &[f64]) -> Curve {
    let most = values.iter().copied().fold(0.0, f64::max);
    let step = WIDE / (values.len().max(2) - 1) as f64;
    let mut points = String::new();
    for (at, value) in values.iter().enumerate() {
        let high = if most > 0.0 { value / most } else { 0.0 };
        let (x, y) = (at as f64 * step, HIGH - 2.0 - high * (HIGH - 4.0));
        let _ = write!(points, "{x:.1},{y:.1} ");
    }
    Curve {
        name: figure(page.lang, of),
        now: number(values.last().copied().unwrap_or_default()),
        most: number(most),
        points,
    }
}

/// Whole where it is large, one digit where it is small.
fn number(value: f64) -> String {
    if value >= 10.0 || value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

fn row(page: &Page, probe: &Probe) -> Row {
    let took = HOPS.iter().map(|name| {
        let found = probe.hops.iter().find(|(hop, _)| hop == name);
        found.map_or_else(
            || "–".to_owned(),
            |(_, micros)| number(*micros as f64 / 1000.0),
        )
    });
    Row {
        at: when::at(page, probe.at),
        took: took.collect(),
        stuck: probe
            .stuck
            .as_ref()
            .map(|hop| probing::name(page.lang, hop)),
    }
}

async fn draw(
    site: &Shared,
    page: Page,
    me: &AsAdmin,
    notice: Option<&'static str>,
) -> Result<Response, Problem> {
    Ok(page::html(&LivePage {
        form: FormKeys::new(&me.secret),
        t: operating(page.lang),
        notice,
        live: Live::of(site, &page).await?,
        page,
    }))
}

/// `GET /admin/live`.
pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
) -> Result<Response, Problem> {
    draw(&site, Page::desk(&site, prefs), &me, None).await
}

/// `GET /admin/live/part`: what changes.
pub(super) async fn fragment(
    State(site): State<Shared>,
    prefs: Prefs,
    _: AsAdmin,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    Ok(page::html(&Live::of(&site, &page).await?))
}

/// `GET /admin/live/events`.
pub(super) async fn follow(State(site): State<Shared>, _: AsAdmin) -> Response {
    events::stream(site.backend.hints(Topic::Live))
}

/// `POST /admin/live`: sends a probe now.
pub(super) async fn probe(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.of(&me.secret)?;
    let page = Page::desk(&site, prefs);
    let t = operating(page.lang);
    let good = site.backend.send_probe().await?.stuck.is_none();
    let notice = if good {
        t.probe_through
    } else {
        t.probe_stuck_now
    };
    draw(&site, page, &me, Some(notice)).await
}
